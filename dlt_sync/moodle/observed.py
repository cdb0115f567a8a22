"""Reading Moodle: what is there, what it comes to in digests, who might be whom, what people did.

Input: questions; output: the values of model and contract. Reads only; `writer` is the module that writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from dlt_sync.errors import MoodleError
from dlt_sync.model import Candidate, Digest, Observed
from dlt_sync.moodle.answers import Answer, malformed
from dlt_sync.moodle.client import MoodleClient
from dlt_sync.moodle.contract import PROTOCOL, DigestsSince, Info, Match, SiteEvent
from dlt_sync.moodle.digests import BY_COURSE

T = TypeVar("T")

GET_INFO = "local_dltsync_get_info"
GET_DIGESTS = "local_dltsync_get_digests"
READ = "local_dltsync_read"
PULL_EVENTS = "local_dltsync_pull_events"

#: Objects in one page of an answer, and keys, matches or courses in one request.
PAGE = 2000
CHUNK = 500
EVENTS_PAGE = 500


def read_info(client: MoodleClient) -> Info:
    """What the bridge says of itself. Raises MoodleError when it speaks another protocol."""
    answer = Answer(GET_INFO, client.unwrap(GET_INFO, client.post(GET_INFO)))
    check_protocol(answer.number("protocol"), answer.text("plugin_release"))
    capabilities = answer.part("capabilities")
    return Info(
        protocol=answer.number("protocol"),
        plugin_version=answer.number("plugin_version"),
        plugin_release=answer.text("plugin_release"),
        moodle_version=answer.text("moodle_version"),
        moodle_release=answer.text("moodle_release"),
        site_time=answer.number("site_time"),
        db_family=answer.text("db_family"),
        max_input_vars=answer.number("max_input_vars"),
        max_batch_bytes=answer.number("max_batch_bytes"),
        workers=answer.number("workers"),
        enrol_enabled=answer.flag("enrol_enabled"),
        capabilities={name: capabilities.flag(name) for name in capabilities.names()},
        roles=answer.texts("roles"),
        languages=answer.texts("languages"),
        free_disk_mb=answer.number("free_disk_mb"),
        auths=answer.texts("auths"),
        course_fields=answer.texts("course_fields"),
        events_waiting=answer.number("events_waiting"),
        events_waiting_s=answer.number("events_waiting_s"),
    )


def check_protocol(protocol: int, plugin_release: str) -> None:
    """Raises MoodleError unless the plugin speaks the protocol of this program."""
    if protocol == PROTOCOL:
        return
    older = "plugin local_dltsync" if protocol < PROTOCOL else "program dlt-sync"
    raise MoodleError(
        f"The plugin local_dltsync {plugin_release} speaks protocol {protocol}, this program {PROTOCOL}.",
        remedy=f"Update the {older}: both must be of the same release.",
        function=GET_INFO,
    )


def read_digests(client: MoodleClient, kind: str, fields: Sequence[str]) -> dict[str, Digest]:
    """Digests by scope, shaped as `digests.digest_of` shapes its own."""
    request = {"kind": kind, "fields": list(fields)}
    return _digests(kind, Answer(GET_DIGESTS, client.exchange(GET_DIGESTS, request)))


def read_digests_since(
    client: MoodleClient, kind: str, fields: Sequence[str], marks: Mapping[str, str]
) -> DigestsSince:
    """Digests of the scopes whose marks are others than those named, and all marks."""
    request = {"kind": kind, "fields": list(fields), "marks": dict(marks)}
    answer = Answer(GET_DIGESTS, client.exchange(GET_DIGESTS, request))
    now = answer.part("marks")
    return DigestsSince(_digests(kind, answer), {scope: now.text(scope) for scope in now.names()})


def _digests(kind: str, answer: Answer) -> dict[str, Digest]:
    digests = answer.part("digests")
    found = {} if kind in BY_COURSE else {"": Digest()}
    for scope in digests.names():
        digest = _digest(digests.items(scope))
        if digest.count:
            found[scope] = digest
    return found


def read_objects(
    client: MoodleClient, kind: str, keys: Sequence[str] | None, courses: Sequence[str] | None
) -> Iterator[Observed]:
    """All objects of a kind, or those of `keys`, or those of `courses`, page by page."""
    if keys is not None:
        for chunk in _chunks(keys):
            yield from _pages(client, kind, {"keys": chunk, "courses": None}, len(chunk))
    elif courses is not None:
        for chunk in _chunks(courses):
            yield from _pages(client, kind, {"keys": None, "courses": chunk}, len(chunk))
    else:
        yield from _pages(client, kind, {"keys": None, "courses": None}, 1)


def find_candidates(client: MoodleClient, kind: str, matches: Sequence[Match]) -> dict[str, tuple[Candidate, ...]]:
    """Candidates by key; a key without any has an empty tuple."""
    found: dict[str, tuple[Candidate, ...]] = {match.key: () for match in matches}
    for chunk in _chunks(matches):
        request = {"kind": kind, "match": [_match(match) for match in chunk]}
        answer = client.exchange(READ, request, count=len(chunk))
        candidates = Answer(READ, answer).part("candidates")
        for key in candidates.names():
            if key not in found:
                raise malformed(READ, f"nobody asked for {key}")
            found[key] = tuple(_candidate(part) for part in candidates.parts(key))
    return found


def pull_events(client: MoodleClient, after: int) -> Iterator[SiteEvent]:
    """What people did since the cursor `after`, oldest first."""
    cursor: int | None = after
    while cursor is not None:
        request = {"after": cursor, "limit": EVENTS_PAGE}
        answer = Answer(PULL_EVENTS, client.exchange(PULL_EVENTS, request))
        yield from (_event(part) for part in answer.parts("events"))
        cursor = _next(PULL_EVENTS, answer, cursor)


def _pages(client: MoodleClient, kind: str, asked: Mapping[str, object], count: int) -> Iterator[Observed]:
    cursor: int | None = 0
    while cursor is not None:
        request = {"kind": kind, **asked, "after": cursor, "limit": PAGE}
        answer = Answer(READ, client.exchange(READ, request, count=count))
        yield from (_observed(kind, part) for part in answer.parts("objects"))
        cursor = _next(READ, answer, cursor)


def _next(function: str, answer: Answer, cursor: int) -> int | None:
    """The cursor of the next page. One that does not move on would never end."""
    following = answer.number_or_none("next")
    if following is not None and following <= cursor:
        raise malformed(function, f"the page after {cursor} is said to be {following}")
    return following


def _observed(kind: str, part: Answer) -> Observed:
    key, moodle_id = part.text("key"), part.number("moodleid")
    return Observed(kind, key, moodle_id, part.fields_or_none("fields"), part.fields("facts"))


def _candidate(part: Answer) -> Candidate:
    return Candidate(
        moodle_id=part.number("moodleid"),
        matched_by=part.text("matchedby"),
        fields=part.fields("fields"),
        owner=part.text_or_none("owner"),
        protected=part.flag("protected"),
    )


def _event(part: Answer) -> SiteEvent:
    return SiteEvent(
        id=part.number("id"),
        name=part.text("name"),
        time=part.number("time"),
        kind=part.text("kind"),
        key=part.text("key"),
        by=part.text("by"),
        data=part.fields("data"),
    )


def _match(match: Match) -> dict[str, object]:
    return {"key": match.key, "by": [list(pair) for pair in match.by], "course": match.course}


def _digest(numbers: Sequence[object]) -> Digest:
    match numbers:
        case [int(count), int(low), int(high)]:
            return Digest(count, low, high)
        case _:
            raise malformed(GET_DIGESTS, f"{numbers} is no digest")


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
