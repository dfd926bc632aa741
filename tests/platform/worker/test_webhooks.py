"""A rule tells another system: signed, with what its actor may read, once it was committed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from outgoing import outgoing, send_due
from services.loopback import answering
from serving import PACKS, Served, serve

from cardwright_platform.worker.webhooks import secret_of

HOOKS = """\
kind: pack
name: hooks
label: {zh: 通知, en: Hooks}
language: 1
---
kind: setting
name: crm.deal_hook
type: text
label: {zh: 通知地址, en: Address}
default: "%s"
---
kind: entity
name: deal
label: {zh: 买卖, en: Deal}
fields:
  name:   {type: text, required: true}
  price:  {type: decimal, scale: 2}
  secret: {type: text}
---
kind: rule
name: tell_them
label: {zh: 通知对方, en: Tell them}
of: deal
trigger: created
do:
  tell: {webhook: {to: crm.deal_hook, fields: [name, price]}}
"""


class Receiver(HTTPServer):
    """Another system; it answers with the statuses it was given, then with 200."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got: list[tuple[str, bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.headers["Cardwright-Signature"], body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with answering(Receiver()) as server:
        yield server


def open_shop(folder: Path, receiver: Receiver, *, allowed: tuple[str, ...]) -> Served:
    pack = folder / "hooks"
    pack.mkdir()
    address = f"http://127.0.0.1:{receiver.server_port}/in"
    (pack / "pack.yaml").write_text(HOOKS % address, "utf-8")
    return serve("", folder, PACKS / "crew", pack, outbound_networks=allowed)


def drain(shop: Served) -> None:
    """Run what is due, hours later: tries that failed are due again."""
    shop.clock.forward(hours=5)
    send_due(shop)


def test_a_message_is_signed_and_told_again_until_it_was_taken(
    tmp_path: Path, receiver: Receiver
) -> None:
    shop = open_shop(tmp_path, receiver, allowed=("127.0.0.0/8",))
    receiver.statuses = [500]
    with shop.instance.engine.write(shop.instance.system_context()) as desk:
        desk.records.create("deal", {"name": "屋顶", "price": "12.5", "secret": "x"})
    for _ in range(4):
        drain(shop)
    first, second = receiver.got
    told = json.loads(second[1])
    assert told["values"] == {"name": "屋顶", "price": "12.50"}
    assert json.loads(first[1])["id"] == told["id"]
    fields = dict(each.split("=") for each in second[0].split(","))
    secret = bytes.fromhex(secret_of(shop.instance, "crm.deal_hook"))
    wanted = hmac.digest(secret, fields["t"].encode() + b"." + second[1], hashlib.sha256).hex()
    assert fields["v1"] == wanted
    shop.instance.close()


def test_the_neighbourhood_is_not_told(tmp_path: Path, receiver: Receiver) -> None:
    shop = open_shop(tmp_path, receiver, allowed=())
    context = shop.instance.system_context()
    with shop.instance.engine.write(context) as desk:
        desk.records.create("deal", {"name": "屋顶"})
    for _ in range(3):
        drain(shop)
    assert receiver.got == []
    (kept,) = outgoing(shop, channel="webhook", state="failed")
    assert (kept.reason or {})["code"] == "address_not_allowed"
    shop.instance.close()
