"""After a restore nothing goes to the outside until somebody lets it."""

from __future__ import annotations

from pathlib import Path

from outgoing import outgoing, send_due
from serving import PACKS, Program, serve
from sms_provider import sms_provider

from cardwright_entities.restores import note_restore


def test_nothing_is_sent_after_a_restore_until_somebody_says_so(tmp_path: Path) -> None:
    pack = tmp_path / "posts"
    pack.mkdir()
    (pack / "pack.yaml").write_text(
        "kind: pack\nname: posts\nlabel: {zh: 角色, en: Roles}\nlanguage: 1\n---\n"
        "kind: role\nname: postmaster\nlabel: {zh: 消息管理员, en: Postmaster}\n"
        "features: [see_messages]\n",
        "utf-8",
    )
    with sms_provider() as provider:
        served = serve("", tmp_path, PACKS / "letters", pack, **provider.settings())
        context = served.instance.system_context()
        with served.instance.engine.write(context) as desk:
            note_restore(desk.session, context.now)
            desk.records.create("visit", {"name": "屋顶", "mobile": "13800138000"})
        send_due(served)
        (held,) = outgoing(served, channel="sms")
        assert (held.state, held.attempts) == ("waiting", 0)
        assert held.reason is not None
        assert held.reason["code"] == "outbox_restored"
        program = Program(served, "postmaster", login="pat")
        assert "was restored as of" in program.get("/outbox").get_json()["held"]
        browser = served.signed_in("pam", "postmaster")
        page = browser.get("/outbox").text
        assert "was restored as of 2026-03-02 20:00" in page
        assert browser.post("/outbox/release").status_code == 303
        assert "was restored as of" not in browser.get("/outbox").text.partition("cw-jobs")[0]
        assert program.post("/outbox/release", {}).get_json() == {"released": False}
        assert program.get("/outbox").get_json()["held"] is None
        assert Program(served, login="eve").post("/outbox/release", {}).status_code == 403
        send_due(served)
        assert [each.state for each in outgoing(served, channel="sms")] == ["sent"]
        served.instance.close()
