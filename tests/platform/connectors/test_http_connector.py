"""Providers are spoken to as the operator writes it, however they want to be signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest

from cardwright_platform.config import Config
from cardwright_platform.connectors.connector import (
    ConnectorError,
    Refused,
    Setup,
    ShortMessage,
)
from cardwright_platform.connectors.http_connector import HttpConnector
from cardwright_platform.connectors.registered import connect
from cardwright_platform.security.outbound import Answer

MESSAGE = ShortMessage(
    id="7",
    number="+8613800138000",
    text="屋顶 {secret}",
    moment=datetime(2026, 3, 2, 12, tzinfo=UTC),
    template="T1",
    values={"a": "1", "b": "二"},
)


@dataclass
class Posted:
    """What a connector posts."""

    answer: Answer = Answer(200, b"{}")
    sent: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.sent.append((url, body, dict(headers)))
        return self.answer

    def send(self, **options: object) -> tuple[str, bytes, dict[str, str]]:
        """Send the message by these options."""
        usual = {"url": "https://sms.example/send"} | options
        HttpConnector(Setup(options=usual, post=self, secret="s3")).send(MESSAGE)
        return self.sent[-1]


def test_json_keeps_its_shape_and_nothing_filled_in_is_read_again() -> None:
    _, body, headers = Posted().send(
        json={"to": ["{number}"], "text": "【卡匠】{text}", "map": "{values}", "n": 3,
              "list": "{values_list}", "json": "{values_json}"},
    )  # fmt: skip
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {
        "to": ["+8613800138000"],
        "text": "【卡匠】屋顶 {secret}",
        "map": {"a": "1", "b": "二"},
        "n": 3,
        "list": ["1", "二"],
        "json": '{"a": "1", "b": "二"}',
    }


def test_a_form_carries_a_signature_over_other_things() -> None:
    url, body, headers = Posted().send(
        url="https://sms.example/send?key={secret}&t={time}",
        form={"mobile": "{national}", "text": "{text}", "sign": "{digest}"},
        sign={"digest": {"hash": "md5", "over": "{national}{secret}", "write": "base64"}},
    )
    assert url == "https://sms.example/send?key=s3&t=2026-03-02T12%3A00%3A00Z"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    told = parse_qs(body.decode())
    digest = hashlib.md5(b"13800138000s3", usedforsecurity=False).digest()
    assert told["sign"] == [base64.b64encode(digest).decode()]
    assert told["text"] == ["屋顶 {secret}"]


def test_keys_are_derived_step_by_step() -> None:
    _, body, headers = Posted().send(
        json={"to": "{number}"},
        headers={"Authorization": "TC3 Credential=me/{day}, Signature={signature}"},
        sign={
            "of_body": {"over": "{body}"},
            "canonical": {"over": "POST\n/\n{of_body}"},
            "day_key": {"key": "TC3{secret}", "over": "{day}"},
            "service_key": {"key_of": "day_key", "over": "sms"},
            "signature": {"key_of": "service_key", "over": "{seconds}\n{canonical}"},
        },
    )
    canonical = hashlib.sha256(f"POST\n/\n{hashlib.sha256(body).hexdigest()}".encode())
    day = hmac.digest(b"TC3s3", b"2026-03-02", "sha256")
    service = hmac.digest(day, b"sms", "sha256")
    seconds = int(MESSAGE.moment.timestamp())
    wanted = hmac.digest(service, f"{seconds}\n{canonical.hexdigest()}".encode(), "sha256")
    assert headers["Authorization"] == f"TC3 Credential=me/2026-03-02, Signature={wanted.hex()}"


def test_the_secret_is_not_in_what_is_told_of_a_refusal() -> None:
    posted = Posted(Answer(400, "wrong key s3，号码".encode()))
    with pytest.raises(Refused) as refused:
        posted.send(json={"key": "{secret}"})
    assert str(refused.value) == "400 wrong key …，号码"


def test_what_is_filled_in_cannot_end_a_header() -> None:
    posted = Posted()
    options = {"url": "https://sms.example/", "json": {}, "headers": {"X-Text": "{text}"}}
    connector = HttpConnector(Setup(options=options, post=posted))
    with pytest.raises(Refused):
        connector.send(replace(MESSAGE, text="a\r\nX-Evil: 1"))
    assert posted.sent == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"json": {}}, "say 'url'"),
        ({"url": "https://a.example"}, "either 'json' or 'form'"),
        ({"url": "https://a.example", "json": {}, "form": {}}, "either 'json' or 'form'"),
        ({"url": "https://a.example", "json": {}, "head": {}}, "there is no 'head'"),
        ({"url": "https://a.example", "json": "{numbr}"}, "nothing fills in {numbr}"),
        ({"url": "https://a.example", "json": {}, "headers": {"X": ["a"]}}, "one 'name: text'"),
        ({"url": "https://a.example", "json": {}, "taken": {"path": "a"}}, "write path: and is:"),
        ({"url": "https://a.example", "json": {}, "sign": {"s": {}}}, "say 'over'"),
        (
            {"url": "https://a.example", "json": {}, "sign": {"s": {"over": "a", "hash": "crc"}}},
            "sign.s.hash: choose one of",
        ),
        (
            {"url": "https://a.example", "json": {}, "sign": {"s": {"over": "", "key_of": "t"}}},
            "name a signature before",
        ),
        (
            {"url": "https://a.example", "json": "{s}", "sign": {"s": {"over": "{body}"}}},
            "nothing fills in {body}",
        ),
    ],
)
def test_what_the_operator_wrote_wrong_is_told_at_the_start(
    options: dict[str, object], said: str
) -> None:
    with pytest.raises(ConnectorError, match=said.replace("{", r"\{")):
        HttpConnector(Setup(options=options, post=Posted()))


class Pigeon:
    """What a partner's pack brings."""

    name = "pigeon"

    def __init__(self, setup: Setup) -> None:
        self.loft = str(setup.options["loft"])

    def send(self, message: ShortMessage) -> str:
        return f"{self.loft}/{message.id}"


def test_a_plugin_brings_a_connector_of_its_own() -> None:
    config = Config(sms_connector="pigeon", sms_options={"loft": "roof"})
    found = connect(config, [Pigeon])
    assert found is not None
    assert found.send(MESSAGE) == "roof/7"
    with pytest.raises(ConnectorError, match="there is no 'pigeon'; use http"):
        connect(config, [])
    assert connect(Config(), [Pigeon]) is None
