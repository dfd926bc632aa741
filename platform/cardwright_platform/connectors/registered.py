"""The connectors there are, and the one that the operator chose."""

from __future__ import annotations

from collections.abc import Iterable

from cardwright_platform.config import Config
from cardwright_platform.connectors.connector import Connector, ConnectorError, Setup
from cardwright_platform.connectors.http_connector import HttpConnector
from cardwright_platform.security.outbound import post

#: A new connector of the product is added here and nowhere else.
BUILTIN_CONNECTORS: tuple[type[Connector], ...] = (HttpConnector,)


def connect(config: Config, brought: Iterable[type[Connector]]) -> Connector | None:
    """Return what sends short messages, None for nothing; raise ConnectorError."""
    if not config.sms_connector:
        return None
    known = {each.name: each for each in (*BUILTIN_CONNECTORS, *brought)}
    if config.sms_connector not in known:
        names = ", ".join(sorted(known))
        raise ConnectorError(f"sms_connector: there is no '{config.sms_connector}'; use {names}")
    return known[config.sms_connector](
        Setup(
            options=config.sms_options,
            secret=config.sms_secret,
            post=lambda url, body, headers: post(
                url, body, headers, allowed=config.outbound_networks
            ),
        )
    )
