"""What the program asks of a Moodle, whoever answers: the bridge plugin over REST, or the tests' memory peer.

Both pass the same conformance suite (tests/conformance.py). The JSON that travels is described in
docs/bridge.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from dlt_sync.model import Action, Candidate, Digest, Fields, Observed, Operation, Outcome

#: The protocol this program speaks; `Info.protocol` must equal it.
PROTOCOL = 3

#: What the field of a course `cf_code` is in Moodle: the custom field whose short name is `dltsync_code`.
COURSE_FIELD, COURSE_FIELD_IN_MOODLE = "cf_", "dltsync_"

#: What each action is to the bridge.
WIRE: Mapping[Action, str] = {
    Action.CREATE: "create",
    Action.RECREATE: "create",
    Action.ADOPT: "adopt",
    Action.UPDATE: "update",
    Action.REMOVE: "update",
    Action.RESTORE: "update",
    Action.DELETE: "delete",
}


@dataclass(frozen=True, slots=True)
class Info:
    """What the bridge says of itself and its site. `site_time` is in epoch seconds, `max_batch_bytes` the length of
    the longest request that the site takes. `course_fields` are short names of the courses' custom fields. Events of
    `events_waiting` enrolments were not sent yet, the oldest for `events_waiting_s` seconds."""

    protocol: int
    plugin_version: int
    plugin_release: str
    moodle_version: str
    moodle_release: str
    site_time: int
    db_family: str
    max_input_vars: int
    max_batch_bytes: int
    workers: int
    enrol_enabled: bool
    capabilities: Mapping[str, bool]
    roles: tuple[str, ...]
    languages: tuple[str, ...]
    free_disk_mb: int
    auths: tuple[str, ...] = ()
    course_fields: tuple[str, ...] = ()
    events_waiting: int = 0
    events_waiting_s: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """Which existing object a desired one may be: (field, value) pairs, best first.

    `course` is the key of the course in which a group is looked for.
    """

    key: str
    by: tuple[tuple[str, str], ...]
    course: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Operations of one kind that travel together. `id` is the idempotency key: sent again, the bridge
    answers what it answered before and does only what it had not done yet."""

    id: str
    kind: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class DigestsSince:
    """Digests by scope of what changed, and the marks of all scopes; of a kind without marks, all digests.

    A mark is a short text that is another one as soon as the digest may be, and that costs far less to compute.
    """

    digests: Mapping[str, Digest]
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SiteEvent:
    """Something people did in Moodle that concerns us. `id` is the cursor; `time` in epoch seconds."""

    id: int
    name: str  # deleted | requested | staged
    time: int
    kind: str
    key: str
    by: str  # full name of who did it
    data: Fields = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of plain text about one thing. `code` is the same in every language, `title` is what people read."""

    code: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunReport:
    """What people are told of one run in one language: one line that says what matters, and sections."""

    subject: str
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class RunStatus:
    """What the department page shows of one run, and what people are told of it. Times in epoch seconds; `counts` by
    "kind.action"; `report` by language. `needs` is "release" where a plan waits for somebody, "look" where something
    went wrong."""

    run: int
    mode: str
    started: int
    ended: int
    verdict: str  # ok | partial | refused | stopped | failed
    plan_hash: str
    counts: Mapping[str, int]
    summary: str
    needs: str = ""  # "" | release | look
    report: Mapping[str, RunReport] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VideoStatus:
    """What a course's Videos page shows of one video. `key` is `<offering>|<placement>`; `duration_s` 0: not known."""

    key: str
    title: str
    language: str
    url: str
    state: str  # as of a topic
    duration_s: int = 0


@dataclass(frozen=True, slots=True)
class TopicStatus:
    """What a course's Videos page shows of one topic. `title` is in the course's language; `reason` says why no video
    is owed, `why` why what is there is stale or broken; `checked` is when its links were looked at last, in epoch
    seconds, 0 for never."""

    key: str
    number: int
    kind: str
    title: str
    week: int | None
    owed: bool
    reason: str
    state: str  # ok | other_language | stale | broken | missing | not_owed
    why: str = ""  # of stale: age | topic_changed | author_left | review_due | declared; of broken: the link's verdict
    checked: int = 0
    videos: tuple[VideoStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestStatus:
    """What the pages show of one request for a video, and what its asker is told. `course`, `topic`, `video` and
    `asker` are keys, "" for none; `planned` is an ISO date or ""; `time` is when it came to its stage, in epoch
    seconds, and `by` who brought it there."""

    key: str
    type: str  # shooting | suggestion | problem
    course: str = ""
    topic: str = ""
    video: str = ""
    title: str = ""
    url: str = ""
    language: str = ""
    notes: str = ""
    place: str = ""
    wished: str = ""
    asked_by: str = ""
    asker: str = ""
    stage: str = "requested"
    reason: str = ""
    specialist: str = ""
    planned: str = ""
    by: str = ""
    time: int = 0


@dataclass(frozen=True, slots=True)
class PageStatus:
    """What the pages in Moodle are to show from now on: runs, courses' topics (each list replaces what was shown of
    its course, an empty one clears it), and requests. What is not named here stays as it is shown."""

    runs: tuple[RunStatus, ...] = ()
    courses: Mapping[str, tuple[TopicStatus, ...]] = field(default_factory=dict)
    requests: tuple[RequestStatus, ...] = ()

    @property
    def count(self) -> int:
        """The number of items; a course counts as one."""
        return len(self.runs) + len(self.courses) + len(self.requests)


class Bridge(Protocol):
    """A Moodle. Every method raises MoodleError or MoodleUnavailable and nothing else."""

    def info(self) -> Info:
        """Versions, limits and the caller's capabilities."""

    def digests(self, kind: str, fields: Sequence[str]) -> Mapping[str, Digest]:
        """Digest of all owned objects of a kind over `fields`; by course for enrolments, else under ""."""

    def digests_since(self, kind: str, fields: Sequence[str], marks: Mapping[str, str]) -> DigestsSince:
        """Digests of the scopes whose mark is not the one named in `marks`: the others are as they were then."""

    def read(
        self, kind: str, *, keys: Sequence[str] | None = None, courses: Sequence[str] | None = None
    ) -> Iterator[Observed]:
        """Owned objects: all of the kind, or the named ones, or those of the named courses."""

    def find(self, kind: str, matches: Sequence[Match]) -> Mapping[str, tuple[Candidate, ...]]:
        """Candidates for adoption by key. Only those of the first pair that found any are returned."""

    def apply(self, batch: Batch) -> tuple[Outcome, ...]:
        """Do a batch; one outcome per operation, in order. A bad one never stops or undoes the others."""

    def recall(self, batch: Batch) -> tuple[Outcome | None, ...]:
        """What became of a batch whose answer was lost, None for operations that were never done. Writes
        nothing, and closes the batch: it can no longer be applied."""

    def events(self, after: int) -> Iterator[SiteEvent]:
        """What people did since the cursor `after`, oldest first."""

    def push_status(self, status: PageStatus) -> frozenset[str]:
        """Show this on the pages, in one request of at most `Info.max_batch_bytes` (see `dlt_sync.tell`).

        Pushed again it changes nothing and tells nobody twice; a stage of a request that is no newer than Moodle's own
        is left. Returns the keys of courses that are not ours in Moodle: their topics are not shown.
        """
