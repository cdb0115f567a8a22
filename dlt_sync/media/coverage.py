"""Whether the right working video stands beside each topic: one state per topic of an offering (clause 5.4).

Pure: input are the records in force (`Source`), what the link check knows of each address, and what the department
calls up to date. Output is a `Standing` per topic. By `kinds.lectures` alone a video stands where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from dlt_sync.kinds.academy import Offering, Placement, Topic, Video
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.lectures import in_other_languages, may_be_shown, owes_video, placed, topics_of
from dlt_sync.media.verdicts import address_of

OK = "ok"
OTHER_LANGUAGE = "other_language"
STALE = "stale"
BROKEN = "broken"
MISSING = "missing"
NOT_OWED = "not_owed"
#: The states of a topic that owes a video, the best first: of several videos the best one counts.
OWED_STATES = (OK, STALE, OTHER_LANGUAGE, BROKEN, MISSING)
STATES = (*OWED_STATES, NOT_OWED)

#: Why a video is stale, the weightiest first.
DECLARED, TOPIC_CHANGED, AUTHOR_LEFT = "declared", "topic_changed", "author_left"
REVIEW_DUE, AGE = "review_due", "age"
STALE_REASONS = (DECLARED, TOPIC_CHANGED, AUTHOR_LEFT, REVIEW_DUE, AGE)
#: Why a topic owes no video.
NO_LECTURE_HOURS, NO_HOURS, NOT_A_LECTURE, RECORDS_SAY_SO = "no_lecture_hours", "no_hours", "not_a_lecture", "records"


@dataclass(frozen=True, slots=True)
class UpToDate:
    """What the department calls up to date. A criterion that is off makes no video stale."""

    #: A video is stale so many years after it was recorded; empty: never for its age.
    stale_after_years: int | None = field(default=None, metadata={"at_least": 1, "at_most": 100})
    #: Whether a video is stale once its topic got another title after it was recorded.
    stale_if_topic_changed: bool = True
    #: Whether a video is stale once none of its authors works here any more.
    stale_if_author_left: bool = True
    #: Whether a video is stale from the day on which its review is due.
    stale_if_review_due: bool = True
    #: Whether a video is stale when the department's list says so.
    stale_if_declared: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """What the link check knows of an address: `broken` is by `media.verdicts`, `checked` in epoch seconds.

    `failing_since` is the day on which its failures in a row began, None while it works.
    """

    verdict: str
    broken: bool
    checked: int = 0
    failing_since: date | None = None


Links = Mapping[str, Link]


@dataclass(frozen=True, slots=True)
class Found:
    """A video that stands at a topic, and its state there. `why` is as in `Standing`."""

    placement: Placement
    video: Video
    state: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a topic of an offering stands.

    `why` holds every reason for which it is stale, the verdict of the link that is broken, or why nothing is owed.
    `videos` are those shown in the course. `checked` is when the first of their links was checked last, 0 while one
    was not.
    """

    offering: Offering
    topic: Topic
    state: str
    why: tuple[str, ...] = ()
    videos: tuple[Found, ...] = ()
    checked: int = 0

    @property
    def owed(self) -> bool:
        """Whether a video is owed for the topic."""
        return self.state != NOT_OWED


def coverage(
    source: Source, links: Links, up_to_date: UpToDate, offerings: Iterable[Offering] | None = None
) -> Iterator[Standing]:
    """A standing for each topic of the offerings, all that are whole by default, in the order of their keys."""
    wanted = source.offerings.values() if offerings is None else offerings
    for offering in sorted(wanted, key=lambda one: one.key):
        yield from standings(source, offering, links, up_to_date)


