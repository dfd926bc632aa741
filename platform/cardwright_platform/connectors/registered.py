"""The connectors and notice channels there are, and those that the operator chose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cardwright_platform.config import Config
from cardwright_platform.connectors.connector import Connector, ConnectorError, Setup
from cardwright_platform.connectors.http_channel import HttpChannel
from cardwright_platform.connectors.http_connector import HttpConnector
from cardwright_platform.connectors.notice_channel import NoticeChannel
from cardwright_platform.security.outbound import post

#: A new connector of the product is added here and nowhere else.
BUILTIN_CONNECTORS: tuple[type[Connector], ...] = (HttpConnector,)
#: A new kind of notice channel likewise.
BUILTIN_CHANNELS: tuple[type[NoticeChannel], ...] = (HttpChannel,)

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,39}")
_COMMON = frozenset({"uses", "label", "subject_of"})


@dataclass(frozen=True, kw_only=True)
class NoticeWay:
    """A notice channel that the operator has opened."""

    name: str
    label: Mapping[str, str]  #: by language
    channel: NoticeChannel
    subject_of: str = ""  #: the place to sign in whose subject says who somebody is there

    def in_language(self, language: str) -> str:
        """Return what the channel is called."""
        return self.label.get(language) or next(iter(self.label.values()), self.name)


def connect(config: Config, brought: Iterable[type[Connector]]) -> Connector | None:
    """Return what sends short messages, None for nothing; raise ConnectorError."""
    if not config.sms_connector:
        return None
    known = {each.name: each for each in (*BUILTIN_CONNECTORS, *brought)}
    if config.sms_connector not in known:
        names = ", ".join(sorted(known))
        raise ConnectorError(f"sms_connector: there is no '{config.sms_connector}'; use {names}")
    try:
        return known[config.sms_connector](_setup(config, config.sms_options, config.sms_secret))
    except ConnectorError as error:
        raise ConnectorError(f"sms_options: {error}") from error


def open_channels(
    config: Config, brought: Iterable[type[NoticeChannel]]
) -> Mapping[str, NoticeWay]:
    """Return the notice channels by name, in the order they are offered; raise ConnectorError."""
    known = {each.name: each for each in (*BUILTIN_CHANNELS, *brought)}
    return {
        name: _open(config, name, written, known)
        for name, written in config.notice_channels.items()
    }


def _open(
    config: Config, name: str, written: object, known: Mapping[str, type[NoticeChannel]]
) -> NoticeWay:
    where = f"notice_channels: {name}"
    if not _NAME.fullmatch(name):
        raise ConnectorError(f"{where}: use a-z, 0-9 and _ in the name, rules say it")
    if not isinstance(written, Mapping):
        raise ConnectorError(f"{where}: write one 'option: value' a line")
    uses = written.get("uses", HttpChannel.name)
    if uses not in known:
        raise ConnectorError(f"{where}: uses: there is no '{uses}'; use {', '.join(sorted(known))}")
    subject_of = str(written.get("subject_of", ""))
    if subject_of and subject_of not in config.sign_in_providers:
        raise ConnectorError(f"{where}: subject_of: name one of sign_in_providers")
    options = {key: value for key, value in written.items() if key not in _COMMON}
    try:
        channel = known[uses](_setup(config, options, str(config.notice_secrets.get(name, ""))))
    except ConnectorError as error:
        raise ConnectorError(f"{where}: {error}") from error
    label = written.get("label", name)
    if not isinstance(label, Mapping):
        label = dict.fromkeys(config.languages, label)
    return NoticeWay(
        name=name,
        label={str(language): str(text) for language, text in label.items()},
        channel=channel,
        subject_of=subject_of,
    )


def _setup(config: Config, options: Mapping[str, object], secret: str) -> Setup:
    return Setup(
        options=options,
        secret=secret,
        post=lambda url, body, headers: post(url, body, headers, allowed=config.outbound_networks),
    )
