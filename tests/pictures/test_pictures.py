"""Pictures of every kind of page, to be looked at: in both languages and widths, light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from screens.album import Album
from screens.flow_scenes import FLOWS, OPERATOR
from screens.looks import LOOKS
from screens.marks import everywhere, on_desks
from screens.scenes import (
    CUSTOMER,
    DESKS,
    EVERYWHERE,
    PHONES,
    import_columns,
    import_done,
    import_tried,
    table_to_import,
)
from screens.screen import Screen

on_phones = pytest.mark.parametrize(
    "screen", [look for look in LOOKS if look.width == "phone"], ids=str, indirect=True
)


def keep(album: Album, screen: Screen, name: str) -> None:
    """Take the pictures and see that no page is wider than its screen or all of one colour."""
    for file in album.take(screen, name):
        with Image.open(file) as picture:
            colours = picture.convert("RGB").getcolors(maxcolors=16)
        assert colours is None, f"{file} shows next to nothing"
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not screen.page.evaluate(wider), f"{name} is wider than the screen"


@everywhere
@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_page_is_kept(screen: Screen, album: Album, name: str) -> None:
    EVERYWHERE[name](screen)
    keep(album, screen, name)


@everywhere
@pytest.mark.parametrize("name", FLOWS)
def test_a_page_of_flowing_documents_is_kept(screen: Screen, album: Album, name: str) -> None:
    FLOWS[name](screen)
    keep(album, screen, name)


@pytest.mark.parametrize("screen", [LOOKS[1]], ids=str, indirect=True)
@pytest.mark.parametrize("name", OPERATOR)
def test_a_page_of_the_operator_is_kept(screen: Screen, album: Album, name: str) -> None:
    OPERATOR[name](screen)
    keep(album, screen, name)


@on_desks
@pytest.mark.parametrize("name", DESKS)
def test_a_page_of_the_desk_is_kept(screen: Screen, album: Album, name: str) -> None:
    DESKS[name](screen)
    keep(album, screen, name)


@on_phones
@pytest.mark.parametrize("name", PHONES)
def test_a_page_of_the_phone_is_kept(screen: Screen, album: Album, name: str) -> None:
    PHONES[name](screen)
    keep(album, screen, name)


@everywhere
def test_the_steps_of_an_import_are_kept(screen: Screen, album: Album, tmp_path: Path) -> None:
    import_columns(screen, table_to_import(tmp_path))
    keep(album, screen, "import-columns")
    import_tried(screen)
    keep(album, screen, "import-tried")
    import_done(screen)
    keep(album, screen, "import-done")


@pytest.mark.parametrize("stranger", LOOKS, ids=str, indirect=True)
def test_the_sign_in_is_kept(stranger: Screen, album: Album) -> None:
    stranger.open("/sign-in")
    keep(album, stranger, "sign-in")


@everywhere
def test_the_second_theme_is_kept(screen: Screen, album: Album) -> None:
    screen.open("/account")
    themes = screen.page.locator("main .cw-switches [name=theme]")
    themes.and_(screen.page.locator("[value=green]")).click()
    expect(screen.page.locator("html")).to_have_attribute("data-theme", "green")
    try:
        for name, path in (("green-list", "/list/customer"), ("green-card", CUSTOMER)):
            screen.open(path)
            keep(album, screen, name)
    finally:
        screen.open("/account")
        with screen.page.expect_response(re.compile("/preferences")):
            themes.and_(screen.page.locator("[value=standard]")).click()
