"""Routes that compile what builds their addresses when one is first built, not at every start.

There are hundreds, and most of the time of putting an application together went there.
"""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import Rule


class Route(Rule):
    """A rule of the library's, matched as ever."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        # What a route calls its parts must not meet a name of ours.
        def build(route: Route, /, **parts: object) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(Route, route)._compile_builder(append_unknown))
            return compiled[0](route, **parts)

        return build
