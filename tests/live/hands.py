"""Somebody at work in the real Moodle: the conformance suite's World, through Moodle's own API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dlt_sync.model import Value
from scripts.site.moodle import Site

_FUNCTIONS = str(Path(__file__).with_suffix(".php"))


class Hands:
    """People's hands on a site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def hand_add(self, kind: str, **fields: Value) -> int:
        """Make an object; returns its Moodle id."""
        return int(self._do("hand_add($kind, $fields)", kind=kind, fields=fields))

    def hand_change(self, kind: str, key: str, name: str, value: Value) -> None:
        """Edit one field."""
        self._do("hand_change($kind, $key, $name, $value)", kind=kind, key=key, name=name, value=value)

    def hand_delete(self, kind: str, key: str) -> None:
        """Delete an object."""
        self._do("hand_delete($kind, $key)", kind=kind, key=key)

    def hand_enrol(self, course: str, user: str, role: str = "student") -> int:
        """Enrol somebody by the manual method."""
        return int(self._do("hand_enrol($course, $user, $role)", course=course, user=user, role=role))

    def hand_join(self, kind: str, key: str, user: str) -> None:
        """Put somebody into a group or a cohort."""
        self._do("hand_join($kind, $key, $user)", kind=kind, key=key, user=user)

    def hand_ask(self, user: str, course: str, **texts: str) -> str:
        """Ask for something on the Videos page; the texts are columns of the request. Returns its key."""
        return str(self._do("hand_ask($user, $course, $texts)", user=user, course=course, texts=texts))

    def hand_stage(self, key: str, stage: str, reason: str = "") -> None:
        """Bring a request to a stage on the department's page."""
        self._do("hand_stage($key, $stage, $reason)", key=key, stage=stage, reason=reason)

    def show_section(self, course: str, number: int, visible: bool) -> None:
        """Hide or show a whole section of a course."""
        self._do("hand_show_section($course, $number, $visible)", course=course, number=number, visible=visible)

    def duplicate(self, key: str) -> int:
        """Duplicate a video within its course; returns the id of the copy."""
        return int(self._do("hand_duplicate($key)", key=key))

    def restore_course(self, course: str, *, as_new: bool) -> int:
        """Back a course up and restore it, as a new one or into itself; returns the id of the course restored into."""
        return int(self._do("hand_restore_course($course, $asnew)", course=course, asnew=as_new))

    def strangers(self) -> dict[tuple[str, int], object]:
        """All that is not ours."""
        return {(kind, moodle_id): row for kind, moodle_id, row in self._do("hand_strangers()")}

    def _do(self, call: str, **values: Any) -> Any:
        return self._site.php(f"require_once($functions); return {call};", functions=_FUNCTIONS, **values)
