"""Rows judged together: keys and names given once, references that lead somewhere. Pure.

Input: the staged rows of a delivery and what the database has. A row that fails gets a complaint; nothing is
raised, nothing written. Entities are judged in the order in which they refer to each other, so that a row whose
person was set aside is set aside with that reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from dlt_sync.records.messages import Complaint
from dlt_sync.records.rows import Row, Staged
from dlt_sync.records.schema import SCHEMAS, Column, is_listed, word

#: entity → key → the row in the database, by column.
Existing = Mapping[str, Mapping[str, Mapping[str, Any]]]


def check_together(staged: Mapping[str, Staged], existing: Existing, *, full: bool) -> None:
    """Add to the rows what is wrong with them together and against the database."""
    for entity in SCHEMAS:
        if entity in staged:
            _check_keys(staged[entity])
    _References(staged, existing, full=full).check()


def _check_keys(part: Staged) -> None:
    by_key: dict[str, list[Row]] = defaultdict(list)
    for row in part.rows:
        if row.key is not None:
            by_key[row.key].append(row)
    for key, rows in by_key.items():
        if len(rows) < 2:
            continue
        if all(row.values == rows[0].values and row.leaving == rows[0].leaving for row in rows):
            # The same row exported twice says the same twice.
            repeated = {id(row) for row in rows[1:]}
            part.rows = [row for row in part.rows if id(row) not in repeated]
            continue
        # Which of them is right is unknown: all are set aside.
        numbers = ", ".join(str(row.number) for row in rows)
        for row in rows:
            row.complaints.append(Complaint("duplicate_key", "sourced_id", key, other=numbers))


class _References:
    """The walk over the entities: who is in force after this import, and who was set aside."""

    def __init__(self, staged: Mapping[str, Staged], existing: Existing, *, full: bool) -> None:
        self._staged = staged
        self._existing = existing
        self._full = full
        self._in_force: dict[str, set[str]] = {}
        self._rows: dict[str, dict[str, Row]] = {}

    def check(self) -> None:
        for entity in SCHEMAS:
            if part := self._staged.get(entity):
                self._check_hard(part, entity)
                # What falls here keeps its old name in the database, and may be referred to: judge again.
                while self._check_unique(part, entity):
                    self._check_hard(part, entity)
            self._in_force[entity] = self._still_in_force(entity)
        for entity, part in self._staged.items():
            self._check_soft(part, entity)

    def _still_in_force(self, entity: str) -> set[str]:
        active = {key for key, row in self._existing.get(entity, {}).items() if row["status"] == "active"}
        part = self._staged.get(entity)
        if part is None:
            return active
        good = {row.key for row in part.rows if row.key and row.is_good and not row.leaving}
        leaving = {row.key for row in part.rows if row.key and row.is_good and row.leaving}
        if self._full and not part.is_unreadable:
            # Absent rows leave; what a row that was set aside is about stays, and what no list need bring.
            set_aside = {row.key for row in part.rows if row.key and not row.is_good}
            active = {key for key in active if key in set_aside or not is_listed(entity, key)}
        return good | (active - leaving)

    def _check_hard(self, part: Staged, entity: str) -> None:
        columns = [column for column in SCHEMAS[entity].columns if column.refers_to and not column.soft]
        # An entity may refer to itself (a faculty to its academy): repeat until no further row falls.
        fallen = True
        while fallen:
            self._in_force[entity] = self._still_in_force(entity)
            rows = [row for row in part.rows if not row.leaving and row.is_good]
            # All rows are judged before the next round, hence no any() over a generator.
            fallen = sum(self._judge(row, columns) for row in rows) > 0

    def _judge(self, row: Row, columns: Iterable[Column]) -> bool:
        complaints = [
            self._complaint(column, str(row.values[column.name]))
            for column in columns
            if row.values.get(column.name)
            and row.values[column.name] not in self._in_force.get(column.refers_to, set())
        ]
        row.complaints.extend(complaints)
        return bool(complaints)

    def _complaint(self, column: Column, key: str) -> Complaint:
        entity = column.refers_to
        part = self._staged.get(entity)
        if part and entity not in self._rows:
            self._rows[entity] = {row.key: row for row in part.rows if row.key}
        target = self._rows.get(entity, {}).get(key)
        if part and target and target.leaving:
            return Complaint("leaving", column.name, key, other=word(entity))
        if part and target:
            where = f"row {target.number} of {part.source.name}"
            return Complaint("depends", column.name, key, other=word(entity), limit=where)
        return Complaint("reference", column.name, key, other=word(entity))

    def _check_unique(self, part: Staged, entity: str) -> bool:
        fallen = 0
        for column in SCHEMAS[entity].columns:
            if column.unique:
                holders = self._holders(part, entity, column.name)
                rows = [row for row in part.rows if row.is_good and not row.leaving]
                fallen += sum(_judge_unique(row, column.name, holders) for row in rows)
        return fallen > 0

    def _holders(self, part: Staged, entity: str, name: str) -> dict[str, tuple[str, str, str]]:
        """value → key, place and spelling of the record that has it already and keeps it."""
        claims = {row.key: row.values.get(name) for row in part.rows if row.is_good}
        holders = {}
        for key in self._in_force[entity]:
            row = self._existing.get(entity, {}).get(key)
            if key not in claims and not is_listed(entity, key):
                continue  # a decision's video gives way to the list's: see `placing.give_way`
            if row and (key not in claims or claims[key] == row[name]):
                printed = row.get(f"{name}_as_printed", row[name])
                holders[str(row[name])] = (key, key, printed)
        return holders

    def _check_soft(self, part: Staged, entity: str) -> None:
        columns = [column for column in SCHEMAS[entity].columns if column.soft]
        for row in part.rows:
            for column in columns:
                given = str(row.values.get(column.name) or "")
                keys = given.split(";") if column.kind == "refs" else [given]
                gone = [key for key in keys if key and key not in self._in_force[column.refers_to]]
                if gone and not row.leaving:
                    other = word(column.refers_to)
                    row.complaints += [Complaint("soft_reference", column.name, key, other=other) for key in gone]
                    if column.kind == "refs":
                        row.values[column.name] = ";".join(key for key in keys if key not in gone)
                    else:  # left out of the values: what the database has stays
                        del row.values[column.name]


def _judge_unique(row: Row, name: str, holders: dict[str, tuple[str, str, str]]) -> bool:
    value = str(row.values[name])
    printed = str(row.values.get(f"{name}_as_printed", value))
    key, place, spelling = holders.setdefault(value, (row.key or "", f"{row.key} in row {row.number}", printed))
    if key == row.key:
        return False
    # The one that had it first keeps it; the newcomer waits until somebody decides.
    rule = "same_video" if name == "url" else "unique" if spelling == printed else "twin"
    row.complaints.append(Complaint(rule, name, printed, other=place))
    return True
