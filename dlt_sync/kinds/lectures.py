"""Which topics an offering has, which of them owe a video, and which videos stand at each (clause 5.4).

Pure. The kind `video` places by it, and coverage is counted by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dlt_sync.kinds.academy import Offering, Placement, Topic, Video
from dlt_sync.kinds.kind import Source

#: Kinds of topics in the order in which they stand in a course.
TOPIC_KINDS = ("lecture", "practical", "lab", "srop", "sro", "other")
#: States in which a video is shown.
SHOWN = ("published", "stale")


@dataclass(frozen=True, slots=True)
class Shown:
    """A video that is to stand at a topic of an offering."""

    offering: Offering
    topic: Topic
    placement: Placement
    video: Video

    @property
    def in_own_language(self) -> bool:
        """Whether the video speaks the language the offering is taught in (trap 13)."""
        return self.video.language == self.offering.language


def topics_of(source: Source, offering: Offering) -> tuple[Topic, ...]:
    """An offering's own topics, else those of its discipline, in the order in which they stand in its course."""
    topics = source.topics.get(offering.key) or source.topics.get(offering.discipline, ())
    return tuple(sorted(topics, key=lambda topic: (topic.number, TOPIC_KINDS.index(topic.kind), topic.key)))


def owes_video(offering: Offering, topic: Topic) -> bool:
    """Whether a video is owed for a topic: as the records say, else for lectures.

    A lecture without hours, or of an offering without lecture hours, owes none whatever else is said (finding 6).
    """
    if topic.kind == "lecture" and 0 in (topic.hours, offering.hours_lecture):
        return False
    return topic.kind == "lecture" if topic.requires_video is None else topic.requires_video


def placed(source: Source, offering: Offering) -> Iterator[tuple[Topic, Placement, Video]]:
    """What the records place in an offering, topic by topic, whether or not it may be shown.

    Each video comes as the one that replaced it, where one did; placements in which it did come first. A placement
    that names no offering serves those that are taught in the language of its video.
    """
    for topic in topics_of(source, offering):
        places = [(place, _video_of(source, place)) for place in source.placements.get(topic.key, ())]
        for placement, video in sorted(places, key=lambda pair: (pair[0].video == pair[1].key, pair[0].key)):
            if placement.offering == offering.key or (
                placement.offering is None and video.language == offering.language
            ):
                yield topic, placement, video


def shown(source: Source, offering: Offering) -> Iterator[Shown]:
    """The videos that are to stand in an offering's course, topic by topic; see `may_be_shown`.

    A video stands at a topic once, whichever placements lead to it.
    """
    seen: set[tuple[str, str]] = set()
    for topic, placement, video in placed(source, offering):
        if may_be_shown(video) and (topic.key, video.key) not in seen:
            seen.add((topic.key, video.key))
            yield Shown(offering, topic, placement, video)


def in_other_languages(source: Source, offering: Offering, topic: Topic) -> Iterator[Video]:
    """The videos at a topic that may be shown, but only where another language is taught (trap 13)."""
    for placement in source.placements.get(topic.key, ()):
        video = _video_of(source, placement)
        if placement.offering is None and video.language != offering.language and may_be_shown(video):
            yield video


def may_be_shown(video: Video) -> bool:
    """Whether a video is published, and has the consent that showing a patient asks for (DOMAIN d.2)."""
    return video.state in SHOWN and bool(video.consent_ref or not video.shows_patient)


def _video_of(source: Source, placement: Placement) -> Video:
    """The placement's video, or that which stands for it where it was replaced, however often."""
    video = source.academy.library.videos[placement.video]
    seen = {video.key}
    while video.state == "replaced":
        successor = source.successors.get(video.key)
        if successor is None or successor.key in seen:
            break
        video = successor
        seen.add(video.key)
    return video
