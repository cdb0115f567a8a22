"""Where the command begins: `dlt-sync`, or `python -m dlt_sync`."""

from __future__ import annotations

import gc

#: So many new objects, and Python looks for those that only refer to one another; 700 by default. What a run makes
#: lives to its end: looking through it again and again is a seventh of its processor time (docs/performance.md).
_OBJECTS_BETWEEN_LOOKS = 50_000


def main() -> None:
    """Run the command. Libraries are woken after it is settled how memory is kept, since most objects are theirs."""
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)
    from dlt_sync.cli import main as command

    command()


if __name__ == "__main__":
    main()
