"""Stage fields: the processes that they name, and where records begin in the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cardwright_metadata.definitions.stages import processes_named, read_choice, states_of
from cardwright_metadata.linking.names import Names, PathEnd, UnknownPathError
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.stages import SINCE


class StageFieldLinker:
    """Checks what stage fields say of their processes; gives them their default."""

    def __init__(
        self,
        names: Names,
        report: Report,
        choices_of: Callable[[Mapping[str, Any]], Sequence[str]],
    ) -> None:
        self._names = names
        self._report = report
        self._choices_of = choices_of

    def link(
        self, entity: str, content: MarkedMap, path: tuple[str, ...], field: MarkedMap
    ) -> None:
        """Check one field, and let records begin where their process begins."""
        self._refuse_since(content, path)
        written = field.get("stages")
        named = {name: self._begin_of(name) for name in processes_named(written)}
        place = (*path, "stages")
        choice = read_choice(written)
        reported = len(self._report.problems)
        if choice is None:
            self._check_known(content, place, str(written))
        else:
            self._check_known(content, (*place, "else"), choice.otherwise)
            for code, name in choice.of.items():
                self._check_known(content, (*place, "of", code), name)
            self._check_value(entity, content, place, choice.by, choice.of)
        if field.get("default") is not None or len(self._report.problems) > reported:
            return
        if not all(named.values()):
            return
        if choice is None or len(set(named.values())) == 1:
            field["default"] = next(iter(named.values()))
            return
        begin = f"'{named[choice.otherwise]}'"
        for code, name in reversed(tuple(choice.of.items())):
            begin = f"if({'.'.join(choice.by)} = '{code}', '{named[name]}', {begin})"
        field["default"] = begin

    def states(self, field: Mapping[str, Any]) -> Sequence[str]:
        """Return the states of all processes that a field names."""
        return list(states_of(field.get("stages"), self._names.stages))

    def _refuse_since(self, content: MarkedMap, path: tuple[str, ...]) -> None:
        since = content["fields"].get(path[-1] + SINCE)
        if since is not None and not since.get("system"):
            self._report.add(
                content,
                ("fields", path[-1] + SINCE),
                "reserved_field",
                f"'{path[-1]}{SINCE}' tells since when a record stands in its stage; choose "
                "another name.",
                found=path[-1] + SINCE,
                expected="a name that is free",
                at_key=True,
            )

    def _check_known(self, content: MarkedMap, place: tuple[str, ...], name: str) -> None:
        if name not in self._names.stages:
            self._report.unknown(content, place, "process", name, self._names.stages)

    def _check_value(
        self,
        entity: str,
        content: MarkedMap,
        place: tuple[str, ...],
        by: Sequence[str],
        codes: Mapping[str, str],
    ) -> None:
        """Check that a path leads to a choice or a text, and that it can be what is listed."""
        try:
            end = self._names.walk(entity, by)
        except UnknownPathError as error:
            self._report.unknown_path(content, (*place, "by"), error)
            return
        choices = self._choices_at(end)
        if end.targets or end.many or (not choices and not _is_text(end)):
            self._report.add(
                content,
                (*place, "by"),
                "not_a_choice",
                "A process is chosen by a picklist or a text, of the record or of one it links to.",
                found=".".join(by),
                expected="a path to a picklist or a text",
            )
        for code in codes if choices else ():
            if code not in choices:
                self._report.unknown(
                    content, (*place, "of", code), "choice", code, choices, at_key=True
                )

    def _choices_at(self, end: PathEnd) -> Sequence[str]:
        return self._choices_of(self._names.fields(end.entity).get(end.field) or {})

    def _begin_of(self, name: str) -> str:
        """Return where records begin in a process, empty for one that has no state in use."""
        states = self._names.stages.get(name, MarkedMap()).get("states") or {}
        living = [each for each, state in states.items() if not state.get("retired")]
        begins = [each for each in living if states[each].get("initial")]
        return str(next(iter((*begins, *living)), ""))


def _is_text(end: PathEnd) -> bool:
    return end.type is not None and end.type.name in ("text", "code", "picklist")
