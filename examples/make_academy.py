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
from making.readme import readme
from making.registrar import write_registrar_export
from making.studies import make_studies
from making.tables import Tables
from making.topics import give_lecture_hours, make_topics
from making.videos import make_videos
from making.week_two import ON_LEAVE_SINCE_AUTUMN, make_week_two

SEED = 44_2026


def main(folder: Path) -> None:
    """Write every example below `folder`."""
    rng = random.Random(SEED)  # noqa: S311 - made-up people, not secrets
    register = Register(rng)
    academy = make_academy(register)
    week_two, ledger = make_week_two(academy, register)
    write_csv(folder / "academy", academy)
    write_csv(folder / "academy-week-2", week_two)
    write_registrar_export(folder / "registrar-export", academy)
    (folder / "README.md").write_text(readme(academy, ledger), encoding="utf-8")


def make_academy(register: Register) -> Tables:
    """The first week's tables."""
    academy = make_studies() | make_people(register)
    academy["enrolment"] = make_enrolments(academy)
    for member in academy["cohort_member"]:
        if member["person_id"] == ON_LEAVE_SINCE_AUTUMN:
            member |= {"leave_from": "2026-10-05", "leave_to": "2027-08-31", "order_no": "241-с"}
    give_lecture_hours(academy)
    academy["topic"] = make_topics(academy)
    academy |= make_videos(academy, random.Random(SEED + 1))  # noqa: S311 - made-up dates
    return academy


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
