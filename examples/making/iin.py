"""Identification numbers (IIN) that no living person can hold: birth years 2090 to 2099, valid check digit."""

from __future__ import annotations

import random

_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def check_digit(first_eleven: str) -> int | None:
    """The twelfth digit, or None where both sums give 10 and the number is never issued."""
    digits = [int(d) for d in first_eleven]
    first = sum(digit * (place + 1) for place, digit in enumerate(digits)) % 11
    if first < 10:
        return first
    second = sum(d * w for d, w in zip(digits, _SECOND_WEIGHTS, strict=True)) % 11
    return second if second < 10 else None


def make_iin(rng: random.Random, female: bool, taken: set[str]) -> str:
    """A fake number that is not in `taken`, to which it is added."""
    while True:
        year, month, day = rng.randrange(90, 100), rng.randrange(1, 13), rng.randrange(1, 29)
        start = f"{year}{month:02}{day:02}{6 if female else 5}{rng.randrange(10000):04}"
        digit = check_digit(start)
        if digit is not None and f"{start}{digit}" not in taken:
            taken.add(f"{start}{digit}")
            return f"{start}{digit}"
