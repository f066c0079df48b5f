"""Films of any picture, longer ones, and what is asked for them."""

from __future__ import annotations

import base64
from functools import partial

import pytest
from pictures.metadata.files import boxes
from PIL import Image, ImageChops, ImageStat

from mj_widgets.sandbox import EXAMPLES, Sketches
from mj_widgets.sandbox.painting.kitchen import Kitchen
from mj_widgets.sandbox.painting.motion import frames_of
from mj_widgets.sandbox.painting.recipes import Filmed, size_of

from .support import Reply, World, button, data_url, in_world

PICTURE = data_url(Image.radial_gradient("L").resize((160, 90)).convert("RGB"))
PNG = base64.b64decode(PICTURE.partition(",")[2])
END = data_url(Image.new("RGB", (50, 50), "red"))
BODY: dict[str, object] = {"prompt": "it runs", "image": PICTURE, "motion": "low"}
VIDEO = "/mj/submit/video"
TYPES = ("vid_1.1_i2v_480", "vid_1.1_i2v_720")
TAKERS = ("dmx", "newapi", "trueai")
sketched = partial(in_world, kitchen=Sketches())


def links_of(task: dict) -> list[str]:
    assert task["status"] == "SUCCESS", task
    return [film["url"] for film in task["videoUrls"]]


def frames(w: World, task: dict, index: int = 1) -> list[Image.Image]:
    """The frames of one of a task's films, as they were before they were put into a file."""
    recipe = w.sandbox.task(task["id"]).recipe
    assert isinstance(recipe, Filmed)
    film = Filmed(**vars(recipe) | {"index": index})
    return frames_of(film, KITCHEN.draw, size_of(film))


KITCHEN = Kitchen()


def difference(a: Image.Image, b: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(a, b)).mean) / 3


def is_a_film(file: Reply) -> bool:
    names = [name for name, _ in boxes(file.body)]
    return file.headers["Content-Type"] == "video/mp4" and names == [b"ftyp", b"moov", b"mdat"]


# What is asked


@pytest.mark.parametrize("flavour", TAKERS)
@pytest.mark.parametrize(
    "more",
    [
        {"motion": "high"},
        {"loop": True},
        {"loop": False, "endImage": END},
        {"videoType": TYPES[0]},
        {"videoType": TYPES[1]},
    ],
)
def test_a_film_of_a_picture(flavour: str, more: dict[str, object]) -> None:
    async def story(w: World) -> None:
        task = await w.finished(VIDEO, BODY | more)
        assert task["action"] == "VIDEO"
        assert task["prompt"].startswith("it runs")
        assert task["prompt"].endswith("--video 1")
        files = [await w.get(link) for link in links_of(task)]
        assert len({file.body for file in files}) == 4
        assert all(is_a_film(file) for file in files)

    sketched(story, flavour)


@pytest.mark.parametrize("flavour", TAKERS)
@pytest.mark.parametrize("count", [1, 2, 4])
def test_there_are_as_many_films_as_were_asked_for(flavour: str, count: int) -> None:
    async def story(w: World) -> None:
        task = await w.finished(VIDEO, BODY | {"batchSize": count})
        assert len(links_of(task)) == count
        assert len([b for b in task["buttons"] if b["label"].startswith("U")]) == count

    sketched(story, flavour)


@pytest.mark.parametrize("flavour", TAKERS)
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"image": None}, "image不能为空"),
        ({"image": "https://example.com/fox.png"}, "Invalid link"),
        ({"endImage": "https://example.com/fox.png"}, "Invalid link"),
        ({"endImage": "no picture"}, "base64格式错误"),
        ({"motion": "fast"}, "motion参数错误"),
        ({"batchSize": 3}, "batchSize参数错误"),
        ({"batchSize": True}, "batchSize参数错误"),
        ({"batchSize": "4"}, "batchSize参数错误"),
        ({"videoType": "vid_1.1_i2v_1080"}, "videoType参数错误"),
        ({"loop": True, "endImage": END}, "loop参数错误"),
        ({"loop": "yes"}, "loop参数错误"),
        ({"action": "shorten"}, "action参数错误"),
    ],
)
def test_a_film_that_makes_no_sense(flavour: str, change: dict[str, object], why: str) -> None:
    async def story(w: World) -> None:
        reply = (await w.post(VIDEO, BODY | change)).json
        assert (reply["code"], reply["description"]) == (4, why)

    sketched(story, flavour)


