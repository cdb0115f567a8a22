"""Which topics an offering has, which owe a video, and which videos stand at them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlt_sync.kinds.academy import HeldVideos, Names, Placement, Topic, Video
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.lectures import may_be_shown, owes_video, placed, shown, topics_of
from dlt_sync.kinds.rules import Rules
from tests.academies import OFFERING, TODAY, by_key, small_academy

DISCIPLINE = small_academy().offerings[OFFERING].discipline
LANGUAGE = small_academy().offerings[OFFERING].language
OTHER_LANGUAGE = "en" if LANGUAGE != "en" else "ru"

TOPIC = Topic("dlt:topic:1", 1, "lecture", Names(kk="Су"), discipline=DISCIPLINE)
VIDEO = Video("dlt:video:1", DISCIPLINE, "lecture", LANGUAGE, "Су", "https://media.academy.example/v/1")
PLACEMENT = Placement("dlt:placement:1", VIDEO.key, TOPIC.key)


def source(*, topics: tuple[Topic, ...], videos: tuple[Video, ...] = (), places: tuple[Placement, ...] = ()) -> Source:
    library = HeldVideos(by_key(*topics), by_key(*videos), by_key(*places))
    return Source(small_academy(library=library), Rules(), TODAY)


def test_own_topics_replace_those_of_the_discipline() -> None:
    own = Topic("dlt:topic:9", 1, "practical", Names(kk="Тәжірибе"), offering=OFFERING)
    offering = small_academy().offerings[OFFERING]
    assert topics_of(source(topics=(TOPIC,)), offering) == (TOPIC,)
    assert topics_of(source(topics=(TOPIC, own)), offering) == (own,)
    assert topics_of(source(topics=()), offering) == ()


def test_topics_stand_by_number_lectures_first() -> None:
    second = replace(TOPIC, key="dlt:topic:2", number=2)
    practical = replace(TOPIC, key="dlt:topic:0", kind="practical")
    offering = small_academy().offerings[OFFERING]
    assert topics_of(source(topics=(second, practical, TOPIC)), offering) == (TOPIC, practical, second)


@pytest.mark.parametrize(
    ("changes", "hours_lecture", "owed"),
    [
        ({}, None, True),
        ({}, 30, True),
        ({}, 0, False),
        ({"hours": 0.0}, 30, False),
        ({"hours": 2.0, "requires_video": True}, 0, False),
        ({"requires_video": False}, 30, False),
        ({"kind": "practical"}, 30, False),
        ({"kind": "practical", "requires_video": True}, 0, True),
    ],
)
def test_a_lecture_owes_a_video_where_there_are_hours(
    changes: dict[str, object], hours_lecture: int | None, owed: bool
) -> None:
    offering = replace(small_academy().offerings[OFFERING], hours_lecture=hours_lecture)
    assert owes_video(offering, replace(TOPIC, **changes)) is owed  # type: ignore[arg-type]


def test_a_video_serves_the_offerings_of_its_language_unless_one_is_named() -> None:
    foreign = replace(VIDEO, language=OTHER_LANGUAGE)
    offering = small_academy().offerings[OFFERING]
    found = list(shown(source(topics=(TOPIC,), videos=(VIDEO,), places=(PLACEMENT,)), offering))
    assert [(one.video, one.in_own_language) for one in found] == [(VIDEO, True)]
    assert not list(shown(source(topics=(TOPIC,), videos=(foreign,), places=(PLACEMENT,)), offering))
    named = replace(PLACEMENT, offering=OFFERING)
    found = list(shown(source(topics=(TOPIC,), videos=(foreign,), places=(named,)), offering))
    assert [(one.video, one.in_own_language) for one in found] == [(foreign, False)]
    elsewhere = replace(PLACEMENT, offering="plt:offering:99")
    assert not list(shown(source(topics=(TOPIC,), videos=(VIDEO,), places=(elsewhere,)), offering))


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({}, True),
        ({"state": "stale"}, True),
        ({"state": "draft"}, False),
        ({"state": "withdrawn"}, False),
        ({"state": "replaced"}, False),
        ({"shows_patient": True}, False),
        ({"shows_patient": True, "consent_ref": "акт 7"}, True),
    ],
)
def test_only_what_is_published_and_consented_to_is_shown(changes: dict[str, object], may: bool) -> None:
    assert may_be_shown(replace(VIDEO, **changes)) is may  # type: ignore[arg-type]


def test_a_replaced_video_gives_its_place_to_the_latest_one() -> None:
    old = replace(VIDEO, state="replaced")
    middle = replace(VIDEO, key="dlt:video:2", state="replaced", replaces=old.key)
    new = replace(VIDEO, key="dlt:video:3", replaces=middle.key)
    offering = small_academy().offerings[OFFERING]
    found = list(shown(source(topics=(TOPIC,), videos=(old, middle, new), places=(PLACEMENT,)), offering))
    assert [one.video for one in found] == [new]


def test_videos_that_replace_each_other_in_a_ring_end_nowhere() -> None:
    one = replace(VIDEO, state="replaced", replaces="dlt:video:2")
    two = replace(VIDEO, key="dlt:video:2", state="replaced", replaces=one.key)
    offering = small_academy().offerings[OFFERING]
    world = source(topics=(TOPIC,), videos=(one, two), places=(PLACEMENT,))
    assert [video.state for _, _, video in placed(world, offering)] == ["replaced"]
    assert not list(shown(world, offering))


def test_a_replaced_video_without_successor_is_not_shown() -> None:
    world = source(topics=(TOPIC,), videos=(replace(VIDEO, state="replaced"),), places=(PLACEMENT,))
    assert not list(shown(world, small_academy().offerings[OFFERING]))
