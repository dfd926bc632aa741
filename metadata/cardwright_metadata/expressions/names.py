"""The names that an expression reads: its paths, variables, functions and labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from cardwright_metadata.expressions.functions import AT
from cardwright_metadata.expressions.tree import Call, Find, Node, Path, RecordAt, Related, TypeTest
from cardwright_metadata.expressions.walking import children, rebuild, walk
from cardwright_metadata.expressions.words import CONTEXT_ROOTS

#: In a path over records that are valid for a time: the one that is valid today.
CURRENT = "current"


def dotted(path: Path) -> str:
    """Return a path as it is written: ``$record.customer.region``, ``$tagged('VIP')``."""
    written = ".".join((path.root, *path.names) if path.root else path.names)
    if not path.mark:
        return written
    quoted = path.mark.replace("'", "''")
    return f"{written}('{quoted}')"


def paths_of(node: Node) -> tuple[Path, ...]:
    """Return the different paths that a tree reads, seen from the record in question.

    Of ``sum(items, amount)`` both ``items`` and ``items.amount``; of ``at(…)``, once checked, the
    days of its records too. Paths with a root stand as they
    are written, but ``$head`` inside a question about lines, which is the record itself.
    """
    return tuple(dict.fromkeys(_paths(node, None)))


def _paths(node: Node, through: Path | None) -> Iterator[Path]:
    match node:
        case Path():
            yield _seen_from(node, through)
        case Related():
            path = _seen_from(node.path, through)
            yield path
            for child in children(node):
                yield from _paths(child, path)
        case RecordAt():
            path = _seen_from(node.records, through)
            yield path
            for name in filter(None, (node.first, node.last)):
                yield _seen_from(Path((name,), at=node.at), path)
            if node.value.names:
                yield _seen_from(node.value, path)
            yield from _paths(node.day, through)
        case Find():
            for each in paths_of_asker(node):
                yield _seen_from(each, through)
        case _:
            for child in children(node):
                yield from _paths(child, through)


def paths_of_asker(node: Find) -> tuple[Path, ...]:
    """Return what a look-up reads of the record that asks, and of the context."""
    asked = (_asker_path(path) for child in children(node) for path in _paths(child, None))
    return tuple(dict.fromkeys(path for path in asked if path is not None))


def _asker_path(path: Path) -> Path | None:
    if not path.root:
        return None
    return replace(path, root="") if path.root in ("$record", "$self") else path


def _seen_from(path: Path, through: Path | None) -> Path:
    if through is None or path.root not in ("", "$head"):
        return path
    start = through.names[:-1] if path.root == "$head" else through.names
    return replace(path, root=through.root, names=start + path.names)


def related_of(node: Node) -> tuple[Path, ...]:
    """Return the different to-many paths of which a tree asks something, as they are written."""
    found = {
        each.records if isinstance(each, RecordAt) else each.path: None
        for each in walk(node)
        if isinstance(each, RecordAt | Related)
    }
    return tuple(found)


def variables_of(node: Node) -> frozenset[str]:
    """Return the variables of the context, dotted: ``$me``, ``$setting.stock.negative``."""
    return frozenset(
        dotted(each) for each in walk(node) if isinstance(each, Path) and each.root in CONTEXT_ROOTS
    )


def functions_of(node: Node) -> frozenset[str]:
    """Return the English names of the functions that are called."""
    called = {each.function for each in walk(node) if isinstance(each, Call)}
    called |= {each.function for each in walk(node) if isinstance(each, Find)}
    return frozenset(called | {AT for each in walk(node) if isinstance(each, RecordAt)})


def is_label(name: str) -> bool:
    """Tell whether a name in a path is still a label in brackets."""
    return name.startswith("[")


def replace_labels(node: Node, name_of: Callable[[Path, int], str]) -> Node:
    """Return the tree with each label replaced by the field name that ``name_of`` gives.

    It is asked with the path and the index of the label, names before it already replaced.
    """

    def change(current: Node) -> Node:
        if isinstance(current, Path):
            return _named(current, name_of)
        if isinstance(current, Related):
            current = replace(current, path=_named(current.path, name_of))
        if isinstance(current, RecordAt):
            current = _named_behind(current, name_of)
        if isinstance(current, TypeTest):
            return replace(current, operand=_named(current.operand, name_of))
        return rebuild(current, change)

    return change(node)


def _named_behind(node: RecordAt, name_of: Callable[[Path, int], str]) -> RecordAt:
    """Name the records, then what is read of the one found, as a way over the current one."""
    records = _named(node.records, name_of)
    way = (*records.names, CURRENT)
    whole = _named(replace(records, names=way + node.value.names), name_of)
    value = replace(node.value, names=whole.names[len(way) :])
    return replace(node, records=records, value=value)


def _named(path: Path, name_of: Callable[[Path, int], str]) -> Path:
    for index, name in enumerate(path.names):
        if is_label(name):
            names = (*path.names[:index], name_of(path, index), *path.names[index + 1 :])
            path = replace(path, names=names)
    return path
