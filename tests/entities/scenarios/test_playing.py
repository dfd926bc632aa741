"""Scenarios play through the gate as people work, and say what was not as it should be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.errors import InputError, Message
from cardwright_entities.scenarios.outcomes import Outcome
from cardwright_entities.scenarios.playing import USUAL_DAY, play
from cardwright_entities.seeds import Seeder
from cardwright_metadata.definitions.scenarios import ScenarioDefinition


@pytest.fixture
def counter(store_url: str) -> Iterator[Installation]:
    """The counter with its regulars."""
    installation = build_installation(store_url, PACKS / "counter")
    Seeder(installation.engine, installation.system(), {}, USUAL_DAY).run({"install"})
    yield installation
    installation.store.close()


def scenario_of(installation: Installation) -> ScenarioDefinition:
    """Return the one scenario that is installed."""
    with installation.engine.read(installation.system()) as desk:
        (scenario,) = desk.model.catalog.scenarios.values()
    return scenario


def outcome_of(url: str, folder: Path, steps: str) -> Outcome:
    """Play one scenario with these steps after a sale was made."""
    text = (PACKS / "counter" / "things.yaml").read_text("utf-8")
    pack = (PACKS / "counter" / "pack.yaml").read_text("utf-8")
    (folder / "pack.yaml").write_text(pack, "utf-8")
    (folder / "things.yaml").write_text(text, "utf-8")
    (folder / "scenario.yaml").write_text(GIVEN + steps + "\n", "utf-8")
    installation = build_installation(url, folder)
    try:
        scenario = scenario_of(installation)
        return play(installation.engine, scenario, installation.system())
    finally:
        installation.store.close()


GIVEN = """\
kind: rule
name: boast
of: sale
trigger: {button: card}
if: total > 100
do: {end: {stop: true}}
---
kind: rule
name: greet
of: person
trigger: created
as: system
do: {call: {set: {name: "concat(name, '!')"}}}
---
kind: rule
name: remember
of: sale
trigger: {date: day, after: 3 days, at: "18:00"}
do: {note: {set: {secret_note: "'three days'"}}}
---
kind: scenario
name: trial
as: seller
given:
  ann: {create: person, values: {name: Ann}}
  sale: {create: sale, values: {buyer: $ann, items: [{what: pen, price: "2.5", quantity: 4}]}}
steps:
  """


def test_a_scenario_that_is_right_passes_on_either_engine(counter: Installation) -> None:
    assert play(counter.engine, scenario_of(counter), counter.system()).passed


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("wrong: {read: $sale, expect: {total: 11}}",
         Message.of("scenario_expected", name="total", expected="11", found="10.00")),
        ("wrong: {read: $sale, expect: {items.0.what: ink}}",
         Message.of("scenario_expected", name="items.0.what", expected="ink", found="pen")),
        ("wrong: {read: $sale, expect: {items.1.what: ink}}",
         Message.of("scenario_no_line", name="items.1", count=1)),
        ("wrong: {read: $sale, expect: {buyer: null}}",
         Message.of("scenario_expected", name="buyer", expected="—", found="1")),
        ("wrong: {read: $sale, expect: {secret_note: x}}",
         Message.of("scenario_hidden", name="secret_note")),
        ("wrong: {read: $sale, hides: [total]}", Message.of("scenario_shown", name="total")),
        ("wrong: {read: $sale, holds: total > 10}",
         Message.of("scenario_holds", expression="total > 10")),
        ("wrong: {read: $sale, offers: [rule.boast]}",
         Message.of("scenario_offers", name="rule.boast", found="copy")),
        ("wrong: {read: $sale, runs: {greet: 1}}",
         Message.of("scenario_expected", name="greet", expected="1", found="0")),
        ("wrong: {read: $sale, tells: $ann}",
         Message.of("scenario_tells", expected="$ann", found="—")),
        ("wrong: {read: $sale, today: '@+801'}", Message.of("scenario_too_far", most=800)),
        ("wrong: {delete: $sale}", Message.of("scenario_refused")),
        ("wrong: {update: $sale, values: {buyer: null}, refused: not_too_much}",
         Message.of("scenario_refused_otherwise", expected="not_too_much", found="required")),
        ("wrong: {update: $sale, values: {buyer: null}, refused: {code: required, field: items}}",
         Message.of("scenario_refused_otherwise", expected="required", found="required")),
        ("wrong: {read: $sale, refused: not_allowed}",
         Message.of("scenario_not_refused", expected="not_allowed")),
        ("wrong: {count: sale, is: 2}",
         Message.of("scenario_expected", name="count", expected="2", found="1")),
        ("wrong: {sum: sale, of: total, is: 1}",
         Message.of("scenario_expected", name="total", expected="1", found="10.00")),
        ("wrong: {find: person, match: {name: Bob}}",
         Message.of("scenario_found_none", entity="person")),
    ],
)  # fmt: skip
def test_a_step_that_is_not_right_is_named_with_what_was_found(
    sqlite_url: str, tmp_path: Path, step: str, message: Message
) -> None:
    outcome = outcome_of(sqlite_url, tmp_path, step)
    assert (outcome.step, outcome.message, outcome.passed) == ("wrong", message, False)


def test_what_refused_a_step_is_told(sqlite_url: str, tmp_path: Path) -> None:
    outcome = outcome_of(sqlite_url, tmp_path, "wrong: {update: $sale, values: {buyer: null}}")
    assert outcome.message == Message.of("scenario_refused")
    assert isinstance(outcome.refusal, InputError)
    assert set(outcome.refusal.fields) == {"buyer"}


def test_a_step_may_be_refused_by_a_check_and_the_next_goes_on(
    sqlite_url: str, tmp_path: Path
) -> None:
    steps = """\
