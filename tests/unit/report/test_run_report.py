"""What people are told of runs, letter by letter, and that nothing is told that must stay secret."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dlt_sync.moodle.contract import RunReport
from dlt_sync.records.messages import SENTENCES, Complaint, problem
from dlt_sync.report.quarantine_words import sentence_of
from dlt_sync.report.run_facts import Failed, RunFacts, clean, named
from dlt_sync.report.run_report import LINE, SECTIONS, SUBJECT, line_in_words, report, reports
from dlt_sync.report.run_words import NOUNS, RunWords
from dlt_sync.report.run_words import SENTENCES as RUN_SENTENCES
from dlt_sync.report.words import LANGUAGES
from tests.unit.report.runs import CHANGES, PARKED, UNITS, Line, failed, quiet, rich

GOLDEN = Path(__file__).parent / "golden"
ALMATY = ZoneInfo("Asia/Almaty")
RUNS: dict[str, Callable[[], RunFacts]] = {
    "rich": rich,
    "quiet": quiet,
    "parked": lambda: quiet(verdict="refused", parked=PARKED),
    "failed": failed,
    "stopped": lambda: quiet(
        verdict="stopped", mode="undo", undoes=11, changes=CHANGES[:1], units=UNITS, counts={"left": 2}
    ),
}


def told(facts: RunFacts, language: str = "en") -> RunReport:
    return report(facts, RunWords(language, ALMATY))


def as_text(one: RunReport) -> str:
    parts = [one.subject]
    for section in one.sections:
        parts += ["", f"[{section.code}] {section.title}", *section.lines]
    return "\n".join(parts) + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_told_letter_by_letter(name: str, language: str) -> None:
    assert as_text(told(RUNS[name](), language)) == (GOLDEN / f"{name}.{language}.txt").read_text(encoding="utf-8")


def test_there_is_a_report_in_each_language_with_the_sections_in_order() -> None:
    made = reports(rich(), "Asia/Almaty")
    assert tuple(made) == LANGUAGES
    for one in made.values():
        assert [section.code for section in one.sections] == list(SECTIONS)


@pytest.mark.parametrize(
    ("facts", "subject"),
    [
        (quiet(), "nothing to change"),
        (quiet(changes=CHANGES), "1,307 changes"),
        (quiet(verdict="partial", counts={"failed": 1}, changes=CHANGES), "1 change not done"),
        (quiet(verdict="partial"), "not all was done"),
        (quiet(verdict="stopped", parked=PARKED), "it was stopped"),
        (failed(), "it failed"),
    ],
)
def test_the_subject_says_what_matters_most(facts: RunFacts, subject: str) -> None:
    assert told(facts).subject.endswith(subject.replace(" ", "\u00a0", 1) if subject[0] == "1" else subject)


@pytest.mark.parametrize("kind", ["unavailable", "moodle", "database", "ours"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_is_told_in_one_s_own_language_before_the_program_s_words(language: str, kind: str) -> None:
    lines = told(failed(kind, changes=CHANGES), language).sections[1].lines
    assert lines[0] == RUN_SENTENCES[f"error.{kind}"][LANGUAGES.index(language)]
    assert lines[1].endswith("Moodle does not answer. Try again later.")
    assert lines[2] == RUN_SENTENCES["interrupted"][LANGUAGES.index(language)]


def test_of_something_unforeseen_only_its_name_is_told() -> None:
    (line,) = told(failed("unforeseen")).sections[1].lines
    assert "(Moodle does not answer.)" in line


def test_what_is_left_over_without_a_failure_is_told() -> None:
    assert told(quiet(verdict="partial")).sections[1].lines == (RUN_SENTENCES["left_over"][2],)


def test_lists_are_bounded_and_name_the_command_that_shows_all() -> None:
    many = tuple((f"Kafedra {n}", {("course", "create"): 1}) for n in range(40))
    section = told(quiet(changes=many)).sections[1]
    assert len(section.lines) == 16
    assert section.lines[-1] == "… and 25\u00a0kafedras more; all of them: dlt-sync report RP-6 --run 12"


def test_no_line_is_longer_than_moodle_takes() -> None:
    long = quiet(verdict="partial", failed=(Failed("course", "update", "Ж" * 900, "x" * 900),), counts={"failed": 1})
    for language in LANGUAGES:
        one = told(long, language)
        assert len(one.subject) <= SUBJECT
        assert max(len(line) for section in one.sections for line in section.lines) == LINE


@pytest.mark.parametrize(
    ("number", "russian"),
    [(1, "курс"), (2, "курса"), (5, "курсов"), (11, "курсов"), (12, "курсов"), (21, "курс"), (24, "курса"),
     (111, "курсов"), (1002, "курса")],
)  # fmt: skip
def test_nouns_take_the_form_that_their_number_asks_for(number: int, russian: str) -> None:
    assert RunWords("ru", ALMATY).counted("course", number).endswith(f"\u00a0{russian}")
    assert RunWords("kk", ALMATY).counted("course", number).endswith("\u00a0курс")
    assert RunWords("en", ALMATY).counted("course", number).endswith("course" if number == 1 else "courses")


def test_no_language_lacks_a_word() -> None:
    for key, sentences in RUN_SENTENCES.items():
        assert all(sentences), key
    for key, (kazakh, of_russian, of_english) in NOUNS.items():
        assert all((kazakh, *of_russian, *of_english)), key


@pytest.mark.parametrize("rule", [rule for rule, sentence in SENTENCES.items() if sentence.severity == "error"])
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_each_reason_to_set_a_row_aside_is_told_in_kazakh_and_russian(language: str, rule: str) -> None:
    complaint = Complaint(rule, "field", "value", other="person", limit="row 7 of a b.csv", least="1", length=5)
    message = problem(complaint, entity="person", file="a", row=3, sourced_id=None).message
    said = sentence_of(language, rule, message)
    assert said != message
    assert "{" not in said
    if "{value}" in SENTENCES[rule].text and rule != "url":
        assert "value" in said
    assert sentence_of("en", rule, message) == message


def test_a_reason_that_is_not_known_any_more_is_told_as_it_was() -> None:
    assert sentence_of("ru", "required", "it was worded otherwise") == "it was worded otherwise"
    assert sentence_of("ru", "of_an_older_version", "too old") == "too old"


def test_nobody_is_named_and_what_must_stay_secret_is_masked() -> None:
    assert named("user", "plt:student:1", "Ыдырысов Ғалымжан") == "plt:student:1"
    assert named("enrolment", "plt:o:1|plt:student:1", "Ыдырысов Ғ. — GiE 3201") == "plt:student:1 — GiE 3201"
    assert named("enrolment", "plt:o:1|plt:student:1", "") == "plt:student:1 — plt:o:1"
    assert named("course", "plt:o:1", "") == "plt:o:1"
    said = clean("a@b.example\n000101501236 0123456789abcdef0123456789abcdef\x07 token=abc " + "ж" * 1000)
    assert said.startswith("***@b.example ********1236 *** token=*** жж")
    assert len(said) == 500


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (Line("moodle", False, {"why": "it is down"}), "Attention! Moodle: could not be looked at: it is down"),
        (Line("backup", facts={"last": "2026-11-22T21:00Z"}), "The last backup was made 2026-11-23 02:00."),
        (Line("media_host", facts={"silent": 0}), "The media hosts answer."),
        (Line("last_run", False, {"good": ""}), "Attention! No run has gone well yet."),
        (
            Line("last_run", False, {"good": "2026-11-20T21:00Z"}),
            "Attention! No run has gone well since 2026-11-21 02:00.",
        ),
        (Line("event_queue", facts={"waiting": 0, "waiting_minutes": 0}), "Events that wait in Moodle: 0."),
    ],
)
def test_health_is_told_in_words(line: Line, said: str) -> None:
    assert line_in_words(line, RunWords("en", ALMATY)) == said
