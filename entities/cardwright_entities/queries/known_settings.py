"""Which settings people may name in what they write: a condition tells the value it compares.

What a definition says is its author's word and reads them all.
"""

from __future__ import annotations

from cardwright_entities.access.features import MANAGE_SETTINGS
from cardwright_entities.expressions.matching import refuse_unknown
from cardwright_entities.expressions.names import UnknownNameError
from cardwright_entities.queries.reading import Reading
from cardwright_metadata.expressions.tree import Node, Path
from cardwright_metadata.expressions.walking import walk


def refuse_unread_settings(reading: Reading, tree: Node) -> None:
    """Raise ExpressionError at a setting that a reader may not read, as if there were none."""
    settings = reading.model.catalog.settings
    for node in walk(tree):
        if not isinstance(node, Path) or node.root != "$setting":
            continue
        name = ".".join(node.names)
        if name in settings and not (settings[name].readable or _reads_all(reading)):
            refuse_unknown(UnknownNameError(f"$setting.{name}"), node)


def _reads_all(reading: Reading) -> bool:
    return reading.policy.has_feature(reading.context.principal, MANAGE_SETTINGS)
