"""Feeds suggest: what no video has becomes a request, once; the department decides."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dlt_sync.media.suggesting import FeedReport, read_feeds
from dlt_sync.records.tables import ImportBatch, VideoAsset, VideoRequest, VideoRequestStage
from tests.unit.media.conftest import NOW, Department
from tests.unit.media.stub_host import Reply, StubHost, page, redirect
from tests.unit.media.test_feeds import SITEMAP, YOUTUBE_CHANNEL

YOUTUBE = "https://www.youtube.com/watch?v=abcdefghijk"


def read(department: Department, *sources: str, dry_run: bool = False) -> FeedReport:
    """One reading of these sources."""
    return read_feeds(
        department.database,
        department.rules,
        {f"feed {number}": source for number, source in enumerate(sources)},
        now=NOW,
        timezone="Asia/Almaty",
        run_by="methodist",
        dry_run=dry_run,
        resolve=department.stub.resolve,
    )


@pytest.fixture
def channel(stub: StubHost) -> str:
    """The address of a channel's feed."""
    return stub.serve("/feeds/videos.xml", Reply(200, YOUTUBE_CHANNEL.encode(), {"Content-Type": "text/xml"}))


def test_a_video_that_nobody_has_is_suggested_once_in_a_batch_of_its_own(department: Department, channel: str) -> None:
    report = read(department, channel)
    assert ([new.url for new in report.suggested], report.batch) == ([YOUTUBE], 2)
    with department.database.session() as session:
        request = session.scalars(select(VideoRequest)).one()
        assert request.sourced_id.startswith("feed:request:")
        assert (request.type, request.stage, request.url) == ("suggestion", "requested", YOUTUBE)
        assert (request.title, request.asked_by) == ("Дәріс 3. Су гигиенасы", "Үлгі академиясы")
        assert request.notes == "2026-10-01\nАуыз су туралы дәріс"
        assert session.get_one(ImportBatch, 2).mode == "feed"
        assert session.scalars(select(VideoRequestStage.source)).all() == ["feed"]
        assert session.scalar(select(func.count()).select_from(VideoAsset)) == 0
        request.stage = "rejected"
    again = read(department, channel)
    assert (again.suggested, again.asked, again.batch) == ([], 1, None)


def test_a_video_of_the_records_is_not_suggested_whatever_its_address(department: Department, channel: str) -> None:
    department.add(YOUTUBE)
    assert read(department, channel).known == 1
    department.add(
        "https://media.academy.example/files/8.mp4",
        "https://a.example/1",
        moved_to="https://media.academy.example/b.mp4",
    )
    (department.stub.routes)["/map.xml"] = lambda _: Reply(200, SITEMAP.encode())
    report = read(department, department.stub.url("/map.xml"))
    assert [new.title for new in report.suggested] == ["A"]
    assert report.known == 2


def test_an_index_leads_to_its_sitemaps_and_one_that_fails_stops_no_other(
    department: Department, stub: StubHost
) -> None:
    names = [
        stub.serve("/1.xml.gz", Reply(200, gzip.compress(SITEMAP.encode()))),
        stub.url("/missing.xml"),
        "file:///etc",
    ]
    inner = "".join(f"<sitemap><loc>{name}</loc></sitemap>" for name in names)
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</sitemapindex>'
    report = read(department, stub.serve("/index.xml", Reply(200, index.encode())), dry_run=True)
    assert len(report.suggested) == 3
    assert [problem.rpartition(": ")[2] for problem in report.problems] == [
        "the host answers with status 404.",
        "An address starts with https:// or http://.",
    ]
    with department.database.session() as session:
        assert session.scalar(select(func.count()).select_from(VideoRequest)) == 0


def test_a_file_is_read_too(department: Department, tmp_path: Path) -> None:
    file = tmp_path / "map.xml"
    file.write_text(SITEMAP, encoding="utf-8")
    assert len(read(department, str(file)).suggested) == 3
    assert "No such file" in read(department, str(tmp_path / "none.xml")).problems[0]


def test_a_page_is_no_feed_and_a_feed_in_our_network_is_not_asked(department: Department, stub: StubHost) -> None:
    stub.names["inner.example"] = ["10.0.0.1"]
    report = read(
        department,
        stub.serve("/page", page("Медиа")),
        stub.serve("/a", redirect("http://inner.example/feed")),
        "http://user:pw@media.example/feed",
    )
    assert len(report.problems) == 3
    assert not report.suggested
