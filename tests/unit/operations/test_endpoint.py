"""/healthz and /metrics over real HTTP on loopback."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete

from dlt_sync.daemon import endpoint as endpoint_module
from dlt_sync.daemon.endpoint import Endpoint, open_endpoint
from dlt_sync.daemon.metrics import Metrics
from dlt_sync.daemon.tables import Job
from dlt_sync.db import Database
from dlt_sync.errors import ConfigError
from dlt_sync.health import HealthLine
from dlt_sync.journal.tables import JournalEntry
from dlt_sync.records.tables import Discipline, LinkCheck, Org, Quarantine, VideoAsset
from dlt_sync.settings import MonitoringSettings, Settings
from tests.memory import MemoryBridge
from tests.unit.operations.conftest import SettingsOf
from tests.unit.operations.records_of_runs import NOW, add_batch, add_run, park_plan

WELL = HealthLine("database", True, {"kind": "sqlite"})
ILL = HealthLine("database", False, {"why": "The database cannot be used: disk I/O error"})
LATE = HealthLine("feed", False, {"name": "person", "owner": "Registrar's office", "due": "2026-11-25", "received": ""})


@contextmanager
def serving(*lines: HealthLine, monitoring: MonitoringSettings | None = None) -> Iterator[Endpoint]:
    """An endpoint on a free port that sees these lines."""
    served = Endpoint(monitoring or MonitoringSettings(port=0), lambda: lines, CollectorRegistry(), lambda: NOW)
    try:
        yield served
    finally:
        served.close()


def get(port: int, path: str, *, method: str = "GET", host: str = "", address: str = "127.0.0.1") -> tuple[int, str]:
    connection = http.client.HTTPConnection(address, port, timeout=5)
    connection.request(method, path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def health_of(port: int) -> tuple[int, dict[str, Any]]:
    status, body = get(port, "/healthz")
    return status, json.loads(body)


def test_a_daemon_that_is_well_answers_200() -> None:
    with serving(WELL) as served:
        status, data = health_of(served.port)
    assert status == 200
    assert (data["status"], data["reasons"], data["looked_at"]) == ("ok", [], "2026-11-26T03:00:00Z")
    assert data["lines"] == [{"code": "database", "ok": True, "kind": "sqlite"}]


def test_a_daemon_that_is_not_well_answers_503_with_the_reason() -> None:
    with serving(WELL, ILL) as served:
        status, data = health_of(served.port)
    assert status == 503
    assert data["reasons"] == ["database: The database cannot be used: disk I/O error"]


def test_what_waits_for_people_is_told_and_wakes_nobody() -> None:
    with serving(WELL, LATE) as served:
        status, data = health_of(served.port)
    assert status == 200
    assert data["reasons"] == ["feed: person was due 2026-11-25 (owner: Registrar's office; received last: )"]


def test_who_asks_often_does_not_make_moodle_work(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def look() -> Sequence[HealthLine]:
        looks.append(1)
        return (WELL,)

    served = Endpoint(MonitoringSettings(port=0), look, CollectorRegistry(), lambda: NOW)
    try:
        assert [health_of(served.port)[0] for _ in range(3)] == [200, 200, 200]
        assert len(looks) == 1
        monkeypatch.setattr(endpoint_module, "KEPT_S", 0)
        health_of(served.port)
        assert len(looks) == 2
    finally:
        served.close()


def test_a_request_for_another_host_is_refused() -> None:
    with serving(WELL) as served:
        assert get(served.port, "/healthz", host="evil.example")[0] == 403
        assert get(served.port, "/healthz", host=f"localhost:{served.port}")[0] == 200


def test_other_pages_and_methods_do_nothing() -> None:
    with serving(WELL) as served:
        assert get(served.port, "/")[0] == 404
        assert get(served.port, "/healthz", method="POST")[0] == 501
        assert get(served.port, "/healthz?x=1", method="HEAD") == (200, "")


def test_a_defect_is_a_sentence_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> Sequence[HealthLine]:
        raise RuntimeError("secret 990101500006")

    served = Endpoint(MonitoringSettings(port=0), fail, CollectorRegistry(), lambda: NOW)
    try:
        assert get(served.port, "/healthz") == (500, "Something unforeseen went wrong (RuntimeError).\n")
    finally:
        served.close()
    assert "could not be answered" in caplog.text


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1", "academy.example"])
def test_an_address_that_others_can_reach_is_refused(settings_of: SettingsOf, address: str) -> None:
    with (
        pytest.raises(ConfigError, match="not for other machines"),
        serving(monitoring=MonitoringSettings(address=address, port=0)),
    ):
        pass
    with pytest.raises(ConfigError) as caught:
        settings_of(f"[monitoring]\naddress = {address}\n")
    assert "can be reached from other machines" in caught.value.problems[0]


def test_ipv6_loopback_is_this_machine_too() -> None:
    try:
        with serving(WELL, monitoring=MonitoringSettings(address="::1", port=0)) as served:
            assert get(served.port, "/healthz", address="::1")[0] == 200
    except OSError:
        pytest.skip("this machine has no IPv6")


def test_a_port_that_is_in_use_is_a_warning_and_the_nights_go_on(
    sqlite: Database, settings_of: SettingsOf, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(WELL) as served:
        settings = settings_of(f"[monitoring]\nport = {served.port}\n")
        assert open_endpoint(settings, sqlite, None, lambda: NOW) is None
    assert "cannot be used (Address already in use)" in caplog.text


def test_without_a_port_nothing_is_served(sqlite: Database, settings_of: SettingsOf) -> None:
    assert open_endpoint(settings_of("[monitoring]\nport =\n"), sqlite, None, lambda: NOW) is None


def test_a_daemon_in_trouble_says_so_itself(sqlite: Database, settings_of: SettingsOf) -> None:
    add_run(sqlite, "ok", hours_ago=1)
    trouble = "no job has run for 10 minutes"
    served = open_endpoint(
        settings_of("[monitoring]\nport = 0\n"), sqlite, MemoryBridge(), lambda: NOW, trouble=lambda: trouble
    )
    assert served is not None
    try:
        status, data = health_of(served.port)
    finally:
        served.close()
    assert (status, data["reasons"]) == (503, [f"daemon: {trouble}"])


def values_of(text: str) -> dict[str, float]:
    """Every sample of ours as `name{label=value}`."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return {name: value for name, value in found.items() if name.startswith("dlt_sync_")}


