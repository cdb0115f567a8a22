"""Digests: rows as docs/bridge.md describes them, whatever their order and their letters."""

import hashlib

from dlt_sync.model import Digest, Fields
from dlt_sync.moodle.digests import digest_of


def digest_by_hand(*rows: str) -> Digest:
    """As the page says it: hex digits 1–8 and 9–16 of each row's MD5, added up."""
    texts = [hashlib.md5(row.encode(), usedforsecurity=False).hexdigest() for row in rows]
    return Digest(len(rows), sum(int(t[:8], 16) for t in texts), sum(int(t[8:16], 16) for t in texts))


def test_an_object_is_one_row_of_its_plain_fields_in_the_order_of_their_names() -> None:
    user: tuple[str, Fields] = (
        "u1",
        {"lastname": "Әбілқайыр", "firstname": "Айгүл 🩺", "suspended": False, "idnumber": None},
    )
    expected = digest_by_hand("o\x1fu1\x1fАйгүл 🩺\x1f\x1fӘбілқайыр\x1f0")
    assert digest_of("user", [user], ["suspended", "lastname", "idnumber", "firstname"]) == {"": expected}


def test_an_object_counts_even_with_no_field_asked_for() -> None:
    assert digest_of("user", [("u1", {"email": "a@b.example"})], []) == {"": digest_by_hand("o\x1fu1")}


def test_a_custom_field_is_a_row_of_its_own_unless_it_is_empty() -> None:
    course = ("c1", {"fullname": "Анатомия", "cf_code": "ANA 1", "cf_ects": ""})
    expected = digest_by_hand("o\x1fc1\x1fАнатомия", "f\x1fc1\x1fcf_code\x1fANA 1")
    assert digest_of("course", [course], ["cf_ects", "cf_code", "fullname"]) == {"": expected}


def test_each_item_of_a_list_is_a_row() -> None:
    cohort = ("h1", {"members": ("u1", "u2")})
    expected = digest_by_hand("o\x1fh1", "m\x1fh1\x1fu1", "m\x1fh1\x1fu2")
    assert digest_of("cohort", [cohort], ["members"]) == {"": expected}


def test_enrolments_are_counted_by_course() -> None:
    rows: list[tuple[str, Fields]] = [
        ("c1|u1", {"roles": ("student",), "groups": ("c1|g1",), "timeend": 5}),
        ("c2|u1", {"roles": ()}),
    ]
    assert digest_of("enrolment", rows, ["roles", "groups", "timeend"]) == {
        "c1": digest_by_hand("o\x1fc1|u1\x1f5", "r\x1fc1|u1\x1fstudent", "g\x1fc1|u1\x1fc1|g1"),
        "c2": digest_by_hand("o\x1fc2|u1\x1f"),
    }


def test_lists_that_were_not_asked_for_do_not_count() -> None:
    assert digest_of("cohort", [("h1", {"members": ("u1",)})], []) == {"": digest_by_hand("o\x1fh1")}


def test_no_objects_have_one_empty_digest_and_enrolments_none_at_all() -> None:
    assert digest_of("user", [], ["email"]) == {"": Digest()}
    assert digest_of("enrolment", [], ["roles"]) == {}


def test_the_order_of_objects_does_not_matter() -> None:
    users = [(f"u{n}", {"email": f"{n}@b.example"}) for n in range(5)]
    assert digest_of("user", users, ["email"]) == digest_of("user", users[::-1], ["email"])
