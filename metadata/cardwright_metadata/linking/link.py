"""Merged packs → parts: names checked, defaults filled in, plain JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cardwright_metadata.definitions.others import PackDefinition
from cardwright_metadata.linking.approvals import ApprovalLinker
from cardwright_metadata.linking.closing import keep_values
from cardwright_metadata.linking.entities import EntityLinker
from cardwright_metadata.linking.expressions import Expressions
from cardwright_metadata.linking.fields import FieldLinker, check_was
from cardwright_metadata.linking.flows import FlowLinker
from cardwright_metadata.linking.layouts import LayoutLinker
from cardwright_metadata.linking.mails import MailLinker
from cardwright_metadata.linking.measuring import ReportLinker
from cardwright_metadata.linking.names import Names
from cardwright_metadata.linking.others import OtherLinker
from cardwright_metadata.linking.pack_names import check_packs
from cardwright_metadata.linking.pools import PoolLinker
from cardwright_metadata.linking.prints import PrintLinker
from cardwright_metadata.linking.report import Report
from cardwright_metadata.linking.roles import RoleLinker
from cardwright_metadata.linking.rules import RuleLinker
from cardwright_metadata.linking.scenarios import ScenarioLinker
from cardwright_metadata.linking.stages import StagesLinker
from cardwright_metadata.linking.timing import TimingLinker
from cardwright_metadata.marks import MarkedMap, plain
from cardwright_metadata.merging import Merged
from cardwright_metadata.named_choices import list_definitions
from cardwright_metadata.type_catalogue import TypeCatalogue

#: Keys that mattered only until everything was put together.
_SPENT = frozenset({"use", "after", "before"})


def link(merged: Merged, types: TypeCatalogue) -> dict[str, dict[str, Any]]:
    """Return the parts of a catalog by address; add what is wrong to ``merged.problems``."""
    list_definitions(merged.contents)
    names = Names(merged, types)
    report = Report(merged.problems)
    expressions = Expressions(names, report)
    fields = FieldLinker(names, expressions, report, _words(merged))
    # What asks for a retired field, or sets it, would fail when it is needed.
    living = Names(merged, types, living=True)
    using = Expressions(living, report)
    flows = FlowLinker(living, using, report)
    timing = TimingLinker(living, using, fields, report)
    pools = PoolLinker(living, using, report)
    for name, content in merged.contents["entity"].items():
        fields.link(name, content)
    _link_entities(
        merged, names, expressions, report, (flows.link_postings, timing.link, pools.link)
    )
    others = OtherLinker(living, using, fields, report)
    _link_others(
        merged,
        {
            "picklist": others.link_picklist,
            "menu": others.link_menu,
            "role": RoleLinker(names, expressions, report).link,
            "setting": others.link_setting,
            "seed": others.link_seed,
            "import_map": others.link_import_map,
            "conversion": flows.link_conversion,
            "ledger": flows.link_ledger,
            "approval": ApprovalLinker(living, using, report).link,
            "rule": RuleLinker(living, using, fields, report).link,
            "print": PrintLinker(living, report).link,
            "mail": MailLinker(living, report).link,
            "calendar": timing.link_calendar,
            "stages": StagesLinker(living, using, fields, report).link,
        },
    )
    check_packs(merged, report)
    _link_uses(merged, living, using, report)
    return _make_parts(merged)


def _link_uses(merged: Merged, living: Names, using: Expressions, report: Report) -> None:
    """Link what only looks at others: tests of packs, measures and reports."""
    reports = ReportLinker(living, using, report)
    scenarios = ScenarioLinker(living, merged.contents["role"], using, report)
    _link_others(
        merged,
        {
            "scenario": scenarios.link,
            "measure": reports.link_measure,
            "report": reports.link_report,
        },
    )


def _link_entities(
    merged: Merged,
    names: Names,
    expressions: Expressions,
    report: Report,
    further: Sequence[Callable[[str, MarkedMap], None]],
) -> None:
    """Check entities whose fields are checked; ``further`` needs all of them complete."""
    entities = EntityLinker(names, expressions, report)
    layouts = LayoutLinker(names, expressions, report)
    for name, content in merged.contents["entity"].items():
        keep_values(names, name, content)
    for name, content in merged.contents["entity"].items():
        check_was(content, (), merged.contents["entity"], report)
        entities.link(name, content)
        layouts.link(name, content)
    for name, content in merged.contents["entity"].items():
        for link_one in further:
            link_one(name, content)


def _words(merged: Merged) -> dict[str, str]:
    return {pack.name: pack.words for pack in merged.packs}


def _link_others(merged: Merged, links: Mapping[str, Callable[[MarkedMap], None]]) -> None:
    for kind, link_one in links.items():
        for content in merged.contents[kind].values():
            link_one(content)


def _make_parts(merged: Merged) -> dict[str, dict[str, Any]]:
    parts: dict[str, dict[str, Any]] = {}
    contents: dict[str, list[str]] = {}
    for kind, named in merged.contents.items():
        for name, content in named.items():
            address = f"{kind}/{name}"
            pack = merged.owners.get(address, "")
            part = {key: plain(value) for key, value in content.items() if key not in _SPENT}
            parts[address] = {**part, "name": name, "pack": pack}
            contents.setdefault(pack, []).append(address)
    for order, pack_definition in enumerate(merged.packs, 1):
        parts[f"pack/{pack_definition.name}"] = {
            "name": pack_definition.name,
            "label": dict(pack_definition.label.words),
            "description": dict(pack_definition.description.words),
            "version": pack_definition.version,
            "language": pack_definition.language,
            "requires": list(pack_definition.requires),
            "words": pack_definition.words,
            "order": order,
            "contents": contents.get(pack_definition.name, []),
        } | _said_by(pack_definition)
    for merging in merged.changes:
        if merging.entries:
            entries = sorted(merging.entries, key=lambda each: (each.target, each.path))
            parts[f"pack/{merging.pack}"]["overlays"] = [each.to_json() for each in entries]
    return parts


def _said_by(pack: PackDefinition) -> dict[str, Any]:
    """Return what few packs say."""
    said = {
        "versions": dict(pack.versions),
        "vendor": pack.vendor,
        "prefix": pack.prefix,
        "locked": {target: list(paths) for target, paths in pack.locked.items()},
        "powers": dict(pack.powers),
        "archive": pack.archive,
    }
    return {key: value for key, value in said.items() if value}
