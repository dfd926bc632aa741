"""An entity of 500 fields: list, card, form, API and plan work as with twenty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import PACKS, Served, serve

from cardwright_entities.accounts.tokens import create_token
from cardwright_platform.installing import apply_plan, plan_packs, read_packs

FIELDS = 500
KINDS = ("text", "integer", "decimal", "money", "date", "datetime", "boolean", "percent", "email")


def definition(fields: int) -> str:
    lines = [
        "kind: entity",
        "name: wide",
        "label: {zh: 宽表, en: Wide}",
        "fields:",
        "  name: {type: text, required: true, label: {zh: 名称, en: Name}}",
    ]
    lines += [
        f"  f{n}: {{type: {KINDS[n % len(KINDS)]}, label: {{zh: 字段{n}, en: Field {n}}}}}"
        for n in range(1, fields)
    ]
    columns = ", ".join(f"f{n}" for n in range(1, 30))
    return "\n".join(lines) + f"\nlist: {{columns: [name, {columns}]}}\n"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs") / "broad"
    folder.mkdir()
    (folder / "pack.yaml").write_text(
        "kind: pack\nname: broad\nlabel: {zh: 宽, en: Broad}\nrequires: [crew]\n", "utf-8"
    )
    (folder / "wide.yaml").write_text(definition(FIELDS), "utf-8")
    return folder


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def wide(
    request: pytest.FixtureRequest, pack: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    url = request.getfixturevalue("postgresql_module_url") if request.param != "sqlite" else ""
    served = serve(url, tmp_path_factory.mktemp("served"), PACKS / "crew", pack)
    yield served
    served.instance.close()


def test_all_of_it_works(wide: Served, pack: Path) -> None:
    browser = wide.signed_in("wei", "admin")
    form = browser.get("/new/wide")
    assert form.status_code == 200
    assert 'name="f499"' in form.text
    said = {"name": "A", "f1": "12", "f2": "1.5", "f499": "2024-11-18"}
    assert browser.post("/new/wide", said).status_code == 303
    listed = browser.get("/list/wide")
    assert (listed.status_code, ">A<" in listed.text) == (200, True)
    card = browser.get("/card/wide/1")
    assert card.status_code == 200
    assert "Field 499" in card.text

    context = wide.instance.system_context()
    with wide.instance.store.write(context) as session:
        token = create_token(session, 1, "tests")
    client = wide.app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    read = client.get("/api/v1/records/wide/1", headers=headers)
    assert read.json is not None
    assert (read.json["name"], read.json["f1"]) == ("A", 12)
    made = client.post("/api/v1/records/wide", json={"name": "B", "f3": "9.90"}, headers=headers)
    assert made.status_code == 201

    (pack / "wide.yaml").write_text(definition(FIELDS + 1), "utf-8")
    plan = plan_packs(wide.instance, read_packs(wide.instance))
    (pack / "wide.yaml").write_text(definition(FIELDS), "utf-8")
    assert [each.added for each in plan.budgets] == [1]
    apply_plan(wide.instance, plan, author="test", reason="one more")
    assert browser.get("/card/wide/1").status_code == 200
