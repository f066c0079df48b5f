"""From a prompt to a film without leaving the output: by mouse, and by keys alone."""

from __future__ import annotations

import base64
import io
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from browser.cards import SECONDS, wait_for_pictures
from browser.sights import wait_until_fitted
from mj_widgets.sandbox import Sandbox, Sketches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browser.lab import NotebookPage

MOST_TABS = 250
FOCUSED = "element => element === document.activeElement"


@pytest.fixture
def sandbox(ar: str) -> Iterator[Sandbox]:
    with Sandbox("plus", speed=8, remix=True).in_thread() as running:
        if ar != "16:9":  # whose picture is the README's
            running.kitchen = Sketches(1)
        yield running


class Person(ABC):
    """Somebody who works in one card, and where the newest card in it is."""

    def __init__(self, notebook: NotebookPage, output: Locator) -> None:
        self.notebook, self.page = notebook, notebook.page
        self.card = output.locator(".mj-card").first

    def button(self, name: str) -> Locator:
        """A button of the newest card, or of the panel that is open in it."""
        return self.card.get_by_role("button", name=name, exact=True).first

    @abstractmethod
    def use(self, target: Locator) -> None:
        """Press a button, tick a box, go into a text."""

    @abstractmethod
    def paint(self, canvas: Locator, size: tuple[int, int]) -> np.ndarray:
        """Mark a rectangle, and return the mask that it should be."""

    def press(self, name: str, pictures: int) -> None:
        """Press a button of the newest card, and wait for what comes of it."""
        self.use(self.button(name))
        self.meet_child(pictures)

    def write(self, prompt: str, pictures: int) -> None:
        """Answer the panel that has just opened, with the focus in its text."""
        box = self.card.locator(".mj-panel textarea").first
        expect(box).to_be_focused()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(prompt)
        self.use(self.button("Send"))
        self.meet_child(pictures)

    def meet_child(self, pictures: int) -> None:
        self.card = self.card.locator(".mj-followups > .mj-card:not(.mj-gone)").first
        wait_for_pictures(self.card, pictures)
        expect(self.card.locator(".mj-state").first).to_contain_text("done", timeout=SECONDS)


class WithMouse(Person):
    def use(self, target: Locator) -> None:
        target.click()

    def paint(self, canvas: Locator, size: tuple[int, int]) -> np.ndarray:
        wait_until_fitted(self.page)
        self.button("Rectangle").click()
        self.notebook.wait_still()
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        places = [(0.25, 0.2), (0.5, 0.5), (0.7, 0.6)]
        points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
        self.page.mouse.move(*points[0])
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*point)
        self.page.mouse.up()
        return rectangle(size, *places[0], *places[-1])


class WithKeys(Person):
    def use(self, target: Locator) -> None:
        self.focus(target)
        self.page.keyboard.press("Space")

    def focus(self, target: Locator, key: str = "Tab") -> None:
        expect(target).to_be_enabled()
        for _ in range(MOST_TABS):
            if target.evaluate(FOCUSED):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{target} cannot be reached by {key}")

    def paint(self, canvas: Locator, size: tuple[int, int]) -> np.ndarray:
        self.focus(canvas, "Shift+Tab")
        self.page.keyboard.press("r")
        step = max(1, round(max(size) / 100)) * 5  # with Shift
        start = np.array([size[0] / 2 - 2 * step, size[1] / 2 - 3 * step])
        end = start + np.array([6 * step, 5 * step])
        self.move("ArrowLeft", 2)
        self.move("ArrowUp", 3)
        self.page.keyboard.press("Space")
        self.move("ArrowRight", 6)
        self.move("ArrowDown", 5)
        self.page.keyboard.press("Space")
        return rectangle(size, *(start / size), *(end / size))

    def move(self, arrow: str, times: int) -> None:
        for _ in range(times):
            self.page.keyboard.press(f"Shift+{arrow}")


def rectangle(size: tuple[int, int], *sides: float) -> np.ndarray:
    """A mask that is white between these sides (left, upper, right, lower, from 0 to 1)."""
    white = np.zeros(size[::-1], bool)
    left, upper, right, lower = (round(s * n) for s, n in zip(sides, size * 2, strict=True))
    white[upper:lower, left:right] = True
    return white


