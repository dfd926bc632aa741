"""The script of the browser, run by one Node over the records of the world."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from expression_worlds.world import CONTEXT, KEYS, VARIABLES, Record, as_held
from services.missing import give_up

from cardwright_entities.expressions.javascript import compile_javascript, from_wire, to_wire
from cardwright_entities.expressions.typed import TypedExpression

_PROGRAM = Path(__file__).with_name("run_javascript.mjs")

#: Stands for a value that took more fuel than there is.
COSTLY = "costly"


@dataclass(frozen=True)
class Script:
    """A running Node that answers line by line."""

    asks: IO[str]
    answers: IO[str]

    def say(self, message: object) -> None:
        """Send a line."""
        self.asks.write(json.dumps(message) + "\n")
        self.asks.flush()

    def evaluate(self, typed: TypedExpression) -> list[object]:
        """Return the values of an expression for each record."""
        self.say({"tree": compile_javascript(typed, CONTEXT.zone, KEYS.__getitem__)})
        return [_read(raw) for raw in self._answer()]

    def sort(self, texts: Sequence[str]) -> list[str]:
        """Return texts in the order of the script."""
        self.say({"sort": texts})
        return [str(each) for each in self._answer()]

    def _answer(self) -> list[Any]:
        line = self.answers.readline()
        assert line, "the script has ended"
        found: list[Any] = json.loads(line)
        return found


@contextmanager
def running_script(records: Sequence[Record]) -> Iterator[Script]:
    """Start Node with the records; it ends with the block."""
    node = shutil.which("node")
    if node is None:
        give_up("Node", "nodejs")
    with subprocess.Popen(
        [node, str(_PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        script = Script(child.stdin, child.stdout)
        script.say(
            {
                "world": {
                    "now": to_wire(CONTEXT.now),
                    "zone": CONTEXT.zone.key,
                    "variables": {name: to_wire(value) for name, value in VARIABLES.items()},
                    "records": [_plain(each) for each in records],
                }
            }
        )
        yield script
        child.stdin.close()
    assert child.returncode == 0


def _plain(record: Record) -> dict[str, object]:
    values = {name: to_wire(value) for name, value in record.values.items()}
    return {"values": values, "lines": [_plain(each) for each in record.lines]}


def _read(raw: object) -> object:
    return COSTLY if isinstance(raw, dict) else as_held(from_wire(raw))
