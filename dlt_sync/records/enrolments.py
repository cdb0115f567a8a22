"""Enrolment rows as the kinds ask for them: counted and stamped by the database, read offering by offering."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby, starmap
from operator import attrgetter
from typing import Any

from sqlalchemy import Executable, func, select
from sqlalchemy.orm import Session

from dlt_sync.db import KEYS_AT_ONCE, portions
from dlt_sync.kinds.academy import Enrolment, EnrolmentRows
from dlt_sync.records import tables

_TABLE = tables.Enrolment
#: In the order of the fields of `kinds.academy.Enrolment`.
_COLUMNS = (
    _TABLE.sourced_id,
    _TABLE.offering_id,
    _TABLE.person_id,
    _TABLE.role,
    _TABLE.cohort_id,
    _TABLE.begin,
    _TABLE.end,
    _TABLE.state,
    _TABLE.batch_id,
)
_ROWS = select(*_COLUMNS).where(_TABLE.status == "active").order_by(_TABLE.offering_id, _TABLE.sourced_id)
#: So many offerings are asked after at once where only some of their people are.
_OFFERINGS_AT_ONCE = 50


class StoredEnrolments(EnrolmentRows):
    """The enrolment rows of the database; each question is a short session of its own.

    `people`, `cohorts` and `offerings` are those in force. What is in the table besides them tells which rows are
    not in force although they say so: references always lead to a row, if to one that left.
    """

    def __init__(
        self, session: Session, *, people: Collection[str], cohorts: Collection[str], offerings: Collection[str]
    ) -> None:
        self._engine = session.get_bind()
        self._people, self._cohorts, self._offerings = people, cohorts, offerings
        self._groups = _grouped(session)

    def of(self, offerings: Iterable[str]) -> Iterator[tuple[str, tuple[Enrolment, ...]]]:
        """See EnrolmentRows."""
        for keys in portions(sorted(offering for offering in offerings if offering in self._offerings)):
            yield from self._by_offering(_ROWS.where(_TABLE.offering_id.in_(keys)))

    def of_people(self, people: Mapping[str, Collection[str]]) -> Iterator[tuple[str, tuple[Enrolment, ...]]]:
        """See EnrolmentRows. Asked of few people in each offering, for few offerings at once."""
        offerings = sorted(offering for offering in people if offering in self._offerings)
        for start in range(0, len(offerings), _OFFERINGS_AT_ONCE):
            keys = offerings[start : start + _OFFERINGS_AT_ONCE]
            anybody = sorted({person for key in keys for person in people[key]})
            query = _ROWS.where(_TABLE.offering_id.in_(keys))
            if len(anybody) <= KEYS_AT_ONCE:
                query = query.where(_TABLE.person_id.in_(anybody))
            for offering, rows in self._by_offering(query):
                if own := tuple(row for row in rows if row.person in people[offering]):
                    yield offering, own

    def changed(self, since: Mapping[str, int]) -> Mapping[str, frozenset[str]]:
        """See EnrolmentRows. A row that left stays in the table; of one that is now about another offering, the
        import lets that one be looked at whole (`records.loading`)."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        query = select(_TABLE.offering_id, _TABLE.person_id, _TABLE.changed_in)
        for offering, person, batch in self._rows(query.where(_TABLE.changed_in > min(since.values(), default=0))):
            if offering in since and batch > since[offering]:
                found[offering].add(person)
        return {offering: frozenset(own) for offering, own in found.items()}

    def stamps(self) -> Mapping[str, str]:
        """See EnrolmentRows. Batches are numbered upwards, so that the last one that changed a row tells."""
        return {offering: repr(self._groups[offering]) + rest for offering, rest in self.circumstances().items()}

    def circumstances(self) -> Mapping[str, str]:
        """See EnrolmentRows: which of the people and study cohorts in the rows are not in force."""
        return self._not_in_force

    def cohorts(self) -> Mapping[str, frozenset[str]]:
        """See EnrolmentRows."""
        return {
            offering: frozenset(
                cohort for status, cohort, *_ in groups if status == "active" and cohort in self._cohorts
            )
            for offering, groups in self._groups.items()
            if offering in self._offerings
        }

    def enrolled(self, people: Collection[str]) -> Mapping[str, frozenset[str]]:
        """See EnrolmentRows; answers for people who left the records as well."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for keys in portions(sorted(people)):
            query = select(_TABLE.offering_id, _TABLE.person_id).where(
                _TABLE.person_id.in_(keys), _TABLE.status == "active"
            )
            for offering, person in self._rows(query):
                found[offering].add(person)
        return {offering: frozenset(own) for offering, own in found.items()}

    def count(self) -> int:
        """See EnrolmentRows; counts rows whose person or study cohort left the records as well."""
        return sum(
            count
            for offering, groups in self._groups.items()
            if offering in self._offerings
            for status, _, count, _ in groups
            if status == "active"
        )

    def unknown_pairs(self, cohorts: Collection[str]) -> Iterator[tuple[str, str]]:
        """Key and offering|person of the rows that name one of those study cohorts."""
        for keys in portions(sorted(cohorts)):
            query = select(_TABLE.sourced_id, _TABLE.offering_id, _TABLE.person_id).where(
                _TABLE.cohort_id.in_(keys), _TABLE.status == "active"
            )
            for key, offering, person in self._rows(query):
                yield key, f"{offering}|{person}"

    @cached_property
    def _not_in_force(self) -> Mapping[str, str]:
        gone = [key for (key,) in self._rows(select(tables.Person.sourced_id)) if key not in self._people]
        left = self.enrolled(gone)
        return {
            offering: repr((self._without_cohort(groups), sorted(left.get(offering, ()))))
            for offering, groups in self._groups.items()
            if offering in self._offerings
        }

    def _by_offering(self, query: Executable) -> Iterator[tuple[str, tuple[Enrolment, ...]]]:
        for offering, rows in groupby(starmap(Enrolment, self._rows(query)), key=attrgetter("offering")):
            if own := tuple(filter(self._is_in_force, rows)):
                yield offering, own

    def _rows(self, query: Executable) -> Sequence[Any]:
        with Session(self._engine) as session:
            return session.execute(query).all()

    def _without_cohort(self, groups: Sequence[_Group]) -> list[str]:
        return [cohort for _, cohort, *_ in groups if cohort and cohort not in self._cohorts]

    def _is_in_force(self, row: Enrolment) -> bool:
        return row.person in self._people and (row.cohort is None or row.cohort in self._cohorts)


_Group = tuple[str, str, int, int]


def _grouped(session: Session) -> Mapping[str, list[_Group]]:
    """For each offering its rows by status and study cohort: how many, and the batch that last changed one."""
    names = (_TABLE.offering_id, _TABLE.status, _TABLE.cohort_id)
    query = select(*names, func.count(), func.max(_TABLE.changed_in)).group_by(*names).order_by(*names)
    found: defaultdict[str, list[_Group]] = defaultdict(list)
    for offering, status, cohort, count, batch in session.execute(query):
        found[offering].append((status, cohort or "", count, batch))
    return found
