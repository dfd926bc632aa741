"""Paths over several to-many steps: to what records ``lines.product.gifts`` leads in the end."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_metadata.linking.names import Names, UnknownPathError


def reach(names: Names, start: Sequence[str], path: Sequence[str]) -> tuple[str, ...]:
    """Return the entities at the end of a path; raise UnknownPathError where it leads nowhere."""
    here = tuple(start)
    index = 0
    while index < len(path):
        name = path[index]
        holders = [each for each in here if name in names.fields(each)]
        if holders:
            here = tuple(dict.fromkeys(e for each in holders for e in names.targets(each, name)))
            index += 1
        else:
            here, index = (name,), index + _pointing(names, here, path, index)
        if not here:
            raise UnknownPathError(index - 1, name, (), f"'{name}' leads to no record.")
    return here


def _pointing(names: Names, here: Sequence[str], path: Sequence[str], index: int) -> int:
    """Return how many names say which link of another entity points here."""
    name = path[index]
    links = {field for each in here for other, field in names.links_to(each) if other == name}
    if not links:
        known = [field for each in here for field in names.fields(each)]
        of = " or ".join(f"'{each}'" for each in here)
        raise UnknownPathError(index, name, known, f"{of} has no field '{name}'.")
    following = path[index + 1] if index + 1 < len(path) else ""
    if following in links:
        return 2
    if len(links) > 1:
        message = f"Several fields of '{name}' point here; say which."
        raise UnknownPathError(index, name, [f"{name}.{each}" for each in sorted(links)], message)
    return 1
