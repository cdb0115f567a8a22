"""The sentences for rows that were set aside: one per rule, with its remedy. The one place to translate them.

Pure. `{field}`, `{value}` and so on are filled in by the check that found the problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dlt_sync.records.iin import mask, mask_all

#: How much of a cell a message shows.
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is wrong, and what to do about it."""

    text: str
    remedy: str
    severity: str = "error"  # error: the row is set aside; warning: only the field is left out


SENTENCES: Mapping[str, Sentence] = {
    # the cell as such
    "nul": Sentence("{field} holds a NUL character, which no text has.", "Export the file again; this one is damaged."),
    "too_long_cell": Sentence(
        "{field} holds {length} characters.", "See whether two rows ran together, or a quote was not closed."
    ),
    "formula": Sentence(
        "{field} holds a formula: {value}", "Paste the cell's value (Paste special › Values) and export again."
    ),
    "excel_number": Sentence(
        "Excel has shortened the number in {field} to {value}; its last digits are lost.",
        "Give the column the format Text in Excel and enter the number again from its source.",
    ),
    "excel_error": Sentence("{field} holds Excel's error {value}.", "Correct the formula in the spreadsheet."),
    "extra_cells": Sentence(
        "The row has {length} cells, the header only {limit}.",
        "Put quotes around the text that contains the delimiter, or export with another delimiter.",
    ),
    # one column
    "required": Sentence("{field} is empty.", "Fill it in."),
    "one_of": Sentence("All of {field} are empty.", "Fill in at least one of them."),
    "too_long": Sentence("{field} has {length} characters; Moodle takes {limit}.", "Shorten it."),
    "choice": Sentence("{field} is {value}, which is none of: {limit}.", "Use one of these words."),
    "date": Sentence("{field} is {value}, which is no date.", "Write it as 31.12.2026 or 2026-12-31."),
    "whole": Sentence("{field} is {value}; a whole number from {least} to {limit} is needed.", "Correct it."),
    "decimal": Sentence("{field} is {value}; a number from {least} to {limit} is needed.", "Correct it, as in 0.75."),
    "yes_no": Sentence("{field} is {value}; yes or no is needed.", "Write 1 or 0."),
    "session_name": Sentence(
        "{field} is {value}; a year is named like 2026-2027, its terms 2026-2027/1 and 2026-2027/2.", "Name it so."
    ),
    "academic_year": Sentence("{field} is {value}; an academic year looks like 2026-2027.", "Write it so."),
    "email": Sentence("{field} is {value}, which is no e-mail address.", "Correct it, or leave it empty."),
    "username": Sentence(
        "{field} is {value}; Moodle takes only a-z, 0-9 and . _ - @ in a user name.", "Give another login."
    ),
    "iin_as_username": Sentence(
        "{field} {value} is an IIN; a user name is seen by others.", "Give a login that is not the IIN."
    ),
    "key": Sentence(
        "{field} is {value}; a key looks like plt:student:910001: system, kind and number, no blanks, no |.",
        "Correct it. Until then nothing of this kind is removed, since the row may be about any of them.",
    ),
    "iin_in_key": Sentence("{field} {value} contains an IIN.", "Make the key of the number in the registry instead."),
    "iin_in_text": Sentence(
        "{field} {value} contains an IIN; it is seen by others.", "Leave it out: it belongs in the column iin alone."
    ),
    "url": Sentence("{field} is no address of a video: {other}", "Correct it."),
    "several": Sentence(
        "{field} holds {value}, which is none of: {limit}.", "Use these words, separated by semicolons."
    ),
    # the IIN
    "iin_length": Sentence("The IIN {value} has {length} digits instead of 12.", "Correct it."),
    "iin_lost_zero": Sentence(
        "The IIN {value} has {length} digits; with {limit} in front of them it would be right.",
        "Excel drops leading zeros: give the column the format Text and put {limit} back.",
    ),
    "iin_digits": Sentence("The IIN {value} holds something that is no digit.", "Correct it."),
    "iin_check": Sentence(
        "The IIN {value} cannot be right: its last digit does not fit the others.",
        "Compare it with the document; if it stands there so, set no_check_iin to 1.",
    ),
    # the row
    "in_order": Sentence("{field} is {value}, before {other} {limit}.", "Exchange or correct the dates."),
    "just_one_of": Sentence(
        "{field}: just one of them is to be filled.",
        "Name the offering for a topic of its own, or the discipline for one of all its offerings.",
    ),
    "no_video_reason": Sentence(
        "The topic owes no video, and {field} does not say why; the row is taken.",
        "Write the reason: reports show it beside the topic.",
        "warning",
    ),
    "no_consent": Sentence(
        "The video shows a patient and {field} names no consent; the row is taken, but the video is placed nowhere.",
        "Name the patient's consent, or set shows_patient to 0.",
        "warning",
    ),
    "stage_of_type": Sentence("A {other} is never {value}; its stages are: {limit}.", "Correct the stage or the type."),
    "no_reason": Sentence("The request is {other}, and {field} is empty.", "Write why: the asker is told."),
    "no_plan": Sentence(
        "The request is scheduled, and {field} does not say for when; the row is taken.",
        "Write the day of the shooting.",
        "warning",
    ),
    "duplicate_key": Sentence(
        "The key {value} stands in rows {other}, and these rows differ.", "Leave the one that is right."
    ),
    "unique": Sentence("{field} {value} is already that of {other}.", "Correct one of the two."),
    "same_video": Sentence(
        "{field} {value} is the same video as that of {other}, written in another way.", "Leave one of the two."
    ),
    "twin": Sentence(
        "{field} {value} is the code of {other} typed with letters that look alike (Cyrillic and Latin).",
        "Leave one of the two and give the other its own code.",
    ),
    # references
    "reference": Sentence("{field} is {value}, and there is no such {other}.", "Correct it, or deliver that {other}."),
    "leaving": Sentence("{field} is {value}, and that {other} is marked as leaving.", "Mark this row too."),
    "depends": Sentence("Its {other} was set aside: {limit}.", "Correct that row; this one follows by itself."),
    "soft_reference": Sentence(
        "{field} is {value}, and there is no such {other}; the row is taken without it.", "Correct it.", "warning"
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was set aside, or a field of it left out. `row` is the spreadsheet's; the header is row 1."""

    entity: str
    file: str
    row: int
    field: str
    value: str
    rule: str
    message: str
    remedy: str
    severity: str
    sourced_id: str | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a check has to say about a field, before it is known which row it stands in."""

    rule: str
    field: str
    value: str = ""
    other: str = ""
    limit: str = ""
    least: str = ""
    length: int = 0

    @property
    def stops_row(self) -> bool:
        """Whether the row is set aside."""
        return SENTENCES[self.rule].severity == "error"


def shown(text: str, field: str = "") -> str:
    """A cell as it may stand in a message: short, without control characters, IINs masked."""
    # Judged on the whole text: a cut through an IIN would leave digits that no longer look like one.
    masked = mask_all(text) if field == "iin" else mask(text)
    masked = "".join(letter if letter.isprintable() else "·" for letter in masked)
    return masked if len(masked) <= SHOWN else masked[: SHOWN - 1] + "…"


def problem(
    complaint: Complaint, *, entity: str, file: str, row: int, sourced_id: str | None, subject: str = ""
) -> Problem:
    """The complaint as people read it."""
    sentence = SENTENCES[complaint.rule]
    words = {
        "field": complaint.field,
        "value": shown(complaint.value, complaint.field),
        "other": complaint.other,
        "limit": complaint.limit,
        "least": complaint.least,
        "length": complaint.length,
    }
    return Problem(
        entity=entity,
        file=file,
        row=row,
        field=complaint.field,
        value=str(words["value"]),
        rule=complaint.rule,
        message=sentence.text.format(**words),
        remedy=sentence.remedy.format(**words),
        severity=sentence.severity,
        sourced_id=sourced_id,
        subject=subject,
    )
