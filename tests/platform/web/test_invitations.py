"""Inviting people: a user is added on screen, a link reaches him once, and nobody else comes in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from mail_server import MailServer, mail_server
from outgoing import outgoing, send_due
from serving import PASSWORD, Browser, Program, Served, serve

from cardwright_entities.accounts.accounts import Account, find_account
from cardwright_entities.accounts.sessions import list_sessions
from cardwright_entities.audit.reading import Narrowing, list_deeds
from cardwright_entities.store.platform_tables import cw_one_time_link
from cardwright_metadata.pack_folders import bundled_packs
from cardwright_platform.inviting import invitation_link

PLACE = "/invitations"
NEW = f"{PLACE}/new"


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def company(tmp_path: Path, post: MailServer, store_url: str) -> Iterator[Served]:
    served = serve(
        store_url,
        tmp_path,
        bundled_packs()["base"],
        name="Harbour Ltd",
        mail_host="127.0.0.1",
        mail_port=post.port,
        mail_security="none",
        mail_from="crm@example.com",
    )
    yield served
    served.instance.close()


def boss(company: Served) -> Browser:
    """Open the browser of who manages users, in English."""
    browser = company.signed_in("boss", "admin")
    browser.get("/")
    assert browser.post("/preferences", {"language": "en"}).status_code == 303
    browser.get("/")
    return browser


def asked(**more: object) -> dict[str, object]:
    fields: dict[str, object] = {
        "login": "wen",
        "name": "Wen",
        "email": "wen@example.com",
        "roles": ["admin"],
    }
    fields["language"] = "en"
    return {**fields, "invitation_how": "mail", **more}


def account_of(company: Served, login: str) -> Account:
    with company.instance.store.read(company.instance.system_context()) as session:
        return find_account(session, login)


def deeds(company: Served, account: int) -> list[str]:
    with company.instance.store.read(company.instance.system_context()) as session:
        found = list_deeds(session, Narrowing(area="accounts"), limit=50)
    return [each.kind for each in reversed(found) if each.detail.get("account") == account]


def shown_link(page: str) -> str:
    found = re.search(r"<code>http[^<]*(/link/[^<]+)</code>", page)
    assert found is not None, page
    return found[1]


def choose_password(company: Served, link: str) -> tuple[Browser, int]:
    browser = company.browser()
    if browser.get(link).status_code != 200:
        return browser, 404
    fields = {"password": PASSWORD, "password_again": PASSWORD}
    return browser, browser.post(link, fields).status_code


def test_somebody_is_invited_by_mail_and_comes_in_once(company: Served, post: MailServer) -> None:
    browser = boss(company)
    assert 'href="/invitations"' in browser.get("/").text
    browser.get(NEW)
    answer = browser.post(NEW, asked())
    assert answer.status_code == 303, answer.text
    assert "Open until" in browser.get(PLACE).text
    send_due(company)
    (mail,) = post.mails
    assert mail["To"] == "wen@example.com"
    assert mail["Subject"] == "Harbour Ltd: your account"
    body = mail.get_content()
    found = re.search(r"http://[^\s]+(/link/\w+)", body)
    assert found is not None
    assert "wen" in body
    (sent,) = outgoing(company)
    assert sent.state == "sent"
    assert sent.content is not None
    secret = found[1].rpartition("/")[2]
    assert secret not in repr(sent)
    with company.instance.store.read(company.instance.system_context()) as session:
        assert secret not in repr([tuple(row) for row in session.rows(cw_one_time_link.select())])
    invited, status = choose_password(company, found[1])
    assert status == 303
    assert invited.get("/account").status_code == 200
    assert account_of(company, "wen").roles == {"admin"}
    assert choose_password(company, found[1])[1] == 404
    assert "Nobody is waited for" in browser.get(PLACE).text
    kinds = deeds(company, account_of(company, "wen").id)
    assert kinds == ["account_made", "invited", "link_used", "password_set"]


def test_the_link_is_shown_once_where_no_mail_is_wanted(company: Served) -> None:
    browser = boss(company)
    page = browser.post(NEW, asked(email="", invitation_how="link"))
    link = shown_link(page.text)
    assert page.headers["Cache-Control"] == "no-store"
    assert link not in browser.get(PLACE).text
    assert outgoing(company) == []
    stranger = company.browser()
    assert "Welcome, Wen" in stranger.get(link).text
    assert stranger.get(link).status_code == 200  # looking at it does not use it
    assert choose_password(company, link)[1] == 303


def test_of_many_who_open_it_at_once_one_comes_in(company: Served) -> None:
    account = company.add("wen", "admin", password="")
    with company.instance.store.write(company.instance.system_context()) as session:
        link = urlsplit(invitation_link(company.instance, session, account)).path
    browsers = [company.browser() for _ in range(6)]
    for each in browsers:
        assert each.get(link).status_code == 200
    fields = {"password": PASSWORD, "password_again": PASSWORD}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda each: each.post(link, fields).status_code, browsers))
    assert sorted(answers) == [303, 404, 404, 404, 404, 404]
    with company.instance.store.read(company.instance.system_context()) as session:
        assert len(list_sessions(session, account.id)) == 1


def test_a_new_invitation_makes_the_one_before_worthless(company: Served, post: MailServer) -> None:
    browser = boss(company)
    first = shown_link(browser.post(NEW, asked(invitation_how="link")).text)
    wen = account_of(company, "wen").id
    browser.get(PLACE)
    second = shown_link(browser.post(f"{PLACE}/{wen}/link").text)
    assert company.browser().get(first).status_code == 404
    assert browser.post(f"{PLACE}/{wen}/mail").status_code == 303
    assert company.browser().get(second).status_code == 404
    # What waits is not sent any more when it was withdrawn.
    assert browser.post(f"{PLACE}/{wen}/withdraw").status_code == 303
    send_due(company)
    assert post.mails == []
    assert [each.state for each in outgoing(company)] == ["failed"]
    assert "Not invited" in browser.get(PLACE).text
    assert deeds(company, wen)[-1] == "invitation_withdrawn"


def test_an_invitation_ends(company: Served) -> None:
    browser = boss(company)
    link = shown_link(browser.post(NEW, asked(invitation_how="link")).text)
    company.clock.forward(days=6, hours=23)
    assert company.browser().get(link).status_code == 200
    company.clock.forward(hours=2)
    assert company.browser().get(link).status_code == 404
    again = company.browser()
    assert again.sign_in("boss", PASSWORD).status_code == 303
    assert "Expired" in again.get(PLACE).text


def test_who_has_a_password_or_came_before_is_not_invited(company: Served) -> None:
    browser = boss(company)
    other = company.add("sun", "admin")
    browser.get(PLACE)
    for verb in ("link", "mail", "withdraw"):
        assert browser.post(f"{PLACE}/{other.id}/{verb}").status_code == 404
    assert ">Sun<" not in browser.get(PLACE).text


def test_what_is_wrong_stands_beside_its_input_and_nothing_is_lost(company: Served) -> None:
    browser = boss(company)
    for fields, said in (
        (asked(login="boss"), "already"),
        (asked(email=""), "Without a mail address"),
        (asked(invitation_how=""), "required"),
    ):
        answer = browser.post(NEW, fields)
        assert answer.status_code == 422
        assert 'value="Wen"' in answer.text
        assert said in answer.text
    assert "Wen" not in browser.get(PLACE).text


def test_groups_are_joined_with_the_invitation(company: Served) -> None:
    program = Program(company, "admin")
    group = program.post("/records/user_group", {"name": "Desk", "roles": ["admin"]}).get_json()
    browser = boss(company)
    assert "Desk" in browser.get(NEW).text
    fields = asked(roles=[], invitation_groups=["", str(group["id"])])
    assert browser.post(NEW, fields).status_code == 303
    wen = account_of(company, "wen")
    assert (wen.roles, wen.group_roles) == (frozenset(), {"admin"})
    # A group that there is not takes everything back.
    fields = asked(login="min", invitation_groups=["999"])
    assert browser.post(NEW, fields).status_code == 404
    assert "Min" not in browser.get(PLACE).text


def test_who_does_not_manage_users_sees_nothing_of_it(company: Served) -> None:
    browser = company.signed_in("plain")
    browser.get("/")
    assert 'href="/invitations"' not in browser.get("/").text
    assert browser.get(PLACE).status_code == 403
    assert browser.post(NEW, asked()).status_code == 403


def test_one_person_gets_only_so_many_mails(company: Served) -> None:
    browser = boss(company)
    browser.post(NEW, asked())
    wen = account_of(company, "wen").id
    answers = [browser.post(f"{PLACE}/{wen}/mail").status_code for _ in range(6)]
    assert answers == [303, 303, 303, 303, 303, 429]
