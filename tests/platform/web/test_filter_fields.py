"""What the builder of a list offers can be asked, and is said in words."""

from __future__ import annotations

import json
from urllib.parse import quote

from serving import Browser, Served

SERVES = ("shelves",)


def fields(browser: Browser) -> dict[str, dict]:
    """Return what the list of books can be filtered by, by path."""
    answer = browser.get("/list/book/fields").get_json()
    return {each["path"]: each for each in answer["fields"]}


def chips(browser: Browser, tree: object) -> str:
    """Return what a list with a condition says, where it can be asked."""
    page = browser.get(f"/list/book?filter={quote(json.dumps(tree))}").text
    assert "cw-chip-wrong" not in page
    return page.partition('class="cw-chips"')[2].partition('class="cw-qbar-end"')[0]


def test_a_date_may_lie_in_a_period_that_moves_with_the_calendar(served: Served) -> None:
    ann = served.signed_in("ann", "keeper")
    bought = fields(ann)["bought"]
    assert {"code": "in", "label": "lies in", "value": "period"} in bought["operators"]
    for choice in bought["periods"]:
        value = {"expression": choice["value"]}
        assert choice["label"] in chips(ann, {"field": "bought", "op": "in", "value": value})
    for choice in bought["relative"]:
        value = {"expression": choice["value"]}
        assert choice["label"] in chips(ann, {"field": "bought", "op": "<", "value": value})
    assert {each["label"] for each in bought["periods"]} >= {"this month", "the last 30 days"}


def test_links_to_several_are_asked_by_any_none_and_number(served: Served) -> None:
    bea = served.signed_in("bea", "keeper")
    with served.instance.engine.write(served.instance.system_context()) as desk:
        topics = [desk.records.create("topic", {"name": name}).id for name in ("Poems", "Maps")]
        desk.records.create("book", {"name": "Atlas", "topics": [topics[1]]})
        desk.records.create("book", {"name": "Blank"})
    offered = fields(bea)["topics"]
    codes = [each["code"] for each in offered["operators"]]
    assert codes == ["any", "none", "count", "empty", "not_empty"]
    assert offered["related"] is True
    assert offered["options_url"]
    asked = {
        "Atlas": {"related": "topics", "any": {"field": "id", "op": "in", "value": [topics[1]]}},
        "Blank": {"related": "topics", "none": {"field": "id", "op": "in", "value": [topics[1]]}},
    }
    for name, tree in asked.items():
        assert "Maps" in chips(bea, tree)
        page = bea.get(f"/list/book?filter={quote(json.dumps(tree))}").text
        assert (">Atlas<" in page, ">Blank<" in page) == (name == "Atlas", name == "Blank")
    said = chips(bea, {"related": "topics", "count": {}, "op": ">=", "value": 1})
    assert ("number at least" in said, "1" in said) == (True, True)
    assert "is empty" in chips(bea, {"field": "topics", "op": "empty"})


def test_every_operator_that_is_offered_can_be_asked(served: Served) -> None:
    cid = served.signed_in("cid", "keeper")
    values = {"text": "x", "number": 1, "date": "2026-03-01", "link": 1, "choice": "x"}
    for path, field in fields(cid).items():
        for operator in field["operators"]:
            value: object = values.get(field["kind"], True)
            if operator["value"] == "two":
                value = [value, value]
            elif operator["value"] == "many":
                value = [value]
            elif operator["value"] == "period":
                value = {"expression": field["periods"][0]["value"]}
            tree: dict[str, object] = {"field": path, "op": operator["code"], "value": value}
            if operator["value"] == "none":
                del tree["value"]
            if field["related"] and operator["code"] in ("any", "none"):
                inner = {"field": "id", "op": "in", "value": value}
                tree = {"related": path, operator["code"]: inner}
            elif field["related"] and operator["code"] == "count":
                tree = {"related": path, "count": {}, "op": ">=", "value": 2}
            assert chips(cid, tree), (path, operator)


def test_more_records_than_are_taken_at_once_are_refused(served: Served) -> None:
    dan = served.signed_in("dan", "keeper")
    dan.get("/list/book")
    for action in ("delete", "actions/anything"):
        answer = dan.post(f"/list/book/{action}", {"ids": [str(n) for n in range(1, 1002)]})
        assert answer.status_code == 413, action
        assert "1000" in answer.text.replace(",", "")
