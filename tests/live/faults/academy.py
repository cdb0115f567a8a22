"""A very small academy whose records change a little all the time, always the same way for the same seed.

Plain rows, as they stand in the registrar's files; nothing of the program is used here. Who leaves is replaced, so that
no file ever shrinks by as much as makes the program refuse it.
"""

from __future__ import annotations

import copy
import csv
import random
from dataclasses import dataclass
from pathlib import Path

Row = dict[str, str]
#: entity -> key -> row
Tables = dict[str, dict[str, Row]]


@dataclass(frozen=True)
class Size:
    """How many there are. `spare` people and one offering are not in the records at first; `seats` are in a course."""

    students: int = 26
    teachers: int = 4
    spare: int = 8
    offerings: int = 8
    seats: int = 9

    @property
    def subjects(self) -> int:
        """Two offerings of each, in two languages."""
        return (self.offerings + 2) // 2


LANGUAGES = ("kk", "ru")
_FAMILY_NAMES = ("Үлгібаев", "Примеров", "Образцова", "Мысалова", "Тестова", "Сынақов", "Пробнова", "Нұсқаев", "Ерлан")
_GIVEN_NAMES = ("Айгүл", "Өскен", "Лидия", "Ғалым", "Қанат", "Ирина", "Әсел", "Пётр")
_TITLES = ("Сүйектер", "Кровь", "The Heart", "Бұлшықет", "Нервы", "Hygiene", "Су", "Воздух", "Radiation", "Тағам")


