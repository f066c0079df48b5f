"""A contact sheet: each picture with its marks and its words, in any script."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from libraries import SERVICE, task_of
from PIL import ImageChops
from services import file_of

import mj_widgets as mj
from mj_widgets.archive.marks import Spot
from mj_widgets.pictures.images import Picture
from mj_widgets.reports import fonts
from mj_widgets.sandbox import Sandbox
from mj_widgets.session.settings import library as the_library

from .support import COLOURS, near, picture

if TYPE_CHECKING:
    from mj_widgets.gallery.task_set import TaskSet


def test_pictures_stand_in_order_in_as_many_columns_as_wanted(swept: TaskSet) -> None:
    sheet = swept.contact_sheet(columns=2, captions=False, size=100)
    assert sheet.mode == "RGB"
    assert sheet.width == 8 + 2 * (100 + 8)
    for place, colour in enumerate(COLOURS[:3]):
        left, top = 8 + place % 2 * 108, 8 + place // 2 * 58
        assert near(sheet.getpixel((left + 50, top + 25)), colour)


def test_what_was_rejected_is_dark_and_flags_have_frames(swept: TaskSet) -> None:
    sheet = swept[:5].contact_sheet(columns=5, captions=False, size=100)
    left, middle = [8 + 108 * place for place in range(5)], 8 + 25
    picked, rejected = (sheet.getpixel((left[place] - 2, middle)) for place in (2, 3))
    assert near(picked, "#1b7f3b")
    assert near(rejected, "#c62828")
    assert near(sheet.getpixel((left[2] + 50, middle)), COLOURS[2])
    dark, usual = sheet.getpixel((left[3] + 50, middle)), int(COLOURS[3][5:], 16)
    assert isinstance(dark, tuple)
    assert 0.4 * usual < dark[2] < 0.7 * usual


def test_stars_are_drawn(swept: TaskSet) -> None:
    gold = (178, 123, 0)
    counts = []
    for place in (0, 1, 2):
        sheet = swept[place : place + 1].contact_sheet(captions=False, size=100)
        counts.append(sum(c for c, pixel in sheet.getcolors(1 << 24) or [] if pixel == gold))
    two, none, five = counts
    assert none == 0
    assert five == pytest.approx(2.5 * two, rel=0.2)


@pytest.mark.parametrize("ending", ["png", "pdf", "jpg"])
def test_it_is_saved_as_a_picture_and_as_a_document(
    swept: TaskSet, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"sheet.{ending}"
    swept.contact_sheet().save(path)
    begin = {"png": b"\x89PNG", "pdf": b"%PDF", "jpg": b"\xff\xd8"}[ending]
    assert path.read_bytes().startswith(begin)


def test_a_caption_makes_a_row_higher_and_differs_from_prompt_to_prompt(swept: TaskSet) -> None:
    bare = swept[:1].contact_sheet(captions=False)
    said = swept[:1].contact_sheet()
    assert said.width == bare.width
    assert said.height > bare.height
    other = swept[1:2].contact_sheet()
    below = (0, bare.height, said.width, said.height)
    assert ImageChops.difference(said.crop(below), other.crop(below)).getbbox()


def test_what_is_not_there_is_an_empty_place_of_the_same_sheet(swept: TaskSet) -> None:
    failed = swept[5:].contact_sheet(captions=False)
    ink = [pixel for _, pixel in failed.getcolors(1 << 24) or []]
    assert (236, 236, 236) in ink
    assert any(near(pixel, "#a32020") for pixel in ink)


def test_a_script_without_a_font_is_named_in_one_warning(
    swept: TaskSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "_files_with", lambda _: ())
    with pytest.warns(UserWarning, match=r"^No font on this computer has Chinese: ") as warned:
        swept.contact_sheet()
    assert len(warned) == 1
    assert warned[0].filename == __file__
    assert "\n" not in str(warned[0].message)


def test_a_sheet_whose_letters_all_have_a_font_warns_of_nothing(swept: TaskSet) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        swept[:4].contact_sheet()


def test_a_picture_that_was_never_looked_at_is_decoded_once(
    swept: TaskSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = swept.contact_sheet(size=200)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("decoded again")

    monkeypatch.setattr(Picture, "use", refuse)
    assert swept.contact_sheet(size=200) == first


def test_a_size_above_that_of_the_thumbnails_has_the_pixels_of_the_files(swept: TaskSet) -> None:
    sheet = swept[:1].contact_sheet(captions=False, size=400)
    assert near(sheet.getpixel((sheet.width // 2, 100)), COLOURS[0])


@pytest.mark.usefixtures("session")
def test_tasks_that_are_under_way_have_a_place_that_says_so(sandbox: Sandbox) -> None:
    tasks = mj.fetch([sandbox.add_task("a slow fox --stuck")])
    sheet = tasks.contact_sheet()
    assert (236, 236, 236) in [pixel for _, pixel in sheet.getcolors(1 << 24) or []]
    tasks[0].stop()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"columns": 0}, r"columns=0 is no number for it\. Give 1 to 200\."),
        ({"columns": "many"}, r"columns='many' is no number for it\."),
        ({"size": 9}, r"size=9 is no number for it\. Give 64 to 1,024\."),
        ({"size": True}, r"size=True is no number"),
    ],
)
def test_a_number_that_is_none_is_one_line(
    swept: TaskSet, given: dict[str, int], said: str
) -> None:
    with pytest.raises(mj.MjError, match=said):
        swept.contact_sheet(**given)


def test_a_set_without_a_task_is_one_line() -> None:
    with pytest.raises(mj.MjError, match=r"^There is no task in this set, and a contact sheet of"):
        mj.tasks().contact_sheet()


def test_a_sheet_that_is_too_large_is_one_line_before_anything_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("opened")

    data = file_of(picture(0))
    for place in range(200):
        the_library().save(task_of(place), [data], service=SERVICE)
    monkeypatch.setattr(Picture, "use", refuse)
    with pytest.raises(mj.MjError, match="more than 100 megapixels"):
        mj.tasks().contact_sheet(size=1024)


@pytest.mark.usefixtures("session")
def test_a_mark_of_a_task_that_is_not_kept_yet_is_drawn(sandbox: Sandbox) -> None:
    tasks = mj.fetch([slow := sandbox.add_task("a fox --stuck")])
    the_library().marks.change([Spot(tasks[0].account.service, slow)], rating=3)
    sheet = tasks.contact_sheet(captions=False)
    assert (178, 123, 0) in [pixel for _, pixel in sheet.getcolors(1 << 24) or []]
    tasks[0].stop()
