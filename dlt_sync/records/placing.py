"""Suggested videos become records: a video and its placement, in a batch of their own that the next plan names.

Input: a request and what the decider says of the video. Output: rows under the key `dlt:decision:<request>`. When the
department's list brings the same video or placement, the decision's gives way. The caller's transaction holds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, aliased

from dlt_sync.errors import RecordsError
from dlt_sync.journal.tables import AppliedObject
from dlt_sync.kinds.lectures import SHOWN
from dlt_sync.media.addresses import BadAddress, canonical
from dlt_sync.model import KEY_SEPARATOR
from dlt_sync.records import requests
from dlt_sync.records.schema import LANGUAGES, UNLISTED
from dlt_sync.records.stages import ACCEPTED, PUBLISHED
from dlt_sync.records.tables import (
    Discipline,
    Offering,
    Record,
    Topic,
    VideoAsset,
    VideoPlacement,
    VideoRequest,
)

R = TypeVar("R", bound=Record)

#: What the keys of a decision's records begin with.
(DECISION,) = UNLISTED["video_asset"]
LONGEST_KEY = 100
#: What a video at a topic is: a lecture of a lecture, and so on.
_KINDS = {"lecture": "lecture", "practical": "practical", "lab": "practical"}


@dataclass(frozen=True, slots=True)
class Placing:
    """What the decider says of a suggested video beyond what was asked. `everywhere` places it in all offerings that
    use the topic and are taught in its language, not only where it was suggested."""

    topic: str = ""
    title: str = ""
    language: str = ""
    shows_patient: bool = False
    consent_ref: str = ""
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a suggested video stands now. `batch` is None where it stood there before."""

    video: str
    topic: str
    offering: str | None
    is_new: bool  # the video was not in the records
    batch: int | None


def decision_key(request_key: str) -> str:
    """The key of the records that a decision on this request makes."""
    key = DECISION + request_key
    return key if len(key) <= LONGEST_KEY else DECISION + hashlib.sha256(request_key.encode()).hexdigest()


def place(
    session: Session, request: VideoRequest, placing: Placing, *, begin: Callable[[], int], now: datetime, today: date
) -> Placed:
    """Make the records that place a suggested video; `begin` opens the batch where one is needed.

    Raises RecordsError, with all that is in the way in `problems`; then nothing is written.
    """
    site = _Site(session, request, placing)
    if site.problems:
        raise RecordsError(
            f"The video of {request.sourced_id} cannot be placed.",
            remedy="Put right what is listed, or decline it: dlt-sync video decline "
            f'{request.sourced_id} --because "…" --as NAME',
            problems=site.problems,
        )
    video = site.existing
    request.topic_id = site.topic_key
    if video and _stands(session, video, site):
        request.video_id = video.sourced_id
        return Placed(video.sourced_id, site.topic_key, site.offering_key, False, None)
    batch = begin()
    key = decision_key(request.sourced_id)
    is_new = video is None
    if video is None:
        video = _put(session, VideoAsset, key, site.asset(today), batch, now)
        session.flush()
    place_of = {"video_id": video.sourced_id, "topic_id": site.topic_key, "offering_id": site.offering_key}
    _put(session, VideoPlacement, key, place_of, batch, now)
    request.video_id = video.sourced_id
    session.flush()
    return Placed(video.sourced_id, site.topic_key, site.offering_key, is_new, batch)


def take_back(session: Session, request: VideoRequest, *, begin: Callable[[], int], now: datetime) -> bool:
    """What an earlier decision on this request placed leaves the records; returns whether there was anything."""
    key = decision_key(request.sourced_id)
    there = [row for model in (VideoPlacement, VideoAsset) if (row := _active(session, model, key))]
    if not there:
        return False
    batch = begin()
    others = select(VideoPlacement.sourced_id).where(
        VideoPlacement.video_id == key, VideoPlacement.sourced_id != key, VideoPlacement.status == "active"
    )
    in_use = session.scalars(others.limit(1)).first() is not None
    for row in there:
        if not (isinstance(row, VideoAsset) and in_use):
            _leave(row, batch, now)
    return True