def standings(source: Source, offering: Offering, links: Links, up_to_date: UpToDate) -> Iterator[Standing]:
    """A standing for each topic of an offering, in the order in which topics stand in its course."""
    at: dict[str, list[tuple[Placement, Video]]] = {}
    for topic, placement, video in placed(source, offering):
        if may_be_shown(video):
            at.setdefault(topic.key, []).append((placement, video))
    for topic in topics_of(source, offering):
        videos = tuple(_found(source, offering, topic, *one, links, up_to_date) for one in at.get(topic.key, ()))
        state, why = _state(source, offering, topic, videos, links)
        yield Standing(offering, topic, state, why, videos, _checked(videos, links))


def stale_reasons(source: Source, topic: Topic, video: Video, up_to_date: UpToDate) -> tuple[str, ...]:
    """Why a video is out of date at a topic, the weightiest reason first; empty when it is not.

    Where the day of the recording is unknown, that of the publication stands for it: a video cannot be younger.
    """
    made = video.recorded_on or video.published_on
    tests = {
        DECLARED: up_to_date.stale_if_declared and video.state == "stale",
        TOPIC_CHANGED: up_to_date.stale_if_topic_changed and _is_after(topic.changed_on, made),
        AUTHOR_LEFT: up_to_date.stale_if_author_left and _authors_left(source, video),
        REVIEW_DUE: up_to_date.stale_if_review_due and _has_come(video.review_due_on, source.today),
        AGE: made is not None and _has_come(years_after(made, up_to_date.stale_after_years), source.today),
    }
    return tuple(reason for reason in STALE_REASONS if tests[reason])


def years_after(day: date, years: int | None) -> date | None:
    """The same day so many years later, the first of March for a leap day; None for no number of years."""
    if years is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return date(day.year + years, 3, 1)


def years_before(day: date, years: int | None) -> date | None:
    """The latest day of which `years_after` has come on that day; None for no number of years."""
    if years is None:
        return None
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29th of February
        return date(day.year - years, 2, 28)


def why_not_owed(offering: Offering, topic: Topic) -> str:
    """Why no video is owed for a topic for which none is (DOMAIN d.6 trap 10)."""
    if topic.kind == "lecture" and offering.hours_lecture == 0:
        return NO_LECTURE_HOURS
    if topic.kind == "lecture" and topic.hours == 0:
        return NO_HOURS
    return NOT_A_LECTURE if topic.requires_video is None else RECORDS_SAY_SO


def _found(
    source: Source,
    offering: Offering,
    topic: Topic,
    placement: Placement,
    video: Video,
    links: Links,
    up_to_date: UpToDate,
) -> Found:
    link = links.get(address_of(video))
    if link is not None and link.broken:
        return Found(placement, video, BROKEN, (link.verdict,))
    if video.language != offering.language:  # it works, but not for these students (trap 13)
        return Found(placement, video, OTHER_LANGUAGE)
    why = stale_reasons(source, topic, video, up_to_date)
    return Found(placement, video, STALE if why else OK, why)


def _state(
    source: Source, offering: Offering, topic: Topic, videos: tuple[Found, ...], links: Links
) -> tuple[str, tuple[str, ...]]:
    if not owes_video(offering, topic):
        return NOT_OWED, (why_not_owed(offering, topic),)
    best = min(videos, key=lambda found: OWED_STATES.index(found.state), default=None)
    if best is not None and best.state != BROKEN:
        return best.state, best.why
    # Nothing in the course plays; a video of the topic for courses in other languages may.
    if any(not _is_broken(video, links) for video in in_other_languages(source, offering, topic)):
        return OTHER_LANGUAGE, ()
    return (best.state, best.why) if best else (MISSING, ())


def _is_broken(video: Video, links: Links) -> bool:
    link = links.get(address_of(video))
    return link is not None and link.broken


def _checked(videos: tuple[Found, ...], links: Links) -> int:
    found = (links.get(address_of(one.video)) for one in videos)
    return min((link.checked if link else 0 for link in found), default=0)


def _authors_left(source: Source, video: Video) -> bool:
    return bool(video.authors) and not any(source.works(author) for author in video.authors)


def _is_after(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day > other


def _has_come(day: date | None, today: date) -> bool:
    return day is not None and day <= today
