"""A posted form → what the write gate takes, and back: its refusals beside their inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message, ValueProblem
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.records.parsing import SUGGESTED
from cardwright_platform.security.numbers import is_number
from cardwright_platform.web.presenting.carried_lines import with_carried
from cardwright_platform.web.presenting.form_requests import Failure, typed_keys
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.matrix_cells import place_in_form, unfolded
from cardwright_platform.web.presenting.reader import Reader

#: Inputs of a form that are no fields.
FORM_INPUTS = frozenset({"version", "then", "return", "csrf_token", "key"})

_NO_FILES: Mapping[str, Sequence[int]] = MappingProxyType({})
_ADDRESS_PARTS = ("region", "street", "postcode")


def read_typed(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return what was posted by input name, in the order of the screen; carried lines unfolded."""
    typed: dict[str, list[str]] = {}
    for name, text in pairs:
        typed.setdefault(name, []).append(text)
    return with_carried(typed)


def raw_values(
    desk: Desk,
    entity: EntityModel,
    typed: Typed,
    files: Mapping[str, Sequence[int]] = _NO_FILES,
) -> tuple[dict[str, Any], dict[str, list[Message]]]:
    """Return the raw values for the gate, and per input name problems of their spelling.

    Only inputs that the form showed are taken: what was not posted stays as it is.
    """
    problems: dict[str, list[Message]] = {}
    posted = typed
    typed = unfolded(entity, _lines_of(desk, entity), typed)
    raw = read_inputs(entity.fields, typed, files, problems)
    for each in entity.lines:
        if f"{each.name}.shown" in typed or typed_keys(typed, each.name):
            line = desk.model.lines_of(entity, each.name)
            raw[each.name] = [
                _raw_line(line, typed, f"{each.name}.{key}.", files, problems)
                for key in typed_keys(typed, each.name)
            ]
    return raw, {place_in_form(entity, posted, name): each for name, each in problems.items()}


def _lines_of(desk: Desk, entity: EntityModel) -> dict[str, EntityModel]:
    return {each.name: desk.model.lines_of(entity, each.name) for each in entity.lines}


def _raw_line(
    line: EntityModel,
    typed: Typed,
    prefix: str,
    files: Mapping[str, Sequence[int]],
    problems: dict[str, list[Message]],
) -> dict[str, Any]:
    raw = read_inputs(line.fields, typed, files, problems, prefix)
    for name in ("id", "version", "remove"):
        if typed.get(prefix + name):
            raw[name] = typed[prefix + name][0]
    return raw


def read_inputs(
    fields: Mapping[str, FieldModel],
    typed: Typed,
    files: Mapping[str, Sequence[int]],
    problems: dict[str, list[Message]],
    prefix: str = "",
) -> dict[str, Any]:
    """Return the raw values of the fields whose inputs were posted; note bad spellings."""
    raw: dict[str, Any] = {}
    suggested = [name for name in fields if _is_suggested(typed, prefix + name)]
    if suggested:
        raw[SUGGESTED] = suggested
    for name, found in fields.items():
        place = prefix + name
        if found.type.relation == "lines" or name in FORM_INPUTS:
            continue
        if found.type.holds_file:
            _take_file(raw, found, typed, place, files)
            continue
        parts = {
            part: typed[f"{place}.{part}"][0]
            for part in _ADDRESS_PARTS
            if typed.get(f"{place}.{part}")
        }
        if parts and found.type.widget == "address":
            raw[name] = parts if any(text.strip() for text in parts.values()) else None
        elif found.type.widget == "period" and f"{place}.start" in typed:
            ends = {part: typed.get(f"{place}.{part}", [""])[0] for part in ("start", "end")}
            raw[name] = ends if any(text.strip() for text in ends.values()) else None
        elif found.type.widget == "attributes" and f"{place}.shown" in typed:
            raw[name] = _attributes(typed, f"{place}.") or None
        elif found.type.write_only and typed.get(f"{place}.clear"):
            raw[name] = None
        elif place in typed:
            raw[name] = _one(found, typed[place], place, problems)
    return raw


