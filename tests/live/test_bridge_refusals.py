"""What a real Moodle says when it refuses, and what becomes of it: the sentences of refusals.py are not guesses."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from dlt_sync.errors import MoodleError, MoodleUnavailable
from dlt_sync.model import Action, Fields, Operation, Status
from dlt_sync.moodle.client import MoodleClient
from dlt_sync.moodle.contract import Batch, PageStatus, RunStatus
from dlt_sync.moodle.rest import RestBridge
from scripts.site.moodle import Site

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def bridge(site: Site) -> Iterator[RestBridge]:
    """A bridge that never repeats a call."""
    with RestBridge(site.url, site.token, retries=0) as client:
        yield client


@pytest.fixture
def readonly(site: Site) -> Iterator[RestBridge]:
    """The bridge of the service user that may only read."""
    with RestBridge(site.url, site.readonly_token, retries=0) as client:
        yield client


@pytest.fixture
def client(site: Site) -> Iterator[MoodleClient]:
    """The bare wire."""
    wire = MoodleClient(site.url, site.token, retries=0)
    yield wire
    wire.close()


def users(number: int, name: str = "Айгүл") -> Batch:
    """A batch that makes users."""
    run = uuid.uuid4().hex[:8]
    fields: list[Fields] = [
        {"username": f"{run}.{n}", "firstname": name, "lastname": "Ә", "middlename": "", "auth": "manual",
         "email": f"{run}.{n}@academy.example", "lang": "kk", "idnumber": f"{run}:{n}", "suspended": False}
        for n in range(number)
    ]  # fmt: skip
    create = [Operation("user", str(f["idnumber"]), Action.CREATE, None, f, "", "", "") for f in fields]
    return Batch(str(uuid.uuid4()), "user", tuple(create))


def test_a_wrong_token_is_told_apart(site: Site) -> None:
    with RestBridge(site.url, "0" * 32, retries=0) as bridge, pytest.raises(MoodleError) as caught:
        bridge.info()
    assert caught.value.errorcode == "invalidtoken"
    assert "does not accept the token" in caught.value.message


def test_an_address_that_is_not_the_sites_own_is_told_apart(site: Site) -> None:
    other = f"http://localhost:{urlsplit(site.url).port}"
    with RestBridge(other, site.token, retries=0) as bridge, pytest.raises(MoodleError, match="not the site's own"):
        bridge.info()


def test_a_path_without_a_moodle_is_told_apart(site: Site) -> None:
    with RestBridge(site.url + "/nothing/here", site.token, retries=0) as bridge, pytest.raises(MoodleError) as caught:
        bridge.info()
    assert "[moodle] url" in caught.value.remedy


def test_a_function_that_moodle_does_not_know_means_that_the_plugin_is_absent(client: MoodleClient) -> None:
    with pytest.raises(MoodleError, match="local_dltsync is not installed"):
        client.post("local_dltsync_no_such_function")


def test_a_function_outside_the_service_is_told_apart(client: MoodleClient) -> None:
    with pytest.raises(MoodleError) as caught:
        client.post("core_user_delete_users")
    assert caught.value.errorcode == "accessexception"


def test_reading_alone_is_enough_for_a_plan_and_for_nothing_more(readonly: RestBridge) -> None:
    assert not readonly.info().capabilities["local/dltsync:apply"]
    assert list(readonly.read("user")) == []
    readonly.digests("user", ("email",))
    with pytest.raises(MoodleError) as caught:
        readonly.apply(users(1))
    assert caught.value.errorcode in ("nopermissions", "accessexception")
    status = PageStatus(runs=(RunStatus(1, "apply", 0, 1, "ok", "", {}, ""),))
    with pytest.raises(MoodleError):
        readonly.push_status(status)


def test_a_capability_taken_away_is_named(site: Site, bridge: RestBridge) -> None:
    site.php(_CAPABILITY, permission=-1000)
    try:
        with pytest.raises(MoodleError, match="lacks the capability local/dltsync:apply") as caught:
            bridge.apply(users(1))
        assert caught.value.errorcode == "nopermissions"
        assert not bridge.info().capabilities["local/dltsync:apply"]
    finally:
        site.php(_CAPABILITY, permission=1)


def test_maintenance_is_a_reason_to_wait(site: Site, bridge: RestBridge) -> None:
    site.cli("admin/cli/maintenance.php", "--enable")
    try:
        with pytest.raises(MoodleUnavailable, match="maintenance"):
            bridge.info()
    finally:
        site.cli("admin/cli/maintenance.php", "--disable")
    assert bridge.info().enrol_enabled


def test_web_services_that_are_switched_off_are_told_apart(site: Site, bridge: RestBridge) -> None:
    site.php("set_config('enablewebservices', 0); return null;")
    try:
        with pytest.raises(MoodleError, match="switched off"):
            bridge.info()
    finally:
        site.php("set_config('enablewebservices', 1); return null;")


@pytest.mark.parametrize(("count", "hash_of"), [("2", None), ("1", "0" * 64)])
def test_a_request_damaged_on_its_way_is_refused_before_anything_is_done(
    client: MoodleClient, monkeypatch: pytest.MonkeyPatch, count: str, hash_of: str | None
) -> None:
    plain = client.post

    def damage(function: str, **parts: str) -> object:
        return plain(function, **{**parts, "count": count, "hash": hash_of or parts["hash"]})

    monkeypatch.setattr(client, "post", damage)
    with pytest.raises(MoodleError) as caught:
        client.exchange("local_dltsync_read", {"kind": "user", "keys": None, "courses": None, "after": 0, "limit": 9})
    assert caught.value.errorcode == "batchdamaged"


def test_a_batch_larger_than_phps_limit_on_variables_arrives_whole(bridge: RestBridge) -> None:
    batch = users(1200)
    outcomes = bridge.apply(batch)
    assert {o.status for o in outcomes} == {Status.DONE}
    there = list(bridge.read("user", keys=[o.key for o in batch.operations]))
    assert len(there) == 1200


def test_all_pages_of_a_long_list_come_once(bridge: RestBridge, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = users(25)
    bridge.apply(batch)
    monkeypatch.setattr("dlt_sync.moodle.observed.PAGE", 7)
    keys = [seen.key for seen in bridge.read("user")]
    assert len(keys) == len(set(keys)) >= 25
    named = [operation.key for operation in batch.operations]
    assert sorted(seen.key for seen in bridge.read("user", keys=named)) == sorted(named)


@pytest.mark.parametrize("name", ["a\x00b", "я" * 10_000])
def test_a_text_that_moodle_cannot_keep_fails_one_operation_and_no_more(bridge: RestBridge, name: str) -> None:
    bad, good = users(1, name), users(1)
    both = Batch(str(uuid.uuid4()), "user", bad.operations + good.operations)
    refused, done = bridge.apply(both)
    assert (refused.status, done.status) == (Status.FAILED, Status.DONE)
    assert list(bridge.read("user", keys=[refused.key])) == []


_CAPABILITY = """
    $context = context_system::instance();
    foreach ($DB->get_records('role_capabilities', ['capability' => 'local/dltsync:apply']) as $row) {
        assign_capability('local/dltsync:apply', (int)$permission, $row->roleid, $context->id, true);
    }
    accesslib_clear_all_caches(true);
    return null;
"""
