"""What the department decides of requests at the command line: accept, decline, bring to a stage, ask.

Each function is one command's work, in one transaction: nothing is written if it raises. Moodle is told at the next
run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dlt_sync.db import Database
from dlt_sync.errors import RecordsError
from dlt_sync.media.addresses import BadAddress, canonical
from dlt_sync.records import requests, stages
from dlt_sync.records.batches import begin_batch, stand_alone
from dlt_sync.records.placing import Placed, Placing, place, take_back
from dlt_sync.records.schema import SCHEMAS
from dlt_sync.records.tables import Discipline, Offering, Person, Record, Topic, VideoAsset, VideoRequest

#: What keys of requests begin with that were made at the command line.
OURS = "dlt:request:"
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, and when: `name` is the person's, `run_by` the account; days are those of `timezone`."""

    name: str
    run_by: str
    now: datetime
    timezone: str

    @property
    def today(self) -> date:
        """The day where the academy is."""
        return self.now.astimezone(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True, slots=True)
class Decided:
    """A request at its new stage. `unusual` says how the step left the usual way; `placed` where its video stands."""

    key: str
    stage: str
    unusual: str = ""
    placed: Placed | None = None


def accept(database: Database, key: str, decider: Decider, placing: Placing) -> Decided:
    """Accept a request; the video of a suggestion is placed by the next plan.

    An accepted suggestion that could not be placed then may be accepted again. Raises RecordsError.
    """
    with _deciding(database, decider) as (session, begin):
        request = _open_request(session, key)
        if request.type != "suggestion":
            _refuse_placing(request, placing)
            _refuse_same(request, stages.ACCEPTED)
            _check_stage(request, stages.ACCEPTED, None, "")
            return _move(session, request, stages.ACCEPTED, decider)
        if request.stage not in (stages.REQUESTED, stages.ACCEPTED):
            raise RecordsError(
                f"The suggestion {key} is {request.stage} already.",
                remedy=f'Take it up again first: dlt-sync video stage {key} requested --note "why" --as NAME',
            )
        _refuse_too_long(title=placing.title, consent_ref=placing.consent_ref)
        placed = place(session, request, placing, begin=begin, now=decider.now, today=decider.today)
        return _move(session, request, stages.ACCEPTED, decider, placed=placed)


def decline(database: Database, key: str, decider: Decider, because: str) -> Decided:
    """Decline a request with the reason that its asker is told; what it placed leaves. Raises RecordsError."""
    with _deciding(database, decider) as (session, begin):
        request = _open_request(session, key)
        if not because.strip():
            raise RecordsError("A refusal needs a reason: the asker is told.", remedy='Say it: --because "…"')
        _refuse_too_long(reason=because)
        _refuse_same(request, stages.REJECTED)
        take_back(session, request, begin=begin, now=decider.now)
        return _move(session, request, stages.REJECTED, decider, note=because, reason=because.strip())


def bring(
    database: Database,
    key: str,
    stage: str,
    decider: Decider,
    *,
    on: date | None = None,
    specialist: str | None = None,
    note: str = "",
) -> Decided:
    """Bring a request to a stage. `on` is the day of the shooting for `scheduled`, else the day it was reached.

    A stage that is skipped, and one that is gone back to, needs a note. Raises RecordsError.
    """
    with _deciding(database, decider) as (session, begin):
        request = _open_request(session, key)
        if on is None and specialist is None and not note.strip():
            _refuse_same(request, stage)
        _check_stage(request, stage, on, note)
        _refuse_too_long(reason=note, specialist=specialist or "")
        if stage in stages.REFUSED:
            take_back(session, request, begin=begin, now=decider.now)
        decided: dict[str, Any] = {} if specialist is None else {"specialist": specialist}
        if stage == "scheduled":
            decided["planned_on"], on = on or request.planned_on, None
        if stage in stages.REFUSED:
            decided["reason"] = note.strip()
        return _move(session, request, stage, decider, note=note, day=on, **decided)


def ask(database: Database, texts: Mapping[str, str], decider: Decider) -> str:
    """A new request, asked in the decider's name; returns its key. Empty texts are left out. Raises RecordsError."""
    with _deciding(database, decider) as (session, begin):
        given = {name: text for name, text in texts.items() if text}
        _refuse_too_long(**given)
        problems = list(_wrong_references(session, given))
        given.update(_discipline(session, given))
        if given.get("url"):
            try:
                given["url"] = canonical(given["url"]).canonical_url
            except BadAddress as error:
                problems.append(f"--url: {error}")
        if given["type"] == "suggestion" and not given.get("url"):
            problems.append("A suggestion names the video: --url ADDRESS")
        if not any(given.get(name) for name in ("topic_id", "offering_id", "discipline_id")):
            problems.append("Say what it is for: --topic, --course or --discipline with a key.")
        if problems:
            raise RecordsError("Nothing was asked for.", remedy="Put right what is listed.", problems=problems)
        key = f"{OURS}{_next_number(session)}"
        by, today = decider.name, decider.today
        values = {**given, "asked_by": by}
        requests.ask(session, key, values, by=by, source=requests.COMMAND, at=decider.now, day=today, batch=begin())
        return key


