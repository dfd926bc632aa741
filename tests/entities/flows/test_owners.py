"""Records are claimed out of the pool, put back, given away: with what follows, within limits."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from installation import NOW, PACKS, Installation, build_installation

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import (
    CardwrightError,
    ConflictError,
    InputError,
    NotFoundError,
    UnavailableError,
)
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.actions import Asking, Performed
from cardwright_entities.flows.owners.returning import return_of
from cardwright_entities.flows.selections import perform_on_all
from cardwright_entities.hand_over_jobs import hand_over_kinds
from cardwright_entities.jobs.kinds import JobKinds
from cardwright_entities.jobs.queue import Job, Jobs
from cardwright_entities.jobs.running import JobRunner, Worker
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.history import open_change_set
from cardwright_entities.records.undoing import undo

PEOPLE = 64


@dataclass(frozen=True)
class Orchard:
    """An orchard: Ada stands above Bo and Cy; plots of nobody, each with a tree."""

    installation: Installation
    ids: dict[str, int]

    def acting(self, name: str, *roles: str, days: int = 0) -> Context:
        """Return somebody with his roles, some days from now."""
        number = self.ids[name]
        context = self.installation.acting(*(roles or ("hand",)), employee=number, account=number)
        return replace(context, now=NOW + timedelta(days=days))

    def plot(self, name: str, owner: str = "", **values: object) -> int:
        """Make a plot with a tree and a club that meets on it, all of one owner or of nobody."""
        by = {"owner": RecordRef("gardener", self.ids[owner]) if owner else None}
        with self.installation.engine.write(self.installation.system()) as desk:
            plot = desk.records.create("plot", {"name": name, **by, **values}).id
            for tree, felled in ((f"{name} oak", False), (f"{name} stump", True)):
                raw = {"name": tree, "plot": plot, "felled": felled, **by}
                desk.records.create("tree", raw)
            meetings = [{"plot": {"entity": "plot", "id": plot}}]
            desk.records.create("club", {"name": name, "meetings": meetings, **by})
        return plot

    def do(
        self, who: Context, plot: int, action: str, values: dict[str, object] | None = None
    ) -> Performed:
        """Do something with a plot in a transaction of its own."""
        asking = Asking(values=values or {})
        return self.installation.engine.run_write(
            who, lambda desk: desk.actions.perform("plot", plot, f"owner.{action}", asking)
        )

    def owner(self, entity: str, name: str) -> str:
        """Return who has a record of that name."""
        names = {number: name for name, number in self.ids.items()}
        with self.installation.engine.read(self.installation.system()) as desk:
            where = desk.condition(entity, f"name = '{name}'")
            page = desk.page(PageRequest(entity=entity, columns=("owner",), where=where))
        found = page.rows[0].values["owner"]
        return names[found.id] if isinstance(found, RecordRef) else ""

    def offers(self, who: Context, plot: int) -> dict[str, str]:
        """Return what is offered about the owner, with the code of what blocks it."""
        with self.installation.engine.read(who) as desk:
            return {
                each.name.removeprefix("owner."): each.blocked.code if each.blocked else ""
                for each in desk.actions.offered("plot", plot)
                if each.kind == "owner"
            }


@pytest.fixture
def orchard(store_url: str) -> Iterator[Orchard]:
    """An orchard with three gardeners."""
    installation = build_installation(store_url, PACKS / "orchard")
    ids: dict[str, int] = {}
    with installation.engine.write(installation.system()) as desk:
        ids["Ada"] = desk.records.create("gardener", {"name": "Ada"}).id
        for name in ("Bo", "Cy"):
            ids[name] = desk.records.create("gardener", {"name": name, "above": ids["Ada"]}).id
    yield Orchard(installation, ids)
    installation.store.close()


def refusal(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [each.code for each in error.value.fields["owner"]]


def test_what_is_claimed_comes_with_what_belongs_to_it(orchard: Orchard) -> None:
    plot = orchard.plot("hill")
    bo = orchard.acting("Bo", "hand")
    assert orchard.offers(bo, plot) == {"claim": "", "assign": ""}
    done = orchard.do(bo, plot, "claim")
    assert done.message is not None
    assert dict(done.message.params) == {"count": "1"}
    assert orchard.owner("plot", "hill") == "Bo"
    assert orchard.owner("tree", "hill oak") == "Bo"
    # A felled tree does not follow; the club may not be given away by a hand.
    assert orchard.owner("tree", "hill stump") == ""
    assert orchard.owner("club", "hill") == ""
    assert orchard.offers(bo, plot) == {"release": "", "assign": ""}


def test_a_head_takes_the_clubs_along_and_undoes_it_at_once(orchard: Orchard) -> None:
    plot = orchard.plot("hill", "Bo")
    ada = orchard.acting("Ada", "head")
    values = {"owner": {"entity": "gardener", "id": orchard.ids["Cy"]}, "along_clubs": True}
    done = orchard.do(ada, plot, "assign", values)
    assert orchard.owner("plot", "hill") == "Cy"
    assert orchard.owner("club", "hill") == "Cy"
    assert orchard.owner("tree", "hill oak") == "Bo"  # not ticked
    assert done.saved is not None
    with orchard.installation.engine.write(ada) as desk:
        assert undo(desk.records, done.saved.change_set).undone == 2
    assert orchard.owner("plot", "hill") == "Bo"
    assert orchard.owner("club", "hill") == "Bo"


def test_the_plan_tells_how_much_goes_along(orchard: Orchard) -> None:
    plot = orchard.plot("hill", "Bo")
    with orchard.installation.engine.read(orchard.acting("Ada", "head")) as desk:
        action = desk.actions.find("plot", plot, "owner.assign")
        labels = [each.definition.label.in_language("en") for each in action.asks[1:]]
    assert labels == ["Also: Trees (1)", "Also: Clubs (1)"]
    # Who may not give clubs away is not told of them.
    with orchard.installation.engine.read(orchard.acting("Bo", "hand")) as desk:
        action = desk.actions.find("plot", plot, "owner.assign")
        assert [each.name for each in action.asks] == ["owner", "along_trees"]


def test_what_one_gave_to_the_pool_is_taken_back_by_an_undo_but_not_claimed(
    orchard: Orchard,
) -> None:
    plot = orchard.plot("hill", "Bo")
    bo = orchard.acting("Bo", "hand")
    released = orchard.do(bo, plot, "release")
    assert orchard.owner("plot", "hill") == orchard.owner("tree", "hill oak") == ""
    assert orchard.offers(bo, plot)["claim"] == "pool_protected"
    with orchard.installation.engine.write(bo) as desk, pytest.raises(InputError) as refused:
        # The way does not matter: an edit is a claim as well.
        desk.records.update("plot", plot, {"owner": RecordRef("gardener", orchard.ids["Bo"])}, None)
    assert refusal(refused) == ["pool_protected"]
    assert released.saved is not None
    with orchard.installation.engine.write(bo) as desk:
        assert not undo(desk.records, released.saved.change_set).skipped
    assert orchard.owner("plot", "hill") == "Bo"
    orchard.do(bo, plot, "release")
    assert orchard.offers(orchard.acting("Cy", "hand"), plot)["claim"] == ""
    assert orchard.offers(orchard.acting("Bo", "hand", days=8), plot)["claim"] == ""


def test_what_cannot_be_claimed_is_not_offered(orchard: Orchard) -> None:
    plot = orchard.plot("moor", fallow=True)
    bo = orchard.acting("Bo", "hand")
    assert "claim" not in orchard.offers(bo, plot)
    with orchard.installation.engine.write(bo) as desk, pytest.raises(InputError) as refused:
        desk.records.update("plot", plot, {"owner": RecordRef("gardener", orchard.ids["Bo"])}, None)
    assert refusal(refused) == ["pool_not_claimable"]


def test_limits_hold_for_whoever_gets_it(orchard: Orchard) -> None:
    plots = [orchard.plot(f"plot {number}") for number in range(7)]
    orchard.plot("bought", "Bo", bought=True)  # does not count
    bo = orchard.acting("Bo", "hand")
    for plot in plots[:5]:
        orchard.do(bo, plot, "claim")
    assert orchard.offers(bo, plots[5])["claim"] == "pool_limit"
    ada = orchard.acting("Ada", "head")
    owner = {"owner": {"entity": "gardener", "id": orchard.ids["Bo"]}}
    with pytest.raises(InputError) as refused:
        orchard.do(ada, plots[5], "assign", owner)
    assert refusal(refused) == ["pool_limit_of"]
    # From one to another it is for the head to know.
    orchard.do(ada, plots[5], "assign", {"owner": {"entity": "gardener", "id": orchard.ids["Cy"]}})
    orchard.do(ada, plots[5], "assign", owner)
    assert orchard.owner("plot", "plot 5") == "Bo"


def test_so_many_are_claimed_in_a_day(orchard: Orchard) -> None:
    bo = orchard.acting("Bo", "hand")
    for number in range(8):
        plot = orchard.plot(f"plot {number}")
        orchard.do(bo, plot, "claim")
        orchard.do(bo, plot, "release")
    plot = orchard.plot("one more")
    assert orchard.offers(bo, plot)["claim"] == "pool_daily"
    assert orchard.offers(orchard.acting("Bo", "hand", days=1), plot)["claim"] == ""


def test_who_comes_too_late_learns_who_has_it_if_he_may(orchard: Orchard) -> None:
    plot = orchard.plot("hill")
    orchard.do(orchard.acting("Bo", "hand"), plot, "claim")
    with pytest.raises(ConflictError) as told:
        orchard.do(orchard.acting("Ada", "head"), plot, "claim")
    assert (told.value.message.code, dict(told.value.message.params)) == (
        "pool_taken_by",
        {"name": "Bo"},
    )
    messages = set()
    for number in (plot, 10_000):  # one that is taken, one that never was
        with pytest.raises(NotFoundError) as missing:
            orchard.do(orchard.acting("Cy", "hand"), number, "claim")
        messages.add(missing.value.message)
    assert {each.code for each in messages} == {"not_in_pool"}


def test_sixty_four_claim_one_plot(orchard: Orchard) -> None:
    plot = orchard.plot("hill")
    with orchard.installation.engine.write(orchard.installation.system()) as desk:
        for number in range(PEOPLE):
            name = f"gardener {number}"
            orchard.ids[name] = desk.records.create("gardener", {"name": name}).id

    def claim(number: int) -> str:
        return _try(orchard, orchard.acting(f"gardener {number}", "hand"), plot)

    with ThreadPoolExecutor(PEOPLE) as people:
        told = list(people.map(claim, range(PEOPLE)))
    assert told.count("done") == 1
    assert set(told) == {"done", "not_in_pool"}
    assert orchard.owner("plot", "hill") == f"gardener {told.index('done')}"
    assert orchard.owner("tree", "hill oak") == f"gardener {told.index('done')}"


def test_one_who_claims_with_many_hands_gets_as_many_as_he_may(orchard: Orchard) -> None:
    plots = [orchard.plot(f"plot {number}") for number in range(16)]
    bo = orchard.acting("Bo", "hand")
    with ThreadPoolExecutor(len(plots)) as hands:
        told = list(hands.map(lambda plot: _try(orchard, bo, plot), plots))
    assert told.count("done") == 5
    assert set(told) == {"done", "pool_limit"}


def _try(orchard: Orchard, who: Context, plot: int) -> str:
    while True:
        try:
            orchard.do(who, plot, "claim")
        except UnavailableError:
            continue
        except InputError as error:
            return next(iter(error.fields.values()))[0].code
        except CardwrightError as error:
            return error.message.code
        return "done"


def test_a_selection_is_given_away_and_taken_back_as_one(orchard: Orchard) -> None:
    plots = [orchard.plot(f"plot {number}", "Bo") for number in range(4)]
    ada = orchard.acting("Ada", "head")
    values = {"owner": {"entity": "gardener", "id": orchard.ids["Cy"]}, "along_trees": True}

    def give(desk: Desk) -> int:
        change_set = open_change_set(desk.session, desk.context, "assign")
        asking = Asking(values=values)
        done = perform_on_all(desk.actions, "plot", plots, "owner.assign", asking, change_set)
        assert not [each for each in done if each.refusal]
        return change_set

    change_set = orchard.installation.engine.run_write(ada, give)
    assert {orchard.owner("plot", f"plot {each}") for each in range(4)} == {"Cy"}
    assert {orchard.owner("tree", f"plot {each} oak") for each in range(4)} == {"Cy"}
    with orchard.installation.engine.write(ada) as desk:
        assert undo(desk.records, change_set).undone == 8
    assert {orchard.owner("plot", f"plot {each}") for each in range(4)} == {"Bo"}


def test_one_may_only_give_away_what_ones_grant_says(orchard: Orchard) -> None:
    plot = orchard.plot("hill", "Cy")
    owner = {"owner": {"entity": "gardener", "id": orchard.ids["Bo"]}}
    with pytest.raises(NotFoundError):
        orchard.do(orchard.acting("Bo", "hand"), plot, "assign", owner)
    own = orchard.plot("mine", "Bo")
    given = orchard.do(
        orchard.acting("Bo", "hand"),
        own,
        "assign",
        {"owner": {"entity": "gardener", "id": orchard.ids["Cy"]}},
    )
    assert given.leaves
    # What one gave away oneself one takes back, as long as nobody has changed it.
    assert given.saved is not None
    with orchard.installation.engine.write(orchard.acting("Bo", "hand")) as desk:
        assert not undo(desk.records, given.saved.change_set).skipped
    assert orchard.owner("plot", "mine") == "Bo"


def test_why_and_when_it_goes_back(orchard: Orchard) -> None:
    today = date(2026, 11, 18)
    plot = orchard.plot("hill", "Bo", seen_on=today - timedelta(days=27))
    entity = "plot"

    def told(who: Context) -> tuple[date, str] | None:
        with orchard.installation.engine.read(who) as desk:
            shown = desk.record(entity, plot).values
            found = return_of(desk.records, desk.model.entity(entity), plot, shown)
            return None if found is None else (found.day, found.reason.in_language("en"))

    # Got today, it is seen as of today: nothing is said until five days before.
    assert told(orchard.acting("Bo", "hand")) is None
    later = orchard.acting("Bo", "hand", days=27)
    assert told(later) == (today + timedelta(days=30), "not seen for 30 days")
    with orchard.installation.engine.read(later) as desk:
        query = desk.model.entity(entity).definition.queries["at_risk"].where
        page = desk.page(PageRequest(entity=entity, where=desk.typed(entity, query)))
        assert [row.id for row in page.rows] == [plot]


def hand_over(orchard: Orchard, who: Context, name: str, values: dict[str, object]) -> Job:
    """Ask for a hand-over and let a worker do it, in the name of who asked."""
    engine = orchard.installation.engine
    number = orchard.ids[name]

    def ask(desk: Desk) -> int:
        asking = Asking(values=values)
        done = desk.actions.perform("gardener", number, "owner.hand_over", asking)
        assert done.job is not None
        return done.job

    job = engine.run_write(who, ask)
    kinds = JobKinds(hand_over_kinds(engine.desk))
    worker = Worker(orchard.installation.store, kinds, lambda asker: who, lambda: NOW, "test")
    runner = JobRunner(worker)
    while runner.run_next():
        pass
    with engine.read(orchard.installation.system()) as desk:
        return Jobs().read(desk.session, job)


def test_everything_of_one_who_leaves_goes_to_his_successor(orchard: Orchard) -> None:
    for number in range(3):
        orchard.plot(f"plot {number}", "Bo")
    orchard.plot("of Cy", "Cy")
    ada = orchard.acting("Ada", "head")
    with orchard.installation.engine.read(ada) as desk:
        plan = desk.actions.find("gardener", orchard.ids["Bo"], "owner.hand_over")
        asked = ", ".join(each.definition.label.in_language("en") for each in plan.asks)
    assert asked == "Successor, Plot (3), Tree (6), Club (3), Another successor, He takes over"
    assert not plan.confirm
    values = {"successor": orchard.ids["Cy"], "records_plot": True, "records_tree": True}
    job = hand_over(orchard, ada, "Bo", values)
    assert job.state == "done"
    assert job.result is not None
    assert (job.result["handed"], job.result["refused"]) == (9, 0)
    assert {orchard.owner("plot", f"plot {each}") for each in range(3)} == {"Cy"}
    assert orchard.owner("tree", "plot 2 stump") == "Cy"
    assert orchard.owner("club", "plot 0") == "Bo"  # not ticked
    with orchard.installation.engine.write(ada) as desk:
        assert undo(desk.records, int(job.result["change_set"])).undone == 9
    assert {orchard.owner("plot", f"plot {each}") for each in range(3)} == {"Bo"}


def test_who_leads_others_is_followed_in_that_place(orchard: Orchard) -> None:
    ada = orchard.acting("Cy", "head")
    job = hand_over(orchard, ada, "Ada", {"successor": orchard.ids["Cy"], "place_gardener": True})
    assert job.state == "done"
    with orchard.installation.engine.read(ada) as desk:
        assert desk.record("gardener", orchard.ids["Bo"]).values["above"] == orchard.ids["Cy"]


def test_what_is_beyond_ones_rights_stays_and_is_told_as_a_number(orchard: Orchard) -> None:
    orchard.plot("hill", "Cy")
    orchard.plot("dale", "Bo")
    bo = orchard.acting("Bo", "foreman")
    with orchard.installation.engine.read(bo) as desk:
        plan = desk.actions.find("gardener", orchard.ids["Bo"], "owner.hand_over")
        assert "1 more" in plan.confirm.in_language("en")  # the club
        # Of a colleague's he may give nothing.
        plan = desk.actions.find("gardener", orchard.ids["Cy"], "owner.hand_over")
        assert [each.name for each in plan.asks] == ["successor"]
    values = {"successor": orchard.ids["Bo"], "records_plot": True, "records_club": True}
    job = hand_over(orchard, bo, "Cy", values)
    assert job.result is not None
    assert job.result["handed"] == 0
    assert orchard.owner("plot", "hill") == "Cy"


def test_without_the_right_nothing_is_handed_over(orchard: Orchard) -> None:
    hand = orchard.acting("Bo", "hand")
    with orchard.installation.engine.write(hand) as desk, pytest.raises(NotFoundError):
        desk.actions.perform(
            "gardener", orchard.ids["Bo"], "owner.hand_over", Asking(values={"successor": 1})
        )
