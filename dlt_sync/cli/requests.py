"""`dlt-sync video requests` and what the department decides of them: `accept`, `decline`, `stage`, `ask`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from dlt_sync.cli.app import App, because_option, json_option, pass_app, run_by
from dlt_sync.cli.output import table
from dlt_sync.cli.runs import local
from dlt_sync.records.schema import LANGUAGES, STAGES

if TYPE_CHECKING:
    from dlt_sync.records.decisions import Decided, Decider
    from dlt_sync.records.request_list import Listed
    from dlt_sync.records.tables import VideoRequestStage

TYPES = ("shooting", "suggestion", "problem")
HEADERS = ("key", "type", "stage", "kafedra", "topic", "asker", "#age, days", "planned", "#late, days", "specialist")
NEXT_RUN = "Moodle and the asker are told at the end of the next apply or undo."


def by_name(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --as: a decision is a named person's."""
    return click.option("--as", "name", required=True, metavar="NAME", help="Who decides: name and position.")(function)


@click.group("requests", invoke_without_command=True)
@click.option("--stage", "stages", multiple=True, type=click.Choice(STAGES), help="Only this stage. May be repeated.")
@click.option("--type", "types", multiple=True, type=click.Choice(TYPES), help="Only this type. May be repeated.")
@click.option("--kafedra", default="", help="Only of this kafedra: its key, or part of its name.")
@click.option("--course", default="", metavar="KEY", help="Only for this offering.")
@click.option("--overdue", is_flag=True, help="Only those whose planned day is past.")
@click.option("--all", "everything", is_flag=True, help="Those that have ended, too.")
@because_option
@json_option
@pass_app
@click.pass_context
def command(
    ctx: click.Context,
    app: App,
    stages: tuple[str, ...],
    types: tuple[str, ...],
    kafedra: str,
    course: str,
    overdue: bool,
    everything: bool,
) -> None:
    """List what is asked for: shootings, suggested videos, reported problems. The oldest come first.

    Example: dlt-sync video requests --kafedra морфология --overdue

    Example: dlt-sync video requests show moodle:request:17
    """
    if ctx.invoked_subcommand:
        return
    from dlt_sync.records.request_list import Wanted, find

    wanted = Wanted(stages, types, kafedra, course, overdue, everything)
    with app.database.session() as session:
        found = find(session, wanted, app.now().astimezone(ZoneInfo(app.settings.rules.timezone)).date())
    asked = {row.asker for row in found if row.asker} | {row.specialist for row in found if row.specialist}
    app.looked_at(len(asked), f"{len(found)} requests" + (f" of kafedra {kafedra}" if kafedra else ""))
    app.out.result(found, table(*HEADERS, rows=[_line(row) for row in found]))
    if not found:
        app.out.say("Nothing of that sort is asked for.")


@command.command("show")
@click.argument("key")
@because_option
@json_option
@pass_app
def show(app: App, key: str) -> None:
    """Show one request with all that became of it.

    Example: dlt-sync video requests show moodle:request:17
    """
    from dlt_sync.records import requests
    from dlt_sync.records.request_list import asker_of

    hidden = {"shown", "listed", "source_row", "changed_in", "date_last_modified", "batch_id", "sourced_id"}
    with app.database.session() as session:
        request = requests.find(session, key)
        fields = {c.key: getattr(request, c.key) for c in request.__table__.columns if c.key not in hidden}
        fields |= {"asked_by": asker_of(session, request)}
        steps = requests.history(session, key)
        named = {fields["asked_by"], fields.get("specialist"), *(step.by for step in steps)}
        app.looked_at(len(named - {"", None}), f"request {key}")
        shown = {name: _shown(app, value) for name, value in fields.items() if value not in (None, "")}
        app.out.result(
            {"key": key, **fields, "history": [_step(step) for step in steps]},
            table("", "", rows=shown.items(), title=f"Request {key}"),
            table(
                "when", "stage", "by", "from", "note", rows=[_step_line(app, step) for step in steps], title="History"
            ),
        )


@click.command("accept")
@click.argument("key")
@click.option("--topic", default="", metavar="KEY", help="The topic it stands at, if not the one that was named.")
@click.option("--title", default="", help="The video's title, if not the one that was given.")
@click.option("--language", default="", type=click.Choice(("", *LANGUAGES)), help="The language it is in.")
@click.option("--shows-patient", is_flag=True, help="It shows a patient; the consent is to be named.")
@click.option("--consent", default="", metavar="REFERENCE", help="The patient's consent.")
@click.option("--everywhere", is_flag=True, help="In all offerings of the topic taught in its language.")
@by_name
@json_option
@pass_app
def accept(
    app: App,
    key: str,
    topic: str,
    title: str,
    language: str,
    shows_patient: bool,
    consent: str,
    everywhere: bool,
    name: str,
) -> None:
    """Accept the request KEY. A suggested video becomes a record, and the next plan places it.

    A video that the records have already is placed as it is there.

    Example: dlt-sync video accept moodle:request:17 --language kk --as "A. Demo, methodist"
    """
    from dlt_sync.records import decisions
    from dlt_sync.records.placing import Placing

    placing = Placing(topic, title, language, shows_patient, consent, everywhere)
    decided = decisions.accept(app.database, key, _decider(app, name), placing)
    _tell(app, decided)


