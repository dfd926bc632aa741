"""What people are told inside reaches them by a channel that a plugin brings, as they want it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from outgoing import outgoing, send_due
from services.loopback import answering
from serving import PACKS, PASSWORD, Browser, Served, serve

from cardwright_entities.accounts.identities import add_identity
from cardwright_platform.app import create_app, make_theming
from cardwright_platform.connectors.connector import Away, ConnectorError, Refused, Setup
from cardwright_platform.connectors.missing import missing_of_catalog
from cardwright_platform.connectors.notice_channel import WrittenNotice
from cardwright_platform.connectors.registered import open_channels
from cardwright_platform.instance import Instance
from cardwright_platform.plugin import Plugin

NOTICES = "/account/notices"


class Board:
    """What a partner's pack brings: it pins what somebody is told to a board elsewhere."""

    name: ClassVar[str] = "board"

    def __init__(self, setup: Setup) -> None:
        if "url" not in setup.options:
            raise ConnectorError("say 'url', where the board is")
        self._setup = setup

    def send(self, notice: WrittenNotice) -> str:
        told = {
            "to": notice.to.login,
            "there": notice.to.subject,
            "text": notice.text,
            "title": notice.title,
            "url": notice.url,
            "id": notice.id,
        }
        headers = {"X-Key": self._setup.secret}
        answer = self._setup.post(
            str(self._setup.options["url"]), json.dumps(told).encode(), headers
        )
        if answer.status == 410:
            raise Refused("no such board")
        if answer.status != 200:
            raise Away(str(answer.status))
        return f"pin-{notice.id}"


BOARDS = Plugin(name="boards", notice_channels=(Board,))


class Wall(HTTPServer):
    """The board elsewhere; it answers with the statuses it was given, then with 200."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got: list[tuple[str, Mapping[str, str]]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    def settings(self, **said: object) -> dict[str, object]:
        """Return how an installation is configured that pins to this board."""
        written = {
            "uses": "board",
            "label": {"zh": "公告板", "en": "Board"},
            "url": f"http://127.0.0.1:{self.server_port}/pins",
        }
        return {
            "notice_channels": {"board": written | said},
            "notice_secrets": {"board": "chalk"},
            "outbound_networks": ("127.0.0.0/8",),
        }


class _Handler(BaseHTTPRequestHandler):
    server: Wall

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.headers["X-Key"], json.loads(body)))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Dock:
    """A company with the board, and somebody who keeps crates."""

    served: Served
    keeper: int
    browser: Browser

    def bring(self, title: str = "茶叶") -> int:
        """Let a crate come, of which its keeper is told."""
        with self.served.instance.engine.write(self.served.instance.system_context()) as desk:
            return desk.records.create("crate", {"title": title, "keeper": self.keeper}).id

    def rename(self, crate: int, title: str) -> None:
        """Give a crate another title, of which its keeper is told inside alone."""
        with self.served.instance.engine.write(self.served.instance.system_context()) as desk:
            desk.records.update("crate", crate, {"title": title}, None)

    def want(self, wish: str) -> None:
        """Let the keeper choose what he wants to see on the board."""
        self.browser.get(NOTICES)
        assert self.browser.post(NOTICES, {"board": wish}).status_code == 303

    def known(self) -> list[tuple[str, int, str]]:
        """Return state, tries and reason of each notice that was to go, the newest first."""
        found = outgoing(self.served, channel="notice")
        return [(each.state, each.attempts, (each.reason or {}).get("code", "")) for each in found]


def with_board(instance: Instance, **settings: object) -> Instance:
    config = replace(instance.config, **settings)  # type: ignore[arg-type] # fields by name
    ways = open_channels(config, BOARDS.notice_channels)
    return replace(instance, config=config, notice_ways=ways)


def change(dock: Dock, **values: object) -> None:
    """Change the keeper's user."""
    instance = dock.served.instance
    with instance.engine.write(instance.system_context()) as desk:
        desk.records.update("mate", dock.keeper, values, None)


def configured(dock: Dock, **settings: object) -> Dock:
    """Return the same company after its operator has changed the configuration."""
    instance = with_board(dock.served.instance, **settings)
    return replace(dock, served=replace(dock.served, instance=instance))


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dock]:
    served = serve("", tmp_path_factory.mktemp("dock"), PACKS / "crew", PACKS / "boards")
    account = served.add("keeper", "reader")
    browser = served.browser()
    yield Dock(served, account.id, browser)
    served.instance.close()


@pytest.fixture
def wall() -> Iterator[Wall]:
    with answering(Wall()) as server:
        yield server


@pytest.fixture
def dock(company: Dock, wall: Wall) -> Dock:
    """The company with a board that has nothing on it, and a keeper who chose nothing yet."""
    company.served.clock.forward(days=100)
    send_due(company.served)
    instance = with_board(company.served.instance, **wall.settings())
    served = Served(create_app(instance, make_theming(instance)), instance, company.served.clock)
    browser = served.browser()
    browser.sign_in("keeper", PASSWORD)
    found = Dock(served, company.keeper, browser)
    found.want("")
    change(found, may=["reader"], speaks="en")
    wall.got.clear()
    return found


