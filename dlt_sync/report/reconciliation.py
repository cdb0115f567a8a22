"""The report on reconciliation (RP-6): what became of courses and people, and which rows were set aside.

Pure: input are the changes of a period or of a run as the journal has them; output is a `Document`, with how much there
was of each sort in each kafedra before the list. What comes from outside is masked as in all that leaves the program.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from dlt_sync.kinds.academy import Names
from dlt_sync.kinds.kind import Source
from dlt_sync.report.document import Column, Document, Type, Value, sums
from dlt_sync.report.filters import Filter
from dlt_sync.report.quarantine_words import entity_word, sentence_of
from dlt_sync.report.reconciled import ADDED, MOVED, RESTORED, SET_ASIDE, SORTS, SUSPENDED, Change
from dlt_sync.report.run_facts import clean
from dlt_sync.report.videos import SIGNATORIES
from dlt_sync.report.words import Words

CODE = "RP-6"
PEOPLE = frozenset({ADDED, MOVED, SUSPENDED, RESTORED})
COLUMNS: tuple[tuple[str, Type], ...] = (
    ("kafedra", Type.TEXT),
    ("change", Type.TEXT),
    ("object", Type.TEXT),
    ("key", Type.TEXT),
    ("before", Type.TEXT),
    ("after", Type.TEXT),
    ("on", Type.DATE),
    ("run", Type.TEXT),
    ("why", Type.TEXT),
)


@dataclass(frozen=True)
class Reconciled:
    """What the report is made of. `units` has the names of units in all languages by each of them; `only` are the names
    of those that were asked for, None for all; `filters` says in words what was."""

    changes: Sequence[Change]
    words: Words
    zone: ZoneInfo
    as_of: date
    units: Mapping[str, Names] = field(default_factory=dict)
    only: Collection[str] | None = None
    filters: tuple[tuple[str, str], ...] = ()

    def unit(self, change: Change) -> str:
        """The kafedra that a change is listed under, or the list that a row was set aside of."""
        language = self.words.language
        if change.sort == SET_ASIDE:
            return self.words["records_of"].format(entity_word(language, change.unit))
        names = self.units.get(change.unit)
        return names.in_language(language) if names else change.unit

    @property
    def taken(self) -> list[Change]:
        """The changes that were asked for: by kafedra, then by sort, then by name."""
        wanted = [change for change in self.changes if self.only is None or change.unit in self.only]
        return sorted(wanted, key=self._place)

    def _place(self, change: Change) -> tuple[bool, str, int, str, str]:
        unit = self.unit(change)
        last = change.sort == SET_ASIDE or not unit
        return last, unit.casefold(), SORTS.index(change.sort), change.label.casefold(), change.key


def names_of(source: Source, wanted: Filter) -> frozenset[str] | None:
    """The names, in all languages, of the kafedras and programmes that a filter takes; None for all."""
    if wanted.faculties is None and wanted.kafedras is None and wanted.programmes is None:
        return None
    orgs, programmes = source.academy.orgs, source.academy.programmes
    taken = [programmes[key].names for key in wanted.programmes or ()]
    if wanted.faculties is not None or wanted.kafedras is not None:
        taken += [org.names for key, org in orgs.items() if wanted.takes_kafedra(source, key)]
    return frozenset(name for names in taken for name in (names.kk, names.ru, names.en) if name)


def reconciliation(material: Reconciled) -> Document:
    """RP-6: each course, person and row with what became of it, and before that how many there were (clause 6.2.2)."""
    words, taken = material.words, material.taken
    return Document(
        code=CODE,
        title=words[CODE],
        words=words,
        as_of=material.as_of,
        columns=tuple(Column(name, words[name], kind) for name, kind in COLUMNS),
        rows=tuple(_row(material, change) for change in taken),
        filters=material.filters,
        signatories=tuple(words[post] for post in SIGNATORIES),
        overview=_overview(material, taken),
        named=len({change.key for change in taken if change.sort in PEOPLE}),
    )


def _overview(material: Reconciled, taken: Sequence[Change]) -> Document:
    """How much there was of each sort, kafedra by kafedra; sorts of which there was nothing are left out."""
    words = material.words
    counts: dict[str, Counter[str]] = {}
    for change in taken:
        counts.setdefault(material.unit(change), Counter())[change.sort] += 1
    sorts = [sort for sort in SORTS if any(own[sort] for own in counts.values())]
    columns = (Column("kafedra", words["kafedra"]), *(Column(sort, words[sort], Type.NUMBER) for sort in sorts))
    rows: list[tuple[Value, ...]] = [
        (unit or words["no_kafedra"], *(own[sort] for sort in sorts)) for unit, own in counts.items()
    ]
    return Document(
        code="",
        title=words["overview"],
        words=words,
        as_of=material.as_of,
        columns=columns,
        rows=tuple(rows),
        totals=sums(columns, rows, words["total"]) if rows else None,
    )


def _row(material: Reconciled, change: Change) -> tuple[Value, ...]:
    words = material.words
    return (
        material.unit(change) or words["no_kafedra"],
        words[change.sort],
        clean(change.label),
        clean(change.key),
        clean(change.before),
        clean(change.after),
        change.at.astimezone(material.zone).date(),
        "" if change.run is None else str(change.run),
        _why(words, change),
    )


def _why(words: Words, change: Change) -> str:
    """Why a row was set aside; of all else, which import asks for it."""
    if change.sort == SET_ASIDE:
        return clean(sentence_of(words.language, change.rule, change.reason))
    if "no longer in the records" in change.reason:
        return words["why.left_the_records"]
    batch = re.search(r"\bimport (\d+)", change.reason)
    return f"{words['import']} {batch[1]}" if batch else ""
