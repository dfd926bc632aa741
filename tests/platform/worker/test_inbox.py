"""Mails in a real mailbox set off rules, each once; what cannot be heard is set aside there."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from imaplib import Time2Internaldate
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from certificates import Authority, make_authority
from services.dovecot import ACCOUNT, DovecotServer
from serving import PACKS, Served, serve

from cardwright_entities.queries.requests import PageRequest
from cardwright_platform.connectors.mailbox import MOST_BYTES
from cardwright_platform.connectors.missing import missing_of_catalog
from cardwright_platform.worker.assembly import build_loop, open_bell
from cardwright_platform.worker.inbox import READ

ARRIVED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def post(authority: Authority) -> Iterator[DovecotServer]:
    authority.server("127.0.0.1")
    server = DovecotServer(authority.folder / "127.0.0.1.pem")
    yield server
    server.stop()


@pytest.fixture
def box(
    post: DovecotServer, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> Iterator[imaplib.IMAP4_SSL]:
    """The mailbox, empty, as the owner sees it; this process trusts its server."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with post.mailbox(authority.file) as opened:
        opened.uid("STORE", "1:*", "+FLAGS", r"(\Deleted)")
        opened.expunge()
        yield opened


@pytest.fixture
def market(store_url: str, tmp_path: Path, post: DovecotServer) -> Iterator[Served]:
    served = serve(
        store_url,
        tmp_path,
        PACKS / "pipeline",
        inbox_host="127.0.0.1",
        inbox_port=post.port,
        inbox_user=ACCOUNT[0],
        inbox_password=ACCOUNT[1],
        mail_from="crm@example.com",
    )
    yield served
    served.instance.close()


def letter(
    subject: str, text: str = "请查收", sender: str = "Ann <ann@example.com>", machine: str = "no"
) -> bytes:
    """Write a mail; those with one subject have one id."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "crm@example.com", subject
    message["Message-ID"] = f"<{crc32(subject.encode())}@example.com>"
    message["Auto-Submitted"] = machine
    message.set_content(text)
    return message.as_bytes()


def deliver(box: imaplib.IMAP4_SSL, *letters: bytes) -> None:
    for each in letters:
        assert box.append("INBOX", "", Time2Internaldate(ARRIVED), each)[0] == "OK"


def look(market: Served) -> None:
    """Look into the mailbox as the clock asks every minute, and let the steps be done."""
    bell = open_bell(market.instance.config)
    loop = build_loop(market.instance, bell)
    with market.instance.store.write(market.instance.system_context()) as session:
        market.instance.jobs.enqueue(session, READ, {})
    loop.drain()
    bell.close()


def bids(market: Served) -> list[tuple[str, str]]:
    with market.instance.engine.read(market.instance.system_context()) as desk:
        page = desk.page(PageRequest(entity="bid", columns=("name", "note")))
    return sorted((str(row.values["name"]), str(row.values["note"])) for row in page.rows)


def marked(box: imaplib.IMAP4_SSL, *flags: str) -> int:
    """Count the mails that the owner sees with flags."""
    box.noop()
    return len(box.search(None, *flags)[1][0].split())


def test_a_mail_sets_off_the_rules_whose_condition_holds_and_is_read(
    market: Served, box: imaplib.IMAP4_SSL
) -> None:
    deliver(box, letter("投标 泵站"), letter("问候"), letter("投标 机", sender="robot@example.com"))
    look(market)
    assert bids(market) == [("投标 泵站", "ann@example.com → crm@example.com：请查收 2026-03-01")]
    assert marked(box, "SEEN", "UNFLAGGED") == 3
    deliver(box, letter("撤标", "投标 泵站"))
    look(market)
    assert bids(market) == [("投标 泵站", "ann@example.com")]


def test_a_mail_is_heard_once_though_its_mark_was_lost_or_it_came_twice(
    market: Served, box: imaplib.IMAP4_SSL
) -> None:
    deliver(box, letter("投标 泵站"))
    look(market)
    box.noop()
    box.store("1", "-FLAGS", r"(\Seen)")  # as if the worker had died before it marked the mail
    deliver(box, b"Received: from elsewhere\r\n" + letter("投标 泵站"))
    assert marked(box, "UNSEEN") == 2
    look(market)
    assert len(bids(market)) == 1
    assert marked(box, "UNSEEN") == 0
    deliver(box, letter("投标 泵站", "另一封"))
    look(market)
    assert len(bids(market)) == 2  # what another mail says by the same id is not lost


def test_what_cannot_be_heard_is_flagged_and_told_and_blocks_nothing(
    market: Served, box: imaplib.IMAP4_SSL, caplog: pytest.LogCaptureFixture
) -> None:
    nobody = letter("投标 无名").replace(b"From: Ann <ann@example.com>\n", b"")
    odd = letter("投标 怪").replace(b'charset="utf-8"', b'charset="no-such"')
    away = letter("投标 休假", machine="auto-replied")
    own = letter("投标 自己", sender="CRM@example.com")
    large = letter("投标 大") + b"x" * MOST_BYTES
    deliver(box, nobody, odd, away, own, large, letter("投标 泵站"))
    look(market)
    assert [name for name, _ in bids(market)] == ["投标 泵站"]
    assert marked(box, "UNSEEN", "FLAGGED") == 5
    said = [each.getMessage() for each in caplog.records if "set aside" in each.getMessage()]
    assert [each.partition("INBOX/")[2].partition(": ")[2] for each in said] == [
        "it cannot be read (mail_no_sender)",
        "it cannot be read (file_unreadable)",
        *["it answers by itself, or is our own"] * 2,
        f"it has more than {MOST_BYTES} bytes",
    ]
    look(market)
    assert len(caplog.records) == 5  # told once, not every minute
    box.store("1:*", "-FLAGS", r"(\Flagged)")
    look(market)
    assert marked(box, "UNSEEN", "FLAGGED") == 5  # looked at again, with the same answer


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"inbox_password": "other"}, "AUTHENTICATIONFAILED"),
        ({"inbox_folder": "Nowhere"}, "Mailbox doesn't exist"),
        ({"inbox_host": "localhost"}, "certificate verify failed"),
        ({"inbox_port": 1}, "refused"),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_told_and_its_mails_wait(
    market: Served,
    box: imaplib.IMAP4_SSL,
    caplog: pytest.LogCaptureFixture,
    wrong: dict[str, Any],
    said: str,
) -> None:
    deliver(box, letter("投标 泵站"))
    config = replace(market.instance.config, **wrong)
    look(replace(market, instance=replace(market.instance, config=config)))
    assert [said in each.getMessage() for each in caplog.records] == [True]
    assert ACCOUNT[1] not in caplog.text
    assert bids(market) == []
    assert marked(box, "UNSEEN", "UNFLAGGED") == 1


def test_a_rule_that_waits_for_mails_says_that_there_is_no_mailbox(market: Served) -> None:
    config = market.instance.config
    with market.instance.engine.read(market.instance.system_context()) as desk:
        catalog = desk.model.catalog
    assert missing_of_catalog(config, catalog) == ()
    without = missing_of_catalog(replace(config, inbox_host=""), catalog)
    assert [each.code for each in without] == ["mail_no_mailbox"]
