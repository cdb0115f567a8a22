"""Reading what Moodle answered, trusting nothing: a value of the wrong shape is a MoodleError with its place.

Input: plain JSON values. Output: the values of model and contract. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from dlt_sync.errors import MoodleError
from dlt_sync.model import Fields, fields_from_json


class Answer:
    """One JSON object of an answer. Each reader takes a name and raises MoodleError when what stands there is
    not what docs/bridge.md says."""

    def __init__(self, function: str, value: object, place: str = "the answer") -> None:
        self._function = function
        self._place = place
        if value == []:  # PHP writes an empty map as an empty list
            value = {}
        if not isinstance(value, dict):
            raise self._wrong(place, "an object")
        self._values: dict[str, object] = value

    def text(self, name: str) -> str:
        """A text."""
        value = self._values.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, "a text")
        return value

    def number(self, name: str) -> int:
        """A whole number."""
        value = self._values.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(name, "a whole number")
        return value

    def number_or_none(self, name: str) -> int | None:
        """A whole number or null. Its absence is an error."""
        return None if self.is_null(name) else self.number(name)

    def text_or_none(self, name: str) -> str | None:
        """A text or null. Its absence is an error."""
        return None if self.is_null(name) else self.text(name)

    def flag(self, name: str) -> bool:
        """true or false."""
        value = self._values.get(name)
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(self._text_in(name, item) for item in self.items(name))

    def items(self, name: str) -> list[object]:
        """A list of anything."""
        value = self._values.get(name)
        if not isinstance(value, list):
            raise self._wrong(name, "a list")
        return value

    def parts(self, name: str) -> Iterator[Answer]:
        """A list of objects."""
        for position, item in enumerate(self.items(name)):
            yield Answer(self._function, item, f"{name}[{position}]")

    def part(self, name: str) -> Answer:
        """An object."""
        if name not in self._values:
            raise self._wrong(name, "an object")
        return Answer(self._function, self._values[name], name)

    def fields(self, name: str) -> Fields:
        """Fields of an object in Moodle."""
        try:
            return fields_from_json(self.part(name)._values)
        except TypeError as error:
            raise self._wrong(name, "fields") from error

    def fields_or_none(self, name: str) -> Fields | None:
        """Fields, or null when the object is gone. Their absence is an error."""
        return None if self.is_null(name) else self.fields(name)

    def names(self) -> tuple[str, ...]:
        """Every name in the object, for objects whose names are keys."""
        return tuple(self._values)

    def is_null(self, name: str) -> bool:
        """Whether the value is null. Raises MoodleError when there is none."""
        if name not in self._values:
            raise self._wrong(name, "there, if only null")
        return self._values[name] is None

    def _text_in(self, name: str, item: object) -> str:
        if not isinstance(item, str):
            raise self._wrong(name, "a list of texts")
        return item

    def _wrong(self, name: str, wanted: str) -> MoodleError:
        place = name if name == self._place else f"{name} in {self._place}"
        return malformed(self._function, f"{place} is not {wanted}")


def malformed(function: str, problem: str) -> MoodleError:
    """The error for an answer that does not follow docs/bridge.md."""
    return MoodleError(
        f"Moodle's answer to {function} makes no sense: {problem}.",
        remedy="The plugin and this program must be of the same release; update both.",
        function=function,
    )
