"""Why a video is, or is not, in a course: from the records to Moodle, placement by placement.

Reads only, as `dlt_sync.why`, whose words it uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dlt_sync.errors import PlanError
from dlt_sync.kinds import BY_NAME
from dlt_sync.kinds.academy import Offering, Placement, Video
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.lectures import SHOWN, may_be_shown, placed, topics_of
from dlt_sync.model import Desired, Observed, join_key
from dlt_sync.records.questions import find_offering, load_academy
from dlt_sync.records.tables import VideoPlacement
from dlt_sync.run import Context
from dlt_sync.why import Explanation, in_force, journalled, only, overridden, seen_in_moodle


@dataclass(frozen=True)
class _Question:
    """One placement in one course: what the records say and want of it, and what is in Moodle."""

    source: Source
    row: VideoPlacement
    offering: str
    desired: Desired | None
    seen: Observed | None

    @property
    def key(self) -> str:
        return join_key(self.offering, self.row.sourced_id)


def why_video(context: Context, text: str, course_text: str) -> Explanation:
    """Explain a placement, a video or a topic (a sourced_id) in one course.

    Raises PlanError when no placement in the records is about it, or the course is not exactly one.
    """
    now = context.now()
    with context.database.session() as session:
        offering = only(find_offering(session, course_text), course_text, "offering").sourced_id
        source = Source(load_academy(session), context.rules, now.astimezone(ZoneInfo(context.rules.timezone)).date())
        wanted = {one.key: one for one in BY_NAME["video"].desired_in(source, [offering])}
        lines: list[str] = []
        for row in _placements(session, text):
            key = join_key(offering, row.sourced_id)
            seen = seen_in_moodle(context.bridge, "video", key)
            lines += _answer(session, _Question(source, row, offering, wanted.get(key), seen), now)
    return Explanation(tuple(lines))


def _placements(session: Session, text: str) -> Sequence[VideoPlacement]:
    names = (VideoPlacement.sourced_id, VideoPlacement.video_id, VideoPlacement.topic_id)
    about = or_(*(name == text for name in names))
    rows = session.scalars(select(VideoPlacement).where(about).order_by(VideoPlacement.sourced_id)).all()
    if not rows:
        raise PlanError(
            f"The records place nothing that is called {text!r}.",
            remedy="Give the sourced_id of a placement, a video or a topic, as it stands in the lists.",
        )
    return rows


def _answer(session: Session, asked: _Question, now: datetime) -> Iterator[str]:
    yield _verdict(asked)
    yield "Records:"
    yield from _records(asked)
    yield "Decision:"
    yield f"  {_decision(asked)}"
    yield from overridden(session, "video", asked.key, now)
    yield "Journal:"
    yield from journalled(session, "video", asked.key)
    yield "Moodle:"
    yield f"  {_moodle(asked.seen)}"


def _verdict(asked: _Question) -> str:
    fields = asked.seen.fields if asked.seen else None
    there = fields is not None and bool(fields["visible"])
    state = "is shown" if there else "is not shown"
    good = there == (asked.desired is not None)
    match = "as the records want it" if good else "which is not what the records want: run `dlt-sync plan`"
    return f"{asked.row.sourced_id} {state} in {asked.offering}, {match}."


def _records(asked: _Question) -> Iterator[str]:
    row, library = asked.row, asked.source.academy.library
    yield f"  placement {row.sourced_id}: {in_force(row.status)}, last seen in import {row.batch_id}"
    topic, video = library.topics.get(row.topic_id), library.videos.get(row.video_id)
    says = f"{topic.kind} {topic.number}, last seen in import {topic.batch}" if topic else "no longer in the records"
    yield f"  topic {row.topic_id}: {says}"
    says = f"{video.state}, in {video.language}, last seen in import {video.batch}" if video else "not in the records"
    yield f"  video {row.video_id}: {says}"


def _decision(asked: _Question) -> str:
    if any(subject in asked.source.unknown for subject in BY_NAME["video"].subjects(asked.key)):
        return "left exactly as it is in Moodle: a row about it was set aside at the import"
    if asked.desired is None:
        return f"not to be shown: {_why_not(asked)}"
    fields = asked.desired.fields
    return f"to stand in section {fields['section']} as “{fields['name']}”, {fields['url']}: {asked.desired.reason}"


def _why_not(asked: _Question) -> str:
    """The first reason that holds, in the order in which `kinds.lectures` asks."""
    offering = asked.source.offerings.get(asked.offering)
    placement = asked.source.academy.library.placements.get(asked.row.sourced_id)
    if offering is None:
        return "the offering is no longer in the records; its course stays as it is"
    if placement is None:
        return "the placement, its topic or its video is no longer in the records"
    if placement.topic not in {topic.key for topic in topics_of(asked.source, offering)}:
        return "the topic is not one of this offering's"
    return _why_not_there(asked.source, offering, placement)


def _why_not_there(source: Source, offering: Offering, placement: Placement) -> str:
    if placement.offering not in (None, offering.key):
        return f"the placement is for {placement.offering} alone"
    video = next((video for _, one, video in placed(source, offering) if one.key == placement.key), None)
    if video is None:
        return f"the course is taught in {offering.language}, and the video speaks another language"
    return "another placement brings the same video to the topic" if may_be_shown(video) else _why_hidden(video)


def _why_hidden(video: Video) -> str:
    if video.state not in SHOWN:
        return f"the video {video.key} is {video.state}"
    return f"the video {video.key} shows a patient, and no consent is recorded"


def _moodle(seen: Observed | None) -> str:
    if seen is None:
        return "the link is not there as ours"
    if seen.fields is None:
        return f"the link (course module {seen.moodle_id}) was deleted by hand"
    hidden = "" if seen.fields["visible"] else ", hidden"
    return f"the link is there (course module {seen.moodle_id}) in section {seen.fields['section']}{hidden}"
