"""Choices of a maintained list that somebody changes on screen, as edits of the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardwright_entities.changes.definition_drafts import Deed, Edit
from cardwright_metadata.definitions.others import ChoiceDefinition, PicklistDefinition
from cardwright_platform.studio.names import code_of


@dataclass(frozen=True, kw_only=True)
class ChoiceWish:
    """A choice as somebody wants it; one without a code is new."""

    code: str = ""
    label: Mapping[str, str]
    colour: str = ""
    retired: bool = False


def change_choices(picklist: PicklistDefinition, wishes: Sequence[ChoiceWish]) -> Deed | None:
    """Return the deed that makes the choices of a list those, in that order; None if they are.

    Choices that nobody mentions stay, behind the others: what records hold is never taken away.
    """
    taken = set(picklist.choices)
    edits: list[Edit] = []
    ordered: list[str] = []
    for wish in wishes:
        code = wish.code or code_of(next(filter(None, wish.label.values()), ""), taken)
        taken.add(code)
        ordered.append(code)
        there = picklist.choices.get(code)
        said = _said(wish) if there is None else _changed(there, wish)
        edits += [_edit(picklist, (code, key), value) for key, value in said.items()]
    wanted = [*ordered, *(each for each in picklist.choices if each not in ordered)]
    if wanted[: len(picklist.choices)] != list(picklist.choices):
        edits += [_edit(picklist, (code, "order"), number) for number, code in enumerate(wanted, 1)]
    if not edits:
        return None
    label = picklist.label.in_language("zh", name=picklist.name)
    return Deed(kind="choices_changed", names={"list": label}, edits=tuple(edits))


def _said(wish: ChoiceWish) -> dict[str, Any]:
    said: dict[str, Any] = {"label": dict(wish.label)}
    if wish.colour:
        said["colour"] = wish.colour
    return said


def _changed(there: ChoiceDefinition, wish: ChoiceWish) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for language, text in wish.label.items():
        if text and text != there.label.in_language(language, name=there.code):
            said["label"] = dict(wish.label)
    if wish.colour != there.colour:
        said["colour"] = wish.colour or None
    if wish.retired != there.retired:
        said["retired"] = True if wish.retired else None
    return said


def _edit(picklist: PicklistDefinition, path: tuple[str, ...], value: object) -> Edit:
    return Edit(target=f"picklist/{picklist.name}", path=("choices", *path), value=value)
