"""The pictures of a card: their shape, their names, and what there is to see of each."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image
from services import file_of, film_of

import mj_widgets as mj
from mj_widgets.account.result import Copies, Result
from mj_widgets.card.frame import (
    Frame,
    awaited_frame,
    picture_name,
    preview_frame,
    result_frame,
)
from mj_widgets.models.button import Button
from mj_widgets.pictures.images import Picture
from mj_widgets.sandbox.painting import film_file

on = pytest.mark.parametrize

PICTURE = Picture.from_bytes(file_of(Image.new("RGB", (64, 32), "orange")))
FILM = Picture.from_bytes(film_of(bytes(64)))
ORIGIN = file_of(Image.new("RGB", (64, 32), "orange"), "jpeg")
TASK: dict[str, Any] = {"id": "17", "action": "IMAGINE", "prompt": "a red fox --ar 16:9"}
HALF = mj.Task(**TASK, status="IN_PROGRESS", progress=46)
DONE = mj.Task(**TASK, status="SUCCESS", image_url="https://host.example/a.png").model_copy(
    update={"buttons": (Button(custom_id="MJ::JOB::upsample::1::x", label="U1"),)}
)
WORDS = mj.Task(id="18", action="DESCRIBE", status="SUCCESS", prompt="1️⃣ a fox\n\n2️⃣ a hen")
ONE = Result(DONE, (PICTURE,))


def test_a_picture_that_is_awaited_has_its_shape_already_and_a_text_has_none() -> None:
    assert awaited_frame(HALF) == Frame(aspect=16 / 9, unfinished=True)
    assert awaited_frame(WORDS) == Frame()


def test_what_is_made_of_a_picture_has_its_shape_before_it_is_there_unless_words_say_another() -> (
    None
):
    film = mj.Task(id="17", action="VIDEO", status="SUCCESS", prompt="clouds --video 1")
    assert awaited_frame(film, ORIGIN).aspect == 2.0
    assert result_frame(Result(film, (FILM, FILM)), Copies(), ORIGIN).aspect == 2.0
    assert awaited_frame(HALF, ORIGIN).aspect == 16 / 9


def test_a_preview_is_one_picture_that_is_not_finished() -> None:
    frame = preview_frame(HALF, b"jpeg", 1.5)
    assert (frame.previews, frame.aspect, frame.unfinished) == ((b"jpeg",), 1.5, True)
    assert frame.names == ("picture: a red fox --ar 16:9",)
    assert frame.full_size == ()


def test_a_grid_is_four_pictures_of_half_its_size_each() -> None:
    frame = result_frame(ONE, Copies((b"1", b"2", b"3", b"4")))
    assert frame.previews == (b"1", b"2", b"3", b"4")
    assert frame.names[1] == "picture 2 of 4: a red fox --ar 16:9"
    assert (frame.is_grid, frame.unfinished, frame.full_size) == (True, False, (32, 16))
    assert (frame.aspect, frame.scale, frame.movies) == (2.0, 1.0, ())


def test_a_single_picture_is_shown_in_its_own_size_and_that_of_a_text_half_as_large() -> None:
    single = mj.Task(id="17", action="UPSCALE", status="SUCCESS", prompt="a fox")
    frame = result_frame(Result(single, (PICTURE,)), Copies((b"1",)))
    assert (frame.names, frame.full_size, frame.is_grid) == (("picture: a fox",), (64, 32), False)
    text = result_frame(Result(WORDS, (PICTURE,)), Copies((b"1",)))
    assert (text.scale, frame.scale) == (0.5, 1.0)


@on(("poster", "previews"), [(b"", ()), (ORIGIN, (ORIGIN,) * 2)])
def test_a_video_shows_the_picture_that_it_was_made_of_until_it_plays(
    poster: bytes, previews: tuple[bytes, ...]
) -> None:
    film = mj.Task(id="17", action="VIDEO", status="SUCCESS", prompt="a fox --ar 3:2")
    frame = result_frame(Result(film, (FILM, FILM)), Copies(), poster)
    assert frame.previews == previews
    assert frame.movies == ({"mime": "video/mp4", "bytes": FILM.weight},) * 2
    assert (frame.aspect, frame.full_size) == (1.5, ())


@on("prompt", ["a fox", "a fox --ar 3:2"])
@on("poster", [b"", ORIGIN])
def test_a_film_has_the_shape_of_its_own_file_whatever_else_is_told(
    prompt: str, poster: bytes
) -> None:
    shown = Picture.from_bytes(film_file.film_of([Image.new("RGB", (64, 96))]))
    film = mj.Task(id="17", action="VIDEO", status="SUCCESS", prompt=prompt)
    frame = result_frame(Result(film, (FILM, shown)), Copies(), poster)
    assert frame.aspect == 2 / 3
    assert (bool(poster), frame.full_size) in ((True, ()), (False, (64, 96)))


def test_a_picture_keeps_its_own_preview_whatever_was_before_it() -> None:
    frame = result_frame(ONE, Copies((b"own",)), b"poster")
    assert frame.previews == (b"own",)


@on(
    ("task", "number", "name"),
    [
        (HALF, None, "picture: a red fox --ar 16:9"),
        (HALF, 2, "picture 2 of 4: a red fox --ar 16:9"),
        (mj.Task(id="17"), None, "picture"),
        (mj.Task(id="17"), 3, "picture 3 of 4"),
    ],
)
def test_where_a_picture_is_not_seen_its_name_stands_for_it(
    task: mj.Task, number: int | None, name: str
) -> None:
    assert picture_name(task, number) == name
