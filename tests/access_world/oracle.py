"""What every question answers for a reader, by brute force: rows, order, totals, groups, hits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from access_world.eyes import Eyes, Refused, Row, fold
from access_world.masks import masked
from access_world.schema import FIELDS, PINYIN, SEARCHED, TITLES

_WIDE = Context(prec=60)


class Oracle(Eyes):
    """Answers questions as one reader should have them answered."""

    # -- questions -------------------------------------------------------------------------------

    def rows(self, asked: Mapping[str, Any]) -> list[Row]:
        """Return the records of a question that the reader sees, in the order asked."""
        entity = asked["entity"]
        if asked.get("filter"):
            self.check(entity, asked["filter"])
        keys = [self._sort_key(entity, each) for each in asked.get("sort", ())]
        found = [
            row
            for record, row in self.world[entity].items()
            if row["deleted"] == asked.get("deleted", False)
            and self.visible(entity, record)
            and (not asked.get("filter") or self.holds(entity, row, asked["filter"]))
            and (not asked.get("search") or self.hit(entity, row, asked["search"]))
        ]
        last = keys[-1][1] if keys else True
        found.sort(key=lambda row: row["id"], reverse=last)
        words = [each for each in fold(asked.get("search", "")).split() if re.search(r"\w", each)]
        if words and not keys and all([*neighbours(each)] for each in words):
            found.sort(key=lambda row: self.rank(entity, row, asked["search"]), reverse=True)
        for key, descending in reversed(keys):
            found.sort(key=lambda row, of=key: key_of_value(of(row)), reverse=descending)  # type: ignore[misc]  # no types in defaults
        return found

    def _sort_key(self, entity: str, term: str) -> tuple[Callable[[Row], Any], bool]:
        path = term.removeprefix("-")
        holder, name = self.end(entity, path)
        kind = FIELDS[holder][name]
        while kind.startswith(("> ", "mirror ")):
            if kind.startswith("mirror "):
                holder, name = self.end(holder, kind[7:])
            else:
                title = TITLES[kind[2:]]
                if not self.readable(kind[2:], title):
                    break
                path, holder, name = f"{path}.{title}", kind[2:], title
            kind = FIELDS[holder][name]
        words = sort_words if kind == "words" else lambda text: text
        return (lambda row: words(self.value(entity, row, path))), term.startswith("-")

    def shown(self, entity: str, row: Row, columns: Sequence[str]) -> Row:
        """Return a row's values of the columns that the reader sees, of some of them a part."""
        found: Row = {}
        for path in columns:
            if self.exists(entity, path):
                found[path] = self.value(entity, row, path)
            elif partly := self.partly(entity, path):
                found[path] = masked(*partly, self.value(entity, row, path))
        return found

    def shows(self, entity: str, path: str) -> bool:
        """Tell whether the reader sees the value at a path, or a part of it."""
        return self.exists(entity, path) or self.partly(entity, path) is not None

    def exists(self, entity: str, path: str) -> bool:
        """Tell whether a path leads somewhere for the reader."""
        try:
            self.end(entity, path)
        except Refused:
            return False
        return True

    def titles(self, entity: str, rows: Sequence[Row], columns: Sequence[str]) -> dict[Any, str]:
        """Return what the records are called to which the shown links point."""
        found: dict[Any, str] = {}
        for path in columns:
            if not self.exists(entity, path):
                continue
            holder, name = self.end(entity, path)
            while FIELDS[holder][name].startswith("mirror "):
                holder, name = self.end(holder, FIELDS[holder][name][7:])
            for row in rows:
                for target, record in _pointed(FIELDS[holder][name], self.value(entity, row, path)):
                    title, value = TITLES[target], self.world[target][record].get(TITLES[target])
                    if self.partly(target, title):
                        value = masked(target, title, value)
                    elif not self.readable(target, title):
                        continue
                    if self.visible(target, record):
                        found[target, record] = str(value or "")
        return found

    def measure(self, entity: str, rows: Sequence[Row], function: str, path: str) -> Any:
        """Return a number over rows: exact, empty values left out."""
        if path:
            self.end(entity, path)
        values = [row if not path else self.value(entity, row, path) for row in rows]
        values = [each for each in values if each is not None]
        if function == "count":
            return len(values)
        if function == "sum":
            return sum(values, Decimal(0))
        if not values:
            return None
        if function == "average":
            mean = _WIDE.divide(Decimal(sum(values, Decimal(0))), Decimal(len(values)))
            return mean.quantize(Decimal("1e-12"), ROUND_HALF_UP, _WIDE)
        return min(values) if function == "min" else max(values)

    def groups(self, asked: Mapping[str, Any]) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
        """Return the groups of a question with their measures, in the order of their keys."""
        entity = asked["entity"]
        for path, _ in asked["group_by"]:
            self.end(entity, path)
        found: dict[tuple[Any, ...], list[Row]] = {}
        for row in self.rows({**asked, "sort": ()}):
            key = tuple(
                self._period(self.value(entity, row, path), by) for path, by in asked["group_by"]
            )
            found.setdefault(key, []).append(row)
        measures = asked["measures"].items()
        return [
            (key, {name: self.measure(entity, rows, *each) for name, each in measures})
            for key, rows in sorted(found.items(), key=lambda each: [*map(key_of_value, each[0])])
        ]

    def _period(self, value: Any, by: str) -> Any:
        if isinstance(value, datetime):
            value = value.astimezone(self.zone).date()
        if not by or value is None or by == "day":
            return value
        if by == "week":
            return value - timedelta(days=value.weekday())
        month = {"month": value.month, "quarter": value.month - (value.month - 1) % 3, "year": 1}
        return value.replace(month=month[by], day=1)

    # -- search ----------------------------------------------------------------------------------

    def rank(self, entity: str, row: Row, words: str) -> int:
        """Return how good a hit is: by the heaviest field that holds the words, then how."""
        wanted = fold(words).strip()
        for path, weight in sorted(SEARCHED[entity].items(), key=lambda each: -each[1]):
            if "." in path or not self.exists(entity, path):
                continue
            part = _dialled(wanted) if path == "phone" else wanted
            text = row[path]
            if text is not None and part in fold(text):
                begins = 2 if fold(text).startswith(part) else 1
                return weight * 4 + (3 if fold(text) == part else begins)
        return 0

    def hit(self, entity: str, row: Row, words: str) -> bool:
        """Tell whether each word occurs in some searched field that the reader may read."""
        texts = [
            (str(self.value(entity, row, path) or "").removeprefix("+86"), path)
            for path in SEARCHED.get(entity, ())
            if self.exists(entity, path)
        ]
        titles = (TITLES[entity], "short", "area.name")
        wanted = [word for word in fold(words).split() if any(map(str.isalnum, word))]
        return bool(wanted) and all(
            any(
                occurs(
                    _dialled(word) if path == "phone" else word, fold(text), begins=path in titles
                )
                for text, path in texts
            )
            for word in wanted
        )


