"""Mails go by TLS to a server whose certificate is good, to an account whose password is right."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from certificates import Authority, make_authority
from mail_server import MailServer, mail_server
from outgoing import outgoing, send_due
from serving import PACKS, serve

from cardwright_platform.config import Config, MailSecurity
from cardwright_platform.worker.smtp import SignInRefused, deliver

ACCOUNT = ("crm", "p ass word")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Let this process trust the authority, as an operator's system would."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


def config_of(server: MailServer, security: MailSecurity, **more: object) -> Config:
    config = Config(
        mail_host="127.0.0.1",
        mail_port=server.port,
        mail_security=security,
        mail_from="crm@example.com",
        mail_user=ACCOUNT[0],
        mail_password=ACCOUNT[1],
    )
    return replace(config, **more)  # type: ignore[arg-type] # fields by name


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "crm@example.com", "ann@example.com", "x"
    message.set_content("hello")
    return message


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_good_certificate_and_the_right_password_let_a_mail_through(
    trusted: Authority, security: MailSecurity
) -> None:
    tls = trusted.server("127.0.0.1")
    with mail_server(tls, implicit=security == "tls", account=ACCOUNT) as server:
        assert deliver(config_of(server, security), letter()) == ""
        assert server.recipients == [["ann@example.com"]]
        # Before TLS nothing is said but that TLS is wanted.
        assert server.commands == (["EHLO", "STARTTLS"] if security == "starttls" else [])


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_a_stranger_is_refused(
    authority: Authority, security: MailSecurity
) -> None:
    tls = authority.server("127.0.0.1")
    with mail_server(tls, implicit=security == "tls", account=ACCOUNT) as server:
        with pytest.raises(OSError, match="certificate verify failed"):
            deliver(config_of(server, security), letter())
        assert server.mails == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_for_another_server_is_refused(
    trusted: Authority, security: MailSecurity
) -> None:
    tls = trusted.server("127.0.0.2")
    with mail_server(tls, implicit=security == "tls", account=ACCOUNT) as server:
        with pytest.raises(OSError, match="certificate verify failed"):
            deliver(config_of(server, security), letter())
        assert server.mails == []


def test_a_server_without_tls_gets_neither_mail_nor_password() -> None:
    with mail_server() as server:
        with pytest.raises(OSError, match="STARTTLS"):
            deliver(config_of(server, "starttls"), letter())
        assert "AUTH" not in server.commands
        assert server.mails == []


def test_a_wrong_password_is_told_as_such(trusted: Authority) -> None:
    with mail_server(trusted.server("127.0.0.1"), account=ACCOUNT) as server:
        with pytest.raises(SignInRefused, match="535 5.7.8 wrong password"):
            deliver(config_of(server, "starttls", mail_password="other"), letter())
        assert server.mails == []


def test_mails_wait_until_the_operator_has_mended_the_password(
    trusted: Authority, tmp_path: Path
) -> None:
    with mail_server(trusted.server("127.0.0.1"), account=ACCOUNT) as server:
        config = config_of(server, "starttls", mail_password="other")
        chosen = {
            name: getattr(config, name)
            for name in ("mail_host", "mail_port", "mail_from", "mail_user", "mail_password")
        }
        office = serve("", tmp_path, PACKS / "letters", **chosen)
        with office.instance.engine.write(office.instance.system_context()) as desk:
            for buyer in ("ann@example.com", "bob@example.com"):
                desk.records.create("offer", {"name": "屋顶", "buyer": buyer})
        send_due(office)
        kept = outgoing(office)
        assert sorted(each.attempts for each in kept) == [0, 1]
        assert {(each.state, (each.reason or {})["code"]) for each in kept} == {
            ("waiting", "mail_sign_in_refused")
        }
        mended = replace(office.instance.config, mail_password=ACCOUNT[1])
        office.clock.forward(hours=1)
        send_due(replace(office, instance=replace(office.instance, config=mended)))
        assert len(server.mails) == 2
        office.instance.close()


@pytest.mark.parametrize("name", ["To", "Subject", "From"])
def test_no_header_holds_a_line_end(name: str) -> None:
    message = letter()
    del message[name]
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        message[name] = "a@example.com\r\nBcc: eve@example.com"