@contextmanager
def _deciding(database: Database, decider: Decider) -> Iterator[tuple[Session, Callable[[], int]]]:
    """A transaction of its own, and what opens a decision's batch in it, once."""
    if not decider.name.strip() or len(decider.name) > LONGEST_NAME:
        raise RecordsError(
            f"A decision needs a name of at most {LONGEST_NAME} characters.",
            remedy='Say who decides: --as "Family name, position"',
        )
    with database.session(alone=True) as session:
        stand_alone(session, database)
        opened: list[int] = []

        def begin() -> int:
            if not opened:
                opened.append(begin_batch(session, "decision", now=decider.now, run_by=decider.name))
            return opened[0]

        yield session, begin


def _open_request(session: Session, key: str) -> VideoRequest:
    request = requests.find(session, key)
    if request.status != "active":
        raise RecordsError(
            f"The request {key} left the department's list.",
            remedy="Put it into the list again, or ask anew: video ask",
        )
    return request


def _move(
    session: Session,
    request: VideoRequest,
    stage: str,
    decider: Decider,
    *,
    note: str = "",
    day: date | None = None,
    placed: Placed | None = None,
    **decided: Any,
) -> Decided:
    unusual = stages.unusual(request.type, request.stage, stage)
    at = requests.next_moment(request, decider.now)
    requests.move(
        session,
        request,
        stage,
        by=decider.name,
        source=requests.COMMAND,
        at=at,
        day=day or decider.today,
        note=note,
        **decided,
    )
    return Decided(request.sourced_id, stage, unusual, placed)


def _check_stage(request: VideoRequest, stage: str, on: date | None, note: str) -> None:
    """Raises RecordsError where the request cannot come to that stage so."""
    key = request.sourced_id
    if not stages.knows(request.type, stage):
        raise RecordsError(
            f"A {request.type} is never {stage}.",
            remedy=f"Its stages are: {', '.join(stages.stages_of(request.type))}.",
        )
    if request.type == "suggestion" and stage == stages.ACCEPTED:
        raise RecordsError(
            "A suggestion is accepted together with its place.", remedy=f"Run: dlt-sync video accept {key} --as NAME"
        )
    if stage in stages.REFUSED and not note.strip():
        raise RecordsError(f"{key} cannot be {stage} without a reason: the asker is told.", remedy='Say it: --note "…"')
    if stage == "scheduled" and on is None and request.planned_on is None:
        raise RecordsError(f"{key} is to be scheduled for a day.", remedy="Name it: --on 2027-01-31")
    unusual = stages.unusual(request.type, request.stage, stage)
    if unusual and not note.strip():
        raise RecordsError(
            f"{key} is {request.stage}: to {stage} it {unusual}.",
            remedy=f'Say why: dlt-sync video stage {key} {stage} --note "…" --as NAME',
        )


def _refuse_same(request: VideoRequest, stage: str) -> None:
    if request.stage == stage:
        raise RecordsError(
            f"{request.sourced_id} is {stage} already.",
            remedy=f"`dlt-sync video requests show {request.sourced_id}` tells since when.",
        )


def _refuse_too_long(**texts: str) -> None:
    columns = {**SCHEMAS["video_asset"].by_name, **SCHEMAS["video_request"].by_name}
    problems = [
        f"{name.replace('_', ' ')}: {len(text)} characters, at most {columns[name].most}."
        for name, text in texts.items()
        if columns[name].kind == "text" and len(text) > columns[name].most
    ]
    if problems:
        raise RecordsError("A text is too long.", remedy="Shorten it.", problems=problems)


def _refuse_placing(request: VideoRequest, placing: Placing) -> None:
    if placing != Placing():
        raise RecordsError(
            f"{request.sourced_id} is a {request.type}: there is no video to place.",
            remedy="Accept it without --topic, --title, --language, --consent and the like.",
        )


def _wrong_references(session: Session, given: Mapping[str, str]) -> Iterator[str]:
    tables: dict[str, type[Record]] = {
        "topic_id": Topic,
        "offering_id": Offering,
        "discipline_id": Discipline,
        "video_id": VideoAsset,
        "asked_by_id": Person,
    }
    for name, model in tables.items():
        if key := given.get(name):
            row = session.get(model, key)
            if row is None or row.status != "active":
                yield f"There is no {model.__tablename__.replace('_', ' ')} {key} in force."


def _discipline(session: Session, given: Mapping[str, str]) -> dict[str, str]:
    """The discipline of a request's topic or offering, where it names none itself."""
    topic = session.get(Topic, given.get("topic_id", ""))
    offering = session.get(Offering, given.get("offering_id") or (topic.offering_id if topic else "") or "")
    found = given.get("discipline_id") or (topic.discipline_id if topic else None)
    found = found or (offering.discipline_id if offering else None)
    return {"discipline_id": found} if found else {}


def _next_number(session: Session) -> int:
    own = session.scalars(select(VideoRequest.sourced_id).where(VideoRequest.sourced_id.startswith(OURS)))
    numbers = [int(key.removeprefix(OURS)) for key in own if key.removeprefix(OURS).isdigit()]
    return max(numbers, default=0) + 1
