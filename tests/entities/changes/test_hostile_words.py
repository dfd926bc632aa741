"""Labels are data: whatever stands in them, it comes back as it was."""

from __future__ import annotations

import json

import pytest

from cardwright_entities.changes.commits import load_active
from cardwright_entities.changes.comparing import compare_tables

LABELS = {
    "quotes": """it's "quoted" `twice` [so]""",
    "formats": "%(b)s %s {0} :name ::text $1 ?",
    "lines": "one\ntwo\tthree",
    "emoji": "客户 👩‍👩‍👧 👍🏽",
    "right_to_left": "\u202eעברית العربية",
    "long": "Я" * 200,
    "statement": "x'); DROP TABLE cw_account; --",
}


@pytest.mark.parametrize("kind", LABELS)
def test_a_label_goes_through_the_whole_life_unchanged(bench, kind: str) -> None:
    label = json.dumps({"zh": LABELS[kind]}, ensure_ascii=False)
    definition = f"kind: entity\nname: thing\nlabel: {label}\nfields:\n  name:\n    type: text\n"
    bench.apply(f"{definition}    label: {label}\n")
    bench.apply(f"{definition}    label: {label}\n  further: {{type: text, label: {label}}}\n")
    with bench.store.read(bench.context) as session:
        _, catalog = load_active(session)
    thing = catalog.entity("thing")
    found = [thing.label, thing.fields["name"].label, thing.fields["further"].label]
    assert [each.in_language("zh") for each in found] == [LABELS[kind]] * 3
    assert compare_tables(bench.store, bench.context, bench.types) == ()
