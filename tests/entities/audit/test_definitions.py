"""What the log calls changes of definitions: a pack installed, a revert, a plain change."""

from __future__ import annotations

import shutil
from pathlib import Path

from installation import PACKS, Installation, build_installation
from sqlalchemy import select

from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.kept_plans import keep_plan, read_plan
from cardwright_entities.changes.reverting import make_revert
from cardwright_entities.store.audit_tables import cw_audit

KINDS = ("applied", "reverted", "pack_installed", "pack_removed")


def test_installs_and_reverts_are_told_apart_from_changes(store_url: str, tmp_path: Path) -> None:
    office = build_installation(store_url, PACKS / "papers")
    papers = shutil.copytree(PACKS / "papers", tmp_path / "papers")
    more = tmp_path / "more"
    more.mkdir()
    head = "kind: pack\nname: more\nlabel: More\nlanguage: 1\n---\n"
    entity = "kind: entity\nname: shelf\nlabel: Shelf\nfields: {name: {type: text, label: Name}}\n"
    (more / "pack.yaml").write_text(head + entity, "utf-8")
    office.install(papers, more)
    with (papers / "people.yaml").open("a", encoding="utf-8") as file:
        file.write("---\nkind: role\nname: guest\nlabel: Guest\n")
    number = office.install(papers, more)
    revert(office, number)
    with office.store.read(office.system()) as session:
        wanted = select(cw_audit.c.kind, cw_audit.c.detail).where(cw_audit.c.kind.in_(KINDS))
        found = [(row.kind, row.detail.get("packs")) for row in session.rows(wanted.order_by("id"))]
    office.store.close()
    assert found == [
        ("applied", None),
        ("pack_installed", ["more"]),
        ("applied", None),
        ("reverted", None),
    ]


def revert(office: Installation, number: int) -> None:
    """Take a commit back by a plan that was kept, as on screen."""
    made = make_revert(office.store, office.system(), office.types, number).plan
    with office.store.write(office.system()) as session:
        kept = keep_plan(session, made).id
    with office.store.read(office.system()) as session:
        plan = read_plan(session, kept).plan
    apply(office.store, office.system(), office.types, plan, author="test", reason="back")
