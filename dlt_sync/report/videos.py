"""The reports on videos: coverage (RP-1), kafedras (RP-2), plan and fact of shooting (RP-3), link health (RP-5).

Pure: input are the records in force, how each topic stands, what the link check knows, and the requests for shooting;
output is a `Document`. Only what the filter takes is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dlt_sync.kinds.academy import Offering, Video
from dlt_sync.kinds.course import short_name
from dlt_sync.kinds.kind import Source
from dlt_sync.kinds.lectures import may_be_shown, shown
from dlt_sync.kinds.user import full_name
from dlt_sync.kinds.video import section_of
from dlt_sync.media.coverage import (
    BROKEN,
    MISSING,
    NOT_OWED,
    OK,
    OTHER_LANGUAGE,
    STALE,
    Link,
    Links,
    Standing,
    UpToDate,
    coverage,
)
from dlt_sync.media.shooting import Shooting, delay
from dlt_sync.media.verdicts import address_of
from dlt_sync.report.document import Bar, Chart, Column, Document, Type, Value, share, sums
from dlt_sync.report.filters import Filter
from dlt_sync.report.words import Words

#: The states of what is owed in the order of the columns, each with its colour in charts.
COUNTED = (OK, OTHER_LANGUAGE, STALE, BROKEN, MISSING)
COLOURS = {OK: "#15803d", OTHER_LANGUAGE: "#1d4ed8", STALE: "#b45309", BROKEN: "#b91c1c", MISSING: "#6b7280"}
#: A request of one of these stages is no plan any more, or not yet.
NO_PLAN = frozenset({"requested", "rejected", "cancelled"})
#: What counts as edited: the cut was handed to the experts.
SHOT, EDITED, PUBLISHED = "shot", "in_review", "published"
PERIODS = ("month", "week")
SIGNATORIES = ("head", "vice_rector")


@dataclass(frozen=True)
class Material:
    """What the reports are made of."""

    source: Source
    links: Links
    up_to_date: UpToDate
    filter: Filter
    words: Words
    shootings: tuple[Shooting, ...] = ()

    @cached_property
    def offerings(self) -> dict[str, Offering]:
        """The offerings that the filter takes."""
        offerings = self.source.offerings.items()
        return {key: offering for key, offering in offerings if self.filter.takes(self.source, offering)}

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """How each topic of those stands."""
        return tuple(coverage(self.source, self.links, self.up_to_date, self.offerings.values()))

    def unit(self, org: str | None) -> str:
        """The name of a unit in the language of the report."""
        known = self.source.academy.orgs.get(org or "")
        return known.names.in_language(self.words.language) if known else ""

    def discipline(self, key: str | None) -> str:
        """The name of a discipline in the language of the report."""
        known = self.source.academy.disciplines.get(key or "")
        return known.names.in_language(self.words.language) if known else ""

    def kafedra_of(self, video: Video) -> str:
        """The kafedra that a video is of: its own, else that of its discipline."""
        return video.kafedra or self.source.academy.disciplines[video.discipline].kafedra

    def authors(self, videos: Iterable[Video]) -> str:
        """The names of the authors, each once."""
        people = self.source.academy.people
        keys = {author for video in videos for author in video.authors}
        return ", ".join(sorted(full_name(people[key]) for key in keys if key in people))

    def columns(self, *names: str | tuple[str, Type]) -> tuple[Column, ...]:
        """Columns by name, of texts where no type is said."""
        pairs = [(name, Type.TEXT) if isinstance(name, str) else name for name in names]
        return tuple(Column(name, self.words[name], kind) for name, kind in pairs)

    def document(
        self,
        code: str,
        title: str,
        columns: tuple[Column, ...],
        rows: Sequence[tuple[Value, ...]],
        *,
        totals: tuple[Value, ...] | None = None,
        chart: Chart | None = None,
        more: tuple[tuple[str, str], ...] = (),
    ) -> Document:
        """A report with the filters in words and who signs it."""
        words = self.words
        return Document(
            code=code,
            title=words[title],
            words=words,
            as_of=self.source.today,
            columns=columns,
            rows=tuple(rows),
            totals=totals if rows else None,
            filters=(*self.filter.in_words(self.source, words), *more),
            chart=chart,
            signatories=tuple(words[post] for post in SIGNATORIES),
        )


Key = tuple[Value, ...]
COUNTS = (("owed", Type.NUMBER), *((state, Type.NUMBER) for state in COUNTED), ("percent", Type.PERCENT))


def coverage_by_programme(material: Material) -> Document:
    """RP-1: programme, study year and language; how the topics stand that owe a video (clause 5.4)."""

    def key(one: Standing) -> Key:
        programme = material.source.academy.programmes[one.offering.programme]
        name = programme.names.in_language(material.words.language)
        return programme.code, name, one.offering.study_year, material.words[f"language.{one.offering.language}"]

    columns = material.columns("programme_code", "programme", ("study_year", Type.TEXT), "language", *COUNTS)
    return _counted(material, "RP-1", "RP-1", columns, key, label=lambda key: f"{key[0]}, {key[2]}, {key[3]}")


def coverage_by_kafedra(material: Material) -> Document:
    """How the topics of each kafedra's offerings stand."""
    columns = material.columns("kafedra", *COUNTS)
    return _counted(material, "", "by_kafedra", columns, lambda one: (material.unit(one.offering.kafedra),))


