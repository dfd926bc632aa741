"""Rights are changed on screen: looked at in words, confirmed by the password, taken back."""

from __future__ import annotations

import re
from html import unescape

import pytest
from redefining import plan_file
from serving import PASSWORD, Browser, Program, Served

from cardwright_entities.accounts.accounts import find_account, set_roles
from cardwright_entities.audit.reading import Narrowing, list_deeds
from cardwright_entities.changes.kept_plans import keep_plan
from cardwright_entities.contexts import Principal
from cardwright_metadata.problems import MetadataError
from cardwright_platform.installing import apply_plan, plan_packs, read_packs

SERVES = ("shipping",)
CHANGE = "/access/roles/reader/sales_order/change"
WARDEN = "kind: role\nname: x_warden\nfeatures: [manage_rights, explain_rights]\n"
GATEKEEPER = "kind: role\nname: x_gatekeeper\nfeatures: [manage_rights, explain_rights]\n"
DEFINER = "kind: role\nname: x_definer\nfeatures: [define_objects]\n"


@pytest.fixture(scope="module")
def boss(served: Served) -> Browser:
    return served.signed_in("boss", "admin")


@pytest.fixture(autouse=True)
def rested(served: Served) -> None:
    """Passwords may be tried again: each change asks for one."""
    served.clock.forward(minutes=11)


def _may(served: Served, role: str, entity: str, action: str) -> bool:
    instance = served.instance
    with instance.engine.read(instance.system_context()) as desk:
        return desk.policy.may(Principal(9, "", frozenset({role})), entity, action)


def _words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def _features(served: Served, role: str) -> frozenset[str]:
    instance = served.instance
    with instance.engine.read(instance.system_context()) as desk:
        return desk.model.catalog.roles[role].features


def _apply(served: Served, document: str) -> None:
    """Bring a role of the site's own, as an operator does with a file."""
    plan = plan_file(served, f"shipping/{len(document)}.yaml", document)
    apply_plan(served.instance, plan, author="operator", reason="a role")


def test_a_change_holds_once_it_was_looked_at_and_confirmed(served: Served, boss: Browser) -> None:
    asked = boss.get(CHANGE).text
    assert re.search(r'name="scope.read" value="all"[^>]* checked', asked)
    assert not re.search(r'name="scope.edit" value="all"[^>]* checked', asked)
    fields = {"scope.read": "all", "scope.edit": "all", "level.customer": "hidden"}
    place = boss.post(CHANGE, fields).headers["Location"]
    told = _words(boss.get(place).text)
    assert "Reader › " in told
    assert re.search(r"Edit none all", told)
    assert re.search(r"can be filled hidden", told)
    assert not _may(served, "reader", "sales_order", "edit")
    wrong = boss.post(f"{place}/apply", {"old": "nothing of the kind"})
    assert wrong.status_code == 422
    program = Program(served, "admin")
    token = program.client.post(f"{place}/apply", data={"old": ""}, headers=program.headers)
    assert token.status_code == 403
    assert not _may(served, "reader", "sales_order", "edit")
    done = boss.post(f"{place}/apply", {"old": PASSWORD})
    assert done.headers["Location"] == "/access/roles/reader"
    assert _may(served, "reader", "sales_order", "edit")
    # Applied once, however often it is asked for.
    assert boss.post(f"{place}/apply", {"old": PASSWORD}).status_code == 303
    instance = served.instance
    with instance.store.read(instance.system_context()) as session:
        deeds = list_deeds(session, Narrowing(kind="rights_changed"), limit=5)
    assert [(each.detail["roles"], each.detail["author"]) for each in deeds] == [
        (["reader"], "boss")
    ]
    # The files say what they said; what was changed on screen lies over them and stays.
    assert plan_packs(instance, read_packs(instance)).is_empty


def test_a_change_is_taken_back(served: Served, boss: Browser) -> None:
    place = boss.post("/access/roles/clerk/product/change", {"scope.read": "all"}).headers
    assert "/access" in place["Location"]  # nothing is different
    planned = boss.post("/access/roles/clerk/product/change", {}).headers["Location"]
    boss.post(f"{planned}/apply", {"old": PASSWORD})
    assert not _may(served, "clerk", "product", "read")
    page = boss.get("/access/roles/clerk").text
    found = re.search(r'action="(/access/changes/\d+/revert)"', page)
    assert found
    again = boss.post(found[1]).headers["Location"]
    assert "See none all" in _words(boss.get(again).text)
    boss.post(f"{again}/apply", {"old": PASSWORD})
    assert _may(served, "clerk", "product", "read")


