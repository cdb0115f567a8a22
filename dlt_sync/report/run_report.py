"""What people are told of a run: a line that says what matters, and sections of plain lines, in three languages.

Input: `RunFacts`; output: a `RunReport` per language. Pure but for `report_of`, which gathers the facts. Sections with
nothing to say are left out; their order is that of `SECTIONS`. Every list is bounded and names the command that shows
all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dlt_sync.kinds import BY_NAME
from dlt_sync.moodle.contract import RunReport, Section
from dlt_sync.report.quarantine_words import entity_word, sentence_of
from dlt_sync.report.run_facts import Counts, Failed, HealthLine, Held, RunFacts, Violated, facts_of
from dlt_sync.report.run_words import RunWords
from dlt_sync.report.sentences import reading_command, release_command
from dlt_sync.report.words import LANGUAGES, Words

#: Units that are listed, at most.
UNITS_SHOWN = 15
#: What Moodle takes: characters of a subject and of a line.
SUBJECT, LINE = 255, 1000
#: Actions in the order in which they are told, a removal by what it means to its kind.
ACTIONS = ("create", "adopt", "update", "restore", "recreate", "remove", "delete")


def report_of(session: Session, run_id: int, timezone: str, **more: Any) -> dict[str, RunReport]:
    """What people are told of a run that has ended, by language; `more` as for `facts_of`."""
    return reports(facts_of(session, run_id, **more), timezone)


def reports(facts: RunFacts, timezone: str) -> dict[str, RunReport]:
    """The report in each language. Moments are told in the time zone."""
    return {language: report(facts, RunWords(language, ZoneInfo(timezone))) for language in LANGUAGES}


def report(facts: RunFacts, words: RunWords) -> RunReport:
    """The report in one language."""
    sections = ((code, [line[:LINE] for line in lines(facts, words)]) for code, lines in SECTIONS.items())
    return RunReport(
        words.say("subject", run=facts.run, what=_what_matters(facts, words))[:SUBJECT],
        tuple(Section(code, words[code], tuple(lines)) for code, lines in sections if lines),
    )


def done_in_words(words: RunWords, counts: Counts) -> str:
    """`{("course", "create"): 3}` as "created: 3 courses", in the order of the actions and then of the kinds."""
    said: dict[str, list[str]] = {}
    for action in ACTIONS:
        for kind in BY_NAME:
            if count := counts.get((kind, action), 0):
                said.setdefault(_done(words, kind, action), []).append(words.counted(kind, count))
    return "; ".join(f"{done}: {', '.join(what)}" for done, what in said.items())


def _done(words: RunWords, kind: str, action: str) -> str:
    return words[f"remove.{kind}" if action == "remove" else action]


def _what_matters(facts: RunFacts, words: RunWords) -> str:
    """The most urgent thing, for a subject."""
    if facts.verdict in ("failed", "stopped"):
        return words[f"subject.{facts.verdict}"]
    if facts.parked:
        return words["subject.parked"]
    if facts.verdict == "partial":
        lost = _not_done(facts)
        if not lost:
            return words["subject.unfinished"]
        return words.say("subject.partial", changes=words.counted("change", lost))
    if not facts.changes:
        return words["subject.nothing"]
    return words.counted("change", sum(facts.done.values()))


def _not_done(facts: RunFacts) -> int:
    return facts.counts.get("failed", 0) + facts.counts.get("skipped", 0)


def _summary(facts: RunFacts, words: RunWords) -> Iterator[str]:
    mode = words.say(f"mode.{facts.mode}", undoes=facts.undoes)
    yield words.say(
        "when", run=facts.run, mode=mode, started=words.moment(facts.started), ended=words.moment(facts.ended)
    )
    if facts.approved_by:
        yield words.say("released", who=facts.approved_by, because=facts.because)
    yield _outcome(facts, words)
    if lost := _not_done(facts):
        yield words.say("not_done", changes=words.counted("change", lost))
    if held := facts.counts.get("held", 0):
        yield words.say("waiting", changes=words.counted("change", held))
    yield words.say("details", run=facts.run)


def _outcome(facts: RunFacts, words: RunWords) -> str:
    if facts.changes:
        return _sentence(done_in_words(words, facts.done))
    if facts.verdict == "refused":
        return words["refused"]
    return words["nothing" if facts.verdict == "ok" and not facts.parked else "nothing_done"]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _parked(facts: RunFacts, words: RunWords) -> Iterator[str]:
    parked = facts.parked
    if parked is None:
        return
    if parked.violations:
        yield words.say("guarded", changes=words.counted("change", parked.operations))
        yield from (f"• {_violation(violation, words)}" for violation in parked.violations)
    yield from (_held(held, words) for held in parked.held)
    yield words["read_plan"]
    yield reading_command(parked.hash)  # a command on a line of its own is shown as one, to be copied
    yield words["release"]
    yield release_command(parked.hash)
    if facts.second_person:
        yield words["second_person"]


def _violation(violation: Violated, words: RunWords) -> str:
    of_kind = violation.kind in BY_NAME
    kinds = words[f"kinds.{violation.kind}"] if of_kind else entity_word(words.language, violation.kind)
    before, after = violation.example or ("", "")
    said = words.say(
        f"violation.{violation.rule}",
        kinds=kinds.lower() if violation.course else kinds,
        course=violation.course,
        count=words.number(violation.count),
        of=words.number(violation.of),
        percent=words.percent(100 * violation.count / violation.of if violation.of else 100),
        limit=words.limit(violation.limit),
        example=words.say("example", before=before, after=after) if violation.example else "",
    )
    return _sentence(said)


def _held(held: Held, words: RunWords) -> str:
    labels = ", ".join(held.labels)
    more = f" … (+{words.number(held.count - len(held.labels))})" if held.count > len(held.labels) else ""
    return words.say(f"held.{held.reason}", what=f"{labels}{more}")


def _failed(facts: RunFacts, words: RunWords) -> Iterator[str]:
    if facts.stopped:
        yield words.say(f"error.{facts.stopped.kind}", message=facts.stopped.message)
        if facts.stopped.kind not in ("unforeseen", "cut_off"):
            yield words.say("said", message=f"{facts.stopped.message} {facts.stopped.remedy}".strip())
        if facts.changes:
            yield words["interrupted"]
    if facts.verdict == "stopped":
        yield words["stopped"]
        if left := facts.counts.get("left", 0):
            yield words.say("left", changes=words.counted("change", left))
    yield from (_operation(failed, words) for failed in facts.failed)
    count = facts.counts.get("failed", len(facts.failed))
    if count > len(facts.failed):
        yield words.say("more_operations", more=words.number(count - len(facts.failed)), run=facts.run)
    if skipped := facts.counts.get("skipped", 0):
        yield words.say("skipped", changes=words.counted("change", skipped))
    if facts.failed or skipped:
        yield words["tried_again"]
    elif facts.verdict == "partial" and not facts.parked:
        yield words["left_over"]


def _operation(failed: Failed, words: RunWords) -> str:
    action = words[f"to.{failed.action}"]
    what = f"{words[f'kinds.{failed.kind}']}: {failed.what}"
    said = words["moved"] if failed.moved else failed.said
    return words.say("operation", what=what, action=action, said=said)


def _set_aside(facts: RunFacts, words: RunWords) -> Iterator[str]:
    if not facts.set_aside:
        return
    new = words.number(facts.newly_set_aside)
    yield words.say("set_aside", rows=words.counted("row", facts.set_aside), new=new)
    for aside in facts.aside:
        sentence = sentence_of(words.language, aside.rule, aside.message)
        field = f", {aside.field}" if aside.field and aside.field not in sentence else ""
        yield words.say("row", file=aside.file, row=aside.row, field=field, sentence=sentence)
    # A row may have several problems: what is left is told in rows, and not below zero.
    more = facts.set_aside - len({(aside.file, aside.row) for aside in facts.aside})
    yield words.say("more_rows", more=words.counted("row", more)) if more > 0 else words["what_to_do"]


def _changes(facts: RunFacts, words: RunWords) -> Iterator[str]:
    for unit, counts in facts.changes[:UNITS_SHOWN]:
        names = facts.units.get(unit)
        called = names.in_language(words.language) if names else unit
        yield f"{called or words['no_kafedra']} — {done_in_words(words, counts)}"
    if more := len(facts.changes[UNITS_SHOWN:]):
        yield words.say("more_units", more=words.counted("kafedra", more), run=facts.run)


def _feeds(facts: RunFacts, words: RunWords) -> Iterator[str]:
    for line in facts.health:
        if line.code == "feed" and "name" in line.facts:
            name = str(line.facts["name"])
            yield words.say(
                "overdue" if line.facts["received"] else "overdue_never",
                name=entity_word(words.language, name),
                owner=line.facts["owner"] or words["no_owner"],
                due=_day(line.facts["due"], words),
                received=_day(line.facts["received"], words),
            )


def _health(facts: RunFacts, words: RunWords) -> Iterator[str]:
    for line in facts.health:
        if line.code == "feed" and "why" not in line.facts:
            continue  # overdue ones have a section of their own
        if line.code == "media_host" and line.facts.get("silent"):
            continue  # each is told by itself
        yield line_in_words(line, words)


def line_in_words(line: HealthLine, words: RunWords) -> str:
    """One health line as people read it."""
    if "why" in line.facts:
        said = words.say("unseen", what=words[line.code], why=line.facts["why"])
    else:
        said = _HEALTH[line.code](line, words)
    return said if line.ok else f"{words['attention']}{said}"


def _database(line: HealthLine, words: RunWords) -> str:
    kind = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}.get(str(line.facts["kind"]), line.facts["kind"])
    return words.say("database.ok", kind=kind)


def _disk(line: HealthLine, words: RunWords) -> str:
    return words.say(f"disk.{line.facts['place']}", free=words.number(int(line.facts["free_mb"])))


def _backup(line: HealthLine, words: RunWords) -> str:
    if not line.facts["last"]:
        return words["backup.never"]
    return words.say("backup.made", last=_moment(line.facts["last"], words))


def _media_host(line: HealthLine, words: RunWords) -> str:
    if "host" not in line.facts:
        return words["media_host.ok"]
    links = words.counted("link", int(line.facts["links"]))
    return words.say("media_host.one", host=line.facts["host"], links=links, hours=line.facts["hours"])


def _last_run(line: HealthLine, words: RunWords) -> str:
    if not line.facts["good"]:
        return words["last_run.never"]
    good = _moment(line.facts["good"], words)
    return words.say("last_run.good" if line.ok else "last_run.old", good=good)


def _event_queue(line: HealthLine, words: RunWords) -> str:
    waiting = words.number(int(line.facts["waiting"]))
    key = "event_queue.ok" if line.ok else "event_queue.late"
    return words.say(key, waiting=waiting, minutes=line.facts["waiting_minutes"])


def _moment(text: str | int, words: RunWords) -> str:
    return words.moment(datetime.fromisoformat(str(text)))


def _day(text: str | int, words: RunWords) -> str:
    return Words(words.language).day(date.fromisoformat(str(text))) if text else ""


_HEALTH: Mapping[str, Callable[[HealthLine, RunWords], str]] = {
    "moodle": lambda line, words: words.say("moodle.ok", release=line.facts["release"]),
    "database": _database,
    "disk": _disk,
    "backup": _backup,
    "media_host": _media_host,
    "last_run": _last_run,
    "event_queue": _event_queue,
}
#: The sections in their order, each with what it says.
SECTIONS: Mapping[str, Callable[[RunFacts, RunWords], Iterable[str]]] = {
    "summary": _summary,
    "parked": _parked,
    "failed": _failed,
    "quarantined": _set_aside,
    "changes": _changes,
    "feeds": _feeds,
    "health": _health,
}
__all__: Sequence[str] = ("done_in_words", "line_in_words", "report", "report_of", "reports")
