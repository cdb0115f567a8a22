"""The words of reports in Kazakh, Russian and English (DOMAIN.md c), and how dates and numbers are written there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

#: Word by what it is for: Kazakh, Russian, English.
WORDS: Mapping[str, tuple[str, str, str]] = {
    # titles
    "RP-1": (
        "БББ бойынша бейнедәрістермен қамтылу",
        "Обеспеченность видеолекциями по образовательным программам",
        "Video coverage by programme",
    ),
    "RP-2": ("Кафедралар бойынша бейнедәрістер", "Видеолекции по кафедрам", "Video by kafedra"),
    "RP-3": (
        "Түсірілім жоспары: жоспар және орындалуы",
        "План съёмки: план и факт",
        "Shooting plan: plan and fact",
    ),
    "RP-5": ("Бейне сілтемелерінің күйі", "Состояние ссылок на видео", "Link health"),
    "RP-6": (
        "Деректерді салыстыру: курстар, адамдар, шеттетілген жолдар",
        "Сверка данных: курсы, люди, отложенные строки",
        "Reconciliation: courses, people, rows set aside",
    ),
    "by_programme": ("БББ бойынша қамтылу", "Обеспеченность по программам", "Coverage by programme"),
    "by_kafedra": ("Кафедралар бойынша қамтылу", "Обеспеченность по кафедрам", "Coverage by kafedra"),
    "by_offering": ("Курстар бойынша қамтылу", "Обеспеченность по курсам Moodle", "Coverage by course"),
    "topics_by_state": ("Тақырыптар күйі бойынша", "Темы по состоянию", "Topics by state"),
    # columns
    "programme_code": ("БББ коды", "Код ОП", "Programme code"),
    "programme": ("Білім беру бағдарламасы", "Образовательная программа", "Programme"),
    "level": ("Деңгей", "Уровень", "Level"),
    "study_year": ("Курс (оқу жылы)", "Курс", "Study year"),
    "language": ("Тіл", "Язык", "Language"),
    "owed": ("Бейне қажет тақырыптар", "Тем, где нужно видео", "Topics owed"),
    "ok": ("Жұмыс істейді", "Работает", "Working"),
    "other_language": ("Тек басқа тілде", "Только на другом языке", "Other language only"),
    "stale": ("Ескірген", "Устарело", "Stale"),
    "broken": ("Істен шыққан", "Не работает", "Broken"),
    "missing": ("Жоқ", "Отсутствует", "Missing"),
    "not_owed": ("Қажет емес", "Не требуется", "Not owed"),
    "percent": ("Қамтылуы, %", "Обеспечено, %", "Covered, %"),
    "kafedra": ("Кафедра", "Кафедра", "Kafedra"),
    "planned": ("Жоспарланған", "Запланировано", "Planned"),
    "shot": ("Түсірілген", "Снято", "Shot"),
    "edited": ("Монтаждалған", "Смонтировано", "Edited"),
    "published": ("Жарияланған", "Опубликовано", "Published"),
    "minutes": ("Минут", "Минут", "Minutes"),
    "authors": ("Авторлар", "Авторы", "Authors"),
    "period": ("Кезең", "Период", "Period"),
    "discipline": ("Пән", "Дисциплина", "Discipline"),
    "topic": ("Тақырып", "Тема", "Topic"),
    "stage": ("Кезеңі", "Этап", "Stage"),
    "planned_on": ("Жоспар күні", "Дата по плану", "Planned on"),
    "shot_on": ("Түсірілген күні", "Дата съёмки", "Shot on"),
    "published_on": ("Жарияланған күні", "Дата публикации", "Published on"),
    "delay": ("Кешігу, күн", "Опоздание, дней", "Delay, days"),
    "course": ("Курс (Moodle)", "Курс Moodle", "Course"),
    "section": ("Бөлім", "Раздел", "Section"),
    "url": ("Мекенжай", "Адрес", "Address"),
    "first_failed": ("Алғашқы қате күні", "Первый сбой", "First failed on"),
    "failure": ("Қате түрі", "Вид сбоя", "Kind of failure"),
    "counts_as_broken": ("Істен шыққан деп саналады", "Считается неработающей", "Counts as broken"),
    "number": ("№", "№", "No."),
    "state": ("Күйі", "Состояние", "State"),
    "why": ("Себебі", "Причина", "Reason"),
    "total": ("Барлығы", "Итого", "Total"),
    # reconciliation
    "overview": ("Барлығы кафедралар бойынша", "Итоги по кафедрам", "Totals by kafedra"),
    "change": ("Өзгеріс", "Изменение", "Change"),
    "object": ("Нысан", "Объект", "Object"),
    "key": ("Кілт", "Ключ", "Key"),
    "before": ("Бұрын", "Было", "Before"),
    "after": ("Енді", "Стало", "After"),
    "on": ("Күні", "Дата", "On"),
    "run": ("Іске қосылым", "Запуск", "Run"),
    "import": ("импорт", "импорт", "import"),
    "records_of": ("«{}» деректері", "Данные «{}»", "Records “{}”"),
    "no_kafedra": ("Кафедрасыз", "Без кафедры", "No kafedra"),
    "course_created": ("Курс жасалды", "Курс создан", "Course created"),
    "course_adopted": ("Курс басқаруға алынды", "Курс принят под управление", "Course adopted"),
    "course_renamed": ("Курс атауы өзгерді", "Курс переименован", "Course renamed"),
    "course_archived": ("Курс мұрағатқа көшірілді", "Курс перенесён в архив", "Course archived"),
    "course_restored": ("Курс қайтарылды", "Курс возвращён", "Course restored"),
    "person_added": ("Адам қосылды", "Человек добавлен", "Person added"),
    "person_moved": ("Адам басқа топқа ауысты", "Человек переведён в другую группу", "Person moved to another group"),
    "person_suspended": ("Адам бұғатталды", "Человек заблокирован", "Person suspended"),
    "person_restored": ("Адам қайтарылды", "Человек возвращён", "Person restored"),
    "row_set_aside": ("Жол шеттетілді", "Строка отложена", "Row set aside"),
    "why.left_the_records": ("деректерде жоқ", "нет в данных", "no longer in the records"),
    # filters
    "year": ("Оқу жылы", "Учебный год", "Academic year"),
    "term": ("Семестр", "Семестр", "Term"),
    "faculty": ("Факультет", "Факультет", "Faculty"),
    "no_filter": ("барлық деректер", "все данные", "everything"),
    "as_of": ("Күні", "По состоянию на", "As of"),
    "filters": ("Іріктеу", "Отбор", "Selection"),
    "no_rows": ("Деректер жоқ.", "Нет данных.", "There is nothing to show."),
    "chart": ("Диаграмма", "Диаграмма", "Chart"),
    # signatures (clause 3.5: the department reports to the vice-rector)
    "vice_rector": (
        "Оқу-әдістемелік және тәрбие жұмысы жөніндегі проректор",
        "Проректор по учебно-методической и воспитательной работе",
        "Vice-rector for teaching-methodical and upbringing work",
    ),
    "head": ("ҚБТ бөлімінің меңгерушісі", "Заведующий отделом ДОТ", "Head of the DLT department"),
    "signature": ("қолы", "подпись", "signature"),
    "name": ("тегі, аты-жөні", "фамилия, инициалы", "name"),
    "date": ("күні", "дата", "date"),
    "department": (
        "Қашықтан білім беру технологиялары бөлімі",
        "Отдел дистанционных образовательных технологий",
        "Department of distance learning technologies",
    ),
    "yes": ("иә", "да", "yes"),
    "no": ("жоқ", "нет", "no"),
    # why a video is stale
    "why.declared": ("ескірген деп белгіленген", "отмечено как устаревшее", "declared stale"),
    "why.topic_changed": (
        "түсірілгеннен кейін тақырып өзгерген",
        "тема изменилась после съёмки",
        "the topic changed since it was recorded",
    ),
    "why.author_left": ("автор жұмыстан кеткен", "автор больше не работает", "the author left"),
    "why.review_due": ("қайта қарау мерзімі келген", "наступил срок пересмотра", "its review is due"),
    "why.age": ("тым бұрын түсірілген", "снято слишком давно", "recorded too long ago"),
    # why no video is owed
    "why.no_lecture_hours": (
        "бұл пән бойынша дәріс сағаттары жоспарланбаған",
        "по дисциплине не запланированы лекционные часы",
        "no lecture hours are planned for the discipline",
    ),
    "why.no_hours": (
        "тақырыпқа сағат жоспарланбаған",
        "на тему не запланированы часы",
        "no hours are planned for the topic",
    ),
    "why.not_a_lecture": ("дәріс емес", "это не лекция", "it is not a lecture"),
    "why.records": (
        "бөлім деректері бойынша бейне қажет емес",
        "по данным отдела видео не требуется",
        "the department's records ask for none",
    ),
    # verdicts of links
    "why.gone": ("бейне жойылған", "видео удалено", "the video is gone"),
    "why.private": ("бейне жабық", "видео закрыто", "the video is private"),
    "why.embed_blocked": (
        "беттің ішінде көрсетуге тыйым салынған",
        "встраивание запрещено",
        "it may not be embedded",
    ),
    "why.auth_required": ("кіру талап етіледі", "требуется вход", "it asks for a log-in"),
    "why.wrong_target": ("басқа бейнеге апарады", "ведёт на другое видео", "it leads to another video"),
    "why.unreachable": ("сайт жауап бермейді", "сайт не отвечает", "the site does not answer"),
    "why.unknown": ("анықталмаған", "не определено", "it could not be told"),
    # kinds of topics
    "kind.lecture": ("Дәріс", "Лекция", "Lecture"),
    "kind.practical": ("Тәжірибелік сабақ", "Практическое занятие", "Practical class"),
    "kind.lab": ("Зертханалық сабақ", "Лабораторное занятие", "Lab class"),
    "kind.srop": ("ОБӨЖ", "СРОП", "Work with the teacher"),
    "kind.sro": ("БӨЖ", "СРО", "Independent work"),
    "kind.other": ("Басқа", "Другое", "Other"),
    # stages of a request
    "stage.requested": ("сұралған", "запрошено", "requested"),
    "stage.accepted": ("қабылданған", "принято", "accepted"),
    "stage.scripted": ("сценарий дайын", "сценарий готов", "scripted"),
    "stage.scheduled": ("күні белгіленген", "назначена съёмка", "scheduled"),
    "stage.shot": ("түсірілген", "снято", "shot"),
    "stage.rough_cut": ("алғашқы монтаж", "черновой монтаж", "rough cut"),
    "stage.in_review": ("сараптамада", "на экспертизе", "in review"),
    "stage.corrections": ("түзетуде", "исправления", "corrections"),
    "stage.approved": ("бекітілген", "утверждено", "approved"),
    "stage.published": ("жарияланған", "опубликовано", "published"),
    "stage.rejected": ("қабылданбаған", "отклонено", "rejected"),
    "stage.cancelled": ("тоқтатылған", "отменено", "cancelled"),
    # levels
    "level.bachelor": ("бакалавриат", "бакалавриат", "bachelor"),
    "level.integrated": ("үздіксіз интеграцияланған", "НИМО", "continuous integrated"),
    "level.internship": ("интернатура", "интернатура", "internship"),
    "level.residency": ("резидентура", "резидентура", "residency"),
    "level.master": ("магистратура", "магистратура", "master's"),
    "level.phd": ("докторантура", "докторантура", "PhD"),
    "level.college": ("колледж", "колледж", "college"),
    "level.foundation": ("дайындық бөлімі", "подготовительное отделение", "foundation"),
    "language.kk": ("қазақша", "казахский", "Kazakh"),
    "language.ru": ("орысша", "русский", "Russian"),
    "language.en": ("ағылшынша", "английский", "English"),
}
LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: str

    def __getitem__(self, key: str) -> str:
        """The word for something of `WORDS`."""
        return WORDS[key][LANGUAGES.index(self.language)]

    def several(self, group: str, names: tuple[str, ...]) -> str:
        """Words of one group, with commas between them."""
        return ", ".join(self[f"{group}.{name}"] for name in names)

    def day(self, day: date) -> str:
        """A date: дд.мм.гггг in Kazakh and Russian, ISO in English."""
        return day.isoformat() if self.language == "en" else f"{day:%d.%m.%Y}"

    def decimal(self, number: float) -> str:
        """A number with one place behind the comma, or the point in English."""
        text = f"{number:.1f}"
        return text if self.language == "en" else text.replace(".", ",")
