"""Videos as the records want them in courses: where, called what, known by what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dlt_sync.kinds import BY_NAME
from dlt_sync.kinds.academy import HeldVideos, Names, Placement, Topic, Video
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.kinds.video import FOREIGN_WORDS, KIND_WORDS, LONGEST_NAME
from dlt_sync.model import Candidate, Desired, join_key
from dlt_sync.records.schema import LANGUAGES
from tests.academies import OFFERING, TODAY, by_key, small_academy

VIDEO = BY_NAME["video"]
DISCIPLINE = small_academy().offerings[OFFERING].discipline
TOPIC = Topic("dlt:topic:1", 4, "lecture", Names(kk="Су", ru="Вода"), discipline=DISCIPLINE, week_no=2)
CLIP = Video("dlt:video:1", DISCIPLINE, "lecture", "kk", "Су туралы", "https://media.academy.example/v/1", batch=7)
PLACE = Placement("dlt:placement:1", CLIP.key, TOPIC.key, batch=3)
KEY = join_key(OFFERING, PLACE.key)


def library(*rows: Any) -> HeldVideos:
    """Topics, videos and placements, each in its own drawer."""

    def of(cls: type) -> dict[str, Any]:
        return by_key(*(row for row in rows if isinstance(row, cls)))

    return HeldVideos(of(Topic), of(Video), of(Placement))


def source(*rows: Any, rules: Rules | None = None, language: str = "kk", **changes: Any) -> Source:
    """The small academy, taught in a language, with these topics, videos and placements."""
    academy = small_academy(**changes)
    offerings = {key: replace(offering, language=language) for key, offering in academy.offerings.items()}
    academy = replace(academy, offerings=offerings, library=library(*(rows or (TOPIC, CLIP, PLACE))))
    return Source(academy, rules or Rules(), TODAY)


def only(made_from: Source) -> Desired:
    """The one video that is wanted."""
    (desired,) = VIDEO.desired(made_from)
    return desired


def test_a_video_stands_in_the_section_of_its_topic_in_the_language_of_the_course() -> None:
    desired = only(source())
    assert desired.key == KEY
    assert desired.fields == {
        "course": OFFERING,
        "section": 4,
        "name": "Дәріс 4. Су",
        "url": "https://media.academy.example/v/1",
        "display": 0,
        "visible": True,
        "idnumber": PLACE.key,
        "order": 40,
    }
    assert desired.label.startswith("Дәріс 4. Су — ")
    assert desired.unit == "Hygiene ru"
    assert desired.reason == "placement dlt:placement:1, video dlt:video:1, import 7"
    assert desired.needs == (("course", OFFERING),)


def test_a_foreign_language_is_named_behind_the_name() -> None:
    named = replace(PLACE, offering=OFFERING)
    assert only(source(TOPIC, CLIP, named, language="ru")).fields["name"] == "Лекция 4. Вода (на казахском языке)"
    in_english = replace(CLIP, language="en")
    assert only(source(TOPIC, in_english, named)).fields["name"] == "Дәріс 4. Су (ағылшын тілінде)"


def test_every_kind_of_topic_and_every_language_has_its_words() -> None:
    kinds = ("lecture", "practical", "lab", "srop", "sro", "other")
    assert {language: set(words) for language, words in KIND_WORDS.items()} == {name: set(kinds) for name in LANGUAGES}
    assert {language: set(words) for language, words in FOREIGN_WORDS.items()} == {
        name: set(LANGUAGES) for name in LANGUAGES
    }
    orders = [only(source(replace(TOPIC, kind=kind), CLIP, PLACE)).fields["order"] for kind in kinds]
    assert orders == [40, 41, 42, 43, 44, 45]


def test_several_videos_of_a_topic_are_told_apart_by_their_titles() -> None:
    other = replace(CLIP, key="dlt:video:2", title="Ауа", url="https://media.academy.example/v/2")
    place = replace(PLACE, key="dlt:placement:2", video=other.key)
    found = [one.fields["name"] for one in VIDEO.desired(source(TOPIC, CLIP, PLACE, other, place))]
    assert found == ["Дәріс 4. Су — Су туралы", "Дәріс 4. Су — Ауа"]
    rules = Rules(video_name="{video}: {week}")
    assert [one.fields["name"] for one in VIDEO.desired(source(TOPIC, CLIP, PLACE, other, place, rules=rules))] == [
        "Су туралы: 2",
        "Ауа: 2",
    ]


def test_the_settings_name_videos_by_language_and_sort_them_by_week() -> None:
    rules = Rules(video_name_by_language={"kk": "{number}) {title}"}, video_section="week")
    desired = only(source(rules=rules))
    assert (desired.fields["name"], desired.fields["section"]) == ("4) Су", 2)
    without_week = only(source(replace(TOPIC, week_no=None), CLIP, PLACE, rules=rules))
    assert without_week.fields["section"] == 4


def test_a_long_name_is_cut_before_the_language() -> None:
    long = replace(TOPIC, titles=Names(kk="ұ" * 300))
    desired = only(source(long, replace(CLIP, language="ru"), replace(PLACE, offering=OFFERING)))
    name = str(desired.fields["name"])
    assert len(name) == LONGEST_NAME
    assert name.endswith("ұ… (орыс тілінде)")


@pytest.mark.parametrize(
    ("url", "display"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", 1),
        ("https://vimeo.com/76979871", 1),
        ("https://media.academy.example/1.mp4", 1),
        ("https://media.academy.example/v/1", 0),
    ],
)
def test_what_moodle_can_play_is_embedded(url: str, display: int) -> None:
    assert only(source(TOPIC, replace(CLIP, url=url), PLACE)).fields["display"] == display


def test_a_link_follows_a_video_that_moved_and_knows_it_by_both_addresses() -> None:
    new = "https://media.academy.example/v/2"
    desired = only(source(TOPIC, replace(CLIP, moved_to=new), PLACE))
    assert desired.fields["url"] == new
    assert desired.match[:2] == (("idnumber", PLACE.key), ("url", new))
    assert ("url", CLIP.url) in desired.match


def test_what_a_teacher_pasted_is_known_in_its_usual_spellings() -> None:
    found = dict.fromkeys(
        only(source(TOPIC, replace(CLIP, url="https://www.youtube.com/watch?v=dQw4w9WgXcQ"), PLACE)).match
    )
    assert ("url", "https://youtu.be/dQw4w9WgXcQ") in found
    assert ("url", "http://www.youtube.com/watch?v=dQw4w9WgXcQ") in found


def test_a_replaced_video_gives_its_link_to_the_new_one() -> None:
    old = replace(CLIP, state="replaced")
    new = replace(CLIP, key="dlt:video:2", url="https://media.academy.example/v/2", replaces=old.key)
    placed_too = replace(PLACE, key="dlt:placement:0", video=new.key)
    for rows in ((TOPIC, old, new, PLACE), (TOPIC, old, new, PLACE, placed_too)):
        desired = only(source(*rows))
        assert (desired.key, desired.fields["url"]) == (KEY, new.url)


def test_stamps_follow_all_that_is_wanted_and_what_is_left_alone() -> None:
    (one,) = VIDEO.stamps(source()).values()
    assert one.basis == ""
    assert VIDEO.stamps(source()) == {OFFERING: one}
    renamed = VIDEO.stamps(source(replace(TOPIC, titles=Names(kk="Ауа")), CLIP, PLACE))
    again = VIDEO.stamps(source(TOPIC, replace(CLIP, batch=9), PLACE))
    set_aside = VIDEO.stamps(source(unknown=frozenset({("video_placement", PLACE.key)})))
    assert renamed != VIDEO.stamps(source()) != set_aside
    assert again == VIDEO.stamps(source())  # only the import it was seen in is another
    assert VIDEO.stamps(source(TOPIC)) == {}


def test_videos_of_some_courses_alone_can_be_asked_for() -> None:
    assert [one.key for one in VIDEO.desired_in(source(), [OFFERING, "plt:offering:99"])] == [KEY]
    assert list(VIDEO.desired_in(source(), [])) == []


def test_a_video_is_about_its_placement_and_its_offering() -> None:
    assert set(VIDEO.subjects(KEY)) == {("video_placement", PLACE.key), ("offering", OFFERING)}
    assert VIDEO.course_key(KEY) == OFFERING


def test_videos_of_an_offering_that_left_the_records_are_abandoned() -> None:
    assert not VIDEO.abandoned(source(), KEY)
    assert VIDEO.abandoned(source(), join_key("plt:offering:99", PLACE.key))
    assert not BY_NAME["group"].abandoned(source(), join_key("plt:offering:99", "plt:group:1"))


def test_hidden_videos_wait_as_long_as_the_settings_say() -> None:
    assert VIDEO.delete_after_days(Rules()) == 30
    assert VIDEO.delete_after_days(Rules(delete_video_after_days=None)) is None
    assert BY_NAME["enrolment"].delete_after_days(Rules(unenrol_after_days=7)) == 7
    assert BY_NAME["course"].delete_after_days(Rules()) is None


def test_of_several_links_to_a_video_the_one_in_its_section_is_meant() -> None:
    here, elsewhere = (Candidate(number, "url", {"section": number}) for number in (4, 5))
    assert list(VIDEO.choose(only(source()), [elsewhere, here])) == [here]
    assert list(VIDEO.choose(only(source()), [elsewhere])) == [elsewhere]
    assert list(BY_NAME["user"].choose(only(source()), [elsewhere, here])) == [elsewhere, here]
