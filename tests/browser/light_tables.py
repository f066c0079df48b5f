"""Pictures that are compared in a page of their own, and the kernel's part of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Locator

    from browser.front_end import FrontEnd

MODULE = "/comparisons/static/light_table.js"
STYLE = "/comparisons/static/light_table.css"
Colour = tuple[int, int, int]
RED, GREEN, BLUE = (200, 30, 30), (30, 160, 60), (30, 60, 200)


def picture(colours: Sequence[Colour], size: tuple[int, int] = (64, 64)) -> bytes:
    """A PNG of stripes that stand side by side."""
    image = Image.new("RGB", size)
    width = size[0] // len(colours)
    for at, colour in enumerate(colours):
        image.paste(colour, (at * width, 0, (at + 1) * width, size[1]))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


class LightTablePage:
    """The kernel's part of one comparison in a blank page."""

    def __init__(
        self,
        front_end: FrontEnd,
        *pictures: bytes,
        sizes: Sequence[tuple[int, int]] = (),
        **state: Any,
    ) -> None:
        """Show pictures; with *sizes* they have more pixels than their small copies."""
        self.front_end, self.page = front_end, front_end.page
        self.shown = [self.seen(at, data, sizes) for at, data in enumerate(pictures, 1)]
        usual = {
            "shown": self.shown,
            "a": 0,
            "b": 1,
            "mode": "side",
            "height": 400,
            "numbers": {},
            "steps": False,
            "is_inside": False,
            "twin": "",
            "twin_revision": 0,
        }
        front_end.mount(MODULE, usual | state, css=STYLE)
        self.frames()

    @staticmethod
    def seen(
        key: int, data: bytes, sizes: Sequence[tuple[int, int]] = (), trouble: str = ""
    ) -> dict[str, Any]:
        """A picture as the page has it."""
        width, height = sizes[key - 1] if sizes else Image.open(io.BytesIO(data)).size
        size = {"width": width, "height": height}
        return {"key": key, "title": f"fox {key}", "small": data, "trouble": trouble, **size}

    def frames(self) -> None:
        """Let the page paint, and its pictures be there."""
        self.page.evaluate(
            """async () => {
                for (let left = 6; left; left--) await new Promise(requestAnimationFrame);
                const areThere = () => Promise.all(
                    [...document.querySelectorAll("img[src]")].map((image) => image.decode()));
                await areThere().catch(areThere); // one may have been replaced meanwhile
                for (let left = 4; left; left--) await new Promise(requestAnimationFrame);
            }"""
        )

    @property
    def over(self) -> Locator:
        """Where one lies over the other."""
        return self.front_end.view.locator(".mj-light-over")

    @property
    def stage(self) -> Locator:
        """What has the keys."""
        return self.front_end.view.get_by_role("group", name="Pictures that are compared")

    @property
    def views(self) -> Locator:
        """Where each lies for itself."""
        return self.front_end.view.locator(".mj-light-view")

    @property
    def slider(self) -> Locator:
        """What divides A and B."""
        return self.front_end.view.get_by_role("slider")

    def button(self, name: str) -> Locator:
        """One of the buttons above."""
        return self.front_end.view.get_by_role("button", name=name, exact=True)

    def press(self, *keys: str) -> None:
        """Press keys on the pictures."""
        self.stage.focus()
        self.type(*keys)

    def type(self, *keys: str) -> None:
        """Press keys on what has the focus."""
        for key in keys:
            self.page.keyboard.press(key)
        self.frames()

    def pixels(self, of: Locator) -> Image.Image:
        """What is seen of an element, without the badges over it."""
        hide = ".mj-light-badge, .mj-light-handle { visibility: hidden !important; }"
        data = of.screenshot(style=hide)
        return Image.open(io.BytesIO(data)).convert("RGB")

    def colours(self, of: Locator, *parts: float) -> list[tuple[int, ...]]:
        """The colours along the middle line of an element, at parts of its width."""
        image = self.pixels(of)
        return [
            image.getpixel((round(part * (image.width - 1)), image.height // 2))  # type: ignore[misc]
            for part in parts
        ]

    def boxes(self) -> list[tuple[float, ...]]:
        """Where each picture lies in its room, as parts of the picture's size."""
        found: list[list[float]] = self.views.evaluate_all(
            """views => views.map((view) => {
                const room = view.getBoundingClientRect();
                const own = view.querySelector("img").getBoundingClientRect();
                return [
                    (room.left + room.width / 2 - own.left) / own.width,
                    (room.top + room.height / 2 - own.top) / own.height,
                    own.width,
                ];
            })"""
        )
        return [tuple(box) for box in found]

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What the page has told the kernel, of one type."""
        return [m["content"] for m in self.front_end.sent if m["content"]["type"] == kind]

    def give(self, key: int, data: bytes) -> None:
        """Give all pixels of a picture."""
        self.front_end.message({"type": "full", "key": key, "mime": "image/png"}, data)
        self.frames()
