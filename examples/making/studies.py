# ruff: noqa: E501 - the tables below are data, one row a line
"""What is taught: kafedras, programmes, disciplines, terms, academic groups and offerings of 2026-2027."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from making.tables import Row, Tables, row

YEAR = "2026-2027"
TERM_BEGIN = {1: "2026-09-01", 2: "2027-01-25"}
TERM_END = {1: "2027-01-16", 2: "2027-06-12"}

MORPHOLOGY, GENERAL, PHARMACOLOGY, HYGIENE = "plt:cafedra:12", "plt:cafedra:31", "plt:cafedra:47", "plt:cafedra:59"
MEDICINE, PHARMACY, RESIDENCY = "plt:specialization:1", "plt:specialization:2", "plt:specialization:3"
FACULTY_OF = {
    MORPHOLOGY: "plt:faculty:1",
    HYGIENE: "plt:faculty:1",
    GENERAL: "plt:faculty:2",
    PHARMACOLOGY: "plt:faculty:2",
}

# id, type, parent, Kazakh, Russian, English, document index, head, answers for DLT
_ORGS = """
plt:academy:1|academy||Үлгі медицина академиясы|Примерная медицинская академия|Sample Medical Academy|044||
plt:faculty:1|faculty|plt:academy:1|Медицина факультеті|Медицинский факультет|Faculty of Medicine|044-01||
plt:faculty:2|faculty|plt:academy:1|Фармация факультеті|Фармацевтический факультет|Faculty of Pharmacy|044-02||
plt:cafedra:12|kafedra|plt:faculty:1|Морфологиялық пәндер|Морфологические дисциплины|Morphology|044-12|18|19
plt:cafedra:31|kafedra|plt:faculty:2|Жалпы білім беретін пәндер|Общеобразовательные дисциплины|General Education|044-31|11|12
plt:cafedra:47|kafedra|plt:faculty:2|Фармакология|Фармакология|Pharmacology|044-47|04|05
plt:cafedra:59|kafedra|plt:faculty:1|Гигиена және эпидемиология|Гигиена и эпидемиология|Hygiene and Epidemiology|044-59|24|25
"""

_PROGRAMMES = """
1|6B10101|Жалпы медицина|Общая медицина|General Medicine|integrated|B086|plt:faculty:1|0
2|6B10106|Фармация|Фармация|Pharmacy|bachelor|B085|plt:faculty:2|0
3|7R01141|Клиникалық фармакология|Клиническая фармакология|Clinical Pharmacology|residency|R041|plt:faculty:2|0
"""

# id|code|Kazakh|Russian|English|kafedra|ECTS. The code of 204 is printed in Cyrillic letters; 308 and 309 have one
# code in two kafedras.
_DISCIPLINES = """
101|Ana 1201|Адам анатомиясы|Анатомия человека|Human Anatomy|12|6
102|INF 1105|Ақпараттық-коммуникациялық технологиялар|Информационно-коммуникационные технологии|Information and Communication Technologies|31|5
103|KRT 1102|Кәсіби қазақ (орыс) тілі|Профессиональный казахский (русский) язык|Professional Kazakh (Russian) Language|31|5
104|KT 1101|Қазақстан тарихы|История Казахстана|History of Kazakhstan|31|5
105|Him 1203|Химия|Химия|Chemistry|47|4
106|MBG 1202|Молекулалық биология және генетика|Молекулярная биология и генетика|Molecular Biology and Genetics|12|4
107|Bot 1204|Ботаника|Ботаника|Botany|47|4
201|Gis 2201|Гистология|Гистология|Histology|12|4
202|Fiz 2202|Физиология|Физиология|Physiology|12|6
203|MI 2203|Микробиология және иммунология|Микробиология и иммунология|Microbiology and Immunology|59|5
204|ВН 2204|Биохимия|Биохимия|Biochemistry|47|4
205|Fil 2101|Философия|Философия|Philosophy|31|5
206|PA 2208|Патологиялық анатомия|Патологическая анатомия|Pathological Anatomy|12|5
207|Fgn 2305|Фармакогнозия|Фармакогнозия|Pharmacognosy|47|5
208|FK 2221|Фармацевтикалық күтім|Фармацевтическая опека|Pharmaceutical Care|47|3
209|KP 2222|Косметикалық препараттар|Косметические препараты|Cosmetic Preparations|47|3
301|PVB 3301|Ішкі аурулар пропедевтикасы|Пропедевтика внутренних болезней|Propaedeutics of Internal Diseases|12|6
302|GiE 3201|Гигиена және эпидемиология|Гигиена и эпидемиология|Hygiene and Epidemiology|59|4
303|Far 3202|Фармакология негіздері|Основы фармакологии|Basics of Pharmacology|47|5
304|Bst 3203|Биостатистика|Биостатистика|Biostatistics|31|3
305|OZ 3204|Қоғамдық денсаулық сақтау|Общественное здравоохранение|Public Health|59|4
306|MP 3105|Медициналық құқық|Медицинское право|Medical Law|31|3
307|FT 3306|Дәрілердің өндірістік технологиясы|Технология лекарств|Technology of Medicines|47|5
308|GP 3221|Тамақтану гигиенасы|Гигиена питания|Nutrition Hygiene|59|3
309|GP 3221|Гомеопатиялық препараттар|Гомеопатические препараты|Homeopathic Preparations|47|3
401|KF 1301|Жеке клиникалық фармакология|Частная клиническая фармакология|Special Clinical Pharmacology|47|10
402|FE 1302|Фармакоэпидемиология|Фармакоэпидемиология|Pharmacoepidemiology|47|6
403|RAB 1303|Антибиотиктерді ұтымды қолдану|Рациональная антибиотикотерапия|Rational Antibiotic Therapy|47|8
404|LM 1304|Дәрілік мониторинг|Лекарственный мониторинг|Therapeutic Drug Monitoring|47|8
405|DM 1305|Дәлелді медицина|Доказательная медицина|Evidence-Based Medicine|47|6
"""


@dataclass(frozen=True, slots=True)
class Stream:
    """The academic groups that study together: one programme, study year and language.

    `disciplines` are (term, discipline) pairs everybody takes; of `electives` (term, two disciplines) each
    student chooses one, across the groups. `absolute_terms`: the registrar counts terms from admission.
    """

    programme: str
    study_year: int
    language: str
    groups: tuple[str, ...]
    group_size: int
    disciplines: tuple[tuple[int, str], ...]
    electives: tuple[int, tuple[str, str]] | None = None
    absolute_terms: bool = False


def _six(*disciplines: str) -> tuple[tuple[int, str], ...]:
    return tuple((1 if place < 3 else 2, discipline) for place, discipline in enumerate(disciplines))


_MED_1 = _six("101", "102", "103", "104", "105", "106")
_MED_2 = _six("201", "202", "203", "204", "205", "206")

STREAMS = (
    Stream(MEDICINE, 1, "kk", ("ЖМ-26-01қ", "ЖМ-26-02қ"), 16, _MED_1),
    Stream(MEDICINE, 1, "ru", ("ОМ-26-01р", "ОМ-26-02р"), 16, _MED_1),
    Stream(MEDICINE, 2, "kk", ("ЖМ-25-01қ", "ЖМ-25-02қ"), 16, _MED_2),
    Stream(MEDICINE, 2, "en", ("GM-25-01", "GM-25-02"), 16, _MED_2),
    Stream(
        MEDICINE, 3, "kk", ("ЖМ-24-01қ", "ЖМ-24-02қ"), 16,
        _six("302", "303", "301", "304", "305", "306"), (1, ("308", "309")), absolute_terms=True,
    ),
    Stream(PHARMACY, 1, "kk", ("ФР-26-01қ", "ФР-26-02қ", "ФР-26-03қ"), 15, _six("102", "103", "107", "104", "105", "106")),
    Stream(
        PHARMACY, 2, "ru", ("ФР-25-01р", "ФР-25-02р", "ФР-25-03р"), 15,
        _six("202", "203", "207", "204", "205", "206"), (1, ("208", "209")),
    ),
    Stream(
        PHARMACY, 3, "kk", ("ФР-24-01қ", "ФР-24-02қ"), 15,
        _six("303", "302", "307", "304", "305", "306"), (2, ("308", "309")), absolute_terms=True,
    ),
    Stream(RESIDENCY, 1, "ru", ("РКФ-26-01", "РКФ-26-02"), 10, _six("401", "402", "403", "401", "404", "405")),
)  # fmt: skip

#: Cycles of the residency run one after the other and do not keep to the terms.
_RESIDENCY_CYCLES = (
    ("2026-09-01", "2026-10-31"), ("2026-11-02", "2026-12-12"), ("2026-12-14", "2027-02-13"),
    ("2027-02-15", "2027-04-10"), ("2027-04-12", "2027-06-05"), ("2027-06-07", "2027-07-17"),
)  # fmt: skip


def make_studies() -> Tables:
    """Every table that names no learner."""
    return {
        "org": list(_orgs()),
        "programme": list(_programmes()),
        "discipline": list(_disciplines()),
        "academic_session": list(_sessions()),
        "study_cohort": list(_cohorts()),
        "offering": [_numbered(place, made) for place, made in enumerate(_offerings(), start=1)],
    }


def _lines(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.strip().splitlines()]


def _tutor(number: str) -> str:
    return f"plt:tutor:8200{number}" if number else ""


def _orgs() -> Iterator[Row]:
    for key, kind, parent, kk, ru, en, index, head, contact in _lines(_ORGS):
        yield row(
            "org", sourced_id=key, type=kind, parent_id=parent, name_kk=kk, name_ru=ru, name_en=en,
            doc_index=index, head_id=_tutor(head), dlt_contact_id=_tutor(contact), opened_on="1979-09-01",
        )  # fmt: skip


def _programmes() -> Iterator[Row]:
    for number, code, kk, ru, en, level, group, faculty, distance in _lines(_PROGRAMMES):
        yield row(
            "programme", sourced_id=f"plt:specialization:{number}", code=code, name_kk=kk, name_ru=ru,
            name_en=en, level=level, group_code=group, faculty_id=faculty, distance_form_allowed=distance,
            valid_from="2021-09-01",
        )  # fmt: skip


def _disciplines() -> Iterator[Row]:
    for number, code, kk, ru, en, kafedra, ects in _lines(_DISCIPLINES):
        yield row(
            "discipline", sourced_id=f"plt:subject:{number}", code=code, name_kk=kk, name_ru=ru, name_en=en,
            kafedra_id=f"plt:cafedra:{kafedra}", ects=ects,
        )  # fmt: skip


def _sessions() -> Iterator[Row]:
    year = "plt:year:2026"
    yield row(
        "academic_session", sourced_id=year, type="schoolYear", name=YEAR, begin="2026-09-01",
        end="2027-08-31", weeks="52",
    )  # fmt: skip
    for term in (1, 2):
        yield row(
            "academic_session", sourced_id=f"plt:term:2026-{term}", type="term", name=f"{YEAR}/{term}",
            parent_id=year, begin=TERM_BEGIN[term], end=TERM_END[term], weeks="20",
        )  # fmt: skip


def cohort_ids(stream: Stream) -> list[str]:
    """The sourced ids of the stream's groups, in the order of their names."""
    before = sum(len(other.groups) for other in STREAMS[: STREAMS.index(stream)])
    return [f"plt:group:{501 + before + place}" for place in range(len(stream.groups))]


