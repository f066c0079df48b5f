"""The text that a page really gets of each widget: its modules joined, not the files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import anywidget
import pytest
from PIL import Image
from playwright.sync_api import expect

from mj_widgets.card.caption import Caption
from mj_widgets.card.marimo import MarimoCard
from mj_widgets.card.painter import Painter
from mj_widgets.card.strip import Strip
from mj_widgets.card.text_list import Texts
from mj_widgets.card.tiles import Tiles
from mj_widgets.comparisons.light_table import LightTable
from mj_widgets.gallery.wall import Wall, packed
from mj_widgets.sets.items import item_of

if TYPE_CHECKING:
    from browser.front_end import FrontEnd, StaticServer


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(out, "JPEG")
    return out.getvalue()


HEADING = {"prompt": "a red fox", "full": "a red fox --ar 1:1", "id": "1", "parameters": ["ar 1:1"]}
CAPTION = {"heading": HEADING, "state": {"words": "done"}}
PICTURES = {"previews": [jpeg()] * 4, "names": ["one", "two", "three", "four"], "movies": []}
THUMBS = [
    {"name": "V2", "words": "done", "tone": "done"},
    {"name": "U3", "words": "in progress", "tone": "running"},
]
WALL = {
    "order": packed([item_of(1), item_of(2)]),
    "colours": b"",
    "selected_items": b"",
    "current_item": 0,
    "open_item": 0,
    "compares": False,
    "size": 160,
    "height": 560,
    "total": 5,
    "query": {},
    "choices": {},
    "facets": {},
    "can_try_again": False,
    "sweep": {"lines": ["2 of 5 done."], "done": 0.4, "buttons": [["stop", "Stop sending"]]},
    "twin": "",
    "twin_revision": 0,
}
SHOWN = {"width": 64, "height": 64, "small": jpeg(), "trouble": ""}
TABLE = {
    "shown": [SHOWN | {"key": key, "title": f"fox {key}"} for key in (1, 2)],
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
STATES: dict[type[anywidget.AnyWidget], dict[str, Any]] = {
    Caption: CAPTION | {"notice": {}},
    Texts: {"texts": ["a fox", "a red fox"]},
    Tiles: PICTURES | {"aspect": 1, "full_size": [64, 64], "unfinished": False, "inside": []},
    Strip: {"thumbs": THUMBS, "images": [jpeg(), b""], "open_at": 0},
    MarimoCard: {"card": "", "instead": "a newer marimo is needed"},
    Painter: {"image": jpeg(), "size": [64, 64], "name": "a fox", "mask": None},
    Wall: WALL,
    LightTable: TABLE,
}
SEEN = {
    Caption: ["a red fox", "ar 1:1", "task 1", "done", "copy prompt"],
    Strip: ["V2", "U3"],
    Texts: ["a fox", "a red fox"],
    Tiles: ["1", "2", "3", "4"],
    MarimoCard: ["a newer marimo is needed"],
    Painter: ["Brush", "Nothing is marked yet", "Undo"],
    LightTable: ["Side by side", "fox 2", "64×64"],
    Wall: ["2 of 5 · 3 hidden", "any stars", "2 of 5 done.", "Stop sending"],
}


def test_every_widget_is_tried_here() -> None:
    widgets = anywidget.AnyWidget.__subclasses__()
    assert set(STATES) == {one for one in widgets if one.__module__.startswith("mj_widgets.")}


@pytest.mark.parametrize("widget", STATES, ids=lambda widget: widget.__name__)
def test_what_the_page_gets_of_a_widget_renders(
    front_end_page: FrontEnd,
    static_server: StaticServer,
    page_errors: list[str],
    widget: type[anywidget.AnyWidget],
) -> None:
    static_server.own["widget.js"] = str(widget._esm)
    static_server.own["widget.css"] = str(getattr(widget, "_css", ""))
    front_end_page.mount("/test/widget.js", STATES[widget], css="/test/widget.css")
    for words in SEEN[widget]:
        expect(front_end_page.view).to_contain_text(words)
    front_end_page.unmount()
    expect(front_end_page.view).to_be_empty()
    assert page_errors == []
