from __future__ import annotations

from pathlib import Path

import httpx
from running import running, until
from services.children import free_port

from cardwright_platform.cli.development import take_save
from cardwright_platform.cli.output import Output
from cardwright_platform.config import Config
from cardwright_platform.installing import prepare
from cardwright_platform.instance import open_instance


def test_a_save_is_in_use_at_once_and_pages_are_told_to_reload(place: Path) -> None:
    port = free_port()
    with running(place, "dev", "crew", "--port", str(port), ready="/link/") as printed:
        address = f"http://127.0.0.1:{port}"

        def commit() -> int:
            found: int = httpx.get(f"{address}/reload", trust_env=False).json()["commit"]
            return found

        first = commit()
        file = place / "crew" / "crew.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("type: text", "type: txet", 1), encoding="utf-8")
        until(lambda: "Did you mean 'text'?" in printed.read_text(encoding="utf-8"))
        assert commit() == first
        file.write_text(text + "\n", encoding="utf-8")
        good = text.replace("  called:   {", "  rank: {type: text}\n  called:   {", 1)
        file.write_text(good, encoding="utf-8")
        until(lambda: commit() == first + 1)
    assert not (place / "var" / "cardwright.sqlite").exists()


def test_a_wrong_save_leaves_what_is_in_use(place: Path) -> None:
    config = Config(root=place, folder=place / "var", packs=("crew",))
    instance = open_instance(config)
    prepare(instance)
    file = place / "crew" / "crew.yaml"
    text = file.read_text(encoding="utf-8")
    output = Output("en")
    assert take_save(output, instance)
    for wrong in ("kind: entity\nname: 1\n", "a: [", text.replace("role", "rule")):
        file.write_text(wrong, encoding="utf-8")
        assert not take_save(output, instance)
    (place / "crew" / "pack.yaml").unlink()
    assert not take_save(output, instance)
    instance.close()
