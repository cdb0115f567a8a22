"""The pace at which Moodle is asked: several requests at once, fewer while it is slow. Pure."""

from __future__ import annotations

#: So many times its best pace per operation, and Moodle counts as slow; so many times, and it has recovered.
SLOW = 4.0
RECOVERED = 2.0


class Pace:
    """How many requests may be on their way at once: `now`, at most `most`, at least one.

    Judged by the time an operation takes, since batches differ in size. One request less after each answer that was
    slow, one more after each that was not.
    """

    def __init__(self, most: int) -> None:
        self.now = self._most = max(1, most)
        self._best = float("inf")

    def answered(self, operations: int, seconds: float) -> None:
        """Take in how long Moodle took for a batch."""
        each = seconds / max(1, operations)
        self._best = min(self._best, each)
        if each > SLOW * self._best:
            self.now = max(1, self.now - 1)
        elif each <= RECOVERED * self._best:
            self.now = min(self._most, self.now + 1)