def mask_of(body: dict[str, Any]) -> np.ndarray:
    head, _, data = body["maskBase64"].partition(",")
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        return np.asarray(image.convert("L")) == 255


@pytest.mark.parametrize(
    ("by", "ar"),
    [(WithMouse, "1:1"), (WithMouse, "16:9"), (WithKeys, "2:3")],
    ids=["mouse, 1:1", "mouse, 16:9", "keys, 2:3"],
)
def test_from_a_prompt_to_a_film_inside_one_output(
    notebook: NotebookPage, sandbox: Sandbox, by: type[Person], ar: str, page_errors: list[str]
) -> None:
    service = f"mj.configure({sandbox.url!r}, 'any', library={f'library-{by.__name__}-{ar[0]}'!r})"
    setup = f"%load_ext mj_widgets\nimport mj_widgets as mj\n{service}"
    notebook.open(
        [setup, f"%mjimagine --size 460 a red fox in the snow --ar {ar}"], viewport=(900, 1700)
    )
    notebook.run(0)
    notebook.run(1)
    person = by(notebook, notebook.output(1))
    wait_for_pictures(person.card, 4)

    person.use(person.card.get_by_label("Remix"))
    person.use(person.button("V2"))
    person.write(f"a blue fox in the snow --ar {ar}", 4)
    if isinstance(person, WithKeys):
        person.focus(person.card.locator(".mj-tile").nth(0))
        person.page.keyboard.press("ArrowDown")
        person.page.keyboard.press("u")
        person.meet_child(1)
    else:
        person.press("U3", 1)
    person.use(person.button("🖌️ Vary (Region)"))
    expect(person.card.locator(".mj-panel textarea").first).to_be_focused()
    size = sandbox_size(sandbox)
    painted = person.paint(person.card.get_by_role("application"), size)
    notebook.screenshot(f"studio-{ar.replace(':', '-')}", person.card)
    person.use(person.card.locator(".mj-panel textarea").first)
    person.write("a lake in the snow", 4)
    person.press("U1", 1)
    person.use(person.button("🔍 Custom Zoom"))
    person.write("a lake in the snow --zoom 1.7", 4)
    person.press("U1", 1)
    person.use(person.button("🎞️ Animate (Low motion)"))
    # Remix is on at this service: it asks by itself, in the new card.
    person.card = person.card.locator(".mj-followups > .mj-card:not(.mj-gone)").first
    person.use(person.button("Send"))
    film = person.card.locator(".mj-tile[data-movie=true]")
    expect(film).to_be_visible(timeout=SECONDS)
    person.use(film)
    expect(person.card.locator(".mj-tile[data-movie=false] img")).to_be_visible()

    posts = [(record.path.rpartition("/")[2], record.body) for record in sandbox.posts]
    assert [path for path, _ in posts] == [
        *("imagine", "action", "modal"),  # V2, with another prompt
        *("action", "action", "modal"),  # U3, Vary (Region)
        *("action", "action", "modal"),  # U1, Custom Zoom
        *("action", "action", "modal"),  # U1, Animate
    ]
    assert posts[0][1]["prompt"] == f"a red fox in the snow --ar {ar}"
    assert "::variation::2::" in posts[1][1]["customId"]
    assert posts[2][1]["prompt"] == f"a blue fox in the snow --ar {ar}"
    assert "::upsample::3::" in posts[3][1]["customId"]
    assert posts[4][1]["customId"].startswith("MJ::Inpaint::1::")
    assert posts[5][1]["prompt"] == "a lake in the snow"
    assert posts[7][1]["customId"].startswith("MJ::CustomZoom::")
    assert posts[8][1]["prompt"] == "a lake in the snow --zoom 1.7"
    assert posts[10][1]["customId"].startswith("MJ::JOB::animate_low::1::")
    assert posts[11][1]["prompt"] == "a lake in the snow"
    arrived = mask_of(posts[5][1])
    assert arrived.shape == painted.shape
    assert (arrived & painted).sum() / (arrived | painted).sum() >= 0.98
    assert page_errors == []


def sandbox_size(sandbox: Sandbox) -> tuple[int, int]:
    """The size of the newest picture, in pixels."""
    from mj_widgets.sandbox.painting.recipes import size_of

    recipe = list(sandbox.studio.tasks.values())[-1].recipe
    assert recipe is not None
    return size_of(recipe)
