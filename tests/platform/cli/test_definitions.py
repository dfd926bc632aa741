from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cardwright = Callable[..., Any]


def test_a_good_pack_has_no_problems(cardwright: Cardwright) -> None:
    told = cardwright("check")
    assert (told.code, told.out) == (0, "No problems found.\n")


def test_all_problems_are_told_with_their_places(cardwright: Cardwright, place: Path) -> None:
    file = place / "crew" / "crew.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("type: text", "type: txet"), encoding="utf-8")
    told = cardwright("check", "--json")
    assert told.code == 1
    problems = told.json()["problems"]
    assert len(problems) == 4
    assert {each["nearest"] for each in problems} == {"text"}
    line = 1 + text.splitlines().index(
        "  title: {type: text, required: true, label: {zh: 名称, en: Title}}"
    )
    assert line in {each["line"] for each in problems}
    said = cardwright("check")
    assert said.code == 1
    assert "Did you mean 'text'?" in said.out
    assert "4 problems found." in said.out


@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:1/nothing", "sqlite:///torn.sqlite"]
)
def test_problems_are_told_although_the_database_cannot_be_read(
    cardwright: Cardwright, cardwright_at_a_terminal: Cardwright, place: Path, url: str
) -> None:
    assert cardwright("plan").code == 0
    (place / "torn.sqlite").write_text("torn" * 5_000, encoding="ascii")
    (place / "crew" / "more.yaml").write_text("kind: entity\nname: 1\n", encoding="utf-8")
    told = cardwright_at_a_terminal("check", "--json", CARDWRIGHT_DATABASE_URL=url)
    assert told.code == 1
    assert [Path(each["file"]).name for each in told.json()["problems"]] == ["more.yaml"]
    assert "database" in told.err


def test_a_plan_is_shown_and_applied_once(cardwright: Cardwright) -> None:
    told = cardwright("plan", "--json")
    assert told.code == 0
    assert told.json()["base"] == 0
    kinds = {step["kind"] for step in told.json()["steps"]}
    assert "create_table" in kinds
    assert cardwright("apply", "--yes").code == 0
    assert cardwright("plan", "--json").json()["empty"]
    again = cardwright("apply", "--yes", "--json")
    assert (again.code, again.json()) == (0, {"commit": 1, "empty": True})


def test_apply_asks_first(cardwright: Cardwright, cardwright_at_a_terminal: Cardwright) -> None:
    refused = cardwright_at_a_terminal("apply", typed="n\n")
    assert refused.code == 1
    assert "Nothing was applied." in refused.out
    assert not cardwright("plan", "--json").json()["empty"]
    assert cardwright_at_a_terminal("apply", typed="y\n").code == 0


def test_a_wrong_pack_is_not_applied(cardwright: Cardwright, place: Path) -> None:
    (place / "crew" / "crew.yaml").write_text("kind: entity\nname: 1\n", encoding="utf-8")
    told = cardwright("apply", "--yes")
    assert told.code == 1
    assert "crew.yaml" in told.err
    assert "Traceback" not in told.err


def test_the_terminal_speaks_its_owners_language(cardwright: Cardwright) -> None:
    assert cardwright("apply", "--yes").code == 0
    told = cardwright("plan", LC_ALL="zh_CN.UTF-8")
    assert told.out == "文件与当前一致，无需变更。\n"


def test_a_change_to_a_pack_meets_its_next_release_in_the_plan(
    cardwright: Cardwright, place: Path
) -> None:
    site = place / "x_site"
    site.mkdir()
    (site / "pack.yaml").write_text(
        "kind: pack\nname: x_site\nprefix: x\nrequires: [crew]\n---\n"
        "kind: entity\nextend: watch\nlabel: {en: Shift}\n",
        encoding="utf-8",
    )
    (place / "config.yaml").write_text("packs: [crew, x_site]\n", encoding="utf-8")
    assert cardwright("apply", "--yes").code == 0
    file = place / "crew" / "crew.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("{zh: 班次, en: Watch}", "{zh: 轮班, en: Guard}", 1), "utf-8")
    told = cardwright("plan")
    assert "entity/watch: label.en: the pack changed Watch to Guard, here it is Shift" in told.out
    hint = "Take the pack's with  --take entity/watch:label.en"
    assert hint in told.out
    assert hint not in cardwright("plan", "--take", "entity/watch:label.en").out
    (met,) = cardwright("plan", "--json").json()["overlays"]["conflicts"]
    assert (met["choice"], met["place"].split(":")[0]) == ("keep", str(site / "pack.yaml"))
    took = cardwright("plan", "--take", "entity/watch:label.en", "--json").json()["overlays"]
    assert [each["choice"] for each in took["conflicts"]] == ["take"]
    assert cardwright("apply", "--yes").code == 0
    assert cardwright("plan", "--json").json()["empty"]