class Academy:
    """The registrar's files as tables. `prefix` begins every key."""

    def __init__(self, seed: int, prefix: str, size: Size | None = None) -> None:
        self._random = random.Random(f"academy {seed}")
        self._size = size or Size()
        self.prefix = prefix
        self.tables: Tables = {}
        self.version = 0
        self._waiting: list[Row] = []  # people who are not in the records now
        self._away: list[str] = []  # offerings that are not
        self._found()

    def key(self, kind: str, number: object) -> str:
        """A key of ours."""
        return f"{self.prefix}:{kind}:{number}"

    def snapshot(self) -> Tables:
        """The tables as they are now."""
        return copy.deepcopy(self.tables)

    # -- the beginning ---------------------------------------------------------------------------------

    def _found(self) -> None:
        self._units()
        first = self._size.teachers + self._size.students
        people = [self._person(number) for number in range(first + self._size.spare)]
        self.tables["person"] = {row["sourced_id"]: row for row in people[:first]}
        self._waiting = people[first:]
        self._cohorts()
        self.tables["enrolment"] = {}
        self.tables["offering"] = {}
        for number in range(1, self._size.offerings + 2):
            self._away.append(self.key("offering", number))
        for _ in range(self._size.offerings):
            self._open_offering()
        self._videos()

    def _units(self) -> None:
        units = [("1", "academy", ""), ("2", "faculty", "1"), ("3", "kafedra", "2"), ("4", "kafedra", "2")]
        self.tables["org"] = self._table(
            {
                "sourced_id": self.key("unit", number),
                "type": of_type,
                "parent_id": self.key("unit", parent) if parent else "",
                "name_ru": f"Подразделение {number} {self.prefix}",
                "name_kk": f"Бөлімше {number}",
                "status": "active",
            }
            for number, of_type, parent in units
        )
        self.tables["programme"] = self._table(
            [
                {
                    "sourced_id": self.key("programme", 1),
                    "code": f"6B1{self.prefix.upper()}",
                    "name_ru": "Общая медицина",
                    "level": "integrated",
                    "faculty_id": self.key("unit", 2),
                    "status": "active",
                }
            ]
        )
        self.tables["discipline"] = self._table(
            {
                "sourced_id": self.key("subject", number),
                "code": f"{self.prefix.upper()} {number:02}",
                "name_ru": f"Дисциплина {number}",
                "name_kk": f"Пән {number}",
                "kafedra_id": self.key("unit", 3 + number % 2),
                "ects": "5",
                "status": "active",
            }
            for number in range(1, self._size.subjects + 1)
        )
        year, term = self.key("year", 2026), self.key("term", 1)
        dates = {"begin": "2026-09-01", "status": "active"}
        self.tables["academic_session"] = self._table(
            [
                {"sourced_id": year, "type": "schoolYear", "name": "2026-2027", "end": "2027-08-31", **dates},
                {"sourced_id": term, "type": "term", "name": "2026-2027/1", "parent_id": year, "end": "2027-01-16",
                 **dates},
            ]
        )  # fmt: skip

    def _person(self, number: int) -> Row:
        key = self.key("person", number)
        return {
            "sourced_id": key,
            "type": "teacher" if number < self._size.teachers else "student",
            "family_name": self._random.choice(_FAMILY_NAMES),
            "given_name": self._random.choice(_GIVEN_NAMES),
            "username": f"{self.prefix}{number}",
            "email": f"{self.prefix}{number}@academy.example",
            "preferred_language": self._random.choice(LANGUAGES),
            "primary_org_id": self.key("unit", 3),
            "status": "active",
        }

    def _cohorts(self) -> None:
        self.tables["study_cohort"] = self._table(
            {
                "sourced_id": self.key("cohort", number),
                "name": f"{self.prefix}-{number}",
                "programme_id": self.key("programme", 1),
                "study_year": "1",
                "language": LANGUAGES[number % 2],
                "academic_year": "2026-2027",
                "status": "active",
            }
            for number in range(4)
        )
        self.tables["cohort_member"] = {}
        for student in self.students():
            self._join(student)

    def _join(self, student: str) -> None:
        number = student.rsplit(":", 1)[-1]
        key = self.key("member", number)
        self.tables["cohort_member"][key] = {
            "sourced_id": key,
            "cohort_id": self._random.choice(sorted(self.tables["study_cohort"])),
            "person_id": student,
            "begin": "2026-09-01",
            "leave_from": "",
            "status": "active",
        }

    def _open_offering(self) -> None:
        key = self._away.pop(0)
        number = int(key.rsplit(":", 1)[-1])
        self.tables["offering"][key] = {
            "sourced_id": key,
            "discipline_id": self.key("subject", (number + 1) // 2),
            "session_id": self.key("term", 1),
            "language": LANGUAGES[number % 2],
            "programme_id": self.key("programme", 1),
            "study_year": "1",
            "kafedra_id": self.key("unit", 3 + ((number + 1) // 2) % 2),
            "term_no": "1",
            "status": "active",
        }
        for seat, person in enumerate(self._random.sample(self.students(), self._size.seats)):
            self._seat(key, seat + 1, person)
        self._seat(key, 0, self._random.choice(self._people("teacher")))

    def _seat(self, offering: str, seat: int, person: str) -> None:
        number = offering.rsplit(":", 1)[-1]
        key = self.key("enrolment", f"{number}-{seat}")
        student = seat > 0
        self.tables["enrolment"][key] = {
            "sourced_id": key,
            "offering_id": offering,
            "person_id": person,
            "role": "student" if student else "teacher",
            "cohort_id": self._random.choice(sorted(self.tables["study_cohort"])) if student else "",
            "state": "active",
            "status": "active",
        }

    def _videos(self) -> None:
        for entity in ("topic", "video_asset", "video_placement"):
            self.tables[entity] = {}
        for subject in range(1, self._size.subjects + 1):
            for number in range(1, 5):
                topic = self.key("topic", f"{subject}-{number}")
                self.tables["topic"][topic] = {
                    "sourced_id": topic,
                    "discipline_id": self.key("subject", subject),
                    "number": str(number),
                    "kind": "lecture",
                    "title_ru": self._random.choice(_TITLES),
                    "status": "active",
                }
                for language in LANGUAGES:
                    self._place(subject, number, language)
        del self.tables["video_placement"][self.key("placement", "1-1-kk")]  # there is always one that stands nowhere

    def _place(self, subject: int, number: int, language: str) -> None:
        name = f"{subject}-{number}-{language}"
        video, placement = self.key("video", name), self.key("placement", name)
        self.tables["video_asset"][video] = {
            "sourced_id": video,
            "discipline_id": self.key("subject", subject),
            "kind": "lecture",
            "language": language,
            "title": f"Video {name}",
            "url": f"https://media.academy.example/{self.prefix}/{name}/{self._random.randrange(10_000)}.mp4",
            "state": "published",
            "status": "active",
        }
        self._put(placement)

    # -- change ----------------------------------------------------------------------------------------

    def change(self) -> None:
        """A little of everything: some thirty changes to Moodle."""
        self.version += 1
        for change in (self._rename_people, self._replace_people, self._move_about, self._retitle, self._other_videos):
            change()
        if self._random.random() < 0.3:
            self._swap_offerings()

    def rename_somebody(self) -> None:
        """A change that takes nothing from anybody."""
        self.version += 1
        self._rename_people(some=2)

    def _rename_people(self, some: int = 3) -> None:
        for key in self._random.sample(sorted(self.tables["person"]), some):
            row = self.tables["person"][key]
            row["family_name"] = f"{self._random.choice(_FAMILY_NAMES)}-{self._random.randrange(100)}"

    def _replace_people(self) -> None:
        """Somebody leaves the academy, and somebody else comes, or comes back."""
        leaving = self._random.choice(self.students())
        row = self.tables["person"].pop(leaving)
        self.tables["cohort_member"].pop(self.key("member", leaving.rsplit(":", 1)[-1]))
        self._waiting.append(row)
        coming = self._waiting.pop(self._random.randrange(len(self._waiting) - 1))
        self.tables["person"][coming["sourced_id"]] = coming
        self._join(coming["sourced_id"])
        for seat in self._seats_of(leaving):
            self._give(seat)

    def _move_about(self) -> None:
        """Others take seats; some change the group; some are suspended, or come back."""
        cohorts = sorted(self.tables["study_cohort"])
        seats = [key for key, row in sorted(self.tables["enrolment"].items()) if row["role"] == "student"]
        for seat in self._random.sample(seats, 1 + len(seats) // 10):
            self._give(seat)
        for seat in self._random.sample(seats, 1 + len(seats) // 20):
            self.tables["enrolment"][seat]["cohort_id"] = self._random.choice(cohorts)
        for seat in self._random.sample(seats, 1 + len(seats) // 30):
            row = self.tables["enrolment"][seat]
            row["state"] = "active" if row["state"] == "suspended" else "suspended"
        for key in self._random.sample(sorted(self.tables["cohort_member"]), 3):
            self.tables["cohort_member"][key]["cohort_id"] = self._random.choice(cohorts)
        member = self.tables["cohort_member"][self._random.choice(sorted(self.tables["cohort_member"]))]
        member["leave_from"] = "" if member["leave_from"] else "2026-10-05"
        cohort = self._random.choice(cohorts)
        number = cohort.rsplit(":", 1)[-1]
        self.tables["study_cohort"][cohort]["name"] = f"{self.prefix}-{number}-{self._random.randrange(100)}"

    def _give(self, seat: str) -> None:
        """Another student, who is not in the course yet, gets a seat."""
        row = self.tables["enrolment"][seat]
        there = {r["person_id"] for r in self.tables["enrolment"].values() if r["offering_id"] == row["offering_id"]}
        free = [person for person in self.students() if person not in there]
        row["person_id"] = self._random.choice(free)

    def _retitle(self) -> None:
        for key in self._random.sample(sorted(self.tables["topic"]), 2):
            self.tables["topic"][key]["title_ru"] = f"{self._random.choice(_TITLES)} {self._random.randrange(100)}"
        subject = self._random.randrange(1, self._size.subjects + 1)
        first, second = (self.tables["topic"][self.key("topic", f"{subject}-{n}")] for n in (1, 2))
        first["number"], second["number"] = second["number"], first["number"]

    def _other_videos(self) -> None:
        """One is replaced by another address, one is withdrawn, one comes back."""
        videos = self.tables["video_asset"]
        moved = videos[self._random.choice(sorted(videos))]
        moved["url"] = moved["url"].rsplit("/", 1)[0] + f"/{self._random.randrange(10_000, 99_999)}.mp4"
        for state in ("published", "withdrawn"):
            others = [key for key, row in sorted(videos.items()) if row["state"] != state]
            if others:
                videos[self._random.choice(others)]["state"] = state
        self._swap_places()

    def _swap_places(self) -> None:
        """One video is taken from its topic, and the one that stood nowhere is placed again."""
        placed = self.tables["video_placement"]
        (spare,) = (key for video in self.tables["video_asset"] if (key := self._place_of(video)) not in placed)
        del placed[self._random.choice(sorted(placed))]
        self._put(spare)

    def _place_of(self, video: str) -> str:
        return self.key("placement", video.rsplit(":", 1)[-1])

    def _put(self, placement: str) -> None:
        name = placement.rsplit(":", 1)[-1]
        self.tables["video_placement"][placement] = {
            "sourced_id": placement,
            "video_id": self.key("video", name),
            "topic_id": self.key("topic", name.rpartition("-")[0]),
            "status": "active",
        }

    def _swap_offerings(self) -> None:
        """One course leaves the records, and the one that had left comes back."""
        leaving = self._random.choice(sorted(self.tables["offering"]))
        del self.tables["offering"][leaving]
        self.tables["enrolment"] = {k: r for k, r in self.tables["enrolment"].items() if r["offering_id"] != leaving}
        self._open_offering()
        self._away.append(leaving)

    def students(self) -> list[str]:
        """Keys of the students who are in the records."""
        return self._people("student")

    def _people(self, of_type: str) -> list[str]:
        return sorted(key for key, row in self.tables["person"].items() if row["type"] == of_type)

    def _seats_of(self, person: str) -> list[str]:
        return sorted(key for key, row in self.tables["enrolment"].items() if row["person_id"] == person)

    @staticmethod
    def _table(rows: object) -> dict[str, Row]:
        return {row["sourced_id"]: row for row in rows}  # type: ignore[attr-defined]


def write(academy: Academy, folder: Path) -> None:
    """Write the registrar's files; each is complete as soon as it is there.

    Rows come in another order after each change: a file that happens to say what an earlier one said is no old file.
    """
    folder.mkdir(exist_ok=True)
    for entity, rows in academy.tables.items():
        keys = sorted(rows)
        if len(keys) > 7:  # shorter ones never come to say again what they once said
            random.Random(f"{entity} {academy.version}").shuffle(keys)
        columns = list(dict.fromkeys(name for row in rows.values() for name in row))
        unfinished = folder / f".{entity}.part"
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows[key] for key in keys)
        unfinished.replace(folder / f"{entity}.csv")