def give_way(session: Session, batch: int, now: datetime) -> None:
    """Videos and placements of decisions leave where the department's lists bring the same under keys of their own.

    Placements and requests follow to the list's video.
    """
    listed = aliased(VideoAsset)
    pairs = (
        select(VideoAsset, listed.sourced_id)
        .join(listed, listed.url == VideoAsset.url)
        .where(VideoAsset.status == "active", VideoAsset.sourced_id.startswith(DECISION))
        .where(listed.status == "active", listed.sourced_id.not_like(f"{DECISION}%"))
    )
    for video, successor in session.execute(pairs).all():
        _leave(video, batch, now)
        placed = {"video_id": successor, "changed_in": batch, "date_last_modified": now}
        session.execute(update(VideoPlacement).where(VideoPlacement.video_id == video.sourced_id).values(placed))
        asked = update(VideoRequest).where(VideoRequest.video_id == video.sourced_id)
        session.execute(asked.values(video_id=successor))
    session.flush()
    decided = select(VideoPlacement).where(
        VideoPlacement.status == "active", VideoPlacement.sourced_id.startswith(DECISION)
    )
    for placement in session.scalars(decided).all():
        if _is_listed_too(session, placement):
            _leave(placement, batch, now)


def publish_placed(session: Session, *, now: datetime, today: date) -> list[str]:
    """Accepted suggestions whose video stands in Moodle by now are published; returns their keys."""
    accepted = select(VideoRequest).where(
        VideoRequest.type == "suggestion", VideoRequest.stage == ACCEPTED, VideoRequest.status == "active"
    )
    waiting = [request for request in session.scalars(accepted) if request.video_id and request.topic_id]
    if not waiting:
        return []
    standing = select(AppliedObject.key).where(AppliedObject.kind == "video", AppliedObject.removed_at.is_(None))
    there = {key.rpartition(KEY_SEPARATOR)[2] for key in session.scalars(standing)}
    published = []
    for request in waiting:
        places = select(VideoPlacement.sourced_id).where(
            VideoPlacement.video_id == request.video_id,
            VideoPlacement.topic_id == request.topic_id,
            VideoPlacement.status == "active",
        )
        if there.intersection(session.scalars(places)):
            at = requests.next_moment(request, now)
            requests.move(session, request, PUBLISHED, by="", source=requests.RUN, at=at, day=today)
            published.append(request.sourced_id)
    return published


