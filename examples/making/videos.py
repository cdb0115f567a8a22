"""The department's list: exactly 100 videos, where each stands, and the plan of what is still to be shot.

Every video is the same clip of six seconds, which the demo serves under each video's own address.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from making.enrolments import staff_of
from making.subjects import subjects
from making.tables import Row, Tables, find, row
from making.topics import WITHOUT_LECTURES, TopicList, number_of, topic_lists

#: Where the demo serves videos; scripts/site/media.py has the same port.
MEDIA_SITE = "http://127.0.0.1:18044/video"
_CLIP_SECONDS = "6"

# discipline | language | subjects that were recorded, by their place
_RECORDED = """
101|kk|1 2 3 4 5
101|ru|1 2 3 6
102|kk|1 2 6
102|ru|1 2
104|kk|1 3 6
104|ru|1
105|kk|1 3
105|ru|1 3 5
106|kk|1 2 3 4
106|ru|2 3
107|kk|1 4 5
201|kk|1 2 3 4
201|en|1 2 3 4 5
202|kk|2 3
202|en|1 2
202|ru|2
203|kk|2 3
203|en|3 4
203|ru|3
204|kk|1 2
204|en|1 2
204|ru|1 5
205|kk|5
205|ru|5
206|kk|1 4
206|en|1 4 5
206|ru|4
207|ru|1 2 6
208|ru|1
301|kk|1 2 3 4 5
302|kk|1 2 6 7
303|kk|1 2 6
304|ru|1
305|kk|1 3
306|kk|1 3
307|kk|2 7
308|kk|1 4
401|ru|2 3
402|ru|2
403|ru|1 3
405|ru|3
404|ru|1
201|en|6
101|kk|1
302|kk|1
"""

#: Videos with a story, by number: the columns that tell it.
_STORIES: dict[int, dict[str, str]] = {
    1: {"replaces_id": "dlt:video:99"},
    6: {"recorded_on": "2018-10-11", "published_on": "2018-11-02"},
    16: {"state": "stale"},
    17: {"recorded_on": "2019-02-14", "published_on": "2019-03-01"},
    50: {"recorded_on": "2018-04-20", "published_on": "2018-05-16"},
    69: {"captions": "ru;kk"},
    70: {"kind": "demo", "shows_patient": "1", "consent_ref": "акт 17-к"},
    72: {"kind": "demo", "shows_patient": "1", "consent_ref": "акт 18-к"},
    74: {"kind": "demo", "shows_patient": "1"},
    75: {"replaces_id": "dlt:video:100"},
    86: {"state": "draft", "published_on": ""},
    90: {"state": "draft", "published_on": ""},
    94: {"review_due_on": "2026-10-01"},
    98: {"state": "withdrawn"},
    99: {"state": "replaced", "recorded_on": "2017-11-08", "published_on": "2017-12-01"},
    100: {"state": "replaced", "recorded_on": "2019-09-12", "published_on": "2019-10-03"},
}
#: Addresses as people copy them: each is the address of that very video (trap 15).
_AS_COPIED = {
    13: "{}/013.mp4/",
    23: "{}/./023.mp4",
    33: "{}/033.mp4?utm_source=portal&utm_medium=mail",
    43: "{}//043.mp4",
}
#: Who recorded what is not recorded by the kafedra's own in turn.
_AUTHORS = dict.fromkeys((37, 38, 39, 40, 41), "plt:tutor:820003") | {
    55: "plt:tutor:820002", 56: "plt:tutor:820002", 91: "plt:tutor:820002;plt:tutor:820004",
}  # fmt: skip
#: Lectures of these disciplines stand at the practical of the same subject too.
_AT_PRACTICALS = ("101", "201", "206")
#: (video, place of the subject, discipline, offerings): where a video stands outside of its discipline or language.
_ELSEWHERE = (
    (82, 1, "304", ("28", "50")),  # courses in Kazakh with a video in Russian only (trap 13)
    (96, 7, "304", ("28", "50")),  # one video in three programmes, with its own discipline's placement (trap 13)
    (59, 5, "205", ("23",)),
)
#: Placed under the number of the video that was replaced: its successor stands there.
_PLACED_AS_OLD = {75: 100}


@dataclass(slots=True)
class _Recorded:
    number: int
    discipline: str
    language: str
    place: int

    @property
    def key(self) -> str:
        return f"dlt:video:{self.number}"


@dataclass(slots=True)
class _Lists:
    """The topic lists with the languages of the offerings that use each, and their topics by subject and kind."""

    topics: list[Row]
    offerings: list[Row]
    lists: list[TopicList] = field(init=False)

    def __post_init__(self) -> None:
        self.lists = topic_lists(self.offerings)

    def of(self, recorded: _Recorded) -> Iterator[TopicList]:
        """The lists in which a video of that discipline and language has a place."""
        own = {f"plt:offering:{topics.offering}" for topics in self.lists if topics.offering}
        for topics in self.lists:
            users = [
                offering
                for offering in self.offerings
                if offering["sourced_id"] == f"plt:offering:{topics.offering}"
                or (not topics.offering and offering["sourced_id"] not in own)
            ]
            languages = {o["language"] for o in users if number_of(o["discipline_id"]) == topics.discipline}
            if topics.discipline == recorded.discipline and recorded.language in languages:
                yield topics

    def template(self, discipline: str) -> TopicList:
        return next(topics for topics in self.lists if topics.discipline == discipline and not topics.offering)

    def topic(self, topics: TopicList, place: int, kind: str) -> Row | None:
        number = [at for at, _ in topics.subjects].index(place) + 1
        offering = f"plt:offering:{topics.offering}" if topics.offering else ""
        discipline = "" if topics.offering else f"plt:subject:{topics.discipline}"
        wanted = (offering, discipline, str(number), kind)
        columns = ("offering_id", "discipline_id", "number", "kind")
        return next((t for t in self.topics if tuple(t[column] for column in columns) == wanted), None)


def make_videos(tables: Tables, rng: random.Random) -> Tables:
    """The three tables of the department's list. `tables` has topics, offerings and disciplines."""
    recorded = list(_recorded())
    lists = _Lists(tables["topic"], tables["offering"])
    return {
        "video_asset": [_asset(one, tables["discipline"], rng) for one in recorded],
        "video_placement": [
            made | {"sourced_id": f"dlt:placement:{place}"}
            for place, made in enumerate(_placements(recorded, lists), start=1)
        ],
        "video_request": list(_shooting_plan(lists)),
    }


