"""The plugin's pages inside MemoryBridge: what they were told, and what people do on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dlt_sync.moodle.contract import PageStatus, RequestStatus, RunStatus, SiteEvent, TopicStatus

#: The names that a request's texts have in an event, where they are other ones than ours.
_IN_EVENTS = {"asked_by": "askedby"}
_NOT_IN_EVENTS = ("key", "stage", "reason", "specialist", "planned", "by", "time")


class MemoryPages:
    """Runs by number, topics by course, requests by key. `notified` names request and stage for each notification, and
    `announced` the runs that people were told of.

    `site_time` is Moodle's clock; each thing that somebody does on a page takes a second.
    """

    recorded: list[SiteEvent]

    def __init__(self) -> None:
        super().__init__()
        self.site_time = 1_790_000_000
        self.statuses: dict[int, RunStatus] = {}
        self.topics: dict[str, tuple[TopicStatus, ...]] = {}
        self.requests: dict[str, RequestStatus] = {}
        self.notified: list[tuple[str, str]] = []
        self.announced: list[int] = []

    def show(self, status: PageStatus) -> None:
        """Take over what the program tells; nobody is told of it back."""
        for run in status.runs:
            if run.run not in self.statuses:
                self.announced.append(run.run)
            self.statuses[run.run] = run
        self.topics |= status.courses
        for request in status.requests:
            known = self.requests.get(request.key)
            if known is None or request.time > known.time:
                self.requests[request.key] = request
                self.notified.append((request.key, request.stage))

    def hand_ask(self, asked_by: str, **texts: str) -> str:
        """Somebody asks for something on a page. Returns the request's key."""
        key = f"moodle:request:{1 + sum(known.startswith('moodle:') for known in self.requests)}"
        moment = self._later()
        asked = RequestStatus(key, texts.pop("type"), asked_by=asked_by, by=asked_by, time=moment, **texts)
        self.requests[key] = asked
        data = {_IN_EVENTS.get(name, name): getattr(asked, name) for name in RequestStatus.__slots__}
        self._tell("requested", key, asked_by, {n: v for n, v in data.items() if n not in _NOT_IN_EVENTS})
        return key

    def hand_stage(self, key: str, stage: str, by: str, **more: str) -> None:
        """Somebody brings a request to a stage on a page, with reason, specialist or planned."""
        moment = self._later()
        known = replace(self.requests[key], **{"reason": "", **more}, stage=stage, by=by, time=moment)
        self.requests[key] = known
        self.notified.append((key, stage))
        data = {name: getattr(known, name) for name in ("stage", "reason", "specialist", "planned")}
        self._tell("staged", key, by, data)

    def _later(self) -> int:
        self.site_time += 1
        return self.site_time

    def _tell(self, name: str, key: str, by: str, data: Mapping[str, str]) -> None:
        event_id = len(self.recorded) + 1
        self.recorded.append(SiteEvent(event_id, name, self.site_time, "request", key, by, dict(data)))
