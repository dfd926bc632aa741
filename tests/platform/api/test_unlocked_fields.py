"""Programs know before they send which fields the lock of a record leaves to them."""

from __future__ import annotations

from serving import Program, Served

SERVES = ("pipeline",)


def test_the_catalog_says_which_fields_a_lock_leaves(served_on_each: Served) -> None:
    boss, reader = Program(served_on_each, "boss"), Program(served_on_each, "reader")

    def unlocked(program: Program, entity: str) -> dict[str, object]:
        fields = program.get(f"/catalog/{entity}").json["fields"]
        return {name: each["unlocked"] for name, each in fields.items() if each["unlocked"]}

    # A condition may name what the caller must not know: only that there is one is said.
    assert unlocked(boss, "bid") == {"visits": "depends"}
    assert unlocked(boss, "bid_item") == {"spoken": True}
    assert unlocked(reader, "bid") == {}

    made = boss.post("/records/bid", {"name": "A", "items": [{"name": "i"}]}).json
    path = f"/records/bid/{made['id']}"
    lost = boss.post(f"{path}/actions/lose", {"values": {"reason": "too dear"}})
    assert lost.status_code == 200, lost.text
    version = boss.get(path).json["version"]
    assert boss.patch(path, {"name": "B"}, version).status_code in (409, 422)
    line = {"id": made["items"][0]["id"], "spoken": "no"}
    assert boss.patch(path, {"items": [line]}, version).status_code == 200


def test_the_description_of_the_api_knows_the_key(served_on_each: Served) -> None:
    described = Program(served_on_each, "boss").get("/openapi.json").json
    entity = described["components"]["schemas"]["Entity"]
    field = entity["properties"]["fields"]["additionalProperties"]
    assert "unlocked" in field["properties"]
