"""The folded text of a column, as unique indexes keep it."""

from __future__ import annotations

from cardwright_entities.store.engines import FOLD


def folded(column: str, dialect: str) -> str:
    """Return the SQL of ``folding.fold`` of a quoted column."""
    if dialect == "postgresql":
        # The collation outside is the plain order of bytes, which is what an index needs.
        return f'(lower(normalize({column}, NFKC) COLLATE "und-x-icu") COLLATE "C")'
    return f"{FOLD}({column})"
