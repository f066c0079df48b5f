"""The original files of a job: as pictures, as bytes, and as files that a person names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from services import file_of, film_of
from sketches import file_of as sketch_of

import mj_widgets as mj
from jobs.support import SECONDS, finished
from mj_widgets.account.result import Result
from mj_widgets.jobs import JobState, Phase, originals
from mj_widgets.pictures.images import Picture

if TYPE_CHECKING:
    from pathlib import Path

MP4 = film_of(bytes(64))
WHOLE = Image.new("RGB", (64, 32), "white")
for number, colour in enumerate(("red", "green", "blue", "black")):
    WHOLE.paste(
        colour, (number % 2 * 32, number // 2 * 16, number % 2 * 32 + 32, number // 2 * 16 + 16)
    )
ONE, FILM = Picture.from_bytes(file_of(WHOLE)), Picture.from_bytes(MP4)
MOVING = Picture.from_bytes(sketch_of("image/webp", WHOLE))

on = pytest.mark.parametrize


def state_of(action: str, *pictures: Picture) -> JobState:
    task = mj.Task(id="17", action=action, status="SUCCESS", prompt="a red fox --seed 5")
    return JobState(Phase.ENDED, "17", task, result=Result(task, pictures))


NOTHING = JobState(Phase.FOLLOWED, "17")
TEXT = state_of("DESCRIBE")
GRID_OF_FOUR = state_of("IMAGINE", ONE)
SINGLE = state_of("UPSCALE", ONE)
ANIMATED = state_of("VIDEO", MOVING)
VIDEO = state_of("VIDEO", FILM)
FOUR_VIDEOS = state_of("VIDEO", *[FILM] * 4)


def color(picture: Image.Image | None) -> object:
    """The colour in the middle of a picture's first quarter."""
    assert picture is not None
    return picture.convert("RGB").getpixel((picture.width // 4, picture.height // 4))


@on("state", [NOTHING, TEXT])
def test_where_there_is_no_picture_there_is_nothing_of_any_kind(
    state: JobState, tmp_path: Path
) -> None:
    assert originals.image_of(state) is None
    assert originals.bytes_of(state) is None
    assert originals.quadrants_of(state) == originals.videos_of(state) == ()
    assert originals.files_of(state) == ()
    assert originals.full_size_of(state, 0) is None
    with pytest.raises(
        mj.MjError, match=r"There is no picture to save yet\. Call wait\(\) first\."
    ):
        originals.save(state, tmp_path, None)
    assert list(tmp_path.iterdir()) == []


def test_of_single_pictures_one_that_cannot_be_opened_costs_itself_alone() -> None:
    jxl = Picture.from_bytes(b"\xff\x0a" + bytes(60))
    links = tuple(f"https://cdn.example/{n}.png" for n in range(4))
    task = mj.Task(id="17", action="IMAGINE", status="SUCCESS", image_urls=links)
    for sheet, whole in (("", (128, 64)), ("https://cdn.example/sheet.jxl", (128, 64))):
        named = task.model_copy(update={"image_url": sheet or links[0]})
        pictures = (*([jxl] if sheet else []), ONE, jxl, ONE, ONE)
        state = JobState(Phase.ENDED, "17", named, result=Result(named, pictures))
        assert len(originals.quadrants_of(state)) == 3
        image = originals.image_of(state)
        assert image is not None
        assert image.size == whole
        assert originals.full_size_of(state, 3) == ("image/png", ONE.data)


def test_where_no_picture_can_be_opened_it_is_said() -> None:
    jxl = Picture.from_bytes(b"\xff\x0a" + bytes(60))
    links = tuple(f"https://cdn.example/{n}.jxl" for n in range(4))
    task = mj.Task(
        id="17", action="IMAGINE", status="SUCCESS", image_url=links[0], image_urls=links
    )
    state = JobState(Phase.ENDED, "17", task, result=Result(task, (jxl,) * 4))
    for get in (originals.image_of, originals.quadrants_of):
        with pytest.raises(mj.ImageError, match="A JPEG XL picture"):
            get(state)


def test_a_grid_is_one_picture_and_its_four_parts_in_reading_order() -> None:
    image = originals.image_of(GRID_OF_FOUR)
    assert image is not None
    assert image.size == (64, 32)
    parts = originals.quadrants_of(GRID_OF_FOUR)
    assert [part.size for part in parts] == [(32, 16)] * 4
    assert [color(part) for part in parts] == [(255, 0, 0), (0, 128, 0), (0, 0, 255), (0, 0, 0)]
    assert originals.videos_of(GRID_OF_FOUR) == ()


def test_the_bytes_are_those_that_were_served() -> None:
    assert originals.bytes_of(SINGLE) == ONE.data
    assert originals.quadrants_of(SINGLE) == ()


def test_a_video_has_no_picture_and_an_animation_its_first() -> None:
    assert originals.image_of(VIDEO) is None
    assert originals.videos_of(VIDEO) == (MP4,)
    assert color(originals.image_of(ANIMATED)) == pytest.approx((255, 0, 0), abs=4)
    assert originals.videos_of(ANIMATED) == (MOVING.data,)


@on(
    ("state", "index", "numbers"),
    [
        (NOTHING, None, [None]),
        (SINGLE, None, [None]),
        (SINGLE, 0, [None]),
        (GRID_OF_FOUR, None, [None]),  # the grid whole, in one file
        (GRID_OF_FOUR, 0, [1]),
        (GRID_OF_FOUR, 3, [4]),
        (VIDEO, None, [None]),
        (FOUR_VIDEOS, None, [1, 2, 3, 4]),
        (FOUR_VIDEOS, 2, [3]),
    ],
)
def test_what_is_saved_is_the_one_that_was_meant_or_all_that_there_are(
    state: JobState, index: int | None, numbers: list[int | None]
) -> None:
    assert originals.numbers_of(state, index) == numbers


@on(("state", "index"), [(SINGLE, 1), (SINGLE, -1), (GRID_OF_FOUR, 4), (FOUR_VIDEOS, 4)])
def test_a_picture_that_is_not_there_has_no_full_size(state: JobState, index: int) -> None:
    assert originals.full_size_of(state, index) is None


def test_the_full_size_of_a_single_picture_or_video_is_its_file() -> None:
    assert originals.full_size_of(SINGLE, 0) == ("image/png", ONE.data)
    assert originals.full_size_of(FOUR_VIDEOS, 3) == ("video/mp4", MP4)


def test_the_full_size_in_a_grid_is_a_part_of_it() -> None:
    found = originals.full_size_of(GRID_OF_FOUR, 2)
    assert found is not None
    kind, data = found
    part = Picture.from_bytes(data)
    assert (kind, part.size) == ("image/png", (32, 16))
    assert color(part.decode()) == (0, 0, 255)


@on(
    ("state", "number", "said"),
    [
        (FOUR_VIDEOS, None, "There are 4 videos. Say quadrant=1 to 4."),
        (FOUR_VIDEOS, 5, "There is no picture 5. There are 1 to 4."),
        (GRID_OF_FOUR, 0, "There is no picture 0. There are 1 to 4."),
        (GRID_OF_FOUR, -1, "There is no picture -1. There are 1 to 4."),
        (SINGLE, 1, "There is no picture 1. Leave quadrant out."),
        (VIDEO, 2, "There is no picture 2. Leave quadrant out."),
    ],
)
def test_a_picture_that_is_not_there_cannot_be_saved_and_it_says_which_can(
    state: JobState, number: int | None, said: str, tmp_path: Path
) -> None:
    with pytest.raises(mj.MjError, match=f"^{re.escape(said)}$"):
        originals.save(state, tmp_path, number)
    assert list(tmp_path.iterdir()) == []


@on("quadrant", [None, 1, 9])
def test_of_films_there_is_no_picture_to_go_on_with_whichever_is_meant(
    quadrant: int | None,
) -> None:
    with pytest.raises(mj.MjError, match=r"^A film is no picture\. Give one of its stills\.$"):
        originals.original_of(FOUR_VIDEOS, quadrant)


def test_what_is_saved_tells_the_task_the_button_and_the_seed_that_is_known(tmp_path: Path) -> None:
    def told(state: JobState, number: int | None = None) -> dict[str, object]:
        return dict(mj.read_metadata(originals.save(state, tmp_path, number)))

    assert told(SINGLE)["task_id"] == "17"
    assert told(SINGLE)["seed"] == "5"  # the prompt asked for it
    task, result = GRID_OF_FOUR.task, GRID_OF_FOUR.result
    pressed = JobState(
        Phase.ENDED, "17", task, result=result, parent_id="16", button="V2", seed="77"
    )
    of_one = told(pressed, 3)
    assert [of_one[name] for name in ("parent", "button", "quadrant", "seed")] == [
        "16",
        "V2",
        3,
        "77",
    ]


def test_a_job_saves_one_picture_of_its_grid_and_its_original_as_it_was_served(
    session: mj.Session, tmp_path: Path
) -> None:
    grid = finished(session)
    part = grid.save(tmp_path, quadrant=2)
    assert Image.open(part).size == grid.quadrants[1].size
    assert mj.read_metadata(part)["quadrant"] == 2
    assert Image.open(grid.save(tmp_path / "whole.png")).size == Image.open(grid.files[0]).size


def test_before_it_is_done_a_job_has_nothing_to_save(session: mj.Session, tmp_path: Path) -> None:
    job = session.follow("999999")
    for _ in range(2):
        with pytest.raises(mj.MjError, match="no picture to save yet"):
            job.save(tmp_path / "saved")
        with pytest.raises(mj.TaskNotFound):
            job.wait(SECONDS)
    assert not (tmp_path / "saved").exists()


def test_an_animation_gives_its_file_and_a_picture_none(session: mj.Session) -> None:
    grid = finished(session)
    single = grid.upscale(1)
    single.wait(SECONDS)
    film = single.press("Animate (Low motion)")
    film.wait(SECONDS)
    assert grid.videos == ()
    assert film.videos == (film.image_bytes,)
    assert film.videos[0][8:12] == b"WEBP"
    one = film.press("U1")
    one.wait(SECONDS)
    assert one.image is None
    assert one.videos[0][4:8] == b"ftyp"
