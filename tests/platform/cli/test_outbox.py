"""Messages to the outside at the terminal: what would wait, what does, another try."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cardwright_entities.outbox import SMS, Wanted, put_message
from cardwright_platform.config import read_config
from cardwright_platform.instance import open_instance

Cardwright = Callable[..., Any]
PACKS = Path(__file__).resolve().parents[2] / "packs"
NO_MAIL = "No mail server is configured"
NO_SMS = "No provider of short messages is configured"


@pytest.fixture
def letters(place: Path) -> Path:
    """A folder whose pack writes mails and short messages, which nobody has configured."""
    shutil.copytree(PACKS / "letters", place / "letters")
    (place / "config.yaml").write_text("packs: [letters]\n", encoding="utf-8")
    return place


def put(place: Path) -> None:
    """Put a short message into the outbox."""
    instance = open_instance(read_config(place, {}))
    context = instance.system_context()
    wanted = Wanted(
        channel=SMS,
        name="text",
        rule="announce",
        entity="visit",
        record=1,
        recipients={"to": ["+8613800138000"]},
    )
    with instance.store.write(context) as session:
        put_message(session, wanted, context)
    instance.close()


def test_plan_and_doctor_say_what_messages_would_wait_for(
    cardwright: Cardwright, letters: Path
) -> None:
    planned = cardwright("plan").out
    assert NO_MAIL in planned
    assert NO_SMS in planned
    assert cardwright("apply", "--yes").code == 0
    again = cardwright("plan").out
    assert NO_SMS not in again
    told = cardwright("doctor").out
    assert "0 messages wait to be sent, 0 were given up" in told
    assert NO_MAIL in told
    assert NO_SMS in told
    config = "packs: [letters]\nmail_host: smtp.example.com\nsms_connector: http\n"
    (letters / "config.yaml").write_text(config, encoding="utf-8")
    configured = cardwright("doctor").out
    assert NO_MAIL not in configured
    assert NO_SMS not in configured


def test_messages_are_listed_given_up_and_sent_again(cardwright: Cardwright, letters: Path) -> None:
    cardwright("apply", "--yes")
    put(letters)
    (waiting,) = cardwright("outbox", "list", "--json").json()
    assert (waiting["id"], waiting["state"], waiting["record"]) == (1, "waiting", "visit/1")
    assert waiting["to"] == ["+8613800138000"]
    assert cardwright("outbox", "give-up", "1").code == 0
    given_up = cardwright("outbox", "list", "--state", "failed", "--channel", "sms").out
    assert "Given up by cardwright." in given_up
    assert cardwright("outbox", "list", "--channel", "mail", "--json").json() == []
    told = cardwright("doctor").out
    assert "0 messages wait to be sent, 1 were given up" in told
    assert "cardwright outbox list --state failed" in told
    assert cardwright("outbox", "give-up", "1").code == 1
    assert cardwright("outbox", "again", "1").code == 0
    assert cardwright("outbox", "list", "--json").json()[0]["state"] == "waiting"
    missing = cardwright("outbox", "again", "99")
    assert missing.code == 1
    assert missing.err
