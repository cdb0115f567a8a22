"""What is said of runs in Kazakh, Russian and English: sentences, and nouns as they stand behind a number.

Kazakh has no plural behind a number; Russian has three forms, English two. Participles stand in front with a colon
("создано: 1 курс, 3 группы"), so that they need not agree with what follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dlt_sync.report.words import LANGUAGES, Words

#: Between a number's thousands, and between a number and its sign.
NARROW = "\u00a0"

#: Noun by what it is for: Kazakh; Russian behind 1, 2 and 5; English behind 1 and 2.
NOUNS: Mapping[str, tuple[str, tuple[str, str, str], tuple[str, str]]] = {
    "category": ("санат", ("категория", "категории", "категорий"), ("category", "categories")),
    "user": ("пайдаланушы", ("пользователь", "пользователя", "пользователей"), ("user", "users")),
    "cohort": (
        "академиялық топ",
        ("академическая группа", "академические группы", "академических групп"),
        ("cohort", "cohorts"),
    ),
    "course": ("курс", ("курс", "курса", "курсов"), ("course", "courses")),
    "group": ("курс тобы", ("группа курса", "группы курса", "групп курса"), ("group", "groups")),
    "enrolment": ("тіркеу", ("зачисление", "зачисления", "зачислений"), ("enrolment", "enrolments")),
    "video": ("бейне", ("видео", "видео", "видео"), ("video", "videos")),
    "change": ("өзгеріс", ("изменение", "изменения", "изменений"), ("change", "changes")),
    "row": ("жол", ("строка", "строки", "строк"), ("row", "rows")),
    "kafedra": ("кафедра", ("кафедра", "кафедры", "кафедр"), ("kafedra", "kafedras")),
    "link": ("сілтеме", ("ссылка", "ссылки", "ссылок"), ("link", "links")),
}

#: Sentence by what it is for: Kazakh, Russian, English.
SENTENCES: Mapping[str, tuple[str, str, str]] = {
    # titles of the sections
    "summary": ("Қорытынды", "Итоги", "Summary"),
    "parked": ("Шешім күтуде", "Ждёт решения", "Waiting for a decision"),
    "failed": ("Орындалмағаны", "Не выполнено", "What failed"),
    "quarantined": ("Шеттетілген жолдар", "Отложенные строки", "Rows set aside"),
    "changes": ("Кафедралар бойынша өзгерістер", "Изменения по кафедрам", "Changes by kafedra"),
    "feeds": ("Мерзімі өткен деректер", "Просроченные выгрузки", "Overdue deliveries"),
    "health": ("Жүйенің күйі", "Состояние системы", "Health"),
    # the line that says what matters
    "subject": (
        "dlt-sync, №{run} іске қосылым: {what}",
        "dlt-sync, запуск №{run}: {what}",
        "dlt-sync, run {run}: {what}",
    ),
    "subject.parked": ("жоспар шешім күтуде", "план ждёт решения", "a plan waits for a decision"),
    "subject.failed": ("қатемен үзілді", "прерван ошибкой", "it failed"),
    "subject.stopped": ("аяқталмай тоқтатылды", "остановлен до завершения", "it was stopped"),
    "subject.partial": ("{changes} орындалмады", "не выполнено: {changes}", "{changes} not done"),
    "subject.unfinished": ("бәрі орындалған жоқ", "выполнено не всё", "not all was done"),
    "subject.nothing": ("өзгеріс жоқ", "изменений нет", "nothing to change"),
    # the summary
    "when": (
        "№{run} іске қосылым ({mode}): {started} – {ended}.",
        "Запуск №{run} ({mode}): {started} – {ended}.",
        "Run {run} ({mode}): {started} to {ended}.",
    ),
    "mode.apply": ("жоспарды қолдану", "применение плана", "apply"),
    "mode.undo": ("№{undoes} іске қосылымды болдырмау", "отмена запуска №{undoes}", "undoing run {undoes}"),
    "mode.plan": ("жоспар құру", "составление плана", "plan"),
    "released": (
        "Рұқсат берген: {who}. Негізі: {because}",
        "Разрешено: {who}. Основание: {because}",
        "Released by {who}, because: {because}",
    ),
    "nothing": (
        "Ештеңе өзгертілген жоқ: Moodle бөлім деректеріне сәйкес.",
        "Ничего не изменено: Moodle соответствует данным отдела.",
        "Nothing was changed: Moodle is as the records want it.",
    ),
    "nothing_done": ("Ештеңе өзгертілген жоқ.", "Ничего не изменено.", "Nothing was changed."),
    "refused": (
        "Тексеру жоспарды тоқтатты; ештеңе өзгертілген жоқ.",
        "Проверка остановила план; ничего не изменено.",
        "The guard stopped the plan; nothing was changed.",
    ),
    "not_done": ("Орындалмады: {changes}.", "Не выполнено: {changes}.", "Not done: {changes}."),
    "waiting": ("Шешім күтуде: {changes}.", "Ждёт решения: {changes}.", "Waiting for a decision: {changes}."),
    "details": (
        "Толығырақ: dlt-sync runs show {run}",
        "Подробно: dlt-sync runs show {run}",
        "In detail: dlt-sync runs show {run}",
    ),
    # what was done, by action; a removal by kind
    "create": ("жасалды", "создано", "created"),
    "adopt": ("басқаруға алынды", "принято под управление", "adopted"),
    "update": ("өзгертілді", "изменено", "updated"),
    "restore": ("қалпына келтірілді", "восстановлено", "restored"),
    "recreate": ("қайта жасалды", "создано заново", "made again"),
    "remove.user": ("бұғатталды", "заблокировано", "suspended"),
    "remove.enrolment": ("уақытша тоқтатылды", "приостановлено", "suspended"),
    "remove.course": ("мұрағатқа көшірілді", "перенесено в архив", "archived"),
    "remove.category": ("жасырылды", "скрыто", "hidden"),
    "remove.video": ("жасырылды", "скрыто", "hidden"),
    "remove.cohort": ("босатылды", "очищено", "emptied"),
    "remove.group": ("алып тасталды", "убрано", "removed"),
    "delete": ("жойылды", "удалено", "deleted"),
    # what was to be done to one object
    "to.create": ("жасау", "создание", "creation"),
    "to.adopt": ("басқаруға алу", "принятие под управление", "adoption"),
    "to.update": ("өзгерту", "изменение", "update"),
    "to.restore": ("қалпына келтіру", "восстановление", "restoring"),
    "to.recreate": ("қайта жасау", "повторное создание", "making it again"),
    "to.remove": ("алып тастау", "вывод из работы", "removal"),
    "to.delete": ("жою", "удаление", "deletion"),
    # kinds, in front of a colon
    "kinds.category": ("Санаттар", "Категории", "Categories"),
    "kinds.user": ("Пайдаланушылар", "Пользователи", "Users"),
    "kinds.cohort": ("Академиялық топтар", "Академические группы", "Cohorts"),
    "kinds.course": ("Курстар", "Курсы", "Courses"),
    "kinds.group": ("Курс топтары", "Группы курсов", "Groups"),
    "kinds.enrolment": ("Тіркеулер", "Зачисления", "Enrolments"),
    "kinds.video": ("Бейнелер", "Видео", "Videos"),
    # a parked plan
    "guarded": (
        "Тексеру жоспарға қарсы ({changes}); одан ештеңе орындалған жоқ. Себебі:",
        "Проверка возражает против плана ({changes}); из него ничего не сделано. Причины:",
        "The guard objects to the plan ({changes}); nothing of it was done. The reasons:",
    ),
    "held.recreate": (
        "Moodle-де қолмен жойылған, тек рұқсатпен қайта жасалады: {what}",
        "Удалено в Moodle вручную, создаётся заново только с разрешения: {what}",
        "Deleted by hand in Moodle, made again only after approval: {what}",
    ),
    "held.adopt": (
        "Moodle-де қолмен жойылған не біріктірілген, орнындағысы тек рұқсатпен алынады: {what}",
        "Удалено или объединено в Moodle вручную, то, что там теперь, берётся только с разрешения: {what}",
        "Deleted or merged by hand in Moodle, what is there now is taken over only after approval: {what}",
    ),
    "held.other": (
        "Осыларға байланысты, солармен бірге күтуде: {what}",
        "Зависит от этого и ждёт вместе с ним: {what}",
        "Depends on that and waits with it: {what}",
    ),
    "read_plan": ("Оқып шығу:", "Прочитать:", "Read it:"),
    "release": (
        "Бәрі дұрыс болса, рұқсат беру:",
        "Если всё верно, разрешить:",
        "If it is right, release it:",
    ),
    "second_person": (
        "Рұқсатты жоспарды тоқтатып қойған адам емес, басқа адам береді.",
        "Разрешает не тот, чей запуск отложил план, а другой человек.",
        "Somebody else than whoever's run parked the plan has to release it.",
    ),
    "violation.removals": (
        "{kinds}: {of} ішінен {count} алып тасталады ({percent}; шегі {limit})",
        "{kinds}: убирается {count} из {of} ({percent}; предел {limit})",
        "{kinds}: {count} of {of} are to go ({percent}; limit {limit})",
    ),
    "violation.updates": (
        "{kinds}: {of} ішінен {count} өзгертіледі ({percent}; шегі {limit})",
        "{kinds}: изменяется {count} из {of} ({percent}; предел {limit})",
        "{kinds}: {count} of {of} are to change ({percent}; limit {limit})",
    ),
    "violation.creates": (
        "{kinds}: басқарудағы {of} үстіне {count} жасалады ({percent}; шегі {limit})",
        "{kinds}: создаётся {count} при {of} имеющихся ({percent}; предел {limit})",
        "{kinds}: {count} are to be created beside {of} ({percent}; limit {limit})",
    ),
    "violation.emptied": (
        "{kinds}: деректерде біреуі де жоқ, ал басқаруда {of}",
        "{kinds}: в данных нет ни одной записи, а под управлением {of}",
        "{kinds}: the records want none at all, and {of} are managed",
    ),
    "violation.rekeyed": (
        "{kinds}: {count} жаңа кілтпен келді{example}",
        "{kinds}: под новым ключом пришло {count}{example}",
        "{kinds}: {count} came under a new key{example}",
    ),
    "violation.weekly": (
        "{kinds}: осы жоспармен бірге жеті күнде {of} ішінен {count} алып тасталады ({percent}; шегі {limit})",
        "{kinds}: вместе с этим планом за семь дней убирается {count} из {of} ({percent}; предел {limit})",
        "{kinds}: {count} of {of} go in seven days, this plan included ({percent}; limit {limit})",
    ),
    "violation.course_removals": (
        "{course} — {kinds}: {of} ішінен {count} кетеді ({percent}; шегі {limit})",
        "{course} — {kinds}: уходит {count} из {of} ({percent}; предел {limit})",
        "{course} — {kinds}: {count} of {of} leave ({percent}; limit {limit})",
    ),
    "violation.shrunk": (
        "«{kinds}» деректері: {of} жолдан {count} жоғалды ({percent}; шегі {limit})",
        "Данные «{kinds}»: из {of} строк пропало {count} ({percent}; предел {limit})",
        "Records “{kinds}”: {count} rows of {of} are gone ({percent}; limit {limit})",
    ),
    "example": (", мысалы {before} → {after}", ", например {before} → {after}", ", such as {before} → {after}"),
    # what failed
    "error.unavailable": (
        "Moodle жауап бермеді. Келесі іске қосылым қайта көреді; қайталанса: dlt-sync doctor",
        "Moodle не отвечал. Следующий запуск попробует снова; если повторится: dlt-sync doctor",
        "Moodle did not answer. The next run tries again; if it happens again: dlt-sync doctor",
    ),
    "error.moodle": (
        "Moodle сұрауды қабылдамады. Не дұрыс еместігін dlt-sync doctor көрсетеді.",
        "Moodle отказал. Что не так, покажет dlt-sync doctor.",
        "Moodle refused. `dlt-sync doctor` shows what is wrong.",
    ),
    "error.database": (
        "Бағдарламаның дерекқоры істемейді. Не дұрыс еместігін dlt-sync doctor көрсетеді.",
        "База данных программы не работает. Что не так, покажет dlt-sync doctor.",
        "The program's own database cannot be used. `dlt-sync doctor` shows what is wrong.",
    ),
    "error.ours": (
        "Іске қосылым жалғаса алмады; себебін бағдарлама айтады.",
        "Запуск не смог продолжиться; причину называет программа.",
        "The run could not go on; the program says why.",
    ),
    "error.unforeseen": (
        "Күтілмеген қате ({message}). Журналдың соңын dlt-sync-ке жауапты адамға жіберіңіз.",
        "Непредвиденная ошибка ({message}). Пошлите конец журнала тому, кто отвечает за dlt-sync.",
        "Something unforeseen went wrong ({message}). Send the end of the log to whoever looks after dlt-sync.",
    ),
    "error.cut_off": (
        "Бағдарлама жұмысы кенет үзілді (өшірілді не компьютер сөнді). Келесі іске қосылым жалғастырады.",
        "Работа программы оборвалась (её остановили или выключился компьютер). Следующий запуск продолжит.",
        "The program was cut off (killed, or its machine went down). The next run goes on.",
    ),
    "said": (
        "Бағдарлама хабары: {message}",
        "Сообщение программы: {message}",
        "The program says: {message}",
    ),
    "stopped": (
        "Іске қосылым аяқталмай тоқтатылды; келесісі жалғастырады.",
        "Запуск остановлен до завершения; следующий продолжит.",
        "The run was stopped before it was through; the next one goes on.",
    ),
    "left": ("Қалғаны: {changes}.", "Осталось: {changes}.", "{changes} left to do."),
    "interrupted": (
        "Үзілгенге дейін орындалғаны сақталды.",
        "Сделанное до этого сохранено.",
        "What had been done by then stays done.",
    ),
    "operation": ("{what} ({action}): {said}", "{what} ({action}): {said}", "{what} ({action}): {said}"),
    "moved": (
        "осы арада Moodle-де өзгертілген; келесі іске қосылым қайта қарайды",
        "тем временем изменено в Moodle; следующий запуск посмотрит заново",
        "it was changed in Moodle meanwhile; the next run looks again",
    ),
    "skipped": (
        "Тағы өткізіліп жіберілді: {changes}, өйткені олар тәуелді нәрсе орындалмады.",
        "Кроме того, пропущено: {changes}: не выполнено то, от чего они зависят.",
        "Besides, skipped: {changes}, since what they depend on could not be done.",
    ),
    "tried_again": (
        "Келесі іске қосылым қайта көреді. Қайталана берсе, себебін Moodle-де не деректерде түзету керек.",
        "Следующий запуск попробует снова. Если не пройдёт, исправьте причину в Moodle или в данных.",
        "The next run tries again. If it fails again, put the cause right in Moodle or in the records.",
    ),
    "left_over": (
        "Қателер болмаса да, бәрі орындалған жоқ. Не қалғанын dlt-sync plan көрсетеді.",
        "Ошибок не было, но выполнено не всё. Что осталось, покажет dlt-sync plan.",
        "Nothing failed, and yet not all is done. `dlt-sync plan` shows what is left.",
    ),
    # rows set aside
    "set_aside": (
        "Шеттетілді: {rows}, оның ішінде жаңасы: {new}. Олар туралы мәліметтер Moodle-де сол күйінде қалады.",
        "Отложено: {rows}, из них новых: {new}. То, к чему они относятся, остаётся в Moodle как есть.",
        "{rows} set aside, {new} of them new. What they are about stays in Moodle as it is.",
    ),
    "row": (
        "{file}, {row}-жол{field}: {sentence}",
        "{file}, строка {row}{field}: {sentence}",
        "{file}, row {row}{field}: {sentence}",
    ),
    "more_rows": (
        "… тағы {more}; бәрі: dlt-sync records quarantine",
        "… и ещё {more}; все: dlt-sync records quarantine",
        "… and {more} more; all of them: dlt-sync records quarantine",
    ),
    "what_to_do": (
        "Әрқайсысын қалай түзету керек: dlt-sync records quarantine",
        "Что делать с каждой: dlt-sync records quarantine",
        "What to do about each: dlt-sync records quarantine",
    ),
    # changes
    "no_kafedra": ("Кафедрасыз", "Без кафедры", "No kafedra"),
    "more_units": (
        "… тағы {more}; бәрі: dlt-sync report RP-6 --run {run}",
        "… и ещё {more}; все: dlt-sync report RP-6 --run {run}",
        "… and {more} more; all of them: dlt-sync report RP-6 --run {run}",
    ),
    "more_operations": (
        "… тағы {more}; бәрі: dlt-sync runs show {run}",
        "… и ещё {more}; все: dlt-sync runs show {run}",
        "… and {more} more; all of them: dlt-sync runs show {run}",
    ),
    # deliveries
    "overdue": (
        "{name} ({owner}): мерзімі {due}, соңғы рет {received}",
        "{name} ({owner}): срок {due}, последний раз {received}",
        "{name} ({owner}): due {due}, last received {received}",
    ),
    "overdue_never": (
        "{name} ({owner}): мерзімі {due}, әлі бір рет те алынған жоқ",
        "{name} ({owner}): срок {due}, ещё ни разу не получено",
        "{name} ({owner}): due {due}, never received yet",
    ),
    "no_owner": ("иесі көрсетілмеген", "владелец не указан", "no owner named"),
    # health
    "attention": ("Назар аударыңыз! ", "Внимание! ", "Attention! "),
    "unseen": (
        "{what}: тексеру мүмкін болмады: {why}",
        "{what}: не удалось проверить: {why}",
        "{what}: could not be looked at: {why}",
    ),
    "moodle": ("Moodle", "Moodle", "Moodle"),
    "database": ("Дерекқор", "База данных", "Database"),
    "disk": ("Диск", "Диск", "Disk"),
    "backup": ("Сақтық көшірме", "Резервная копия", "Backup"),
    "feed": ("Деректер", "Выгрузки", "Deliveries"),
    "media_host": ("Бейне сайттары", "Сайты с видео", "Media hosts"),
    "last_run": ("Соңғы іске қосылым", "Последний запуск", "Last run"),
    "event_queue": ("Оқиғалар кезегі", "Очередь событий", "Event queue"),
    "moodle.ok": ("Moodle жауап береді ({release}).", "Moodle отвечает ({release}).", "Moodle answers ({release})."),
    "database.ok": ("Дерекқор істейді ({kind}).", "База данных работает ({kind}).", "The database works ({kind})."),
    "disk.data": (
        "Бағдарлама дискісінде {free} МБ бос.",
        "На диске программы свободно {free} МБ.",
        "The program's disk has {free} MB free.",
    ),
    "disk.moodle": (
        "Moodle дискісінде {free} МБ бос.",
        "На диске Moodle свободно {free} МБ.",
        "Moodle's disk has {free} MB free.",
    ),
    "backup.made": (
        "Соңғы сақтық көшірме: {last}.",
        "Последняя резервная копия: {last}.",
        "The last backup was made {last}.",
    ),
    "backup.never": ("Сақтық көшірме әлі жоқ.", "Резервной копии ещё нет.", "There is no backup yet."),
    "media_host.ok": ("Бейне сайттары жауап береді.", "Сайты с видео отвечают.", "The media hosts answer."),
    "media_host.one": (
        "{host} сайты {hours} сағат бойы жауап бермейді (тексерілгені: {links}).",
        "Сайт {host} не отвечает уже {hours} ч (проверено: {links}).",
        "{host} has not answered for {hours} h ({links} tried).",
    ),
    "last_run.good": (
        "Соңғы сәтті іске қосылым: {good}.",
        "Последний успешный запуск: {good}.",
        "The last good run ended {good}.",
    ),
    "last_run.old": (
        "Содан бері сәтті іске қосылым болған жоқ: {good}.",
        "Успешных запусков не было с {good}.",
        "No run has gone well since {good}.",
    ),
    "last_run.never": (
        "Сәтті іске қосылым әлі болған жоқ.",
        "Успешных запусков ещё не было.",
        "No run has gone well yet.",
    ),
    "event_queue.ok": (
        "Moodle-де жіберілуін күтіп тұрған оқиға: {waiting}.",
        "Событий, ожидающих отправки в Moodle: {waiting}.",
        "Events that wait in Moodle: {waiting}.",
    ),
    "event_queue.late": (
        "Moodle-де жіберілуін күтіп тұрған оқиға: {waiting}, ең ескісі {minutes} мин күтуде. Moodle cron-ын қараңыз.",
        "Событий, ожидающих отправки в Moodle: {waiting}, старейшее ждёт {minutes} мин. Проверьте cron Moodle.",
        "Events that wait in Moodle: {waiting}, the oldest for {minutes} min. See to Moodle's cron.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunWords:
    """One language, and the time zone that moments are told in."""

    language: str
    zone: ZoneInfo

    def __getitem__(self, key: str) -> str:
        """The sentence for something of `SENTENCES`, with its blanks."""
        return SENTENCES[key][LANGUAGES.index(self.language)]

    def say(self, key: str, **facts: object) -> str:
        """A sentence with its blanks filled in."""
        return self[key].format(**facts)

    def number(self, number: int) -> str:
        """A number with its thousands apart."""
        return f"{number:,}" if self.language == "en" else f"{number:,}".replace(",", NARROW)

    def counted(self, noun: str, number: int) -> str:
        """A number with its noun in the right form."""
        kazakh, russian, english = NOUNS[noun]
        form = {
            "kk": kazakh,
            "ru": russian[_russian_form(number)],
            "en": english[number != 1],
        }[self.language]
        return f"{self.number(number)}{NARROW}{form}"

    def percent(self, number: float) -> str:
        """A share in per cent."""
        return f"{Words(self.language).decimal(number)}{NARROW}%"

    def limit(self, number: float) -> str:
        """A limit in per cent, without a place behind the comma that says nothing."""
        text = f"{number:g}"
        return f"{text if self.language == 'en' else text.replace('.', ',')}{NARROW}%"

    def moment(self, moment: datetime) -> str:
        """A moment as the academy's clock shows it."""
        local = moment.astimezone(self.zone)
        return f"{Words(self.language).day(local.date())} {local:%H:%M}"


def _russian_form(number: int) -> int:
    """0 behind 1, 21, 31; 1 behind 2 to 4, 22; 2 behind 5, 11 to 14, 20."""
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2