def _recorded() -> Iterator[_Recorded]:
    number = 0
    for line in _RECORDED.split():
        if "|" in line:
            discipline, language, first = line.split("|")
            places = [first]
        else:
            places = [line]
        for place in places:
            number += 1
            yield _Recorded(number, discipline, language, int(place))


def _asset(recorded: _Recorded, disciplines: list[Row], rng: random.Random) -> Row:
    discipline = find(disciplines, f"plt:subject:{recorded.discipline}")
    staff = staff_of(discipline["kafedra_id"])
    day = date(2023, 9, 4) + timedelta(days=rng.randrange(980))
    lectured = recorded.discipline not in WITHOUT_LECTURES
    made = row(
        "video_asset", sourced_id=recorded.key, discipline_id=discipline["sourced_id"],
        kind="lecture" if lectured else "practical", language=recorded.language,
        title=subjects()[recorded.discipline][recorded.place - 1][("kk", "ru", "en").index(recorded.language)],
        author_ids=_AUTHORS.get(recorded.number, staff[recorded.number % len(staff)]),
        kafedra_id=discipline["kafedra_id"], recorded_on=day.isoformat(),
        published_on=(day + timedelta(days=rng.randrange(10, 40))).isoformat(), duration_s=_CLIP_SECONDS,
        url=address(recorded.number), state="published",
    )  # fmt: skip
    return made | _STORIES.get(recorded.number, {})


def address(number: int) -> str:
    """Where a video is, as the list has it."""
    return _AS_COPIED.get(number, f"{{}}/{number:03}.mp4").format(MEDIA_SITE)


def _placements(recorded: list[_Recorded], lists: _Lists) -> Iterator[Row]:
    replaced = {_STORIES[number]["replaces_id"] for number in _STORIES if "replaces_id" in _STORIES[number]}
    for one in recorded:
        if one.key in replaced:
            continue
        key = f"dlt:video:{_PLACED_AS_OLD.get(one.number, one.number)}"
        for topics in lists.of(one):
            for kind in _kinds_of_topics(one):
                topic = lists.topic(topics, one.place, kind)
                if topic:
                    yield row("video_placement", video_id=key, topic_id=topic["sourced_id"])
    for number, place, discipline, offerings in _ELSEWHERE:
        topic = lists.topic(lists.template(discipline), place, "lecture")
        for offering in offerings:
            yield row(
                "video_placement", video_id=f"dlt:video:{number}", topic_id=topic["sourced_id"],
                offering_id=f"plt:offering:{offering}",
            )  # fmt: skip


def _kinds_of_topics(recorded: _Recorded) -> tuple[str, ...]:
    if recorded.discipline in WITHOUT_LECTURES:
        return ("practical",)
    if recorded.discipline == "301":
        return ("lecture", "practical")
    return ("lecture", "practical") if recorded.discipline in _AT_PRACTICALS else ("lecture",)


# discipline | place | language | stage | who asks | day planned | who shoots | place of the shooting | wish, or reason
_PLAN = """
101|7|kk|requested|18||||қарашаның аяғы
106|5|kk|requested|19||||
202|5|kk|accepted|20|||студия|вторник после обеда
203|6|kk|accepted|25|||студия|
204|6|kk|scripted|5|2026-12-03|Эскизов П.|студия|
302|4|kk|scheduled|25|2026-11-26|Эскизов П.|завод, цех 2|
206|6|kk|scheduled|21|2026-11-27|Макетов С.|музей препаратов|
305|4|kk|shot|26|2026-11-12|Макетов С.|больница, конференц-зал|
307|4|kk|rough_cut|6|2026-11-05|Эскизов П.|учебное производство|
309|2|kk|in_review|7|2026-10-22|Макетов С.|студия|
308|3|kk|corrections|27|2026-10-15|Эскизов П.|студия|
303|5|kk|approved|8|2026-10-08|Эскизов П.|студия|
302|7|kk|published|24|2026-09-17|Макетов С.|студия|
304|3|kk|rejected|13||||тема изменится в следующем семестре
102|5|ru|cancelled|14|2026-10-01||студия|преподаватель был болен
"""


def _shooting_plan(lists: _Lists) -> Iterator[Row]:
    for number, line in enumerate(_PLAN.strip().splitlines(), start=1):
        discipline, place, language, stage, asker, planned, specialist, where, remark = line.split("|")
        topics = lists.template(discipline)
        topic = lists.topic(topics, int(place), "lecture")
        title, refused = topic[f"title_{language}"], stage in ("rejected", "cancelled")
        yield row(
            "video_request", sourced_id=f"plan:shooting:{number}", type="shooting",
            discipline_id=f"plt:subject:{discipline}", topic_id=topic["sourced_id"], language=language, title=title,
            place=where, wished="" if refused else remark, asked_by_id=f"plt:tutor:{820000 + int(asker)}",
            stage=stage, planned_on=planned, specialist=specialist, reason=remark if refused else "",
        )  # fmt: skip
