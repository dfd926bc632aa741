"""A backup of either engine comes back on either, whole, and does nothing on its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from installation import NOW
from keepsakes import CONTENT, Kept
from sqlalchemy import select, text

from cardwright_entities.backups.archives import read_backup
from cardwright_entities.backups.carrying import NOT_CARRIED, carried_shapes
from cardwright_entities.backups.errors import BackupError
from cardwright_entities.backups.manifests import Manifest
from cardwright_entities.backups.restoring import look_at, verify_backup
from cardwright_entities.changes.comparing import compare_tables
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.restores import held_since
from cardwright_entities.store.audit_tables import cw_audit
from cardwright_entities.store.every_table import every_table
from cardwright_entities.store.platform_tables import cw_job
from cardwright_entities.store.restore_tables import cw_restore
from cardwright_entities.store.sessions import Session

Places = Callable[[str], Kept]
#: What a restore itself writes.
_OF_THE_RESTORE = {cw_restore.name, cw_job.name, cw_audit.name}
_ALL_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') "
    "AND relnamespace = current_schema()::regnamespace",
}


def digests(manifest: Manifest) -> dict[str, tuple[int, str, int]]:
    """Return what must be equal of each table: rows, digest, highest number."""
    return {
        each.shape.name: (each.rows, each.digest, each.last)
        for each in manifest.tables
        if each.shape.name not in _OF_THE_RESTORE
    }


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_everything_comes_back_on_either_engine(
    full: Kept, empty_places: Places, engine: str
) -> None:
    path, manifest = full.back_up(f"{engine}.zip")
    place = empty_places(engine)
    place.restore(path)
    _, again = place.back_up()
    assert digests(again) == digests(manifest)
    assert manifest.rows > 30
    assert compare_tables(place.installation.store, place.system(), place.installation.types) == ()


def test_there_and_back_again_nothing_is_lost(full: Kept, empty_places: Places) -> None:
    path, manifest = full.back_up("there.zip")
    other = "postgresql" if full.installation.store.dialect == "sqlite" else "sqlite"
    there = empty_places(other)
    there.restore(path)
    away, _ = there.back_up()
    back = empty_places("sqlite")
    back.restore(away)
    _, last = back.back_up()
    assert digests(last) == digests(manifest)


def test_what_comes_back_is_read_and_written_as_before(full: Kept, empty_places: Places) -> None:
    path, _ = full.back_up("read.zip")
    place = empty_places("sqlite")
    place.restore(path)
    with full.installation.engine.read(full.system()) as desk:
        before = desk.record("keepsake", 1).values
    with place.installation.engine.write(place.system()) as desk:
        assert desk.record("keepsake", 1).values == before
        assert desk.records.create("keepsake", {"name": "New"}).id == 4
    with place.blobs.open(read_names(place)[0]) as content:
        assert content.read() == CONTENT


def test_the_log_comes_back_and_tells_of_the_restore(full: Kept, empty_places: Places) -> None:
    path, _ = full.back_up("log.zip")
    place = empty_places("sqlite")
    place.restore(path)
    before, after = told(full), told(place)
    assert len(before) > 0
    assert after[: len(before)] == before
    assert [kind for _, kind in after[len(before) :]] == ["restored"]


def told(kept: Kept) -> list[tuple[int, str]]:
    with kept.installation.store.read(kept.system()) as session:
        rows = session.rows(select(cw_audit.c.id, cw_audit.c.kind).order_by(cw_audit.c.id))
    return [(row.id, row.kind) for row in rows]


def read_names(kept: Kept) -> list[str]:
    with kept.installation.store.read(kept.system()) as session:
        return [str(each) for (each,) in session.rows(text("SELECT sha256 FROM cw_file"))]


def test_no_table_is_forgotten(full: Kept) -> None:
    store = full.installation.store
    with store.read(full.system()) as session:
        there = {str(name) for (name,) in session.rows(text(_ALL_TABLES[store.dialect]))}
        carried = {each.name for each in carried_shapes(session, full.installation.types)}
    searched = {name for name in there if "_search" in name}
    assert there - carried - searched == {*NOT_CARRIED, "cw_revision"}
    assert set(NOT_CARRIED) <= set(every_table())
    assert searched <= {
        f"{name}_search{end}"
        for name in carried
        for end in ("", "_data", "_idx", "_config", "_docsize")
    }


def test_sessions_are_dead_and_messages_wait(full: Kept, empty_places: Places) -> None:
    with full.installation.store.write(full.system()) as session:
        job = Jobs().enqueue(session, "import", {})
        session.execute(cw_job.update().values(state="running", leased_by="gone"))
    path, _ = full.back_up("dead.zip")
    place = empty_places("sqlite")
    assert place.restore(path).given_up == 1
    with place.installation.store.read(place.system()) as session:
        assert session.scalar(text("SELECT count(*) FROM cw_session")) == 0
        assert held_since(session) == NOW
        found = Jobs().read(session, job)
    assert (found.state, found.error) == ("failed", {"code": "job_restored"})


def test_a_backup_replaces_what_is_there(full: Kept, empty_places: Places) -> None:
    path, manifest = full.back_up("replace.zip")
    place = empty_places(full.installation.store.dialect)
    assert look_at(place.installation.store, place.system()).is_empty
    place.restore(path)
    assert not look_at(place.installation.store, place.system()).is_empty
    with place.installation.engine.write(place.system()) as desk:
        desk.records.create("keepsake", {"name": "Too late"})
    place.restore(path)
    _, again = place.back_up()
    assert digests(again) == digests(manifest)


def test_a_row_that_was_changed_on_the_way_is_found(
    full: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = full.back_up("changed.zip")
    insert = Session.insert_many

    def other(session: Session, table: object, rows: list[dict[str, object]]) -> None:
        for row in rows:
            if row.get("name") == "House":
                row["name"] = "Horse"
        insert(session, table, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "insert_many", other)
    with read_backup(path) as backup, pytest.raises(BackupError) as caught:
        verify_backup(full.system(), full.installation.types, backup)
    assert caught.value.message.code == "backup_differs"
    assert dict(caught.value.message.params) == {"tables": "e_room"}


def test_a_lost_content_is_told_and_the_rest_is_kept(full: Kept, empty_places: Places) -> None:
    path, _ = full.back_up("whole.zip")
    place = empty_places("sqlite")
    place.restore(path)
    (name,) = read_names(place)
    place.blobs.path(name).write_bytes(b"rotten")
    _, manifest = place.back_up()
    assert manifest.files.missing == (name,)
    assert manifest.files.count == 0
