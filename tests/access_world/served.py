"""The workshop's world behind the application: readers sign in and ask it by HTTP."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from access_world.masks import masked
from access_world.peopling import admit, any_owner, lend, rearrange, settle
from access_world.probing import HEADS, MISSING, Difference
from access_world.rights import SCOPED
from access_world.schema import FIELDS
from access_world.stage import SEED, Stage
from access_world.world import empty_world, fill
from installation import NOW, PACKS, Installation
from serving import PASSWORD, Browser, Served, serve

from cardwright_entities.accounts.accounts import read_account, set_roles
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_platform.signing_in import set_password

#: Readers who sign in: each is a worker with an account of his own.
VISITORS = ("seller", "both", "loner", "foreman", "teller", "patron")


class Probe(Protocol):
    """A way of asking the application."""

    def __call__(self, site: Site, reader: str, browser: Browser) -> Iterator[Difference]: ...


@dataclass(frozen=True)
class Site:
    """An application with a world in it."""

    served: Served
    stage: Stage
    accounts: Mapping[int, int]  #: of each worker
    job: int  #: which nobody of them has asked for

    browsers: dict[str, Browser] = field(default_factory=dict)

    def browser(self, reader: str) -> Browser:
        """Return the browser in which a reader has signed in: once, as often as he asks."""
        if reader not in self.browsers:
            self.browsers[reader] = self._sign_in(reader)
        return self.browsers[reader]

    def _sign_in(self, reader: str) -> Browser:
        roles, me = SCOPED[reader]
        assert me is not None
        instance = self.served.instance
        with instance.store.write(instance.system_context()) as session:
            set_roles(session, self.accounts[me], roles)
        with instance.store.read(instance.system_context()) as session:
            account = read_account(session, self.accounts[me])
        set_password(instance, account, PASSWORD)
        browser = self.served.browser()
        answer = browser.sign_in(f"w{me}", PASSWORD)
        assert answer.status_code == 303, answer.text
        return browser


def build_site(url: str, folder: Path) -> Site:
    """Serve the workshop with a world in it; the caller closes its instance."""
    served = serve(url, folder, PACKS / "workshop")
    served.clock.now = NOW
    engine, store = served.instance.engine, served.instance.store
    installation = Installation(engine, store, FieldTypes(BUILTIN_FIELD_TYPES))
    stage = Stage(installation, empty_world(), [])
    owners = random.Random(SEED)
    with stage.keeper() as keeper:
        settle(keeper, SEED)
        fill(keeper, SEED, lambda: any_owner(owners))
        rearrange(keeper, SEED)
        lend(keeper, SEED)
        logins = {
            number: int(str(keeper.desk.record("worker", number).values["account"]))
            for number in stage.people.workers
        } | admit(keeper)
    with store.write(served.instance.system_context()) as session:
        job = served.instance.jobs.enqueue(session, "export", {})
    return Site(served, stage, logins, job)


def lists(site: Site, reader: str, browser: Browser) -> Iterator[Difference]:
    """List every entity by the API, with all fields that there are: the same records and names."""
    oracle = site.stage.oracle(reader)
    for entity in HEADS:
        answer = browser.get(f"/api/v1/records/{entity}?limit=200")
        seen = {
            record
            for record, row in site.stage.world[entity].items()
            if not row["deleted"] and oracle.visible(entity, record)
        }
        shown = {
            name
            for name, kind in FIELDS[entity].items()
            if oracle.shows(entity, name) and not kind.startswith("lines ")
        }
        expected: object = (seen, shown if seen else set())
        if not oracle.sight.may(entity, "read"):
            expected = 404
        found: object = answer.status_code
        if found == 200:
            items = answer.get_json()["items"]
            names = {name for item in items for name in item} & {*FIELDS[entity]}
            found = {item["id"] for item in items}, names
        if found != expected:
            yield Difference(("list", entity), found, expected)


def explained(site: Site, reader: str, browser: Browser) -> Iterator[Difference]:
    """Ask what one may do with a record: what the oracle says, and the claims add up to it."""
    oracle = site.stage.oracle(reader)
    sight = oracle.sight
    assert sight is not None
    for entity in HEADS:
        for record, row in [*site.stage.world[entity].items()][::3]:
            answer = browser.get(f"/api/v1/records/{entity}/{record}/rights")
            if row["deleted"] or not oracle.visible(entity, record):
                if answer.status_code != 404:
                    yield Difference(("rights", entity, record), answer.status_code, 404)
                continue
            told = answer.get_json()["actions"]
            found = {each["action"]: each["holds"] for each in told}
            expected = {each: sight.covers(site.stage.world, entity, row, each) for each in found}
            if found != expected:
                yield Difference(("rights", entity, record), found, expected)
            for each in told:
                surely = any(tried["holds"] for tried in each["tried"])
                unsure = any(tried["holds"] is None for tried in each["tried"])
                if not (surely or unsure) if each["holds"] else surely or unsure:
                    yield Difference(("claims", entity, record), each, each["holds"])


def definitions(site: Site, reader: str, browser: Browser) -> Iterator[Difference]:
    """Ask what there is: entities with any right, and of each the fields that exist."""
    oracle = site.stage.oracle(reader)
    sight = oracle.sight
    assert sight is not None
    told = browser.get("/api/v1/catalog").get_json()
    known = {*FIELDS, "site", "unit", "worker", "gang", "login"}
    listed = {each["name"] for each in told["entities"]} & known
    expected = {each for each in known if any(sight.may(each, action) for action in _ACTIONS)}
    if listed != expected:
        yield Difference("catalog", listed, expected)
    for entity in expected & {*FIELDS}:
        answer = browser.get(f"/api/v1/catalog/{entity}").get_json()
        names = {*answer["fields"]} & {*FIELDS[entity]}
        there = {
            name
            for name in FIELDS[entity]
            # What may be set and not read is told as just that.
            if oracle.shows(entity, name)
            or ((entity, name) in _SET_ONLY and sight.writes(entity, name))
        }
        if names != there:
            yield Difference(("fields of", entity), names, there)


#: Computed fields that may be typed all the same, and so be set where they are not read.
_SET_ONLY = (("person", "company"), ("person", "post"), ("firm", "short"))
_ACTIONS = ("read", "create", "edit", "delete")
#: Links of the world that a form offers.
_LINKS = (
    ("firm", "area", "area"), ("firm", "mother", "firm"), ("deal", "firm", "firm"),
    ("deal", "about", "thing"), ("deal", "about", "person"), ("job", "firm", "firm"),
)  # fmt: skip


def pickers(site: Site, reader: str, browser: Browser) -> Iterator[Difference]:
    """Ask what each link may point to."""
    oracle = site.stage.oracle(reader)
    for holder, link, target in _LINKS:
        answer = browser.get(f"/options/{holder}/{link}/{target}")
        seen = {
            record
            for record, row in site.stage.world[target].items()
            if not row["deleted"] and oracle.visible(target, record)
        }
        open_ = oracle.readable(holder, link)
        found: object = answer.status_code
        if found == 200:
            told = answer.get_json()
            ids = {int(each["value"].rpartition(":")[2]) for each in told["options"]}
            found = ids if not told["more"] else ids - seen
            seen = seen if not told["more"] else set()
        if found != (seen if open_ else 404):
            yield Difference(("options of", holder, link, target), found, seen if open_ else 404)


def histories(site: Site, reader: str, browser: Browser) -> Iterator[Difference]:
    """Ask for the history of every third record: of what may not be read there is none."""
    oracle = site.stage.oracle(reader)
    for entity in HEADS:
        for record in (*[*site.stage.world[entity]][::3], MISSING):
            known = record != MISSING and oracle.visible(entity, record)
            row = site.stage.world[entity].get(record, {"deleted": True})
            expected = 200 if known and not row["deleted"] else 404
            found = browser.get(f"/api/v1/history/{entity}/{record}").status_code
            if found != expected:
                yield Difference(("history", entity, record), found, expected)


def forms(site: Site, reader: str, browser: Browser) -> Iterator[Difference]:
    """Open the forms of every third record, and those of new ones."""
    oracle = site.stage.oracle(reader)
    sight = oracle.sight
    assert sight is not None
    for entity in HEADS:
        known = sight.may(entity, "read")
        expected = 200 if sight.may(entity, "create") else 403 if known else 404
        found = browser.get(f"/new/{entity}").status_code
        if found != expected:
            yield Difference(("new", entity), found, expected)
        for record, row in [*site.stage.world[entity].items()][::3]:
            if not row["deleted"]:
                visible = oracle.visible(entity, record)
                may = visible and sight.covers(site.stage.world, entity, row, "edit")
                expected = 200 if may else 403 if visible else 404
                if not sight.may(entity, "edit"):
                    expected = 403 if known else 404
                found = browser.get(f"/edit/{entity}/{record}").status_code
                if found != expected:
                    yield Difference(("edit", entity, record), found, expected)


def parts(site: Site, reader: str, browser: Browser) -> Iterator[Difference]:
    """Read what is shown of masked values, and look for the rest wherever a record is shown."""
    oracle = site.stage.oracle(reader)
    for entity, names in oracle.masked.items():
        rows = site.stage.world[entity].values() if entity in HEADS else ()
        for row in [each for each in rows if not each["deleted"]][::4]:
            if not oracle.visible(entity, row["id"]):
                continue
            here = f"{entity}/{row['id']}"
            told = browser.get(f"/api/v1/records/{here}").get_json()
            found = {name: told.get(name) for name in names}
            expected = {name: masked(entity, name, row[name]) for name in names}
            if found != expected:
                yield Difference(("parts of", here), found, expected)
            for path in (f"/card/{here}", f"/edit/{here}", f"/api/v1/history/{here}"):
                page = browser.get(path).get_data(as_text=True)
                whole = [each for each in _spelled(row, names) if each in page]
                if whole:
                    yield Difference(("whole values on", path), whole, [])


def _spelled(row: Mapping[str, object], names: Collection[str]) -> Iterator[str]:
    """Yield the ways in which a page could tell a phone number or an address among these fields."""
    phone = str(row.get("phone") or "").removeprefix("+86")
    if phone and "phone" in names:
        yield from (phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}")
    if row.get("email") and "email" in names:
        yield str(row["email"])


def features(site: Site, reader: str, browser: Browser) -> Iterator[Difference]:
    """Ask for what takes a right of its own, and for somebody else's work."""
    for path, expected in (("/api/v1/commits", 403), (f"/api/v1/jobs/{site.job}", 404)):
        found = browser.get(path).status_code
        if found != expected:
            yield Difference(path, found, expected)


#: Ways of asking the application, the quickest first.
SERVED: Mapping[str, Probe] = MappingProxyType(
    {
        "features": features,
        "definitions": definitions,
        "pickers": pickers,
        "lists": lists,
        "forms": forms,
        "parts": parts,
        "histories by HTTP": histories,
        "explained": explained,
    }
)


def ask(site: Site, reader: str, way: str) -> Iterator[Difference]:
    """Sign in and ask in one way."""
    yield from SERVED[way](site, reader, site.browser(reader))