much: {update: $sale, values: {items: [{what: house, price: 991}]}, refused: not_too_much}
  less: {update: $sale, values: {items: [{what: house, price: 990}]}, expect: {total: 1000}}
  one: {count: sale, where: "total = 1000", is: 1}
"""
    assert outcome_of(sqlite_url, tmp_path, steps).passed


def test_what_rules_do_in_the_background_is_there_before_the_next_step(
    sqlite_url: str, tmp_path: Path
) -> None:
    steps = """\
bob: {as: system, create: person, values: {name: Bob}, runs: {greet: 1}, expect: {name: Bob!}}
  ann: {read: $ann, expect: {name: Ann!}, runs: {greet: 0}, tells: []}
"""
    assert outcome_of(sqlite_url, tmp_path, steps).passed


def test_what_days_bring_is_seen_when_they_have_passed(sqlite_url: str, tmp_path: Path) -> None:
    steps = """\
soon: {as: system, today: "@+3", read: $sale, expect: {secret_note: null}, runs: {remember: 0}}
  late: {as: system, today: '@+5', read: $sale, expect: {secret_note: three days}}
  once: {as: system, today: "@+40", read: $sale, runs: {remember: 0}}
"""
    assert outcome_of(sqlite_url, tmp_path, steps).passed


TOLD = """\
kind: scenario
name: told
today: "2026-11-02"
given:
  boss_login: {create: login, values: {name: Boss, login: boss}}
  boss: {create: worker, values: {name: Boss, account: $boss_login}}
  ann_login: {create: login, values: {name: Ann, login: ann}}
  ann: {create: worker, values: {name: Ann, account: $ann_login, boss: $boss}}
steps:
  roof: {create: job, values: {name: Roof, price: 9, due: "@+10", owner: $ann}, tells: []}
  soon: {today: "@+4", read: $roof, tells: $ann_login, runs: {due_soon: 1}}
  once: {today: "@+5", read: $roof, tells: [], runs: {due_soon: 0}}
  done: {perform: finish, record: $roof, as: {role: admin, employee: $ann}, tells: $boss}
"""


def test_who_was_told_is_seen_by_a_scenario(sqlite_url: str, tmp_path: Path) -> None:
    for name in ("pack.yaml", "duties.yaml"):
        (tmp_path / name).write_text((PACKS / "duties" / name).read_text("utf-8"), "utf-8")
    (tmp_path / "told.yaml").write_text(TOLD, "utf-8")
    installation = build_installation(sqlite_url, tmp_path)
    try:
        outcome = play(installation.engine, scenario_of(installation), installation.system())
    finally:
        installation.store.close()
    assert outcome.passed, outcome
