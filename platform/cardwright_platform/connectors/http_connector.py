"""The connector ``http``: any provider that takes a message by one signed POST.

The operator writes address, headers, body and signatures in ``sms_options``; what is filled in
comes from the message, the secret from the environment.
"""

from __future__ import annotations

import json
from typing import ClassVar

from cardwright_platform.connectors.connector import Setup, ShortMessage
from cardwright_platform.connectors.http_posting import HttpPosting

#: What the message gives to fill in.
NAMES = (
    "id", "number", "national", "text", "template", "values", "values_json", "values_list",
)  # fmt: skip


class HttpConnector:
    """Posts a short message as the operator writes it."""

    name: ClassVar[str] = "http"

    def __init__(self, setup: Setup) -> None:
        self._posting = HttpPosting(setup, NAMES)

    def send(self, message: ShortMessage) -> str:
        """Post a message; raise Refused or Away with what the provider answered."""
        said = {
            "id": message.id,
            "number": message.number,
            "national": message.number.removeprefix("+86"),
            "text": message.text,
            "template": message.template,
            "values": dict(message.values),
            "values_json": json.dumps(dict(message.values), ensure_ascii=False),
            "values_list": list(message.values.values()),
        }
        return self._posting.post(message.moment, said)
