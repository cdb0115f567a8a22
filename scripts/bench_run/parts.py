"""What is measured, in which order. Each part begins with a new site and is one function.

Where two sides are compared, they take turns in going first: the second finds a larger site and warmer caches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

from scripts.bench_run.academy import (
    Academy,
    Enrolled,
    lectures,
    write_courses,
    write_enrolments,
    write_people,
    write_videos,
)
from scripts.bench_run.bulk import enrol_by_sql, know_by_sql
from scripts.bench_run.links import Links, expect_links
from scripts.bench_run.machine import describe
from scripts.bench_run.meter import Meter, Spent
from scripts.bench_run.peer import SUSPENDS, UNENROLS, Peer, expect_equal
from scripts.bench_run.program import Program, Queue
from scripts.bench_run.results import Results, Step, step, typical
from scripts.bench_run.sql import Sql, scratch_folder
from scripts.site.moodle import Site
from scripts.site.workspace import say

#: How often the short steps are done; the one in the middle counts.
REPEATS = 3
#: More enrolments than this are put into dlt-sync's own database by SQL, too.
MOST_IMPORTED = 200_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the parts are."""

    compared: Academy
    growth: tuple[Academy, ...]
    academy: Academy
    videos: Academy
    lectures: int  # of each course of it
    changed_courses: int  # of the academy: in so many one comes and one goes, in as many one is suspended
    timeout_s: float


SMALL = Sizes(
    compared=Academy(people=600, courses=40, enrolments=4_000, churn=1),
    growth=tuple(Academy(people=300, courses=20, enrolments=n) for n in (300, 3_000)),
    academy=Academy(people=400, courses=40, enrolments=1_200, churn=1, cohorts=14),
    videos=Academy(people=20, courses=12, enrolments=0),
    lectures=20,
    changed_courses=5,
    timeout_s=300,
)
FULL = Sizes(
    compared=Academy(people=10_000, courses=500, enrolments=100_000, churn=2),
    growth=tuple(Academy(people=10_000, courses=500, enrolments=n) for n in (10_000, 100_000, 1_000_000)),
    academy=Academy(people=8_000, courses=2_000, enrolments=60_000, churn=1, cohorts=300),
    videos=Academy(people=20, courses=500, enrolments=0),
    lectures=20,
    changed_courses=100,
    timeout_s=7_200,
)


class Bench:
    """One site with both sides on it."""

    def __init__(self, site: Site, results: Results, timeout_s: float) -> None:
        self.site = site
        self.results = results
        folder = scratch_folder(site)
        servers = {"web": site.run_folder / "web.json", "database": site.run_folder / "db.json"}
        self.meter = Meter(servers, folder / "commands.log", timeout_s)
        self.exports = folder / "exports"
        self.program = Program(site, self.meter)
        self.queue = Queue(site, self.meter)
        self.sql = Sql(site)
        self.peer = Peer(site, self.sql, self.meter)
        self.links = Links(site, self.meter)
        self._turns = count()
        results.machine = describe(site)

    def set_up(self, academy: Academy, part: str) -> None:
        """People in the records and in Moodle, nobody enrolled."""
        self.queue.work_off()  # what installing Moodle left there
        self.program.set_up()
        self.sql.make_schema()
        write_people(self.exports, academy)
        self.program.deliver(self.exports)
        spent = self.program.apply() + self.queue.work_off()
        name = f"first load: {academy.people:,} people"
        self.keep(step(part, name, academy.people, spent, preparing=part != "compare"))
        self.sql.analyze()

    def in_turn(self, own: Callable[[], T], peer: Callable[[], T]) -> tuple[T, T]:
        """Do both, the one first that was second the last time."""
        if next(self._turns) % 2:
            first = own()
            return first, peer()
        first = peer()
        return own(), first

    def keep(self, one: Step) -> None:
        """Keep a step and show it."""
        self.results.add(one)
        ratio = "" if one.ratio is None else f", ratio {one.ratio:.3g}, of processor time {one.cpu_ratio:.3g}"
        say(f"{one.part}: {one.name}: {one.seconds:.1f} s{ratio}; {one.peak_mb:.0f} MB")

    def import_step(self, part: str, academy: Academy) -> None:
        """Import what lies in the folder of exports, as a step of its own."""
        spent = self.program.deliver(self.exports)
        name = f"importing {academy.enrolments:,} enrolments into the records"
        self.keep(step(part, name, academy.enrolments, spent, preparing=part == "academy"))

    def unchanged(self) -> Spent:
        """An apply with nothing to do, several times."""
        self.program.expect_nothing_to_do()
        return typical([self.program.apply() + self.queue.work_off() for _ in range(REPEATS)])


