"""Canonical addresses of videos."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlt_sync.media.addresses import BadAddress, canonical, spellings

VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "url",
    [
        "https://youtu.be/dQw4w9WgXcQ",
        "http://youtu.be/dQw4w9WgXcQ/?si=abc",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=53s&list=PL1234567890AB",
        "HTTPS://M.YouTube.com:443/watch?list=PL1234567890AB&v=dQw4w9WgXcQ#t=5",
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=3",
        "https://youtube.com/shorts/dQw4w9WgXcQ",
        "https://youtube.com/live/dQw4w9WgXcQ?feature=share",
    ],
)
def test_every_spelling_of_a_youtube_video_is_one_address(url: str) -> None:
    found = canonical(url)
    assert (found.provider, found.external_id, found.canonical_url) == ("youtube", "dQw4w9WgXcQ", VIDEO)


def test_a_playlist_is_not_a_video_of_it() -> None:
    found = canonical("http://youtube.com/playlist?list=PL1234567890AB&si=x")
    assert found.canonical_url == "https://www.youtube.com/playlist?list=PL1234567890AB"
    assert found.external_id == "list:PL1234567890AB"


def test_a_host_that_only_looks_like_youtube_is_a_page() -> None:
    assert canonical("https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ").provider == "generic_page"


@pytest.mark.parametrize(
    "url", ["http://player.vimeo.com/video/76979871", "https://vimeo.com/channels/staffpicks/76979871/"]
)
def test_every_spelling_of_a_vimeo_video_is_one_address(url: str) -> None:
    assert canonical(url).canonical_url == "https://vimeo.com/76979871"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Media.Example:80/a/./b/../c.MP4/#x", "http://media.example/a/c.MP4"),
        ("https://media.example:8443/", "https://media.example:8443/"),
        ("https://media.example", "https://media.example/"),
        ("https://медиа.example/дәріс", "https://xn--80ahclc0b.example/%D0%B4%D3%99%D1%80%D1%96%D1%81"),
        ("https://media.example/?id=5&utm_source=mail", "https://media.example/?id=5"),
        ("https://media.example/a%2fb%7e", "https://media.example/a%2Fb~"),
    ],
)
def test_addresses_are_tidied(url: str, expected: str) -> None:
    if "медиа" in url:
        expected = f"https://{'медиа'.encode('idna').decode()}.example/" + expected.rsplit("/", 1)[1]
    assert canonical(url).canonical_url == expected


def test_an_ending_tells_a_file_from_a_page() -> None:
    assert canonical("https://a.example/x.MP4?k=1").provider == "html5_file"
    assert canonical("https://a.example/x.html").provider == "generic_page"


def test_the_department_s_site_is_known_by_its_pattern() -> None:
    found = canonical("https://media.example/v/17/", [re.compile(r"https://media\.example/v/(\d+)")])
    assert (found.provider, found.external_id) == ("media_site", "17")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "youtu.be/dQw4w9WgXcQ",
        "ftp://media.example/a.mp4",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@media.example/a.mp4",
        "https://@media.example/",
        "https://media.example:99999/",
        "https://me dia.example/",
        "https://media.example\\@evil.example/",
        "https://[::1/",
        "https://media.example/" + "a" * 3000,
    ],
)
def test_what_is_no_address_of_a_video_is_refused(url: str) -> None:
    with pytest.raises(BadAddress):
        canonical(url)


text = st.text(alphabet="abАяәZ019._-~%/?&=#+:;@!$'(),[] ", max_size=40)
host = st.sampled_from(["a.example", "WWW.YouTube.com", "youtu.be", "vimeo.com", "медиа.example", "127.0.0.1", "[::1]"])


@given(st.sampled_from(["http", "https", "HTTP"]), host, st.sampled_from(["", ":80", ":443", ":8080"]), text)
def test_a_canonical_address_stays_as_it_is(scheme: str, name: str, port: str, rest: str) -> None:
    try:
        once = canonical(f"{scheme}://{name}{port}/{rest}")
    except BadAddress:
        return
    assert canonical(once.canonical_url) == once


@pytest.mark.parametrize(
    ("url", "others"),
    [
        (VIDEO, {"https://youtu.be/dQw4w9WgXcQ", "https://www.youtube.com/embed/dQw4w9WgXcQ"}),
        ("https://vimeo.com/76979871", {"https://player.vimeo.com/video/76979871", "https://www.vimeo.com/76979871"}),
        ("https://m.example/a.mp4", {"http://m.example/a.mp4"}),
        ("https://m.example/a?id=1", {"http://m.example/a?id=1"}),
        ("http://m.example/a", {"http://m.example/a/", "https://m.example/a", "https://m.example/a/"}),
        ("https://www.youtube.com/playlist?list=PL1234567890AB", set()),
    ],
)
def test_an_address_is_known_in_its_usual_spellings(url: str, others: set[str]) -> None:
    found = spellings(url)
    assert found[0] == url
    assert others <= set(found)
    assert {canonical(one).external_id for one in found} == {canonical(url).external_id}
