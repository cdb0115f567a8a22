# ruff: noqa: E501 - a table row in Markdown cannot be broken
"""The README of the examples, whose tables name every changed row by its number."""

from __future__ import annotations

from making.registrar import HEADINGS
from making.tables import COLUMNS, Tables
from making.week_two import Entry

_TEXT = """\
# The example academy

A small fictional medical academy as its registrar would export it. Every person, name and number is made up:
family names are words like "sample" and "draft", e-mail addresses end in `academy.example`, and the IINs have
birth years 2090 to 2099, so that no living person can hold them.

`python examples/make_academy.py` writes everything here, this file too, the same bytes every time.

| folder | what is in it |
|---|---|
| `academy` | the first week, as of 2026-11-16: every row is good |
| `academy-week-2` | the same academy on 2026-11-23: some rows changed, some new, some gone, some bad |
| `registrar-export/windows-1251` | one group of `academy` as an old program exports it: Windows-1251, semicolons, дд.мм.гггг, Russian column names |
| `registrar-export/excel` | the same rows as `records.xlsx`, a sheet per entity, IINs typed as numbers and dates as dates |

## How much

{counts}

The 2,000 enrolments are {students} of students and {teachers} of teachers and tutors.

## People and things to look at

| where | what |
|---|---|
| `plt:student:910001` | no patronymic |
| `plt:student:910002`, `plt:student:910005` | two people of one name, in two groups of one stream; in week 2 in one group |
| `plt:student:910003` | studies in Russian |
| `plt:student:910004` | one name only, from abroad, no IIN yet |
| `plt:student:910142` | on academic leave since 2026-10-05; returns in week 2 |
| `plt:tutor:820001` | works for two kafedras, 0.75 and 0.25 of a position |
| `plt:tutor:820002` | leaves the academy in week 2 |
| `plt:tutor:820003` | a contractor whose contract ends on 2027-06-30 |
| `plt:subject:204` | its code `ВН 2204` is printed in Cyrillic letters |
| `plt:subject:308`, `plt:subject:309` | one code, `GP 3221`, in two kafedras; they are offered side by side to the same students |
| `plt:offering:31` and `32`, `46` and `47`, `53` and `54` | electives: each student takes one of the two, whichever group they are in |
| `plt:offering:55` to `60` | residency cycles with dates of their own |
| `plt:offering:25` to `32`, `48` to `54` | terms counted from admission: `term_no` 5 and 6 |

## The registrar's column names

{headings}

## Week 2, row by row

Row 1 is the header. What a bad row is about must stay as it is in Moodle. No file loses 10 % of its rows, and
the changes stay below the guard's default limits.

### Changed rows

{changed}

### New rows

{new}

### Rows that are gone

Row numbers are those of `academy`.

{gone}

### Bad rows

{bad}
"""


def readme(academy: Tables, ledger: list[Entry]) -> str:
    """The whole text."""
    students = sum(r["role"] == "student" for r in academy["enrolment"])
    return _TEXT.format(
        counts=_counts(academy),
        students=f"{students:,}",
        teachers=len(academy["enrolment"]) - students,
        headings=_headings(),
        **{what: _entries(ledger, what) for what in ("changed", "new", "gone", "bad")},
    )


def _counts(academy: Tables) -> str:
    lines = ["| file | rows |", "|---|---|"]
    return "\n".join(lines + [f"| `{entity}.csv` | {len(academy[entity]):,} |" for entity in COLUMNS])


def _headings() -> str:
    lines = ["| file | in the export = ours |", "|---|---|"]
    for entity, headings in HEADINGS.items():
        pairs = ", ".join(f"{theirs} = `{ours}`" for ours, theirs in headings.items())
        lines.append(f"| `{entity}` | {pairs} |")
    return "\n".join(lines)


def _entries(ledger: list[Entry], what: str) -> str:
    order = list(COLUMNS)
    chosen = sorted((e for e in ledger if e.what == what), key=lambda e: (order.index(e.entity), e.place))
    lines = ["| file | row | sourced_id | what happened |", "|---|---|---|---|"]
    lines += [f"| `{e.entity}.csv` | {e.place + 2} | `{e.sourced_id}` | {e.story} |" for e in chosen]
    return "\n".join(lines)
