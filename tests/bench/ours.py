"""The product as gunicorn serves it; the database stands in CARDWRIGHT_DATABASE_URL."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from cardwright_platform.app import create_app as create_product
from cardwright_platform.app import make_theming
from cardwright_platform.config import read_config
from cardwright_platform.instance import open_instance
from cardwright_platform.serving import set_apart_what_stays


def create_app() -> Flask:
    """Return the application of the installation that the environment names."""
    instance = open_instance(read_config(Path(os.environ["CARDWRIGHT_FOLDER"]), os.environ))
    app = create_product(instance, make_theming(instance))
    set_apart_what_stays()
    return app
