"""Child: the template of a print and its values → HTML. No files, no network, no database."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

from jinja2 import ChainableUndefined, DictLoader, Environment, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cardwright_platform.confined.boundaries import Refusal, run
from cardwright_platform.confined.fetched_addresses import refuse_addresses
from cardwright_platform.confined.print_cells import decode, told
from cardwright_platform.confined.print_functions import filters, functions
from cardwright_platform.confined.watermarks import watermark_html

#: What a template may make of a text or a list by multiplying it.
_LONGEST = 1_000_000
_BIGGEST_POWER = 100
_GLOBALS = ("range", "dict", "namespace", "joiner", "cycler")
_STYLE_END = re.compile("</style", re.IGNORECASE)

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<style>{style}</style></head>
<body>
"""


class PrintEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox in which nothing swells by a single operation."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def unsafe_undefined(self, obj: Any, attribute: str) -> Any:
        """Refuse what reaches for the insides of Python, instead of printing nothing."""
        raise SecurityError(f"{type(obj).__name__}.{attribute}")

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Refuse operations whose result would be huge."""
        if operator == "%" and isinstance(left, str):
            raise SecurityError("formatting with %")
        if operator == "*":
            sizes = [len(each) for each in (left, right) if isinstance(each, str | list | tuple)]
            times = [each for each in (left, right) if isinstance(each, int)]
            if sizes and times and sizes[0] * times[0] > _LONGEST:
                raise Refusal("print_too_large")
        if operator == "**" and abs(right) > _BIGGEST_POWER:
            raise Refusal("print_too_large")
        return super().call_binop(context, operator, left, right)


def write_print(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write the document to the output; refuse what is too much, or reaches outside."""
    written = render(environment_of(request), request["template"], request)
    refuse_addresses(written)
    mark = watermark_html(request["watermark"])
    document = _head(request) + written + mark + "\n</body></html>\n"
    sys.stdout.buffer.write(document.encode())
    sys.stdout.buffer.flush()
    return {}


def environment_of(request: Mapping[str, Any]) -> PrintEnvironment:
    """Return what the templates of a request are rendered in."""
    environment = PrintEnvironment(
        autoescape=True,
        undefined=ChainableUndefined,
        loader=DictLoader(dict(request["partials"])),
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=told if request.get("numbers") else None,
    )
    environment.globals = {name: environment.globals[name] for name in _GLOBALS}
    environment.globals |= functions(decode(request["settings"]))
    environment.filters |= filters(request["language"], numbers=bool(request.get("numbers")))
    return environment


def render(environment: Environment, template: str, request: Mapping[str, Any]) -> str:
    """Return what a template makes of the values; raise Refusal for whatever goes wrong."""
    try:
        pieces = environment.from_string(template).generate(decode(request["values"]))
        return _bounded(pieces, request["most"])
    except SecurityError as error:
        raise Refusal("print_forbidden", what=str(error)[:200]) from error
    except TemplateError as error:
        raise Refusal("print_failed", reason=str(error)[:200]) from error
    except (OverflowError, RecursionError) as error:
        raise Refusal("print_too_large") from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Refusal("print_failed", reason=str(error)[:200]) from error


def _bounded(pieces: Any, most: int) -> str:
    written: list[str] = []
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > most:
            raise Refusal("print_too_large")
        written.append(piece)
    return "".join(written)


def _head(request: Mapping[str, Any]) -> str:
    title = request["title"].replace("&", "&amp;").replace("<", "&lt;")
    style = _STYLE_END.sub("", request["style"])
    return _PAGE.format(language=request["language"], title=title, style=style)


if __name__ == "__main__":
    run(write_print)
