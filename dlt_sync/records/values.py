"""One cell → the value its column holds, or a Complaint. Pure.

What spreadsheets do to data is met here: formulas, numbers cut to 9.90101E+11, `910001.0`, dates as serial
numbers, look-alike letters in codes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from dlt_sync.media.addresses import BadAddress, canonical
from dlt_sync.records import iin
from dlt_sync.records.messages import Complaint
from dlt_sync.records.schema import Column

Parsed = str | int | float | bool | date | None

#: A longer cell than this is no value of ours, whatever its column takes.
LONGEST_CELL = 1_000

_LOOK_ALIKE = str.maketrans("АВЕКМНОРСТХУавекмнорстху", "ABEKMHOPCTXYabekmhopctxy")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
_SHORTENED = re.compile(r"[+-]?\d+([.,]\d+)?[eE]\+\d+")
_KEY = re.compile(r"[^\s|:]+:[^\s|:]+:[^\s|]+")
_EMAIL = re.compile(r"[^\s@<>(),;:\"\[\]]+@[^\s@<>(),;:\"\[\]_]+\.[^\s@<>(),;:\"\[\].]{2,}")
_USERNAME = re.compile(r"[a-z0-9._@-]+")
_YEAR = re.compile(r"(\d{4})[-–/](\d{4})")
_SESSION = re.compile(r"(\d{4})[-–](\d{4})(?:/(\d))?")
_EXCEL_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
_EXCEL_EPOCH = date(1899, 12, 30)

_YES = {"1", "1.0", "yes", "true", "да", "иә", "+", "истина", "ақиқат"}
_NO = {"0", "0.0", "no", "false", "нет", "жоқ", "-", "ложь", "жалған"}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "language": {
        "kz": "kk", "kaz": "kk", "каз": "kk", "қаз": "kk", "казахский": "kk", "қазақ": "kk", "қазақша": "kk",
        "rus": "ru", "рус": "ru", "русский": "ru", "орыс": "ru", "орысша": "ru",
        "eng": "en", "анг": "en", "англ": "en", "английский": "en", "ағылшын": "en", "ағылшынша": "en",
    },
    "type": {
        "студент": "student", "обучающийся": "student", "білім алушы": "student", "преподаватель": "teacher",
        "оқытушы": "teacher", "сотрудник": "staff", "қызметкер": "staff", "академия": "academy",
        "факультет": "faculty", "кафедра": "kafedra", "отдел": "division", "бөлім": "division",
        "колледж": "college", "учебный год": "schoolYear", "оқу жылы": "schoolYear", "семестр": "term",
        "съёмка": "shooting", "съемка": "shooting", "түсірілім": "shooting", "предложение": "suggestion",
        "предложенное видео": "suggestion", "ұсынылған бейне": "suggestion", "проблема": "problem",
        "проблема с видео": "problem", "бейнедегі ақау": "problem",
    },
    "role": {
        "студент": "student", "обучающийся": "student", "білім алушы": "student", "преподаватель": "teacher",
        "оқытушы": "teacher", "тьютор": "tutor", "наблюдатель": "observer", "бақылаушы": "observer",
    },
    "level": {"бакалавриат": "bachelor", "интернатура": "internship", "резидентура": "residency",
              "магистратура": "master", "докторантура": "phd", "колледж": "college"},
    "stage": {  # as the plugin's pages call them
        "подана": "requested", "берілді": "requested", "принята": "accepted", "принято": "accepted",
        "қабылданды": "accepted", "сценарий готов": "scripted", "сценарийі дайын": "scripted",
        "съёмка назначена": "scheduled", "съемка назначена": "scheduled", "түсірілім күні белгіленді": "scheduled",
        "снято": "shot", "түсірілді": "shot", "черновой монтаж готов": "rough_cut",
        "алғашқы монтажы дайын": "rough_cut", "на просмотре": "in_review", "қаралуда": "in_review",
        "на доработке": "corrections", "түзетілуде": "corrections", "утверждена": "approved", "утверждено": "approved",
        "бекітілді": "approved", "опубликована": "published", "опубликовано": "published", "жарияланды": "published",
        "отклонена": "rejected", "отклонено": "rejected", "қабылданбады": "rejected", "отменена": "cancelled",
        "отменено": "cancelled", "тоқтатылды": "cancelled",
    },
}  # fmt: skip
#: Columns of these kinds are shown in Moodle and in reports; of them these hold numbers that may look like an IIN.
_READ_BY_PEOPLE = frozenset({"text", "email", "username"})
_NUMBERS = frozenset({"order_no", "consent_ref"})
_WORDS_OF = {"preferred_language": "language", "captions": "language"}


def clean(text: str) -> str:
    """A cell without what nobody typed on purpose: outer blanks, odd blanks; a lone dash means empty."""
    text = unicodedata.normalize("NFC", text).replace("\ufeff", "")
    text = re.sub(r"[\s\u200b\u200e\u200f\u00ad]+", " ", text).strip()
    return "" if text in ("-", "–", "—") else text


def look_at_cell(column: Column, raw: str) -> Complaint | None:
    """What is wrong with a cell before its meaning is asked for."""
    if "\0" in raw:
        return Complaint("nul", column.name, raw)
    if len(raw) > LONGEST_CELL:
        return Complaint("too_long_cell", column.name, raw[:100], length=len(raw))
    text = clean(raw)
    if text in _EXCEL_ERRORS:
        return Complaint("excel_error", column.name, text)
    if text[:1] in ("=", "+", "-", "@") and not _NUMBER.fullmatch(text) and column.kind != "yes_no":
        return Complaint("formula", column.name, text)
    if _SHORTENED.fullmatch(text) and column.kind not in ("whole", "decimal"):
        return Complaint("excel_number", column.name, text)
    return None


def read_value(column: Column, raw: str) -> Parsed | Complaint:
    """The value of a cell; None where it is empty. `raw` is what `look_at_cell` let pass."""
    text = clean(raw) if column.kind != "yes_no" else raw.strip()
    if not text:
        return Complaint("required", column.name) if column.required else None
    return _READERS[column.kind](column, text)


def latin_code(code: str) -> str:
    """A code with Cyrillic letters that look Latin made Latin, so that twins become equal."""
    return code.translate(_LOOK_ALIKE)


def _text(column: Column, text: str) -> Parsed | Complaint:
    if column.kind in _READ_BY_PEOPLE and column.name not in _NUMBERS and _holds_iin(text):
        return Complaint("iin_in_text", column.name, text)
    if len(text) > column.most:
        return Complaint("too_long", column.name, text, limit=str(column.most), length=len(text))
    return text


def _key(column: Column, text: str) -> Parsed | Complaint:
    if not _KEY.fullmatch(text):
        return Complaint("key", column.name, text)
    if _holds_iin(text):
        return Complaint("iin_in_key", column.name, text)
    return _text(column, text)


def _holds_iin(text: str) -> bool:
    return any(iin.is_iin(part) for part in re.split(r"\D+", text))


def _choice(column: Column, text: str) -> Parsed | Complaint:
    words = _WORDS.get(_WORDS_OF.get(column.name, column.name), {})
    known = {choice.lower(): choice for choice in column.choices}
    found = known.get(text.lower()) or words.get(text.lower())
    if found in column.choices:
        return found
    return Complaint("choice", column.name, text, limit=", ".join(column.choices))


def _date(column: Column, text: str) -> Parsed | Complaint:
    day = text.split("T")[0].split(" ")[0]
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(day, form).date()  # noqa: DTZ007  (a day has no time zone)
        except ValueError:
            continue
    if re.fullmatch(r"[2-7]\d{4}(\.0)?", text):
        # Excel's own count of days, where a date cell lost its format: 20000 is 1954, 79999 is 2119.
        return _EXCEL_EPOCH + timedelta(days=int(float(text)))
    return Complaint("date", column.name, text)


def _whole(column: Column, text: str) -> Parsed | Complaint:
    found = re.fullmatch(r"(\d{1,9})(?:[.,]0+)?", text)
    if found and column.least <= int(found[1]) <= column.most:
        return int(found[1])
    return Complaint("whole", column.name, text, least=str(column.least), limit=str(column.most))


def _decimal(column: Column, text: str) -> Parsed | Complaint:
    if re.fullmatch(r"\d{1,4}([.,]\d{1,10})?", text):
        number = float(text.replace(",", "."))
        if column.least <= number <= column.most:
            return number
    return Complaint("decimal", column.name, text, least=str(column.least), limit=str(column.most))


def _yes_no(column: Column, text: str) -> Parsed | Complaint:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    return Complaint("yes_no", column.name, text)


def _email(column: Column, text: str) -> Parsed | Complaint:
    return _text(column, text) if _EMAIL.fullmatch(text) and ".." not in text else Complaint("email", column.name, text)


def _username(column: Column, text: str) -> Parsed | Complaint:
    text = text.removesuffix(".0") if re.fullmatch(r"\d+\.0", text) else text.lower()
    if iin.is_iin(text):
        return Complaint("iin_as_username", column.name, text)
    if not _USERNAME.fullmatch(text):
        return Complaint("username", column.name, text)
    return _text(column, text)


def _iin(column: Column, text: str) -> Parsed | Complaint:
    # The check digit is judged with the row: no_check_iin may excuse it.
    digits = re.sub(r"[\s-]", "", re.sub(r"\.0$", "", text))
    if not re.fullmatch(r"[0-9]+", digits):
        return Complaint("iin_digits", column.name, text)
    if 9 <= len(digits) < 12 and iin.is_iin(digits.zfill(12)):
        zeros = "0" * (12 - len(digits))
        return Complaint("iin_lost_zero", column.name, digits, limit=zeros, length=len(digits))
    if len(digits) != 12:
        return Complaint("iin_length", column.name, digits, length=len(digits))
    return digits


def _session_name(column: Column, text: str) -> Parsed | Complaint:
    found = _SESSION.fullmatch(text)
    if not found or int(found[2]) != int(found[1]) + 1:
        return Complaint("session_name", column.name, text)
    return f"{found[1]}-{found[2]}" + (f"/{found[3]}" if found[3] else "")


def _academic_year(column: Column, text: str) -> Parsed | Complaint:
    found = _YEAR.fullmatch(text)
    if not found or int(found[2]) != int(found[1]) + 1:
        return Complaint("academic_year", column.name, text)
    return f"{found[1]}-{found[2]}"


def _url(column: Column, text: str) -> Parsed | Complaint:
    try:
        address = canonical(text).canonical_url
    except BadAddress as error:
        return Complaint("url", column.name, text, other=str(error))
    return _text(column, address)


def _refs(column: Column, text: str) -> Parsed | Complaint:
    keys = _several(text)
    wrong = next((key for key in keys if not _KEY.fullmatch(key)), None)
    return _text(column, ";".join(keys)) if wrong is None else Complaint("key", column.name, wrong)


def _choices(column: Column, text: str) -> Parsed | Complaint:
    found = [_choice(column, word) for word in _several(text)]
    if any(isinstance(word, Complaint) for word in found):
        return Complaint("several", column.name, text, limit=", ".join(column.choices))
    return ";".join(dict.fromkeys(map(str, found)))


def _several(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


_READERS: Mapping[str, Callable[[Column, str], Parsed | Complaint]] = {
    "text": _text,
    "code": _text,
    "key": _key,
    "ref": _text,
    "choice": _choice,
    "date": _date,
    "whole": _whole,
    "decimal": _decimal,
    "yes_no": _yes_no,
    "email": _email,
    "username": _username,
    "iin": _iin,
    "session_name": _session_name,
    "academic_year": _academic_year,
    "url": _url,
    "refs": _refs,
    "choices": _choices,
}
