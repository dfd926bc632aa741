"""What linking finds wrong with a pack that was just written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError, Problem
from cardwright_metadata.type_catalogue import TypeCatalogue

Refused = Callable[[str], list[Problem]]


@pytest.fixture
def refused(write_pack: Callable[..., Pack], types: TypeCatalogue) -> Refused:
    """Return the problems of definitions that must be refused, each with its place."""

    def refuse(text: str) -> list[Problem]:
        with pytest.raises(MetadataError) as raised:
            build_catalog([write_pack(text)], types)
        assert all(each.place is not None for each in raised.value.problems)
        return list(raised.value.problems)

    return refuse