def test_what_was_changed_goes_back_to_what_the_packs_say(served: Served, boss: Browser) -> None:
    path = "/access/roles/clerk/warehouse/change"
    planned = boss.post(path, {"scope.read": "all", "scope.edit": "all"}).headers["Location"]
    boss.post(f"{planned}/apply", {"old": PASSWORD})
    assert _may(served, "clerk", "warehouse", "edit")
    planned = boss.post(path, {"then": "reset"}).headers["Location"]
    boss.post(f"{planned}/apply", {"old": PASSWORD})
    assert not _may(served, "clerk", "warehouse", "edit")


def test_the_condition_of_a_grant_stays(served: Served, boss: Browser) -> None:
    path = "/access/roles/own_orders/sales_order/change"
    planned = boss.post(path, {"scope.read": "all", "scope.edit": "all"}).headers["Location"]
    boss.post(f"{planned}/apply", {"old": PASSWORD})
    instance = served.instance
    with instance.engine.read(instance.system_context()) as desk:
        grant = desk.model.catalog.roles["own_orders"].grants["sales_order"]
    assert grant.actions == {"read", "edit"}
    assert grant.rows is not None
    assert grant.rows.text == "owner = $me"


def test_a_new_role_begins_like_another_and_without_its_features(
    served: Served, boss: Browser
) -> None:
    assert boss.post("/access/new-role", {"name": " "}).status_code == 422
    fields = {"name": "大客户销售", "like": "own_orders"}
    planned = boss.post("/access/new-role", fields).headers["Location"]
    boss.post(f"{planned}/apply", {"old": PASSWORD})
    assert _may(served, "x_dakehuxiaoshou", "delivery", "edit")
    assert "大客户销售" in boss.get("/access").text


def test_what_was_ticked_stays_on_a_form_that_is_refused(served: Served, boss: Browser) -> None:
    path = "/access/roles/admin/sales_order/change"
    refused = boss.post(path, {"scope.edit": "own", "level.customer": "masked"})
    assert refused.status_code == 422
    assert "No pack defines this role" in unescape(refused.text)
    assert re.search(r'name="scope.edit" value="own"[^>]* checked', refused.text)
    assert not re.search(r'name="scope.edit" value="all"[^>]* checked', refused.text)
    level = refused.text.partition('name="level.customer"')[2].partition("</select>")[0]
    assert re.search(r'value="masked"[^>]* selected', level)
    refused = boss.post("/access/features/admin", {"feature": "see_jobs"})
    assert refused.status_code == 422
    assert re.search(r'value="see_jobs"[^>]* checked', refused.text)
    assert not re.search(r'value="manage_users"[^>]* checked', refused.text)


def test_nobody_gives_a_feature_that_he_does_not_have(served: Served) -> None:
    _apply(served, WARDEN)
    warden = served.signed_in("warden", "x_warden")
    warden.get("/access/features/reader")
    given = {"feature": "explain_rights"}
    assert warden.post("/access/features/reader", {"feature": "back_up"}).status_code == 403
    planned = warden.post("/access/features/reader", given).headers["Location"]
    assert warden.post(f"{planned}/apply", {"old": PASSWORD}).status_code == 303
    assert _features(served, "reader") == {"explain_rights"}
    # A plan that somebody with more rights made does not help either.
    boss = served.signed_in("second_boss", "admin")
    boss.get("/access/features/reader")
    beyond = boss.post("/access/features/reader", {"feature": "back_up"}).headers["Location"]
    assert warden.post(f"{beyond}/apply", {"old": PASSWORD}).status_code == 403
    assert _features(served, "reader") == {"explain_rights"}


@pytest.mark.parametrize(("feature", "status"), [("explain_rights", 200), ("clear_data", 403)])
def test_nobody_gives_a_feature_that_he_does_not_have_by_a_document(
    served: Served, feature: str, status: int
) -> None:
    _apply(served, GATEKEEPER)
    program = Program(served, "x_gatekeeper")
    document = f"kind: role\nname: x_{feature}\nfeatures: [{feature}]\n"
    wish = {"documents": {f"shipping/{feature}.yaml": document}}
    planned = program.post("/plans", wish)
    assert planned.status_code == 201, planned.text
    plan = planned.get_json()["id"]
    assert program.post(f"/plans/{plan}/apply", {}).status_code == status
    own = f"kind: role\nname: x_gatekeeper\nfeatures: [manage_rights, {feature}]\n"
    planned = program.post("/plans", {"documents": {f"shipping/{len(GATEKEEPER)}.yaml": own}})
    assert planned.status_code == 201, planned.text
    plan = planned.get_json()["id"]
    assert program.post(f"/plans/{plan}/apply", {}).status_code == status