def compare(bench: Bench, sizes: Sizes) -> None:
    """Both sides on the same rows: courses, enrolments, one per cent of change, no change."""
    academy = sizes.compared
    bench.set_up(academy, "compare")
    bench.peer.set_up()
    _courses(bench, academy)
    _enrolments(bench, academy)
    _churn(bench, academy, 1, UNENROLS, "unenrols, its default")
    _churn(bench, academy, 2, SUSPENDS, "suspends as dlt-sync does")
    rounds = [bench.in_turn(bench.program.apply, bench.peer.sync) for _ in range(REPEATS)]
    bench.program.expect_nothing_to_do()
    own, peer = (typical(side) for side in zip(*rounds, strict=True))
    name = f"nothing changed: {academy.enrolments:,} enrolments"
    bench.keep(step("compare", name, academy.enrolments, own, peer, goals={"ratio": 0.5}))


def _courses(bench: Bench, academy: Academy) -> None:
    write_courses(bench.exports, academy)
    bench.program.deliver(bench.exports)
    bench.peer.deliver_courses(academy)
    own, peer = bench.in_turn(lambda: _settled(bench, bench.program.apply), lambda: _settled(bench, bench.peer.sync))
    name = f"first load: {academy.courses:,} courses"
    bench.keep(step("compare", name, academy.courses, own, peer, goals={"ratio": 0.5}))
    bench.sql.analyze()


def _enrolments(bench: Bench, academy: Academy) -> None:
    write_enrolments(bench.exports, academy.enrolled())
    bench.import_step("compare", academy)
    bench.peer.deliver_enrolments(academy.enrolled())
    bench.sql.analyze()
    own, peer = bench.in_turn(lambda: _both_moments(bench, bench.program.apply),
                              lambda: _both_moments(bench, bench.peer.sync))  # fmt: skip
    expect_equal(bench.site, academy.courses, academy.enrolments)
    name, size = f"first load: {academy.enrolments:,} enrolments", academy.enrolments
    bench.keep(step("compare", f"{name} in effect", size, own.effect, peer.effect, goals={"ratio": 0.05}))
    until = f"{name}, until the last event and hook has run"
    bench.keep(step("compare", until, size, own.settled, peer.settled, goals={"cpu_ratio": 0.5}))
    bench.sql.analyze()


def _churn(bench: Bench, academy: Academy, week: int, action: int, words: str) -> None:
    write_enrolments(bench.exports, academy.enrolled(week))
    bench.program.deliver(bench.exports)
    bench.peer.deliver_enrolments(academy.enrolled(week))
    bench.peer.remove_by(action)
    bench.sql.analyze()
    own, peer = bench.in_turn(lambda: _both_moments(bench, bench.program.apply),
                              lambda: _both_moments(bench, bench.peer.sync))  # fmt: skip
    expect_equal(bench.site, academy.courses, academy.enrolments)
    changed = academy.churn * academy.courses
    name = f"{changed:,} new and {changed:,} gone of {academy.enrolments:,} (enrol_database {words})"
    bench.keep(step("compare", name, 2 * changed, own.effect, peer.effect, goals={"ratio": 0.15}))
    until = f"{name}, until the last event and hook has run"
    bench.keep(step("compare", until, 2 * changed, own.settled, peer.settled))


@dataclass(frozen=True, slots=True)
class _Moments:
    """When it was in effect, and when the last event and hook had run."""

    effect: Spent
    settled: Spent


def _both_moments(bench: Bench, work: Callable[[], Spent]) -> _Moments:
    effect = work()
    return _Moments(effect, effect + bench.queue.work_off())


def _settled(bench: Bench, work: Callable[[], Spent]) -> Spent:
    return _both_moments(bench, work).settled


def growth(bench: Bench, sizes: Sizes) -> None:
    """Nothing changed, on ever more enrolments of the same people in the same courses."""
    _load_courses(bench, sizes.growth[0], "growth")
    before: float | None = None
    for academy in sizes.growth:
        write_enrolments(bench.exports, academy.enrolled())
        _enrol_in_bulk(bench, academy, "growth")
        spent = bench.unchanged()
        times = None if before is None else round(spent.seconds / before, 2)
        last = academy is sizes.growth[-1]
        goals = {"growth": 4.0, "peak_mb": 200.0} if last else {}
        name = f"nothing changed: {academy.enrolments:,} enrolments"
        bench.keep(step("growth", name, academy.enrolments, spent, goals=goals, growth=times))
        before = spent.seconds


