"""The bin: what comes back with a record, what goes for good with it, and what keeps it there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from installation import NOW, PACKS, Installation, build_installation
from sqlalchemy import func, select, text

from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, ConflictError, Message, NotFoundError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.files.blobs import Blob
from cardwright_entities.files.register import add_file, sweep_rows
from cardwright_entities.files.rights import count_readable_files
from cardwright_entities.files.uses import attach_file
from cardwright_entities.notifications import Notice, notify
from cardwright_entities.queries.recycled import BinRequest, count_bin, read_bin
from cardwright_entities.records.gate import Saved, SaveOptions
from cardwright_entities.records.purging import look, purge
from cardwright_entities.records.sharing import Wanted, share
from cardwright_entities.records.undoing import undo
from cardwright_entities.store.audit_tables import cw_audit
from cardwright_entities.store.every_table import every_table


@pytest.fixture
def office(store_url: str) -> Iterator[Installation]:
    """Papers in folders, with tags and parts."""
    installation = build_installation(store_url, PACKS / "papers")
    yield installation
    installation.store.close()


def paper(desk: Desk, name: str = "Charter", **values: object) -> Saved:
    return desk.records.create("paper", {"name": name, **values})


def rows(desk: Desk, table: str) -> int:
    return int(desk.session.scalar(select(func.count()).select_from(text(table))))


def test_a_purge_leaves_nothing_of_a_record_and_touches_nothing_else(office: Installation) -> None:
    chief = office.acting("archivist")
    with office.engine.write(office.system()) as desk:
        clerk = desk.records.create("clerk", {"name": "Kim"})
        tag = desk.records.create("tag", {"name": "old"})
        other = paper(desk, "Other", parts=[{"name": "a"}], tags=[tag.id])
        mine = paper(desk, parts=[{"name": "one"}, {"name": "two"}], tags=[tag.id])
        key = desk.model.entity("paper").definition.id
        for each in (other, mine):
            file = add_file(desk.session, Blob(f"{each.id}" * 64, 5, "text/plain"), "scan.txt")
            attach_file(desk.session, key, each.id, file)
            notice = Notice(kind="alert", message=Message("x"), entity=key, record=each.id)
            notify(desk.session, [7], notice)
            wanted = Wanted(records=(RecordRef("clerk", clerk.id),))
            share(desk.records, "paper", each.id, wanted, each.change_set)
    with office.engine.write(chief) as desk:
        desk.records.delete("paper", mine.id)
        counts = {name: rows(desk, name) for name in ("cw_notification", "cw_share", "cw_file_use")}
        assert counts == {"cw_notification": 2, "cw_share": 2, "cw_file_use": 2}
        told = look(desk.records, {"paper": [mine.id]})
        purged = purge(desk.records, {"paper": [mine.id]})
        assert purged == told
        assert (purged.count, purged.lines, purged.refused) == (1, 2, ())
    with office.engine.write(office.system()) as desk:
        entity = desk.model.entity("paper")
        part = desk.model.entity("part")
        assert [row[0] for row in desk.session.rows(select(entity.table.c.id))] == [other.id]
        assert rows(desk, part.table.name) == 1
        assert rows(desk, entity.tables.links["tags"].name) == 1
        left = {name: rows(desk, name) for name in counts}
        assert left == dict.fromkeys(counts, 1)
        change = every_table()["cw_change"].c
        noted = desk.session.rows(select(change.entity, change.record))
        assert (entity.definition.id, other.id) in {tuple(each) for each in noted}
        assert (entity.definition.id, mine.id) not in {tuple(each) for each in noted}
        deeds = desk.session.rows(select(cw_audit).where(cw_audit.c.kind == "purged"))
        assert [(each.entity, each.record, each.records) for each in deeds] == [(key, mine.id, 1)]
        assert desk.record("paper", other.id).lines["parts"][0].values["name"] == "a"
    later = replace(office.system(), now=NOW + timedelta(days=2))
    with office.engine.write(later) as desk:
        assert sweep_rows(desk.session) == (f"{mine.id}" * 64,)


def test_what_something_points_at_stays_and_says_why(office: Installation) -> None:
    with office.engine.write(office.system()) as desk:
        folder = desk.records.create("folder", {"name": "F"})
        first = paper(desk, "First", about={"entity": "folder", "id": folder.id})
        desk.records.delete("folder", folder.id)  # whose link may go on pointing into the bin
        (refused,) = purge(desk.records, {"folder": [folder.id]}).refused
        assert (refused.message.code, refused.holders) == ("purge_held", (("paper", first.id),))
        desk.records.delete("paper", first.id)
        (refused,) = purge(desk.records, {"folder": [folder.id]}).refused
        assert refused.message.code == "purge_held_in_bin"
        purged = purge(desk.records, {"folder": [folder.id], "paper": [first.id]})
        assert purged.gone == {"folder": (folder.id,), "paper": (first.id,)}


def test_lines_of_others_hold_a_record_by_their_head(office: Installation) -> None:
    with office.engine.write(office.system()) as desk:
        source = paper(desk, "Source")
        holder = paper(desk, "Holder", parts=[{"name": "x", "source": source.id}])
        (row,) = desk.record("paper", holder.id).lines["parts"]
        desk.records.update("paper", holder.id, {"parts": []}, 1, SaveOptions(replace_lines=True))
        desk.records.delete("paper", source.id)
        (refused,) = purge(desk.records, {"paper": [source.id]}).refused
        assert refused.holders == (("paper", holder.id),)
        assert row.id


def test_records_that_point_at_each_other_go_together(office: Installation) -> None:
    with office.engine.write(office.system()) as desk:
        top = desk.records.create("folder", {"name": "Top"})
        low = desk.records.create("folder", {"name": "Low", "above": top.id})
        one = paper(desk, "One")
        two = paper(desk, "Two", parts=[{"source": one.id}])
        raw = {"parts": [{"source": two.id}]}
        desk.records.update("paper", one.id, raw, 1)
        for each in (low, top):
            desk.records.delete("folder", each.id)
        table = desk.model.entity("paper").table
        desk.session.execute(table.update().values(deleted_at=NOW))
        purged = purge(desk.records, {"folder": [top.id, low.id], "paper": [one.id, two.id]})
        assert (purged.count, purged.refused) == (4, ())


def test_a_link_to_many_holds_too(office: Installation) -> None:
    with office.engine.write(office.system()) as desk:
        tag = desk.records.create("tag", {"name": "old"})
        holder = paper(desk, tags=[tag.id])
        table = desk.model.entity("tag").table
        desk.session.execute(table.update().values(deleted_at=NOW))
        (refused,) = purge(desk.records, {"tag": [tag.id]}).refused
        assert (refused.message.code, refused.holders) == ("purge_held", (("paper", holder.id),))


def test_what_was_retired_still_holds(office: Installation, tmp_path: Path) -> None:
    with office.engine.write(office.system()) as desk:
        held, free = (desk.records.create("folder", {"name": name}) for name in "HF")
        paper(desk, folder=held.id)
        top = desk.records.create("folder", {"name": "Top"})
        low = desk.records.create("folder", {"name": "Low", "above": top.id})
        high = desk.records.create("folder", {"name": "High"})
        desk.records.update("folder", top.id, {"above": high.id}, None)
    changed = shutil.copytree(PACKS / "papers", tmp_path / "papers")
    lines = (changed / "papers.yaml").read_text("utf-8").splitlines(keepends=True)
    kept = "".join(each for each in lines if not each.startswith("  folder: {"))
    (changed / "papers.yaml").write_text(kept, "utf-8")
    office.install(changed)
    with office.engine.write(office.system()) as desk:
        gone = (free.id, top.id, low.id, high.id)
        for each in (held.id, free.id, low.id, top.id, high.id):
            desk.records.delete("folder", each)
        purged = purge(desk.records, {"folder": [held.id, *gone]})
        assert purged.gone == {"folder": gone}
        (refused,) = purged.refused
        assert (refused.record, refused.message.code) == (held.id, "purge_held_by_retired")


def test_purging_takes_the_right_and_what_one_may_read(office: Installation) -> None:
    with office.engine.write(office.system()) as desk:
        hidden, shown = paper(desk, "A", code="SHUT"), paper(desk, "B", code="OPEN")
        living = paper(desk, "C")
        for each in (hidden, shown):
            desk.records.delete("paper", each.id)
    with office.engine.write(office.acting("writer")) as desk, pytest.raises(AccessError):
        purge(desk.records, {"paper": [shown.id]})
    with office.engine.write(office.acting("sweeper")) as desk:
        for chosen in (hidden.id, living.id, 99):
            with pytest.raises(NotFoundError):
                purge(desk.records, {"paper": [chosen]})
        with pytest.raises(NotFoundError):
            purge(desk.records, {"folder": [1]})
        assert purge(desk.records, {"paper": [shown.id]}).count == 1
    with office.engine.write(office.system()) as desk:
        account = desk.records.create("login", {"name": "Kim", "login": "kim"})
        desk.records.delete("login", account.id)
        (refused,) = purge(desk.records, {"login": [account.id]}).refused
        assert refused.message.code == "accounts_stay"


def test_the_bin_shows_what_one_may_read_newest_first_page_by_page(office: Installation) -> None:
    made: list[int] = []
    for day in range(6):
        moment = replace(office.acting("writer"), now=NOW + timedelta(days=day // 2))
        with office.engine.write(moment) as desk:
            made.append(paper(desk, f"P{day}", code="OPEN" if day == 1 else f"C{day}").id)
            desk.records.delete("paper", made[-1])
            tag = desk.records.create("tag", {"name": f"T{day}"})
            desk.records.delete("tag", tag.id)
    with office.engine.read(office.system()) as desk:
        every = [(desk.model.entity(each), "read") for each in ("tag", "paper", "folder")]
        asked = BinRequest(limit=100)
        whole = read_bin(desk.session, desk.reading, every, asked)
        assert [each.at for each in whole] == sorted((each.at for each in whole), reverse=True)
        assert {each.by for each in whole} == {1}
        for oldest in (False, True):
            pages, mark = [], ""
            while found := read_bin(
                desk.session, desk.reading, every, BinRequest(after=mark, limit=5, oldest=oldest)
            ):
                pages += found
                mark = found[-1].mark
            assert pages == (whole[::-1] if oldest else whole)
        assert count_bin(desk.session, desk.reading, every, asked) == {"paper": 6, "tag": 6}
        few = BinRequest(search="P3", account=1, before=NOW + timedelta(days=5))
        assert [each.id for each in read_bin(desk.session, desk.reading, every, few)] == [made[3]]
        none = replace(few, account=2)
        assert read_bin(desk.session, desk.reading, every, none) == []
    with office.engine.read(office.acting("sweeper")) as desk:
        mine = [(desk.model.entity("paper"), "read")]
        (only,) = read_bin(desk.session, desk.reading, mine, BinRequest())
        assert only.id == made[1]


def test_a_search_of_the_bin_finds_nothing_by_hidden_fields(office: Installation) -> None:
    with office.engine.write(office.system()) as desk:
        saved = paper(desk, "Plan", code="OPEN", secret="lantern")
        desk.records.delete("paper", saved.id)
    for roles, found in ((("archivist",), 1), (("sweeper",), 0)):
        with office.engine.read(office.acting(*roles)) as desk:
            mine = [(desk.model.entity("paper"), "read")]
            asked = BinRequest(search="lantern")
            assert len(read_bin(desk.session, desk.reading, mine, asked)) == found


def test_files_of_hidden_fields_are_not_counted(office: Installation) -> None:
    with office.engine.write(office.system()) as desk:
        scan, other = (
            add_file(desk.session, Blob(letter * 64, 5, "text/plain"), "scan.txt")
            for letter in "ab"
        )
        saved = paper(desk, code="OPEN", scan=scan)
        attach_file(desk.session, desk.model.entity("paper").definition.id, saved.id, other)
    for who, count in ((office.system(), 2), (office.acting("sweeper"), 1)):
        with office.engine.read(who) as desk:
            entity = desk.model.entity("paper")
            found = count_readable_files(desk.session, desk.reading, entity, [saved.id])
            assert found == {saved.id: count}


def test_links_that_a_deletion_emptied_point_again_after_a_restore(office: Installation) -> None:
    with office.engine.write(office.acting("writer")) as desk:
        tag = desk.records.create("tag", {"name": "T"})
        other = desk.records.create("tag", {"name": "O"})
        kept, moved = paper(desk, "Kept", tag=tag.id), paper(desk, "Moved", tag=tag.id)
        desk.records.delete("tag", tag.id)
        desk.records.update("paper", moved.id, {"tag": other.id}, 2)
        restored = desk.records.restore("tag", tag.id)
        assert desk.record("paper", kept.id).values["tag"] == tag.id
        assert desk.record("paper", moved.id).values["tag"] == other.id
        assert undo(desk.records, restored.change_set).skipped == ()
        assert desk.record("paper", kept.id).values["tag"] is None


def test_an_undo_of_a_deletion_brings_emptied_links_back_too(office: Installation) -> None:
    with office.engine.write(office.acting("writer")) as desk:
        tag = desk.records.create("tag", {"name": "T"})
        kept = paper(desk, "Kept", tag=tag.id)
        gone = desk.records.delete("tag", tag.id)
        assert undo(desk.records, gone.change_set).skipped == ()
        assert desk.record("paper", kept.id).values["tag"] == tag.id


def test_what_stands_in_the_way_of_a_restore_is_told(office: Installation) -> None:
    with office.engine.write(office.acting("writer")) as desk:
        folder = desk.records.create("folder", {"name": "F"})
        source = paper(desk, "Source")
        raw = {"folder": folder.id, "code": "ONE", "parts": [{"source": source.id}]}
        mine = paper(desk, "Mine", **raw)
        desk.records.delete("paper", mine.id)
        desk.records.delete("paper", source.id)
        desk.records.delete("folder", folder.id)
        with pytest.raises(ConflictError) as caught, desk.session.savepoint():
            desk.records.restore("paper", mine.id)
        assert caught.value.message.code == "points_into_bin"
        assert caught.value.details == {"fields": ["folder", "parts.source"]}
        desk.records.restore("folder", folder.id)
        desk.records.restore("paper", source.id)
        taken = paper(desk, "Newer", code="ONE")
        with pytest.raises(ConflictError) as caught, desk.session.savepoint():
            desk.records.restore("paper", mine.id)
        assert caught.value.details == {"fields": ["code"]}
        desk.records.delete("paper", taken.id)
        desk.records.restore("paper", mine.id)
        assert len(desk.record("paper", mine.id).lines["parts"]) == 1


def test_every_table_of_single_records_says_whose_they_are() -> None:
    """A new table whose rows name an entity and a record is purged with it, or says why not."""
    silent = [
        table.name
        for table in every_table().values()
        if {"entity", "record"} <= set(table.c.keys()) and not table.c.entity.info.get("numbers")
    ]
    # The log only grows; what came with a pack is not made again because it was deleted.
    assert sorted(silent) == ["cw_audit", "cw_seed"]