def test_some_accounts_have_no_films_of_720_lines() -> None:
    async def story(w: World) -> None:
        larger, smaller = BODY | {"videoType": TYPES[1]}, BODY | {"videoType": TYPES[0]}
        assert (await w.post(VIDEO, larger)).json["description"] == "videoType参数错误"
        assert (await w.post(VIDEO, smaller)).json["code"] == 1

    sketched(story, hd=False)


@pytest.mark.parametrize(("flavour", "code"), [("dmx", 1), ("newapi", 1), ("trueai", 4)])
def test_a_prompt_is_needed_by_trueai_alone(flavour: str, code: int) -> None:
    async def story(w: World) -> None:
        assert (await w.post(VIDEO, BODY | {"prompt": ""})).json["code"] == code

    sketched(story, flavour)


@pytest.mark.parametrize("flavour", TAKERS)
@pytest.mark.parametrize("name", ["taskId", "task_id"])
def test_a_film_is_extended(flavour: str, name: str) -> None:
    async def story(w: World) -> None:
        film = await w.finished(VIDEO, BODY)
        body = {"action": "extend", name: film["id"], "index": 3, "motion": "high", "prompt": "on"}
        longer = await w.finished(VIDEO, body)
        assert longer["action"] == "VIDEO_EXTEND"
        assert len(links_of(longer)) == 4

    sketched(story, flavour)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"taskId": "1"}, "关联任务不存在或已失效"),
        ({"taskId": EXAMPLES["failed"]}, "关联任务状态错误"),
        ({"taskId": EXAMPLES["finished"]}, "关联任务不允许执行变化"),
        ({"index": 4}, "index参数错误"),
        ({"index": -1}, "index参数错误"),
        ({"index": "0"}, "index参数错误"),
        ({"motion": "fast"}, "motion参数错误"),
    ],
)
def test_an_extension_that_makes_no_sense(change: dict[str, object], why: str) -> None:
    async def story(w: World) -> None:
        film = await w.finished(VIDEO, BODY)
        body = {"action": "extend", "taskId": film["id"], "index": 0, "prompt": "on"}
        assert (await w.post(VIDEO, body | change)).json["description"] == why

    sketched(story, "trueai")


def test_the_films_of_an_old_account_can_be_extended_too() -> None:
    async def story(w: World) -> None:
        grid = await w.fetch(EXAMPLES["finished"])
        one = await w.press(grid, button(grid, "upsample::1"))
        film = await w.press(one, button(one, "animate_high"))
        assert "videoUrls" not in film
        longer = await w.finished(VIDEO, {"action": "extend", "taskId": film["id"], "index": 1})
        assert len(links_of(longer)) == 4

    sketched(story)


# The prompt's own way


@pytest.mark.parametrize("flavour", ["plus", "octopusx", "novicezk"])
@pytest.mark.parametrize("more", ["", " --motion high --loop --bs 1", " --bs 2 --end {link}"])
def test_a_prompt_can_ask_for_a_film_of_the_picture_in_front(flavour: str, more: str) -> None:
    async def story(w: World) -> None:
        link = w.sandbox.put_file("fox.png", PNG)
        prompt = f"{link} it runs --video 1{more.format(link=link)}"
        task = await w.finished("/mj/submit/imagine", {"prompt": prompt})
        assert (task["status"], task["action"]) == ("SUCCESS", "VIDEO")
        assert is_a_film(await w.get(task["imageUrl"]))
        film = w.sandbox.task(task["id"]).recipe
        assert isinstance(film, Filmed)
        assert (film.high, film.loop) == ("high" in more, "loop" in more)
        assert film.count == (1 if "--bs 1" in more else 2 if "--bs 2" in more else 4)
        assert (film.end is not None) == ("--end" in more)

    sketched(story, flavour)