def coverage_by_offering(material: Material) -> Document:
    """How the topics of each offering stand."""
    columns = material.columns("course", "kafedra", *COUNTS)

    def key(one: Standing) -> Key:
        return short_name(material.source, one.offering), material.unit(one.offering.kafedra)

    return _counted(material, "", "by_offering", columns, key)


def topics_in_state(material: Material, states: Sequence[str]) -> Document:
    """The topics of some states, each with its reason."""
    words = material.words
    columns = material.columns("course", "kafedra", ("number", Type.NUMBER), "topic", "language", "state", "why")
    rows: list[tuple[Value, ...]] = [
        (
            short_name(material.source, one.offering),
            material.unit(one.offering.kafedra),
            one.topic.number,
            one.topic.titles.in_language(words.language),
            words[f"language.{one.offering.language}"],
            words[one.state],
            reason_in_words(words, one),
        )
        for one in material.standings
        if one.state in states
    ]
    chosen = ", ".join(words[state] for state in states)
    return material.document("", "topics_by_state", columns, rows, more=((words["state"], chosen),))


def reason_in_words(words: Words, standing: Standing) -> str:
    """Why a topic stands as it does; what the records say where they say why no video is owed."""
    if standing.state == NOT_OWED and standing.topic.no_video_reason and standing.why == ("records",):
        return standing.topic.no_video_reason
    return words.several("why", standing.why)


def videos_by_kafedra(material: Material) -> Document:
    """RP-2: what each kafedra planned, shot, edited and published; minutes and authors."""
    videos, plans = _published(material), _plans(material)
    columns = material.columns(
        "kafedra",
        *((name, Type.NUMBER) for name in ("planned", "shot", "edited", "published", "broken", "minutes")),
        "authors",
    )
    rows: list[tuple[Value, ...]] = []
    for kafedra in sorted(videos.keys() | plans.keys(), key=lambda key: (material.unit(key), key)):
        own, wanted = videos.get(kafedra, []), plans.get(kafedra, [])
        rows.append(
            (
                material.unit(kafedra),
                len(wanted),
                sum(one.has_reached(SHOT) for one in wanted),
                sum(one.has_reached(EDITED) for one in wanted),
                len(own),
                sum(_is_broken(material.links, video) for video in own),
                round(sum(video.duration_s or 0 for video in own) / 60),
                material.authors(own),
            )
        )
    totals = sums(columns, rows, material.words["total"])
    return material.document("RP-2", "RP-2", columns, rows, totals=totals, chart=_produced(material, rows))


