"""Picklists whose choices are definitions: roles or calendars of all packs, whoever brings them."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_metadata.marks import MarkedMap

#: Key of a picklist that names the kind of these definitions.
NAMES = "names"


def list_definitions(contents: Mapping[str, Mapping[str, MarkedMap]]) -> None:
    """Add a choice for each definition of the kind that a picklist names, after written ones."""
    for picklist in contents["picklist"].values():
        kind = picklist.get(NAMES)
        if kind is None:
            continue
        choices = picklist.setdefault("choices", MarkedMap())
        written = (each.get("order") for each in choices.values())
        last = max((each for each in written if isinstance(each, int)), default=0)
        # By name: the same, in whichever order packs were installed and read.
        for order, (name, definition) in enumerate(sorted(contents[kind].items()), last + 1):
            if definition.get("retired"):
                continue
            label = definition.get("label") or {}
            if name in choices:
                # Written because of something else, such as who may choose it.
                choices[name].setdefault("label", label)
            else:
                choice = MarkedMap()
                choice.update(label=label, order=order)
                choices[name] = choice
