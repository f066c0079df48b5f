"""Pictures from outside: edits, new surfaces, faces, uploads, and who offers them."""

from __future__ import annotations

from functools import partial

import aiohttp
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from mj_widgets.sandbox import EXAMPLES, Sketches

from .support import World, data_url, in_world

UPLOAD = "submit/upload-discord-images"
SWAP = "insight-face/swap"
MARKED = (100, 100, 400, 300)
"""The part of a picture that is to be painted anew."""


def a_picture(size: tuple[int, int] = (600, 400)) -> Image.Image:
    """A picture in which a changed pixel shows: each has a colour of its own."""
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (across, down, Image.new("L", size, 60)))


PICTURE = data_url(a_picture((60, 40)))
BODIES: dict[str, dict[str, object]] = {
    "submit/edits": {"prompt": "a hat", "image": PICTURE},
    "submit/edit": {"prompt": "a hat", "image": PICTURE},
    "submit/retexture": {"prompt": "of wood", "image": PICTURE},
    "submit/video": {"prompt": "it runs", "image": PICTURE, "motion": "low"},
    UPLOAD: {"base64Array": [PICTURE]},
    SWAP: {"sourceBase64": PICTURE, "targetBase64": PICTURE},
}
OFFERED = {
    "dmx": {*BODIES} - {"submit/edit"},
    "newapi": {"submit/edits", "submit/video", UPLOAD, SWAP},
    "onehub": {UPLOAD, SWAP},
    "trueai": {*BODIES},
    "plus": {UPLOAD, SWAP},
    "octopusx": {UPLOAD, SWAP},
    "novicezk": set(),
    "webman": set(),
}
ACTIONS = {
    "submit/edits": ("EDIT", "EDITS"),
    "submit/edit": ("EDIT", "EDITS"),
    "submit/retexture": ("RETEXTURE",),
    "submit/video": ("VIDEO",),
    SWAP: ("SWAP_FACE",),
}
sketched = partial(in_world, kitchen=Sketches())
with_edits = pytest.mark.parametrize("flavour", ["dmx", "newapi", "trueai"])


def marked(picture: Image.Image, box: tuple[int, int, int, int] = MARKED) -> str:
    """The picture, transparent in a part of it."""
    clear = picture.convert("RGBA")
    clear.paste((0, 0, 0, 0), box)
    return data_url(clear)


def mask(picture: Image.Image, box: tuple[int, int, int, int] = MARKED) -> str:
    """Black, and white in a part of it."""
    painted = Image.new("L", picture.size)
    ImageDraw.Draw(painted).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=255)
    return data_url(painted)


async def four(w: World, task: dict) -> list[Image.Image]:
    """The four pictures of a finished task, cut out of its grid or as they are listed."""
    assert task["status"] == "SUCCESS", task
    if links := task.get("imageUrls"):
        return [(await w.get(link["url"])).image.convert("RGB") for link in links]
    whole = (await w.get(task["imageUrl"])).image.convert("RGB")
    width, height = whole.width // 2, whole.height // 2
    corners = [(x, y) for y in (0, height) for x in (0, width)]
    return [whole.crop((x, y, x + width, y + height)) for x, y in corners]


def difference(a: Image.Image, b: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(a, b)).mean) / 3


def outside(box: tuple[int, int, int, int], picture: Image.Image) -> Image.Image:
    """The picture, black in a part of it."""
    rest = picture.copy()
    rest.paste(0, box)
    return rest


# Who takes what


@pytest.mark.parametrize("flavour", OFFERED)
@pytest.mark.parametrize("path", BODIES)
def test_each_service_takes_what_it_offers(flavour: str, path: str) -> None:
    async def story(w: World) -> None:
        reply = await w.post(f"/mj/{path}", BODIES[path])
        if path not in OFFERED[flavour]:
            assert reply.status == 404
            return
        assert (reply.status, reply.json["code"]) == (200, 1)
        if path == UPLOAD:
            (link,) = reply.json["result"]
            assert (await w.get(link)).image.size == (60, 40)
            return
        w.clock.forward(60)
        task = await w.fetch(reply.json["result"])
        assert task["status"] == "SUCCESS"
        assert task["action"] in ACTIONS[path]
        assert (await w.get(task["imageUrl"])).status == 200

    sketched(story, flavour)


