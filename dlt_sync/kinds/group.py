"""The study cohorts of an offering as groups of its course."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from dlt_sync.kinds.course import short_name
from dlt_sync.kinds.kind import Kind, Source
from dlt_sync.model import KEY_SEPARATOR, Desired, Fields, Observed, Operation, Policy, join_key


class Group(Kind):
    """A course group. Deleted only when it is ours and nobody is in it."""

    name = "group"
    words = ("group", "groups")
    policies: ClassVar[Mapping[str, Policy]] = {"name": Policy.ENFORCE, "idnumber": Policy.ENFORCE}
    identity = ("course",)
    removed: ClassVar[Fields | None] = None
    entity = "study_cohort"
    recreate_needs_approval = False

    def desired(self, source: Source) -> Iterator[Desired]:
        """A group for each study cohort that somebody is enrolled with."""
        for offering in source.offerings.values():
            enrolments = source.academy.enrolments.get(offering.key, ())
            shortname = short_name(source, offering)
            for cohort_key in sorted({e.cohort for e in enrolments if e.cohort}):
                cohort = source.academy.cohorts.get(cohort_key)
                if cohort is not None:
                    yield Desired(
                        kind=self.name,
                        key=join_key(offering.key, cohort.key),
                        fields={"course": offering.key, "name": cohort.name, "idnumber": cohort.key},
                        label=f"{cohort.name} — {shortname}",
                        unit=source.unit(offering.kafedra),
                        reason=f"study cohort {cohort.key} in offering {offering.key}, import {offering.batch}",
                        match=(("idnumber", cohort.key),),
                        needs=(("course", offering.key),),
                    )

    def subjects(self, key: str) -> Iterable[tuple[str, str]]:
        """The offering and the study cohort."""
        offering, cohort = key.split(KEY_SEPARATOR)
        return (("offering", offering), ("study_cohort", cohort))

    def outlook(self, observed: Observed, operations: Sequence[Operation]) -> Observed:
        """Without the members that the planned enrolment changes take out of it."""
        size = observed.facts.get("size")
        leaving = sum(
            observed.key in _groups(operation.before) and observed.key not in _groups(operation.after)
            for operation in operations
            if operation.kind == "enrolment"
        )
        if not leaving or not isinstance(size, int):
            return observed
        return replace(observed, facts={**observed.facts, "size": size - leaving})

    def may_delete(self, observed: Observed) -> bool:
        """Only an empty group."""
        return observed.facts.get("size") == 0

    def course_key(self, key: str) -> str:
        """The offering's."""
        return key.split(KEY_SEPARATOR)[0]


def _groups(fields: Fields | None) -> tuple[str, ...]:
    groups = (fields or {}).get("groups", ())
    return groups if isinstance(groups, tuple) else ()
