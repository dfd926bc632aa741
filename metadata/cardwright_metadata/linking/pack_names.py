"""Names that packs may use, and definitions that they may lock."""

from __future__ import annotations

from cardwright_metadata.definitions.others import PackDefinition
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.merging import Merged

#: Kinds whose names two packs could both want.
_NAMED = (
    "entity",
    "picklist",
    "role",
    "setting",
    "menu",
    "seed",
    "import_map",
    "scenario",
    "print",
    "measure",
    "report",
    "mail",
)


def check_packs(merged: Merged, report: Report) -> None:
    """Check that the names of a pack with a prefix begin with it, and that its locks hold."""
    for pack in merged.packs:
        _check_locks(pack, merged, report)
    prefixes = {pack.name: f"{pack.prefix}_" for pack in merged.packs if pack.prefix}
    for kind in _NAMED:
        for name, content in merged.contents.get(kind, {}).items():
            prefix = prefixes.get(merged.owners.get(f"{kind}/{name}", ""), "")
            if not name.startswith(prefix) and name.split(".")[0] != prefix[:-1]:
                _report(content, ("name",), name, prefix, report)
    for name, content in merged.contents["entity"].items():
        owner = merged.owners.get(f"entity/{name}", "")
        for field, each in (content.get("fields") or {}).items():
            pack = each.get("pack", "")
            prefix = prefixes.get(pack, "")
            if pack != owner and not field.startswith(prefix):
                _report(content, ("fields", field), field, prefix, report)


def _check_locks(pack: PackDefinition, merged: Merged, report: Report) -> None:
    own = [address for address, owner in merged.owners.items() if owner == pack.name]
    content = merged.pack_contents.get(pack.name)
    for target in pack.locked if content is not None else ():
        if target not in own:
            report.unknown(
                content or {}, ("locked", target), "definition", target, own, at_key=True
            )


def _report(
    content: MarkedMap, path: tuple[str, ...], name: str, prefix: str, report: Report
) -> None:
    report.add(
        content,
        path,
        "wrong_prefix",
        f"The names of this pack begin with '{prefix}', so that no other pack wants the same.",
        found=name,
        expected=prefix + name,
        at_key=len(path) > 1,
    )
