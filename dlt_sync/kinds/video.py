"""Videos: a link in the course section of its topic, named in the language of the course (clause 5.4).

A placement is the object: when its video is replaced, the same link shows the new one, so that what Moodle knows of
it (who has seen it, where the teacher mentions it) stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from dlt_sync.kinds.academy import Offering
from dlt_sync.kinds.course import short_name
from dlt_sync.kinds.kind import Kind, Source, Stamps
from dlt_sync.kinds.lectures import TOPIC_KINDS, Shown, shown
from dlt_sync.kinds.rules import Rules
from dlt_sync.media.addresses import HTML5_FILE, VIMEO, YOUTUBE, canonical, spellings
from dlt_sync.model import (
    KEY_SEPARATOR,
    Candidate,
    Desired,
    Fields,
    Policy,
    Value,
    canonical_json,
    join_key,
    text_hash,
)

#: What Moodle is told of how to show a link: to choose itself, or to play it in the page (RESOURCELIB_DISPLAY_…).
AUTOMATIC, EMBEDDED = 0, 1
#: Providers whose videos Moodle can play in the page.
EMBEDDABLE = frozenset({YOUTUBE, VIMEO, HTML5_FILE})
#: The longest name that Moodle keeps.
LONGEST_NAME = 255

#: What topics are called in each language, by the topic's kind (DOMAIN c).
KIND_WORDS: Mapping[str, Mapping[str, str]] = {
    "kk": {
        "lecture": "Дәріс",
        "practical": "Практикалық сабақ",
        "lab": "Зертханалық сабақ",
        "srop": "ОБӨЖ",
        "sro": "БӨЖ",
        "other": "Тақырып",
    },
    "ru": {
        "lecture": "Лекция",
        "practical": "Практическое занятие",
        "lab": "Лабораторное занятие",
        "srop": "СРОП",
        "sro": "СРО",
        "other": "Тема",
    },
    "en": {
        "lecture": "Lecture",
        "practical": "Practical class",
        "lab": "Laboratory class",
        "srop": "Independent work with the teacher",
        "sro": "Independent work",
        "other": "Topic",
    },
}
#: How a video in another language is marked, by the course's language and the video's.
FOREIGN_WORDS: Mapping[str, Mapping[str, str]] = {
    "kk": {"kk": "қазақ тілінде", "ru": "орыс тілінде", "en": "ағылшын тілінде"},
    "ru": {"kk": "на казахском языке", "ru": "на русском языке", "en": "на английском языке"},
    "en": {"kk": "in Kazakh", "ru": "in Russian", "en": "in English"},
}


class Video(Kind):
    """A link to a video. Removed by hiding it; deleted after a waiting time."""

    name = "video"
    words = ("video", "videos")
    policies: ClassVar[Mapping[str, Policy]] = {
        "section": Policy.ENFORCE,
        "name": Policy.ENFORCE,
        "url": Policy.ENFORCE,
        "display": Policy.ENFORCE,
        "visible": Policy.ENFORCE,
        "idnumber": Policy.ENFORCE,
        "order": Policy.ENFORCE,
    }
    identity = ("course",)
    removed: ClassVar[Fields | None] = {"visible": False}
    entity = "video_placement"
    also_from = ("topic", "video_asset")
    recreate_needs_approval = False
    by_course = True
    lost_by_course = "videos"
    shared = frozenset({"url"})

    def desired(self, source: Source) -> Iterator[Desired]:
        """One object per offering and placement that serves it, offering by offering, in the order of the topics."""
        return self.desired_in(source, source.offerings.keys())

    def desired_in(self, source: Source, courses: Collection[str]) -> Iterator[Desired]:
        """Those of some offerings."""
        for course in sorted(courses):
            if course in source.offerings:
                yield from _videos(source, source.offerings[course])

    def stamps(self, source: Source) -> Mapping[str, Stamps]:
        """Of everything that is wanted in each offering that has any, and of what is left alone there."""
        return {
            course: Stamps(text_hash(canonical_json(wanted)))
            for course in source.offerings
            if (wanted := [self._mark(source, one) for one in self.desired_in(source, [course])])
        }

    def _mark(self, source: Source, wanted: Desired) -> list[object]:
        unknown = any(subject in source.unknown for subject in self.subjects(wanted.key))
        return [wanted.key, wanted.fields, wanted.match, wanted.label, wanted.unit, unknown]

    def subjects(self, key: str) -> Iterable[tuple[str, str]]:
        """The placement and the offering. A placement of a topic or a video that is unknown is unknown itself."""
        offering, placement = key.split(KEY_SEPARATOR)
        return (("video_placement", placement), ("offering", offering))

    def abandoned(self, source: Source, key: str) -> bool:
        """Whether the offering left the records: its course is archived as it is, videos and all."""
        return self.course_key(key) not in source.academy.offerings

    def delete_after_days(self, rules: Rules) -> int | None:
        """As the settings say."""
        return rules.delete_video_after_days

    def choose(self, desired: Desired, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
        """Of several links to the same video, those that stand in the section of the topic."""
        in_place = [c for c in candidates if c.fields.get("section") == desired.fields["section"]]
        return in_place or candidates

    def course_key(self, key: str) -> str:
        """The offering's."""
        return key.split(KEY_SEPARATOR)[0]


