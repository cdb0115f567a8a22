#!/usr/bin/env python3
"""Makes the example academy's files: the same bytes every time.

    python examples/make_academy.py [FOLDER]

FOLDER is this file's own when it is not given. Everything the files say is made up.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from making.enrolments import make_enrolments
from making.files import write_csv
from making.people import Register, make_people
from making.studies import make_studies

SEED = 44_2026


def main(folder: Path) -> None:
    """Write every example below `folder`."""
    rng = random.Random(SEED)  # noqa: S311 - made-up people, not secrets
    register = Register(rng)
    academy = make_studies() | make_people(register)
    academy["enrolment"] = make_enrolments(academy)
    write_csv(folder / "academy", academy)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
