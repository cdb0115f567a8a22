"""A week's tables as they are being changed, and what was done to which row."""

from __future__ import annotations

from dataclasses import dataclass, field

from making.tables import Row, Tables, find


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that is changed, new, gone or bad, and the story behind it. `place` is its index in the table,
    for a row that is gone in the first week's table."""

    what: str
    entity: str
    place: int
    sourced_id: str
    story: str


@dataclass(slots=True)
class Week:
    """The tables of the second week as they are being changed, and what has been done to them."""

    tables: Tables
    first: Tables
    touched: list[tuple[str, str, Row, str]] = field(default_factory=list)

    def change(self, entity: str, sourced_id: str, story: str, what: str = "changed", **values: str) -> None:
        """Set `values` in the row with that key."""
        changed = find(self.tables[entity], sourced_id)
        changed |= values
        self.touched.append((what, entity, changed, story))

    def add(self, entity: str, new: Row, story: str, what: str = "new") -> None:
        """Append a row; an enrolment without a key gets the next one."""
        if not new["sourced_id"]:
            new["sourced_id"] = f"plt:{entity}:{len(self.first[entity]) + self._count_new(entity) + 1}"
        self.tables[entity].append(new)
        self.touched.append((what, entity, new, story))

    def drop(self, entity: str, sourced_id: str, story: str) -> None:
        """Take the row out of the file."""
        gone = find(self.tables[entity], sourced_id)
        self.tables[entity].remove(gone)
        self.touched.append(("gone", entity, gone, story))

    def of_person(self, entity: str, person: str) -> list[Row]:
        """The rows of `entity` that are about that person."""
        return [r for r in self.tables[entity] if r["person_id"] == person]

    def ledger(self) -> list[Entry]:
        """Every touched row with its place in the file."""
        return [
            Entry(what, entity, self._place(what, entity, touched), touched["sourced_id"], story)
            for what, entity, touched, story in self.touched
        ]

    def _count_new(self, entity: str) -> int:
        return sum(what == "new" and entity == touched for what, touched, _, _ in self.touched)

    def _place(self, what: str, entity: str, touched: Row) -> int:
        if what == "gone":
            return self.first[entity].index(touched)
        return next(place for place, r in enumerate(self.tables[entity]) if r is touched)