@pytest.mark.parametrize("path", BODIES)
def test_all_but_an_upload_count_as_submissions(path: str) -> None:
    async def story(w: World) -> None:
        await w.post(f"/mj/{path}", BODIES[path])
        assert len(w.sandbox.posts) == (path != UPLOAD)
        assert w.sandbox.count("POST", "upload") == (path == UPLOAD)

    sketched(story, "trueai")


@pytest.mark.parametrize("path", [*BODIES])
@pytest.mark.parametrize("kind", ["404-page", "413", "cut"])
def test_each_of_them_can_go_wrong_alone(path: str, kind: str) -> None:
    async def story(w: World) -> None:
        w.sandbox.faults.next(kind, path=path)
        if kind == "cut":  # taken, and the answer is lost
            with pytest.raises(aiohttp.ServerDisconnectedError):
                await w.post(f"/mj/{path}", BODIES[path])
        else:
            assert (await w.post(f"/mj/{path}", BODIES[path])).status == int(kind[:3])
        assert (await w.post(f"/mj/{path}", BODIES[path])).status == 200

    sketched(story, "trueai")


@pytest.mark.parametrize("path", ["submit/edits", "submit/edit", "submit/retexture"])
def test_an_account_of_discord_says_that_it_cannot_edit(path: str) -> None:
    async def story(w: World) -> None:
        reply = (await w.post(f"/mj/{path}", BODIES[path])).json
        assert reply["code"] == 4
        assert reply["description"] == "当前账号不支持编辑/重绘任务"
        assert reply["result"] is None

    sketched(story, "trueai", edits=False)


# What is asked


@with_edits
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"prompt": " "}, "prompt不能为空"),
        ({"prompt": None}, "prompt不能为空"),
        ({"image": ""}, "image不能为空"),
        ({"image": "data:image/png;base64,AAAA"}, "base64格式错误"),
        ({"image": "data:text/plain;base64,AAAA"}, "base64格式错误"),
        ({"image": "https://example.com/fox.png"}, "Invalid link"),
        ({"prompt": "nsfw"}, "可能包含敏感词"),
    ],
)
def test_an_edit_that_makes_no_sense(flavour: str, change: dict[str, object], why: str) -> None:
    async def story(w: World) -> None:
        body = BODIES["submit/edits"] | change
        reply = (await w.post("/mj/submit/edits", body)).json
        assert reply["code"] in (4, 24)
        assert reply["description"] == why

    sketched(story, flavour)


def test_a_link_of_its_own_is_a_picture_but_not_one_that_is_forged_or_has_run_out() -> None:
    async def story(w: World) -> None:
        (link,) = (await w.post(f"/mj/{UPLOAD}", BODIES[UPLOAD])).json["result"]
        body = {"prompt": "a hat", "image": link}
        assert (await w.finished("/mj/submit/edits", body))["status"] == "SUCCESS"
        forged = body | {"image": link.replace("hm=", "hm=0")}
        assert (await w.post("/mj/submit/edits", forged)).json["description"] == "Invalid link"
        w.clock.forward(90_000)
        assert (await w.post("/mj/submit/edits", body)).json["description"] == "Invalid link"

    sketched(story)


@pytest.mark.parametrize("missing", ["sourceBase64", "targetBase64"])
def test_a_swap_wants_two_pictures(missing: str) -> None:
    async def story(w: World) -> None:
        reply = (await w.post(f"/mj/{SWAP}", BODIES[SWAP] | {missing: ""})).json
        assert reply["description"] == "base64格式错误"

    sketched(story)


@pytest.mark.parametrize("array", [None, [], ["no picture"], PICTURE])
def test_an_upload_wants_pictures(array: object) -> None:
    async def story(w: World) -> None:
        assert (await w.post(f"/mj/{UPLOAD}", {"base64Array": array})).json["code"] == 4

    sketched(story)