def test_a_prompt_for_a_film_has_a_picture_in_front() -> None:
    async def story(w: World) -> None:
        no_picture = w.sandbox.put_file("fox.mp4", b"no picture", "video/mp4")
        for link in ("", "https://example.com/fox.png ", f"{no_picture} "):
            prompt = f"{link}it runs --video 1"
            reply = (await w.post("/mj/submit/imagine", {"prompt": prompt})).json
            assert (reply["code"], reply["description"]) == (4, "Invalid link")
        attached = {"prompt": "it runs --video 1", "base64Array": [PICTURE]}
        assert (await w.finished("/mj/submit/imagine", attached))["action"] == "VIDEO"

    sketched(story, "plus")


# What is seen


def test_a_film_has_the_shape_of_its_picture_and_is_small() -> None:
    async def story(w: World) -> None:
        for size in ((160, 90), (90, 160), (100, 100), (1400, 100)):
            body = BODY | {"image": data_url(Image.new("RGB", size, "teal"))}
            task = await w.finished(VIDEO, body)
            shown = frames(w, task)[0].size
            # Both sides are even, which counts where one is short.
            assert shown[0] / shown[1] == pytest.approx(size[0] / size[1], rel=2 / min(shown))
            assert len((await w.get(task["imageUrl"])).body) < 600_000

    in_world(story, "trueai")


def test_a_film_begins_with_the_picture_and_moves_more_where_the_motion_is_high() -> None:
    async def story(w: World) -> None:
        low, high = [await w.finished(VIDEO, BODY | {"motion": m}) for m in ("low", "high")]
        picture = KITCHEN.draw(w.sandbox.task(low["id"]).recipe.of)
        for index in (1, 2, 3, 4):
            calm, wild = frames(w, low, index), frames(w, high, index)
            fitted = picture.resize(calm[0].size, Image.Resampling.BICUBIC)
            assert difference(calm[0], fitted) < 2
            assert calm[0].tobytes() == wild[0].tobytes()
            assert len({frame.tobytes() for frame in calm}) == len(calm)
            assert difference(*wild[:: len(wild) - 1]) > difference(*calm[:: len(calm) - 1]) > 2
        assert len({frames(w, low, index)[-1].tobytes() for index in (1, 2, 3, 4)}) == 4

    in_world(story)


def test_an_end_is_the_last_frame_and_a_loop_ends_where_it_begins() -> None:
    async def story(w: World) -> None:
        first, *_, last = frames(w, await w.finished(VIDEO, BODY | {"endImage": END}))
        assert last.getextrema() == ((255, 255), (0, 0), (0, 0))
        assert first.getpixel((3, 3)) != (255, 0, 0)
        begin, *between, end = frames(w, await w.finished(VIDEO, BODY | {"loop": True}))
        assert begin.tobytes() == end.tobytes()
        assert all(frame.tobytes() != begin.tobytes() for frame in between)

    in_world(story)


@pytest.mark.parametrize("more", [{}, {"endImage": END}, {"loop": True}])
def test_a_longer_film_goes_on_where_the_chosen_one_ended(more: dict[str, object]) -> None:
    async def story(w: World) -> None:
        film = await w.finished(VIDEO, BODY)
        body = {"action": "extend", "taskId": film["id"], "index": 2, "prompt": "on", **more}
        before, longer = frames(w, film, 3), frames(w, await w.finished(VIDEO, body))
        begun, added = longer[: len(before)], longer[len(before) :]
        assert [frame.tobytes() for frame in begun] == [frame.tobytes() for frame in before]
        assert len(added) >= 6
        assert added[0].tobytes() != before[-1].tobytes()
        assert difference(added[0], before[-1]) < difference(added[0], before[0])
        if "endImage" in more:
            assert added[-1].getextrema() == ((255, 255), (0, 0), (0, 0))
        if "loop" in more:
            assert added[-1].tobytes() == longer[0].tobytes()

    in_world(story)


def test_a_button_extends_the_film_that_it_stands_under() -> None:
    async def story(w: World) -> None:
        film = await w.finished(VIDEO, BODY)
        longer = await w.press(film, button(film, "high_extend"))
        before, after = frames(w, film), frames(w, longer)
        assert len(after) > len(before)
        assert after[len(before) - 1].tobytes() == before[-1].tobytes()

    in_world(story)