def key_of_value(value: Any) -> tuple[Any, ...]:
    """Return a key by which values stand in their order, empty ones first."""
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return (1, *value)
    return (0,) if value is None else (1, value)


def _pointed(kind: str, value: Any) -> Iterator[tuple[str, int]]:
    """Yield the records that a value of a kind points to."""
    if kind == "any" and value is not None:
        yield value
    elif kind.startswith("> ") and value is not None:
        yield kind[2:], value
    elif kind.startswith("links "):
        yield from ((kind[6:], each) for each in value or ())


def sort_words(text: str | None) -> str | None:
    """Return the order of words: 9 before 12, Latin before Han, Han by pinyin."""
    if text is None:
        return None
    key = ""
    for piece in re.findall(r"[0-9]+|[^0-9]", fold(text)[:60]):
        if piece.isdigit():
            key += f"{len(piece.lstrip('0'))}{piece.lstrip('0')}"
        else:
            key += f"~{PINYIN[piece][0]}{piece}" if piece in PINYIN else piece
    return key


def _dialled(word: str) -> str:
    """Return the digits of a number as it is stored: an area code has no zero in front."""
    if not re.fullmatch(r"\+?[0-9(][0-9().-]*", word):
        return word
    return re.sub(r"^0(?=[1-9])", "", re.sub(r"[-.()]", "", word.removeprefix("+86")))


def occurs(word: str, text: str, *, begins: bool) -> bool:
    """Tell whether a word is in a text, as written or as pinyin.

    What has no two neighbours is looked for where titles begin.
    """
    pairs = set(neighbours(word))
    if not pairs:
        return begins and text.startswith(word)
    if word in text:
        return True
    if not (word.isascii() and word.isalnum() and not word.isdigit()):
        return False
    initials: set[str] = set()
    spelled: set[str] = set()
    for run in re.findall(r"[^\W_]+", text):
        if not any(sign in PINYIN for sign in run):
            continue
        for one, two in zip(map(_readings, run), map(_readings, run[1:]), strict=False):
            initials |= {left[0] + right[0] for left in one for right in two}
            spelled |= {left[-1] + right[0] for left in one for right in two}
            spelled |= {pair for each in (*one, *two) for pair in neighbours(each)}
    return pairs <= initials or pairs <= spelled


def neighbours(text: str) -> Iterator[str]:
    """Yield every two neighbouring letters or digits."""
    for run in re.findall(r"[^\W_]+", text):
        yield from (run[at : at + 2] for at in range(len(run) - 1))


def _readings(sign: str) -> tuple[str, ...]:
    return (
        tuple(dict.fromkeys(each.rstrip("12345") for each in PINYIN.get(sign, (sign,))))
        if sign in PINYIN
        else (sign,)
    )
