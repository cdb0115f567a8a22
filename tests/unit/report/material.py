"""A small academy with topics, videos and shootings, as the reports read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from dlt_sync.kinds.academy import HeldVideos, Names, Placement, Topic, Video
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.rules import Rules
from dlt_sync.media.coverage import Link, UpToDate
from dlt_sync.media.shooting import Shooting
from dlt_sync.report.filters import Asked, find_filter
from dlt_sync.report.videos import Material
from dlt_sync.report.words import Words
from tests.academies import OFFERING, TEACHER, TODAY, by_key, small_academy

KK = small_academy().offerings[OFFERING]
RU = replace(KK, key="plt:offering:18", language="ru", study_year=4, term_no=2)
NO_LECTURES = replace(KK, key="plt:offering:19", study_year=5, hours_lecture=0)
TOPICS = [
    Topic(f"t:{n}", n, "lecture", Names(f"Су {n}", f"Вода {n}", f"Water {n}"), discipline=KK.discipline)
    for n in (1, 2, 3)
]


def video(number: int, language: str, **more: Any) -> Video:
    url = f"https://media.academy.example/v/{number}"
    return Video(f"v:{number}", KK.discipline, "lecture", language, "=Су", url, authors=(TEACHER,), **more)


VIDEOS = (video(1, "kk", duration_s=600), video(2, "kk", duration_s=1230), video(3, "ru", state="stale"))
PLACES = (Placement("p:1", "v:1", "t:1"), Placement("p:2", "v:2", "t:2"), Placement("p:3", "v:3", "t:1"))
LINKS = {
    VIDEOS[0].url: Link("ok", broken=False, checked=1),
    VIDEOS[1].url: Link("gone", broken=True, checked=1, failing_since=date(2026, 11, 20)),
}
SHOOTINGS = (
    Shooting(
        "s:1",
        "published",
        "kk",
        topic="t:1",
        planned_on=date(2026, 9, 10),
        reached=(("shot", date(2026, 9, 14)), ("published", date(2026, 10, 1))),
    ),
    Shooting("s:2", "scheduled", "kk", topic="t:3", planned_on=date(2026, 11, 20)),
    Shooting("s:3", "in_review", "ru", offering=RU.key, title="Ауа", planned_on=date(2026, 10, 5)),
    Shooting("s:4", "rejected", "kk", discipline=KK.discipline, title="От", planned_on=date(2026, 10, 5)),
    Shooting("s:5", "requested", "kk", discipline=KK.discipline, title="Жер"),
)


def material(language: str = "ru", asked: Asked | None = None, **changes: Any) -> Material:
    """What the reports are made of."""
    library = HeldVideos(by_key(*TOPICS), by_key(*VIDEOS), by_key(*PLACES))
    academy = small_academy(library=library, offerings=by_key(KK, RU, NO_LECTURES))
    source = Source(academy, Rules(), TODAY)
    given = {
        "source": source,
        "links": LINKS,
        "up_to_date": UpToDate(),
        "filter": find_filter(source, asked or Asked()),
        "words": Words(language),
        "shootings": SHOOTINGS,
        **changes,
    }
    return Material(**given)
