from __future__ import annotations

import logging

import pytest
from serving import PASSWORD, Served

from cardwright_entities.accounts import tokens
from cardwright_platform.signing_in import create_link


def test_no_secret_is_ever_written_down(
    served: Served, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    account = served.add("discreet", "editor")
    with served.instance.store.write(served.instance.system_context()) as session:
        token = tokens.create_token(session, account.id, "test")
    link = create_link(served.instance, account, "sign_in")
    browser = served.browser()
    answers = []
    with caplog.at_level(logging.DEBUG):
        answers.append(browser.sign_in("discreet", "a wrong planted secret"))
        answers.append(browser.sign_in("discreet", PASSWORD))
        cookie = browser.client.get_cookie("cw_session")
        assert cookie is not None
        browser.get("/link/nothing")
        new = "a new planted secret"
        fields = {"old": "a wrong planted secret", "new": new, "new_again": new}
        answers.append(browser.post("/account/password", fields))
        answers.append(browser.get("/list/nothing", Authorization=f"Bearer {token}"))
        answers.append(browser.get("/account"))
    secrets = [PASSWORD, "planted secret", cookie.value, token, link.rpartition("/")[2]]
    secrets += [served.instance.key.hex(), served.instance.key_for("forms").hex()]
    printed = capsys.readouterr()
    written = caplog.text + printed.out + printed.err
    shown = "".join(answer.text for answer in answers)
    assert [secret for secret in secrets if secret in written + shown] == []
    assert "planted" not in repr(served.instance)
    assert served.instance.key.hex() not in repr(served.instance)
