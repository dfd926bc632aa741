"""The trials run: what the language takes of them is installed, and their scenarios are played."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from installation import Installation, build_installation

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.previewing import offers_at
from cardwright_entities.scenarios.outcomes import Outcome
from cardwright_entities.scenarios.playing import play
from cardwright_metadata.checking import check

HERE = Path(__file__).parent
SCENARIOS = sorted(path.stem for path in (HERE / "scenarios").glob("*.yaml"))


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trials without what the language does not take yet, as a pack of their own."""
    folder = tmp_path_factory.mktemp("taken")
    (folder / "pack.yaml").write_text((HERE / "pack.yaml").read_text("utf-8"), "utf-8")
    for path in (*HERE.glob("[1-9]_*.yaml"), *(HERE / "scenarios").glob("*.yaml")):
        (folder / path.name).write_text(path.read_text("utf-8"), "utf-8")
    types = FieldTypes(BUILTIN_FIELD_TYPES).catalogue()
    for _ in range(5):
        problems = check([folder, HERE / "world"], types)[1]
        if not problems:
            return folder
        wrong: dict[Path, list[tuple[int, str]]] = {}
        for each in problems:
            assert each.place is not None, each
            wrong.setdefault(Path(each.place.file), []).append((each.place.line, each.path))
        for path, found in wrong.items():
            assert path.parent == folder, problems
            assert path.stem not in SCENARIOS, problems
            leave_out(path, found)
    raise AssertionError(problems)


def leave_out(path: Path, wrong: list[tuple[int, str]]) -> None:
    """Take what is wrong out of a file: keys, and documents whose kind nobody knows."""
    texts = path.read_text("utf-8").split("\n---\n")
    documents: list[dict[str, Any] | None] = [yaml.safe_load(each) for each in texts]
    ends = [text.count("\n") + 2 for text in texts]
    for line, key in wrong:
        index, start = 0, 0
        while line > start + ends[index]:
            start += ends[index]
            index += 1
        document = documents[index]
        if key == "kind":
            documents[index] = None
        elif document is not None:
            without(document, key.split("."))
    kept = (yaml.safe_dump(each, allow_unicode=True, sort_keys=False) for each in documents if each)
    path.write_text("---\n".join(kept), "utf-8")


def without(holder: dict[str, Any], names: list[str]) -> None:
    """Take a key out of maps in maps, and what holds nothing then."""
    first, *rest = names
    inner = holder.get(first)
    if rest and isinstance(inner, dict):
        without(inner, rest)
    if not rest or not inner:
        holder.pop(first, None)


@pytest.fixture
def trials(store_url: str, taken: Path) -> Iterator[Installation]:
    installation = build_installation(store_url, HERE / "world", taken)
    yield installation
    installation.store.close()


def played(installation: Installation, name: str) -> Outcome:
    """Play one scenario."""
    contexts = installation.system()
    with installation.engine.read(contexts) as desk:
        scenario = desk.model.catalog.scenarios[name]
    return play(installation.engine, scenario, contexts)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_trial_does_what_its_author_wants(trials: Installation, name: str) -> None:
    outcome = played(trials, name)
    assert outcome.passed, (outcome, getattr(outcome.refusal, "fields", None))


def test_every_source_of_a_price_is_offered_the_last_price_first(trials: Installation) -> None:
    assert played(trials, "prices").passed
    with trials.engine.read(trials.acting("admin")) as desk:
        ids = {
            entity: {row.values["name"]: row.id for row in desk.page(request).rows}
            for entity in ("customer", "product", "price_list")
            for request in [PageRequest(entity=entity, columns=("name",), count="none")]
        }
        line = {"item": {"entity": "product", "id": ids["product"]["茶"]}, "quantity": 10}
        typed = {
            "customer": ids["customer"]["省代"],
            "price_list": ids["price_list"]["省级"],
            "ordered_on": "2026-11-20",
            "lines": [line],
        }
        found = offers_at(
            desk.records, "sales_order", None, typed, lambda at: at == "lines.0.price"
        )
    offered = {offer.source: offer.value for _, offer in found}
    assert offered == {"last": Decimal(88), "list": Decimal(85), "base": Decimal(100)}
