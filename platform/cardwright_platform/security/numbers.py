"""Numbers of records in addresses and forms: plain digits that every engine can look for."""

from __future__ import annotations

import re

from werkzeug.routing import IntegerConverter, ValidationError

#: Ids stay below this: JSON keeps them exactly, and both engines can compare them.
LARGEST = 2**53 - 1

_PLAIN = re.compile("[0-9]{1,16}")


def is_number(text: str) -> bool:
    """Tell whether a text is a number as we write it: ``²`` and ``٣`` are digits elsewhere."""
    return _PLAIN.fullmatch(text) is not None and int(text) <= LARGEST


def read_number(text: str) -> int:
    """Return the number that a text holds, and 0, which no record has, for any other text."""
    return int(text) if is_number(text) else 0


class NumberInAddress(IntegerConverter):
    """A number in an address; an address with any other one leads nowhere."""

    regex = "[0-9]{1,16}"

    def to_python(self, value: str) -> int:
        if not is_number(value):
            raise ValidationError
        return int(super().to_python(value))