def night(bench: Bench, sizes: Sizes) -> None:
    """The academy's size: nothing changed, and few rows changed."""
    academy = sizes.academy
    _load_courses(bench, academy, "academy")
    write_enrolments(bench.exports, academy.enrolled())
    _enrol_in_bulk(bench, academy, "academy")
    people = f"{academy.people:,} people, {academy.courses:,} courses, {academy.enrolments:,} enrolments"
    bench.keep(step("academy", f"{people}: nothing changed", academy.enrolments, bench.unchanged()))
    write_enrolments(bench.exports, changed_rows(academy, sizes.changed_courses))
    bench.program.deliver(bench.exports)
    own = _both_moments(bench, bench.program.apply)
    rows = 3 * sizes.changed_courses
    bench.keep(step("academy", f"{people}: {rows} changed rows", rows, own.effect))
    until = f"{people}: {rows} changed rows, until the last event and hook has run"
    bench.keep(step("academy", until, rows, own.settled))


def videos(bench: Bench, sizes: Sizes) -> None:
    """The same links into as many courses: by dlt-sync, and by add_moduleinfo one after the other."""
    academy, size = sizes.videos, sizes.videos.courses * sizes.lectures
    _load_courses(bench, academy, "videos")
    bench.links.set_up(academy)
    bench.links.deliver(lectures(academy, sizes.lectures))
    write_videos(bench.exports, academy, sizes.lectures)
    bench.program.deliver(bench.exports)
    bench.sql.analyze()
    own, peer = bench.in_turn(lambda: _settled(bench, bench.program.apply), bench.links.add)
    expect_links(bench.site, size)
    name = f"first load: {size:,} videos in {academy.courses:,} courses"
    bench.keep(step("videos", name, size, own, peer, goals={"ratio": 0.333}))
    bench.keep(step("videos", f"nothing changed: {size:,} videos", size, bench.unchanged()))


def _load_courses(bench: Bench, academy: Academy, part: str) -> None:
    bench.set_up(academy, part)
    write_courses(bench.exports, academy)
    bench.program.deliver(bench.exports)
    spent = bench.program.apply() + bench.queue.work_off()
    name = f"first load: {academy.courses:,} courses"
    bench.keep(step(part, name, academy.courses, spent, preparing=True))


def _enrol_in_bulk(bench: Bench, academy: Academy, part: str) -> None:
    """The enrolments of the files into records and Moodle; groups first, which SQL does not make."""
    if academy.cohorts:
        _make_groups(bench, academy)
    imported = academy.enrolments <= MOST_IMPORTED
    if imported:
        bench.import_step(part, academy)
    enrol_by_sql(bench.site, bench.sql, academy.enrolled())
    bench.sql.analyze()
    if not imported:
        know_by_sql(bench.program.database, bench.sql, academy.enrolled())
    spent = bench.program.apply() + bench.queue.work_off()
    how = "found in Moodle" if imported else "put into both databases by SQL"
    name = f"taking over {academy.enrolments:,} enrolments {how}"
    bench.keep(step(part, name, academy.enrolments, spent, preparing=True))


def _make_groups(bench: Bench, academy: Academy) -> None:
    """Enrol the first of each cohort, which makes the groups, and put the whole file back."""
    write_enrolments(bench.exports, first_of_cohorts(academy.enrolled()))
    bench.program.deliver(bench.exports)
    bench.program.apply()
    bench.queue.work_off()
    write_enrolments(bench.exports, academy.enrolled())


def first_of_cohorts(enrolled: Iterable[Enrolled]) -> Iterator[Enrolled]:
    """Of each course, the first who comes with a cohort."""
    last = -1
    for one in enrolled:
        if one.cohort is not None and one.course != last:
            last = one.course
            yield one


def changed_rows(academy: Academy, courses: int) -> Iterator[Enrolled]:
    """The next day: in the first `courses` courses one comes and one goes, in as many others one is suspended."""
    seen = -1
    for one in academy.enrolled(week=1):
        if one.course < courses:
            yield one
    for one in academy.enrolled():
        if one.course < courses:
            continue
        first_student = one.role == "student" and one.course != seen and one.course < 2 * courses
        if first_student:
            seen = one.course
            yield Enrolled(one.course, one.person, one.role, one.cohort, "suspended")
        else:
            yield one


PARTS: dict[str, Callable[[Bench, Sizes], None]] = {
    "compare": compare,
    "growth": growth,
    "academy": night,
    "videos": videos,
}


def run_part(name: str, site: Site, results: Results, sizes: Sizes) -> None:
    """Measure one part on a site that is new and running."""
    PARTS[name](Bench(site, results, sizes.timeout_s), sizes)
