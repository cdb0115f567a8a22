"""What is taught class by class: exactly 400 topics, as templates of disciplines and as lists of offerings' own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from making.subjects import Titles, subjects
from making.tables import Row, Tables, find, row

#: Disciplines without lectures: nothing is owed for them (trap 10).
WITHOUT_LECTURES = ("103", "208", "404")
#: Offerings that have topics of their own instead of their discipline's.
OWN_TOPICS = ("20", "39", "40", "47", "52")
#: An offering without lectures of a discipline that has them: its students come to the others' lectures.
LECTURED_ELSEWHERE = "plt:offering:58"
_PRACTICALS = 5
_WITH_SROP = ("301", "302", "303", "304", "305", "306", "307", "308", "309")

#: Lectures without a video, and why.
_NO_VIDEO = {
    ("302", 3): "экскурсия на водоочистную станцию",
    ("207", 7): "занятие в ботаническом саду",
    ("306", 6): "закон меняется, лекция читается только очно",
}
#: Practicals that owe a video: what cannot be read from a book.
_PRACTICALS_ON_VIDEO = {("301", place) for place in range(1, 6)} | {("208", 1), ("404", 1)}
#: Topics that were changed this autumn: videos recorded before are out of date.
_CHANGED = {("106", 2): "2026-09-10", ("403", 3): "2026-10-05"}


@dataclass(frozen=True, slots=True)
class TopicList:
    """The topics of a discipline, or of one offering (its number) that has its own; subjects in their order."""

    discipline: str
    offering: str
    subjects: tuple[tuple[int, Titles], ...]  # (place in the discipline, titles)


def topic_lists(offerings: list[Row]) -> list[TopicList]:
    """Every list, templates first. A list of an offering's own begins with the discipline's third subject."""
    known = {number: tuple(enumerate(titles, start=1)) for number, titles in subjects().items()}
    lists = [TopicList(number, "", titles) for number, titles in known.items()]
    for offering in OWN_TOPICS:
        number = number_of(find(offerings, f"plt:offering:{offering}")["discipline_id"])
        titles = known[number]
        lists.append(TopicList(number, offering, titles[2:] + titles[:2]))
    return lists


def number_of(key: str) -> str:
    """The last part of a key."""
    return key.rpartition(":")[2]


def make_topics(tables: Tables) -> list[Row]:
    """The topics of every list; their keys count up."""
    rows = [made for topics in topic_lists(tables["offering"]) for made in _topics(topics)]
    return [made | {"sourced_id": f"dlt:topic:{place}"} for place, made in enumerate(rows, start=1)]


def give_lecture_hours(tables: Tables) -> None:
    """Write down how many hours of lectures each offering has: two for each lecture of its list."""
    known = subjects()
    for offering in tables["offering"]:
        discipline = number_of(offering["discipline_id"])
        none = discipline in WITHOUT_LECTURES or offering["sourced_id"] == LECTURED_ELSEWHERE
        offering["hours_lecture"] = "0" if none else str(2 * len(known[discipline]))


def _topics(topics: TopicList) -> Iterator[Row]:
    for number, (place, titles) in enumerate(topics.subjects, start=1):
        if topics.discipline not in WITHOUT_LECTURES:
            yield _topic(topics, number, place, "lecture", titles) | {"hours": "2"}
        if place <= _PRACTICALS:
            yield _topic(topics, number, place, "practical", titles) | {"hours": "3"}
    if topics.discipline in _WITH_SROP and not topics.offering:
        titles = ("Ғылыми жобаны қорғау", "Защита научного проекта", "Defence of a Research Project")
        yield _topic(topics, len(topics.subjects), 0, "srop", titles) | {"hours": "1.5"}


def _topic(topics: TopicList, number: int, place: int, kind: str, titles: Titles) -> Row:
    reason = _NO_VIDEO.get((topics.discipline, place), "") if kind == "lecture" else ""
    owed = "0" if reason else "1" if kind == "practical" and (topics.discipline, place) in _PRACTICALS_ON_VIDEO else ""
    return row(
        "topic", offering_id=f"plt:offering:{topics.offering}" if topics.offering else "",
        discipline_id="" if topics.offering else f"plt:subject:{topics.discipline}", number=str(number), kind=kind,
        title_kk=titles[0], title_ru=titles[1], title_en=titles[2], week_no=str(2 * number - 1),
        requires_video=owed, no_video_reason=reason,
        changed_on=_CHANGED.get((topics.discipline, place), "") if kind == "lecture" else "",
    )  # fmt: skip
