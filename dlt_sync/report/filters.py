"""The filters that all reports have (DOMAIN a.2): what was asked for, which offerings that means, and how it is said.

Pure. A unit or programme may be named by its key, its code, or a part of its name in any language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields

from dlt_sync.errors import RecordsError
from dlt_sync.kinds.academy import Names, Offering
from dlt_sync.kinds.kind import Source
from dlt_sync.records.values import latin_code
from dlt_sync.report.words import Words


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, as people write it; "" for everything."""

    year: str = ""
    term: str = ""
    faculty: str = ""
    kafedra: str = ""
    programme: str = ""
    language: str = ""
    level: str = ""


@dataclass(frozen=True)
class Filter:
    """What was asked for, found in the records. A key set is None where nothing was asked for."""

    asked: Asked = field(default_factory=Asked)
    faculties: frozenset[str] | None = None
    kafedras: frozenset[str] | None = None
    programmes: frozenset[str] | None = None

    @property
    def by_offering(self) -> bool:
        """Whether something was asked for that only an offering has."""
        asked = self.asked
        return bool(asked.year or asked.term or asked.programme or asked.level)

    def takes(self, source: Source, offering: Offering) -> bool:
        """Whether an offering is among what was asked for."""
        asked = self.asked
        programme = source.academy.programmes[offering.programme]
        return (
            (not asked.year or source.academic_year(offering) == asked.year)
            and (not asked.term or str(offering.term_no) == asked.term)
            and (not asked.language or offering.language == asked.language)
            and (not asked.level or programme.level == asked.level)
            and (self.programmes is None or offering.programme in self.programmes)
            and self.takes_kafedra(source, offering.kafedra)
        )

    def takes_kafedra(self, source: Source, kafedra: str | None) -> bool:
        """Whether a kafedra is among what was asked for."""
        if self.kafedras is not None and kafedra not in self.kafedras:
            return False
        return self.faculties is None or faculty_of(source, kafedra) in self.faculties

    def in_words(self, source: Source, words: Words) -> tuple[tuple[str, str], ...]:
        """Pairs of what was chosen by and what was chosen, in the language of the report."""
        orgs, programmes = source.academy.orgs, source.academy.programmes
        said: dict[str, str] = {
            "year": self.asked.year,
            "term": self.asked.term,
            "faculty": _names(self.faculties, lambda key: orgs[key].names, words),
            "kafedra": _names(self.kafedras, lambda key: orgs[key].names, words),
            "programme": _names(self.programmes, lambda key: programmes[key].names, words),
            "language": self.asked.language and words[f"language.{self.asked.language}"],
            "level": self.asked.level and words[f"level.{self.asked.level}"],
        }
        return tuple((words[name], value) for name, value in said.items() if value)


def find_filter(source: Source, asked: Asked) -> Filter:
    """The filter for what was asked for. Raises RecordsError that names all that the records do not have."""
    units = {key: (org.type, org.names) for key, org in source.academy.orgs.items()}
    faculties = {key: names for key, (kind, names) in units.items() if kind in ("faculty", "college")}
    kafedras = {key: names for key, (kind, names) in units.items() if kind == "kafedra"}
    programmes = source.academy.programmes
    codes = {key: one.code for key, one in programmes.items()}
    found = {
        "faculty": _found(asked.faculty, faculties, {}),
        "kafedra": _found(asked.kafedra, kafedras, {}),
        "programme": _found(asked.programme, {key: one.names for key, one in programmes.items()}, codes),
    }
    if unknown := [name for name, keys in found.items() if keys == frozenset()]:
        raise RecordsError(
            "The records do not have what was asked for.",
            problems=[f"There is no {name} “{getattr(asked, name)}”." for name in unknown],
            remedy="Write a key, a code or a part of the name; `dlt-sync report RP-1` shows what there is.",
        )
    return Filter(asked, found["faculty"], found["kafedra"], found["programme"])


def faculty_of(source: Source, org: str | None) -> str | None:
    """The faculty or college a unit belongs to; itself where it is one."""
    seen: set[str] = set()
    while org is not None and org not in seen:
        known = source.academy.orgs.get(org)
        if known is None or known.type in ("faculty", "college"):
            return known.key if known else None
        seen.add(org)
        org = known.parent
    return None


def _found(text: str, names: Mapping[str, Names], codes: Mapping[str, str]) -> frozenset[str] | None:
    """The keys that a text means: a key, else a code, else every name that holds it; None for no text."""
    text = text.strip()
    if not text:
        return None
    if text in names:
        return frozenset({text})
    by_code = frozenset(key for key, code in codes.items() if code.casefold() == latin_code(text).casefold())
    if by_code:
        return by_code
    folded = text.casefold()
    return frozenset(key for key, name in names.items() if any(folded in one.casefold() for one in _all(name)))


def _all(names: Names) -> tuple[str, ...]:
    return tuple(getattr(names, spec.name) for spec in fields(Names))


def _names(keys: frozenset[str] | None, names: Callable[[str], Names], words: Words) -> str:
    return ", ".join(sorted(names(key).in_language(words.language) for key in keys or ()))
