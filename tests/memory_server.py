"""A MemoryBridge behind HTTP: a process of its own can talk to it, and something may stand between the two."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from dlt_sync.errors import MoodleError
from dlt_sync.model import Action, Candidate, Observed, Operation, Outcome, fields_from_json
from dlt_sync.moodle.contract import Batch, Match
from tests.memory import MemoryBridge
from tests.stub_moodle import Received

_ACTIONS = {"create": Action.CREATE, "adopt": Action.ADOPT, "update": Action.UPDATE, "delete": Action.DELETE}


@contextmanager
def served(bridge: MemoryBridge) -> Iterator[str]:
    """Serve a bridge on a free port of loopback; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name http.server looks for
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            if len(body) < length:
                return
            form = Received(self.path, dict(self.headers), body).form
            answer = json.dumps(_answer(bridge, form["wsfunction"], form.get("request", "{}"))).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that gave up."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _answer(bridge: MemoryBridge, function: str, request: str) -> object:
    try:
        found = _FUNCTIONS[function.removeprefix("local_dltsync_")](bridge, json.loads(request))
    except MoodleError as error:
        return {"exception": "moodle_exception", "errorcode": error.errorcode, "message": error.message}
    return {"response": json.dumps(found)}


def _digests(bridge: MemoryBridge, asked: Mapping[str, Any]) -> object:
    found = bridge.digests_since(asked["kind"], asked["fields"], asked["marks"])
    digests = {scope: [one.count, one.low, one.high] for scope, one in found.digests.items()}
    return {"digests": digests, "marks": dict(found.marks)}


def _read(bridge: MemoryBridge, asked: Mapping[str, Any]) -> object:
    if "match" in asked:
        wanted = [Match(one["key"], tuple(map(tuple, one["by"])), one["course"]) for one in asked["match"]]
        found = bridge.find(asked["kind"], wanted)
        return {"candidates": {key: list(map(_candidate, some)) for key, some in found.items()}}
    objects = bridge.read(asked["kind"], keys=asked["keys"], courses=asked["courses"])
    return {"objects": list(map(_observed, objects)), "next": None}


def _candidate(one: Candidate) -> object:
    return {
        "moodleid": one.moodle_id,
        "matchedby": one.matched_by,
        "owner": one.owner,
        "protected": one.protected,
        "fields": dict(one.fields),
    }


def _observed(one: Observed) -> object:
    fields = None if one.fields is None else dict(one.fields)
    return {"key": one.key, "moodleid": one.moodle_id, "fields": fields, "facts": dict(one.facts)}


def _apply(bridge: MemoryBridge, asked: Mapping[str, Any]) -> object:
    operations = tuple(_operation(asked["kind"], one) for one in asked["operations"])
    batch = Batch(asked["batch"], asked["kind"], operations)
    outcomes = bridge.recall(batch) if asked["recall"] else bridge.apply(batch)
    return {"answers": [_outcome(*pair) for pair in zip(operations, outcomes, strict=True)]}


def _operation(kind: str, one: Mapping[str, Any]) -> Operation:
    before = None if one["expect"] is None else fields_from_json(one["expect"])
    after = fields_from_json(one["fields"])
    return Operation(kind, one["key"], _ACTIONS[one["op"]], before, after, "", "", "", moodle_id=one["moodleid"])


def _outcome(operation: Operation, outcome: Outcome | None) -> object:
    told = outcome or Outcome(operation.kind, operation.key, "missing")  # type: ignore[arg-type]
    return {
        "key": told.key,
        "status": str(told.status),
        "moodleid": told.moodle_id,
        "fields": None if told.fields is None else dict(told.fields),
        "errorcode": told.errorcode,
        "message": told.message,
        "ms": told.duration_ms,
    }


def _events(bridge: MemoryBridge, asked: Mapping[str, Any]) -> object:
    return {"events": [asdict(event) for event in bridge.events(asked["after"])], "next": None}


def _push_status(bridge: MemoryBridge, asked: Mapping[str, Any]) -> object:
    return {"unknown": [key for key in asked.get("courses", ()) if bridge.row_of("course", key) is None]}


_FUNCTIONS: Mapping[str, Callable[[MemoryBridge, Any], object]] = {
    "get_info": lambda bridge, _: asdict(bridge.info()),
    "get_digests": _digests,
    "read": _read,
    "apply": _apply,
    "pull_events": _events,
    "push_status": _push_status,
}
