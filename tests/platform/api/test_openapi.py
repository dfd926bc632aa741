"""The API's description of itself: valid, complete, and only what the caller may do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openapi_spec_validator import OpenAPIV31SpecValidator

from cardwright_platform.api.answers import BASE
from cardwright_platform.api.operations import operation_of

if TYPE_CHECKING:
    from conftest import Caller, Site


def test_the_description_is_valid_for_everybody(site: Site) -> None:
    for roles in (("chief",), ("clerk",), ("guest",), ()):
        document = site.caller(*roles).get("/openapi.json").get_json()
        assert document["openapi"].startswith("3.1")
        OpenAPIV31SpecValidator(document).validate()
    print(len(str(document)))
