"""What to say on the next page: one message and its undo, in a cookie that is read once."""

from __future__ import annotations

import base64
import binascii
import json

from flask import Response, request

from cardwright_platform.current import current_instance
from cardwright_platform.views.cells import Action
from cardwright_platform.views.frame import Toast
from cardwright_platform.web.urls import is_local, undo_url

_COOKIE = "cw_toast"
_LONGEST = 1_500


def leave_toast(
    response: Response,
    text: str,
    *,
    change_set: int = 0,
    tone: str = "done",
    link: str = "",
    undo: str = "",
) -> Response:
    """Let the next page say something; a change set, or an address to post to, is the way back."""
    said = {"t": text[:300], "c": change_set, "k": tone, "l": link, "u": undo}
    body = json.dumps(said, ensure_ascii=True)
    value = base64.urlsafe_b64encode(body.encode()).decode()
    response.set_cookie(
        _COOKIE,
        value,
        max_age=120,
        httponly=True,
        samesite="Lax",
        secure=current_instance().config.is_https,
    )
    return response


def take_toasts(undo_label: str) -> tuple[Toast, ...]:
    """Return what was left by the page before; ``forget_toast`` then removes it."""
    raw = request.cookies.get(_COOKIE, "")
    if not raw or len(raw) > _LONGEST:
        return ()
    try:
        kept = json.loads(base64.urlsafe_b64decode(raw))
        text, change_set = str(kept["t"]), int(kept["c"])
        tone, link, back = str(kept["k"]), str(kept["l"]), str(kept.get("u", ""))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError, binascii.Error):
        return ()
    undo = None
    back = undo_url(change_set) if change_set else back
    if back and is_local(back):
        undo = Action(label=undo_label, url=back, post=True, icon="arrow-back-up")
    shown = Action(label=text, url=link) if link and is_local(link) else None
    return (Toast(text=text, tone=tone if tone in _TONES else "done", undo=undo, link=shown),)


def forget_toast(response: Response) -> Response:
    """Remove the message from the browser once it was shown."""
    if request.cookies.get(_COOKIE):
        response.delete_cookie(_COOKIE, httponly=True, samesite="Lax")
    return response


_TONES = frozenset({"done", "warning", "danger"})
