"""What is typed into a form waits until it is saved, and is never more than the writer may see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from posted_forms import Form
from redefining import plan_change
from serving import PACKS, Served, serve
from typists import STRIP, Typist, keep_url, offered

from cardwright_platform.installing import apply_plan

EN = {"Accept-Language": "en"}
_DROP = re.compile(r'action="(/drafts/[^"]+/drop[^"]*)"')


@pytest.fixture(scope="module")
def site(store_module_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    packs = [PACKS / name for name in ("workshop", "vault", "parcels")]
    served = serve(store_module_url, tmp_path_factory.mktemp("served"), *packs)
    yield served
    served.instance.close()


def make(site: Served, entity: str, **values: object) -> int:
    with site.instance.engine.write(site.instance.system_context()) as desk:
        return desk.records.create(entity, values).id


def read(site: Served, entity: str, record: int) -> Mapping[str, object]:
    with site.instance.engine.read(site.instance.system_context()) as desk:
        return desk.record(entity, record).values


def test_what_was_typed_is_offered_taken_up_and_gone_with_the_save(site: Served) -> None:
    ann = Typist(site, "ann", "keeper")
    ann.type("/new/thing?return=/list/thing", name="Half a th", code="T1")
    page = ann.open("/new/thing")
    assert "“Half a th”: typed Today" in page.text
    assert 'value="Half a th"' not in page.text
    filled = ann.open(offered(page))
    assert "Here is what you typed Today" in filled.text
    fields = ann.posted(filled, name="Whole thing")
    assert (fields["code"], fields["return"]) == (["T1"], ["/list/thing"])
    saved = ann.browser.post("/new/thing", fields)
    assert (saved.status_code, saved.headers["Location"]) == (303, "/list/thing")
    assert STRIP not in ann.open("/new/thing").text
    assert ann.kept() == []


def test_a_refused_save_keeps_the_draft(site: Served) -> None:
    bea = Typist(site, "bea", "keeper")
    fields = bea.type("/new/thing", code="T2")
    refused = bea.browser.post("/new/thing", fields)
    assert refused.status_code == 422
    assert Form(refused.text).posted["form-number"] == fields["form-number"]
    assert offered(bea.open("/new/thing"))
    (drop,) = _DROP.findall(bea.open("/new/thing").text)
    assert bea.browser.post(drop).status_code == 303
    assert bea.kept() == []


def test_lines_are_part_of_the_draft(site: Served) -> None:
    cho = Typist(site, "cho", "keeper")
    lines = {"parcels.5.mark": "first", "parcels.2.mark": "second", "parcels.2.weight": "1.25"}
    cho.type("/new/shipment", name="Two parcels", rate="1", **lines)
    filled = Form(cho.open(offered(cho.open("/new/shipment"))).text)
    assert [filled.line(key)["mark"] for key in ("5", "2")] == [["first"], ["second"]]
    assert filled.line("2")["weight"] == ["1.25"]
    assert list(filled.posted).index("parcels.5.mark") < list(filled.posted).index("parcels.2.mark")
    saved = cho.browser.post("/new/shipment", filled.posted)
    assert saved.status_code == 303


def test_of_a_long_form_only_what_changed_is_sent_and_comes_back(site: Served) -> None:
    record = make(site, "shipment", name="Long", parcels=[{"mark": f"m{n}"} for n in range(70)])
    dee, path = Typist(site, "dee", "keeper"), f"/edit/shipment/{record}"
    carried = '{"names": ["id", "mark"], "rows": [["64", 0, ["%s", "typed"]]]}'
    page = dee.open(path)
    line = Form(page.text).carried["rows"][64]
    number = line[2][Form(page.text).carried["names"].index("id")]
    sent = {"name": "Long", "version": "1", "parcels.*": carried % number}
    assert dee.browser.post(keep_url(page), sent).status_code == 200
    filled = Form(dee.open(offered(dee.open(path))).text)
    marks = [row[2][filled.carried["names"].index("mark")] for row in filled.carried["rows"]]
    assert marks == [*(f"m{n}" for n in range(64)), "typed", *(f"m{n}" for n in range(65, 70))]


def test_neither_secrets_nor_files_nor_what_one_may_not_write_are_kept(site: Served) -> None:
    eve = Typist(site, "eve", "keeper")
    secrets = {"token": "planted", "pin": "planted", "doors.0.name": "front"}
    eve.type("/new/remote", name="R", **secrets, **{"doors.0.code": "planted", "nothing": "x"})
    (kept,) = eve.kept()
    names = {name for name, _ in kept["inputs"]}
    assert {"name", "doors.0.name"} <= names
    assert not names & {"token", "pin", "doors.0.code", "nothing", "csrf_token", "version"}
    assert "planted" not in repr(kept)
    record = make(site, "firm", name="Masked", phone="0512 1234 5678", staff=3)
    tom = Typist(site, "tom", "teller")
    tom.type(f"/edit/firm/{record}", staff="5", name="Mine", phone="1")
    kept = tom.kept()[-1]
    names = {name for name, _ in kept["inputs"]}
    assert "staff" in names
    assert not names & {"name", "phone"}


def test_a_draft_is_ones_own_and_only_for_who_may_fill_in_the_form(site: Served) -> None:
    record = make(site, "firm", name="Closed")
    fay, guest = Typist(site, "fay", "keeper"), Typist(site, "gus", "guest")
    fay.type(f"/edit/firm/{record}", note="of fay")
    assert STRIP not in Typist(site, "gil", "keeper").open(f"/edit/firm/{record}").text
    number = "0" * 16
    told = [
        guest.browser.post(path, {"note": "x"}, **EN).status_code
        for path in (
            f"/drafts/firm/{record}/{number}",
            f"/drafts/firm/{record}/{number}/drop",
            f"/drafts/firm/0/{number}",
        )
    ]
    assert set(told) <= {403, 404}
    odd = [f"/drafts/firm/{record}/up", f"/drafts/none/0/{number}", f"/drafts/firm/99999/{number}"]
    assert [fay.browser.post(path).status_code for path in odd] == [404, 404, 404]


def test_who_changed_the_record_meanwhile_is_not_overwritten(site: Served) -> None:
    record = make(site, "firm", name="Two hands", note="old", staff=1)
    hal, path = Typist(site, "hal", "keeper"), f"/edit/firm/{record}"
    hal.type(path, note="of hal")
    ina = Typist(site, "ina", "keeper")
    fields = ina.posted(ina.open(path), note="of ina", staff="9")
    assert ina.browser.post(path, fields).status_code == 303
    page = hal.open(path)
    assert "The record was changed since" in page.text
    filled = hal.open(offered(page))
    assert "The record was changed since" in filled.text
    typed = hal.posted(filled)
    assert (typed["version"], typed["note"]) == (["1"], ["of hal"])
    conflict = hal.browser.post(path, typed)
    assert conflict.status_code == 409
    assert "of ina" in conflict.text
    solved = Form(conflict.text).posted | {"resolve.note": ["mine"]}
    assert hal.browser.post(path, solved).status_code == 303
    now = read(site, "firm", record)
    assert (now["note"], now["staff"]) == ("of hal", 9)
    assert STRIP not in hal.open(path).text


def test_two_forms_of_one_record_keep_two_drafts(site: Served) -> None:
    record = make(site, "firm", name="Two tabs")
    joe, path = Typist(site, "joe", "keeper"), f"/edit/firm/{record}"
    first, second = joe.type(path, note="tab one"), joe.type(path, note="tab two")
    assert first["form-number"] != second["form-number"]
    assert joe.browser.post(path, second).status_code == 303
    filled = joe.open(offered(joe.open(path)))
    assert joe.posted(filled)["note"] == ["tab one"]


def test_a_draft_of_a_copy_is_offered_there_and_on_an_empty_form(site: Served) -> None:
    record = make(site, "firm", name="Model", note="copied")
    kim = Typist(site, "kim", "keeper")
    kim.type(f"/new/firm?copy={record}", name="Copy in hand")
    assert STRIP not in kim.open("/new/firm?staff=4").text
    assert "Copy in hand" in kim.open(f"/new/firm?copy={record}").text
    with site.instance.engine.write(site.instance.system_context()) as desk:
        desk.records.delete("firm", record)
    again = offered(kim.open("/new/firm"))
    assert kim.posted(kim.open(again))["note"] == ["copied"]


def test_whoever_looks_as_somebody_else_sees_and_writes_no_draft(site: Served) -> None:
    record = make(site, "firm", name="Looked at")
    lou, path = Typist(site, "lou", "keeper"), f"/edit/firm/{record}"
    fields = lou.type(path, note="mine alone")
    boss = Typist(site, "boss", "admin").browser
    boss.get("/")
    assert boss.post(f"/view-as/{lou.account.id}").status_code == 303
    page = boss.get(path, **EN)
    assert page.status_code == 200
    assert "mine alone" not in page.text
    assert "data-keep" not in page.text
    resumed = boss.get(f"{path}?form-number={fields['form-number'][0]}", **EN)
    assert "mine alone" not in resumed.text
    kept = boss.post(f"/drafts/firm/{record}/{fields['form-number'][0]}", {"note": "x"})
    assert kept.status_code == 403


def test_a_draft_goes_on_without_a_field_that_was_retired(store_url: str, tmp_path: Path) -> None:
    served = serve(store_url, tmp_path, PACKS / "workshop")
    nan = Typist(served, "nan", "chief")
    record = make(served, "firm", name="Retired field")
    path = f"/edit/firm/{record}"
    nan.type(path, phone="0512 6287 4410", note="a long story")
    line = "  note:     {type: long_text, label: {zh: 备注, en: Note}}\n"
    plan = plan_change(served, "firm", line, "")
    apply_plan(served.instance, plan, author="x", reason="retired")
    page = nan.open(path)
    assert "Left out, because it can no longer be filled in: Note." in page.text
    filled = nan.open(offered(page))
    typed = nan.posted(filled)
    assert typed["phone"] == ["0512 6287 4410"]
    assert "note" not in typed
    assert "a long story" not in filled.text
    assert nan.browser.post(path, typed).status_code == 303
    served.instance.close()
