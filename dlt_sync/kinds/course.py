"""Offerings as courses: named in the language they are taught in, in the category of their kafedra and year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from dlt_sync.kinds.academy import Offering
from dlt_sync.kinds.category import ARCHIVE_KEY, category_path
from dlt_sync.kinds.kind import Kind, Source
from dlt_sync.model import Desired, Fields, Policy, Value


class Course(Kind):
    """A course. Removed by hiding it and moving it to the archive category; never deleted."""

    name = "course"
    words = ("course", "courses")
    policies: ClassVar[Mapping[str, Policy]] = {
        "fullname": Policy.ENFORCE,
        "shortname": Policy.ENFORCE,
        "category": Policy.ENFORCE,
        "idnumber": Policy.ENFORCE,
        "lang": Policy.ENFORCE,
        "startdate": Policy.ENFORCE,
        "enddate": Policy.ENFORCE,
        "visible": Policy.INITIAL,  # the teacher opens and closes the course
        "format": Policy.INITIAL,
        "cf_code": Policy.ENFORCE,
        "cf_programme": Policy.ENFORCE,
        "cf_study_year": Policy.ENFORCE,
        "cf_ects": Policy.ENFORCE,
        "cf_delivery_mode": Policy.ENFORCE,
        "cf_kafedra": Policy.ENFORCE,
    }
    removed: ClassVar[Fields | None] = {"visible": False, "category": ARCHIVE_KEY}
    entity = "offering"
    weight = 8
    content = ("shortname",)

    def desired(self, source: Source) -> Iterator[Desired]:
        """Every offering, its shortname made unique where two would share one (DOMAIN d.6 trap 12)."""
        taken: set[str] = set()
        for offering in sorted(source.offerings.values(), key=lambda o: o.key):
            shortname = short_name(source, offering)
            if shortname.casefold() in taken:
                shortname = f"{shortname} ({offering.key.rsplit(':', 1)[-1]})"
            taken.add(shortname.casefold())
            yield _course(source, offering, shortname)


def short_name(source: Source, offering: Offering) -> str:
    """The short name of an offering's course, as the settings' template makes it."""
    return source.rules.course_shortname.format_map(_words(source, offering))


def _course(source: Source, offering: Offering, shortname: str) -> Desired:
    path = category_path(source, offering)
    category = path[-1][0] if path else ""
    template = _template(source, offering)
    return Desired(
        kind="course",
        key=offering.key,
        fields=_fields(source, offering, shortname, category),
        label=shortname,
        unit=source.unit(offering.kafedra),
        reason=f"offering {offering.key}, import {offering.batch}",
        match=_match(source, offering, shortname),
        needs=(("category", category),) if category else (),
        create_only={"template": template} if template else {},
    )


def _fields(source: Source, offering: Offering, shortname: str, category: str) -> dict[str, Value]:
    words = _words(source, offering)
    rules = source.rules
    session = source.academy.sessions[offering.session]
    fullname = rules.course_fullname_by_language.get(offering.language, rules.course_fullname)
    return {
        "fullname": fullname.format_map(words),
        "shortname": shortname,
        "category": category,
        "idnumber": offering.key,
        "lang": offering.language,
        "startdate": source.start_of(offering.begin or session.begin),
        "enddate": source.end_of(offering.end or session.end),
        "visible": rules.course_visible,
        "format": rules.course_format,
        "cf_code": words["discipline_code"],
        "cf_programme": words["programme_code"],
        "cf_study_year": str(offering.study_year),
        "cf_ects": str(offering.ects) if offering.ects else "",
        "cf_delivery_mode": offering.delivery_mode,
        "cf_kafedra": words["kafedra"],
    }


def _words(source: Source, offering: Offering) -> dict[str, str]:
    """What a name template may use, names in the offering's language."""
    academy = source.academy
    discipline = academy.disciplines[offering.discipline]
    programme = academy.programmes[offering.programme]
    kafedra = academy.orgs.get(offering.kafedra)
    return {
        "discipline": discipline.names.in_language(offering.language),
        "discipline_code": discipline.code,
        "programme": programme.names.in_language(offering.language),
        "programme_code": programme.code,
        "kafedra": kafedra.names.in_language(offering.language) if kafedra else "",
        "language": offering.language,
        "study_year": str(offering.study_year),
        "academic_year": source.academic_year(offering),
        "term": str(offering.term_no),
    }


def _match(source: Source, offering: Offering, shortname: str) -> tuple[tuple[str, str], ...]:
    by_shortname = source.rules.adopt_by.get("course") == "shortname"
    return (("idnumber", offering.key), *((("shortname", shortname),) if by_shortname else ()))


def _template(source: Source, offering: Offering) -> str:
    """The template course of the kafedra, else of the level, else none."""
    templates = source.rules.course_templates
    level = source.academy.programmes[offering.programme].level
    return templates.get(f"kafedra:{offering.kafedra}") or templates.get(f"level:{level}", "")
