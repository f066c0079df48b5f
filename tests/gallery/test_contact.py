"""What a saved notebook has of a gallery: one sheet of its first pictures, said in words."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from card.page import Publisher, until
from libraries import FIRST, fill, look_at_all
from PIL import Image

import mj_widgets as mj
from mj_widgets.card import notebook
from mj_widgets.card import twin as twins
from mj_widgets.gallery import copied
from mj_widgets.gallery.contact import ContactStill, Sheet, sheet_of
from mj_widgets.session.settings import library as the_library
from mj_widgets.sets.items import item_of
from mj_widgets.sets.tile import Tile

from .wall_page import Page

if TYPE_CHECKING:
    pass


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """A kernel's publisher, whose seconds are short."""
    made = Publisher()
    monkeypatch.setattr(twins, "get_ipython", made.shell)
    monkeypatch.setattr(twins, "_PAUSE", 0.0)
    monkeypatch.setattr(copied, "_PAUSE", 0.0)
    monkeypatch.setattr(notebook, "display", lambda *_, **__: None)
    return made


def test_it_is_there_at_once_and_follows_filter_and_marks(publisher: Publisher) -> None:
    fill(the_library(), 5, side=64)
    look_at_all(the_library())
    gallery = mj.tasks().gallery()
    page = Page(gallery)
    gallery._ipython_display_()
    (first, is_update) = publisher.sent[0]
    assert not is_update
    assert f'data-mj-static="{page.wall.twin}"' in first
    assert first.count("<img") == 1
    assert 'alt="contact sheet: 5 of 5 tasks"' in first
    assert page.wall.twin_revision == 1

    page.wall.query = {"text": str(FIRST), "sort": "time"}
    publisher.until("1 of 5 tasks, “1747132423000000”, sorted by time")
    before = publisher.sent[-1][0]
    page.says("mark", items=[item_of(1)], rating=3)
    page.until(lambda: 1 in page.marks)
    until(page.wall, "twin_revision", lambda revision: revision >= 3)
    assert publisher.sent[-1][0] != before
    gallery.close()


def test_words_of_any_script_are_beside_the_sheet_and_escaped() -> None:
    html = ContactStill(9, 3, 3, "“红狐 <b>”", "task").inside(1024)
    assert "3 of 9 tasks, “红狐 &lt;b&gt;”" in html
    assert "<img" not in html


def tile(number: int, image: bytes, marks: Any = None) -> Tile:
    return Tile(number, str(number), "a fox", 4, image=image, marks=marks or {})


def jpeg(colour: str) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((320, 320), 90).convert("RGB").save(stream, "JPEG", quality=75)
    if colour != "noise":
        stream = io.BytesIO()
        Image.new("RGB", (320, 320), colour).save(stream, "JPEG")
    return stream.getvalue()


def test_sixty_busy_pictures_weigh_less_than_a_quarter_of_a_megabyte() -> None:
    noise = jpeg("noise")
    sheet = sheet_of([(tile(n, noise), 0) for n in range(60)])
    still = ContactStill(1_000, 1_000, 60, "", "task", sheet)
    made = twins.Twin(1024)
    made.fill(still)
    bundle = made._bundle()
    assert sum(map(len, bundle.values())) <= 250_000
    assert still.caption == "1,000 of 1,000 tasks; the first 60 of them"


def test_a_picture_that_is_missing_leaves_its_place_and_marks_are_seen() -> None:
    from mj_widgets.archive.marks import Mark

    plain = [(tile(1, jpeg("white")), 0), (tile(2, b""), 0)]
    rated: list[tuple[Tile, int]] = [(tile(1, jpeg("white"), {0: Mark(5)}), 0), plain[1]]
    picked: list[tuple[Tile, int]] = [(tile(1, jpeg("white"), {2: Mark(0, "pick")}), 0), plain[1]]
    sheets = {sheet_of(each).data for each in (plain, rated, picked)}
    assert len(sheets) == 3
    assert sheet_of([(tile(1, b""), 0)]) == Sheet()
