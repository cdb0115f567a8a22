"""What the link check keeps, on each database: odd texts, moves, and a list that knows better."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from dlt_sync.db import Database
from dlt_sync.media.keeping import keep, rows_of
from dlt_sync.media.links import Which, find_links
from dlt_sync.media.moves import follow_moves
from dlt_sync.media.rules import VideoRules
from dlt_sync.media.verdicts import Judgement, Seen
from dlt_sync.records.tables import ImportBatch, LinkCheck, VideoAsset
from tests.unit.records.files import NOW, Exports, load

OLD, NEW = "https://media.academy.example/v/2", "https://media.academy.example/watch/2"
VIDEO = f"sourced_id,discipline_id,kind,language,title,url\ndlt:video:1,plt:subject:302,lecture,kk,Су гигиенасы,{OLD}\n"


def test_a_move_is_followed_until_the_list_brings_another_address(database: Database, exports: Exports) -> None:
    exports.write("video_asset", VIDEO)
    load(database, exports)
    _found(database, Seen(OLD, NEW, 200, names=("Су\x00 \ud800",), etag='"\x01"'), Judgement("moved", "\x00", NEW))
    batch, moves = follow_moves(database, now=NOW, run_by="methodist")
    assert [(move.video, move.before, move.after) for move in moves] == [("dlt:video:1", OLD, NEW)]
    with database.session() as session:
        video = session.get_one(VideoAsset, "dlt:video:1")
        assert (video.url, video.moved_to, video.changed_in) == (OLD, NEW, batch)
        assert session.get_one(ImportBatch, batch).counts == {"video_asset": {"changed": 1}}
        assert (session.get_one(LinkCheck, NEW).verdict, session.get_one(LinkCheck, OLD).moved_to) == ("ok", NEW)
    assert follow_moves(database, now=NOW) == (None, ())
    load(database, exports)  # the list says what it said before
    assert _moved_to(database) == NEW
    exports.replace("video_asset", OLD, "https://media.academy.example/v/3")
    load(database, exports)
    assert _moved_to(database) == ""


def test_a_move_to_another_videos_address_is_not_followed(database: Database, exports: Exports) -> None:
    exports.write("video_asset", VIDEO)
    exports.add("video_asset", f"dlt:video:2,plt:subject:302,lecture,kk,Су,{NEW}")
    load(database, exports)
    _found(database, Seen(OLD, NEW, 200), Judgement("moved", "", NEW))
    assert follow_moves(database, now=NOW) == (None, ())


def test_what_is_due_comes_in_the_order_of_waiting(database: Database, exports: Exports) -> None:
    exports.write("video_asset", VIDEO)
    exports.add("video_asset", f"dlt:video:2,plt:subject:302,lecture,kk,Су,{NEW}")
    load(database, exports)
    _found(database, Seen(OLD, OLD, 200), Judgement("ok"))
    with database.session() as session:
        due, passed_over = find_links(session, VideoRules(), Which(), NOW + timedelta(hours=1))
        assert ([link.url for link in due], passed_over) == ([NEW], 1)
        due, _ = find_links(session, VideoRules(), Which(), NOW + timedelta(hours=20))
        assert [link.url for link in due] == [NEW, OLD]
        due, _ = find_links(session, VideoRules(), Which(everything=True, limit=1), NOW)
        assert [link.url for link in due] == [NEW]


def _found(database: Database, seen: Seen, judgement: Judgement) -> None:
    with database.session() as session:
        links, _ = find_links(session, VideoRules(), Which(), NOW)
        link = next(link for link in links if link.url == seen.asked)
        keep(session, rows_of(session, [link.url]).get(link.url), link, seen, judgement, NOW)


def _moved_to(database: Database) -> str:
    with database.session() as session:
        return session.scalars(select(VideoAsset.moved_to)).one()
