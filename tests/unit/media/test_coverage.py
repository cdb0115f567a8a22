"""The state of each topic: whether a video is owed there, and whether the right one works."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from dlt_sync.kinds.academy import Employment, HeldVideos, Names, Offering, Placement, Topic, Video
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.media.coverage import Link, Standing, UpToDate, coverage, standings, years_after, years_before
from tests.academies import KAFEDRA, OFFERING, TEACHER, TODAY, by_key, small_academy

ACADEMY = small_academy()
KK = ACADEMY.offerings[OFFERING]
RU = replace(KK, key="plt:offering:18", language="ru")

TOPIC = Topic("dlt:topic:1", 1, "lecture", Names(kk="Су"), discipline=KK.discipline, hours=2.0)
VIDEO = Video(
    "dlt:video:1", KK.discipline, "lecture", "kk", "Су", "https://media.academy.example/v/1", authors=(TEACHER,)
)
PLACEMENT = Placement("dlt:placement:1", VIDEO.key, TOPIC.key)
FOREIGN = replace(VIDEO, key="dlt:video:2", language="ru", url="https://media.academy.example/v/2")
FOREIGN_FOR_ALL = Placement("dlt:placement:2", FOREIGN.key, TOPIC.key)
FOREIGN_HERE = replace(FOREIGN_FOR_ALL, offering=OFFERING)

GONE = Link("gone", broken=True, checked=100)
WORKS = Link("ok", broken=False, checked=200)


def standing(
    *videos: Video,
    places: tuple[Placement, ...] = (PLACEMENT,),
    topic: Topic = TOPIC,
    offering: Offering = KK,
    links: dict[str, Link] | None = None,
    up_to_date: UpToDate | None = None,
    **academy: Any,
) -> Standing:
    """How the one topic of an offering stands."""
    library = HeldVideos(by_key(topic), by_key(*videos), by_key(*places))
    source = Source(small_academy(library=library, offerings=by_key(offering), **academy), Rules(), TODAY)
    (found,) = standings(source, offering, links or {}, up_to_date or UpToDate())
    return found


def told(found: Standing) -> tuple[str, tuple[str, ...]]:
    return found.state, found.why


def test_a_topic_without_a_video_misses_one() -> None:
    assert told(standing(places=())) == ("missing", ())


def test_a_video_in_the_course_s_language_is_what_is_owed() -> None:
    found = standing(VIDEO)
    assert told(found) == ("ok", ())
    assert found.owed
    assert [(one.placement, one.video, one.state) for one in found.videos] == [(PLACEMENT, VIDEO, "ok")]


@pytest.mark.parametrize("state", ["draft", "withdrawn", "replaced"])
def test_a_video_that_is_not_shown_does_not_count(state: str) -> None:
    assert told(standing(replace(VIDEO, state=state))) == ("missing", ())


def test_a_patient_s_video_without_consent_does_not_count() -> None:
    assert told(standing(replace(VIDEO, shows_patient=True))) == ("missing", ())
    assert told(standing(replace(VIDEO, shows_patient=True, consent_ref="акт 7"))) == ("ok", ())


# Trap 10: what is not owed is not missing.


@pytest.mark.parametrize(
    ("topic", "hours_lecture", "why"),
    [
        ({}, 0, "no_lecture_hours"),
        ({"requires_video": True}, 0, "no_lecture_hours"),
        ({"hours": 0.0}, 30, "no_hours"),
        ({"kind": "practical"}, 30, "not_a_lecture"),
        ({"requires_video": False}, 30, "records"),
        ({"kind": "lab", "requires_video": False}, 30, "records"),
    ],
)
def test_what_is_not_owed_is_not_missing(topic: dict[str, Any], hours_lecture: int, why: str) -> None:
    offering = replace(KK, hours_lecture=hours_lecture)
    found = standing(places=(), topic=replace(TOPIC, **topic), offering=offering)
    assert told(found) == ("not_owed", (why,))
    assert not found.owed


def test_a_video_where_none_is_owed_is_still_told_of() -> None:
    found = standing(VIDEO, topic=replace(TOPIC, kind="practical"))
    assert (found.state, [one.state for one in found.videos]) == ("not_owed", ["ok"])


# Trap 13: another language is neither right nor missing.


@pytest.mark.parametrize("place", [FOREIGN_HERE, FOREIGN_FOR_ALL], ids=["in the course", "in other courses"])
def test_a_video_in_another_language_only_is_not_missing(place: Placement) -> None:
    assert told(standing(FOREIGN, places=(place,))) == ("other_language", ())


def test_a_video_for_another_course_alone_helps_nobody_here() -> None:
    place = replace(FOREIGN_FOR_ALL, offering="plt:offering:99")
    assert told(standing(FOREIGN, places=(place,))) == ("missing", ())


def test_one_video_serves_every_course_of_its_language() -> None:
    library = HeldVideos(by_key(TOPIC), by_key(VIDEO), by_key(PLACEMENT))
    academy = small_academy(
        library=library,
        offerings=by_key(KK, RU, replace(KK, key="plt:offering:19"), replace(KK, key="plt:offering:20")),
    )
    source = Source(academy, Rules(), TODAY)
    found = {one.offering.key: one.state for one in coverage(source, {}, UpToDate())}
    assert found == {
        OFFERING: "ok",
        "plt:offering:18": "other_language",
        "plt:offering:19": "ok",
        "plt:offering:20": "ok",
    }
    assert [one.offering for one in coverage(source, {}, UpToDate(), [RU])] == [RU]


# Trap 14: only a link that is broken breaks a topic.


def test_a_broken_link_tells_its_verdict() -> None:
    assert told(standing(VIDEO, links={VIDEO.url: GONE})) == ("broken", ("gone",))


def test_a_link_that_failed_but_is_not_broken_yet_is_ok() -> None:
    failing = Link("unreachable", broken=False, checked=100)
    assert told(standing(VIDEO, links={VIDEO.url: failing})) == ("ok", ())


def test_a_video_that_moved_is_judged_where_it_is_now() -> None:
    moved = replace(VIDEO, moved_to="https://media.academy.example/v/9")
    assert standing(moved, links={VIDEO.url: GONE}).state == "ok"
    assert standing(moved, links={moved.moved_to: GONE}).state == "broken"


def test_the_check_of_a_topic_is_as_old_as_its_oldest() -> None:
    both = (PLACEMENT, FOREIGN_HERE)
    links = {VIDEO.url: GONE, FOREIGN.url: WORKS}
    assert standing(VIDEO, FOREIGN, links=links, places=both).checked == 100
    assert standing(VIDEO, FOREIGN, links={VIDEO.url: GONE}, places=both).checked == 0
    assert standing(places=()).checked == 0


# The best of several counts.


@pytest.mark.parametrize(
    ("own", "foreign", "state"),
    [
        ("ok", "ok", "ok"),
        ("stale", "ok", "stale"),
        ("broken", "ok", "other_language"),
        ("broken", "broken", "broken"),
        ("", "broken", "broken"),
        ("", "ok", "other_language"),
    ],
)
def test_the_best_of_several_videos_counts(own: str, foreign: str, state: str) -> None:
    links = {VIDEO.url: GONE} if own == "broken" else {}
    links |= {FOREIGN.url: GONE} if foreign == "broken" else {}
    video = replace(VIDEO, state="stale") if own == "stale" else VIDEO
    places = (PLACEMENT, FOREIGN_HERE) if own else (FOREIGN_HERE,)
    assert standing(video, FOREIGN, places=places, links=links).state == state


@pytest.mark.parametrize(("link", "own"), [(GONE, "missing"), (WORKS, "other_language")])
def test_a_broken_video_of_other_courses_is_no_help(link: Link, own: str) -> None:
    assert standing(FOREIGN, places=(FOREIGN_FOR_ALL,), links={FOREIGN.url: link}).state == own


def test_an_up_to_date_video_beside_a_stale_one_is_enough() -> None:
    old = replace(VIDEO, key="dlt:video:3", state="stale")
    places = (replace(PLACEMENT, key="dlt:placement:0", video=old.key), PLACEMENT)
    assert told(standing(VIDEO, old, places=places)) == ("ok", ())


# What is up to date is the department's to say.

EMPLOYED_NO_MORE = (Employment(TEACHER, KAFEDRA, True, date(2020, 9, 1), date(2026, 1, 15)),)
AT_WORK = (*EMPLOYED_NO_MORE, Employment(TEACHER, KAFEDRA, False, date(2026, 2, 1), None))
STALE_CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    # video, topic, academy, the setting that switches it off
    "declared": ({"state": "stale"}, {}, {}, {"stale_if_declared": False}),
    "topic_changed": (
        {"recorded_on": date(2026, 9, 1)},
        {"changed_on": date(2026, 9, 2)},
        {},
        {"stale_if_topic_changed": False},
    ),
    "author_left": ({}, {}, {"employments": EMPLOYED_NO_MORE}, {"stale_if_author_left": False}),
    "review_due": ({"review_due_on": TODAY}, {}, {}, {"stale_if_review_due": False}),
    "age": ({"recorded_on": date(2021, 11, 23)}, {}, {}, {"stale_after_years": None}),
}


@pytest.mark.parametrize("reason", STALE_CASES)
def test_a_video_is_stale_for_each_reason_unless_it_is_switched_off(reason: str) -> None:
    video, topic, academy, off = STALE_CASES[reason]
    given: dict[str, Any] = {"topic": replace(TOPIC, **topic), **academy}
    five_years = UpToDate(stale_after_years=5)
    found = standing(replace(VIDEO, **video), up_to_date=five_years, **given)
    assert told(found) == ("stale", (reason,))
    assert standing(replace(VIDEO, **video), up_to_date=replace(five_years, **off), **given).state == "ok"


def test_all_reasons_are_told_the_weightiest_first() -> None:
    video = replace(VIDEO, state="stale", recorded_on=date(2015, 1, 1), review_due_on=date(2020, 1, 1))
    topic = replace(TOPIC, changed_on=date(2020, 1, 1))
    up_to_date = UpToDate(stale_after_years=5)
    found = standing(video, topic=topic, up_to_date=up_to_date, employments=EMPLOYED_NO_MORE)
    assert found.why == tuple(STALE_CASES)


@pytest.mark.parametrize(
    ("video", "topic"),
    [
        ({"recorded_on": date(2021, 11, 24)}, {}),
        ({"review_due_on": date(2026, 11, 24)}, {}),
        ({"recorded_on": date(2026, 9, 2)}, {"changed_on": date(2026, 9, 2)}),
        ({}, {"changed_on": date(2026, 9, 2)}),
        ({"recorded_on": date(2026, 9, 2)}, {}),
    ],
)
def test_a_video_is_up_to_date_to_the_last_day(video: dict[str, Any], topic: dict[str, Any]) -> None:
    found = standing(replace(VIDEO, **video), topic=replace(TOPIC, **topic), up_to_date=UpToDate(stale_after_years=5))
    assert found.state == "ok"


def test_the_day_of_publication_stands_for_an_unknown_day_of_recording() -> None:
    video = replace(VIDEO, published_on=date(2019, 1, 1))
    assert standing(video, up_to_date=UpToDate(stale_after_years=5)).why == ("age",)
    recorded = replace(video, recorded_on=date(2018, 1, 1), published_on=TODAY)
    assert standing(recorded, up_to_date=UpToDate(stale_after_years=5)).why == ("age",)


def test_an_author_who_came_back_has_not_left() -> None:
    assert standing(VIDEO, employments=AT_WORK).state == "ok"


def test_one_author_at_work_is_enough() -> None:
    both = replace(VIDEO, authors=(TEACHER, "plt:tutor:820003"))
    assert standing(both, employments=EMPLOYED_NO_MORE).state == "ok"
    assert standing(replace(VIDEO, authors=()), employments=EMPLOYED_NO_MORE).state == "ok"


def test_a_leap_day_s_video_grows_old_in_march() -> None:
    assert years_after(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert years_after(date(2024, 2, 28), None) is None


@pytest.mark.parametrize("today", [date(2028, 2, 28), date(2028, 2, 29), date(2027, 2, 28), date(2027, 3, 1), TODAY])
@pytest.mark.parametrize("years", [1, 3, 4])
def test_the_last_day_that_is_old_enough_is_found(today: date, years: int) -> None:
    last = years_before(today, years)
    assert last is not None
    turned, next_turned = years_after(last, years), years_after(last + timedelta(days=1), years)
    assert turned is not None
    assert next_turned is not None
    assert turned <= today < next_turned
    assert years_before(today, None) is None


# Trap 12: a code is not a discipline.


def test_a_discipline_of_the_same_code_at_another_kafedra_lends_no_video() -> None:
    namesake = replace(ACADEMY.disciplines[KK.discipline], key="plt:subject:4")
    other = replace(KK, discipline=namesake.key)
    topic = replace(TOPIC, key="dlt:topic:2", discipline=namesake.key)
    library = HeldVideos(by_key(TOPIC, topic), by_key(VIDEO), by_key(PLACEMENT))
    academy = small_academy(
        library=library, offerings=by_key(other), disciplines={**ACADEMY.disciplines, namesake.key: namesake}
    )
    (found,) = coverage(Source(academy, Rules(), TODAY), {}, UpToDate())
    assert told(found) == ("missing", ())


# Trap 16: a link that a teacher changed by hand is a matter of the plan; what is owed and recorded is the same.


def test_the_records_decide_whatever_a_teacher_made_of_the_link() -> None:
    assert standing(VIDEO, links={"https://elsewhere.example/by-hand": GONE}).state == "ok"
