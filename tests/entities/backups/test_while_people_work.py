"""A backup that is taken while people write is one state, and only one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest
from installation import NOW
from keepsakes import Kept
from running import until

from cardwright_entities.backups.archives import read_backup
from cardwright_entities.backups.restoring import verify_backup
from cardwright_entities.changes.holders import ApplyRunning, hold_apply

Places = Callable[[str], Kept]
_PAIRS = 3


class Mover:
    """Moves a piece from one keepsake to another, both in one transaction, until it is told."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.moved = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self) -> Mover:
        with self.kept.installation.engine.write(self.kept.system()) as desk:
            self.records = [
                desk.records.create("keepsake", {"name": f"Bowl {n}", "pieces": 100}).id
                for n in range(_PAIRS * 2)
            ]
        self.thread.start()
        until(lambda: self.moved > 2)
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()

    def _run(self) -> None:
        while not self.ended.is_set():
            pair = self.moved % _PAIRS * 2
            with self.kept.installation.engine.write(self.kept.system()) as desk:
                for record, step in zip(self.records[pair : pair + 2], (-1, 1), strict=True):
                    view = desk.record("keepsake", record)
                    pieces = {"pieces": view.values["pieces"] + step}
                    desk.records.update("keepsake", record, pieces, view.values["version"])
            self.moved += 1


def test_what_moves_together_is_together_in_the_backup(full: Kept) -> None:
    with Mover(full) as mover:
        paths = [full.back_up(f"moving{n}.zip")[0] for n in range(3)]
    for path in paths:
        with read_backup(path) as backup:
            entry = next(e for e in backup.manifest.tables if e.shape.name == "e_keepsake")
            rows = [
                dict(zip(entry.shape.columns, json.loads(line), strict=True))
                for line in backup.lines(entry)
            ]
            verify_backup(full.system(), full.installation.types, backup)
        found = {row["id"]: row["pieces"] for row in rows}
        pairs = zip(mover.records[::2], mover.records[1::2], strict=True)
        assert [found[one] + found[other] for one, other in pairs] == [200] * _PAIRS


def test_while_definitions_change_no_backup_is_taken(full: Kept) -> None:
    store, context = full.installation.store, full.system()
    with hold_apply(store, context, lambda: NOW), pytest.raises(ApplyRunning):
        full.back_up("never.zip")
    assert not (full.folder / "never.zip").exists()
