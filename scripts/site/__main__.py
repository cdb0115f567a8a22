"""Entry point of the shell commands: `python -m scripts.site demo|stop|test|bench …`."""

from __future__ import annotations

import sys

from scripts.site import demo, testing
from scripts.site.process import CommandFailed
from scripts.site.workspace import SiteError, Workspace


def main(arguments: list[str]) -> int:
    """Do what was asked; the exit code. What goes wrong is said in a sentence."""
    command, *rest = arguments
    try:
        if command == "demo":
            demo.start(Workspace(), rest[0])
        elif command == "stop":
            demo.stop(Workspace())
        elif command == "bench":
            # Imported here: nothing else needs it, and it needs more than Python's own library.
            from scripts.site import bench

            return bench.main(Workspace(), rest)
        else:
            return testing.main(Workspace(), rest)
    except (SiteError, CommandFailed) as error:
        print(f"Cannot go on: {error}\nRun this again to take it up where it stopped.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run this again to take it up where it stopped.", file=sys.stderr)
        return 130
    return 0


sys.exit(main(sys.argv[1:]))