def test_several_uploads_come_back_in_their_order() -> None:
    async def story(w: World) -> None:
        sizes = [(10, 20), (30, 40), (50, 60)]
        pictures = zip(sizes, ("PNG", "JPEG", "WEBP"), strict=True)
        array = [data_url(Image.new("RGB", size), kind) for size, kind in pictures]
        links = (await w.post(f"/mj/{UPLOAD}", {"base64Array": array})).json["result"]
        files = [await w.get(link) for link in links]
        assert [file.image.size for file in files] == sizes
        types = [file.headers["Content-Type"] for file in files]
        assert types == ["image/png", "image/jpeg", "image/webp"]

    sketched(story)


def test_references_and_pictures_in_a_prompt_are_text() -> None:
    async def story(w: World) -> None:
        (link,) = (await w.post(f"/mj/{UPLOAD}", BODIES[UPLOAD])).json["result"]
        prompt = f"{link} a fox --sref {link} --oref {link} --edit {link} --ar 16:9"
        task = await w.finished("/mj/submit/imagine", {"prompt": prompt})
        assert (task["status"], task["prompt"]) == ("SUCCESS", prompt)

    sketched(story)


# What is seen


@with_edits
def test_an_edit_changes_what_is_marked_and_nothing_else(flavour: str) -> None:
    picture = a_picture((1344, 896))  # of the size that an edit's pictures have

    async def story(w: World) -> None:
        body = {"prompt": "a hat", "image": marked(picture), "maskBase64": mask(picture)}
        made = await four(w, await w.finished("/mj/submit/edits", body))
        for one in made:
            assert one.size == picture.size
            assert outside(MARKED, one).tobytes() == outside(MARKED, picture).tobytes()
            assert difference(one.crop(MARKED), picture.crop(MARKED)) > 10
        assert len({one.tobytes() for one in made}) == 4

    in_world(story, flavour)


@pytest.mark.parametrize(("flavour", "looks_at_masks"), [("dmx", False), ("newapi", True)])
def test_a_mask_counts_where_the_service_looks_at_it(flavour: str, looks_at_masks: bool) -> None:
    picture = a_picture((1344, 896))

    async def story(w: World) -> None:
        body = {"prompt": "a hat", "image": data_url(picture), "maskBase64": mask(picture)}
        first, *_ = await four(w, await w.finished("/mj/submit/edits", body))
        is_kept = outside(MARKED, first).tobytes() == outside(MARKED, picture).tobytes()
        assert is_kept == looks_at_masks
        bad = await w.post("/mj/submit/edits", body | {"maskBase64": "no picture"})
        assert bad.json["code"] == (4 if looks_at_masks else 1)

    in_world(story, flavour)


def test_without_a_mark_all_of_it_is_painted_over_and_shines_through() -> None:
    picture = a_picture((1344, 896))

    async def story(w: World) -> None:
        body = {"prompt": "a winter night", "image": data_url(picture)}
        first, *_ = await four(w, await w.finished("/mj/submit/edits", body))
        corners = [(0, 0, 200, 200), (1144, 696, 1344, 896)]
        assert all(difference(first.crop(c), picture.crop(c)) > 3 for c in corners)

    in_world(story)