def test_who_may_define_changes_no_roles(served: Served) -> None:
    _apply(served, DEFINER)
    program = Program(served, "x_definer")
    document = "kind: role\nextend: x_definer\nfeatures: [define_objects, back_up]\n"
    with served.instance.store.write(served.instance.system_context()) as session:
        plan = keep_plan(session, plan_file(served, "shipping/more.yaml", document)).id
    assert program.post(f"/plans/{plan}/apply", {}).status_code == 403
    definer = served.signed_in("definer", "x_definer")
    definer.get("/changes")
    assert definer.post(f"/changes/plans/{plan}/apply").status_code == 403
    assert definer.get(f"/access/plans/{plan}").status_code == 403
    assert definer.post(CHANGE, {"scope.read": "all"}).status_code == 403
    assert _features(served, "x_definer") == {"define_objects"}


def test_a_plan_of_other_things_is_not_applied_as_one_of_rights(
    served: Served, boss: Browser
) -> None:
    document = "kind: picklist\nname: x_sizes\nchoices:\n  a: A\n"
    with served.instance.store.write(served.instance.system_context()) as session:
        plan = keep_plan(session, plan_file(served, "shipping/sizes.yaml", document)).id
    assert boss.get(f"/access/plans/{plan}").status_code == 404
    assert boss.post(f"/access/plans/{plan}/apply", {"old": PASSWORD}).status_code == 404


def test_whose_role_changes_has_the_rights_with_the_next_request(
    served: Served, boss: Browser
) -> None:
    browser = served.signed_in("porter")
    with served.instance.store.write(served.instance.system_context()) as session:
        set_roles(session, find_account(session, "porter").id, ["own_orders"])
    assert browser.get("/new/product").status_code == 403
    path = "/access/roles/own_orders/product/change"
    planned = boss.post(path, {"scope.read": "all", "scope.create": "all"}).headers["Location"]
    boss.post(f"{planned}/apply", {"old": PASSWORD})
    assert browser.get("/new/product").status_code == 200


def _planned(browser: Browser, path: str, **fields: object) -> str:
    answer = browser.post(path, fields)
    assert answer.status_code == 303, _words(answer.text)
    return answer.headers["Location"]


def _done(browser: Browser, plan: str) -> str:
    answer = browser.post(f"{plan}/apply", {"old": PASSWORD})
    assert answer.status_code == 303, _words(answer.text)
    # What cannot be applied leads back to the plan.
    assert "/plans/" not in answer.headers["Location"], _words(browser.get(plan).text)
    return answer.headers["Location"]


def _rows(served: Served, role: str, entity: str) -> str:
    instance = served.instance
    with instance.engine.read(instance.system_context()) as desk:
        rows = desk.model.catalog.roles[role].grants[entity].rows
    return rows.text if rows is not None else ""


def test_what_holds_for_all_other_objects_is_changed_too(served: Served, boss: Browser) -> None:
    path = "/access/roles/reader/*/change"
    asked = boss.get(path).text
    assert 'name="scope.print"' in asked
    assert 'name="rows"' not in asked
    planned = _planned(boss, path, **{"scope.read": "all", "scope.print": "all"})
    assert "Print none all" in _words(boss.get(planned).text)
    _done(boss, planned)
    assert _may(served, "reader", "warehouse", "print")
    # What the role has of its own stays as it is.
    assert not _may(served, "reader", "sales_order", "print")
    assert re.search(r'name="scope.print" value="all"[^>]* checked', boss.get(path).text)
    _done(boss, _planned(boss, path, **{"scope.read": "all"}))
    assert _may(served, "reader", "warehouse", "read")
    assert not _may(served, "reader", "warehouse", "print")
    _done(boss, _planned(boss, path, then="reset"))
    assert not _may(served, "reader", "warehouse", "read")


