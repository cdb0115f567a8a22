"""What each course's Videos page shows of its topics, told to Moodle where it is not what was told last.

Input: the records, and what the link check knows. While nothing that could matter changed (records, links, the days on
which a video grows old, the courses in Moodle), nothing is loaded and nothing is told.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dlt_sync.changed import Records
from dlt_sync.db import Database
from dlt_sync.errors import MoodleError
from dlt_sync.journal.entries import moodle_ids
from dlt_sync.journal.settled import WHOLE
from dlt_sync.journal.shown import note_shown, shown_hashes
from dlt_sync.kinds.academy import Offering
from dlt_sync.kinds.kind import Source
from dlt_sync.media.coverage import (
    BROKEN,
    NOT_OWED,
    STALE,
    Found,
    Links,
    Standing,
    UpToDate,
    standings,
    years_before,
)
from dlt_sync.media.verdicts import address_of
from dlt_sync.model import canonical_json, join_key, text_hash
from dlt_sync.moodle.contract import Bridge, PageStatus, TopicStatus, VideoStatus
from dlt_sync.records.links import links
from dlt_sync.records.tables import VideoAsset
from dlt_sync.report.videos import reason_in_words
from dlt_sync.report.words import Words
from dlt_sync.tell import tell

#: The time of a check that found nothing new is told anew after so long, in seconds: not every night for every course.
CHECKED_ANEW = 7 * 86_400
#: What a text holds at most, and how long Moodle's pages believe that a video can be.
LONGEST, MOST_SECONDS = 255, 86_400
#: Moodle's answer to what it does not take as it is.
REFUSED = "badrequest"

logger = logging.getLogger(__name__)

Topics = tuple[TopicStatus, ...]


def tell_topics(database: Database, bridge: Bridge, records: Records, up_to_date: UpToDate, now: datetime) -> int:
    """Tell Moodle the topics of the courses whose list changed; returns how many courses. Raises MoodleError.

    What was told before a fault is noted, and the rest is told the next time.
    """
    with database.session() as session:
        known = links(session, now, records.rules.timezone)
        courses = moodle_ids(session, "course")
        shown = shown_hashes(session)
        today = now.astimezone(ZoneInfo(records.rules.timezone)).date()
        circumstances = (*_circumstances(known, courses, up_to_date), *_days(session, today, up_to_date))
        stamp = text_hash(repr((records.stamp, *circumstances)))
    if shown.get(WHOLE) == stamp:
        return 0
    lists = _lists(records.source, courses, known, up_to_date)
    hashes = {course: _hash(topics, courses[course]) for course, topics in lists.items()}
    untold = {
        course: topics
        for course, topics in lists.items()
        if hashes[course] != shown.get(course) and (topics or course in shown)
    }
    told = 0
    for taken in _told(bridge, untold):
        told += len(taken)
        with database.session(alone=True) as session:
            note_shown(session, {course: hashes[course] for course in taken})
    if told == len(untold) and records.source.today == today:
        with database.session(alone=True) as session:
            note_shown(session, {WHOLE: stamp})
    return told


def _lists(source: Source, courses: Iterable[str], known: Links, up_to_date: UpToDate) -> dict[str, Topics]:
    """The topics of each course that is in Moodle and in the records. Those that left the records stay as they are."""
    offerings = (source.offerings[key] for key in sorted(courses) if key in source.offerings)
    return {offering.key: topics_shown(source, offering, known, up_to_date) for offering in offerings}


def _told(bridge: Bridge, untold: Mapping[str, Topics]) -> Iterator[Collection[str]]:
    """Tell some courses' topics; yields the courses that Moodle took. One that it refuses does not stop the others."""
    left = dict(untold)
    try:
        for portion in tell(bridge, PageStatus(courses=untold)):
            for course in portion.courses:
                del left[course]
            yield portion.courses
    except MoodleError as error:
        if error.errorcode != REFUSED:
            raise
        for course, topics in left.items():
            yield from _told_alone(bridge, course, topics)


def _told_alone(bridge: Bridge, course: str, topics: Topics) -> Iterator[Collection[str]]:
    try:
        for portion in tell(bridge, PageStatus(courses={course: topics})):
            yield portion.courses
    except MoodleError as error:
        if error.errorcode != REFUSED:
            raise
        logger.warning("Moodle refuses the topics of %s: %s %s", course, error.message, error.remedy)


def topics_shown(source: Source, offering: Offering, known: Links, up_to_date: UpToDate) -> Topics:
    """The topics of an offering as its page shows them, in the language in which it is taught."""
    words = Words(offering.language)
    return tuple(_topic(words, one) for one in standings(source, offering, known, up_to_date))


def _topic(words: Words, one: Standing) -> TopicStatus:
    topic = one.topic
    return TopicStatus(
        key=topic.key,
        number=topic.number,
        kind=topic.kind,
        title=topic.titles.in_language(words.language)[:LONGEST],
        week=topic.week_no,
        owed=one.owed,
        reason=reason_in_words(words, one)[:LONGEST] if one.state == NOT_OWED else "",
        state=one.state,
        why=one.why[0] if one.state in (STALE, BROKEN) else "",
        checked=one.checked,
        videos=tuple(_video(one.offering, found) for found in one.videos),
    )


def _video(offering: Offering, found: Found) -> VideoStatus:
    video = found.video
    return VideoStatus(
        key=join_key(offering.key, found.placement.key),
        title=video.title[:LONGEST],
        language=video.language,
        url=address_of(video),
        state=found.state,
        duration_s=min(video.duration_s or 0, MOST_SECONDS),
    )


def _hash(topics: Topics, moodle_id: int) -> str:
    """Of a course's list. A course that was made again in Moodle has another one: its page shows nothing yet."""
    rough = [{**asdict(topic), "checked": topic.checked // CHECKED_ANEW} for topic in topics]
    return text_hash(canonical_json([moodle_id, rough]))


def _circumstances(known: Links, courses: Mapping[str, int], up_to_date: UpToDate) -> Iterator[object]:
    """What the lists are made of besides the records."""
    yield [(spec.name, getattr(up_to_date, spec.name)) for spec in fields(UpToDate)]
    yield sorted((url, link.broken and link.verdict, link.checked // CHECKED_ANEW) for url, link in known.items())
    yield sorted(courses.items())


def _days(session: Session, today: date, up_to_date: UpToDate) -> Sequence[date | None]:
    """The latest of each sort of day that has passed and on which a video went out of date."""
    made = func.coalesce(VideoAsset.recorded_on, VideoAsset.published_on)
    old = years_before(today, up_to_date.stale_after_years)
    return [
        session.scalar(select(func.max(VideoAsset.review_due_on)).where(VideoAsset.review_due_on <= today)),
        session.scalar(select(func.max(made)).where(made <= old)) if old else None,
    ]
