"""An extension is short for operations that remember what they replace."""

from __future__ import annotations

from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.overlays import Operation, apply_operations, operations_of
from cardwright_metadata.yaml_files import read_yaml


def read(text: str) -> MarkedMap:
    (document,), problems = read_yaml(text.encode(), "file.yaml")
    assert not problems
    return document.content


BASE = "label: {zh: 报价}\nfields:\n  a: {type: text, required: true}\n  b: {type: text}\n"


def test_each_change_is_an_operation_with_its_base() -> None:
    change = read(
        "kind: entity\nextend: quote\nlabel: {zh: 报价单}\n"
        "fields: {a: {required: null}, b: null, c: {type: date}}\n"
    )
    found = [
        (each.op, ".".join(each.path), each.value, each.base)
        for each in operations_of(change, read(BASE), "entity/quote")
    ]
    assert found == [
        ("set", "label.zh", "报价单", "报价"),
        ("unset", "fields.a.required", None, True),
        ("retire", "fields.b", None, {"type": "text"}),
        ("add", "fields.c", {"type": "date"}, None),
    ]


def test_applying_changes_a_copy() -> None:
    base = read(BASE)
    change = read("fields: {a: {required: null}, b: null, c: {type: date}}\n")
    changed = apply_operations(base, operations_of(change, base, "entity/quote"))
    assert changed["fields"] == {
        "a": {"type": "text"},
        "b": {"type": "text", "retired": True},
        "c": {"type": "date"},
    }
    assert base == read(BASE)


def test_a_move_says_behind_what() -> None:
    move = Operation(op="move", target="entity/quote", path=("fields", "a"), after="b")
    assert apply_operations(read(BASE), [move])["fields"]["a"]["after"] == "b"


def test_an_operation_on_something_that_is_gone_changes_nothing() -> None:
    lost = Operation(op="set", target="entity/quote", path=("card", "tabs", "x"), value=1)
    assert apply_operations(read(BASE), [lost]) == read(BASE)
