"""A company in which every label and every value would run if a page let it, served twice."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from active.names import POST, REPORT, ROLE, write_names
from active.payloads import text_of
from odd_input.labels import write_pack
from outgoing import send_due
from services.children import free_port
from serving import PACKS, PASSWORD, Browser, Program, Served, serve
from werkzeug.routing import Rule
from werkzeug.serving import WSGIRequestHandler, make_server

from cardwright_entities.accounts.accounts import set_roles
from cardwright_platform.people import add_user
from cardwright_platform.signing_in import set_password

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOGIN = "walker"
#: Entities whose labels are payloads, and one with a field of every type.
LABELS = {f"trap{number}": text_of(number * 5) for number in range(3)}
ENTITIES = (*LABELS, POST, "keepsake", "room")
_POLICY = "Content-Security-Policy"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Keep the tests' output clean."""


@dataclass(frozen=True)
class House:
    """The application at two addresses: as it is, and without the policy that stops scripts."""

    served: Served
    strict: str
    bare: str
    session: Mapping[str, str]  #: cookies of who walks through it
    records: Mapping[str, int]
    taken: int  #: values that were taken as they were sent

    def addresses(self, entities: tuple[str, ...] = ENTITIES) -> Iterator[str]:
        """Give every page by the routes, with each of the entities and a record that fits."""
        for rule in sorted(self.served.app.url_map.iter_rules(), key=lambda each: each.rule):
            plain = rule.rule.startswith(("/api/", "/static/")) or "GET" not in (rule.methods or ())
            if not plain and not rule.rule.endswith(_NO_PAGES):
                yield from self._filled(rule, entities)

    def _filled(self, rule: Rule, entities: tuple[str, ...]) -> Iterator[str]:
        names = {name for _, name, *_ in _parts(rule)}
        of_entities = "name" in names and not rule.rule.startswith(_OTHER_NAMES)
        for entity in entities if of_entities else ("",):
            path = rule.rule
            for kind, name in _parts(rule):
                name_of = REPORT if rule.rule.startswith("/reports") else entity
                known = {"name": name_of, "record": str(self.records.get(entity, 1))} | _OTHERS
                path = path.replace(f"<{kind}{name}>", known.get(name, "1"))
            yield path
        if rule.rule == "/list/<name>":
            for entity in entities:
                yield f"/list/{entity}?q=%3Cscript%3E__hit(1)%3C/script%3E&query=q"
        if rule.rule == "/search":
            yield "/search?q=%22%3E%3Cimg%20src%3Dx%20onerror%3D__hit(2)%3E"
            yield "/search?q=script"


_OTHERS = {"role": ROLE, "entity": "trap0", "field": "self", "target": "trap0", "theme": "standard"}
#: What answers no page: files, figures for machines.
_NO_PAGES = (
    "/favicon.ico", "/metrics", "/healthz", "/readyz", "/reload", "/count", "/template", ".csv",
    ".xlsx", ".pdf", "/download",
)  # fmt: skip
#: Where a name is not an entity's.
_OTHER_NAMES = ("/reports", "/backups", "/sign-in")


def _parts(rule: Rule) -> list[tuple[str, str]]:
    found = []
    for part in rule.rule.split("<")[1:]:
        kind, colon, name = part.partition(">")[0].rpartition(":")
        found.append((kind + colon, name))
    return found


@contextmanager
def house_in(folder: Path) -> Iterator[House]:
    """Build the house, fill it, and serve it until the block ends."""
    pack = write_pack(folder / "pack", labels=LABELS)
    write_names(pack)
    served = serve("", folder, pack, PACKS / "keepsakes")
    person = add_user(served.instance, login=LOGIN, name=text_of(9, 60), roles=())
    set_password(served.instance, person, PASSWORD)
    program = Program(served, login="program")
    with served.instance.store.write(served.instance.system_context()) as session:
        for account in (person.id, program.account):
            set_roles(session, account, ("chief", "admin", ROLE))
    browser = served.browser()
    signed_in = browser.sign_in(LOGIN, PASSWORD)
    assert signed_in.status_code == 303
    cookies = SimpleCookie("; ".join(signed_in.headers.getlist("Set-Cookie")))
    records, taken = _fill(served, program, browser)
    session = {name: each.value for name, each in cookies.items() if each.value}
    with _listening(served.app) as strict, _listening(_without_policy(served.app)) as bare:
        yield House(served, strict, bare, session, records, taken)
    served.instance.close()


@contextmanager
def _listening(app: WSGIApplication) -> Iterator[str]:
    port = free_port()
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _without_policy(app: WSGIApplication) -> WSGIApplication:
    def bare(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], info: OptExcInfo | None = None
        ) -> Callable[[bytes], object]:
            kept = [each for each in headers if each[0] != _POLICY]
            return start_response(status, kept, info)

        return app(environ, start)

    return bare


def _fill(served: Served, program: Program, browser: Browser) -> tuple[dict[str, int], int]:
    """Make a record of each entity, and send payloads for every field; keep what is taken."""
    file = served.app.test_client().post(
        "/api/v1/files",
        data={"file": (io.BytesIO(text_of(0).encode()), f"{text_of(3, 80)}.txt".replace("/", " "))},
        headers=program.headers,
    )
    files = [file.get_json()["id"]] if file.status_code == 201 else []
    records, taken = {}, 0
    for entity in ENTITIES:
        made = program.post(f"/records/{entity}", {"name": text_of(7, 120)})
        assert made.status_code == 201, made.text
        records[entity], version = made.get_json()["id"], made.get_json()["version"]
        fields = program.get(f"/catalog/{entity}").get_json()["fields"]
        for number, (name, field) in enumerate(fields.items()):
            value: object = None
            for value in (*_values(field, number), *files):
                answer = program.patch(
                    f"/records/{entity}/{records[entity]}", {name: value}, version
                )
                if answer.status_code == 200:
                    version = answer.get_json()["version"]
                    taken += isinstance(value, str | list | dict)
                    break
    for entity, record in records.items():
        browser.get(f"/card/{entity}/{record}")
        gone = program.post(f"/records/{entity}", {"name": text_of(11, 120)}).get_json()["id"]
        browser.post(f"/card/{entity}/{gone}/delete")
    browser.post("/list/keepsake/columns", {"columns": "name"})
    sent = program.post(f"/records/{POST}", {"name": text_of(7, 120), "mail": "a@example.com"})
    assert sent.status_code == 201, sent.text
    send_due(served)
    return records, taken


def _values(field: Mapping[str, Any], number: int) -> Iterator[object]:
    """Give what may be taken by a field, the worst first."""
    if field["relation"] == "lines":
        yield [{"name": text_of(number, 100)}]
        return
    yield text_of(number, 180)
    yield text_of(number + 3, 60)
    yield {text_of(number, 60): text_of(number + 1, 60)}
    yield "javascript:__hit('value')"
    yield "https://example.com/?a=\"><img/src=x/onerror=__hit('url')>"
    yield "https://example.com/'onmouseover=__hit('url')"
    yield "a'><svg/onload=__hit(1)>@example.com"
    yield "=cmd|'/c calc'!A1<img src=x onerror=__hit(1)>"
    yield "name + '<img src=x onerror=__hit(1)>'"
