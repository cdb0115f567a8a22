"""Why rows were set aside, in Kazakh and Russian; the English sentences are those of `records.messages`.

The quarantine keeps each sentence as it was said, in English. What stood in its blanks is read back from it, so that
rows set aside long ago are told in every language too; a sentence that no longer fits its rule is left in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from string import Formatter

from dlt_sync.records.messages import SENTENCES
from dlt_sync.records.schema import SCHEMAS, word
from dlt_sync.report.words import LANGUAGES

#: What the list of each entity is called: Kazakh, Russian, English.
ENTITIES: Mapping[str, tuple[str, str, str]] = {
    "org": ("Құрылымдық бөлімшелер", "Структурные подразделения", "Units"),
    "person": ("Адамдар", "Люди", "People"),
    "employment": ("Қызметтер", "Должности", "Employments"),
    "programme": ("Білім беру бағдарламалары", "Образовательные программы", "Programmes"),
    "discipline": ("Пәндер", "Дисциплины", "Disciplines"),
    "academic_session": ("Оқу жылдары мен семестрлер", "Учебные годы и семестры", "Academic sessions"),
    "study_cohort": ("Академиялық топтар", "Академические группы", "Academic groups"),
    "cohort_member": ("Топ құрамы", "Состав групп", "Memberships"),
    "offering": ("Оқу ағымдары", "Учебные потоки", "Offerings"),
    "enrolment": ("Тіркеулер", "Зачисления", "Enrolments"),
    "topic": ("Тақырыптар", "Темы", "Topics"),
    "video_asset": ("Бейнелер", "Видео", "Videos"),
    "video_placement": ("Бейнелердің орындары", "Места видео", "Placements"),
    "video_request": ("Бейнеге өтінімдер", "Заявки на видео", "Requests"),
}

#: Sentence by rule: Kazakh, Russian. The field stands before it already.
_SENTENCES: Mapping[str, tuple[str, str]] = {
    "nul": ("NUL таңбасы бар, файл бүлінген.", "есть символ NUL, файл повреждён."),
    "too_long_cell": ("ұяшықта {length} таңба бар.", "в ячейке {length} знаков."),
    "formula": ("формула тұр: {value}", "стоит формула: {value}"),
    "excel_number": (
        "Excel санды {value} деп қысқартқан, соңғы цифрлары жоғалған.",
        "Excel сократил число до {value}, последние цифры потеряны.",
    ),
    "excel_error": ("Excel қатесі тұр: {value}.", "стоит ошибка Excel: {value}."),
    "extra_cells": ("жолда {length} ұяшық, ал тақырыпта {limit}.", "в строке ячеек {length}, а в заголовке {limit}."),
    "required": ("бос.", "не заполнено."),
    "one_of": ("бәрі бос, кемінде біреуі керек.", "не заполнено ни одно, нужно хотя бы одно."),
    "too_long": (
        "{length} таңба, ал Moodle {limit} таңба қабылдайды.",
        "{length} знаков, а Moodle принимает {limit}.",
    ),
    "choice": ("{value} – мыналардың бірі емес: {limit}.", "{value} – ничего из этого: {limit}."),
    "date": ("{value} – күн емес.", "{value} – это не дата."),
    "whole": (
        "{value}; {least} мен {limit} аралығындағы бүтін сан керек.",
        "{value}; нужно целое число от {least} до {limit}.",
    ),
    "decimal": ("{value}; {least} мен {limit} аралығындағы сан керек.", "{value}; нужно число от {least} до {limit}."),
    "yes_no": ("{value}; иә немесе жоқ керек.", "{value}; нужно да или нет."),
    "session_name": (
        "{value}; жыл 2026-2027, семестрлері 2026-2027/1 және 2026-2027/2 деп аталады.",
        "{value}; год называется 2026-2027, его семестры 2026-2027/1 и 2026-2027/2.",
    ),
    "academic_year": ("{value}; оқу жылы 2026-2027 түрінде жазылады.", "{value}; учебный год пишется как 2026-2027."),
    "email": ("{value} – электрондық пошта мекенжайы емес.", "{value} – это не адрес электронной почты."),
    "username": (
        "{value}; Moodle логинде тек a-z, 0-9 және . _ - @ қабылдайды.",
        "{value}; в логине Moodle принимает только a-z, 0-9 и . _ - @.",
    ),
    "iin_as_username": ("{value} – ЖСН; логинді басқалар көреді.", "{value} – это ИИН; логин видят другие."),
    "key": (
        "{value}; кілт plt:student:910001 түрінде жазылады.",
        "{value}; ключ выглядит как plt:student:910001.",
    ),
    "iin_in_text": (
        "{value} ішінде ЖСН бар, оны басқалар көреді.",
        "{value} содержит ИИН, его видят другие.",
    ),
    "iin_in_key": ("{value} ішінде ЖСН бар.", "{value} содержит ИИН."),
    "url": ("бұл бейненің мекенжайы емес.", "это не адрес видео."),
    "several": ("{value} – мыналардың бірі емес: {limit}.", "{value} – ничего из этого: {limit}."),
    "iin_length": ("ЖСН {value} 12 емес, {length} цифрдан тұрады.", "в ИИН {value} цифр {length} вместо 12."),
    "iin_lost_zero": (
        "ЖСН {value} алдындағы {limit} жоғалған.",
        "в ИИН {value} потеряно {limit} в начале.",
    ),
    "iin_digits": ("ЖСН {value} ішінде цифр емес таңба бар.", "в ИИН {value} есть не цифра."),
    "iin_check": (
        "ЖСН {value} дұрыс емес: соңғы цифры сәйкес келмейді.",
        "ИИН {value} неверен: не сходится последняя цифра.",
    ),
    "in_order": ("{value} – {other} ({limit}) күнінен бұрын.", "{value} – раньше, чем {other} ({limit})."),
    "just_one_of": ("тек біреуі толтырылуы керек.", "должно быть заполнено только одно."),
    "stage_of_type": (
        "{value} – {other} түріндегі өтінімде болмайтын кезең; болатыны: {limit}.",
        "{value} – такого этапа у заявки вида {other} нет; есть: {limit}.",
    ),
    "no_reason": ("өтінім {other}, ал себебі жазылмаған.", "заявка {other}, а причина не указана."),
    "duplicate_key": (
        "{value} кілті {other} жолдарда тұр, ал жолдар әртүрлі.",
        "ключ {value} стоит в строках {other}, а строки разные.",
    ),
    "unique": ("{value} басқада бар: {other}.", "{value} уже есть у {other}."),
    "same_video": ("{value} – {other} бейнесінің дәл өзі.", "{value} – то же видео, что и у {other}."),
    "twin": (
        "{value} – {other} коды, ұқсас әріптермен терілген (кирилл және латын).",
        "{value} – код {other}, набранный похожими буквами (кириллица и латиница).",
    ),
    "reference": ("{value}: «{other}» тізімінде мұндай жазба жоқ.", "{value}: в списке «{other}» такой записи нет."),
    "leaving": (
        "{value}: «{other}» тізімінде бұл жазба шығып жатыр деп белгіленген.",
        "{value}: в списке «{other}» эта запись отмечена как выбывающая.",
    ),
    "depends": ("«{other}» тізімінде {limit} шеттетілген.", "в списке «{other}» отложена {limit}."),
}
#: What stands in blanks in English, by language: a place in a file.
_PLACE = re.compile(r"row (\d+) of (\S.*)")
_PLACES = {"kk": r"\1-жол (\2)", "ru": r"строка \1 (\2)"}
_IN_ROW = re.compile(r"(\S+) in row (\d+)")
_IN_ROWS = {"kk": r"\1 (\2-жол)", "ru": r"\1 (строка \2)"}


def entity_word(language: str, name: str) -> str:
    """What the list of an entity is called; a name of the department's own stays as it is."""
    return ENTITIES[name][LANGUAGES.index(language)] if name in ENTITIES else name


def sentence_of(language: str, rule: str, message: str) -> str:
    """Why a row was set aside, in a language; `message` is what the quarantine says."""
    if language == "en" or rule not in _SENTENCES:
        return message
    found = _blanks(rule).fullmatch(message)
    if found is None:
        return message
    blanks = {name: _translated(language, text) for name, text in found.groupdict().items()}
    return _SENTENCES[rule][LANGUAGES.index(language)].format(**blanks)


def _translated(language: str, text: str) -> str:
    if text in _LISTS:
        return entity_word(language, _LISTS[text])
    return _IN_ROW.sub(_IN_ROWS[language], _PLACE.sub(_PLACES[language], text))


@cache
def _blanks(rule: str) -> re.Pattern[str]:
    """What finds the blanks of a rule's English sentence. A blank that comes again holds the same again."""
    seen: set[str] = set()
    parts: list[str] = []
    for text, name, _, _ in Formatter().parse(SENTENCES[rule].text):
        parts.append(re.escape(text))
        if name:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)


_LISTS = {word(entity): entity for entity in SCHEMAS}
