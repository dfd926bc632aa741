"""A value → a cell: what each cell template prints, by the template that the type names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from urllib.parse import quote

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.field_types.geo import Place
from cardwright_entities.field_types.rating import STAR
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.queries.requests import RowOfPage
from cardwright_metadata.definitions.others import ChoiceDefinition
from cardwright_platform.views.cells import Cell, Mark
from cardwright_platform.web.presenting.reader import Reader, hue_of, initial_of
from cardwright_platform.web.presenting.rich_text import plain_text, to_html
from cardwright_platform.web.urls import address_map_url, card_url, file_url, map_url

Draw = Callable[[Reader, FieldModel, object, str], Cell]

#: Under this name the titles of a page hold the names of files.
FILES = "cw_file"


def cell_of(reader: Reader, field: FieldModel, value: object) -> Cell:
    """Return a value as its type's cell template wants it."""
    template = field.type.cell
    if value is None or value == ():
        return Cell(template=template, text="")
    text = field.type.display(value, field.definition, reader.locale)
    draw = _DRAW.get(template)
    return draw(reader, field, value, text) if draw else Cell(template=template, text=text)


def cells_of_row(
    reader: Reader,
    columns: Mapping[str, FieldModel],
    row: RowOfPage,
    drawn: Mapping[tuple[int, str], Cell] = MappingProxyType({}),
) -> tuple[Cell, ...]:
    """Return a row's cells in the order of its columns; some may be ``drawn`` already."""
    return tuple(
        drawn.get((row.id, path)) or cell_of(reader, field, row.values.get(path))
        for path, field in columns.items()
    )


def _number(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    tone = ""
    if isinstance(value, (Decimal, int)):
        tone = "negative" if value < 0 else "zero" if value == 0 else ""
    unit = reader.text(field.definition.unit)
    return Cell(template=field.type.cell, text=text, tone=tone, unit=unit)


def _boolean(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    return Cell(template="boolean", text=text, tone="" if value else "zero")


def _masked(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    return Cell(template="masked", text=text, title=reader.t("cell.masked"))


def _pill(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    return Cell(template="pill", text=text, hue=_choice_hue(field, str(value)))


def _pills(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    codes = value if isinstance(value, tuple) else ()
    choices: Mapping[str, ChoiceDefinition] = field.definition.options.get("choices", {})
    marks = tuple(
        Mark(
            text=reader.text(choices[code].label, code) if code in choices else str(code),
            hue=_choice_hue(field, str(code)),
        )
        for code in codes
    )
    return Cell(template="pills", text=text, marks=marks)


def _choice_hue(field: FieldModel, code: str) -> str:
    choices: Mapping[str, ChoiceDefinition] = field.definition.options.get("choices", {})
    return choices[code].colour if code in choices else ""


def _link(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    target = _target(field, value)
    if target is None:
        return Cell(template="link", text=text)
    entity, record = target
    title = reader.locale.title(entity, record)
    if not title:
        return Cell(template="link", text="")
    person = _is_person(reader, entity)
    return Cell(
        template="link",
        text=title,
        href=card_url(entity, record),
        initial=initial_of(title) if person else "",
        hue=hue_of(title) if person else "",
    )


def _links(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    entity = field.targets[0] if field.targets else ""
    person = bool(entity) and _is_person(reader, entity)
    marks = []
    for record in value if isinstance(value, tuple) else ():
        title = reader.locale.title(entity, int(record))
        if title:
            marks.append(
                Mark(
                    text=title,
                    href=card_url(entity, int(record)),
                    initial=initial_of(title) if person else "",
                    hue=hue_of(title) if person else "",
                )
            )
    return Cell(
        template="links", text=reader.listed(mark.text for mark in marks), marks=tuple(marks)
    )


def _target(field: FieldModel, value: object) -> tuple[str, int] | None:
    if isinstance(value, RecordRef):
        return value.entity, value.id
    if isinstance(value, int) and field.targets:
        return field.targets[0], value
    return None


def _is_person(reader: Reader, entity: str) -> bool:
    catalog = reader.model.catalog
    return any(
        (player := catalog.player(part)) is not None and player.name == entity
        for part in ("employee", "user", "contact")
    )


def _moment(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    exact = field.type.input_text(value, field.definition, reader.locale)
    return Cell(template=field.type.cell, text=text, title=exact.replace("T", " "))


def _email(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    return Cell(template="email", text=text, href=f"mailto:{quote(str(value), safe='@')}")


def _phone(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    return Cell(template="phone", text=text, href=f"tel:{quote(str(value), safe='+')}")


def _url(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    return Cell(template="url", text=text, href=str(value))


def _file(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    number = value if isinstance(value, int) else 0
    name = reader.locale.title(FILES, number) or reader.t("files.file")
    href = file_url(number, name)
    image = href if field.type.cell == "image" else ""
    marks = (Mark(text=name, href=href),)
    return Cell(template=field.type.cell, text=name, href=href, image=image, marks=marks)


def _files(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    picture = field.type.cell == "images"
    marks = []
    for number in field.type.files_of(value):
        name = reader.locale.title(FILES, number) or reader.t("files.file")
        href = file_url(number, name)
        marks.append(Mark(text=name, href=href, image=href if picture else ""))
    return Cell(
        template=field.type.cell,
        text=reader.listed(mark.text for mark in marks),
        marks=tuple(marks),
    )


def _rating(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    given = text.count(STAR)
    return Cell(template="rating", text=text, title=f"{given}/{len(text)}")


def _geo(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    if not isinstance(value, Place):
        return Cell(template="geo", text=text)
    return Cell(template="geo", text=text, href=map_url(value.latitude, value.longitude))


def _rich_text(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    return Cell(template="rich_text", text=plain_text(text), html=to_html(text))


def _address(reader: Reader, field: FieldModel, value: object, text: str) -> Cell:
    return Cell(template="address", text=text, href=address_map_url(text) if text else "")


_DRAW: Mapping[str, Draw] = {
    "number": _number,
    "money": _number,
    "percent": _number,
    "boolean": _boolean,
    "pill": _pill,
    "pills": _pills,
    "link": _link,
    "links": _links,
    "date": _moment,
    "datetime": _moment,
    "email": _email,
    "phone": _phone,
    "url": _url,
    "file": _file,
    "image": _file,
    "files": _files,
    "images": _files,
    "rating": _rating,
    "geo": _geo,
    "rich_text": _rich_text,
    "address": _address,
    "masked": _masked,
}
