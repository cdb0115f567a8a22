"""What people do on the plugin's pages becomes records: requests, and the stages they are brought to.

Input: the events that were pulled. Output: requests with their history. What is known of a request is worked out from
all its events each time, so that it does not matter how often, how late and in which order they come.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dlt_sync.db import Database, portions
from dlt_sync.errors import RecordsError
from dlt_sync.journal.tables import MoodleEvent
from dlt_sync.media.addresses import BadAddress, canonical
from dlt_sync.model import KEY_SEPARATOR
from dlt_sync.records import requests, stages
from dlt_sync.records.batches import begin_batch, stand_alone
from dlt_sync.records.placing import Placing, place, take_back
from dlt_sync.records.schema import LANGUAGES, SCHEMAS
from dlt_sync.records.tables import (
    Offering,
    Person,
    Record,
    Topic,
    VideoAsset,
    VideoPlacement,
    VideoRequest,
)

logger = logging.getLogger(__name__)

#: The kind of events that are about requests, and their names.
REQUEST, REQUESTED, STAGED = "request", "requested", "staged"
_TYPES = ("shooting", "suggestion", "problem")
#: Texts of an event as they are called in the records.
_TEXTS = {"title": "title", "notes": "notes", "place": "place", "wished": "wished", "askedby": "asked_by"}


@dataclass(frozen=True, slots=True)
class _Taking:
    """One transaction in which events are taken."""

    session: Session
    now: datetime
    zone: ZoneInfo

    def begin(self, mode: str) -> Callable[[], int]:
        """What opens a batch of that mode when it is needed."""
        return lambda: begin_batch(self.session, mode, now=self.now)

    def day(self, moment: datetime) -> date:
        """The date of a moment where the academy is."""
        return moment.astimezone(self.zone).date()


def take(database: Database, keys: Collection[str], *, now: datetime, timezone: str) -> None:
    """Bring the requests of these keys to where all their stored events say. Nothing is done twice.

    What makes no sense is left out with a warning in the log: nobody's work stops for it.
    """
    if not keys:
        return
    with database.session(alone=True) as session:
        stand_alone(session, database)
        taking = _Taking(session, now, ZoneInfo(timezone))
        for key, events in _events(session, sorted(keys)):
            _take_request(taking, key, events)


def _events(session: Session, keys: list[str]) -> Iterator[tuple[str, list[MoodleEvent]]]:
    """All events of each request, in the order in which they happened."""
    found: dict[str, list[MoodleEvent]] = {key: [] for key in keys}
    for some in portions(keys):
        query = select(MoodleEvent).where(MoodleEvent.kind == REQUEST, MoodleEvent.key.in_(some))
        for event in session.scalars(query.order_by(MoodleEvent.happened_at, MoodleEvent.id)):
            found[event.key].append(event)
    yield from found.items()


def _take_request(taking: _Taking, key: str, events: list[MoodleEvent]) -> None:
    request = taking.session.get(VideoRequest, key)
    for event in events:
        if event.name == REQUESTED and request is None:
            request = _ask(taking, event)
    if request is None:
        logger.warning("Moodle tells of the request %s, which nobody has asked for; it is left out.", key)
        return
    for event in events:
        if event.name == STAGED:
            _stage(taking, request, event)


def _ask(taking: _Taking, event: MoodleEvent) -> VideoRequest | None:
    if event.data.get("type") not in _TYPES or len(event.key) > 100:
        logger.warning("The request %s from Moodle is of no type that there is; it is left out.", event.key)
        return None
    return requests.ask(
        taking.session,
        event.key,
        _texts(taking.session, {"askedby": event.by, **event.data}),
        by=event.by,
        source=requests.MOODLE,
        at=event.happened_at,
        day=taking.day(event.happened_at),
        batch=taking.begin("moodle")(),
    )


def _stage(taking: _Taking, request: VideoRequest, event: MoodleEvent) -> None:
    stage = _text(event.data, "stage")
    if not stages.knows(request.type, stage):
        logger.warning("Moodle says that the request %s is “%s”: it is left out.", event.key, stage)
        return
    moved = requests.move(
        taking.session,
        request,
        stage,
        by=event.by,
        source=requests.MOODLE,
        at=event.happened_at,
        day=taking.day(event.happened_at),
        reason=_cut(event.data, "reason", "reason"),
        specialist=_cut(event.data, "specialist", "specialist"),
        planned_on=_day(_text(event.data, "planned")),
    )
    if moved and request.type == "suggestion":
        _place(taking, request, stage)


def _place(taking: _Taking, request: VideoRequest, stage: str) -> None:
    """Whoever accepts a suggestion in Moodle places it; whoever declines it later takes it back."""
    begin = taking.begin("decision")
    if stage in stages.REFUSED:
        take_back(taking.session, request, begin=begin, now=taking.now)
    elif stage == stages.ACCEPTED:
        try:
            place(taking.session, request, Placing(), begin=begin, now=taking.now, today=taking.day(taking.now))
        except RecordsError as error:
            logger.warning(
                "The suggestion %s was accepted in Moodle and cannot be placed: %s Say what is missing with "
                "`dlt-sync video accept %s`.",
                request.sourced_id,
                " ".join(error.problems),
                request.sourced_id,
            )


def _texts(session: Session, data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a request from an event's texts. What refers to nothing in force is left out."""
    offering = _active(session, Offering, data.get("course"))
    topic = _active(session, Topic, data.get("topic"))
    discipline = topic.discipline_id if topic else None
    language = _text(data, "language")
    return {
        "type": data["type"],
        **{column: _cut(data, name, column) for name, column in _TEXTS.items()},
        "url": _address(_text(data, "url")),
        "language": language if language in LANGUAGES else "",
        "offering_id": offering.sourced_id if offering else None,
        "topic_id": topic.sourced_id if topic else None,
        "discipline_id": discipline or (offering.discipline_id if offering else None),
        "video_id": _video(session, _text(data, "video")),
        "asked_by_id": person.sourced_id if (person := _active(session, Person, data.get("asker"))) else None,
    }


def _video(session: Session, key: str) -> str | None:
    """The video that a request is about, which may be named by where it stands: `<offering>|<placement>`."""
    key = key.rpartition(KEY_SEPARATOR)[2]
    placement = _active(session, VideoPlacement, key)
    video = _active(session, VideoAsset, placement.video_id if placement else key)
    return video.sourced_id if video else None


def _active(session: Session, model: type[Any], key: object) -> Any:
    row: Record | None = session.get(model, key) if isinstance(key, str) and key else None
    return row if row is not None and row.status == "active" else None


def _address(text: str) -> str:
    """The canonical form; what is no address stays as it was written, for people to see."""
    try:
        return canonical(text).canonical_url[:1000] if text else ""
    except BadAddress:
        return text[:1000]


def _cut(data: Mapping[str, Any], name: str, column: str) -> str:
    known = SCHEMAS["video_request"].by_name.get(column)
    return _text(data, name)[: known.most if known else 255]


def _text(data: Mapping[str, Any], name: str) -> str:
    """A text of an event, which PostgreSQL can keep."""
    return str(data.get(name) or "").replace("\0", "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
