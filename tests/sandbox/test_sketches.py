"""A sandbox with another kitchen: pictures that cost nothing, for tests of something else."""

from __future__ import annotations

import pytest

from mj_widgets.sandbox import EXAMPLES, Sketches
from sandbox.support import Reply, World, in_world


def corners(reply: Reply) -> list[tuple[int, ...]]:
    """The colours of a picture's four patches, in reading order."""
    picture = reply.image.convert("RGB")
    right, down = picture.width - 1, picture.height - 1
    return [picture.getpixel(place) for place in ((0, 0), (right, 0), (0, down), (right, down))]


@pytest.mark.parametrize(
    ("task", "size"), [("finished", (128, 128)), ("wide", (182, 102))], ids=["square", "wide"]
)
def test_a_picture_is_four_patches_in_the_shape_of_the_landscape(
    task: str, size: tuple[int, int]
) -> None:
    async def story(w: World) -> None:
        await w.fetch(EXAMPLES[task])
        w.clock.forward(60)
        grid = await w.get((await w.fetch(EXAMPLES[task]))["imageUrl"])
        assert grid.headers["Content-Type"] == "image/png"
        assert (grid.image.format, grid.image.size) == ("PNG", size)
        assert len(set(corners(grid))) == 4

    in_world(story, kitchen=Sketches())


def test_it_may_have_the_size_of_the_landscape() -> None:
    async def story(w: World) -> None:
        grid = await w.finished("/mj/submit/imagine", {"prompt": "a fox --ar 16:9"})
        assert (await w.get(grid["imageUrl"])).image.size == (2912, 1632)

    in_world(story, kitchen=Sketches(1))


def test_a_button_gives_a_picture_of_the_right_kind() -> None:
    async def story(w: World) -> None:
        grid = await w.finished("/mj/submit/imagine", {"prompt": "a fox"})
        single = await w.press(grid, f"MJ::JOB::upsample::3::{hash_of(grid)}")
        third = corners(await w.get(grid["imageUrl"]))[2]
        assert corners(await w.get(single["imageUrl"])) == [third] * 4
        film = await w.press(single, f"MJ::JOB::animate_high::1::{hash_of(single)}::SOLO")
        moving = await w.get(film["imageUrl"])
        assert (moving.image.format, moving.image.is_animated) == ("WEBP", True)

    in_world(story, kitchen=Sketches())


def test_a_preview_is_one_still_picture() -> None:
    async def story(w: World) -> None:
        task_id = w.sandbox.add_task("a fox --stuck 46")
        w.clock.forward(60)
        preview = await w.get((await w.fetch(task_id))["imageUrl"])
        assert (preview.image.format, preview.image.is_animated) == ("WEBP", False)

    in_world(story, kitchen=Sketches())


def test_what_came_from_outside_is_served_as_it_came() -> None:
    async def story(w: World) -> None:
        link = w.sandbox.put_file("mine.png", b"just these bytes")
        assert (await w.get(link)).body == b"just these bytes"

    in_world(story, kitchen=Sketches())


def hash_of(task: dict) -> str:
    return task["properties"]["messageHash"]
