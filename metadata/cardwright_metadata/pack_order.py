"""Which pack comes before which: the order of what they require."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cardwright_metadata.loading import Pack
from cardwright_metadata.marks import MarkedMap, spot_of
from cardwright_metadata.pack_versions import will_do
from cardwright_metadata.problems import Problem
from cardwright_metadata.words import nearest


def order_packs(packs: Sequence[Pack], problems: list[Problem]) -> list[Pack]:
    """Return packs so that each comes after those it requires; report what is not there."""
    by_name: dict[str, Pack] = {}
    for pack in packs:
        name = pack.definition.name
        if name in by_name:
            message = f"Two packs are called '{name}'; install one of them."
            problems.append(_pack_problem(pack, "duplicate_pack", message, name))
        by_name.setdefault(name, pack)
    ordered: dict[str, Pack] = {}
    for name in by_name:
        _visit(name, by_name, ordered, [], problems)
    return list(ordered.values())


def _visit(
    name: str,
    by_name: Mapping[str, Pack],
    ordered: dict[str, Pack],
    above: list[str],
    problems: list[Problem],
) -> None:
    if name in ordered:
        return
    pack = by_name[name]
    if name in above:
        chain = " → ".join([*above[above.index(name) :], name])
        message = f"Packs require each other: {chain}."
        problems.append(_pack_problem(pack, "pack_cycle", message, name))
        return
    for required in pack.definition.requires:
        if required in by_name:
            _check_version(pack, by_name[required], problems)
            _visit(required, by_name, ordered, [*above, name], problems)
        else:
            problems.append(_missing_pack(pack, required, by_name))
    ordered.setdefault(name, pack)


def _check_version(pack: Pack, required: Pack, problems: list[Problem]) -> None:
    name, there = required.definition.name, required.definition.version
    wish = pack.definition.versions.get(name, "")
    if will_do(there, wish):
        return
    spot = spot_of(_document_of(pack), ("requires", name))
    problems.append(
        Problem(
            place=spot.place if spot else None,
            path=f"requires.{name}",
            code="other_version",
            message=f"'{pack.definition.name}' needs version {wish} of '{name}'; here is {there}.",
            found=there,
            expected=wish,
        )
    )


def _document_of(pack: Pack) -> MarkedMap | None:
    return next((each.content for each in pack.documents if each.kind == "pack"), None)


def _pack_problem(pack: Pack, code: str, message: str, found: str) -> Problem:
    document = next((each for each in pack.documents if each.kind == "pack"), None)
    return Problem(
        place=document.place if document else None,
        path="requires",
        code=code,
        message=message,
        found=found,
    )


def _missing_pack(pack: Pack, required: str, known: Iterable[str]) -> Problem:
    document = next((each for each in pack.documents if each.kind == "pack"), None)
    spot = spot_of(document.content, ("requires",)) if document else None
    names = [each for each in known if each != pack.definition.name]
    return Problem(
        place=spot.place if spot else None,
        path="requires",
        code="missing_pack",
        message=f"'{pack.definition.name}' needs the pack '{required}', which is not in use: "
        "name it in 'packs' of config.yaml, or install it first.",
        found=required,
        nearest=nearest(required, names),
    )


def all_required(pack: Pack, packs: Sequence[Pack]) -> set[str]:
    """Return the names of a pack and of all that it requires, also through others."""
    by_name = {each.definition.name: each for each in packs}
    found = {pack.definition.name}
    waiting = list(pack.definition.requires)
    while waiting:
        name = waiting.pop()
        if name not in found and name in by_name:
            found.add(name)
            waiting += by_name[name].definition.requires
    return found
