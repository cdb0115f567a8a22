"""The check of links over real HTTP: every case of DOMAIN d.7 and traps 13 to 16, pace, portions, moves."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import select

from dlt_sync.ini import Secret
from dlt_sync.media import linkcheck, verdicts
from dlt_sync.media.verdicts import is_broken
from dlt_sync.records.stamp import records_stamp
from dlt_sync.records.tables import ImportBatch, VideoAsset
from tests.unit.media.conftest import NOW, Department
from tests.unit.media.stub_host import Reply, Request, Route, StubHost, file, oembed, page, redirect

DAY = timedelta(days=1)
YOUTUBE = "https://www.youtube.com/watch?v=abcdefghijk"
FITS = page("Су гигиенасы | Видео")
LONG = "Бұл бетте дәріс туралы көп жазылған. " * 100


@pytest.mark.parametrize(
    ("reply", "verdict", "detail"),
    [
        (FITS, "ok", ""),
        (page("Бет табылмады"), "gone", "бет табылмады"),
        (page("Media", "К сожалению, видео удалено автором"), "gone", "видео удалено"),
        (page("Су гигиенасы", LONG + "видео удалено"), "ok", ""),
        (page("Oops", "", 404), "gone", "404"),
        (page("Oops", "", 410), "gone", "410"),
        (page("Кіру", "<input type=password>", 401), "auth_required", "401"),
        (page("Жүйеге кіру", "<input type='password'>"), "auth_required", "login"),
        (page("Су гигиенасы", "<input type='password'>"), "ok", ""),
        (page("Forbidden", "", 403), "private", "403"),
        (page("This video is private"), "private", "private"),
        (page("Fault", "", 502), "unreachable", "502"),
        (page("Slower", "", 429), "unknown", "429"),
        (page("Teapot", "", 418), "unknown", "418"),
        (page("Анатомия сердца"), "wrong_target", "Анатомия сердца"),
        (Reply(200, FITS.body, FITS.headers, wait_s=0.6), "slow", "0."),
        (redirect("/", 302), "gone", "first page"),
        (redirect("/login/index.php", 302), "auth_required", "login"),
        (redirect("/cas-7", 302), "ok", "for the time being"),
    ],
)
def test_a_page_is_judged_by_what_it_says(
    department: Department, stub: StubHost, reply: Reply, verdict: str, detail: str
) -> None:
    stub.serve("/", page("Медиа"))
    stub.serve("/login/index.php", page("Academy"))
    stub.serve("/cas-7", FITS)
    found = department.verdict(stub.serve("/lecture/7", reply))
    assert found[0] == verdict, found
    assert detail in found[1]


def test_a_page_that_forbids_frames_matters_only_where_it_would_be_in_one(
    department: Department, stub: StubHost
) -> None:
    url = stub.serve("/framed", page("Су гигиенасы", X_Frame_Options="SAMEORIGIN"))
    assert department.verdict(url) == ("ok", "")
    department.set(embed_pages=True)
    department.check(everything=True)
    assert department.row(url).verdict == "embed_blocked"
    csp = stub.serve("/csp", page("Су гигиенасы", Content_Security_Policy="default-src 'self'; frame-ancestors 'self'"))
    assert department.verdict(csp)[0] == "embed_blocked"


@pytest.mark.parametrize(
    ("name", "kind", "duration"),
    [("clip.mp4", "video/mp4", 12), ("clip-late.mp4", "video/mp4", 12), ("clip.webm", "video/webm", 12)],
)
def test_a_real_file_tells_how_long_it_is(
    department: Department, stub: StubHost, name: str, kind: str, duration: int
) -> None:
    url = stub.serve(f"/files/{name}", file(name, kind))
    assert department.verdict(url, duration_s=15) == ("ok", "")
    assert department.row(url).duration_seen_s == duration
    assert stub.requests[0].headers["range"] == "bytes=0-65535"


def test_a_long_file_with_its_header_at_the_end_is_asked_for_that_end(department: Department, stub: StubHost) -> None:
    whole = file("clip-late.mp4")(Request("", "", {}, {}, 0)).body
    at = whole.index(b"moov") - 4
    mdat = whole.index(b"mdat") - 4
    padding = 300_000
    size = at - mdat + padding
    long = whole[:mdat] + size.to_bytes(4) + b"mdat" + whole[mdat + 8 : at] + b"\0" * padding + whole[at:]

    def answer(request: Request) -> Reply:
        first, last = request.headers["range"].removeprefix("bytes=").split("-")
        part = long[int(first) : int(last) + 1]
        span = f"bytes {first}-{int(first) + len(part) - 1}/{len(long)}"
        return Reply(206, part, {"Content-Type": "video/mp4", "Content-Range": span})

    url = stub.serve("/long.mp4", answer)
    assert department.verdict(url)[0] == "ok"
    assert department.row(url).duration_seen_s == 12
    assert len(stub.requests) == 2


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (page("Медиа"), "wrong_target"),
        (page("Видео не найдено"), "gone"),
        (Reply(200, b"", {"Content-Type": "video/mp4"}), "gone"),
        (Reply(200, b"%PDF-1.7", {"Content-Type": "application/pdf"}), "wrong_target"),
        (Reply(200, b"\0" * 100_000, {"Content-Type": "video/mp4"}), "ok"),
        (file("clip.mp4", "application/octet-stream"), "ok"),
        (file("clip.mp4", Cross_Origin_Resource_Policy="same-origin"), "embed_blocked"),
        (Reply(416), "unknown"),
    ],
)
def test_a_file_is_judged_by_what_is_in_it(
    department: Department, stub: StubHost, reply: Reply | Route, verdict: str
) -> None:
    assert department.verdict(stub.serve("/a.mp4", reply))[0] == verdict


def test_a_file_of_another_length_is_the_wrong_one(department: Department, stub: StubHost) -> None:
    verdict, detail = department.verdict(stub.serve("/a.mp4", file("clip.mp4")), duration_s=2700)
    assert verdict == "wrong_target"
    assert detail == "it lasts 0:12, in the records 45:00"


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (oembed(title="Су гигиенасы"), "ok"),
        (oembed(title="Котики"), "wrong_target"),
        (Reply(401, b"Unauthorized"), "embed_blocked"),
        (Reply(403, b"Forbidden"), "private"),
        (Reply(404, b"Not Found"), "gone"),
        (Reply(400, b"Bad Request"), "gone"),
        (Reply(200, b"{{{"), "unknown"),
        (Reply(200, b"[" * 100_000), "unknown"),
        (Reply(503, b""), "unreachable"),
    ],
)
def test_youtube_is_asked_by_its_service(department: Department, stub: StubHost, reply: Reply, verdict: str) -> None:
    stub.serve("/oembed", reply)
    assert department.verdict(YOUTUBE)[0] == verdict
    assert stub.requests[0].query == {"url": YOUTUBE, "format": "json"}


@pytest.mark.parametrize(
    ("item", "verdict"),
    [
        ({}, "ok"),
        ({"status": {"privacyStatus": "private"}}, "private"),
        ({"status": {"embeddable": False}}, "embed_blocked"),
        ({"status": {"uploadStatus": "deleted"}}, "gone"),
    ],
)
def test_with_a_key_youtube_tells_more_and_the_key_stays_secret(
    department: Department, stub: StubHost, item: dict[str, object], verdict: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    whole = {"snippet": {"title": "Су гигиенасы"}, "contentDetails": {"duration": "PT45M3S"}} | item
    stub.serve("/youtube/v3/videos", oembed(items=[whole]))
    department.set(youtube_key=Secret("k-e-y"))
    assert department.verdict(YOUTUBE, duration_s=2700)[0] == verdict
    assert department.row(YOUTUBE).duration_seen_s == 2703
    assert stub.requests[0].headers["x-goog-api-key"] == "k-e-y"
    assert "k-e-y" not in str(stub.requests[0].query) + caplog.text


def test_without_quota_the_open_service_is_asked(department: Department, stub: StubHost) -> None:
    stub.serve("/youtube/v3/videos", Reply(403, b'{"error": {}}'))
    stub.serve("/oembed", oembed(title="Су гигиенасы"))
    department.set(youtube_key=Secret("k-e-y"))
    assert department.verdict(YOUTUBE)[0] == "ok"


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (oembed(title="Су гигиенасы", duration=100), "ok"),
        (oembed(title="Су гигиенасы", domain_status_code=403), "embed_blocked"),
        (Reply(403), "embed_blocked"),
        (Reply(404), "gone"),
    ],
)
def test_vimeo_is_asked_by_its_service(department: Department, stub: StubHost, reply: Reply, verdict: str) -> None:
    stub.serve("/vimeo.json", reply)
    assert department.verdict("https://vimeo.com/123456")[0] == verdict


def test_a_page_of_the_media_site_that_leads_to_another_video_is_wrong(department: Department, stub: StubHost) -> None:
    stub.serve("/v/8", FITS)
    assert department.verdict(stub.serve("/v/7", redirect("/v/8")))[0] == "wrong_target"


def test_a_link_that_moved_for_good_is_followed_in_a_batch_of_its_own(department: Department, stub: StubHost) -> None:
    old, new = stub.serve("/old", redirect("/new")), stub.serve("/new", FITS)
    department.add(old)
    with department.database.session() as session:
        before = records_stamp(session, NOW.date())
    report = department.check()
    assert [(move.before, move.after) for move in report.moves] == [(old, new)]
    assert (report.batch, report.counts) == (2, {"moved": 1})
    with department.database.session() as session:
        video = session.scalars(select(VideoAsset)).one()
        assert (video.url, video.moved_to, video.changed_in) == (old, new, 2)
        assert session.get_one(ImportBatch, 2).mode == "check"
        assert records_stamp(session, NOW.date()) != before
    assert department.row(new).verdict == "ok"
    stub.requests.clear()
    again = department.check(DAY)
    assert (again.batch, [request.path for request in stub.requests]) == (None, ["/new"])


@pytest.mark.parametrize(
    ("status", "reply", "follow"), [(302, FITS, True), (301, page("Oops", "", 404), True), (301, FITS, False)]
)
def test_what_moved_for_now_or_to_nothing_or_against_the_settings_is_not_followed(
    department: Department, stub: StubHost, status: int, reply: Reply, follow: bool
) -> None:
    stub.serve("/new", reply)
    department.set(follow_moves=follow)
    department.add(stub.serve("/old", redirect("/new", status)))
    assert department.check().batch is None


def test_a_slash_at_the_end_is_no_move(department: Department, stub: StubHost) -> None:
    stub.serve("/page/", FITS)
    assert department.verdict(stub.serve("/page", redirect("/page/"))) == ("ok", "")


def test_three_nights_break_a_video_and_one_good_one_mends_it(department: Department, stub: StubHost) -> None:
    url = stub.serve("/v", page("Oops", "", 404))
    department.add(url)
    nights = [department.check(), department.check(DAY), department.check(DAY)]
    assert [len(report.broken) for report in nights] == [0, 0, 1]
    assert is_broken(department.row(url), department.time)
    stub.serve("/v", FITS)
    assert not department.check(DAY).broken
    assert department.row(url).fail_streak == 0


def test_three_checks_in_one_evening_do_not(department: Department, stub: StubHost) -> None:
    department.add(stub.serve("/v", page("Oops", "", 404)))
    reports = [department.check(timedelta(hours=1), everything=True) for _ in range(4)]
    assert not any(report.broken for report in reports)


def test_a_title_that_changes_to_another_is_noticed_though_it_never_was_that_of_the_records(
    department: Department, stub: StubHost
) -> None:
    url = stub.serve("/v", page("lecture_07_final су"))
    department.add(url, title="Су гигиенасы")
    assert department.check().counts == {"ok": 1}
    stub.serve("/v", page("Funny cats"))
    assert department.check(DAY).counts == {"wrong_target": 1}


def test_what_did_not_change_is_not_sent_again(department: Department, stub: StubHost) -> None:
    def answer(request: Request) -> Reply:
        if request.headers.get("if-none-match") == '"1"':
            return Reply(304, b"", {"ETag": '"1"'})
        return page("Су гигиенасы", ETag='"1"', Last_Modified="Mon, 02 Nov 2026 10:00:00 GMT")

    url = stub.serve("/v", answer)
    department.add(url)
    department.check()
    assert department.check(DAY).counts == {"ok": 1}
    assert department.row(url).http_status == 304
    assert department.row(url).title_seen == "Су гигиенасы"
    assert department.check(DAY).counts == {"ok": 1}
    assert stub.requests[-1].headers["if-modified-since"] == "Mon, 02 Nov 2026 10:00:00 GMT"


def test_a_host_that_is_down_is_one_incident(department: Department, stub: StubHost) -> None:
    stub.serve("/*", FITS)
    dead = [f"http://host1.example:1/v{number}" for number in range(50)]
    department.add(*dead, *(stub.url(f"/v{number}", "host2.example") for number in range(5)))
    report = department.check()
    assert report.counts == {"unreachable": 50, "ok": 5}
    assert [(incident.host, incident.links) for incident in report.incidents] == [("host1.example", 50)]
    assert "not tried" in department.row(dead[-1]).detail or "not tried" in department.row(dead[0]).detail
    assert not report.broken


def test_links_to_this_network_are_not_followed(department: Department, stub: StubHost) -> None:
    department.set(allowed_private_hosts=("media.example",))
    stub.names["inner.example"] = ["10.0.0.7"]
    assert department.verdict("http://inner.example/x")[0] == "unknown"
    verdict, detail = department.verdict(stub.serve("/v", redirect("http://inner.example/admin", 302)))
    assert verdict == "unknown"
    assert "allowed_private_hosts" in detail


def test_four_thousand_links_on_several_hosts(department: Department, stub: StubHost) -> None:
    stub.serve("/v*", FITS)
    stub.serve("/old*", redirect("/v-there", 302))
    hosts = [f"host{number}.example" for number in range(8)]
    department.add(*(stub.url(f"/v{number}", hosts[number % 8]) for number in range(3_600)))
    department.add(*(stub.url(f"/old{number}", hosts[number % 8]) for number in range(200)))
    department.add(*(stub.url(f"/gone{number}", hosts[number % 8]) for number in range(200)))
    department.set(timeout_s=30, total_timeout_s=60, slow_s=60)
    report = department.check()
    assert not [line.detail for line in report.lines if line.verdict not in ("ok", "gone")]
    assert report.counts == {"gone": 200, "ok": 3_800}
    assert department.check().passed_over == 4_000


def test_no_host_is_asked_faster_than_it_was_agreed(department: Department, stub: StubHost) -> None:
    stub.serve("/v*", FITS)
    stub.serve("/old*", redirect("/v", 302))
    department.set(requests_per_second=20)
    department.add(*(stub.url(f"/{'old' if n % 2 else 'v'}{n}", f"host{n % 3}.example") for n in range(30)))
    assert department.check().counts == {"ok": 30}
    times: dict[str, list[float]] = defaultdict(list)
    for request in stub.requests:
        times[request.host].append(request.at)
    assert len(times) == 3
    for at in times.values():
        assert len(at) == 15
        assert at[-1] - at[0] >= 14 / 20 - 0.05


def test_a_check_that_is_stopped_keeps_what_it_found_and_goes_on_later(
    department: Department, stub: StubHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linkcheck, "PORTION", 5)
    stub.serve("/v*", FITS)
    department.add(*(stub.url(f"/v{number}", "host1.example") for number in range(40)))
    kept = linkcheck._keep

    def stopped(*args: object) -> object:
        monkeypatch.setattr(linkcheck, "_keep", kept)
        kept(*args)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(linkcheck, "_keep", stopped)
    first = department.check()
    assert first.interrupted
    done = len(stub.requests)
    second = department.check()
    assert not second.interrupted
    assert second.passed_over >= 5
    assert second.passed_over + len(second.lines) == 40
    assert done + len(second.lines) <= 41
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("links")]


def test_nothing_that_was_seen_before_ctrl_c_is_lost(
    department: Department, stub: StubHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.serve("/v*", FITS)
    department.add(*(stub.url(f"/v{number}", "host1.example") for number in range(20)))

    def tell(progress: object, total: int, done: int) -> None:
        if done == 7:
            raise KeyboardInterrupt

    monkeypatch.setattr(linkcheck, "_tell", tell)
    report = department.check()
    assert report.interrupted
    assert len(report.lines) >= 7
    monkeypatch.undo()
    assert len(department.check().lines) == 20 - len(report.lines)


def test_a_fault_of_ours_ends_all_asking_and_is_told(
    department: Department, stub: StubHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.serve("/v*", FITS)
    department.add(*(stub.url(f"/v{number}", f"host{number}.example") for number in range(10)))

    def fault(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(linkcheck, "_look", fault)
    with pytest.raises(ZeroDivisionError):
        department.check()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("links")]


def test_the_choice_narrows_what_is_checked(department: Department, stub: StubHost) -> None:
    stub.serve("/*", FITS)
    department.add(stub.url("/1"), stub.url("/2", "host1.example"))
    department.add(stub.url("/3"), kafedra="12")
    department.add(stub.url("/4"), state="withdrawn")
    assert [line.url for line in department.check(host="host1.example").lines] == [stub.url("/2", "host1.example")]
    assert [line.kafedra for line in department.check(kafedra="морфол").lines] == ["Морфология"]
    assert len(department.check(kafedra="plt:cafedra:59", limit=1, everything=True).lines) == 1
    assert department.check(timedelta(hours=30), older_than_days=2).passed_over == 3
    assert department.check().passed_over == 0


@pytest.mark.parametrize("verdict", verdicts.VERDICTS)
def test_every_verdict_fits_its_column(verdict: str) -> None:
    assert len(verdict) <= 15