def _videos(source: Source, offering: Offering) -> Iterator[Desired]:
    videos = list(shown(source, offering))
    shortname = short_name(source, offering) if videos else ""
    at_topic = Counter(one.topic.key for one in videos)
    for one in videos:
        yield _video(source, one, _name(source, one, alone=at_topic[one.topic.key] == 1), shortname)


def _video(source: Source, one: Shown, name: str, shortname: str) -> Desired:
    offering, placement, video = one.offering, one.placement, one.video
    return Desired(
        kind="video",
        key=join_key(offering.key, placement.key),
        fields=_fields(source, one, name),
        label=f"{name} — {shortname}",
        unit=source.unit(offering.kafedra),
        reason=f"placement {placement.key}, video {video.key}, import {max(placement.batch, video.batch)}",
        match=_match(one),
        needs=(("course", offering.key),),
    )


def _fields(source: Source, one: Shown, name: str) -> dict[str, Value]:
    url = _address(one)
    return {
        "course": one.offering.key,
        "section": section_of(source.rules, one),
        "name": name,
        "url": url,
        "display": EMBEDDED if canonical(url).provider in EMBEDDABLE else AUTOMATIC,
        "visible": True,
        "idnumber": one.placement.key,
        "order": one.topic.number * 10 + TOPIC_KINDS.index(one.topic.kind),
    }


def _address(one: Shown) -> str:
    """Where the video is: its address, or where that was found to lead for good."""
    return one.video.moved_to or one.video.url


def section_of(rules: Rules, one: Shown) -> int:
    """The section of a course whose topics are weeks is that of the week, where the records name one."""
    return (one.topic.week_no if rules.video_section == "week" else None) or one.topic.number


def _name(source: Source, one: Shown, *, alone: bool) -> str:
    """As the settings' template makes it; the video's title and language behind it where they tell more."""
    rules, language = source.rules, one.offering.language
    words = {
        "kind": KIND_WORDS[language][one.topic.kind],
        "number": str(one.topic.number),
        "title": one.topic.titles.in_language(language),
        "video": one.video.title,
        "week": str(one.topic.week_no or ""),
    }
    name = rules.video_name_by_language.get(language, rules.video_name).format_map(words).strip()
    more = "" if alone or one.video.title in name else f" — {one.video.title}"
    return _fitting(name + more, "" if one.in_own_language else f" ({FOREIGN_WORDS[language][one.video.language]})")


def _fitting(name: str, ending: str) -> str:
    """A name that Moodle can keep, with the ending whole; what is too long is cut."""
    room = LONGEST_NAME - len(ending)
    return (name if len(name) <= room else name[: room - 1].rstrip() + "…") + ending


def _match(one: Shown) -> tuple[tuple[str, str], ...]:
    """A link that somebody made may be known by its number, or lead to the same video in another spelling."""
    addresses = dict.fromkeys([*spellings(_address(one)), *spellings(one.video.url)])
    return (("idnumber", one.placement.key), *(("url", url) for url in addresses))
