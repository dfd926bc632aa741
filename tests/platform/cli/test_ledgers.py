"""Ledgers at the terminal: what would post to one that came later."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

Cardwright = Callable[..., Any]
PACKS = Path(__file__).resolve().parents[2] / "packs"


def test_documents_that_a_ledger_lacks_are_counted_and_a_wrong_name_is_said(
    cardwright: Cardwright, place: Path
) -> None:
    shutil.copytree(PACKS / "shipping", place / "shipping")
    (place / "config.yaml").write_text("packs: [shipping]\n", encoding="utf-8")
    assert cardwright("apply", "--yes").code == 0
    for options in ((), ("--yes",)):
        told = cardwright("ledger", "post", "stock", "--json", *options)
        assert told.code == 0
        said = json.loads(told.out)
        assert (said["ledger"], said["refused"]) == ("stock", [])
        assert {"entity": "delivery", "missing": 0, "closed": 0} in said["documents"]
    assert cardwright("ledger", "post", "stok").code != 0