def _cohorts() -> Iterator[Row]:
    for stream in STREAMS:
        for key, name in zip(cohort_ids(stream), stream.groups, strict=True):
            yield row(
                "study_cohort", sourced_id=key, name=name, programme_id=stream.programme,
                study_year=str(stream.study_year), language=stream.language,
                adviser_id=f"plt:tutor:8200{int(key[-2:]) + 3:02}", academic_year=YEAR,
            )  # fmt: skip


def _offerings() -> Iterator[Row]:
    by_number = {d["sourced_id"]: d for d in _disciplines()}
    for stream in STREAMS:
        for place, (term, number) in enumerate(stream.disciplines):
            made = _offering(stream, term, by_number[f"plt:subject:{number}"])
            if stream.programme == RESIDENCY:
                made["begin"], made["end"] = _RESIDENCY_CYCLES[place]
            yield made
        if stream.electives:
            term, choice = stream.electives
            yield from (_offering(stream, term, by_number[f"plt:subject:{number}"]) for number in choice)


def _offering(stream: Stream, term: int, discipline: Row) -> Row:
    absolute = 2 * (stream.study_year - 1) + term
    return row(
        "offering", discipline_id=discipline["sourced_id"], session_id=f"plt:term:2026-{term}",
        language=stream.language, programme_id=stream.programme, study_year=str(stream.study_year),
        kafedra_id=discipline["kafedra_id"], term_no=str(absolute if stream.absolute_terms else term),
        delivery_mode="classroom" if stream.programme == RESIDENCY else "blended", ects=discipline["ects"],
    )  # fmt: skip


def _numbered(place: int, offering: Row) -> Row:
    return offering | {"sourced_id": f"plt:offering:{place}"}