@with_edits
def test_a_padded_picture_comes_back_wider(flavour: str) -> None:
    inner = (640, 80, 1240, 480)
    frame = Image.new("RGBA", (1880, 560), (0, 0, 0, 0))
    frame.paste(a_picture(), inner)

    async def story(w: World) -> None:
        body = {"prompt": "more of it", "image": data_url(frame)}
        first, *_ = await four(w, await w.finished("/mj/submit/edits", body))
        assert first.width / first.height == pytest.approx(1880 / 560, rel=0.02)
        scale = first.width / 1880
        box = tuple(round(side * scale) for side in inner)
        kept = a_picture().resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.LANCZOS)
        within = (8, 8, kept.width - 8, kept.height - 8)
        assert difference(first.crop(box).crop(within), kept.crop(within)) < 3
        assert first.getpixel((5, first.height // 2)) != (0, 0, 0)

    in_world(story, flavour)


def test_sketches_have_the_shape_of_the_padded_picture() -> None:
    async def story(w: World) -> None:
        body = {"prompt": "more", "image": data_url(Image.new("RGBA", (300, 100)))}
        made = await w.get((await w.finished("/mj/submit/edits", body))["imageUrl"])
        assert made.image.width / made.image.height == pytest.approx(3, rel=0.02)

    sketched(story)


def test_a_new_surface_keeps_the_shapes_and_changes_the_colours() -> None:
    picture = Image.new("RGB", (1344, 896), "white")
    picture.paste("black", (0, 500, 1344, 896))  # a horizon

    async def story(w: World) -> None:
        body = {"prompt": "of red wool", "image": data_url(picture)}
        made = await four(w, await w.finished("/mj/submit/retexture", body))
        assert len({one.tobytes() for one in made}) == 4
        for one in made:
            assert one.size == picture.size
            assert difference(one, picture) > 10
            brighter, darker = one.crop((0, 0, 1344, 499)), one.crop((0, 501, 1344, 896))
            assert (
                ImageStat.Stat(brighter.convert("L")).extrema[0][0]
                > (ImageStat.Stat(darker.convert("L")).extrema[0][1])
            )

    in_world(story, "trueai")


def test_a_swap_gives_one_picture_with_the_middle_of_the_other() -> None:
    red, blue = Image.new("RGB", (50, 50), "red"), Image.new("RGB", (300, 200), "blue")

    async def story(w: World) -> None:
        body = {"sourceBase64": data_url(red), "targetBase64": data_url(blue)}
        task = await w.finished(f"/mj/{SWAP}", body)
        made = (await w.get(task["imageUrl"])).image.convert("RGB")
        assert made.size == (300, 200)
        assert made.getpixel((150, 100)) == (255, 0, 0)
        assert made.getpixel((5, 5)) == (0, 0, 255)
        assert (task["buttons"], task["botType"]) == ([], "INSIGHT_FACE")

    in_world(story, "trueai")


def test_an_edit_has_the_buttons_of_a_grid() -> None:
    async def story(w: World) -> None:
        task = await w.finished("/mj/submit/edits", BODIES["submit/edits"])
        assert [button["label"] for button in task["buttons"]][:4] == ["U1", "U2", "U3", "U4"]
        one = await w.press(task, task["buttons"][1]["customId"])
        assert one["status"] == "SUCCESS"

    sketched(story)


# The list of tasks


@pytest.mark.parametrize("flavour", ["plus", "trueai", "novicezk"])
def test_the_latest_tasks_are_listed_with_the_state_they_were_given(flavour: str) -> None:
    async def story(w: World) -> None:
        body = {"prompt": "a fox", "state": "mine-5c1b"}
        made = (await w.post("/mj/submit/imagine", body)).json["result"]
        first = (await w.get("/mj/task/list")).json[0]
        assert (first["id"], first["state"]) == (made, "mine-5c1b")

    sketched(story, flavour)


def test_the_list_ends_after_a_hundred_and_wakes_none_that_sleeps() -> None:
    async def story(w: World) -> None:
        assert EXAMPLES["running"] in [task["id"] for task in (await w.get("/mj/task/list")).json]
        w.clock.forward(3600)
        sleeping = w.sandbox.task(EXAMPLES["running"])
        assert sleeping.at(w.clock()).status == "NOT_START"
        made = [w.sandbox.add_task(f"fox {n}") for n in range(120) if not w.clock.forward(1)]
        listed = [task["id"] for task in (await w.get("/mj/task/list")).json]
        assert listed == made[:-101:-1]

    sketched(story, "plus")


def test_a_gateway_lists_nothing() -> None:
    async def story(w: World) -> None:
        for path in ("/mj/task/list", "/mj/task/queue"):
            reply = await w.get(path)
            assert (reply.status, reply.json["error"]["type"]) == (404, "invalid_request_error")

    for flavour in ("dmx", "newapi", "onehub"):
        sketched(story, flavour)
