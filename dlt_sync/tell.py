"""What the plugin's pages in Moodle are to show, brought there in portions that the site takes.

Input: a PageStatus of any size. Told is told: whoever asks is handed each portion once Moodle has it, so that what
comes after a fault need not be told from the start.
"""

from __future__ import annotations

from collections.abc import Iterator

from dlt_sync.moodle.contract import Bridge, PageStatus
from dlt_sync.moodle.wire import status_portions

#: Items that one request holds at most: Moodle writes, and tells askers of, so many at once.
MOST = 500


def tell(bridge: Bridge, status: PageStatus) -> Iterator[PageStatus]:
    """Push what pages are to show; yields each portion when Moodle has taken it. Raises MoodleError."""
    if not status.count:
        return
    for portion in status_portions(status, MOST, bridge.info().max_batch_bytes):
        bridge.push_status(portion)
        yield portion
