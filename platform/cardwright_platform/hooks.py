"""What other systems tell: signed messages that set off the rules waiting for them.

A message proves where it comes from by a signature over the moment and the body, as our own
messages do. One that is old or was heard before does nothing again.
"""

from __future__ import annotations

import hmac
import logging
import re

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from cardwright_entities.errors import AuthenticationError, CardwrightError, Message
from cardwright_entities.flows.rules.lists import hear_rule
from cardwright_platform.api.bodies import read_bytes, read_object
from cardwright_platform.current import current_instance, current_request_id
from cardwright_platform.instance import Instance
from cardwright_platform.permissions import signed
from cardwright_platform.worker.webhooks import sign_message

#: Seconds by which the clocks of two systems may differ.
TOLERANCE = 300

_LOG = logging.getLogger("cardwright")
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,59}")
_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")

pages = Blueprint("hooks", __name__)


@pages.post("/hooks/<rule>")
@signed
def hear(rule: str) -> ResponseReturnValue:
    """Take one message for a rule: its steps are a job, which a second time is the same one."""
    instance = current_instance()
    message = request.headers.get("Cardwright-Id", "")
    try:
        _check(instance, rule, message)
        body = read_object()
        with instance.engine.write(instance.system_context()) as desk:
            job = hear_rule(desk.records, instance.jobs, rule, body, message)
    except CardwrightError as error:
        _note(rule, error)
        raise
    answer: Response = jsonify(job=job)
    return answer, 202


def hook_secret(instance: Instance, rule: str) -> str:
    """Return the secret with which another system signs what it tells a rule."""
    return instance.key_for(f"hook/{rule}").hex()


def _note(rule: str, error: CardwrightError) -> None:
    """Leave a line in the log for whoever wonders why nothing happens; nothing of what was sent."""
    _LOG.warning(
        "hook refused: rule %s from %s: %s (%s)",
        rule if _NAME.fullmatch(rule) else "?",
        request.remote_addr,
        error.message.code,
        current_request_id(),
    )


def _check(instance: Instance, rule: str, message: str) -> None:
    """Raise AuthenticationError for a message that is unsigned, forged or old.

    The secret of a rule that is not there exists too: nobody learns which rules there are.
    """
    found = _SIGNATURE.fullmatch(request.headers.get("Cardwright-Signature", ""))
    if found is None or not _ID.fullmatch(message):
        raise AuthenticationError(Message("bad_signature"))
    moment, given = found.groups()
    signed_body = message.encode() + b"." + read_bytes()
    wanted = sign_message(hook_secret(instance, rule), moment, signed_body)
    is_late = abs(instance.clock().timestamp() - int(moment)) > TOLERANCE
    if not hmac.compare_digest(wanted, given) or is_late:
        raise AuthenticationError(Message("bad_signature"))