def test_what_a_rule_says_by_a_channel_is_pinned_there(dock: Dock, wall: Wall) -> None:
    crate = dock.bring("龙井")
    send_due(dock.served)
    ((key, told),) = wall.got
    assert key == "chalk"
    kept = outgoing(dock.served, channel="notice")[0]
    assert told == {
        "to": "keeper",
        "there": "",
        "text": "A crate came",
        "title": "龙井",
        "url": f"http://127.0.0.1:8000/card/crate/{crate}",
        "id": str(kept.id),
    }
    assert (kept.state, kept.destination, kept.their_id) == ("sent", "Keeper", f"pin-{kept.id}")
    assert kept.content == {"subject": "龙井", "text": "A crate came"}
    assert "A crate came" in dock.browser.get("/notifications").text
    dock.rename(crate, "碧螺春")
    send_due(dock.served)
    assert len(wall.got) == 1


def test_somebody_chooses_everything_or_nothing(dock: Dock, wall: Wall) -> None:
    dock.want("all")
    crate = dock.bring()
    dock.rename(crate, "铁观音")
    send_due(dock.served)
    assert [told["text"] for _, told in wall.got] == ["A crate came", "A crate was renamed"]
    dock.want("none")
    dock.bring()
    send_due(dock.served)
    assert len(wall.got) == 2
    assert "selected>Nothing" in dock.browser.get(NOTICES).text


def test_a_board_that_is_away_is_asked_again_and_told_once(dock: Dock, wall: Wall) -> None:
    wall.statuses = [503]
    dock.bring()
    send_due(dock.served)
    assert dock.known()[0] == ("waiting", 1, "notice_channel_away")
    dock.served.clock.forward(minutes=2)
    send_due(dock.served)
    assert dock.known()[0] == ("sent", 1, "")
    assert len({told["id"] for _, told in wall.got}) == 1
    wall.statuses = [410]
    dock.bring()
    send_due(dock.served)
    assert dock.known()[0] == ("failed", 1, "notice_refused")


def test_the_neighbourhood_is_not_told(dock: Dock, wall: Wall) -> None:
    careful = configured(dock, outbound_networks=())
    careful.bring()
    send_due(careful.served)
    assert dock.known()[0] == ("waiting", 1, "address_not_allowed")
    assert wall.got == []


def test_a_channel_that_nobody_opened_is_missed(dock: Dock, wall: Wall) -> None:
    closed = configured(dock, notice_channels={})
    closed.bring()
    send_due(closed.served)
    assert dock.known()[0] == ("waiting", 1, "notice_no_channel")
    instance = closed.served.instance
    with instance.engine.read(instance.system_context()) as desk:
        missing = missing_of_catalog(instance.config, desk.model.catalog)
    assert [each.code for each in missing] == ["notice_no_channel"]


def test_who_may_no_longer_know_it_is_not_told(dock: Dock, wall: Wall) -> None:
    dock.bring()
    change(dock, may=[])
    send_due(dock.served)
    assert dock.known()[0] == ("failed", 1, "notice_over")
    assert wall.got == []


def test_the_language_and_who_he_is_there_are_the_recipients(dock: Dock, wall: Wall) -> None:
    providers = {"harbour": {"issuer": "https://login.example.com", "client": "x"}}
    named = configured(dock, **wall.settings(subject_of="harbour"), sign_in_providers=providers)
    instance = named.served.instance
    with instance.store.write(instance.system_context()) as session:
        add_identity(session, dock.keeper, "harbour", "wx-17", label="wx")
    change(dock, speaks="zh")
    named.bring()
    send_due(named.served)
    (told,) = [told for _, told in wall.got]
    assert (told["there"], told["text"]) == ("wx-17", "货箱到了")


def test_the_page_is_offered_where_a_channel_is(dock: Dock, company: Dock) -> None:
    assert NOTICES in dock.browser.get("/account").text
    plain = company.served.browser()
    plain.sign_in("keeper", PASSWORD)
    assert NOTICES not in plain.get("/account").text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"uses": "drum"}, "there is no 'drum'; use board, http"),
        ({"uses": "http", "jsn": {}}, "notice_channels: board: there is no 'jsn'"),
        ({"subject_of": "nowhere"}, "name one of sign_in_providers"),
    ],
)
def test_what_the_operator_wrote_wrong_is_told_at_the_start(
    company: Dock, wall: Wall, said: dict[str, object], told: str
) -> None:
    with pytest.raises(ConnectorError, match=told):
        with_board(company.served.instance, **wall.settings(**said))


def test_the_product_brings_a_channel_that_posts_what_one_writes(dock: Dock, wall: Wall) -> None:
    settings = wall.settings(
        uses="http",
        headers={"X-Key": "{secret}"},
        json={"msgtype": "text", "text": {"content": "{text}：{title} {url}"}, "at": "{login}"},
    )
    posting = configured(dock, **settings)
    crate = posting.bring("{secret}")
    send_due(posting.served)
    ((key, told),) = wall.got
    url = f"http://127.0.0.1:8000/card/crate/{crate}"
    assert (key, told["at"]) == ("chalk", "keeper")
    assert told["text"] == {"content": f"A crate came：{{secret}} {url}"}
