"""The parts whose records decide who may do what: what is written there gives rights."""

from __future__ import annotations

#: Their records carry roles.
GIVING_RIGHTS = ("user", "user_group")
#: Their records say who somebody is, in the field that fills the role ``ACCOUNT``.
PERSONS, ACCOUNT = ("employee", "contact"), "user"
