"""Which column a header means: our own names, the usual Russian and Kazakh ones, and the settings' own.

Pure. A registrar's export need not be edited: what is not known here goes into the settings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dlt_sync.records.schema import SCHEMAS

_COMMON: Mapping[str, tuple[str, ...]] = {
    "sourced_id": ("код", "ид", "id", "идентификатор", "коды", "sourcedid"),
    "status": ("статус", "күйі", "мәртебесі"),
    "type": ("тип", "вид", "түрі"),
    "name_kk": ("название (каз)", "наименование (каз)", "название на казахском", "атауы (қаз)", "атауы қазақша"),
    "name_ru": ("название (рус)", "наименование (рус)", "название на русском", "атауы (орыс)", "атауы орысша"),
    "name_en": ("название (англ)", "наименование (англ)", "название на английском", "атауы (ағыл)"),
    "begin": ("дата начала", "начало", "басталуы", "басталу күні", "startdate"),
    "end": ("дата окончания", "окончание", "конец", "аяқталуы", "аяқталу күні", "enddate"),
    "order_no": ("номер приказа", "приказ", "№ приказа", "бұйрық", "бұйрық нөмірі"),
    "language": ("язык", "язык обучения", "тілі", "оқыту тілі"),
    "study_year": ("курс", "курсы", "оқу курсы"),
    "ects": ("кредиты", "кредит", "кредиттер", "количество кредитов"),
    "academic_year": ("учебный год", "оқу жылы"),
    "person_id": ("код обучающегося", "код студента", "код преподавателя", "код человека", "адам коды"),
    "kafedra_id": ("код кафедры", "кафедра", "кафедра коды"),
    "programme_id": ("код программы", "код оп", "программа", "бағдарлама коды", "бббкоды"),
    "cohort_id": ("код группы", "группа", "топ коды", "топ"),
    "title_kk": ("тема (каз)", "тема на казахском", "тақырып (қаз)", "тақырып қазақша"),
    "title_ru": ("тема (рус)", "тема на русском", "тақырып (орыс)", "тақырып орысша"),
    "title_en": ("тема (англ)", "тема на английском", "тақырып (ағыл)", "тақырып ағылшынша"),
    "faculty_id": ("код факультета", "факультет", "факультет коды"),
}

_OWN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "org": {
        "parent_id": ("код вышестоящего", "вышестоящее подразделение", "жоғары бөлімше коды"),
        "doc_index": ("индекс", "индекс документов", "құжат индексі"),
        "head_id": ("код заведующего", "код руководителя", "меңгеруші коды", "басшы коды"),
        "dlt_contact_id": ("код ответственного за дот", "ответственный за дот", "қбт жауаптысы"),
        "opened_on": ("дата открытия", "ашылған күні"),
        "closed_on": ("дата закрытия", "жабылған күні"),
    },
    "person": {
        "family_name": ("фамилия", "тегі", "lastname"),
        "given_name": ("имя", "аты", "firstname"),
        "patronymic": ("отчество", "әкесінің аты"),
        "iin": ("иин", "жсн", "iinplt"),
        "no_check_iin": ("иин не проверять", "nocheckiin"),
        "username": ("логин", "имя пользователя", "логині", "пайдаланушы аты", "login"),
        "email": ("эл. почта", "электронная почта", "почта", "e-mail", "эл. пошта", "пошта"),
        "preferred_language": ("язык", "тілі"),
        "primary_org_id": ("код подразделения", "подразделение", "бөлімше коды"),
    },
    "employment": {
        "org_id": ("код подразделения", "подразделение", "код кафедры", "бөлімше коды"),
        "position": ("должность", "лауазымы"),
        "rate": ("ставка", "мөлшерлеме"),
        "is_main": ("основное место", "основная", "негізгі"),
    },
    "programme": {
        "code": ("шифр", "код оп", "шифр оп", "шифры"),
        "level": ("уровень", "деңгейі"),
        "group_code": ("код гоп", "гоп", "топ коды", "бббтоп коды"),
        "distance_form_allowed": ("допускается дистанционная форма", "қашықтан оқытуға болады"),
        "valid_from": ("действует с", "дата начала", "қолданыс басы"),
        "valid_to": ("действует до", "дата окончания", "қолданыс соңы"),
    },
    "discipline": {"code": ("код дисциплины", "шифр", "пән коды")},
    "academic_session": {
        "name": ("название", "период", "атауы"),
        "parent_id": ("код года", "код учебного года", "жыл коды"),
        "weeks": ("недель", "количество недель", "апта саны"),
    },
    "study_cohort": {
        "name": ("группа", "название", "название группы", "топ", "атауы"),
        "adviser_id": ("код эдвайзера", "код куратора", "эдвайзер", "эдвайзер коды"),
    },
    "cohort_member": {
        "leave_from": ("академический отпуск с", "отпуск с", "академиялық демалыс басы"),
        "leave_to": ("академический отпуск по", "отпуск по", "академиялық демалыс соңы"),
    },
    "offering": {
        "discipline_id": ("код дисциплины", "дисциплина", "пән коды"),
        "session_id": ("код периода", "код семестра", "период", "кезең коды"),
        "term_no": ("семестр", "номер семестра"),
        "delivery_mode": ("форма проведения", "өткізу түрі"),
        "hours_lecture": ("часы лекций", "лекции, ч", "дәріс сағаттары"),
    },
    "enrolment": {
        "offering_id": ("код потока", "поток", "код учебной группы", "ағым коды", "оқу тобы коды"),
        "role": ("роль", "рөлі"),
        "state": ("состояние", "жағдайы"),
    },
    "topic": {
        "offering_id": ("код потока", "поток", "ағым коды"),
        "discipline_id": ("код дисциплины", "дисциплина", "пән коды"),
        "number": ("номер", "№", "номер темы", "нөмірі", "тақырып нөмірі"),
        "kind": ("вид занятия", "вид", "сабақ түрі", "түрі"),
        "hours": ("часы", "часов", "сағат", "сағаты"),
        "week_no": ("неделя", "номер недели", "апта", "апта нөмірі"),
        "requires_video": ("нужно видео", "требуется видео", "бейне керек", "бейнедәріс керек"),
        "no_video_reason": ("почему без видео", "причина", "себебі"),
        "changed_on": ("дата изменения темы", "тема изменена", "тақырып өзгертілген күні"),
    },
    "video_asset": {
        "discipline_id": ("код дисциплины", "дисциплина", "пән коды"),
        "kind": ("вид", "вид видео", "түрі", "бейне түрі"),
        "title": ("название", "атауы"),
        "author_ids": ("коды авторов", "авторы", "автор", "авторлар", "авторлар коды"),
        "recorded_on": ("дата записи", "записано", "жазылған күні"),
        "published_on": ("дата публикации", "опубликовано", "жарияланған күні"),
        "duration_s": ("длительность", "длительность, с", "ұзақтығы", "ұзақтығы, с"),
        "url": ("ссылка", "адрес", "сілтеме", "мекенжайы"),
        "state": ("состояние", "жағдайы", "күйі"),
        "replaces_id": ("заменяет", "алмастырады"),
        "review_due_on": ("пересмотреть до", "срок пересмотра", "қайта қарау мерзімі"),
        "shows_patient": ("виден пациент", "пациент", "науқас көрінеді"),
        "consent_ref": ("согласие", "номер согласия", "келісім", "келісім нөмірі"),
        "captions": ("субтитры", "субтитрлер"),
    },
    "video_placement": {
        "video_id": ("код видео", "видео", "бейне коды"),
        "topic_id": ("код темы", "тема", "тақырып коды"),
        "offering_id": ("код потока", "поток", "ағым коды"),
    },
    "video_request": {
        "discipline_id": ("код дисциплины", "дисциплина", "пән коды"),
        "offering_id": ("код потока", "поток", "ағым коды"),
        "topic_id": ("код темы", "тема", "тақырып коды"),
        "video_id": ("код видео", "видео", "бейне коды"),
        "title": ("название", "атауы"),
        "url": ("ссылка", "адрес", "сілтеме", "мекенжайы"),
        "notes": ("примечание", "примечания", "ескертпе"),
        "place": ("место", "место съёмки", "орны", "түсірілім орны"),
        "wished": ("желаемые даты", "қалаған күндері"),
        "asked_by_id": ("код заявителя", "заявитель", "өтінім беруші коды"),
        "stage": ("этап", "стадия", "кезеңі"),
        "planned_on": ("план", "дата по плану", "дата съёмки", "жоспарланған күні", "түсірілім күні"),
        "specialist": ("исполнитель", "специалист", "орындаушы", "маман"),
        "reason": ("причина отказа", "причина", "себебі"),
    },
}


@dataclass(frozen=True, slots=True)
class Heading:
    """What a header row means: the column at each position (None: not ours), and what is wrong with it."""

    columns: tuple[str | None, ...]
    problems: tuple[str, ...] = ()


def read_heading(entity: str, titles: Sequence[str], own: Mapping[str, str]) -> Heading:
    """The columns that `titles` mean for `entity`; `own` is the settings' header → column, which wins."""
    known = {_plain(alias): column for alias, column in _aliases(entity).items()}
    known |= {_plain(title): column for title, column in own.items()}
    columns = tuple(known.get(_plain(title)) for title in titles)
    return Heading(columns, tuple(_problems(entity, titles, columns)))


