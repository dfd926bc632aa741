"""Who may choose a choice or is shown a place of the menu: the roles that are named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardwright_metadata.linking.names import Names
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap

WHO = "who"
#: Is there in every installation, whether or not a pack defines it.
_ADMIN = "admin"


def check_choosers(
    content: MarkedMap,
    path: tuple[str, ...],
    choices: Mapping[str, Any],
    names: Names,
    report: Report,
) -> None:
    """Report roles that may choose one of the choices at a path and that nobody defines."""
    for code, choice in choices.items():
        check_who(content, (*path, code), choice, names, report)


def check_who(
    content: MarkedMap,
    path: tuple[str, ...],
    part: Mapping[str, Any],
    names: Names,
    report: Report,
) -> None:
    """Report the roles under ``who`` of the part at a path that nobody defines."""
    said = part.get(WHO) or {}
    roles = names.contents["role"]
    for index, role in enumerate(said.get("roles") or ()):
        if role not in roles and role != _ADMIN:
            report.unknown(content, (*path, WHO, "roles", index), "role", str(role), roles)
