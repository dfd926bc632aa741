"""What a pack may do beyond its own definitions is declared, wherever it is written."""

from __future__ import annotations

import pytest

from cardwright_metadata.loading import read_pack
from cardwright_platform.packs.powers import undeclared_powers

PACK = "kind: pack\nname: acme_visits\nprefix: acme\n"
OWN = "---\nkind: entity\nname: acme_visit\nfields: {day: {type: date}}\n"
RULE = (
    "---\nkind: rule\nname: acme_tells\nof: acme_visit\n"
    "trigger: saved\ndo: {a: {set: {date: today(), mail: true}}}\n"
)


def powers(*documents: str, declared: str = "") -> set[str]:
    """Return the powers that a pack uses and does not declare."""
    text = PACK + declared + OWN + "".join(documents)
    pack = read_pack({"pack.yaml": text.encode()}, {}, "acme_visits")
    found = undeclared_powers(pack)
    assert all(each.place is not None and each.place.line > 1 for each in found)
    return {each.found for each in found}


@pytest.mark.parametrize(
    ("document", "power"),
    [
        (RULE.replace("saved", "{date: day, before: 1 day}"), "schedule"),
        (RULE.replace("saved", "{schedule: daily}"), "schedule"),
        (RULE.replace("saved", "{deadline: respond}"), "schedule"),
        (RULE.replace("saved", "{webhook: true}"), "hears"),
        (RULE.replace("saved", "{mail: true}"), "hears"),
        (RULE + "as: system\n", "system"),
        (RULE.replace("of: acme_visit", "of: customer"), "extends entity/customer"),
        (RULE.replace("set: {date: today(), mail: true}", "mail: acme_letter"), "mail"),
        (RULE.replace("set: {date: today(), mail: true}", "webhook: {to: other}"), "hosts *"),
        (RULE.replace("set: {date: today(), mail: true}", "sms: {to: owner, text: hi}"), "sms"),
        ("---\nkind: mail\nname: acme_letter\nof: acme_visit\n", "mail"),
        (
            "---\nkind: entity\nextend: acme_visit\n"
            "recurrence: {again: {every: 1 day, create: acme_visit}}\n",
            "schedule",
        ),
        ("---\nkind: entity\nextend: customer\nlabel: {en: Client}\n", "extends entity/customer"),
        (
            RULE.replace(
                "set: {date: today(), mail: true}",
                "create: {entity: customer, set: {name: \"'x'\"}}",
            ),
            "writes entity/customer",
        ),
        (
            "---\nkind: seed\nname: acme_people\nentity: login\nkey: [name]\nrows: []\n",
            "writes entity/login",
        ),
        (
            "---\nkind: role\nname: acme_all\ngrants: {customer: all}\n",
            "grants entity/customer",
        ),
        (
            "---\nkind: role\nname: acme_boss\nfeatures: [define_objects]\n",
            "grants feature/define_objects",
        ),
    ],
)
def test_a_power_is_found_where_it_is_used(document: str, power: str) -> None:
    assert powers(document) == {power}


def test_a_role_of_the_pack_grants_no_more_by_being_extended() -> None:
    role = "---\nkind: role\nname: acme_user\ngrants: {acme_visit: all}\n"
    more = "---\nkind: role\nextend: acme_user\ngrants: {customer: all}\n"
    assert powers(role, more) == {"grants entity/customer"}


def test_the_host_of_a_setting_of_the_pack_is_named() -> None:
    setting = (
        "---\nkind: setting\nname: acme_hub\ntype: url\ndefault: 'https://hub.acme.example/x'\n"
    )
    rule = RULE.replace("set: {date: today(), mail: true}", "webhook: {to: acme_hub}")
    assert powers(setting, rule) == {"hosts hub.acme.example"}
    declared = "powers: {hosts: [hub.acme.example]}\n"
    assert powers(setting, rule, declared=declared) == set()


def test_fields_that_are_called_like_a_power_are_none() -> None:
    assert powers(RULE) == set()


def test_what_the_packs_own_ledger_brings_is_its_own() -> None:
    ledger = (
        "---\nkind: ledger\nname: acme_out\n"
        "dimensions: {visit: acme_visit}\nmeasures: {n: decimal}\n"
    )
    grants = "{acme_out_entry: {actions: [read]}, acme_out_balance: {actions: [read]}}"
    assert powers(ledger, f"---\nkind: role\nname: acme_all\ngrants: {grants}\n") == set()


def test_a_missing_power_is_said_as_it_is_written() -> None:
    text = PACK + OWN + RULE.replace("of: acme_visit", "of: customer") + "as: system\n"
    found = undeclared_powers(read_pack({"pack.yaml": text.encode()}, {}, "acme_visits"))
    assert {each.expected for each in found} == {"extends: [entity/customer]", "system: true"}
