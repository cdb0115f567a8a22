"""Names of people who do not exist, plausible to sort and to search.

Family names and fathers' names are made of words like "sample", "draft" and "fairy tale". Deterministic: the
same seed gives the same people in the same order. No two people get the same full name.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name as a registrar writes it."""

    family: str
    given: str
    patronymic: str
    female: bool


KK_FAMILIES = [
    "Үлгібаев",
    "Сынақбаев",
    "Мысалов",
    "Ойданбаев",
    "Нұсқабаев",
    "Жорамалов",
    "Өрнекбаев",
    "Іздебаев",
    "Қиялбеков",
    "Ертегіев",
    "Жұмбақов",
    "Һикаяев",
    "Әңгімеев",
    "Ғаламбеков",
    "Таңбаев",
    "Бейнебаев",
    "Елесбаев",
    "Сағымбаев",
    "Шартбаев",
    "Жобалаев",
]
KK_MEN = [
    "Ғалымжан",
    "Өскен",
    "Нұрлан",
    "Әділет",
    "Ұлан",
    "Қайрат",
    "Дәурен",
    "Жәнібек",
    "Ілияс",
    "Төлеген",
    "Мұрат",
    "Еңсебай",
    "Үсен",
    "Арман",
]
KK_WOMEN = [
    "Әйгерім",
    "Гүлнұр",
    "Қарлығаш",
    "Ұлжан",
    "Үміт",
    "Іңкәр",
    "Назгүл",
    "Жансая",
    "Ғазиза",
    "Аяулым",
    "Меруерт",
    "Сәуле",
    "Ақбөпе",
    "Таңшолпан",
]
KK_FATHERS = ["Мысал", "Үлгі", "Серік", "Болат", "Қасым", "Өтеген", "Әлім", "Жұмабай", "Нұсқа", "Сынақ"]

RU_FAMILIES = [
    "Примеров",
    "Образцов",
    "Пробнов",
    "Тестов",
    "Черновиков",
    "Шаблонов",
    "Вымышленников",
    "Условнов",
    "Макетов",
    "Эскизов",
    "Набросков",
    "Понарошкин",
    "Небылицын",
    "Выдумкин",
    "Сказкин",
    "Учебнов",
    "Показательнов",
    "Моделин",
]
RU_MEN = ["Пётр", "Иван", "Алексей", "Семён", "Фёдор", "Игорь", "Николай", "Юрий", "Олег", "Тимофей"]
RU_WOMEN = ["Мария", "Лидия", "Анна", "Юлия", "Елена", "Ольга", "Алёна", "Вера", "Нина", "Софья"]
RU_FATHERS = ["Тестов", "Образцов", "Примеров", "Шаблонов", "Макетов", "Эскизов", "Иванов", "Петров"]

EN_FAMILIES = [
    "Sampleton",
    "Testerly",
    "Mockford",
    "Draftwell",
    "Placeholder",
    "Demofield",
    "Fakenham",
    "Stubbs",
    "Fixture",
    "Trialov",
]
EN_GIVEN = [
    "Priya",
    "Omar",
    "Grace",
    "Fatima",
    "Ravi",
    "Hassan",
    "Meera",
    "Tariq",
    "Nadia",
    "Vikram",
    "Amina",
    "Joseph",
]


def _feminine(family: str) -> str:
    return family + "а"


def _every_kazakh() -> Iterator[Name]:
    for family in KK_FAMILIES:
        for father in KK_FATHERS:
            yield from (Name(family, man, father + "ұлы", False) for man in KK_MEN)
            yield from (Name(_feminine(family), woman, father + "қызы", True) for woman in KK_WOMEN)


def _every_russian() -> Iterator[Name]:
    for family in RU_FAMILIES:
        for father in RU_FATHERS:
            yield from (Name(family, man, father + "ич", False) for man in RU_MEN)
            yield from (Name(_feminine(family), woman, father + "на", True) for woman in RU_WOMEN)


def _every_foreign() -> Iterator[Name]:
    for family in EN_FAMILIES:
        yield from (Name(family, given, "", index % 2 == 0) for index, given in enumerate(EN_GIVEN))


class NameSource:
    """Hands out each name at most once, in an order that depends on the seed alone.

    `taken` are full names of people written by hand, which nobody else may bear.
    """

    def __init__(self, rng: random.Random, taken: set[tuple[str, str, str]]) -> None:
        every = {"kk": _every_kazakh(), "ru": _every_russian(), "en": _every_foreign()}
        self._left = {
            language: [n for n in names if (n.family, n.given, n.patronymic) not in taken]
            for language, names in every.items()
        }
        self._rng = rng

    def take(self, language: str) -> Name:
        """A name in that language (kk, ru or en) that nobody has yet."""
        left = self._left[language]
        return left.pop(self._rng.randrange(len(left)))
