"""Every scene is read and used by everybody: axe finds nothing serious, by light or in the dark."""

from __future__ import annotations

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from screens.flow_scenes import FLOWS, OPERATOR
from screens.looks import LOOKS
from screens.scenes import DESKS, EVERYWHERE, PHONES, Scene
from screens.screen import Screen

#: On a desk by light and on a phone in the dark; who keeps the installation sees all of it.
KEEPER = replace(LOOKS[1], width="phone", scheme="dark")
READERS = [LOOKS[0], KEEPER]
SERIOUS = {"serious", "critical"}
#: The same of all other scenes, in the other language at each width.
VISITORS = [replace(LOOKS[1], scheme="dark"), LOOKS[2]]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("screen", READERS, ids=str, indirect=True)
def test_pages_of_flowing_documents_have_no_serious_violation(screen: Screen) -> None:
    scenes = FLOWS | (OPERATOR if screen.look == KEEPER else {})
    assert {name: found for name in scenes if (found := violations(screen, name, scenes))} == {}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("screen", VISITORS, ids=str, indirect=True)
def test_pages_of_records_have_no_serious_violation(screen: Screen) -> None:
    scenes = EVERYWHERE | (PHONES if screen.is_phone else DESKS)
    assert {name: found for name in scenes if (found := violations(screen, name, scenes))} == {}


def violations(screen: Screen, name: str, scenes: dict[str, Scene]) -> list[tuple[str, str]]:
    """Come to a page; return what is wrong there, each with the first element that shows it."""
    scenes[name](screen)
    answer = Axe().run(screen.page, options={"resultTypes": ["violations"]}).response
    return [
        (each["id"], each["nodes"][0]["html"][:200])
        for each in answer["violations"]
        if each["impact"] in SERIOUS
    ]
