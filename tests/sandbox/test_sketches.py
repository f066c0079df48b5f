"""A sandbox with another kitchen: pictures that cost nothing, for tests of something else."""

from __future__ import annotations

from sandbox.support import World, in_world

from mj_widgets.sandbox import EXAMPLES, Sketches


def test_a_picture_is_a_few_pixels_of_the_right_kind() -> None:
    async def story(w: World) -> None:
        grid = await w.get((await w.fetch(EXAMPLES["finished"]))["imageUrl"])
        assert grid.headers["Content-Type"] == "image/png"
        assert (grid.image.format, grid.image.size) == ("PNG", (64, 64))
        running = await w.finished("/mj/submit/imagine", {"prompt": "a fox"})
        single = await w.press(running, f"MJ::JOB::upsample::1::{_hash(running)}")
        film = await w.press(single, f"MJ::JOB::animate_high::1::{_hash(single)}::SOLO")
        moving = await w.get(film["imageUrl"])
        assert (moving.image.format, moving.image.is_animated) == ("WEBP", True)

    in_world(story, kitchen=Sketches())


def test_what_came_from_outside_is_served_as_it_came() -> None:
    async def story(w: World) -> None:
        link = w.sandbox.put_file("mine.png", b"just these bytes")
        assert (await w.get(link)).body == b"just these bytes"

    in_world(story, kitchen=Sketches())


def _hash(task: dict) -> str:
    return task["properties"]["messageHash"]
