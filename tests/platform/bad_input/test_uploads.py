"""What is brought as a file is only ever saved, whatever it says it is, and only by whoever may."""

from __future__ import annotations

import io
from collections.abc import Iterator

from odd_input.ground import Ground, Person, bring_file

_SCRIPT = b"<script>window.__xss = 1</script>"
_XML = b"<?xml version='1.0'?>"
#: Contents in which a browser or a desktop would run something, each of another kind.
ACTIVE: dict[str, bytes] = {
    "html": b"<!doctype html>" + _SCRIPT,
    "html without a type": _SCRIPT,
    "html after space": b" " * 2_000 + _SCRIPT,
    "html after a byte order mark": b"\xef\xbb\xbf" + _SCRIPT,
    "html in utf-16": "\ufeff<script>1</script>".encode("utf-16-le"),
    "html in utf-7": b"+ADw-script+AD4-1+ADw-/script+AD4-",
    "xhtml": _XML + b"<html xmlns='http://www.w3.org/1999/xhtml'>" + _SCRIPT + b"</html>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "svg with a type": _XML + b"<svg xmlns='http://www.w3.org/2000/svg'>" + _SCRIPT + b"</svg>",
    "xml with a style sheet": _XML + b"<?xml-stylesheet type='text/xsl' href='x.xsl'?><a/>",
    "xslt": _XML + b"<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>",
    "mathml": b"<math href='javascript:alert(1)'>x</math>",
    "javascript": b"alert(1)",
    "module": b"export default alert(1)",
    "json": b'{"a": "<script>"}',
    "css": b"@import 'http://evil.example/x.css';",
    "manifest": b"CACHE MANIFEST\n*\n",
    "mhtml": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + _SCRIPT,
    "mail": b"From: a@b\r\nContent-Type: text/html\r\n\r\n" + _SCRIPT,
    "pdf": b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
    "pdf and html": b"%PDF-1.4\n" + _SCRIPT,
    "flash": b"FWS\x09" + b"\0" * 40,
    "java": b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 40,
    "wasm": b"\0asm\1\0\0\0",
    "shortcut": b"[InternetShortcut]\nURL=file:///etc/passwd\n",
    "hta": b"<hta:application/>" + _SCRIPT,
    "vcard": b"BEGIN:VCARD\nURL:javascript:alert(1)\nEND:VCARD\n",
    "calendar": b"BEGIN:VCALENDAR\nURL:javascript:alert(1)\nEND:VCALENDAR\n",
    "program": b"MZ" + b"\0" * 60 + _SCRIPT,
    "shell script": b"#!/bin/sh\nexit 1\n",
    "zip": b"PK\x03\x04" + b"\0" * 30 + _SCRIPT,
}
NAMES = ("a.html", "a.svg", "a.png", "a.html.jpg", "a", "a.html\u202egnp.", "a.PHP;.png")
DECLARED = ("text/html", "image/png", "image/svg+xml", "application/octet-stream", "")


def brought(ground: Ground, *, of: int) -> Iterator[tuple[str, str, int]]:
    """Bring each content under a name and a type that it says it has; one of two on an engine."""
    token = {"Authorization": f"Bearer {ground.chief.token}"}
    turn = 0
    for kind, content in ACTIVE.items():
        for name in NAMES:
            for declared in DECLARED:
                turn += 1
                if turn % 2 != of:
                    continue
                part = (io.BytesIO(content), name, declared or None)
                answer = ground.chief.client.post(
                    "/api/v1/files", data={"file": part}, headers=token
                )
                assert answer.status_code == 201, answer.text
                yield f"{kind} as {name!r}, {declared}", "/files/", int(answer.get_json()["id"])


def test_nothing_active_is_ever_shown_in_place(ground: Ground) -> None:
    token = {"Authorization": f"Bearer {ground.chief.token}"}
    shown, count = [], 0
    half = int(ground.served.instance.store.dialect == "sqlite")
    for about, _, number in brought(ground, of=half):
        for path in (f"/files/{number}", f"/files/{number}/a.html", f"/api/v1/files/{number}"):
            headers = token if path.startswith("/api/") else {}
            answer = ground.chief.client.get(path, headers=headers)
            count += 1
            told = answer.headers
            if (
                answer.status_code != 200
                or not told["Content-Disposition"].startswith("attachment")
                or told["X-Content-Type-Options"] != "nosniff"
                or told["Content-Security-Policy"] != "default-src 'none'; sandbox"
            ):
                shown.append((about, path, told.get("Content-Disposition")))
            answer.close()
    assert shown == []
    assert count > 1_000


_CANARY = b"only-for-its-owner-6f1c"
#: Every way in which a number of a file gets its content, its name or its first rows.
PLACES = (
    "/files/{}", "/files/{}/a.csv", "/files/{}/..%2f{}", "/api/v1/files/{}",
    "/import/firm/{}", "/import/firm/{}?encoding=utf-8", "/import/area/{}",
)  # fmt: skip
_WAYS: tuple[dict[str, str], ...] = (
    {},
    {"Range": "bytes=0-9"},
    {"If-Range": "x", "Range": "bytes=-9"},
    {"If-None-Match": "*"},
    {"If-Match": "*"},
    {"If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT"},
)


def test_files_of_others_give_no_byte_to_anybody(ground: Ground) -> None:
    """Who knows a number knows nothing: not whether it is there, how large it is, what it was."""
    ours = bring_file(ground.clerk, b"name\n" + _CANARY + b"\n", "secret-name-6f1c.csv")
    assert _CANARY in _content(ground.clerk, f"/files/{ours}")
    nobody = ground.served.browser().client
    for place in PLACES:
        for way in _WAYS:
            token = {"Authorization": f"Bearer {ground.chief.token}"}
            headers = {**way, **(token if place.startswith("/api/") else {})}
            for client in (ground.chief.client, nobody):
                sent = headers if client is ground.chief.client else way
                for method in ("GET", "HEAD"):
                    answer = client.open(place.format(ours, ours), method=method, headers=sent)
                    told = answer.data + str(answer.headers).encode()
                    assert answer.status_code in (303, 401, 404, 422), (place, way)
                    assert _CANARY not in told
                    assert b"secret-name" not in told
                    answer.close()
    for entity, field in (("firm", "note"), ("visit", "paper")):
        body = {"name": "x", field: ours, "file": ours}
        headers = {"Authorization": f"Bearer {ground.chief.token}"}
        taken = ground.chief.client.post(f"/api/v1/records/{entity}", json=body, headers=headers)
        assert taken.status_code in (404, 422), taken.text


def _content(person: Person, path: str) -> bytes:
    answer = person.client.get(path)
    content = bytes(answer.data)
    answer.close()
    return content