def plan_and_fact(material: Material, period: str = "month") -> Document:
    """RP-3: each shooting that is planned, when it came to what stage, and how many days late it was or is."""
    words = material.words
    columns = material.columns(
        "period",
        "kafedra",
        "discipline",
        "topic",
        "language",
        "stage",
        ("planned_on", Type.DATE),
        ("shot_on", Type.DATE),
        ("published_on", Type.DATE),
        ("delay", Type.NUMBER),
    )
    wanted = sorted(
        ((kafedra, one) for kafedra, several in _plans(material, all_stages=True).items() for one in several),
        key=lambda pair: (pair[1].planned_on or date.max, material.unit(pair[0]), pair[1].key),
    )
    rows: list[tuple[Value, ...]] = [
        (
            _period(one.planned_on, period),
            material.unit(kafedra),
            material.discipline(_discipline(material.source, one)),
            _topic(material, one),
            words[f"language.{one.language}"] if one.language else "",
            words[f"stage.{one.stage}"],
            one.planned_on,
            one.day_of(SHOT),
            one.day_of(PUBLISHED),
            delay(one, material.source.today),
        )
        for kafedra, one in wanted
    ]
    return material.document("RP-3", "RP-3", columns, rows, chart=_by_period(material, rows))


def link_health(material: Material) -> Document:
    """RP-5: every place in a course whose link fails; since when, how, and whose it is."""
    words = material.words
    columns = material.columns(
        "course",
        ("section", Type.NUMBER),
        "topic",
        "url",
        ("first_failed", Type.DATE),
        "failure",
        ("counts_as_broken", Type.FLAG),
        "kafedra",
        "authors",
    )
    rows: list[tuple[Value, ...]] = []
    kinds: Counter[str] = Counter()
    for offering in sorted(material.offerings.values(), key=lambda one: one.key):
        for place in shown(material.source, offering):
            link = material.links.get(address_of(place.video))
            if link is None or link.failing_since is None:
                continue
            kinds[link.verdict] += 1
            rows.append(
                (
                    short_name(material.source, offering),
                    section_of(material.source.rules, place),
                    place.topic.titles.in_language(words.language),
                    address_of(place.video),
                    link.failing_since,
                    words[f"why.{link.verdict}"],
                    link.broken,
                    material.unit(material.kafedra_of(place.video)),
                    material.authors([place.video]),
                )
            )
    bars = tuple(Bar(words[f"why.{kind}"], (count,)) for kind, count in kinds.most_common())
    chart = Chart(words["failure"], ((words["RP-5"], COLOURS[BROKEN]),), bars)
    return material.document("RP-5", "RP-5", columns, rows, chart=chart)


def _counted(
    material: Material,
    code: str,
    title: str,
    columns: tuple[Column, ...],
    key: Callable[[Standing], Key],
    label: Callable[[Key], str] = lambda key: str(key[0]),
) -> Document:
    """A row of counts for each key, and their totals; keys that owe nothing are left out (finding 6)."""
    counts: dict[Key, Counter[str]] = {}
    for one in material.standings:
        if one.owed:
            counts.setdefault(key(one), Counter())[one.state] += 1
    by_key = dict(sorted(counts.items(), key=lambda item: tuple(map(str, item[0]))))
    rows = [(*name, *_figures(own)) for name, own in by_key.items()]
    of_all = _figures(sum(by_key.values(), Counter()))
    blank: tuple[Value, ...] = (None,) * (len(columns) - len(of_all) - 1)
    totals = (material.words["total"], *blank, *of_all)
    parts = tuple((material.words[state], COLOURS[state]) for state in COUNTED)
    bars = tuple(Bar(label(name), tuple(own[state] for state in COUNTED)) for name, own in by_key.items())
    chart = Chart(material.words["owed"], parts, bars)
    return material.document(code, title, columns, rows, totals=totals, chart=chart)


def _figures(counts: Counter[str]) -> tuple[Value, ...]:
    owed = counts.total()
    return (owed, *(counts[state] for state in COUNTED), share(counts[OK], owed))


