"""Child: short texts and their values → plain text, as JSON; nothing is escaped or fetched."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from cardwright_platform.confined.boundaries import run
from cardwright_platform.confined.write_mail import one_line
from cardwright_platform.confined.write_print import environment_of, render


def write_texts(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write what each text says to the output, line by line without what nobody sees."""
    environment = environment_of({**request, "partials": {}}).overlay(autoescape=False)
    said = {
        name: "\n".join(map(one_line, render(environment, text, request).splitlines())).strip()
        for name, text in request["partials"].items()
    }
    sys.stdout.buffer.write(json.dumps(said).encode())
    sys.stdout.buffer.flush()
    return {}


if __name__ == "__main__":
    run(write_texts)
