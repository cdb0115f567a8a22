"""Study cohorts (academic groups) as site cohorts with their members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from dlt_sync.kinds.kind import Kind, Source
from dlt_sync.model import Desired, Fields, Policy


class Cohort(Kind):
    """A site cohort. Removed by removing its members; the cohort stays."""

    name = "cohort"
    words = ("cohort", "cohorts")
    policies: ClassVar[Mapping[str, Policy]] = {
        "name": Policy.ENFORCE,
        "idnumber": Policy.ENFORCE,
        "members": Policy.ENFORCE,
    }
    removed: ClassVar[Fields | None] = {"members": ()}
    entity = "study_cohort"

    def desired(self, source: Source) -> Iterator[Desired]:
        """Every study cohort with those of its members who have an account."""
        for cohort in source.academy.cohorts.values():
            members = tuple(
                sorted({m.person for m in source.memberships.get(cohort.key, ()) if source.has_access(m.person)})
            )
            programme = source.academy.programmes.get(cohort.programme)
            yield Desired(
                kind=self.name,
                key=cohort.key,
                fields={"name": cohort.name, "idnumber": cohort.key, "members": members},
                label=cohort.name,
                unit=programme.names.in_language(source.rules.site_language) if programme else "",
                reason=f"study cohort {cohort.key}, import {cohort.batch}",
                match=(("idnumber", cohort.key),),
                optional={"members": "user"},
            )

    def subjects(self, key: str) -> Iterable[tuple[str, str]]:
        """The study cohort, and its members as a whole."""
        return (("study_cohort", key), ("cohort_member", key))
