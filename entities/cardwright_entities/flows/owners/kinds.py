"""How saves are called that change who owns a record, and nothing else."""

from __future__ import annotations

CLAIM, RELEASE, ASSIGN, HAND_OVER = "claim", "release", "assign", "hand_over"

#: Who owns a record is no content of it: these go through a lock, as a move does.
OWNING = frozenset({CLAIM, RELEASE, ASSIGN, HAND_OVER})
