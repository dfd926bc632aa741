"""What was sent → a draft: every value through its type's one parse, all messages at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardwright_entities.access.policy import Policy
from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, ValueProblem
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.drafts import Draft, Messages, unsent_prefix
from cardwright_entities.records.loading import Loader, Values
from cardwright_entities.records.suggesting import remembers

#: Lines of one lines field at most.
MOST_LINES = 2000

#: The key under which is said which of the values sent are only what was suggested: the engine
#: finds them anew, and they do not count as set by hand.
SUGGESTED = "suggested"

#: Keys of a line that say which one it is, beside its values.
LINE_KEYS = frozenset({"id", "version", "position", "remove"})


@dataclass(eq=False)
class Parser:
    """Reads what was sent for one principal; refuses what he may not set, in words."""

    model: Model
    policy: Policy
    context: Context
    loader: Loader
    messages: Messages
    replace_lines: bool = False

    def read(self, draft: Draft, raw: Mapping[str, Any]) -> None:
        """Put the given values into a draft; note every value that cannot be taken."""
        readable = self.policy.fields(self.context.principal, draft.entity.name, "read")
        writable = self.policy.fields(self.context.principal, draft.entity.name, "write")
        masked = self._masked(draft.entity, readable)
        released = _names(raw.get(SUGGESTED)) if SUGGESTED not in draft.entity.fields else ()
        released = [each for each in released if remembers(draft.entity)]
        for name, value in raw.items():
            if draft.head is not None and name in LINE_KEYS:
                continue
            found = draft.entity.fields.get(name)
            place = draft.prefix + name
            if found is None and name == SUGGESTED and remembers(draft.entity):
                draft.released.update(_names(value))
            elif name in released or (name in masked and _is_shown_part(draft, name, value)):
                continue
            elif found is None or name not in readable | writable | masked:
                self.messages.add(place, Message.of("unknown_field", name=name[:60]))
            elif found.type.relation == "lines":
                self._read_lines(draft, found, value, writable)
            elif not self._may_set(found, name in writable):
                self.messages.add(place, Message("not_writable"))
            else:
                self._read_value(draft, found, value, place)

    def _masked(self, entity: EntityModel, readable: frozenset[str]) -> frozenset[str]:
        """Return the fields of which whoever sends values sees a part."""
        granted = self.policy.fields(self.context.principal, entity.name, "mask") - readable
        return frozenset(name for name in granted if entity.fields[name].type.masks)

    def _may_set(self, found: FieldModel, granted: bool) -> bool:
        if found.definition.system and found.name != "owner":
            return self.context.principal.is_system and found.name != "id"
        return granted and is_typed(found)

    def _read_value(self, draft: Draft, found: FieldModel, raw: Any, place: str) -> None:
        if found.type.write_only and raw is True:
            return  # what is shown of a secret, sent back: it stays as it is
        try:
            value = found.parse(raw, self.context)
        except ValueProblem as problem:
            self.messages.add(place, problem.message)
            return
        draft.values[found.name] = value
        draft.given.add(found.name)

    def _read_lines(
        self, draft: Draft, found: FieldModel, raw: Any, writable: frozenset[str]
    ) -> None:
        place = draft.prefix + found.name
        if found.name not in writable:
            self.messages.add(place, Message("not_writable"))
            return
        if not isinstance(raw, Sequence) or isinstance(raw, str):
            self.messages.add(place, Message("not_a_list"))
            return
        if len(raw) > MOST_LINES:
            self.messages.add(place, Message.of("too_many_lines", most=MOST_LINES))
            return
        line = self.model.lines_of(draft.entity, found.name)
        stored = self._stored_lines(draft, found)
        drafts = [
            self._read_line(draft, line, each, index, f"{place}.{index}.", stored)
            for index, each in enumerate(raw)
        ]
        kept = [each for each in drafts if each is not None]
        self._keep_order(draft, line, found.name, kept, stored)

    def _stored_lines(self, draft: Draft, found: FieldModel) -> dict[int, Values]:
        if draft.id is None:
            return {}
        lines = self.loader.lines(draft.entity, found.name, [draft.id])
        return {int(str(each["id"])): each for each in lines}

    def _read_line(
        self,
        head: Draft,
        line: EntityModel,
        raw: Any,
        index: int,
        prefix: str,
        stored: dict[int, Values],
    ) -> Draft | None:
        if not isinstance(raw, Mapping):
            self.messages.add(prefix.rstrip("."), Message("not_an_object"))
            return None
        known: Values | None = None
        if raw.get("id") not in (None, ""):
            known = stored.pop(_number(raw["id"]), None)
            if known is None:
                self.messages.add(prefix + "id", Message("unknown_line"))
                return None
        draft = Draft(line, dict(known or {}), known, head=head, position=index + 1, prefix=prefix)
        draft.version = _number(raw["version"]) if raw.get("version") not in (None, "") else None
        if raw.get("remove") in (True, "1", "true"):
            if known is not None:
                head.removed.append(draft)
            return None
        self.read(draft, raw)
        return draft

    def _keep_order(
        self,
        draft: Draft,
        line: EntityModel,
        name: str,
        given: list[Draft],
        untouched: dict[int, Values],
    ) -> None:
        gone = {each.id for each in draft.removed}
        rest = [each for number, each in untouched.items() if number not in gone]
        if self.replace_lines:
            draft.removed.extend(Draft(line, dict(each), each, head=draft) for each in rest)
            rest = []
        kept = [
            Draft(line, dict(each), each, head=draft, prefix=unsent_prefix(name, each))
            for each in rest
        ]
        draft.lines[name] = _in_order(kept, given)
        draft.given.add(name)
        for index, each in enumerate(draft.lines[name]):
            each.position = index + 1


def _in_order(kept: list[Draft], given: list[Draft]) -> list[Draft]:
    """Return lines in the order that was sent; among lines that were not, each keeps its place."""
    if not kept:
        return given
    known = kept + [each for each in given if each.stored]
    known.sort(key=lambda each: int(str((each.stored or {}).get("position") or 0)))
    return known + [each for each in given if not each.stored]


def _is_shown_part(draft: Draft, name: str, raw: Any) -> bool:
    """Tell whether what was sent is only what is shown of a stored value: it stays as it is."""
    if draft.stored is None:
        return False
    stored, found = draft.stored.get(name), draft.entity.fields[name]
    shown = None if stored is None else found.type.mask(stored, found.definition)
    return bool((raw or None) == shown)


def is_typed(found: FieldModel) -> bool:
    """Tell whether people set a field at all: it is not the engine's to fill."""
    if found.definition.system:
        return found.name == "owner"
    mirror_edit = found.type.computed == "mirror" and "on_edit" in found.definition.options
    # A stage may be sent as what it shall become: that is the move which leads there.
    return found.type.editable or mirror_edit or found.type.computed == "stage"


def _names(raw: Any) -> list[str]:
    return [str(each) for each in raw] if isinstance(raw, list | tuple) else []


def _number(raw: Any) -> int:
    text = str(raw)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 else -1