def _problems(entity: str, titles: Sequence[str], columns: Sequence[str | None]) -> list[str]:
    required = [column.name for column in SCHEMAS[entity].columns if column.required]
    one_of = SCHEMAS[entity].one_of
    missing = [name for name in required if name not in columns]
    if one_of and not set(one_of) & set(columns):
        missing.append(" or ".join(one_of))
    problems = []
    if missing:
        found = ", ".join(title for title in titles if title) or "none"
        problems.append(
            f"missing: {', '.join(missing)} (headers found: {found[:300]}). Name each column in the "
            f"settings, section [columns.{entity}], as: your header = {missing[0].split(' ')[0]}"
        )
    twice = sorted({name for name in columns if name and list(columns).count(name) > 1})
    if twice:
        problems.append(f"two headers mean the same column: {', '.join(twice)}. Leave one of them.")
    return problems


def _aliases(entity: str) -> dict[str, str]:
    names = SCHEMAS[entity].by_name
    aliases = {alias: name for name in names for alias in _COMMON.get(name, ())}
    aliases |= {alias: name for name, words in _OWN.get(entity, {}).items() for alias in words}
    return aliases | {name: name for name in names}


def _plain(title: str) -> str:
    return re.sub(r"[\s_]+", " ", title.strip().lower().replace("ё", "е"))
