"""A wall of small pictures in a page of its own, and the kernel's part of it."""

from __future__ import annotations

import io
import re
import struct
from typing import TYPE_CHECKING, Any

from PIL import Image

from mj_widgets.gallery.wall import HEIGHT, packed
from mj_widgets.sets.items import item_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Locator

    from browser.front_end import FrontEnd

MODULE, STYLE = "/gallery/static/wall.js", "/gallery/static/gallery.css"
COLOURS = ("firebrick", "seagreen", "royalblue", "goldenrod")


def jpeg(size: tuple[int, int] = (32, 32), colours: Iterable[str] = ("teal",)) -> bytes:
    """A small picture; of four colours it is a grid of them."""
    picture = Image.new("RGB", size)
    names = list(colours)
    width, height = size[0] // (2 if len(names) > 1 else 1), size[1] // (2 if len(names) > 1 else 1)
    for at, name in enumerate(names):
        picture.paste(Image.new("RGB", (width, height), name), (at % 2 * width, at // 2 * height))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95)
    return file.getvalue()


class WallPage:
    """The kernel's part of one wall in a blank page."""

    def __init__(self, front_end: FrontEnd, count: int = 100, **state: Any) -> None:
        """Show a wall of so many tasks, none of which is here yet."""
        self.front_end, self.page = front_end, front_end.page
        self._answered: set[int] = set()
        usual = {
            "order": self.order(range(1, count + 1)),
            "colours": b"",
            "selected_items": b"",
            "current_item": 0,
            "open_item": 0,
            "compares": False,
            "size": 100,
            "height": HEIGHT,
            "total": count,
            "query": {},
            "choices": {},
            "sweep": {},
            "facets": {},
            "can_try_again": False,
            "twin": "",
            "twin_revision": 0,
        }
        front_end.mount(MODULE, usual | state, css=STYLE)

    @staticmethod
    def order(numbers: Iterable[int], quadrant: int = 0) -> bytes:
        """These tasks as the page has them."""
        return packed([item_of(number, quadrant) for number in numbers])

    @property
    def box(self) -> Locator:
        """What has the keys."""
        return self.front_end.view.get_by_role("listbox")

    def tile(self, number: int, quadrant: int = 0) -> Locator:
        """A tile by its task, whose prompt says its number."""
        which = f".*, picture {quadrant}" if quadrant else ""
        named = re.compile(f"fox {number},{which}")
        return self.front_end.view.get_by_role("option", name=named)

    @property
    def scroller(self) -> Locator:
        """What is scrolled."""
        return self.front_end.view.locator(".mj-wall-scroll")

    def press(self, *keys: str) -> None:
        """Press keys while the wall has the focus, or what has it now."""
        if not self.front_end.page.locator("dialog[open]").count():
            self.box.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What the page has told the kernel, of one type."""
        return [m["content"] for m in self.front_end.sent if m["content"]["type"] == kind]

    def asked(self) -> list[dict[str, Any]]:
        """What it waits for."""
        return [told for told in self.told("want") if told["request"] not in self._answered]

    def answer(self, told: dict[str, Any] | None = None, **fields: Any) -> list[int]:
        """Give what was asked for first (or *told*); return the numbers."""
        told = told or self.asked()[0]
        self._answered.add(told["request"])
        self.give(told["numbers"], request=told["request"], **fields)
        return list(told["numbers"])

    def answer_all(self, **fields: Any) -> None:
        """Give all that is asked for, until nothing is."""
        for _ in range(50):
            self.frames()
            if not self.asked():
                return
            self.answer(**fields)
        raise AssertionError("it asks without an end")

    def give(
        self,
        numbers: Iterable[int],
        *,
        request: int = 0,
        image: bytes | None = None,
        pictures: int = 4,
        words: str = "",
        tone: str = "",
        prompt: str = "a fox {}, in fog",
        last: bool = True,
    ) -> None:
        """Send tiles."""
        image = jpeg() if image is None else image
        tiles = [
            [n, len(image), pictures, str(n), prompt.format(n), words, tone, []] for n in numbers
        ]
        content = {"type": "tiles", "request": request, "last": last, "tiles": tiles}
        self.front_end.message(content, image * len(tiles))

    def mark(self, number: int, rating: int = 0, flag: str = "", quadrant: int = 0) -> None:
        """Say what is thought of a task."""
        self.say_marks([number, [[quadrant, rating, flag]]])

    def say_marks(self, *marks: list[Any], heard: Iterable[int] = ()) -> None:
        """Say what is thought of several tasks, with the page's own marks of some turns."""
        self.front_end.message({"type": "marks", "marks": list(marks), "heard": list(heard)})

    def tick(self, *tasks: tuple[int, int, int]) -> None:
        """Say how far tasks are: number, per cent, state."""
        data = b"".join(struct.pack("<IBB", *task) for task in tasks)
        self.front_end.message({"type": "tick"}, data)

    def show(self, numbers: Iterable[int], quadrant: int = 0) -> None:
        """Give the wall another order."""
        self.front_end.receive(order=self.order(numbers, quadrant))

    def current(self) -> int:
        """The number of the task that keys are about."""
        return int(self.front_end.get("current_item")) >> 5

    def selected(self) -> list[int]:
        """The numbers of the selected tasks."""
        data = self.front_end.get("selected_items")
        return [item >> 5 for (item,) in struct.iter_unpack("<I", data)]

    def frames(self, count: int = 3) -> None:
        """Let the page paint."""
        self.page.evaluate(
            """(count) => new Promise((done) => {
                const next = () => (count-- ? requestAnimationFrame(next) : done());
                next();
            })""",
            count,
        )