@click.command("decline")
@click.argument("key")
@click.option("--because", required=True, metavar="TEXT", help="Why. The asker is told.")
@by_name
@json_option
@pass_app
def decline(app: App, key: str, because: str, name: str) -> None:
    """Decline the request KEY. What an earlier acceptance placed leaves with the next plan.

    Example: dlt-sync video decline moodle:request:17 --because "The sound is bad" --as "A. Demo, methodist"
    """
    from dlt_sync.records import decisions

    _tell(app, decisions.decline(app.database, key, _decider(app, name), because))


@click.command("stage")
@click.argument("key")
@click.argument("stage", type=click.Choice(STAGES))
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="scheduled: the day of the shooting. Else the day on which the stage was reached.",
)
@click.option("--specialist", metavar="NAME", help="Who films it.")
@click.option("--note", default="", metavar="TEXT", help="A note for the history; of a refusal, the reason.")
@by_name
@json_option
@pass_app
def stage(app: App, key: str, stage: str, on: datetime | None, specialist: str | None, note: str, name: str) -> None:
    """Bring the request KEY to STAGE. A stage that is skipped or gone back to needs a note.

    Example: dlt-sync video stage dlt:request:4 scheduled --on 2027-01-31 --specialist "B. Demo"
    --as "A. Demo, methodist"
    """
    from dlt_sync.records import decisions

    day = on.date() if on else None
    decider = _decider(app, name)
    _tell(app, decisions.bring(app.database, key, stage, decider, on=day, specialist=specialist, note=note))


@click.command("ask")
@click.argument("type", type=click.Choice(TYPES))
@click.option("--topic", default="", metavar="KEY", help="The topic it is for.")
@click.option("--course", default="", metavar="KEY", help="The offering it is for.")
@click.option("--discipline", default="", metavar="KEY", help="The discipline, where there is no topic yet.")
@click.option("--video", "video_key", default="", metavar="KEY", help="The video that is wrong.")
@click.option("--url", default="", metavar="ADDRESS", help="The video that is suggested.")
@click.option("--title", default="", help="What it is called.")
@click.option("--language", default="", type=click.Choice(("", *LANGUAGES)), help="The language it is to be in.")
@click.option("--notes", default="", metavar="TEXT", help="What else is to be known.")
@click.option("--place", default="", help="Where it is to be shot.")
@click.option("--wished", default="", metavar="TEXT", help="When, as the asker says it.")
@click.option("--asker", default="", metavar="KEY", help="The person who asks, and is told of every stage.")
@by_name
@json_option
@pass_app
def ask(
    app: App,
    type: str,
    topic: str,
    course: str,
    discipline: str,
    video_key: str,
    url: str,
    title: str,
    language: str,
    notes: str,
    place: str,
    wished: str,
    asker: str,
    name: str,
) -> None:
    """Ask for a shooting, suggest a video or report a problem.

    Example: dlt-sync video ask shooting --topic plt:topic:12 --title "Жүрек" --language kk --as "A. Demo, methodist"
    """
    from dlt_sync.records import decisions

    texts = {
        "type": type,
        "topic_id": topic,
        "offering_id": course,
        "discipline_id": discipline,
        "video_id": video_key,
        "url": url,
        "title": title,
        "language": language,
        "notes": notes,
        "place": place,
        "wished": wished,
        "asked_by_id": asker,
    }
    key = decisions.ask(app.database, texts, _decider(app, name))
    app.out.result({"key": key, "stage": "requested"}, f"Asked for: {key}.")
    app.out.say(NEXT_RUN)


#: What stands under `dlt-sync video`.
COMMANDS = (command, accept, decline, stage, ask)


def _decider(app: App, name: str) -> Decider:
    from dlt_sync.records.decisions import Decider

    return Decider(name, run_by(), app.now(), app.settings.rules.timezone)


def _tell(app: App, decided: Decided) -> None:
    placed = decided.placed
    app.out.result(decided, f"{decided.key} is {decided.stage}.")
    if decided.unusual:
        app.out.say(f"Mind: this {decided.unusual}.")
    if placed and placed.batch is None:
        app.out.say(f"The records place {placed.video} at {placed.topic} already: nothing is to be done.")
    elif placed:
        what = "A new video" if placed.is_new else "The video that the records have already"
        app.out.say(f"{what}, {placed.video}, stands at {placed.topic} from the next apply on. Next: dlt-sync plan")
    app.out.say(NEXT_RUN)


def _line(row: Listed) -> tuple[object, ...]:
    topic = row.topic or row.title or row.course
    late = row.delay_days
    return (
        row.key,
        row.type,
        row.stage,
        row.kafedra,
        topic,
        row.asker,
        row.age_days,
        row.planned_on,
        late,
        row.specialist,
    )


def _step(step: VideoRequestStage) -> dict[str, Any]:
    return {name: getattr(step, name) for name in ("reached_at", "stage", "by", "source", "note")}


def _step_line(app: App, step: VideoRequestStage) -> tuple[object, ...]:
    return (local(app, step.reached_at), step.stage, step.by, step.source, step.note)


def _shown(app: App, value: Any) -> Any:
    if isinstance(value, datetime):
        return local(app, value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {day}" for name, day in value.items())
    return value