def add_entries(database: Database, run_id: int, *entries: tuple[str, str, str]) -> None:
    with database.session() as session:
        session.add_all(
            JournalEntry(run_id=run_id, written_at=NOW, kind=kind, key="k", action=action, after={}, result=result)
            for kind, action, result in entries
        )


@pytest.fixture
def settings(settings_of: SettingsOf) -> Settings:
    return settings_of("[monitoring]\nport = 0\n[feeds]\ndue.person = daily\n")


def test_metrics_are_what_the_database_holds(database: Database, settings: Settings) -> None:
    add_run(database, "ok", hours_ago=30)
    number = add_run(database, "failed", hours_ago=5)
    add_entries(
        database, number, ("user", "create", "done"), ("user", "create", "done"), ("course", "update", "failed")
    )
    park_plan(database, number)
    add_batch(database, 1, datetime(2026, 11, 1, tzinfo=UTC), "person")
    with database.session() as session:
        rows = ((2, "error", "open"), (2, "error", "open"), (3, "warning", "open"), (4, "error", "resolved"))
        for row, severity, state in rows:
            session.add(
                Quarantine(
                    batch_id=1, entity="person", file="person.csv", row=row, rule="r", severity=severity, state=state,
                    message="", first_seen=NOW,
                )
            )  # fmt: skip
        session.add(Job(name="reconcile", succeeded_at=NOW - timedelta(hours=1)))
        session.add(Job(name="links", started_at=NOW))
    served = open_endpoint(settings, database, None, lambda: NOW, leads=lambda: True)
    assert served is not None
    try:
        status, text = get(served.port, "/metrics")
    finally:
        served.close()
    assert status == 200
    assert "process_resident_memory_bytes" in text
    assert values_of(text) == {
        "dlt_sync_leader": 1,
        "dlt_sync_database_up": 1,
        "dlt_sync_last_run_timestamp_seconds{verdict=ok}": (NOW - timedelta(hours=30)).timestamp(),
        "dlt_sync_last_run_timestamp_seconds{verdict=failed}": (NOW - timedelta(hours=5)).timestamp(),
        "dlt_sync_last_good_run_timestamp_seconds": (NOW - timedelta(hours=30)).timestamp(),
        "dlt_sync_run_duration_seconds": 600,
        "dlt_sync_operations_total{action=create,kind=user,result=done}": 2,
        "dlt_sync_operations_total{action=update,kind=course,result=failed}": 1,
        "dlt_sync_parked_plans": 1,
        "dlt_sync_quarantined_rows": 1,
        "dlt_sync_broken_links": 0,
        "dlt_sync_feeds_overdue": 1,
        "dlt_sync_job_last_success_timestamp_seconds{job=reconcile}": (NOW - timedelta(hours=1)).timestamp(),
    }


