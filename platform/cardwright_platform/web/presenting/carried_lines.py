"""Lines that a form carries beside those on the screen: as one text, in the order of all.

A form of a thousand lines shows a page of them. ``items.*`` holds every line: its key, whether it
is stored as it stands, what its inputs would post, sums that nobody types, and its messages. A line
that has inputs on the page is read from these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from cardwright_entities.errors import CardwrightError, Message
from cardwright_platform.security.numbers import is_number
from cardwright_platform.views.forms import Input

#: What is posted of one line, by what follows its key in the name of the input.
Texts = Mapping[str, Sequence[str]]

#: Ends the name under which lines are carried, and begins the name of none of their inputs.
CARRIED = ".*"

#: Widgets that post one text under their own name.
PLAIN_WIDGETS = frozenset(
    {
        "text", "textarea", "number", "date", "datetime", "time", "link", "link_any", "select",
        "rich_text", "json", "colour", "rating",
    }
)  # fmt: skip


@dataclass(frozen=True)
class CarriedLine:
    """One line; ``known``: it is stored as it stands, so that it need not be posted."""

    key: str
    known: bool
    texts: Texts
    told: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)


def write_carried(
    lines: Sequence[CarriedLine], titles: Mapping[str, Mapping[str, str]], *, moved: bool
) -> str:
    """Return the text that carries lines, with what stands for their values on the screen.

    ``moved``: their order is another than that of the stored ones.
    """
    names = list(dict.fromkeys(name for each in lines for name in each.texts))
    rows = [
        [
            each.key,
            int(each.known),
            [_packed(each.texts.get(name)) for name in names],
            each.told or None,
            each.errors or None,
        ]
        for each in lines
    ]
    carried = {"names": names, "rows": rows, "titles": titles, "moved": moved}
    return orjson.dumps(carried).decode()


def _packed(texts: Sequence[str] | None) -> str | Sequence[str] | None:
    return texts[0] if texts is not None and len(texts) == 1 else texts


def with_carried(posted: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return what was posted with the inputs of the lines that it carries, in their order."""
    found: dict[str, list[str]] = {}
    for name, texts in posted.items():
        if not name.endswith(CARRIED):
            found[name] = texts
            continue
        lines = name.removesuffix(CARRIED)
        own = posted_lines(posted, lines)
        for key, carried in _read(texts[-1]):
            inputs = own.get(key, carried)
            found |= {f"{lines}.{key}.{each}": [*inputs[each]] for each in inputs}
    return found


def posted_lines(posted: Mapping[str, Sequence[str]], lines: str) -> dict[str, Texts]:
    """Return what was posted of each line by its key, in the order of their first names."""
    prefix = f"{lines}."
    found: dict[str, dict[str, Sequence[str]]] = {}
    for name, texts in posted.items():
        if name.startswith(prefix):
            key, _, inside = name.removeprefix(prefix).partition(".")
            if is_number(key):
                found.setdefault(key, {})[inside] = texts
    return dict(found)


def _read(text: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Yield the lines that a text carries; raise CardwrightError where it is none of ours."""
    unreadable = CardwrightError(Message("bad_request"))
    try:
        carried = orjson.loads(text or '{"names": [], "rows": []}')
        names, rows = carried["names"], carried["rows"]
        for key, _, values, *_ in rows:
            if not is_number(key):
                raise unreadable
            pairs = zip(names, values, strict=True)
            yield key, {_text(name): _texts(each) for name, each in pairs if each is not None}
    except (ValueError, TypeError, KeyError) as error:
        raise unreadable from error


def _texts(value: object) -> list[str]:
    return [_text(each) for each in value] if isinstance(value, list) else [_text(value)]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def posted_texts(made: Input) -> dict[str, list[str]]:
    """Return what an input would post as it stands, by the names it has on the page."""
    if made.widget == "readonly":
        return {}
    name = made.name
    if made.widget == "checkbox":
        return {name: ["false", "true"] if made.text == "true" else ["false"]}
    if made.widget == "period":
        return {f"{name}.start": [made.values[0]], f"{name}.end": [made.values[1]]}
    if made.widget in ("address", "attributes"):
        parts = made.address.parts if made.address is not None else ()
        shown = {f"{name}.shown": ["1"]} if made.widget == "attributes" else {}
        return shown | {each: texts for part in parts for each, texts in posted_texts(part).items()}
    if made.widget in ("multiselect", "links", "files", "images"):
        return {name: ["", *made.values]}
    if made.widget in ("file", "image"):
        return {name: [made.file.id]} if made.file is not None and made.file.id else {}
    return {name: [made.text]}
