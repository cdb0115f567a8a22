"""What an HTML page says of its video, in whatever encoding and however broken."""

from __future__ import annotations

import pytest

from dlt_sync.media.pages import decode, read_page, seconds, storable
from dlt_sync.media.providers import frame_ban
from dlt_sync.media.rules import NOT_FOUND, phrases

KAZAKH = '<html lang="kk"><head><meta charset="windows-1251"><title>Жұқпалы аурулар: әдістеме, ғылым</title></head>'


def test_kazakh_in_windows_1251_is_read_with_its_letters() -> None:
    assert read_page(KAZAKH.encode("kz1048")).title == "Жұқпалы аурулар: әдістеме, ғылым"


def test_kazakh_as_entities_in_windows_1251_is_read_too() -> None:
    page = '<html lang="kk"><meta charset=windows-1251><title>Ж&#1201;қпалы</title>'.replace("қ", "&#x49B;")
    assert read_page(page.encode("cp1251")).title == "Жұқпалы"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Дәріс".encode(), "text/html", "Дәріс"),
        ("Дәріс".encode(), "text/html; charset=utf-8", "Дәріс"),
        ("Дәріс".encode("utf-8-sig"), "", "Дәріс"),
        ("Дәріс".encode("utf-16"), "text/html; charset=windows-1251", "Дәріс"),
        ("Лекция о воде".encode("cp1251"), "", "Лекция о воде"),
        ("Лекция".encode("cp1251"), "text/html; charset=Windows-1251", "Лекция"),
        ("Лекция".encode("koi8-r"), 'text/html; charset="koi8-r"', "Лекция"),
        ("Дәріс".encode(), "text/html; charset=no-such-thing", "Дәріс"),
        ("Дәріс".encode(), "text/html; charset=hex", "Дәріс"),
        ("Дәріс".encode()[:-1], "text/html; charset=utf-8", "Дәрі\ufffd"),
        (b"\xff\xfe", "", ""),
        (b"", "", ""),
    ],
)
def test_the_text_is_found_whatever_the_page_says_of_it(body: bytes, content_type: str, text: str) -> None:
    assert decode(body, content_type) == text


def test_the_name_of_the_video_comes_before_that_of_the_site() -> None:
    page = read_page(
        b'<title>Media | Academy</title><meta property="og:title" content="Water &amp; soil">'
        b'<meta property="og:video:duration" content="754"><h1>Lecture 3</h1>'
    )
    assert page.names == ("Water & soil", "Media | Academy", "Lecture 3")
    assert page.duration_s == 754


def test_scripts_say_nothing_and_long_texts_nothing_of_the_page() -> None:
    known = phrases(NOT_FOUND)
    assert not read_page(b"<title>A</title><script>var text = 'page not found'</script>").says(known)
    assert not read_page(b"<p>page not found</p>" + b"<p>water</p>" * 1000).says(known)
    assert read_page(b"<h1>Page  Not\nFound</h1>" + b"<p>water</p>" * 1000).says(known) == "page not found"
    assert read_page("<p>Қате 404</p>".encode()).says(known) == "қате 404"


@pytest.mark.parametrize(
    "body", [b"<", b"<title", b"<title>A", b"<!doctype", b"<![CDATA[", b"<" * 10_000, b"\0" * 1000]
)
def test_broken_pages_break_nothing(body: bytes) -> None:
    read_page(body)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("754", 754),
        ("754.6", 754),
        ("PT12M34S", 754),
        ("PT1H", 3600),
        ("P0DT12M34S", 754),
        ("12:34", 754),
        ("1:02:03", 3723),
        ("", None),
        ("0", None),
        ("soon", None),
        ("9" * 400, None),
    ],
)
def test_durations_as_pages_write_them(text: str, found: int | None) -> None:
    assert seconds(text) == found


@pytest.mark.parametrize(
    ("headers", "banned"),
    [
        ({}, False),
        ({"x-frame-options": "DENY"}, True),
        ({"x-frame-options": "sameorigin"}, True),
        ({"x-frame-options": "ALLOW-FROM https://x.example"}, False),  # no browser follows it
        ({"content-security-policy": "frame-ancestors 'none'"}, True),
        ({"content-security-policy": "default-src *; frame-ancestors *"}, False),
        ({"content-security-policy": "frame-ancestors *", "x-frame-options": "DENY"}, False),
        ({"content-security-policy": "default-src 'self'", "x-frame-options": "DENY"}, True),
        ({"content-security-policy": ";;,"}, False),
    ],
)
def test_who_may_not_be_shown_in_a_frame(headers: dict[str, str], banned: bool) -> None:
    assert bool(frame_ban(headers)) == banned


def test_what_no_database_keeps_is_taken_out() -> None:
    assert storable("a\x00b\x1bc\tд") == "a b c\tд"
    assert storable("\ud800x").encode() == b"?x"