def samples(metrics: Metrics) -> dict[str, float]:
    return {
        f"{sample.name} {' '.join(sample.labels.values())}".strip(): sample.value
        for metric in metrics.collect()
        for sample in metric.samples
    }


def test_what_was_counted_stays_counted_when_old_entries_are_cleared(sqlite: Database, settings: Settings) -> None:
    number = add_run(sqlite, "ok", hours_ago=5)
    metrics = Metrics(sqlite, settings, lambda: NOW, lambda: False)
    add_entries(sqlite, number, ("user", "create", "done"))
    assert samples(metrics)["dlt_sync_operations_total user create done"] == 1
    add_entries(sqlite, number, ("user", "create", "done"), ("user", "remove", "done"))
    assert samples(metrics)["dlt_sync_operations_total user create done"] == 2
    with sqlite.session() as session:
        session.execute(delete(JournalEntry))
    after = samples(metrics)
    assert after["dlt_sync_operations_total user create done"] == 2
    assert after["dlt_sync_leader"] == 0


def test_links_count_as_broken_while_a_published_video_needs_them(sqlite: Database, settings: Settings) -> None:
    add_batch(sqlite, 1, NOW, "video_asset")
    seen = {"batch_id": 1, "date_last_modified": NOW}
    with sqlite.session() as session:
        session.add(Org(sourced_id="org", type="kafedra", **seen))
        session.add(Discipline(sourced_id="d", code="d", code_as_printed="d", kafedra_id="org", **seen))
        for number, (state, streak) in enumerate([("published", 3), ("withdrawn", 3), ("published", 2)]):
            url = f"https://media.example/{number}"
            session.add(
                LinkCheck(
                    url=url, host="media.example", provider="html5_file", checked_at=NOW, verdict="gone",
                    verdict_since=NOW, fail_streak=streak, first_failed_at=NOW - timedelta(days=3),
                )
            )  # fmt: skip
            session.add(
                VideoAsset(
                    sourced_id=f"v{number}", discipline_id="d", kind="lecture", language="kk", title="t", url=url,
                    state=state, **seen,
                )
            )  # fmt: skip
    assert samples(Metrics(sqlite, settings, lambda: NOW, lambda: False))["dlt_sync_broken_links"] == 1


def test_a_database_that_cannot_be_read_is_a_metric_of_its_own(tmp_path: Path, settings: Settings) -> None:
    metrics = Metrics(Database(f"sqlite:///{tmp_path / 'none' / 'x'}"), settings, lambda: NOW, lambda: True)
    assert samples(metrics) == {"dlt_sync_leader": 1, "dlt_sync_database_up": 0}
