"""The wall of small pictures in the page: one widget and one comm for any number of tasks."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from mj_widgets.card.controls import answer_while_busy
from mj_widgets.card.front_end import module, style
from mj_widgets.sets.items import parts_of

if TYPE_CHECKING:
    from mj_widgets.archive.marks import Mark
    from mj_widgets.sets.tile import Tile

_STATIC = Path(__file__).parent / "static"
SIZE, HEIGHT = 160, 560


class Wall(anywidget.AnyWidget):
    """A windowed grid of tiles, which asks for what is in view.

    Args:
        on: called with what the page says, by its ``type``; see ``static/wall.js``.

    An item is a task, or one picture of it, as one number (``sets.items``); many of them are
    bytes, four each, the lowest first.
    """

    _esm = module("wall.js", _STATIC)
    _css = style("gallery.css", _STATIC)

    order = traitlets.Bytes(b"").tag(sync=True)
    """All items that are to be seen, in order; of a sheet all its places, line by line, and 0 for
    a hole."""
    facets = traitlets.Dict().tag(sync=True)
    """Of a sheet what its rows and columns are (see ``Faceting.laid``), {} for no sheet."""
    can_try_again = traitlets.Bool(False).tag(sync=True)
    """Whether what has failed may be sent again from here."""
    colours = traitlets.Bytes(b"").tag(sync=True)
    """What stands in a tile before its picture is there: a task's number (4 bytes), then 4 × 4
    colours of 3 bytes."""
    selected_items = traitlets.Bytes(b"").tag(sync=True)
    current_item = traitlets.Int(0).tag(sync=True)
    """The one that keys are about, 0 for none."""
    open_item = traitlets.Int(0).tag(sync=True)
    """The one whose card is below, 0 for none."""
    compares = traitlets.Bool(False).tag(sync=True)
    """Whether a comparison is below."""
    size = traitlets.Int(SIZE).tag(sync=True)
    """Of a tile, in CSS pixels."""
    height = traitlets.Int(HEIGHT).tag(sync=True)
    """Of the wall, in CSS pixels."""
    total = traitlets.Int(0).tag(sync=True)
    """How many tasks there are, seen or not."""
    sweep = traitlets.Dict().tag(sync=True)
    """What is said and asked of a sweep above it; {} for a set that is none: ``lines`` of words,
    ``done`` (0 to 1, None where nothing is under way), and ``buttons`` ([deed, label])."""
    query = traitlets.Dict().tag(sync=True)
    """What the filter bar says."""
    choices = traitlets.Dict().tag(sync=True)
    """What it offers."""
    twin = traitlets.Unicode("").tag(sync=True)
    twin_revision = traitlets.Int(0).tag(sync=True)

    def __init__(self, on: Mapping[str, Callable[[dict[str, Any]], None]], **traits: Any) -> None:
        super().__init__(**traits)
        self._on = on
        self._under_way: set[int] = set()
        self.on_msg(self._take_message)
        answer_while_busy(self)

    @property
    def seen(self) -> list[int]:
        """All items that are to be seen; of a sheet without its holes."""
        items = unpacked_items(self.order)
        return [item for item in items if item] if self.facets else items

    def first(self, count: int) -> list[tuple[int, int]]:
        """Return the numbers of the first that are to be seen, and which picture of each."""
        items = self.seen[:count] if self.facets else unpacked_items(self.order[: 4 * count])
        return [parts_of(item) for item in items]

    def lay(self, order: bytes, facets: dict[str, Any]) -> None:
        """Show another order, and with it what it says of a sheet: in one message."""
        with self.hold_sync():
            self.facets = facets
            self.order = order

    def send_tiles(self, tiles: Sequence[Tile], *, request: int, is_last: bool) -> None:
        """Answer a request, all of it or a part: one message, one buffer."""
        told = [
            [
                tile.number,
                len(tile.image),
                tile.pictures,
                tile.task_id,
                tile.prompt,
                tile.words,
                tile.tone,
                _told(tile.marks),
            ]
            for tile in tiles
        ]
        content = {"type": "tiles", "request": request, "last": is_last, "tiles": told}
        if is_last:
            self._under_way.discard(request)
        self.send(content, buffers=[b"".join(tile.image for tile in tiles)])

    def send_marks(self, marks: Mapping[int, Mapping[int, Mark]], heard: Sequence[int]) -> None:
        """Say what is thought of tasks now, by their numbers, and which marks of the page's own
        are in that."""
        told = [[number, _told(each)] for number, each in marks.items()]
        self.send({"type": "marks", "marks": told, "heard": heard})

    def send_tick(self, entries: bytes) -> None:
        """Say how tasks that go on stand; see ``Running``."""
        self.send({"type": "tick"}, buffers=[entries])

    def say(self, text: str, tone: str = "failed") -> None:
        """Say one line above the wall."""
        self.send({"type": "said", "text": text, "tone": tone})

    def send_full(self, item: int, mime: str, data: bytes) -> None:
        """Give one picture at full size."""
        self.send({"type": "full", "item": item, "mime": mime}, buffers=[data])

    def refuse_full(self, item: int, text: str) -> None:
        """Say in one line why a picture cannot be had at full size."""
        self.send({"type": "full", "item": item, "text": text})

    def _take_message(self, _: Any, content: Any, __: Any) -> None:
        if not isinstance(content, dict):
            return
        kind = content.get("type", "")
        if kind == "want":
            self._under_way.add(content.get("request", 0))
        if kind == "still":
            self._say_known(content.get("asked", []))
        elif handler := self._on.get(kind):
            handler(content)

    def _say_known(self, asked: list[int]) -> None:
        """Say which requests are under way: what the page has asked besides was lost."""
        known = [request for request in asked if request in self._under_way]
        self.send({"type": "still", "asked": asked, "known": known})


def packed(items: Sequence[int] | array[int]) -> bytes:
    """Return items as the page has them.

    >>> packed([544])
    b' \\x02\\x00\\x00'
    """
    return b"".join(item.to_bytes(4, "little") for item in items)


def unpacked_items(data: bytes) -> list[int]:
    """Return what ``packed`` was given."""
    return [int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data) - 3, 4)]


def _told(marks: Mapping[int, Mark]) -> list[list[Any]]:
    return [[quadrant, mark.rating, mark.flag] for quadrant, mark in marks.items()]
