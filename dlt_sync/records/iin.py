"""The individual identification number (ЖСН, ИИН): its check digit, its one-way code, its mask.

Pure. The number itself is never stored, shown or logged. Only length, digits and check digit are judged: since
2013 it is no longer tied to birth date or sex, so a mismatch of these is no error.
"""

from __future__ import annotations

import hashlib
import hmac
import re

_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_TWELVE_DIGITS = re.compile(r"(?<!\d)\d{12}(?!\d)")


def check_digit(first_eleven: str) -> int | None:
    """The twelfth digit of an IIN, or None where a number with these eleven is never issued."""
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        remainder = sum(int(digit) * weight for digit, weight in zip(first_eleven, weights, strict=True)) % 11
        if remainder < 10:
            return remainder
    return None


def is_iin(text: str) -> bool:
    """Whether `text` is twelve digits of which the last is the right check digit."""
    return bool(re.fullmatch(r"[0-9]{12}", text)) and check_digit(text[:11]) == int(text[11])


def digest(iin: str, key: bytes) -> str:
    """The one-way code by which the same IIN is recognised: HMAC-SHA256 in hexadecimal."""
    return hmac.new(key, iin.encode(), hashlib.sha256).hexdigest()


def mask(text: str) -> str:
    """`text` with each number that could be an IIN reduced to its last four digits."""
    return _TWELVE_DIGITS.sub(lambda found: "********" + found.group()[-4:], text)


def mask_all(text: str) -> str:
    """What may be shown of a cell that should hold an IIN: the last four characters, stars for the rest."""
    return "*" * max(len(text) - 4, 0) + text[-4:] if len(text) > 4 else "*" * len(text)
