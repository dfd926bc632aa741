"""What is said of a selection before anything is done with it."""

from __future__ import annotations

from installation import PACKS, build_installation

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.owners.buttons import with_plan
from cardwright_entities.flows.selections import actions_of_sets


def _by(gardener: int) -> RecordRef:
    return RecordRef("gardener", gardener)


def test_the_plan_of_a_selection_counts_for_nothing_that_one_may_not_give_away(
    store_url: str,
) -> None:
    orchard = build_installation(store_url, PACKS / "orchard")
    with orchard.engine.write(orchard.system()) as desk:
        create = desk.records.create
        bo, cy = (create("gardener", {"name": name}).id for name in ("Bo", "Cy"))
        mine, others = (
            create("plot", {"name": "hill", "owner": _by(each)}).id for each in (bo, cy)
        )
        for plot, owner in ((mine, bo), (others, cy)):
            create("tree", {"name": "oak", "plot": plot, "felled": False, "owner": _by(owner)})
    # He sees the trees of all: whose an unseen plot is they must not tell him.
    surveyor = orchard.acting("surveyor", employee=bo, account=bo)
    with orchard.engine.read(surveyor) as desk:
        (assign,) = (
            each for each in actions_of_sets(desk.records, "plot") if each.name == "owner.assign"
        )

        def told(*plots: int) -> list[str]:
            asks = with_plan(desk.records, "plot", assign, plots).asks[1:]
            return [each.definition.label.in_language("en") for each in asks]

        assert told(mine) == ["Also: Trees (1)"]
        assert told(mine, others) == ["Also: Trees (1)"]
        assert told(others) == []
    orchard.store.close()
