"""How large an expression may be, so that nobody's machine suffers from somebody's text."""

from __future__ import annotations

#: Characters of one expression.
MAXIMUM_LENGTH = 4_000

#: Brackets within brackets, operators before operators; also the height of the tree.
MAXIMUM_LEVELS = 64

#: Digits of one number.
MAXIMUM_DIGITS = 38

#: Of a query: conditions within conditions, conditions, values in lists.
MAXIMUM_QUERY_DEPTH = 8
MAXIMUM_CONDITIONS = 100
MAXIMUM_VALUES = 1_000
