"""People: one Moodle user per person, whatever number of kafedras or cohorts they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from dlt_sync.kinds.academy import Person
from dlt_sync.kinds.kind import Kind, Source
from dlt_sync.model import Desired, Fields, Policy, Value


class User(Kind):
    """A user account. Removed by suspending; never deleted."""

    name = "user"
    words = ("user", "users")
    policies: ClassVar[Mapping[str, Policy]] = {
        "username": Policy.ENFORCE,
        "firstname": Policy.ENFORCE,
        "lastname": Policy.ENFORCE,
        "middlename": Policy.ENFORCE,
        "idnumber": Policy.ENFORCE,
        "suspended": Policy.ENFORCE,
        "email": Policy.INITIAL,  # people keep their own address
        "lang": Policy.INITIAL,
        "auth": Policy.INITIAL,
    }
    removed: ClassVar[Fields | None] = {"suspended": True}
    entity = "person"
    content = ("username",)

    def desired(self, source: Source) -> Iterator[Desired]:
        """Everybody in the records who is to have an account today."""
        for person in source.academy.people.values():
            if source.has_access(person.key):
                yield Desired(
                    kind=self.name,
                    key=person.key,
                    fields=_fields(person, source),
                    label=full_name(person),
                    unit=_unit(person, source),
                    reason=f"person {person.key}, import {person.batch}",
                    match=_match(person, source),
                )

    def subjects(self, key: str) -> Iterable[tuple[str, str]]:
        """The person, and the person as somebody employed."""
        return (("person", key), ("employment", key))


def full_name(person: Person) -> str:
    """Family name, given name and patronymic, as in the records."""
    return " ".join(part for part in (person.family_name, person.given_name, person.patronymic) if part)


def _fields(person: Person, source: Source) -> dict[str, Value]:
    """Moodle needs a first and a last name; who has one name only gets the placeholder for the other."""
    fields: dict[str, Value] = {
        "username": person.username,
        "firstname": person.given_name or source.rules.single_name_placeholder,
        "lastname": person.family_name,
        "middlename": person.patronymic,
        "auth": source.rules.auth,
        "idnumber": person.key,
        "suspended": False,
    }
    if person.email:
        fields["email"] = person.email
    if person.language:
        fields["lang"] = person.language
    return fields


def _match(person: Person, source: Source) -> tuple[tuple[str, str], ...]:
    by = source.rules.adopt_by.get("user", "")
    value = {"username": person.username, "email": person.email}.get(by, "")
    return (("idnumber", person.key), *(((by, value),) if value else ()))


def _unit(person: Person, source: Source) -> str:
    """Where a person is listed: the main kafedra, else the programme of the study cohort."""
    jobs = source.employments.get(person.key, ())
    if jobs or person.primary_org:
        return source.unit(jobs[0].org if jobs else person.primary_org)
    cohort = source.academy.cohorts.get(source.cohort_of.get(person.key, ""))
    programme = source.academy.programmes.get(cohort.programme) if cohort else None
    return programme.names.in_language(source.rules.site_language) if programme else ""
