"""Sources of records: who owes them, when, and what came."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dlt_sync import feeds
from dlt_sync.db import Database
from dlt_sync.due import FeedRules, due_days, judge, problems, rules_of
from dlt_sync.records.schema import SCHEMAS
from dlt_sync.records.tables import AcademicSession
from tests.unit.operations.records_of_runs import add_batch

THURSDAY = date(2026, 11, 26)
ZONE = "Asia/Almaty"


@pytest.mark.parametrize(
    ("text", "received", "due", "overdue"),
    [
        ("daily", date(2026, 11, 25), THURSDAY, False),  # today's may still come
        ("daily", date(2026, 11, 24), date(2026, 11, 25), True),
        ("daily", THURSDAY, THURSDAY, False),  # yesterday's is made up for
        ("daily", None, date(2026, 11, 25), True),
        ("weekly:monday", date(2026, 11, 20), date(2026, 11, 30), False),  # on Friday, ahead of time
        ("weekly:monday", date(2026, 11, 19), date(2026, 11, 23), True),  # on Thursday: late for the Monday before
        ("weekly:thursday", date(2026, 11, 19), THURSDAY, False),  # a day is missed once it is over
        ("weekdays", date(2026, 11, 25), THURSDAY, False),
        ("monthly:5", date(2026, 11, 3), date(2026, 12, 5), False),
        ("monthly:5", date(2026, 10, 20), date(2026, 11, 5), True),
        ("2026-09-01, 2027-01-20", date(2026, 8, 25), date(2027, 1, 20), False),
        ("2026-09-01, 2027-01-20", date(2026, 6, 1), date(2026, 9, 1), True),  # too long before to be meant for it
        ("2027-01-20", None, date(2027, 1, 20), False),
        ("2026-01-20", date(2026, 1, 19), None, False),
        ("term-14", date(2026, 8, 10), date(2027, 1, 11), False),
        ("term-14", None, date(2026, 8, 18), True),
        ("Term+7, weekly:Friday", date(2026, 11, 20), date(2026, 11, 27), False),
        ("", None, None, False),
    ],
)
def test_the_day_that_matters_and_whether_it_was_missed(
    text: str, received: date | None, due: date | None, overdue: bool
) -> None:
    starts = {date(2026, 9, 1), date(2027, 1, 25)}
    assert judge(due_days(text, THURSDAY, starts), received, THURSDAY) == (due, overdue)


@pytest.mark.parametrize(
    "text", ["sometimes", "weekly", "weekly:someday", "monthly:31", "2026-02-30", "term-", "daily;"]
)
def test_a_word_that_is_no_due_day_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="Write daily, weekdays, weekly:monday"):
        rules_of(text)


def test_settings_that_make_no_sense_are_named_by_their_key() -> None:
    rules = FeedRules(
        owner={"registrar": "Registrar's office", "pupils": "?"},
        due={"registrar": "someday"},
        entities={"registrar": ("person", "enrollment")},
    )
    assert [key for key, _ in problems(rules)] == ["entities.registrar", "owner.pupils", "due.registrar"]


def test_a_source_is_received_once_all_that_it_brings_is(database: Database) -> None:
    add_batch(database, 1, datetime(2026, 11, 20, 20, 0, tzinfo=UTC), "person", "enrolment", "org")
    add_batch(database, 2, datetime(2026, 11, 25, 20, 0, tzinfo=UTC), "person")
    rules = FeedRules(
        owner={"registrar": "Registrar's office"},
        due={"registrar": "daily"},
        entities={"registrar": ("person", "enrolment")},
        format={"org": "CSV"},
    )
    now = datetime(2026, 11, 25, 21, 0, tzinfo=UTC)
    with database.session() as session:
        found = feeds.standing(session, rules, now, ZONE)
        late = feeds.overdue(session, rules, now, ZONE)
    registrar, org = found[:2]
    assert registrar.received == datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    assert (registrar.owner, registrar.due, registrar.overdue) == ("Registrar's office", date(2026, 11, 25), True)
    assert (org.format, org.due, org.overdue) == ("CSV", None, False)
    assert late == (registrar,)
    listed = [entity for feed in found for entity in feed.entities]
    assert sorted(listed) == sorted(SCHEMAS)


def test_days_are_those_of_the_academy(database: Database) -> None:
    """Half past eight in the evening in UTC is tomorrow in Almaty."""
    add_batch(database, 1, datetime(2026, 11, 24, 20, 30, tzinfo=UTC), "person")
    rules = FeedRules(due={"person": "daily"})
    with database.session() as session:
        at_night = feeds.standing(session, rules, datetime(2026, 11, 25, 18, 0, tzinfo=UTC), ZONE)[0]
        a_day_later = feeds.standing(session, rules, datetime(2026, 11, 26, 20, 0, tzinfo=UTC), ZONE)[0]
    assert not at_night.overdue
    assert (a_day_later.due, a_day_later.overdue) == (date(2026, 11, 26), True)


def test_due_days_follow_the_terms_of_the_records(database: Database) -> None:
    add_batch(database, 1, datetime(2026, 8, 1, tzinfo=UTC), "academic_session")
    with database.session() as session:
        for number, (kind, begin) in enumerate([("term", date(2026, 9, 1)), ("schoolYear", date(2026, 8, 25))]):
            session.add(
                AcademicSession(
                    sourced_id=f"plt:term:{number}",
                    type=kind,
                    name="2026-2027",
                    begin=begin,
                    end=date(2027, 1, 16),
                    batch_id=1,
                    date_last_modified=datetime(2026, 8, 1, tzinfo=UTC),
                )
            )
    with database.session() as session:
        rules = FeedRules(due={"offering": "term-14"})
        found = feeds.standing(session, rules, datetime(2026, 8, 10, tzinfo=UTC), ZONE)[0]
    assert found.due == date(2026, 8, 18)
