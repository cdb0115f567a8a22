"""The IIN: DOMAIN d.4's own vectors, all of them fake."""

from __future__ import annotations

import pytest

from dlt_sync.records.iin import check_digit, digest, is_iin, mask, mask_all

FAKE = [
    "990101500006",
    "990214600007",
    "980317500009",
    "970425600000",
    "960512500005",
    "950630600001",
    "940707600008",
    "930818500003",
    "920923600009",
    "911030500009",
    "990101500708",
]


@pytest.mark.parametrize("number", FAKE)
def test_right_check_digits_are_accepted(number: str) -> None:
    assert is_iin(number)


@pytest.mark.parametrize("number", ["990101500007", "030515500123", "750310300456", "99010150000", "99010150000x"])
def test_wrong_numbers_are_not(number: str) -> None:
    assert not is_iin(number)


def test_a_number_whose_both_sums_are_ten_is_never_issued() -> None:
    assert check_digit("99010150071") is None
    assert not any(is_iin(f"99010150071{digit}") for digit in range(10))


def test_an_impossible_birth_date_is_no_error() -> None:
    eleven = "99999950000"
    assert is_iin(f"{eleven}{check_digit(eleven)}")


def test_the_digest_depends_on_the_key() -> None:
    assert digest(FAKE[0], b"one") != digest(FAKE[0], b"two")
    assert len(digest(FAKE[0], b"one")) == 64


def test_masks_leave_the_last_four_digits() -> None:
    assert mask(f"iin {FAKE[0]}!") == "iin ********0006!"
    assert mask_all("99021460000") == "*******0000"
    assert mask_all("123") == "***"
