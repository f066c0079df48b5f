"""Cards in Voilà: a notebook that is run for each visitor, and shown as a page without code."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

from browser.lab import SCREENSHOTS, as_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

SETUP = """%load_ext mj_widgets
import ipywidgets as ipw, mj_widgets as mj
from mj_widgets.session import settings
s = mj.configure("sandbox", library="library")
settings.sandbox().options.speed = 20"""
INTERACT = """def show(of):
    display(mj.TaskWidget(of))
i = ipw.interact(show, of=["1747132423020537", "1747132423020535"])"""
CELLS = [
    SETUP,
    "w = %mjfetch 1747132423020537\nw",
    INTERACT,
]
SECONDS = 90_000
ADDRESS = re.compile(r"running at:\s+(http://\S+)\s")


def address_of(server: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until Voilà says where it listens: somebody else may have taken the port meanwhile."""
    until = time.monotonic() + 60
    while not (found := ADDRESS.search(log.read_text())):
        assert server.poll() is None
        assert time.monotonic() < until
        time.sleep(0.1)
    return found[1]


@pytest.fixture(scope="module")
def voila(
    clean_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a Voilà with one notebook."""
    home: Path = tmp_path_factory.mktemp("voila")
    nbformat.write(as_notebook(CELLS), home / "cards.ipynb")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "voila", "cards.ipynb", "--no-browser", f"--port={port}"]
    with (home / "voila.log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=home, env=dict(clean_environment), stdout=log, stderr=log
        )
    try:
        yield address_of(server, home / "voila.log")
    finally:
        server.terminate()
        server.wait(30)
        print((home / "voila.log").read_text()[-4000:])


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that is not watched: Voilà itself asks other hosts, in vain."""
    with chromium.new_context(viewport={"width": 1000, "height": 1600}) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext, voila: str) -> Page:
    page = context.new_page()
    page.goto(voila, timeout=SECONDS)
    return page


def test_a_card_lives_its_copy_is_hidden_and_is_not_called_old(page: Page) -> None:
    cards = page.locator(".mj-card").filter(visible=True)
    expect(cards).to_have_count(2, timeout=SECONDS)
    for card in cards.all():
        expect(card.locator(".mj-tile img:not([hidden])")).to_have_count(4, timeout=SECONDS)
    copies = page.locator("[data-mj-static]")
    expect(copies).to_have_count(2)
    assert all(copy.is_hidden() for copy in copies.all())
    page.wait_for_timeout(4_000)  # a card looks at its copy three seconds after it has changed
    expect(page.locator(".mj-stale").filter(visible=True)).to_have_count(0)

    button = cards.first.get_by_role("button", name=re.compile("^U2"))
    button.click()
    expect(cards.first.locator(".mj-card .mj-tile img:not([hidden])")).to_have_count(
        1, timeout=SECONDS
    )
    page.screenshot(path=SCREENSHOTS / "voila.png", full_page=True)
