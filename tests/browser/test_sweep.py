"""A sweep in a real JupyterLab: asked for, sent, seen as a sheet, and run again for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from services import CANARY
from sketches import sketching

from browser.test_accessibility import violations
from mj_widgets.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator

    from browser.lab import NotebookPage
    from browser.servers import Theme

SECONDS = 30_000
SETUP = """import os
import mj_widgets as mj
%load_ext mj_widgets
mj.configure({url!r}, {key!r}, library=f"swept-{{os.getpid()}}");"""
LINE = "a {red, blue} fox --s {50, 250}"
SWEEP = f"%mjsweep {LINE}"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A service whose tasks take a second or two."""
    with sketching(speed=30).in_thread() as running:
        yield running


def opened(notebook: NotebookPage, sandbox: Sandbox, theme: Theme, width: int) -> Locator:
    """Run the sweep; return its output, in which the question stands."""
    setup = SETUP.format(url=sandbox.url, key=CANARY)
    notebook.open([setup, SWEEP, SWEEP], theme=theme, viewport=(width, 900))
    notebook.run(0)
    notebook.run(1)
    output = notebook.output(1)
    expect(output.locator(".mj-wall-sweepwords")).to_contain_text("4 jobs are to be sent")
    expect(output.locator(".mj-wall-sweepwords")).to_contain_text("12.50 left", timeout=SECONDS)
    expect(output.locator(".mj-wall-head")).to_have_text(["s 50", "s 250", "red", "blue"])
    return output


def is_inside(inner: Locator, outer: Locator) -> bool:
    """Tell whether all of an element can be seen in the one around it."""
    a, b = inner.bounding_box(), outer.bounding_box()
    assert a is not None
    assert b is not None
    return all(
        b[at] <= a[at] and a[at] + a[size] <= b[at] + b[size]
        for at, size in (("x", "width"), ("y", "height"))
    )


def done(output: Locator, said: str = "4 of 4 done.") -> None:
    expect(output.locator(".mj-wall-sweepwords")).to_have_text(said, timeout=SECONDS)
    expect(output.locator(".mj-wall-tile img[src]:visible")).to_have_count(4)


def test_by_keys_alone_it_is_sent_once_and_run_again_it_asks_nothing(
    notebook: NotebookPage, sandbox: Sandbox
) -> None:
    output = opened(notebook, sandbox, "dark", 700)
    assert not sandbox.posts
    assert violations(notebook, ".mj-gallery") == []
    send = output.get_by_role("button", name="Send 4 jobs")
    output.locator(".jp-OutputArea-child, .mj-gallery").first.evaluate("e => e.scrollIntoView()")
    for _ in range(60):
        notebook.page.keyboard.press("Tab")
        if send.evaluate("one => one === document.activeElement"):
            break
    expect(send).to_be_focused()
    notebook.page.keyboard.press("Enter")
    done(output)
    assert len(sandbox.posts) == 4
    assert violations(notebook, ".mj-gallery") == []

    notebook.run(2)
    done(notebook.output(2), "4 of 4 done, 4 known from before.")
    assert len(sandbox.posts) == 4


def test_by_mouse_alone_not_now_keeps_it_and_send_the_rest_sends_it(
    notebook: NotebookPage, sandbox: Sandbox
) -> None:
    output = opened(notebook, sandbox, "light", 1600)
    output.get_by_role("button", name="Not now").click()
    words = output.locator(".mj-wall-sweepwords")
    expect(words).to_contain_text("0 of 4 done, 4 not sent")
    expect(output.locator(".mj-wall-tile", has_text="Not sent")).to_have_count(4)
    assert not sandbox.posts
    assert violations(notebook, ".mj-gallery") == []
    again = output.get_by_role("button", name="Send the 4 left")
    assert is_inside(again, output.locator(".mj-wall-sweep"))
    again.dblclick()
    done(output)
    assert len(sandbox.posts) == 4


def test_a_cell_that_failed_is_tried_again_by_its_button(
    notebook: NotebookPage, sandbox: Sandbox
) -> None:
    output = opened(notebook, sandbox, "light", 1100)
    sandbox.faults.next("402", path="/submit/", skip=3)
    output.get_by_role("button", name="Send 4 jobs").click()
    words = output.locator(".mj-wall-sweepwords")
    expect(words).to_contain_text("3 of 4 done, 1 failed", timeout=SECONDS)
    failed = output.locator(".mj-wall-tile[data-tone=failed]")
    failed.hover()
    output.get_by_role("button", name="Try again").click()
    done(output)
    assert len(sandbox.posts) == 5


@pytest.mark.parametrize("theme", ["light", "dark"], indirect=True)
def test_it_looks_as_in_the_readme(notebook: NotebookPage, theme: Theme) -> None:
    line = "{a red fox, an old castle, a lighthouse} at dawn --ar 3:2 --s {50, 250, 750}"
    with Sandbox(speed=100).in_thread() as sandbox:
        setup = SETUP.format(url=sandbox.url, key=CANARY)
        show = f"mj.sweep({line!r}, confirm=9).sheet(size=190, height=600)"
        notebook.open([setup, show], theme=theme, viewport=(1000, 1000))
        notebook.run_all()
        output = notebook.output(1)
        words = output.locator(".mj-wall-sweepwords")
        expect(words).to_have_text("9 of 9 done.", timeout=2 * SECONDS)
        output.get_by_role("listbox").focus()
        for key in ("Home", "4", "5", "3", "2", "4", "x", "3", "p"):
            notebook.page.keyboard.press(key)
        expect(output.locator(".mj-wall-tile img[src]:visible")).to_have_count(9)
        notebook.wait_still()
        notebook.screenshot(f"sweep-{theme}", of=output.locator(".mj-gallery"))
