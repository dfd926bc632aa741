"""YAML text → documents whose values know their places; refuses what is misread elsewhere.

Scalars are read as YAML 1.2 core: ``on``, ``yes``, ``no`` stay text and ``012`` is not octal.
What other readers would turn into something else is a problem that shows the quoted form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from cardwright_metadata.marks import BLOCK, PLAIN, MarkedList, MarkedMap, Spot
from cardwright_metadata.problems import Place, Problem

MAX_BYTES = 1_048_576
MAX_DEPTH = 32
#: Problems after which a file is given up; a broken file would otherwise list thousands.
MAX_PROBLEMS = 100

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+\Z")
_MAX_DIGITS = 18
_OTHER_WORDS = re.compile(r"(?i:yes|no|on|off|true|false|null)\Z|~\Z")
_OTHER_NUMBERS = re.compile(
    r"""[-+]?(?:
        0[0-9_]+(?:\.[0-9]*)? | 0x[0-9a-fA-F_]+ | 0o[0-7_]+ | 0b[01_]+
        | [0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9]*)?
        | [0-9][0-9_]*\.?[0-9_]*(?:[eE][-+]?[0-9]+)? | \.[0-9]+(?:[eE][-+]?[0-9]+)?
        | \.(?:inf|Inf|INF|nan|NaN|NAN)
    )\Z""",
    re.VERBOSE,
)
#: Longer texts are looked at only for being all digits: a pattern would take too long on them.
_LONGEST_NUMBER = 64
#: Characters that no definition needs and that databases and pages choke on.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None, "": None}


@dataclass(frozen=True)
class YamlDocument:
    """One document of a file: its mapping and the place where it begins."""

    content: MarkedMap
    place: Place


class _GiveUpError(Exception):
    """The rest of the file cannot be read or is not worth reading."""


def read_yaml(source: bytes, file: str) -> tuple[list[YamlDocument], list[Problem]]:
    """Read every document of a file, with all the problems of its spelling."""
    reader = _Reader(file)
    try:
        return reader.read(_decode(source, file)), reader.problems
    except _GiveUpError:
        return reader.documents, reader.problems
    except _SourceError as error:
        return [], [error.problem]


class _SourceError(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


def _decode(source: bytes, file: str) -> str:
    start = Place(file, 1, 1)
    if len(source) > MAX_BYTES:
        raise _SourceError(
            Problem(
                place=start,
                path="",
                code="file_too_large",
                message="The file is too large; divide it into several files.",
                found=f"{len(source):,} bytes or more",
                expected=f"at most {MAX_BYTES:,} bytes",
            )
        )
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise _SourceError(
            Problem(
                place=Place(file, line, 1),
                path="",
                code="not_utf8",
                message="The file is not UTF-8 text; save it as UTF-8.",
                found=f"byte 0x{source[error.start]:02x}",
                expected="UTF-8",
            )
        ) from error


class _Reader:
    """Builds documents from parser events with a stack of its own, so depth cannot overflow."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.documents: list[YamlDocument] = []
        self.problems: list[Problem] = []
        self._open: list[_Container] = []

    def read(self, text: str) -> list[YamlDocument]:
        loader = yaml.CSafeLoader(text)
        try:
            while loader.check_event():
                self._take(loader.get_event())
        except yaml.MarkedYAMLError as error:
            self._report_syntax(error)
        except yaml.reader.ReaderError as error:
            self._report_character(error, text)
        finally:
            loader.dispose()
        return self.documents

    def _take(self, event: Any) -> None:
        place = self._place(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            self._report(
                place, "alias", "Aliases are not allowed; write the value out.", f"*{event.anchor}"
            )
            self._add(None, Spot(place))
        elif isinstance(event, yaml.ScalarEvent):
            self._refuse_decoration(event, place)
            self._add_scalar(event, place)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._refuse_decoration(event, place)
            self._enter(
                MarkedMap() if isinstance(event, yaml.MappingStartEvent) else MarkedList(), place
            )
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            closed = self._open.pop()
            self._add(closed.value, closed.spot)

    def _enter(self, value: MarkedMap | MarkedList, place: Place) -> None:
        if len(self._open) >= MAX_DEPTH:
            self._report(
                place,
                "too_deep",
                "This is nested too deep; no definition needs so many levels.",
                f"more than {MAX_DEPTH} levels",
                f"at most {MAX_DEPTH} levels",
            )
            raise _GiveUpError
        self._open.append(_Container(value, Spot(place, BLOCK)))

    def _add_scalar(self, event: Any, place: Place) -> None:
        text = self._refuse_forbidden(event.value, place)
        plain = not event.style
        if not plain:
            one_line = event.style in "'\"" and event.start_mark.line == event.end_mark.line
            self._add(text, Spot(place, event.style if one_line else BLOCK))
            return
        spot = Spot(place, PLAIN if event.start_mark.line == event.end_mark.line else BLOCK)
        if self._expects_key():
            self._refuse_odd_key(text, place)
            self._add(text, spot)
            return
        value = _read_plain(text)
        if value is text and _is_ambiguous(text):
            self._report_ambiguous(text, place)
        self._add(value, spot)

    def _refuse_forbidden(self, text: str, place: Place) -> str:
        found = _FORBIDDEN.search(text)
        if found is None:
            return text
        self._report(
            place,
            "control_character",
            "There is a character in this text that cannot be kept; remove it.",
            f"U+{ord(found.group()):04X}",
        )
        return _FORBIDDEN.sub("", text)

    def _expects_key(self) -> bool:
        return bool(self._open) and self._open[-1].expects_key

    def _refuse_odd_key(self, text: str, place: Place) -> None:
        if _read_plain(text) is not text or _is_ambiguous(text):
            quoted = f"'{text}'"
            self._report(
                place, "key_not_text", f"A key is text; write {quoted}.", text or "nothing", quoted
            )

    def _report_ambiguous(self, text: str, place: Place) -> None:
        quoted = f"'{text}'"
        meant = _meant(text)
        choice = f"Write {quoted} for the text, or {meant}." if meant else f"Write {quoted}."
        self._report(
            place,
            "ambiguous_scalar",
            f"Without quotes this is read differently by different programs. {choice}",
            text,
            f"{quoted} or {meant}" if meant else quoted,
        )

    def _refuse_decoration(self, event: Any, place: Place) -> None:
        if event.anchor:
            self._report(
                place, "anchor", "Anchors are not allowed; write values out.", "&" + event.anchor
            )
        if event.tag:
            self._report(place, "tag", "Tags are not allowed; write the value alone.", event.tag)

    def _add(self, value: Any, spot: Spot) -> None:
        if not self._open:
            self._close_document(value, spot)
            return
        container = self._open[-1]
        if isinstance(container.value, MarkedList):
            container.value.put(value, spot)
        elif container.expects_key:
            container.hold_key(self._checked_key(value, spot.place), spot.place)
        else:
            container.fill(value, spot)

    def _checked_key(self, value: Any, place: Place) -> str | None:
        container = self._open[-1]
        if not isinstance(value, str):
            self._report(place, "key_not_text", "A key is text, not a list or a map.", "", "text")
            return None
        if value in container.value:
            self._report(
                place,
                "duplicate_key",
                f"The key '{value}' stands here twice; keep one of them.",
                value,
                f"'{value}' once",
            )
            return None
        return value

    def _close_document(self, value: Any, spot: Spot) -> None:
        if isinstance(value, MarkedMap):
            self.documents.append(YamlDocument(value, spot.place))
        elif value is not None:
            self._report(
                spot.place,
                "not_a_mapping",
                "A document is a mapping that begins with 'kind:'.",
                "a list" if isinstance(value, MarkedList) else str(value)[:40],
                "kind: ...",
            )

    def _report_syntax(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        place = self._place(mark) if mark else Place(self.file, 1, 1)
        context = f" {error.context}" if error.context else ""
        self._report(
            place, "yaml_syntax", f"This is not YAML: {error.problem}{context}.", "", "YAML"
        )

    def _report_character(self, error: yaml.reader.ReaderError, text: str) -> None:
        line = text.encode("utf-8")[: error.position].count(b"\n") + 1
        self._report(
            Place(self.file, line, 1),
            "control_character",
            "There is a control character here that YAML does not allow; remove it.",
            f"U+{int(error.character):04X}" if isinstance(error.character, int) else "",
        )

    def _report(
        self, place: Place, code: str, message: str, found: str = "", expected: str = ""
    ) -> None:
        self.problems.append(
            Problem(
                place=place,
                path=".".join(each.key for each in self._open if each.key),
                code=code,
                message=message,
                found=found,
                expected=expected,
            )
        )
        if len(self.problems) >= MAX_PROBLEMS:
            raise _GiveUpError

    def _place(self, mark: Any) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)


class _Container:
    """A mapping or list that is still open, with the key that waits for its value."""

    def __init__(self, value: MarkedMap | MarkedList, spot: Spot) -> None:
        self.value = value
        self.spot = spot
        self.key = ""
        self._key_at: Place | None = None
        self._waiting = False

    @property
    def expects_key(self) -> bool:
        return isinstance(self.value, MarkedMap) and not self._waiting

    def hold_key(self, key: str | None, place: Place) -> None:
        self.key = key or ""
        self._key_at = place if key is not None else None
        self._waiting = True

    def fill(self, value: Any, spot: Spot) -> None:
        if self._key_at is not None and isinstance(self.value, MarkedMap):
            self.value.put(self.key, value, self._key_at, spot)
        self._waiting = False
        self.key = ""


def _read_plain(text: str) -> Any:
    """Return the meaning of an unquoted scalar; the text itself when it is nothing else."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if len(text) > _MAX_DIGITS:
        return text
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    return text


def _is_ambiguous(text: str) -> bool:
    if len(text) > _LONGEST_NUMBER:
        return text.isascii() and text.isdigit()
    return bool(_OTHER_WORDS.match(text) or _OTHER_NUMBERS.match(text))


def _meant(text: str) -> str:
    lowered = text.lower()
    if lowered in ("yes", "on", "true"):
        return "true"
    if lowered in ("no", "off", "false"):
        return "false"
    return "null" if lowered in ("~", "null") else ""
