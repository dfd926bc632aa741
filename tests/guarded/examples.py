"""Of every request that is meant to change something one that does, for whoever may: by its route.

A route that is not here fails a test: whoever adds one says here what is sent to it, and with that
it is tried with everybody who may not, and in every forged way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import orjson
from guarded.asked import OPEN, OWN, WORKING, Asked, Example, form, program
from guarded.company import Company
from guarded.drafting import DRAFTING
from guarded.emptying import EMPTYING, gone
from guarded.inviting import INVITING
from guarded.keeping_views import KEEPING_VIEWS
from guarded.on_cards import ON_CARDS
from guarded.releasing import release, release_by_program
from guarded.rights import RIGHTS
from guarded.shaping import SHAPING
from guarded.sharing import SHARING
from guarded.signing_out import sign_out_other
from guarded.taking_away import TAKING_AWAY
from guarded.viewing import VIEWING
from guarded.ways_in import (
    choose_notices,
    confirm,
    leave,
    link_elsewhere,
    propose,
    renew,
    turn_off,
    unlink_elsewhere,
)
from guarded.with_passkeys import PASSKEYS
from serving import PASSWORD, Browser

from cardwright_platform.hooks import hook_secret
from cardwright_platform.signing_in import create_link
from cardwright_platform.worker.webhooks import sign_message

# -- one's own account ---------------------------------------------------------------------------


def _own(browser: Browser, path: str, **fields: object) -> Asked:
    """Return what somebody does for himself, and others with the same request for themselves."""
    return Asked(path, form=fields, browser=browser, may=OWN)


def _password(company: Company) -> Asked:
    fields = {"old": PASSWORD, "new": PASSWORD, "new_again": PASSWORD}
    return _own(company.somebody(), "/account/password", **fields)


def _end_session(company: Company) -> Asked:
    browser, _ = company.again()
    page = browser.get("/account").text
    start = page.index("/account/sessions/")
    # One that is not one's own is as little there as one that has ended.
    return Asked(page[start : page.index('"', start)], form={}, browser=browser, shown=OWN)


def _sign_out_others(company: Company) -> Asked:
    return _own(company.again()[0], "/account/sign-out-others")


def _sign_out(company: Company) -> Asked:
    return Asked("/sign-out", form={}, browser=company.somebody(), may=OPEN)


def _sign_in(company: Company) -> Asked:
    company.somebody()  # whoever signs in next may try again
    browser = company.served.browser()
    browser.get("/sign-in")
    fields = {"login": "admin", "password": PASSWORD}
    return Asked("/sign-in", form=fields, browser=browser, may=OPEN)


def _step_in(company: Company) -> Asked:
    browser, step, code = company.door()
    return Asked("/sign-in/step", form={"step": step, "code": code}, browser=browser, may=OPEN)


def _link(company: Company) -> Asked:
    instance = company.served.instance
    account = company.served.add(company.fresh(), password="")
    secret = create_link(instance, account, "set_password").rpartition("/")[2]
    browser = company.served.browser()
    browser.get("/sign-in")
    fields = {"password": PASSWORD, "password_again": PASSWORD}
    return Asked(f"/link/{secret}", form=fields, browser=browser, may=OPEN)


def _read_one(company: Company) -> Asked:
    path = f"/notifications/{company.notification()}"
    return Asked(path, form={}, shown=OWN)  # one of others leads nowhere


def _read_all(company: Company) -> Asked:
    company.notification()
    return form("/notifications/read", OWN)


def _cancelled(company: Company) -> int:
    job = company.job()
    company.api("POST", f"/jobs/{job}/cancel")
    return job


# -- definitions, settings, messages -------------------------------------------------------------


def _hook(company: Company) -> Asked:
    instance = company.served.instance
    body, message = {"name": company.fresh()}, company.fresh()
    moment = str(int(company.served.clock().timestamp()))
    key = hook_secret(instance, "task_told")
    signed = sign_message(key, moment, message.encode() + b"." + orjson.dumps(body))
    headers = {"Cardwright-Id": message, "Cardwright-Signature": f"t={moment},v1={signed}"}
    return Asked("/hooks/task_told", json=body, signature=headers)


def _setting(company: Company) -> Asked:
    return form("/settings", **{"workshop.motto": company.fresh()})


# -- programs ------------------------------------------------------------------------------------


def _change(company: Company) -> Asked:
    made = company.made_task()
    return program(
        f"/records/task/{made['id']}", {"name": company.fresh()}, If_Match=f'"{made["version"]}"'
    )


def _bulk(company: Company) -> Asked:
    made = company.made_task()
    update = {"id": made["id"], "version": made["version"], "name": company.fresh()}
    return program(
        "/records/task/bulk", {"create": [{"name": company.fresh()}], "update": [update]}
    )


def _on_some(company: Company) -> Asked:
    # Each record is done or refused by itself.
    body = {"ids": [company.task()]}
    return Asked("/api/v1/records/task/actions/finish", json=body, shown=OWN)


def _bring_file(company: Company) -> Asked:
    return Asked("/api/v1/files", form={}, files={"file": (b"a", "a.txt")}, may=OWN)


def _read_by_program(company: Company) -> Asked:
    body = {"ids": [company.notification()]}
    return Asked("/api/v1/notifications/read", json=body, shown=OWN)


def _export(company: Company) -> Asked:
    # Whoever may only read may take files out: the job is theirs.
    body = {"format": "csv"}
    return Asked("/api/v1/records/task/export", json=body, may=frozenset({"reading token"}))


def _begin_rule(company: Company) -> Asked:
    body = {"values": {"times": 2}}
    return Asked("/api/v1/records/task/rules/count_all", json=body, may=WORKING)


def _merge_by_program(company: Company) -> Asked:
    stays, goes = company.task(), company.task()
    return program(f"/records/task/{stays}/merge", {"others": [goes]})


def _record(path: str, make: Callable[[Company], object]) -> Example:
    return lambda company: form(path.format(make(company)))


def _told(path: str, make: Callable[[Company], object], body: object = None) -> Example:
    return lambda company: program(path.format(make(company)), body)


_RECORD = "<int(min=1, max=9007199254740991):{}>"
_API_RECORD = f"/api/v1/records/<entity>/{_RECORD.format('record')}"

#: By method and rule.
EXAMPLES: Mapping[tuple[str, str], Example] = MappingProxyType(
    {
        ("POST", "/account/notices"): choose_notices,
        ("POST", "/account/identities/<name>/link"): link_elsewhere,
        ("POST", "/account/identities/<name>/unlink"): unlink_elsewhere,
        ("POST", "/account/password"): _password,
        ("POST", "/account/second-step"): propose,
        ("POST", "/account/second-step/codes"): renew,
        ("POST", "/account/second-step/confirm"): confirm,
        ("POST", "/account/second-step/off"): turn_off,
        ("POST", "/account/sessions/<identifier>/end"): _end_session,
        ("POST", "/account/sign-out-others"): _sign_out_others,
        # All that comes of it is a file, and a row of the log.
        ("POST", "/audit/export"): lambda company: Asked("/audit/export", form={}, changes=False),
        ("POST", "/audit/online/end"): sign_out_other,
        **DRAFTING,
        **EMPTYING,
        ("POST", "/backups"): lambda company: form("/backups"),
        ("POST", "/backups/<name>/delete"): _record("/backups/{}/delete", Company.backup),
        # Told in the log alone.
        ("POST", "/backups/<name>/download"): lambda company: replace(
            form(f"/backups/{company.backup()}/download", old=PASSWORD), changes=False
        ),
        ("POST", "/backups/<name>/verify"): _record("/backups/{}/verify", Company.backup),
        # No pack of this company brings the settings.
        ("POST", "/backups/schedule"): lambda company: replace(
            form("/backups/schedule"), changes=False
        ),
        ("POST", "/card/<name>/<int:record>/delete"): _record("/card/task/{}/delete", Company.task),
        ("POST", "/card/<name>/<int:record>/restore"): _record("/card/task/{}/restore", gone),
        ("POST", "/changes/<int:number>/revert"): _record("/changes/{}/revert", Company.commit),
        ("POST", "/changes/plans/<plan>/apply"): _record("/changes/plans/{}/apply", Company.plan),
        ("POST", "/checks"): lambda company: form("/checks"),
        ("POST", "/compute/<name>"): lambda company: form("/compute/task", name="x"),
        ("POST", "/compute/<name>/<int:record>"): _record("/compute/task/{}", Company.task),
        ("POST", "/hooks/<rule>"): _hook,
        **INVITING,
        **KEEPING_VIEWS,
        **ON_CARDS,
        **RIGHTS,
        **SHAPING,
        **SHARING,
        **PASSKEYS,
        **VIEWING,
        **TAKING_AWAY,
        ("POST", "/jobs/<int:job>/begin"): _record("/jobs/{}/begin", Company.job),
        ("POST", "/jobs/<int:job>/cancel"): _record("/jobs/{}/cancel", Company.job),
        ("POST", "/jobs/<int:job>/resume"): _record("/jobs/{}/resume", _cancelled),
        ("POST", "/link/<secret>"): _link,
        ("POST", "/list/<name>/columns"): lambda company: form(
            "/list/task/columns", OWN, columns="name"
        ),
        ("POST", "/list/<name>/export"): lambda company: form("/list/task/export", all="1"),
        ("POST", "/list/<name>/rules/<rule>"): lambda company: form(
            "/list/task/rules/count_all", WORKING, times="2"
        ),
        ("POST", "/look"): lambda company: Asked(
            "/look", form={"language": "zh"}, may=OPEN, changes=False
        ),
        ("POST", "/notifications/<int:notification>"): _read_one,
        ("POST", "/notifications/read"): _read_all,
        ("POST", "/outbox/<int:message>/again"): _record(
            "/outbox/{}/again", lambda company: company.message("failed")
        ),
        ("POST", "/outbox/<int:message>/give-up"): _record(
            "/outbox/{}/give-up", lambda company: company.message("waiting")
        ),
        ("POST", "/outbox/release"): release,
        ("POST", "/preferences"): lambda company: form("/preferences", OWN, mode="dark"),
        ("POST", "/quick/<name>/<field>/<target>"): lambda company: form(
            "/quick/task/thing/thing", name=company.fresh()
        ),
        ("POST", "/rows/<name>/<lines>/<int:record>"): _record("/rows/task/steps/{}", Company.task),
        ("POST", "/settings"): _setting,
        ("POST", "/sign-in"): _sign_in,
        ("POST", "/sign-in/step"): _step_in,
        ("POST", "/sign-in/with/<name>"): leave,
        ("POST", "/sign-out"): _sign_out,
        ("POST", f"/api/v1/change-sets/{_RECORD.format('change_set')}/undo"): _told(
            "/change-sets/{}/undo", lambda company: company.made_task()["$change_set"]
        ),
        ("POST", "/api/v1/checks"): lambda company: program("/checks"),
        ("POST", "/api/v1/commits/<int(min=1, max=2147483647):number>/revert"): _told(
            "/commits/{}/revert", Company.commit
        ),
        ("POST", "/api/v1/conversions/<conversion>/proposal"): lambda company: program(
            "/conversions/task_to_outcome/proposal", {"sources": [company.task()]}
        ),
        ("POST", "/api/v1/files"): _bring_file,
        ("POST", f"/api/v1/jobs/{_RECORD.format('job')}/cancel"): _told(
            "/jobs/{}/cancel", Company.job
        ),
        ("POST", "/api/v1/notifications/read"): _read_by_program,
        ("POST", f"/api/v1/outbox/{_RECORD.format('message')}/again"): _told(
            "/outbox/{}/again", lambda company: company.message("failed")
        ),
        ("POST", f"/api/v1/outbox/{_RECORD.format('message')}/give-up"): _told(
            "/outbox/{}/give-up", lambda company: company.message("waiting")
        ),
        ("POST", "/api/v1/outbox/release"): release_by_program,
        ("POST", "/api/v1/plans"): lambda company: program(
            "/plans", {"documents": company.documents()}
        ),
        ("POST", "/api/v1/plans/<plan>/apply"): _told("/plans/{}/apply", Company.plan),
        ("POST", "/api/v1/records/<entity>"): lambda company: program(
            "/records/task", {"name": company.fresh()}
        ),
        ("PATCH", _API_RECORD): _change,
        ("DELETE", _API_RECORD): _told("/records/task/{}", Company.task),
        ("POST", f"{_API_RECORD}/actions/<action>"): _told(
            "/records/task/{}/actions/finish", Company.task
        ),
        ("POST", f"{_API_RECORD}/merge"): _merge_by_program,
        ("POST", f"{_API_RECORD}/restore"): _told("/records/task/{}/restore", gone),
        ("POST", "/api/v1/records/<entity>/actions/<action>"): _on_some,
        ("POST", "/api/v1/records/<entity>/aggregate"): lambda company: program(
            "/records/task/aggregate", {"group_by": ["stage"]}
        ),
        ("POST", "/api/v1/records/<entity>/bulk"): _bulk,
        ("POST", "/api/v1/records/<entity>/export"): _export,
        ("POST", "/api/v1/records/<entity>/import"): lambda company: program(
            "/records/task/import", {"file": company.file(), "columns": {"Name": "name"}}
        ),
        ("POST", "/api/v1/records/<entity>/rules/<rule>"): _begin_rule,
        ("POST", "/api/v1/records/<entity>/suggestions"): lambda company: program(
            "/records/task/suggestions", {"name": "x"}
        ),
        ("PATCH", "/api/v1/settings"): lambda company: program(
            "/settings", {"values": {"workshop.motto": company.fresh()}}
        ),
    }
)
