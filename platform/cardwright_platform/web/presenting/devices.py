"""What a browser says of itself in the few words by which its owner knows it."""

from __future__ import annotations

#: Names by the word that gives them away; who pretends to be another comes before him.
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)

_LONGEST = 60


def device_name(agent: str) -> str:
    """Return Chrome · Windows of a User-Agent; of one that nobody knows its beginning."""
    known = [_named(agent, _BROWSERS), _named(agent, _SYSTEMS)]
    return " · ".join(each for each in known if each) or agent[:_LONGEST] or "?"


def _named(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for word, name in names if word in agent), "")
