"""A report, as a browser without any network opens it from the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from libraries import FIRST, SERVICE, fill, task_of
from playwright.sync_api import expect

import mj_widgets as mj
from browser.test_accessibility import LEVELS
from mj_widgets.archive.marks import Spot
from mj_widgets.session.settings import library as the_library

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

Opened = Callable[..., "Page"]
COUNT = 8


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Seven grids, of which one has five stars, and a task that failed."""
    library = the_library()
    fill(library, COUNT - 1, side=64)
    failed = {"prompt": "红狐 --ar 1:1", "status": "FAILURE", "failReason": "banned: 红"}
    library.save(task_of(COUNT - 1, **failed), service=SERVICE)
    library.marks.change([Spot(SERVICE, str(FIRST + 2))], rating=5, flag="pick")
    library.marks.change([Spot(SERVICE, str(FIRST + 3))], rating=1, flag="reject")
    return mj.tasks().sort("time").to_html(tmp_path / "report.html", title="狐 & foxes")


@pytest.fixture
def opened(chromium: Browser, report: Path) -> Iterator[Opened]:
    """Opens the report; that it asked for nothing, and that nothing went wrong, is said after."""
    asked: list[str] = []
    wrong: list[str] = []
    contexts = []

    def get(theme: str = "light", width: int = 1600) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
            offline=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(report.as_uri())
        return page

    yield get
    for context in contexts:
        context.close()
    assert {url for url in asked if not url.startswith("data:")} == {report.as_uri()}
    assert not wrong


def test_every_picture_is_there_without_network(opened: Opened) -> None:
    page = opened(width=700)
    expect(page).to_have_title("狐 & foxes")
    pictures = page.locator(".picture img")
    expect(pictures).to_have_count(COUNT - 1)
    for image in pictures.all():
        image.scroll_into_view_if_needed()
        assert image.evaluate("async (one) => { await one.decode(); return one.naturalWidth; }")


def test_a_click_enlarges_arrows_go_on_and_escape_goes_back(opened: Opened) -> None:
    page = opened()
    page.locator("button.picture").nth(1).click()
    large = page.locator("dialog img")
    expect(page.get_by_role("dialog")).to_be_visible()
    second = page.locator(".picture img").nth(1).get_attribute("src")
    assert large.get_attribute("src") == second
    page.keyboard.press("ArrowRight")
    assert large.get_attribute("src") == page.locator(".picture img").nth(2).get_attribute("src")
    page.get_by_role("button", name="Earlier").click()
    assert large.get_attribute("src") == second
    page.keyboard.press("ArrowLeft")
    assert large.get_attribute("src") == page.locator(".picture img").first.get_attribute("src")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("button.picture").first).to_be_focused()


def test_by_keyboard_alone_a_picture_opens_and_the_table_is_sorted(opened: Opened) -> None:
    page = opened()
    page.locator("button.picture").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("columnheader", name="rating").get_by_role("button").focus()
    ids = page.locator("table.all tbody td.id")
    page.keyboard.press("Enter")  # what nobody has rated comes last, either way
    assert ids.all_inner_texts()[:2] == [str(FIRST + 3), str(FIRST + 2)]
    page.keyboard.press("Space")
    assert ids.all_inner_texts()[:2] == [str(FIRST + 2), str(FIRST + 3)]
    header = page.get_by_role("columnheader", name="rating")
    expect(header).to_have_attribute("aria-sort", "descending")


def test_numbers_are_sorted_as_numbers(opened: Opened) -> None:
    page = opened()
    page.get_by_role("columnheader", name="--s").get_by_role("button").click()
    column = page.locator("table.all thead th").all_inner_texts().index("--s")
    values = page.locator(f"table.all tbody td:nth-child({column + 1})").all_inner_texts()
    given = [int(value) for value in values if value]
    assert given == sorted(given)
    assert len(set(given)) > 1


@pytest.mark.parametrize("width", [400, 700, 1600])
def test_nothing_is_wider_than_the_window(opened: Opened, theme: str, width: int) -> None:
    page = opened(theme, width)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_axe_finds_nothing(opened: Opened, theme: str) -> None:
    page = opened(theme)
    options = {"runOnly": {"type": "tag", "values": LEVELS}}
    for open_one in (False, True):
        if open_one:
            page.locator("button.picture").first.click()
        found = Axe().run(page, None, options).response
        wrong = [
            (rule["id"], node["html"]) for rule in found["violations"] for node in rule["nodes"]
        ]
        assert not wrong


def test_on_paper_it_is_light_and_the_table_is_whole(opened: Opened) -> None:
    page = opened("dark", 720)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") == 720
    images = page.locator(".picture img").evaluate_all("(all) => all.map((one) => one.complete)")
    assert images == [True] * (COUNT - 1)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert (
        page.locator(".scrolled").evaluate("(one) => getComputedStyle(one).overflowX") == "visible"
    )
