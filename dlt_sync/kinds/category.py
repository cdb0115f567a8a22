"""Course categories: faculty › kafedra › academic year, or whatever order the settings say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from dlt_sync.kinds.academy import Offering
from dlt_sync.kinds.kind import Kind, Source
from dlt_sync.model import KEY_SEPARATOR, Desired, Fields, Policy, join_key

#: Where removed courses go. Hidden, at the top.
ARCHIVE_KEY = "dlt-sync:archive"
#: Levels a category path may have.
LEVELS = ("faculty", "kafedra", "academic_year", "term")


class Category(Kind):
    """A course category. Never deleted; hidden when no offering needs it any more."""

    name = "category"
    words = ("category", "categories")
    policies: ClassVar[Mapping[str, Policy]] = {
        "name": Policy.ENFORCE,
        "parent": Policy.ENFORCE,
        "idnumber": Policy.ENFORCE,
        "visible": Policy.ENFORCE,
    }
    removed: ClassVar[Fields | None] = {"visible": False}
    entity = "org"

    def desired(self, source: Source) -> Iterator[Desired]:
        """The archive, then each path that an offering needs, parents first."""
        yield _category(ARCHIVE_KEY, source.rules.archive_name, "", "", "the settings", visible=False)
        seen: set[str] = set()
        for offering in source.offerings.values():
            parent = ""
            for key, name, reason in category_path(source, offering):
                if key not in seen:
                    seen.add(key)
                    yield _category(key, name, parent, source.unit(offering.kafedra), reason)
                parent = key

    def subjects(self, key: str) -> Iterable[tuple[str, str]]:
        """The org whose category, or whose year's category, it is."""
        return (("org", key.split(KEY_SEPARATOR)[0]),)


def category_path(source: Source, offering: Offering) -> list[tuple[str, str, str]]:
    """Key, name and reason of each category above an offering, from the top.

    A level that the records do not fill (a kafedra under no faculty) is left out.
    """
    path: list[tuple[str, str, str]] = []
    org, period = "", ""
    for level in source.rules.category_levels:
        if level in ("faculty", "kafedra"):
            found = offering.kafedra if level == "kafedra" else _faculty(source, offering.kafedra)
            if not found:
                continue
            org, name, reason = found, source.unit(found), f"{level} {found}"
            reason += f", import {source.academy.orgs[found].batch}"
        else:
            period = _period(source, offering, level)
            name, reason = period, f"{level.replace('_', ' ')} {period}"
        path.append((join_key(*(part for part in (org or "dlt-sync", period) if part)), name, reason))
    return path


def _period(source: Source, offering: Offering, level: str) -> str:
    year = source.academic_year(offering)
    return year if level == "academic_year" else f"{year}/{offering.term_no}"


def _faculty(source: Source, kafedra: str) -> str | None:
    """The faculty or college above a kafedra."""
    org = source.academy.orgs.get(kafedra)
    seen: set[str] = set()
    while org and org.parent and org.parent not in seen:
        seen.add(org.parent)
        org = source.academy.orgs.get(org.parent)
        if org and org.type in ("faculty", "college"):
            return org.key
    return None


def _category(key: str, name: str, parent: str, unit: str, reason: str, *, visible: bool = True) -> Desired:
    return Desired(
        kind="category",
        key=key,
        fields={"name": name, "parent": parent, "idnumber": key, "visible": visible},
        label=name,
        unit=unit,
        reason=reason,
        match=(("idnumber", key),),
        needs=(("category", parent),) if parent else (),
    )