def _attributes(typed: Typed, prefix: str) -> dict[str, str]:
    """Return what was typed for values that lines of another record define."""
    given = {
        name.removeprefix(prefix): texts[-1].strip()
        for name, texts in typed.items()
        if name.startswith(prefix) and name != f"{prefix}shown"
    }
    return {name: text for name, text in given.items() if text}


def _is_suggested(typed: Typed, place: str) -> bool:
    """Tell whether a form says of a value that nobody set it by hand."""
    return (typed.get(f"{place}.suggested") or [""])[-1] == "1"


def _one(
    found: FieldModel, texts: Sequence[str], place: str, problems: dict[str, list[Message]]
) -> Any:  # noqa: ANN401 - whatever the type's parse takes
    if found.type.relation == "many" or found.type.widget == "multiselect":
        return [text for text in texts if text.strip()]
    if found.type.widget == "checkbox":
        # A hidden "0" goes before the box, so that an empty box is said and not left out.
        return texts[-1] if texts[-1] else False
    try:
        return found.type.read_input(texts[-1], found.definition)
    except ValueProblem as problem:
        problems.setdefault(place, []).append(problem.message)
        return None


def _take_file(
    raw: dict[str, Any],
    found: FieldModel,
    typed: Typed,
    place: str,
    files: Mapping[str, Sequence[int]],
) -> None:
    removed = typed.get(f"{place}.remove", ())
    if found.type.takes_several:
        kept = [each for each in typed.get(place, ()) if is_number(each) and each not in removed]
        if place in typed or place in files:
            raw[found.name] = [*map(int, kept), *files.get(place, ())]
    elif place in files:
        raw[found.name] = files[place][-1]
    elif removed:
        raw[found.name] = None


def wanted_lines(typed: Typed) -> dict[str, int]:
    """Return which page of lines a button asks for that saves nothing: the place of its first."""
    then = (typed.get("then") or [""])[-1].split(".")
    if len(then) == 3 and then[0] == "show" and is_number(then[2]):
        return {then[1]: int(then[2])}
    return {}


def given_confirmations(typed: Typed) -> dict[str, str]:
    """Return the checks that were confirmed with their reasons."""
    confirmed: dict[str, str] = {}
    for name, texts in typed.items():
        if name.startswith("confirm.") and texts and texts[-1]:
            check = name.removeprefix("confirm.")
            confirmed[check] = (typed.get(f"reason.{check}") or [""])[-1]
    return confirmed


def failure_of(
    reader: Reader,
    entity: EntityModel,
    error: InputError,
    typed: Typed,
    uploaded: Sequence[str] = (),
) -> Failure:
    """Return the gate's refusal in words, at the names of the inputs on the screen."""
    errors: dict[str, list[str]] = {place: [reader.t("form.file_again")] for place in uploaded}
    on_screen = names_on_screen(entity, typed)
    for name, messages in error.fields.items():
        errors.setdefault(on_screen(name), []).extend(reader.say(message) for message in messages)
    checks = entity.definition.checks
    confirm = {
        name: (reader.say(message), bool(name in checks and checks[name].reason))
        for name, message in error.confirm.items()
    }
    return Failure(errors=errors, confirm=confirm, reasons=given_confirmations(typed))


def names_on_screen(entity: EntityModel, typed: Typed) -> Callable[[str], str]:
    """Return what turns items.0.price (the first line) into the name of its input on the screen."""
    posted = unfolded(entity, {}, typed)
    keys = {each.name: typed_keys(posted, each.name) for each in entity.lines}

    def on_screen(name: str) -> str:
        parts = name.split(".")
        if len(parts) < 2 or not is_number(parts[1]):
            return name
        index, known = int(parts[1]), keys.get(parts[0], [])
        if index < len(known):
            parts[1] = known[index]
        return place_in_form(entity, typed, ".".join(parts))

    return on_screen
