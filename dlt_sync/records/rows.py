"""One raw row → a row of ours: its values by column, its key, and what is wrong with it taken alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dlt_sync.records import iin
from dlt_sync.records.delivery import SourceFile
from dlt_sync.records.messages import Complaint, Problem, problem
from dlt_sync.records.readers import RawRow, Sheet
from dlt_sync.records.schema import SCHEMAS, SUBJECTS, Column
from dlt_sync.records.stages import REFUSED, knows, stages_of
from dlt_sync.records.values import Parsed, clean, latin_code, look_at_cell, read_value

#: Columns of a file that have no column of their own in the tables.
_NOT_STORED = ("iin", "no_check_iin", "status")


@dataclass(slots=True)
class Row:
    """One row of a file. `values` are by table column. `key` is None where it cannot be read.

    `leaving` means that the row itself says the record is no longer in force.
    """

    entity: str
    number: int
    key: str | None
    subject: str
    values: dict[str, Parsed]
    complaints: list[Complaint] = field(default_factory=list)
    leaving: bool = False

    @property
    def is_good(self) -> bool:
        """Whether nothing sets the row aside."""
        return not any(complaint.stops_row for complaint in self.complaints)


@dataclass(slots=True)
class Staged:
    """All rows of one file, read and judged one by one; nothing of it is in the database yet."""

    source: SourceFile
    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)

    @property
    def is_unreadable(self) -> bool:
        """Whether a row's key could not be read: it may have been about any record of the entity."""
        return any(row.key is None for row in self.rows)

    def problems(self) -> list[Problem]:
        """What people should know about these rows."""
        return [
            problem(
                complaint,
                entity=self.source.entity,
                file=self.source.name,
                row=row.number,
                sourced_id=row.key,
                subject=row.subject,
            )
            for row in self.rows
            for complaint in row.complaints
        ]


def build_row(entity: str, raw: RawRow, sheet: Sheet, iin_key: bytes | None) -> Row:
    """The row with its values and its own complaints; references and uniqueness are judged later."""
    values, complaints = _shifted(entity, raw, sheet) if raw.extra else _read_cells(entity, raw, sheet.columns)
    key = values.get("sourced_id")
    row = Row(entity, raw.number, str(key) if key else None, _subject(entity, raw), values, complaints)
    row.leaving = values.get("status") == "tobedeleted"
    if row.leaving:
        # Somebody who leaves needs no valid e-mail any more: only the key counts.
        row.complaints = [complaint for complaint in complaints if row.key is None]
    elif not raw.extra:
        _judge_together(row, iin_key)
    for name in _NOT_STORED:
        values.pop(name, None)
    return row


def _read_cells(entity: str, raw: RawRow, names: Iterable[str]) -> tuple[dict[str, Parsed], list[Complaint]]:
    values: dict[str, Parsed] = {}
    complaints: list[Complaint] = []
    columns = SCHEMAS[entity].by_name
    for name in names:
        found = _value(columns[name], raw)
        if isinstance(found, Complaint):
            complaints.append(found)
        else:
            values[name] = found
    return values, complaints


def _shifted(entity: str, raw: RawRow, sheet: Sheet) -> tuple[dict[str, Parsed], list[Complaint]]:
    """A row with more cells than the header: a cell fell apart, and only the key still stands in its place."""
    values, complaints = _read_cells(entity, raw, ["sourced_id"])
    too_many = Complaint("extra_cells", "sourced_id", raw.extra, length=raw.width, limit=str(sheet.width))
    return values, [*complaints, too_many]


def _value(column: Column, raw: RawRow) -> Parsed | Complaint:
    text = raw.cells.get(column.name, "")
    if column.name in raw.formulas:
        return Complaint("formula", column.name, text)
    return look_at_cell(column, text) or read_value(column, text)


def _subject(entity: str, raw: RawRow) -> str:
    parts = [clean(raw.cells.get(name, ""))[:100] for name in SUBJECTS.get(entity, ())]
    return iin.mask("|".join(parts)) if all(parts) else ""


def _judge_together(row: Row, iin_key: bytes | None) -> None:
    schema = SCHEMAS[row.entity]
    if schema.one_of and not any(row.values.get(name) for name in schema.one_of) and row.is_good:
        row.complaints.append(Complaint("one_of", ", ".join(schema.one_of)))
    if schema.just_one_of and sum(bool(row.values.get(name)) for name in schema.just_one_of) != 1 and row.is_good:
        row.complaints.append(Complaint("just_one_of", ", ".join(schema.just_one_of)))
    for first, second in schema.in_order:
        _judge_order(row, first, second)
    if row.entity == "person":
        _complete_person(row, iin_key)
    if "code" in row.values:
        _complete_code(row.values)
    if row.entity == "topic" and row.values.get("requires_video") is False and not row.values.get("no_video_reason"):
        row.complaints.append(Complaint("no_video_reason", "no_video_reason"))
    if row.entity == "video_asset" and row.values.get("shows_patient") and not row.values.get("consent_ref"):
        row.complaints.append(Complaint("no_consent", "consent_ref"))
    if row.entity == "video_request" and row.values.get("type") and row.values.get("stage"):
        _judge_stage(row, str(row.values["type"]), str(row.values["stage"]))


def _judge_stage(row: Row, request_type: str, stage: str) -> None:
    if not knows(request_type, stage):
        known = ", ".join(stages_of(request_type))
        row.complaints.append(Complaint("stage_of_type", "stage", stage, other=request_type, limit=known))
    elif stage in REFUSED and not row.values.get("reason"):
        row.complaints.append(Complaint("no_reason", "reason", other=stage))
    elif stage == "scheduled" and not row.values.get("planned_on"):
        row.complaints.append(Complaint("no_plan", "planned_on"))


def _judge_order(row: Row, first: str, second: str) -> None:
    begin, end = row.values.get(first), row.values.get(second)
    if begin and end and str(end) < str(begin):
        row.complaints.append(Complaint("in_order", second, str(end), other=first, limit=str(begin)))


def _complete_code(values: dict[str, Parsed]) -> None:
    printed = str(values["code"] or "")
    values |= {"code": latin_code(printed), "code_as_printed": printed}
    if values.get("group_code"):
        values["group_code"] = latin_code(str(values["group_code"]))


def _complete_person(row: Row, iin_key: bytes | None) -> None:
    values = row.values
    family, given = values.get("family_name"), values.get("given_name")
    # People with one name only: it is the family name, in whichever column it stood.
    values |= {"family_name": family or given, "given_name": given if family else None}
    values["single_name"] = not (family and given)
    if "iin" in values:
        complaint = _judge_iin(values, iin_key)
        if complaint:
            row.complaints.append(complaint)


def _judge_iin(values: dict[str, Parsed], iin_key: bytes | None) -> Complaint | None:
    number = str(values["iin"] or "")
    if not number:
        values |= {"iin_status": "absent", "iin_digest": "", "iin_last4": ""}
        return None
    unchecked = bool(values.get("no_check_iin"))
    if not iin.is_iin(number) and not unchecked:
        return Complaint("iin_check", "iin", number)
    values |= {
        "iin_status": "not_checked" if unchecked else "valid",
        "iin_digest": iin.digest(number, iin_key) if iin_key else "",
        "iin_last4": number[-4:] if iin_key else "",
    }
    return None
