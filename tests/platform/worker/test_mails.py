"""Mails of rules reach a real server, once each, or stay where people see why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from mail_server import MailServer, mail_server
from outgoing import outgoing, send_due
from serving import PACKS, Program, Served, serve

from cardwright_entities.errors import ConflictError
from cardwright_entities.outbox import send_again


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def office(store_url: str, tmp_path: Path, post: MailServer) -> Iterator[Served]:
    served = open_office(store_url, tmp_path, post.port)
    yield served
    served.instance.close()


def open_office(url: str, folder: Path, port: int) -> Served:
    """Serve the letters, with a mail server unless the port is 0."""
    return serve(url, folder, PACKS / "letters", **settings(port))


def settings(port: int) -> dict[str, object]:
    if not port:
        return {}
    return {
        "mail_host": "127.0.0.1",
        "mail_port": port,
        "mail_security": "none",
        "mail_from": "crm@example.com",
    }


def write_offer(served: Served, **values: object) -> None:
    answer = Program(served, "admin").post("/records/offer", {"name": "屋顶", **values})
    assert answer.status_code == 201, answer.text


def test_a_mail_arrives_with_its_text_twice_and_its_print(office: Served, post: MailServer) -> None:
    write_offer(office, buyer="ann@example.com", amount="12.5")
    send_due(office)
    (mail,) = post.mails
    (kept,) = outgoing(office)
    assert (kept.state, mail["Message-ID"]) == ("sent", kept.key)
    assert (mail["Subject"], mail["To"]) == ("报价 屋顶", "ann@example.com")
    html, plain = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert plain is not None
    assert "<b>12.5</b>" in html.get_content()
    assert "金额：12.5" in plain.get_content()
    assert "查看 (https://crm.example.com/)" in plain.get_content()
    (sheet,) = mail.iter_attachments()
    assert sheet.get_content()[:5] == b"%PDF-"
    send_due(office)
    assert len(post.mails) == 1


def test_what_people_type_injects_neither_headers_nor_markup(
    office: Served, post: MailServer
) -> None:
    name = "a <script>x</script> & Bcc: eve@example.com"
    write_offer(office, name=name, buyer="ann@example.com")
    send_due(office)
    (mail,) = post.mails
    assert mail["Subject"] == f"报价 {name}"
    assert mail["Bcc"] is None
    assert post.recipients == [["ann@example.com"]]
    html = mail.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()
    assert "&lt;script&gt;" in html.get_content()


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        ("550 nobody here", "failed", "mail_refused"),
        ("451 come again", "waiting", "mail_server_away"),
    ],
)
def test_what_the_server_says_is_kept(
    office: Served, post: MailServer, answer: str, state: str, code: str
) -> None:
    post.answers["ann@example.com"] = answer
    write_offer(office, buyer="ann@example.com")
    send_due(office)
    (kept,) = outgoing(office)
    assert (kept.state, kept.attempts, (kept.reason or {})["code"]) == (state, 1, code)
    assert answer[4:] in kept.reason["params"]["answer"]  # type: ignore[index] # asserted above


def test_a_mail_is_tried_again_with_the_same_id_until_it_is_given_up(
    office: Served, post: MailServer
) -> None:
    post.answers["ann@example.com"] = "451 come again"
    write_offer(office, buyer="ann@example.com")
    write_offer(office, buyer="bob@example.com")
    for _ in range(9):
        send_due(office)
        office.clock.forward(hours=5)
    states = {each.recipients["to"][0]: (each.state, each.attempts) for each in outgoing(office)}
    assert states == {"ann@example.com": ("failed", 8), "bob@example.com": ("sent", 0)}
    assert len(post.mails) == 1
    del post.answers["ann@example.com"]
    given_up = outgoing(office)[-1]
    with office.instance.store.write(office.instance.system_context()) as session:
        send_again(session, given_up.id)
    send_due(office)
    assert post.mails[-1]["Message-ID"] == given_up.key
    with (
        office.instance.store.write(office.instance.system_context()) as session,
        pytest.raises(ConflictError),
    ):
        send_again(session, given_up.id)


def test_without_a_server_mails_wait_and_say_why(store_url: str, tmp_path: Path) -> None:
    served = open_office(store_url, tmp_path, 0)
    write_offer(served, buyer="ann@example.com")
    send_due(served)
    (kept,) = outgoing(served)
    served.instance.close()
    assert (kept.state, kept.attempts, kept.reason) == (
        "waiting",
        0,
        {"code": "mail_no_server", "params": {}},
    )


def test_a_mail_to_nobody_is_seen_as_failed(office: Served, post: MailServer) -> None:
    write_offer(office)
    send_due(office)
    (kept,) = outgoing(office)
    assert (kept.state, (kept.reason or {})["code"]) == ("failed", "mail_no_address")
    assert post.mails == []
