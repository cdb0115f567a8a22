"""A state machine: random records, random hands in Moodle, faults at any operation; it must always converge.

After a clean run, what is ours in Moodle is what the records want; the next plan is empty; what is not ours is as
people left it; a refused plan wrote nothing; a run that was cut off is finished by the next one; people are told of
every run once, the ones that Moodle could not be told of at the time too.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from dlt_sync import run
from dlt_sync.errors import GuardStopped, MoodleError, MoodleUnavailable
from dlt_sync.guard import Limits
from dlt_sync.journal.tables import Run
from dlt_sync.kinds.academy import (
    CohortMember,
    Enrolment,
    HeldEnrolments,
    HeldVideos,
    Names,
    Offering,
    Placement,
    StudyCohort,
    Topic,
    Video,
)
from dlt_sync.model import join_key
from dlt_sync.moodle.contract import PageStatus
from tests.academies import COHORT, KAFEDRA, OFFERING, OTHER_COHORT, names, person, small_academy
from tests.worlds import UNGUARDED, World

PEOPLE = [f"plt:student:{n}" for n in range(1, 6)]
OFFERINGS = [OFFERING, "plt:offering:18", "plt:offering:19"]
COHORTS = [COHORT, OTHER_COHORT, "plt:group:303"]
TOPICS = ["dlt:topic:1", "dlt:topic:2"]
VIDEOS = ["dlt:video:1", "dlt:video:2", "dlt:video:3"]
PLACEMENTS = ["dlt:placement:1", "dlt:placement:2", "dlt:placement:3"]
GUARDED = Limits(removals_percent=10, updates_percent=30, creates_percent=30, at_least=2)

_HAND = "https://elsewhere.example/by-hand"

people = st.sampled_from(PEOPLE)
offerings = st.sampled_from(OFFERINGS)
cohorts = st.sampled_from(COHORTS)
topics = st.sampled_from(TOPICS)
videos = st.sampled_from(VIDEOS)
placements = st.sampled_from(PLACEMENTS)


class Convergence(RuleBasedStateMachine):
    """Records and Moodle drift apart in any way; runs bring them together again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="convergence"))
        self.patch = pytest.MonkeyPatch()
        self.world = World(self.folder, self.patch)
        self.strangers: Mapping[tuple[str, int], object] = {}

    def teardown(self) -> None:
        self.world.database.engine.dispose()
        self.patch.undo()
        shutil.rmtree(self.folder)

    @initialize()
    def load(self) -> None:
        academy = small_academy()
        self.world.academy = replace(
            academy,
            people={},
            members=(),
            employments=(),
            cohorts={key: self._cohort(key) for key in COHORTS},
            offerings={},
            enrolments=HeldEnrolments(),
        )
        run.apply_run(self.world.context)

    # -- the records change ----------------------------------------------------------------------------

    @rule(
        key=people, username=st.sampled_from(["a", "b", "c", "d", "e"]), name=st.sampled_from(["Ыдырысов", "Пробнова"])
    )
    def somebody_is_recorded(self, key: str, username: str, name: str) -> None:
        others = {p.username for k, p in self.world.academy.people.items() if k != key}
        accounts = self.world.bridge.rows["user"].values()
        others |= {row.raw["username"] for row in accounts if self.world.bridge.key_of(row) != key}
        if username not in others:
            self._set(
                people={
                    **self.world.academy.people,
                    key: person(key, username, family_name=name, email=f"{key[-1]}@academy.example"),
                }
            )

    @rule(key=people)
    def somebody_leaves_the_records(self, key: str) -> None:
        self._set(people={k: p for k, p in self.world.academy.people.items() if k != key})

    @rule(key=offerings, language=st.sampled_from(["kk", "ru"]))
    def an_offering_is_recorded(self, key: str, language: str) -> None:
        term = OFFERINGS.index(key) + 1  # so that an archived course does not keep the short name of another
        offering = Offering(key, "plt:subject:3", "plt:term:1", language, "plt:programme:1", KAFEDRA, 3, term)
        self._set(offerings={**self.world.academy.offerings, key: offering})

    @rule(key=offerings)
    def an_offering_leaves_the_records(self, key: str) -> None:
        self._set(offerings={k: o for k, o in self.world.academy.offerings.items() if k != key})

    @rule(offering=offerings, who=people, cohort=st.none() | cohorts, role=st.sampled_from(["student", "tutor"]))
    def somebody_is_enrolled(self, offering: str, who: str, cohort: str | None, role: str) -> None:
        rows = [r for r in _rows(self.world).get(offering, ()) if (r.person, r.role) != (who, role)]
        rows.append(Enrolment(f"{offering}:{who}:{role}", offering, who, role, cohort))
        self._set(enrolments=HeldEnrolments({**_rows(self.world), offering: tuple(rows)}))

    @rule(offering=offerings, who=people)
    def an_enrolment_leaves_the_records(self, offering: str, who: str) -> None:
        rows = tuple(r for r in _rows(self.world).get(offering, ()) if r.person != who)
        self._set(enrolments=HeldEnrolments({**_rows(self.world), offering: rows}))

    @rule(who=people, cohort=cohorts, away=st.booleans())
    def somebody_joins_a_cohort(self, who: str, cohort: str, away: bool) -> None:
        others = tuple(m for m in self.world.academy.members if m.person != who)
        leave = self.world.clock.date() - timedelta(days=1) if away else None
        self._set(members=(*others, CohortMember(cohort, who, leave_from=leave)))

    @rule(name=st.sampled_from(["Hygiene", "Public health"]))
    def the_kafedra_is_renamed(self, name: str) -> None:
        orgs = self.world.academy.orgs
        self._set(orgs={**orgs, KAFEDRA: replace(orgs[KAFEDRA], names=names(name))})

    @rule(key=topics, number=st.integers(1, 3), title=st.sampled_from(["Water", "Air"]))
    def a_topic_is_recorded(self, key: str, number: int, title: str) -> None:
        self._keep(topics={key: Topic(key, number, "lecture", Names(en=title), discipline="plt:subject:3")})

    @rule(
        key=videos,
        language=st.sampled_from(["kk", "ru"]),
        address=st.sampled_from(VIDEOS),
        state=st.sampled_from(["published", "published", "withdrawn", "replaced"]),
        replaces=st.none() | videos,
        patient=st.booleans(),
    )
    def a_video_is_recorded(
        self, key: str, language: str, address: str, state: str, replaces: str | None, patient: bool
    ) -> None:
        known = Video(key, "plt:subject:3", "lecture", language, key, _url(address), state, replaces=replaces)
        self._keep(videos={key: replace(known, shows_patient=patient, consent_ref="" if key == VIDEOS[0] else "7")})

    @rule(key=placements, video=videos, topic=topics, offering=st.none() | offerings)
    def a_video_is_placed(self, key: str, video: str, topic: str, offering: str | None) -> None:
        self._keep(placements={key: Placement(key, video, topic, offering)})

    @rule(key=st.sampled_from([*TOPICS, *VIDEOS, *PLACEMENTS]))
    def something_of_the_videos_leaves_the_records(self, key: str) -> None:
        library = self.world.academy.library
        parts = (dict(library.topics), dict(library.videos), dict(library.placements))
        for part in parts:
            part.pop(key, None)
        self._set(library=_whole(*parts))

    @rule()
    def a_month_passes(self) -> None:
        self.world.clock += timedelta(days=31)

    # -- people work in Moodle -------------------------------------------------------------------------

    @rule(key=people, field=st.sampled_from(["lastname", "email"]), value=st.sampled_from(["x", "y"]))
    def somebody_edits_a_user(self, key: str, field: str, value: str) -> None:
        if self.world.bridge.row_of("user", key):
            self.world.bridge.hand_change("user", key, field, f"{value}{key[-1]}")

    @rule(key=people)
    def somebody_suspends_a_user(self, key: str) -> None:
        if self.world.bridge.row_of("user", key):
            self.world.bridge.hand_change("user", key, "suspended", True)

    @rule(key=offerings)
    def somebody_hides_a_course(self, key: str) -> None:
        if self.world.bridge.row_of("course", key):
            self.world.bridge.hand_change("course", key, "visible", False)

    @rule(kind=st.sampled_from(["user", "course", "cohort"]), data=st.data())
    def somebody_deletes_an_object(self, kind: str, data: st.DataObject) -> None:
        keys = {"user": PEOPLE, "course": OFFERINGS, "cohort": COHORTS}[kind]
        key = data.draw(st.sampled_from(keys))
        if self.world.bridge.row_of(kind, key):
            self.world.bridge.hand_delete(kind, key)

    @rule(offering=offerings)
    def a_guest_is_enrolled_by_hand(self, offering: str) -> None:
        if self.world.bridge.row_of("course", offering):
            guest = self.world.bridge.hand_add_user(username=f"guest{len(self.world.bridge.rows['user'])}")
            self.world.bridge.hand_enrol(offering, f"moodle:{guest}")

    @rule(offering=offerings, cohort=cohorts, who=people)
    def somebody_joins_a_group_by_hand(self, offering: str, cohort: str, who: str) -> None:
        key = join_key(offering, cohort)
        user, group = self.world.bridge.row_of("user", who), self.world.bridge.row_of("group", key)
        if user and group and user.id not in group.joined:
            self.world.bridge.hand_join("group", key, who)

    @rule(
        offering=offerings,
        placement=placements,
        change=st.sampled_from(
            [("name", "x"), ("url", _HAND), ("visible", False), ("section", 9), ("order", 0), ("idnumber", "")]
        ),
    )
    def somebody_edits_a_video(self, offering: str, placement: str, change: tuple[str, str | int | bool]) -> None:
        key = join_key(offering, placement)
        if self.world.bridge.row_of("video", key):
            self.world.bridge.hand_change("video", key, *change)

    @rule(offering=offerings, placement=placements)
    def somebody_deletes_a_video(self, offering: str, placement: str) -> None:
        if self.world.bridge.row_of("video", join_key(offering, placement)):
            self.world.bridge.hand_delete("video", join_key(offering, placement))

    @rule(offering=offerings, url=st.sampled_from([*VIDEOS, "elsewhere"]), section=st.integers(1, 3))
    def a_teacher_adds_a_link(self, offering: str, url: str, section: int) -> None:
        bridge = self.world.bridge
        course = bridge.row_of("course", offering)
        links = [row for row in bridge.rows["video"].values() if bridge.key_of(row) is None]
        if course and not any((r.raw["course"], r.raw["url"]) == (course.id, _url(url)) for r in links):
            bridge.hand_add("video", course=offering, section=section, url=_url(url), name="my own")

    # -- runs ------------------------------------------------------------------------------------------

    @rule()
    def a_guarded_run_writes_all_or_nothing(self) -> None:
        self.world.context = replace(self.world.context, limits=GUARDED)
        writes = self.world.bridge.writes
        try:
            run.apply_run(self.world.context)
        except GuardStopped:
            assert self.world.bridge.writes == writes
        finally:
            self.world.context = replace(self.world.context, limits=UNGUARDED)

    @rule(n=st.integers(1, 8), how=st.sampled_from(["fail_at", "die_before", "die_after"]))
    def a_run_meets_a_fault(self, n: int, how: str) -> None:
        getattr(self.world.bridge, how)(n)
        try:
            self._apply()
        except MoodleError:
            assert how != "fail_at"
        self.world.bridge.heal()

    @rule(answered=st.booleans())
    def a_run_cannot_be_told_of(self, answered: bool) -> None:
        push = self.world.bridge.push_status

        def cut_off(status: PageStatus) -> frozenset[str]:
            if answered:
                push(status)  # Moodle takes it, and its answer is lost
            raise MoodleUnavailable("Moodle does not answer.", remedy="Wait.")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self.world.bridge, "push_status", cut_off)
            self._apply()

    @rule()
    def a_clean_run_converges(self) -> None:
        before = self.world.strangers()
        result = self._apply()
        if result.waiting is not None:
            released = self._approve(result.waiting.hash)
            assert not released.failed, released.failed
        assert not result.failed, result.failed
        assert result.remaining == ()
        assert self.world.differences() == []
        assert run.plan_run(self.world.context).plan.is_empty
        assert self.world.bridge.announced == self._runs()
        left = self.world.strangers()
        assert left.items() <= before.items()
        assert {kind for kind, _ in before.keys() - left.keys()} <= {"video"}  # a link of the teacher's is adopted

    @invariant()
    def nothing_of_ours_is_there_twice(self) -> None:
        assert len(set(self.world.bridge.owned.values())) == len(self.world.bridge.owned)

    def _runs(self) -> list[int]:
        """The numbers of all runs that people are to be told of."""
        with self.world.database.session() as session:
            return list(session.scalars(select(Run.id).where(Run.mode != "plan").order_by(Run.id)))

    def _apply(self) -> run.ApplyResult:
        """Apply; only a kind that became empty stops this run, and is released."""
        try:
            return run.apply_run(self.world.context)
        except GuardStopped as stopped:
            if not all("at all" in problem for problem in stopped.problems):
                raise
            return self._approve(stopped.remedy.split("--approve ")[1].split()[0])

    def _approve(self, plan_hash: str) -> run.ApplyResult:
        return run.approve_run(self.world.context, plan_hash, approved_by="Head", because="looked at it")

    def _set(self, **changes: object) -> None:
        self.world.academy = replace(self.world.academy, **changes)  # type: ignore[arg-type]

    def _keep(self, **more: Mapping[str, object]) -> None:
        """Add to the library, and leave out what nothing in force stands behind, as the records do."""
        library = self.world.academy.library
        parts = {name: {**getattr(library, name), **more.get(name, {})} for name in ("topics", "videos", "placements")}
        self._set(library=_whole(*parts.values()))

    @staticmethod
    def _cohort(key: str) -> StudyCohort:
        return StudyCohort(key, f"Group {key[-3:]}", "plt:programme:1", 3, "kk", "2026-2027", batch=1)


TestConvergence = Convergence.TestCase
TestConvergence.settings = settings(
    max_examples=30,
    derandomize=True,
    phases=[Phase.generate],
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _url(name: str) -> str:
    return f"https://media.academy.example/{name}"


def _whole(topics: dict[str, Topic], videos: dict[str, Video], placements: dict[str, Placement]) -> HeldVideos:
    held = {key: one for key, one in placements.items() if one.topic in topics and one.video in videos}
    return HeldVideos(topics, videos, held)


def _rows(world: World) -> HeldEnrolments:
    assert isinstance(world.academy.enrolments, HeldEnrolments)
    return world.academy.enrolments
