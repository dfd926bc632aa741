"""Is the server alive, is it ready, and how is it doing: for machines that watch it."""

from __future__ import annotations

import resource
import sys

from flask import Blueprint, Response, jsonify

from cardwright_entities.accounts.opening import Opened
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import static

pages = Blueprint("probes", __name__)


@pages.get("/healthz")
@static
def alive() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
@static
def ready() -> Response:
    """Say that the database answers and a catalog is in use; 503 otherwise."""
    return jsonify(status="ok", commit=_look().model.commit)


@pages.get("/reload")
@static
def commit() -> Response:
    """Say which commit is in use: a page that began with another one reloads itself."""
    return jsonify(commit=_look().model.commit)


@pages.get("/metrics")
@static
def metrics() -> Response:
    """Give figures in the text format of Prometheus; they name no person and no record."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures = {
        "cardwright_commit": _look().model.commit,
        "cardwright_peak_memory_bytes": peak if sys.platform == "darwin" else peak * 1024,
        "cardwright_entities": len(_look().model.catalog.entities),
    }
    lines = [f"# TYPE {name} gauge\n{name} {value}\n" for name, value in figures.items()]
    return Response("".join(lines), mimetype="text/plain; version=0.0.4")


def _look() -> Opened:
    instance = current_instance()
    with instance.store.read(instance.system_context()) as session:
        return instance.openings.read(session)
