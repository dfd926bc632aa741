"""Short messages of rules: numbers and every name in their texts are checked beforehand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.type_catalogue import TypeCatalogue

FIRM = """\
kind: entity
name: firm
fields: {name: {type: text}, call: {type: phone}, boss: {type: link, to: firm}}
---
kind: rule
name: tell
of: firm
trigger: created
do:
  text:
"""
GOOD = """\
    sms:
      to: [call, boss.call, owner]
      text: "To {{ record.name }}"
      template: SMS_1
      values: {name: "{{ record.boss.name }}"}
"""


def test_a_short_message_is_read_as_it_was_written(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> None:
    catalog = build_catalog([write_pack(FIRM + GOOD)], types)
    (step,) = catalog.rules["tell"].steps
    assert Catalog.from_parts(catalog.to_parts()).rules["tell"].steps == (step,)
    assert step.kind == "sms"
    assert dict(step.options) == {
        "to": ("call", "boss.call", "owner"),
        "text": "To {{ record.name }}",
        "template": "SMS_1",
        "values": {"name": "{{ record.boss.name }}"},
    }


@pytest.mark.parametrize(
    ("old", "new", "code", "path", "near"),
    [
        ("[call,", "[cal,", "unknown_field", "do.text.sms.to.0", "call"),
        ("[call,", "[name,", "no_address", "do.text.sms.to.0", ""),
        ("record.name", "record.nmae", "unknown_field", "do.text.sms.text", "name"),
        ("{{ record.name", "{{ {{", "template_syntax", "do.text.sms.text", ""),
        ("boss.name }}", "boss.nmae }}", "unknown_field", "do.text.sms.values.name", "name"),
        ("      template: SMS_1\n", "", "missing_key", "do.text.sms.values", ""),
        ("      to: [call, boss.call, owner]\n", "", "missing_key", "do.text.sms", ""),
    ],
)
def test_what_a_short_message_names_in_vain_is_told_with_its_place(
    write_pack: Callable[..., Pack],
    types: TypeCatalogue,
    old: str,
    new: str,
    code: str,
    path: str,
    near: str,
) -> None:
    assert old in GOOD
    with pytest.raises(MetadataError) as refused:
        build_catalog([write_pack(FIRM + GOOD.replace(old, new, 1))], types)
    (problem,) = refused.value.problems
    assert (problem.code, problem.path, problem.nearest) == (code, path, near)
    assert problem.place is not None
    assert problem.place.line > 9