def _published(material: Material) -> dict[str, list[Video]]:
    """The published videos by kafedra: those of the courses where the filter asks for something of a course."""
    source, wanted = material.source, material.filter
    videos: Iterable[Video] = filter(may_be_shown, source.academy.library.videos.values())
    if wanted.by_offering:
        videos = {one.video.key: one.video for o in material.offerings.values() for one in shown(source, o)}.values()
    found: dict[str, list[Video]] = {}
    for video in sorted(videos, key=lambda one: one.key):
        kafedra = material.kafedra_of(video)
        in_language = not wanted.asked.language or video.language == wanted.asked.language
        if in_language and wanted.takes_kafedra(source, kafedra):
            found.setdefault(kafedra, []).append(video)
    return found


def _plans(material: Material, *, all_stages: bool = False) -> dict[str, list[Shooting]]:
    """The shootings by kafedra, as far as the filter takes them: those that are planned, or all."""
    found: dict[str, list[Shooting]] = {}
    for one in material.shootings:
        if one.stage in NO_PLAN and not (all_stages and (one.planned_on or one.stage == "requested")):
            continue
        if (kafedra := _kafedra(material, one)) is not None:
            found.setdefault(kafedra, []).append(one)
    return found


def _kafedra(material: Material, one: Shooting) -> str | None:
    """The kafedra a shooting is for; None where the filter does not take it."""
    source, wanted = material.source, material.filter
    offering = source.offerings.get(_offering(source, one) or "")
    discipline = source.academy.disciplines.get(_discipline(source, one) or "")
    if wanted.by_offering:
        served = [offering] if offering else _taught(material, discipline.key if discipline else "")
        if not any(o.key in material.offerings for o in served):
            return None
    if wanted.asked.language and one.language != wanted.asked.language:
        return None
    kafedra = offering.kafedra if offering else discipline.kafedra if discipline else ""
    return kafedra if wanted.takes_kafedra(source, kafedra) else None


def _taught(material: Material, discipline: str) -> Iterator[Offering]:
    return (offering for offering in material.offerings.values() if offering.discipline == discipline)


def _offering(source: Source, one: Shooting) -> str | None:
    topic = source.academy.library.topics.get(one.topic or "")
    return one.offering or (topic.offering if topic else None)


def _discipline(source: Source, one: Shooting) -> str | None:
    topic = source.academy.library.topics.get(one.topic or "")
    offering = source.offerings.get(_offering(source, one) or "")
    return one.discipline or (topic.discipline if topic else None) or (offering.discipline if offering else None)


def _topic(material: Material, one: Shooting) -> str:
    topic = material.source.academy.library.topics.get(one.topic or "")
    return f"{topic.number}. {topic.titles.in_language(material.words.language)}" if topic else one.title


def _period(day: date | None, period: str) -> str:
    if day is None:
        return ""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}" if period == "week" else f"{day:%Y-%m}"


def _is_broken(links: Links, video: Video) -> bool:
    link: Link | None = links.get(address_of(video))
    return link is not None and link.broken


def _produced(material: Material, rows: Sequence[tuple[Value, ...]]) -> Chart:
    """Per kafedra: published videos that work, and broken ones."""
    bars = [Bar(str(row[0]), (int(str(row[4])) - int(str(row[5])), int(str(row[5])))) for row in rows]
    parts = ((material.words[PUBLISHED], COLOURS[OK]), (material.words[BROKEN], COLOURS[BROKEN]))
    return Chart(material.words[PUBLISHED], parts, tuple(bars))


def _by_period(material: Material, rows: Sequence[tuple[Value, ...]]) -> Chart:
    """Per period: what was shot, and what was planned and was not."""
    counts: dict[str, Counter[bool]] = {}
    for row in rows:
        if row[0]:
            counts.setdefault(str(row[0]), Counter())[row[7] is not None] += 1
    parts = ((material.words[SHOT], COLOURS[OK]), (material.words["planned"], COLOURS[MISSING]))
    bars = tuple(Bar(period, (own[True], own[False])) for period, own in counts.items())
    return Chart(material.words["planned"], parts, bars)
