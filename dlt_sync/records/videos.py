"""Topics, videos and placements as the kinds read them: loaded in one go, and only when somebody asks.

References hold in what is handed over: what is of a discipline, an offering, a topic or a video that is not in force
is not in force either.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dlt_sync.kinds.academy import Names, Placement, Topic, Video
from dlt_sync.records import tables


class StoredVideos:
    """The `VideoRows` of the database; each part is read in a short session of its own."""

    def __init__(self, session: Session, *, disciplines: Collection[str], offerings: Collection[str]) -> None:
        self._engine = session.get_bind()
        self._disciplines, self._offerings = disciplines, offerings

    @cached_property
    def topics(self) -> dict[str, Topic]:
        """See VideoRows."""
        found = (_topic(row) for row in self._active(tables.Topic))
        return {t.key: t for t in found if t.offering in self._offerings or t.discipline in self._disciplines}

    @cached_property
    def videos(self) -> dict[str, Video]:
        """See VideoRows."""
        found = (_video(row) for row in self._active(tables.VideoAsset))
        return {video.key: video for video in found if video.discipline in self._disciplines}

    @cached_property
    def placements(self) -> dict[str, Placement]:
        """See VideoRows."""
        found = (_placement(row) for row in self._active(tables.VideoPlacement))
        return {place.key: place for place in found if self._is_whole(place)}

    def unknown_placements(self, unknown: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """The placements of which nobody knows what stands there: a row about their topic or video was set aside."""
        if not any(entity in ("topic", "video_asset") for entity, _ in unknown):
            return set()
        return {
            ("video_placement", row.sourced_id)
            for row in self._active(tables.VideoPlacement)
            if ("topic", row.topic_id) in unknown or ("video_asset", row.video_id) in unknown
        }

    def _is_whole(self, placement: Placement) -> bool:
        of_offering = placement.offering is None or placement.offering in self._offerings
        return of_offering and placement.topic in self.topics and placement.video in self.videos

    def _active(self, model: type[tables.Record]) -> Iterator[Any]:
        table = model.__table__
        with Session(self._engine) as session:
            query = select(table).where(table.c.status == "active").order_by(table.c.sourced_id)
            yield from session.execute(query)


def _topic(row: Any) -> Topic:
    return Topic(
        key=row.sourced_id,
        number=row.number,
        kind=row.kind,
        titles=Names(kk=row.title_kk, ru=row.title_ru, en=row.title_en),
        offering=row.offering_id,
        discipline=row.discipline_id,
        hours=row.hours,
        week_no=row.week_no,
        requires_video=row.requires_video,
        no_video_reason=row.no_video_reason,
        changed_on=row.changed_on,
        batch=row.batch_id,
    )


def _video(row: Any) -> Video:
    return Video(
        key=row.sourced_id,
        discipline=row.discipline_id,
        kind=row.kind,
        language=row.language,
        title=row.title,
        url=row.url,
        state=row.state,
        authors=_several(row.author_ids),
        kafedra=row.kafedra_id,
        recorded_on=row.recorded_on,
        published_on=row.published_on,
        duration_s=row.duration_s,
        replaces=row.replaces_id,
        review_due_on=row.review_due_on,
        shows_patient=row.shows_patient,
        consent_ref=row.consent_ref,
        captions=_several(row.captions),
        moved_to=row.moved_to,
        batch=row.batch_id,
    )


def _placement(row: Any) -> Placement:
    return Placement(
        key=row.sourced_id, video=row.video_id, topic=row.topic_id, offering=row.offering_id, batch=row.batch_id
    )


def _several(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(";")))
