"""Learners and teachers, none of whom exists: first those with a story, then the many."""

from __future__ import annotations

import random
from collections.abc import Iterator

from making.iin import make_iin
from making.names import Name, NameSource
from making.studies import (
    FACULTY_OF,
    GENERAL,
    HYGIENE,
    MORPHOLOGY,
    PHARMACOLOGY,
    STREAMS,
    Stream,
    cohort_ids,
    make_studies,
)
from making.tables import Row, Tables, row

MAIL_DOMAIN = "academy.example"

#: Kafedra of each teacher by number; the first three have stories of their own.
KAFEDRA_OF = {
    number: kafedra
    for kafedra, numbers in (
        (PHARMACOLOGY, (1, 2, *range(4, 11))),
        (GENERAL, range(11, 18)),
        (MORPHOLOGY, (3, *range(18, 24))),
        (HYGIENE, range(24, 31)),
    )
    for number in numbers
}
FEMALE, MALE = True, False

#: Learner by number: name, language, and the group, as (place of the stream, place in it)
_LEARNERS_WITH_A_STORY = {
    1: (Name("Сағынбекқызы", "Әйгерім", "", FEMALE), "kk", (4, 0)),
    2: (Name("Ыдырысов", "Ғалымжан", "Төлеуұлы", MALE), "kk", (4, 0)),
    3: (Name("Пробнова", "Мария", "Тестовна", FEMALE), "ru", (6, 0)),
    4: (Name("RAHULTEST", "", "", MALE), "en", (3, 0)),
    5: (Name("Ыдырысов", "Ғалымжан", "Төлеуұлы", MALE), "kk", (4, 1)),
}
_TEACHERS_WITH_A_STORY = {
    1: Name("Үлгібаев", "Өскен", "Мысалұлы", MALE),
    2: Name("Примерова", "Лидия", "Образцовна", FEMALE),
    3: Name("Demo", "Anwar", "", MALE),
}
_IIN_OF_THE_FIRST = "990214600007"
#: In the English stream this many learners come from abroad and have no IIN yet.
_FOREIGN = 20


class Register:
    """Writes people down, each with a name and an IIN that nobody else has."""

    def __init__(self, rng: random.Random) -> None:
        known = [name for name, _, _ in _LEARNERS_WITH_A_STORY.values()] + list(_TEACHERS_WITH_A_STORY.values())
        self._rng = rng
        self._names = NameSource(rng, {(n.family, n.given, n.patronymic) for n in known})
        self._iins = {_IIN_OF_THE_FIRST}

    def new_name(self, language: str) -> Name:
        """A name nobody has, in that language."""
        return self._names.take(language)

    def learner(self, number: int, name: Name, language: str, org: str, iin: str | None = None) -> Row:
        """The row of learner 910000 + `number`; `iin` None makes one up, "" is a person without."""
        number = 910000 + number
        row = self._person(f"plt:student:{number}", f"s{number}", name, language, org, iin)
        return row | {"type": "student"}

    def teacher(self, number: int, name: Name, language: str, org: str, iin: str | None = None) -> Row:
        """The row of teacher 820000 + `number`."""
        number = 820000 + number
        row = self._person(f"plt:tutor:{number}", f"t{number}", name, language, org, iin)
        return row | {"type": "teacher"}

    def _person(self, key: str, username: str, name: Name, language: str, org: str, iin: str | None) -> Row:
        return row(
            "person", sourced_id=key, family_name=name.family, given_name=name.given,
            patronymic=name.patronymic, username=username, email=f"{username}@{MAIL_DOMAIN}",
            preferred_language=language, primary_org_id=org,
            iin=make_iin(self._rng, name.female, self._iins) if iin is None else iin,
        )  # fmt: skip


def make_people(register: Register) -> Tables:
    """Persons, employments and members of the academic groups."""
    teachers = [_teacher(register, number) for number in range(1, 31)]
    learners = list(_learners(register))
    return {
        "person": teachers + [person for person, _ in learners],
        "employment": list(_employments()),
        "cohort_member": [
            make_member(place, group, person["sourced_id"]) for place, (person, group) in enumerate(learners, start=1)
        ],
    }


def _teacher(register: Register, number: int) -> Row:
    kafedra = KAFEDRA_OF[number]
    if number == 3:
        contractor = register.teacher(number, _TEACHERS_WITH_A_STORY[3], "en", kafedra, iin="")
        return contractor | {"type": "contractor"}
    language = "ru" if number == 2 or number % 3 == 0 else "kk"
    name = _TEACHERS_WITH_A_STORY.get(number) or register.new_name(language)
    return register.teacher(number, name, language, kafedra)


def _employments() -> Iterator[Row]:
    heads = {org["head_id"] for org in make_studies()["org"]}
    for number, kafedra in sorted(KAFEDRA_OF.items()):
        person = f"plt:tutor:{820000 + number}"
        position = "head of kafedra" if person in heads else "senior lecturer" if number % 2 else "lecturer"
        employment = make_employment(number, person, kafedra, position)
        if number == 1:
            employment["rate"] = "0.75"
        if number == 3:
            employment |= {"position": "visiting lecturer", "rate": "0.5", "end": "2027-06-30"}
        yield employment
    second = make_employment(31, "plt:tutor:820001", HYGIENE, "senior lecturer")
    yield second | {"rate": "0.25", "is_main": "0"}


def make_employment(number: int, person: str, kafedra: str, position: str) -> Row:
    """A full-time main employment since the beginning of the year."""
    return row(
        "employment", sourced_id=f"plt:employment:{number}", person_id=person, org_id=kafedra,
        position=position, rate="1", is_main="1", begin="2026-09-01", order_no=f"{100 + number}-ж",
    )  # fmt: skip


def make_member(number: int, group: str, person: str, begin: str = "2026-09-01") -> Row:
    """Membership of a learner in an academic group."""
    return row(
        "cohort_member", sourced_id=f"plt:member:{number}", cohort_id=group, person_id=person, begin=begin,
        order_no="212-с",
    )  # fmt: skip


def _learners(register: Register) -> Iterator[tuple[Row, str]]:
    """Each learner and the group, in the order of their numbers."""
    seats = [(place, stream, group) for place, stream in enumerate(STREAMS) for group in _seats(stream)]
    for number, (name, language, (place, group_place)) in _LEARNERS_WITH_A_STORY.items():
        stream = STREAMS[place]
        group = cohort_ids(stream)[group_place]
        seats.remove((place, stream, group))
        iin = {1: _IIN_OF_THE_FIRST, 4: ""}.get(number)
        yield register.learner(number, name, language, home_of(stream), iin), group
    foreign_left = _FOREIGN - 1  # the one above is foreign too
    for number, (_, stream, group) in enumerate(seats, start=len(_LEARNERS_WITH_A_STORY) + 1):
        foreign = stream.language == "en" and foreign_left > 0
        foreign_left -= foreign
        name = register.new_name("en" if foreign else "ru" if stream.language == "ru" else "kk")
        iin = "" if foreign else None
        yield register.learner(number, name, stream.language, home_of(stream), iin), group


def _seats(stream: Stream) -> list[str]:
    return [group for group in cohort_ids(stream) for _ in range(stream.group_size)]


def home_of(stream: Stream) -> str:
    """The faculty the learners of a stream belong to."""
    return FACULTY_OF[PHARMACOLOGY if stream.programme != STREAMS[0].programme else MORPHOLOGY]
