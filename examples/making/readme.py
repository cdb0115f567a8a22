# ruff: noqa: E501 - a table row in Markdown cannot be broken
"""The README of the examples, whose tables name every changed row by its number."""

from __future__ import annotations

from collections import Counter

from making.registrar import HEADINGS
from making.tables import COLUMNS, Tables
from making.videos import MEDIA_SITE
from making.week import Entry

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
| `media` | the clip that is behind every video's address, and how it was made |

## How much

{counts}

The 2,000 enrolments are {students} of students and {teachers} of teachers and tutors. The 400 topics are
{lectures} lectures, {practicals} practicals and {others} of guided own work (SROP).

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

## Topics and videos to look at

The four lists of topics and videos are the department's own. Every address leads to the demo's media site
(`{media}`), which `scripts/demo` starts; where that port is taken, the demo reads a copy with another one.

| where | what |
|---|---|
| `plt:subject:103`, `208`, `404` | no lectures, so no video is owed; `208` and `404` owe one for a practical |
| `plt:offering:58` | no lecture hours: its students come to the lectures of `plt:offering:55` |
| `plt:offering:20`, `39`, `40`, `47`, `52` | topics of their own; all others have those of their discipline |
| topics with `requires_video` 0 | three lectures that owe none, each with its reason |
| `dlt:video:96` | one video in three programmes |
| `plt:offering:28`, `50`; `plt:offering:23` | taught in Kazakh, and in English, with videos in Russian only: that is not "missing" |
| `dlt:video:25`, `28`, `95` | recorded before their topic changed |
| `dlt:video:99` and `1`, `100` and `75` | replaced by the second; the placement of the last pair still names the old one |
| `dlt:video:98` | withdrawn; `86` and `90` are drafts: none of them is shown |
| `dlt:video:70`, `72` | show a patient who consented; `74` names no consent, is remarked on and placed nowhere |
| `dlt:video:6`, `17`, `50` | out of date by age; `16` declared so by the department; `94` past its review |
| `dlt:video:56`, `91` | recorded by `plt:tutor:820002`, who leaves in week 2; a second author of `91` stays |
| `dlt:video:13`, `23`, `33`, `43` | addresses as people copy them: a slash too many, `utm_source`, dots |
| `dlt:video:35`, `65`, `45` | for the link check: the first has moved, the second is gone, the third is slow |
| `video_request.csv` | the shooting plan: one request or more at every stage |

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
    kinds = Counter(r["kind"] for r in academy["topic"])
    return _TEXT.format(
        counts=_counts(academy),
        students=f"{students:,}",
        teachers=len(academy["enrolment"]) - students,
        lectures=kinds["lecture"],
        practicals=kinds["practical"],
        others=kinds["srop"],
        headings=_headings(),
        media=MEDIA_SITE,
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
