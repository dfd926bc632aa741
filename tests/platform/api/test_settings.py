"""Settings over the API: those who define read and set them, all or none."""

from __future__ import annotations


def test_settings_are_read_and_set(own_site) -> None:
    maker = own_site.caller("admin")
    items = maker.get("/settings").json["items"]
    assert {"name", "label", "type", "pack", "value", "default"} <= set(items[0])
    name = next(each["name"] for each in items if each["type"] == "text")
    told = maker.patch("/settings", {"values": {name: "Anew"}})
    assert told.status_code == 200, told.text
    assert {each["name"]: each["value"] for each in told.json["items"]}[name] == "Anew"
    wrong = maker.patch("/settings", {"values": {name: "Other", "no.such": 1}})
    assert (wrong.status_code, list(wrong.json["error"]["fields"])) == (422, ["no.such"])
    assert {each["name"]: each["value"] for each in maker.get("/settings").json["items"]}[
        name
    ] == "Anew"
    assert maker.patch("/settings", {"values": [1]}).status_code == 422


def test_settings_are_not_for_everybody(own_site) -> None:
    assert own_site.caller("floater").get("/settings").status_code == 403