class _Site:
    """Where a suggested video is to stand, and what is in the way of that."""

    def __init__(self, session: Session, request: VideoRequest, placing: Placing) -> None:
        self.problems: list[str] = []
        self._session, self._request, self._placing = session, request, placing
        self._offering = _active(session, Offering, request.offering_id or "")
        self._url = self._address()
        self._topic = self._find_topic()
        self.topic_key = self._topic.sourced_id if self._topic else ""
        self.existing = self._find_existing()
        self.language = self._find_language()
        self.title = placing.title or request.title or (self._topic_title() if self._topic else "")
        self._check_new() if self.existing is None else self._check_existing(self.existing)

    @property
    def offering_key(self) -> str | None:
        """The offering that the placement names; None for all of the topic's."""
        return None if self._placing.everywhere or self._offering is None else self._offering.sourced_id

    def covers(self, placement: VideoPlacement) -> bool:
        """Whether a placement of the video at the topic serves here already."""
        if placement.offering_id == self.offering_key:
            return True
        in_language = self._offering is not None and self._offering.language == self.language
        return placement.offering_id is None and in_language

    def asset(self, today: date) -> dict[str, Any]:
        """The columns of a new video."""
        assert self._topic is not None
        discipline = self._discipline(self._topic)
        kafedra = self._session.get_one(Discipline, discipline).kafedra_id
        return {
            "discipline_id": discipline,
            "kind": _KINDS.get(self._topic.kind, "other"),
            "language": self.language,
            "title": self.title,
            "kafedra_id": kafedra,
            "published_on": today,
            "url": self._url,
            "state": "published",
            "shows_patient": self._placing.shows_patient,
            "consent_ref": self._placing.consent_ref,
        }

    def _address(self) -> str:
        try:
            return canonical(self._request.url).canonical_url
        except BadAddress as error:
            self.problems.append(f"{self._request.url or 'The empty text'} is no address of a video: {error}")
            return ""

    def _find_topic(self) -> Topic | None:
        key = self._placing.topic or self._request.topic_id or ""
        topic = _active(self._session, Topic, key)
        if topic is None:
            said = f"There is no topic {key}." if key else "Nobody has said to which topic it belongs."
            self.problems.append(f"{said} Name it: --topic KEY")
        elif self._offering is not None and not self._uses(self._offering, topic):
            self.problems.append(
                f"The topic {key} is none of the offering {self._offering.sourced_id}, for which the video was "
                "suggested. Name one of its topics: --topic KEY"
            )
        elif self._offering is None and topic.offering_id:
            self._offering = _active(self._session, Offering, topic.offering_id)
        return topic

    def _uses(self, offering: Offering, topic: Topic) -> bool:
        if topic.offering_id:
            return topic.offering_id == offering.sourced_id
        own = select(Topic.sourced_id).where(Topic.offering_id == offering.sourced_id, Topic.status == "active")
        has_own = self._session.scalars(own.limit(1)).first() is not None
        return topic.discipline_id == offering.discipline_id and not has_own

    def _find_existing(self) -> VideoAsset | None:
        same = or_(VideoAsset.url == self._url, VideoAsset.moved_to == self._url)
        found = select(VideoAsset).where(same, VideoAsset.status == "active").order_by(VideoAsset.sourced_id)
        return self._session.scalars(found.limit(1)).first() if self._url else None

    def _find_language(self) -> str:
        offered = self._offering.language if self._offering else ""
        return self.existing.language if self.existing else self._placing.language or self._request.language or offered

    def _check_new(self) -> None:
        if self.language not in LANGUAGES:
            self.problems.append("Nobody has said in which language the video is. Name it: --language kk, ru or en")
        if not self.title:
            self.problems.append("The video has no title. Give it one: --title TEXT")
        if self._placing.shows_patient and not self._placing.consent_ref:
            self.problems.append(
                "It shows a patient: name the patient's consent, --consent REFERENCE, or it is not shown."
            )

    def _check_existing(self, video: VideoAsset) -> None:
        if video.state not in SHOWN:
            self.problems.append(
                f"The records have this video as {video.sourced_id}, and it is {video.state}. Change that in the list "
                "of videos first."
            )
        elif video.shows_patient and not video.consent_ref:
            self.problems.append(
                f"The video {video.sourced_id} shows a patient and names no consent. Write it into the list of videos."
            )

    def _discipline(self, topic: Topic) -> str:
        if topic.discipline_id:
            return topic.discipline_id
        return self._session.get_one(Offering, topic.offering_id).discipline_id

    def _topic_title(self) -> str:
        assert self._topic is not None
        names = (getattr(self._topic, f"title_{code}") for code in (self.language, "ru", "kk", "en") if code)
        return next(filter(None, names), "")


def _stands(session: Session, video: VideoAsset, site: _Site) -> bool:
    """Whether the records place the video there already."""
    found = select(VideoPlacement).where(
        VideoPlacement.video_id == video.sourced_id,
        VideoPlacement.topic_id == site.topic_key,
        VideoPlacement.status == "active",
    )
    return any(site.covers(placement) for placement in session.scalars(found))


def _is_listed_too(session: Session, placement: VideoPlacement) -> bool:
    same = select(VideoPlacement.sourced_id).where(
        VideoPlacement.video_id == placement.video_id,
        VideoPlacement.topic_id == placement.topic_id,
        VideoPlacement.offering_id.is_(None)
        if placement.offering_id is None
        else VideoPlacement.offering_id == placement.offering_id,
        VideoPlacement.status == "active",
        VideoPlacement.sourced_id.not_like(f"{DECISION}%"),
    )
    return session.scalars(same.limit(1)).first() is not None


def _active(session: Session, model: type[R], key: str) -> R | None:
    row = session.get(model, key) if key else None
    return row if row is not None and row.status == "active" else None


def _put(session: Session, model: type[Any], key: str, values: dict[str, Any], batch: int, now: datetime) -> Any:
    """Write a record of a decision, over one that left earlier."""
    row = session.get(model, key) or model(sourced_id=key)
    fresh = {"status": "active", "batch_id": batch, "changed_in": batch, "date_last_modified": now}
    for name, value in (values | fresh).items():
        setattr(row, name, value)
    session.add(row)
    return row


def _leave(row: Record, batch: int, now: datetime) -> None:
    row.status, row.batch_id, row.changed_in, row.date_last_modified = "tobedeleted", batch, batch, now
