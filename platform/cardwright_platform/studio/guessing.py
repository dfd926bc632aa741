"""What the columns of a workbook probably are: a type, choices, what they point to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cardwright_entities.engine import Desk
from cardwright_entities.exchange.cells import Cell, cell_text
from cardwright_entities.exchange.finding import LinkFinder
from cardwright_entities.exchange.surveys import Survey, SurveyedColumn
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.studio.fields import FieldWish

#: Of the cells so many must fit a guess.
_FIT = 0.95
#: A column repeats few values if there are no more of them, each three times on the average.
_FEW, _TIMES = 15, 3
_SHORT, _LONG = 20, 160
#: So many of the values must be titles of records that one could point to.
_KNOWN = 0.6
_ASKED = 200

_YES = frozenset({"是", "否", "有", "无", "y", "n", "yes", "no", "true", "false", "√", "×"})
_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_NUMBER = re.compile(r"-?\d{1,3}(,\d{3})*(\.\d+)?|-?\d+(\.\d+)?")
_PHONE = re.compile(r"(\+?86[- ]?)?(1\d{10}|0\d{2,3}[- ]?\d{7,8}(-\d+)?|400[- ]?\d{3}[- ]?\d{4})")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PAGE = re.compile(r"(https?://|www\.)\S+")
_MONEY = re.compile("金额|价|款|费|额|amount|price|cost|total", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Guess:
    """What a column probably is, and the title that it has in the file."""

    title: str
    wish: FieldWish


def guess_fields(desk: Desk, survey: Survey) -> tuple[Guess, ...]:
    """Return what the columns probably are; first what a record is probably called."""
    columns = list(survey.columns)
    title = _title_of(columns)
    ordered = [each for each in columns if each is title] + [
        each for each in columns if each is not title
    ]
    return tuple(
        Guess(title=each.title, wish=_wish(desk, each, is_title=each is title)) for each in ordered
    )


def _title_of(columns: Sequence[SurveyedColumn]) -> SurveyedColumn | None:
    """Return the column of texts whose values differ most: the first of several that are alike."""
    texts = [each for each in columns if _all(each.cells, lambda text: not _is_figure(text))]
    if not texts:
        return columns[0] if columns else None
    return max(texts, key=lambda each: len(set(each.cells)) / max(len(each.cells), 1))


def _wish(desk: Desk, column: SurveyedColumn, *, is_title: bool) -> FieldWish:
    label = {"zh": column.title[:60], "en": column.title[:60]}
    if is_title:
        return FieldWish(label=label, type="text", required=True)
    target = _target_of(desk, column)
    if target is not None:
        return FieldWish(label=label, type="link", to=target.name)
    found = _type_of(column)
    choices = _values(column) if found == "picklist" else ()
    return FieldWish(label=label, type=found, choices=choices)


def _type_of(column: SurveyedColumn) -> str:
    cells = column.cells
    if not cells:
        return "text"
    for name, fits in _TESTS:
        if _all(cells, fits):
            return name
    if all(_is_exact(cell) for cell in cells):
        return _number_type(column)
    values = _values(column)
    longest = max(len(each) for each in values)
    if len(values) <= _FEW and longest <= _SHORT and len(cells) >= _TIMES * len(values):
        return "picklist"
    return "long_text" if longest > _LONG else "text"


def _number_type(column: SurveyedColumn) -> str:
    if _MONEY.search(column.title):
        return "money"
    texts = (cell_text(cell).replace(",", "") for cell in column.cells)
    return "integer" if all(Decimal(text) == int(Decimal(text)) for text in texts) else "decimal"


def _target_of(desk: Desk, column: SurveyedColumn) -> EntityModel | None:
    """Return the object that is called as the column is and has records called as its cells."""
    values = _values(column)[:_ASKED]
    if not values:
        return None
    for name in desk.model.catalog.entities:
        entity = desk.model.entity(name)
        labels = {entity.definition.label.in_language(each, name=name) for each in ("zh", "en")}
        named = {f"{label}{more}" for label in labels for more in ("", "名称", " name")}
        title = entity.title
        if column.title not in named or title is None or title.targets:
            continue
        if not desk.policy.may(desk.context.principal, name, "read"):
            continue
        finder = LinkFinder()
        finder.learn(desk, {(name, title.name): values})
        known = sum(bool(finder.ids(name, title.name, each)) for each in values)
        if known >= _KNOWN * len(values):
            return entity
    return None


def _values(column: SurveyedColumn) -> list[str]:
    return list(dict.fromkeys(" ".join(cell_text(cell).split()) for cell in column.cells))


def _all(cells: Sequence[Cell], fits: Callable[[str], bool]) -> bool:
    found = sum(fits(cell_text(cell).strip()) for cell in cells)
    return bool(cells) and found >= _FIT * len(cells)


def _is_exact(cell: Cell) -> bool:
    """Tell whether a cell is a number; what begins with noughts is a code."""
    if isinstance(cell, bool):
        return False
    text = cell_text(cell).strip()
    is_code = len(text) > 1 and text.startswith("0") and not text.startswith("0.")
    return isinstance(cell, int | Decimal) or (bool(_NUMBER.fullmatch(text)) and not is_code)


def _is_figure(text: str) -> bool:
    return any(each.fullmatch(text) for each in (_NUMBER, _DATE, _PHONE))


def _is_day(text: str) -> bool:
    try:
        return isinstance(date.fromisoformat(text), date)
    except ValueError:
        return bool(_DATE.fullmatch(text))


def _is_moment(text: str) -> bool:
    try:
        return isinstance(datetime.fromisoformat(text), datetime) and ":" in text
    except ValueError:
        return False


#: The first that fits is it.
_TESTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("boolean", lambda text: text.lower() in _YES),
    ("date", _is_day),
    ("datetime", _is_moment),
    ("phone", lambda text: bool(_PHONE.fullmatch(text))),
    ("email", lambda text: bool(_MAIL.fullmatch(text))),
    ("url", lambda text: bool(_PAGE.match(text))),
)
