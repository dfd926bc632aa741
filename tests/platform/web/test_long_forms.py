"""A form of many lines carries those that it does not draw, and takes back what changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from posted_forms import Form
from serving import PACKS, Browser, Served, serve

LINES = 120


def texts_of(carried: dict[str, Any], place: int) -> dict[str, list[str]]:
    pairs = zip(carried["names"], carried["rows"][place][2], strict=True)
    return {
        name: text if isinstance(text, list) else [text] for name, text in pairs if text is not None
    }


def changed(carried: dict[str, Any], *changes: tuple[int, str, str]) -> str:
    """Return the text that posts some lines with something else typed into them."""
    names = [*carried["names"], "remove"]
    rows = []
    for place, name, text in changes:
        key, known, values, *_ = carried["rows"][place]
        values = [*values, None]
        values[names.index(name)] = text
        rows.append([key, known, values])
    return json.dumps({"names": names, "rows": rows})


@pytest.fixture(scope="module")
def depot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / "parcels")
    with served.instance.engine.write(served.instance.system_context()) as desk:
        for name in ("Kunshan", "Wuxi"):
            desk.records.create("depot", {"name": name})
    yield served
    served.instance.close()


@pytest.fixture(scope="module")
def browser(depot: Served) -> Browser:
    browser = depot.signed_in("packer", "admin")
    browser.get("/list/shipment")
    return browser


@pytest.fixture
def shipment(depot: Served) -> int:
    full = {
        "fragile": True, "kind": "bag", "signs": ["dry", "up"], "depot": 1, "stars": 3,
        "paint": "#00aaff", "due": "2026-03-01", "story": "one\ntwo", "duty": "0.13",
        "stay": {"start": "2026-03-01", "end": "2026-03-05"}, "at": "2026-03-01T10:00",
        "hour": "10:30", "others": [2],
    }  # fmt: skip
    lines = [{"mark": f"m{n}", "weight": n, **(full if n % 2 else {})} for n in range(1, LINES + 1)]
    with depot.instance.engine.write(depot.instance.system_context()) as desk:
        raw = {"name": "S", "rate": 2, "parcels": lines}
        return desk.records.create("shipment", raw).id


def stored(depot: Served, record: int) -> list[dict[str, Any]]:
    with depot.instance.engine.read(depot.instance.system_context()) as desk:
        return [dict(each.values) for each in desk.record("shipment", record).lines["parcels"]]


def edited(browser: Browser, record: int) -> Form:
    return Form(browser.get(f"/edit/shipment/{record}").text)


def post(browser: Browser, record: int, lines: str, **fields: str) -> Any:
    fields = {"name": "S", "version": "1", "parcels.*": lines, **fields}
    return browser.post(f"/edit/shipment/{record}", fields)


def test_what_is_carried_of_a_line_is_what_its_inputs_would_post(
    browser: Browser, shipment: int
) -> None:
    form = edited(browser, shipment)
    carried = form.carried
    assert len(carried["rows"]) == LINES
    assert {key for key in map(str, range(LINES)) if form.line(key)} == set(map(str, range(50)))
    for place in (0, 1, 48, 49):
        assert texts_of(carried, place) == form.line(str(place))
    # Beyond the page they are the same kinds of texts.
    assert texts_of(carried, 118).keys() == texts_of(carried, 0).keys()
    assert carried["titles"]["depot"] == {"1": "Kunshan"}
    assert carried["titles"]["kind"] == {"box": "箱", "bag": "袋"}


def test_only_what_changed_is_stored_and_the_rest_stays(
    depot: Served, browser: Browser, shipment: int
) -> None:
    before = stored(depot, shipment)
    carried = edited(browser, shipment).carried
    lines = changed(carried, (110, "weight", "0.5"), (70, "remove", "1"))
    answer = post(browser, shipment, lines)
    assert answer.status_code == 303, answer.text.partition("cw-form-errors")[2][:900]
    after = stored(depot, shipment)
    assert [each["mark"] for each in after] == [f"m{n}" for n in range(1, LINES + 1) if n != 71]
    assert str(after[109]["fee"]) == "1.00"
    assert after[:70] == before[:70]


def test_a_refusal_shows_the_page_of_the_first_message_and_keeps_the_others(
    browser: Browser, shipment: int
) -> None:
    carried = edited(browser, shipment).carried
    lines = changed(carried, (3, "mark", "typed"), (99, "weight", "x"), (104, "weight", "-"))
    answer = post(browser, shipment, lines)
    assert answer.status_code == 422
    assert 'href="#f-parcels.99.weight"' in answer.text
    assert "第 100 行" in answer.text or "line 100" in answer.text
    again = Form(answer.text)
    assert again.line("99")["weight"] == ["x"]
    assert not again.line("104")
    rows = again.carried["rows"]
    assert len(rows) == LINES
    assert texts_of(again.carried, 3)["mark"] == ["typed"]
    known = [place for place, (_, is_known, *_) in enumerate(rows) if not is_known]
    assert known == [3, 99, 104]
    assert list(rows[104][4]) == ["parcels.104.weight"]


def test_a_line_that_nobody_sent_is_refused_at_its_own_place(
    browser: Browser, shipment: int
) -> None:
    answer = post(browser, shipment, '{"names": [], "rows": []}', rate="0.5")
    assert answer.status_code == 422
    again = Form(answer.text)
    keys = [key for key, *_, errors in again.carried["rows"] if errors]
    assert len(keys) == LINES - 50
    assert f'id="f-parcels.{keys[0]}.weight-note"' in answer.text
    assert texts_of(again.carried, 50)["mark"] == ["m51"]


def test_lines_keep_the_order_that_a_hand_gave_them(
    depot: Served, browser: Browser, shipment: int
) -> None:
    rows = edited(browser, shipment).carried["rows"]
    ids = [values[0] for _, _, values, *_ in rows]
    order = [2, 0, 1, *range(3, LINES)]
    moved = json.dumps({"names": ["id"], "rows": [[str(at), 0, [ids[at]]] for at in order]})
    refused = Form(post(browser, shipment, moved, name="").text)
    assert refused.carried["moved"]
    assert texts_of(refused.carried, 0)["mark"] == ["m3"]
    assert post(browser, shipment, moved).status_code == 303
    assert [each["mark"] for each in stored(depot, shipment)][:4] == ["m3", "m1", "m2", "m4"]


def test_rows_are_drawn_as_they_were_posted_with_their_messages(
    browser: Browser, shipment: int
) -> None:
    carried = edited(browser, shipment).carried
    lines = changed(carried, (80, "mark", "typed"), (81, "weight", "x"))
    messages = json.dumps({"parcels.81.weight": ["not a <number>"]})
    url = f"/rows/shipment/parcels/{shipment}"
    answer = browser.post(url, {"parcels.*": lines, "messages": messages})
    assert answer.status_code == 200
    drawn = Form(answer.text)
    assert drawn.line("80") == texts_of(carried, 80) | {"mark": ["typed"]}
    assert drawn.line("81")["weight"] == ["x"]
    assert "not a &lt;number&gt;" in answer.text
    # What nobody types is shown as it is stored.
    assert "162.00" in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "x", "[]", "{}", '{"names": ["a"], "rows": [["0", 0, []]]}', '{"names": [], "rows": [1]}',
        '{"names": ["a"], "rows": [["0", 0, [1]]]}', '{"names": ["a"], "rows": [["x", 0, ["1"]]]}',
        '{"names": ["a"], "rows": [["0", 0, [["1", 2]]]]}', '{"names": 1, "rows": [["0", 0, []]]}',
    ],
)  # fmt: skip
def test_what_carries_no_lines_is_refused(browser: Browser, shipment: int, text: str) -> None:
    assert post(browser, shipment, text).status_code == 400
    url = f"/rows/shipment/parcels/{shipment}"
    assert browser.post(url, {"parcels.*": text}).status_code == 400
    assert browser.post(url, {"messages": "[1]"}).status_code == 400


def test_what_the_head_changes_in_lines_beyond_the_page_is_told_by_their_ids(
    browser: Browser, shipment: int
) -> None:
    sent = {"name": "S", "rate": "3", "parcels.*": '{"names": [], "rows": []}'}
    told = browser.post(f"/compute/shipment/{shipment}", sent).get_json()
    ids = [values[0] for _, _, values, *_ in edited(browser, shipment).carried["rows"]]
    assert told["filled"][f"parcels.#{ids[90]}.price"] == {"text": "3", "title": "3"}
    assert told["values"][f"parcels.#{ids[90]}.fee"] == "273.00"
    assert told["values"]["total"] == "21,780.00"


def test_a_card_shows_the_first_lines_and_the_way_to_all(browser: Browser, shipment: int) -> None:
    card = browser.get(f"/card/shipment/{shipment}").text
    assert ">m100<" in card
    assert ">m101<" not in card
    assert "#s-parcels" in card
    whole = browser.get(f"/card/shipment/{shipment}?whole=parcels").text
    assert ">m120<" in whole
    assert "#s-parcels" not in whole
