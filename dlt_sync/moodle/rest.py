"""RestBridge: the `Bridge` of a real Moodle, over the plugin's REST functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from dlt_sync.model import Candidate, Digest, Observed, Outcome
from dlt_sync.moodle import observed, writer
from dlt_sync.moodle.client import MoodleClient
from dlt_sync.moodle.contract import Batch, DigestsSince, Info, Match, PageStatus, SiteEvent


class RestBridge:
    """A Moodle site with the plugin. Threads may share it; leaving its `with` block closes the connections.

    `url` is the site's own address, `token` the service user's. `timeout_s` is the longest wait for an
    answer, `retries` how often a call is repeated after a passing fault. Raises ConfigError for an address
    or a `ca_file` that cannot be used; nothing is sent before the first question.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout_s: float = 120.0,
        ca_file: Path | None = None,
        retries: int = 3,
        pause_s: float = 1.0,
    ) -> None:
        self._client = MoodleClient(url, token, timeout_s=timeout_s, ca_file=ca_file, retries=retries, pause_s=pause_s)

    def __repr__(self) -> str:
        return f"RestBridge({self._client.site!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def info(self) -> Info:
        """Versions, limits and the caller's capabilities. Raises MoodleError for another protocol."""
        return observed.read_info(self._client)

    def digests(self, kind: str, fields: Sequence[str]) -> Mapping[str, Digest]:
        """Digests of all owned objects of a kind: one call."""
        return observed.read_digests(self._client, kind, fields)

    def digests_since(self, kind: str, fields: Sequence[str], marks: Mapping[str, str]) -> DigestsSince:
        """Digests of what changed since its marks were taken: one call."""
        return observed.read_digests_since(self._client, kind, fields, marks)

    def read(
        self, kind: str, *, keys: Sequence[str] | None = None, courses: Sequence[str] | None = None
    ) -> Iterator[Observed]:
        """Owned objects, fetched page by page as they are consumed."""
        return observed.read_objects(self._client, kind, keys, courses)

    def find(self, kind: str, matches: Sequence[Match]) -> Mapping[str, tuple[Candidate, ...]]:
        """Candidates for adoption by key."""
        return observed.find_candidates(self._client, kind, matches)

    def apply(self, batch: Batch) -> tuple[Outcome, ...]:
        """Do a batch; safe to repeat."""
        return writer.apply_batch(self._client, batch)

    def recall(self, batch: Batch) -> tuple[Outcome | None, ...]:
        """What became of a batch whose answer was lost; closes it."""
        return writer.recall_batch(self._client, batch)

    def events(self, after: int) -> Iterator[SiteEvent]:
        """What people did since the cursor."""
        return observed.pull_events(self._client, after)

    def push_status(self, status: PageStatus) -> frozenset[str]:
        """Show runs, topics and requests on the pages; returns the keys of unknown courses."""
        return writer.push_page_status(self._client, status)
