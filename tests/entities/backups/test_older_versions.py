"""A backup of an older version is taken back: its tables as they were, then upgraded."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from installation import NOW
from keepsakes import Kept

from cardwright_entities.backups.archives import write_backup
from cardwright_entities.backups.manifests import MANIFEST
from cardwright_entities.backups.rows import RowsDigest
from cardwright_entities.outbox import list_messages
from cardwright_entities.restores import held_since

Places = Callable[[str], Kept]
#: The mails of version 0007, which 0008 moves into the outbox.
COLUMNS = [
    ["id", "integer"], ["mail", "text"], ["rule", "text"], ["entity", "text"],
    ["record", "integer"], ["recipients", "json"], ["principal", "json"], ["message_id", "text"],
    ["at", "moment"], ["state", "text"], ["attempts", "integer"], ["next_at", "moment"],
    ["reason", "json"], ["sent_at", "moment"],
]  # fmt: skip
AT = (NOW - timedelta(days=30)).isoformat(timespec="microseconds")
ROW = [
    7, "hello", "r", "room", 1, {"cc": [], "to": ["ann@example.com"]}, {"kind": "system"},
    "<a@cardwright>", AT, "waiting", 2, AT, None, None,
]  # fmt: skip


def of_version_7(path: Path, target: Path) -> Path:
    """Write a backup again as it would have been before the outbox and restores were."""
    line = json.dumps(ROW, sort_keys=True, separators=(",", ":")).encode()
    digest = RowsDigest()
    digest.add(line)
    with zipfile.ZipFile(path) as archive, write_backup(target) as writer:
        manifest = json.loads(archive.read(MANIFEST))
        for name in ("cw_outbox", "cw_restore"):
            del manifest["tables"][name]
        for name in archive.namelist():
            if name != MANIFEST and "cw_outbox" not in name and "cw_restore" not in name:
                with writer.member(name) as member:
                    member.write(archive.read(name))
        with writer.member("tables/cw_mail.ndjson") as member:
            member.write(line + b"\n")
        manifest["revision"] = "0007_mails"
        manifest["tables"]["cw_mail"] = {
            "columns": COLUMNS, "numbered": True, "rows": 1, "digest": digest.hexadecimal(),
            "sha256": member.sha256, "size": member.size, "last": 9,
        }  # fmt: skip
        with writer.member(MANIFEST) as member:
            member.write(json.dumps(manifest).encode())
    return target


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_an_older_backup_is_upgraded_as_a_database_is(
    full: Kept, empty_places: Places, tmp_path: Path, engine: str
) -> None:
    path, _ = full.back_up(f"new-{engine}.zip")
    place = empty_places(engine)
    place.restore(of_version_7(path, tmp_path / "old.zip"))
    with place.installation.engine.read(place.system()) as desk:
        (mail,) = list_messages(desk.session)
        assert (mail.name, mail.key, mail.attempts) == ("hello", "<a@cardwright>", 2)
        assert held_since(desk.session) == NOW
        assert desk.record("room", 1).values["name"] == "House"
    _, manifest = place.back_up("again.zip")
    assert "cw_mail" not in {each.shape.name for each in manifest.tables}