def test_a_condition_is_written_looked_at_and_taken_back(served: Served, boss: Browser) -> None:
    path = "/access/roles/own_orders/sales_order/change"
    assert ">owner = $me</textarea>" in unescape(boss.get(path).text).replace("\n", "")
    before = _rows(served, "own_orders", "sales_order")
    boxes = {"scope.read": "all", "scope.edit": "all"}
    planned = _planned(boss, path, **boxes, rows="owner = $me and id > 7")
    assert "Only where this condition holds" in _words(boss.get(planned).text)
    _done(boss, planned)
    assert _rows(served, "own_orders", "sales_order") == "owner = $me and id > 7"
    page = boss.get("/access/roles/own_orders").text
    found = re.search(r'action="(/access/changes/\d+/revert)"', page)
    assert found
    _done(boss, boss.post(found[1]).headers["Location"])
    assert _rows(served, "own_orders", "sales_order") == before
    _done(boss, _planned(boss, path, **boxes, rows=""))
    assert _rows(served, "own_orders", "sales_order") == ""
    _done(boss, _planned(boss, path, **boxes, rows="owner = $me"))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("owner =", "cannot be read at character"),
        ("ownr = $me", "There is no 'ownr'"),
        ("id + 1", "Write a condition"),
        ("owner > 'x' and", "cannot be read at character"),
    ],
)
def test_a_wrong_condition_is_told_beside_its_input(boss: Browser, typed: str, told: str) -> None:
    path = "/access/roles/own_orders/sales_order/change"
    answer = boss.post(path, {"scope.read": "own", "rows": typed})
    assert answer.status_code == 422
    note = re.search(r'id="condition-note">(.*?)</div>\s*<div class="cw-hint"', answer.text, re.S)
    assert note
    assert told in _words(note[1])
    # Nothing that was typed or ticked is lost.
    assert f"{typed}</textarea>" in unescape(answer.text)
    assert re.search(r'name="scope.read" value="own"[^>]* checked', answer.text)
    assert not re.search(r'name="scope.edit" value="all"[^>]* checked', answer.text)


def test_a_condition_for_all_other_objects_is_refused(served: Served) -> None:
    role = 'kind: role\nname: x_odd\ngrants: {"*": {actions: [read], rows: "nowhere = 1"}}\n'
    with pytest.raises(MetadataError) as refused:
        plan_file(served, "shipping/odd.yaml", role)
    assert [each.code for each in refused.value.problems] == ["rows_of_every"]


def test_a_role_of_the_screen_is_renamed_and_removed_with_its_people_told(
    served: Served, boss: Browser
) -> None:
    made = _done(boss, _planned(boss, "/access/new-role", name="Night shift", like="clerk"))
    role = made.rpartition("/")[2]
    name = f"/access/names/{role}"
    assert name in boss.get(made).text
    owl = served.signed_in("owl", role)
    assert owl.get("/list/product").status_code == 200
    assert "1 person" in boss.get("/access").text
    assert boss.post(name, {"name": " "}).status_code == 422
    planned = _planned(boss, name, name="Evening shift")
    assert "Night shift Evening shift" in _words(boss.get(planned).text)
    _done(boss, planned)
    assert "Evening shift" in boss.get(made).text
    gone = _planned(boss, name, then="remove")
    told = _words(boss.get(gone).text)
    assert "Who has it: Owl" in told
    assert "Evening shift removed" in told
    assert _done(boss, gone) == "/access"
    assert boss.get(made).status_code == 404
    assert owl.get("/list/product").status_code == 404
    found = re.search(r'action="(/access/changes/\d+/revert)"', boss.get("/access").text)
    assert found
    _done(boss, boss.post(found[1]).headers["Location"])
    assert owl.get("/list/product").status_code == 200


def test_roles_of_packs_are_neither_renamed_nor_removed(served: Served, boss: Browser) -> None:
    assert "/access/names/" not in boss.get("/access/roles/clerk").text
    for fields in ({"name": "Mine"}, {"then": "remove"}):
        assert boss.post("/access/names/clerk", fields).status_code == 409
    assert boss.get("/access/names/nobody").status_code == 404


def test_who_changed_rights_stands_in_the_log(served: Served, boss: Browser) -> None:
    fields = {"scope.read": "all", "scope.create": "all"}
    _done(boss, _planned(boss, "/access/roles/reader/product/change", **fields))
    instance = served.instance
    with instance.store.read(instance.system_context()) as session:
        account = find_account(session, "boss")
        for kind in ("rights_changed", "applied"):
            deed = list_deeds(session, Narrowing(kind=kind), limit=1)[0]
            assert (deed.account, deed.name, deed.actor) == (account.id, account.name, "user")
            assert deed.address
