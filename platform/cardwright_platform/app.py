"""create_app: one Flask application around one instance."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

from cardwright_platform import hooks, probes, requests
from cardwright_platform.addresses import Route
from cardwright_platform.api.errors import api_error
from cardwright_platform.api.registered import API_PAGES
from cardwright_platform.current import EXTENSION, Shell, current_instance, current_request_id
from cardwright_platform.failures import explain
from cardwright_platform.instance import Instance
from cardwright_platform.permissions import UndeclaredRouteError, permission_of
from cardwright_platform.security.headers import security_headers
from cardwright_platform.security.numbers import NumberInAddress
from cardwright_platform.theming import Theming, load_themes
from cardwright_platform.web.errors import error_page
from cardwright_platform.web.registered import WEB_PAGES

_MEGABYTE = 1024 * 1024
#: Whoever asks there is a program, and is told of failures as one.
_API = ("/api/", "/hooks/")
#: Every page of the product; plugins add theirs.
PAGES = (probes.pages, hooks.pages, *API_PAGES, *WEB_PAGES)
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class _Application(Flask):
    url_rule_class = Route


def create_app(instance: Instance, theming: Theming) -> Flask:
    """Put the pages around an instance; raise UndeclaredRouteError for a route without rights."""
    app = _Application("cardwright_platform", static_folder=None, template_folder=None)
    app.extensions[EXTENSION] = Shell(instance=instance, theming=theming)
    app.url_map.converters["int"] = NumberInAddress
    _limit(app, instance)
    app.before_request(requests.open_request)
    app.teardown_request(requests.end_request)
    app.after_request(_finish)
    app.register_error_handler(Exception, _fail)
    for pages in PAGES:
        app.register_blueprint(pages)
    for plugin in instance.plugins:
        for pages in plugin.pages:
            app.register_blueprint(pages)
    check_permissions(app)
    if instance.config.trusted_proxies:
        count = instance.config.trusted_proxies
        proxy = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        app.wsgi_app = proxy  # type: ignore[method-assign] # the way Flask documents
    return app


def make_theming(instance: Instance, *, watch: bool = False) -> Theming:
    """Find the installed themes and make ready to draw with them."""
    found = find_spec("cardwright_themes")
    folders = [Path(each) for each in (found.submodule_search_locations or ())] if found else []
    return Theming(
        load_themes(folders),
        instance.words,
        plugin_templates=[each.templates for each in instance.plugins if each.templates],
        cache_folder=None if watch else instance.config.folder / "cache" / "templates",
        watch=watch,
    )


def check_permissions(app: Flask) -> None:
    """Raise UndeclaredRouteError unless every route declares what it needs."""
    silent = []
    for rule in app.url_map.iter_rules():
        try:
            permission_of(app.view_functions[rule.endpoint])
        except UndeclaredRouteError:
            silent.append(f"{rule.rule} ({rule.endpoint})")
    if silent:
        raise UndeclaredRouteError("Routes without a permission: " + ", ".join(sorted(silent)))


def _limit(app: Flask, instance: Instance) -> None:
    config = instance.config
    app.config.update(
        MAX_CONTENT_LENGTH=config.upload_megabytes * _MEGABYTE,
        MAX_FORM_MEMORY_SIZE=8 * _MEGABYTE,
        MAX_FORM_PARTS=20_000,  # an order of 1,000 lines posts some ten inputs a line
        TRUSTED_HOSTS=list(trusted_hosts(instance)),
        PROPAGATE_EXCEPTIONS=False,
    )


def trusted_hosts(instance: Instance) -> tuple[str, ...]:
    """Return the host names that requests may carry."""
    config = instance.config
    named = config.base_url.rpartition("//")[2].rpartition("@")[2]
    host = named.rpartition(":")[0] if ":" in named.rpartition("]")[2] else named
    own = (config.host,) if config.host not in ("0.0.0.0", "::") else ()  # noqa: S104 - compared
    return tuple(dict.fromkeys((*config.trusted_hosts, *own, *_LOOPBACK, *filter(None, [host]))))


def _finish(response: Response) -> Response:
    instance = current_instance()
    for name, value in security_headers(is_https=instance.config.is_https).items():
        response.headers.setdefault(name, value)
    # What a file is sent with by itself lets a browser keep it.
    if response.headers.get("Cache-Control", "no-cache") == "no-cache":
        response.headers["Cache-Control"] = "no-store"
    response.headers["X-Request-Id"] = current_request_id()
    if "public" not in response.headers["Cache-Control"]:
        response.vary.add("Cookie")
    return requests.close_request(response)


def _fail(error: Exception) -> ResponseReturnValue:
    if isinstance(error, RequestRedirect):
        return redirect(error.new_url, error.code)
    failure = explain(error)
    if request.path.startswith(_API):
        return api_error(failure)
    return error_page(failure)
