"""The study cohorts of an offering as groups of its course."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    from_enrolments = True

    def desired(self, source: Source) -> Iterator[Desired]:
        """A group for each study cohort that somebody is enrolled with."""
        cohorts = source.academy.enrolments.cohorts()
        for offering in source.offerings.values():
            shortname = short_name(source, offering)
            for cohort_key in sorted(cohorts.get(offering.key, ())):
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

    def outlook(self, operations: Sequence[Operation]) -> Callable[[Observed], Observed]:
        """A group without the members that the planned enrolment changes take out of it."""
        leaving = Counter(
            group
            for operation in operations
            if operation.kind == "enrolment"
            for group in set(_groups(operation.before)) - set(_groups(operation.after))
        )

        def after(observed: Observed) -> Observed:
            size = observed.facts.get("size")
            if not leaving[observed.key] or not isinstance(size, int):
                return observed
            return replace(observed, facts={**observed.facts, "size": size - leaving[observed.key]})

        return after

    def may_delete(self, observed: Observed) -> bool:
        """Only an empty group."""
        return observed.facts.get("size") == 0

    def course_key(self, key: str) -> str:
        """The offering's."""
        return key.split(KEY_SEPARATOR)[0]


def _groups(fields: Fields | None) -> tuple[str, ...]:
    groups = (fields or {}).get("groups", ())
    return groups if isinstance(groups, tuple) else ()
