"""Every button does what its name says, and it shows in the pixels."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from mj_widgets.sandbox import EXAMPLES

from .support import World, button, data_url, in_world


async def grid(w: World) -> dict:
    return await w.fetch(EXAMPLES["finished"])


async def single(w: World) -> dict:
    return await w.press(await grid(w), button(await grid(w), "upsample::2"))


async def picture(w: World, task: dict) -> Image.Image:
    assert task["status"] == "SUCCESS", task
    return (await w.get(task["imageUrl"])).image.convert("RGB")


def quarter(image: Image.Image, index: int) -> Image.Image:
    w, h = image.width // 2, image.height // 2
    x, y = (index - 1) % 2 * w, (index - 1) // 2 * h
    return image.crop((x, y, x + w, y + h))


def hash_of(task: dict) -> str:
    return str(task["properties"]["messageHash"])


def difference(a: Image.Image, b: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(a, b)).mean) / 3


@pytest.mark.parametrize("index", [1, 2, 3, 4])
def test_u_gives_exactly_that_quadrant(index: int) -> None:
    async def story(w: World) -> None:
        whole = await picture(w, await grid(w))
        one = await picture(w, await w.press(await grid(w), button(await grid(w), f"e::{index}")))
        assert one.size == (1024, 1024)
        assert one.tobytes() == quarter(whole, index).tobytes()

    in_world(story)


def test_v_gives_the_same_new_grid_every_time() -> None:
    async def story(w: World) -> None:
        press = button(await grid(w), "variation::3")
        first = await picture(w, await w.press(await grid(w), press))
        again = await picture(w, await w.press(await grid(w), press))
        assert first.size == (2048, 2048)
        assert first.tobytes() == again.tobytes()
        assert difference(first, await picture(w, await grid(w))) > 2

    in_world(story)


def test_reroll_gives_another_grid_every_time() -> None:
    async def story(w: World) -> None:
        press = button(await grid(w), "reroll")
        first = await picture(w, await w.press(await grid(w), press))
        again = await picture(w, await w.press(await grid(w), press))
        assert difference(first, again) > 2

    in_world(story)


def test_a_single_picture_has_the_buttons_of_its_model() -> None:
    async def story(w: World) -> None:
        labels = [b["label"] or b["emoji"] for b in (await single(w))["buttons"]]
        assert labels == [
            "Upscale (Subtle)",
            "Upscale (Creative)",
            "Vary (Subtle)",
            "Vary (Strong)",
            "Vary (Region)",
            "Zoom Out 2x",
            "Zoom Out 1.5x",
            "Custom Zoom",
            "⬅️",
            "➡️",
            "⬆️",
            "⬇️",
            "Animate (High motion)",
            "Animate (Low motion)",
            "❤️",
            "Web",
        ]
        assert (await single(w))["buttons"][-1] == {
            "customId": None,
            "emoji": "",
            "label": "Web",
            "type": 2,
            "style": 5,
        }

    in_world(story)


def test_only_a_picture_that_is_not_square_can_be_made_square() -> None:
    async def story(w: World) -> None:
        wide = await w.finished("/mj/submit/imagine", {"prompt": "sea --ar 16:9"})
        one = await w.press(wide, button(wide, "upsample::1"))
        square = await w.press(one, button(one, "Outpaint::100"))
        assert (await picture(w, square)).size == (2048, 2048)

    in_world(story)


@pytest.mark.parametrize("job", ["2x_subtle", "2x_creative"])
def test_an_upscale_is_the_same_picture_at_twice_the_size(job: str) -> None:
    async def story(w: World) -> None:
        one = await single(w)
        large = await picture(w, await w.press(one, button(one, job)))
        assert large.size == (2048, 2048)
        assert difference(large.reduce(2), await picture(w, one)) < 6

    in_world(story)


ACTIONS = {
    "plus": ("ACTION", "LOW_VARIATION", "HIGH_VARIATION", "INPAINT", "CUSTOM_ZOOM"),
    "trueai": ("UPSCALE_HD", "VARIATION", "VARIATION", "VARIATION", "ZOOM"),
    "dmx": ("UPSCALE", "LOW_VARIATION", "HIGH_VARIATION", "INPAINT", "CUSTOM_ZOOM"),
}


@pytest.mark.parametrize("flavour", ACTIONS)
def test_the_same_work_has_each_services_own_word(flavour: str) -> None:
    async def story(w: World) -> None:
        one = await single(w)
        mask = data_url(Image.new("L", (1024, 1024), 255))
        done = [await w.press(one, button(one, job)) for job in ("2x_subtle", "low_", "high_")]
        for job, prompt in (("Inpaint", "a lake"), ("CustomZoom", "a lake --zoom 1.5")):
            press = {"taskId": one["id"], "customId": button(one, job)}
            window = (await w.post("/mj/submit/action", press)).json["result"]
            answer = {"taskId": window, "prompt": prompt, "maskBase64": mask}
            done.append(await w.finished("/mj/submit/modal", answer))
        assert tuple(task["action"] for task in done) == ACTIONS[flavour]

    in_world(story, flavour)


def test_zoom_out_shows_the_whole_picture_in_the_middle() -> None:
    async def story(w: World) -> None:
        one = await single(w)
        out = await picture(w, await w.press(one, button(one, "Outpaint::50")))
        small = (await picture(w, one)).resize((512, 512), Image.Resampling.LANCZOS)
        for index in (1, 2, 3, 4):
            middle = quarter(out, index).crop((256, 256, 768, 768))
            inside = (80, 80, 432, 432)
            assert difference(middle.crop(inside), small.crop(inside)) < 0.5

    in_world(story)


@pytest.mark.parametrize(
    ("way", "size", "corner"),
    [
        ("left", (2688, 1792), (448, 0)),
        ("right", (2688, 1792), (0, 0)),
        ("up", (1792, 2688), (0, 448)),
        ("down", (1792, 2688), (0, 0)),
    ],
)
def test_pan_adds_picture_on_that_side(
    way: str, size: tuple[int, int], corner: tuple[int, int]
) -> None:
    async def story(w: World) -> None:
        one = await single(w)
        panned = await picture(w, await w.press(one, button(one, f"pan_{way}")))
        assert panned.size == size
        source = (await picture(w, one)).resize((896, 896), Image.Resampling.LANCZOS)
        x, y = corner
        found = quarter(panned, 1).crop((x, y, x + 896, y + 896))
        inside = (130, 130, 766, 766)
        assert difference(found.crop(inside), source.crop(inside)) < 0.5

    in_world(story)


def test_only_the_white_of_a_mask_is_repainted() -> None:
    async def story(w: World) -> None:
        one = await single(w)
        body = {"taskId": one["id"], "customId": button(one, "Inpaint")}
        window = (await w.post("/mj/submit/action", body)).json
        assert window["code"] == 21
        assert (await w.fetch(window["result"]))["status"] == "MODAL"
        mask = Image.new("L", (512, 512))
        ImageDraw.Draw(mask).rectangle((100, 150, 299, 399), fill=255)
        answer = {"taskId": window["result"], "prompt": "red city", "maskBase64": data_url(mask)}
        done = await w.finished("/mj/submit/modal", answer)
        assert done["id"] == window["result"]
        before, after = await picture(w, one), await picture(w, done)
        hole = (200, 300, 600, 800)
        for index in (1, 2, 3, 4):
            changed = ImageChops.difference(before, quarter(after, index))
            assert difference(before.crop(hole), quarter(after, index).crop(hole)) > 2
            changed.paste(0, hole)
            assert changed.getbbox() is None

    in_world(story)


def test_custom_zoom_wants_a_factor_between_one_and_two() -> None:
    async def story(w: World) -> None:
        one = await single(w)
        body = {"taskId": one["id"], "customId": button(one, "CustomZoom")}
        window = (await w.post("/mj/submit/action", body)).json
        assert window["code"] == 21
        assert window["properties"]["finalPrompt"].endswith("--zoom 2")
        for prompt, code in (("a", 4), ("a --zoom 3", 4), ("a --zoom 1.8", 1)):
            answer = {"taskId": window["result"], "prompt": prompt}
            assert (await w.post("/mj/submit/modal", answer)).json["code"] == code
        w.clock.forward(60)
        assert (await picture(w, await w.fetch(window["result"]))).size == (2048, 2048)

    in_world(story)


def test_animate_gives_a_moving_picture_whose_parts_are_films() -> None:
    async def story(w: World) -> None:
        one = await single(w)
        film = await w.press(one, button(one, "animate_high"))
        moving = await w.get(film["imageUrl"])
        assert moving.headers["Content-Type"] == "image/webp"
        assert moving.image.n_frames > 8
        part = await w.press(film, button(film, "video_virtual_upscale::2"))
        mp4 = await w.get(part["imageUrl"])
        assert mp4.headers["Content-Type"] == "video/mp4"
        assert mp4.body[4:8] == b"ftyp"

    in_world(story)


@pytest.mark.parametrize("flavour", ["trueai", "dmx"])
def test_a_partner_animates_into_four_films(flavour: str) -> None:
    async def story(w: World) -> None:
        one = await single(w)
        body = {"taskId": one["id"], "customId": button(one, "animate_low")}
        submitted = (await w.post("/mj/submit/action", body)).json
        w.clock.forward(8)
        assert (await w.get((await w.fetch(submitted["result"]))["imageUrl"])).image
        w.clock.forward(60)
        film = await w.fetch(submitted["result"])
        links = [video["url"] for video in film["videoUrls"]]
        assert len(set(links)) == 4
        assert film["imageUrl"] == links[0]
        for link in links:
            mp4 = await w.get(link)
            assert mp4.headers["Content-Type"] == "video/mp4"
            assert mp4.body[4:8] == b"ftyp"
        longer = await w.press(film, button(film, "low_extend"))
        assert len(longer["videoUrls"]) == 4
        part = await w.press(film, button(film, "video_virtual_upscale::4"))
        assert (await w.get(part["imageUrl"])).headers["Content-Type"] == "video/mp4"

    in_world(story, flavour, partner=True)


@pytest.mark.parametrize("motion", ["low", "high"])
def test_a_video_by_hand_always_asks_for_a_prompt(motion: str) -> None:
    async def story(w: World) -> None:
        one = await single(w)
        by_itself = f"MJ::JOB::video::{motion}::{hash_of(one)}::vid_1.1_i2v_480::auto"
        by_hand = by_itself.replace("auto", "manual")
        assert (await w.press(one, by_itself))["status"] == "SUCCESS"
        press = {"taskId": one["id"], "customId": by_hand}
        window = (await w.post("/mj/submit/action", press)).json
        assert window["code"] == 21
        made = await w.finished(
            "/mj/submit/modal", {"taskId": window["result"], "prompt": "it runs"}
        )
        assert (made["prompt"], made["action"]) == ("it runs", "VIDEO")
        assert (await w.get(made["imageUrl"])).image.n_frames > 8

    in_world(story, "plus")


@pytest.mark.parametrize("short", ["MJ::Outpaint::1::{h}::SOLO", "MJ::JOB::pan_left::0::{h}::SOLO"])
def test_ids_without_a_share_or_an_index_work(short: str) -> None:
    async def story(w: World) -> None:
        one = await single(w)
        made = await w.press(one, short.format(h=hash_of(one)))
        assert await picture(w, made)

    in_world(story)


def test_a_bookmark_makes_no_task() -> None:
    async def story(w: World) -> None:
        one = await single(w)
        body = {"taskId": one["id"], "customId": button(one, "BOOKMARK")}
        assert (await w.post("/mj/submit/action", body)).json["result"] == one["id"]

    in_world(story)


def test_describe_gives_four_texts_that_can_be_imagined() -> None:
    async def story(w: World) -> None:
        upload = data_url(Image.new("RGB", (60, 40), "teal"))
        task = await w.finished("/mj/submit/describe", {"base64": upload})
        text = task["properties"]["finalPrompt"]
        assert [part[:3] for part in text.split("\n\n")] == ["1️⃣", "2️⃣", "3️⃣", "4️⃣"]
        assert (await w.get(task["imageUrl"])).image.size == (60, 40)
        window = await w.press(task, button(task, "PicReader::2"))
        assert window["status"] == "MODAL"
        made = await w.finished("/mj/submit/modal", {"taskId": window["id"], "prompt": "a sea"})
        assert (made["prompt"], made["status"]) == ("a sea", "SUCCESS")
        everything = {"taskId": task["id"], "customId": "MJ::Job::PicReader::all"}
        ids = (await w.post("/mj/submit/action", everything)).json["result"].split(",")
        assert len(set(ids)) == 4

    in_world(story)


def test_a_jpeg_input_keeps_its_type() -> None:
    async def story(w: World) -> None:
        upload = data_url(Image.new("RGB", (60, 40), "teal"), "JPEG")
        task = await w.finished("/mj/submit/describe", {"base64": upload})
        assert (await w.get(task["imageUrl"])).headers["Content-Type"] == "image/jpeg"

    in_world(story)


def test_shorten_marks_words_and_offers_five_prompts() -> None:
    async def story(w: World) -> None:
        prompt = "a very little red fox in the style of an old travel poster"
        task = await w.finished("/mj/submit/shorten", {"prompt": prompt})
        text = task["properties"]["finalPrompt"]
        assert "**" in text
        assert "~~" in text
        assert "5️⃣" in text
        assert not task["imageUrl"]
        window = await w.press(task, button(task, "PromptAnalyzer::3"))
        assert window["status"] == "MODAL"
        assert window["prompt"]
        details = await w.press(task, button(task, "PromptAnalyzerExtended"))
        assert details["action"] == "SHORTEN"
        assert "fox (" in details["properties"]["finalPrompt"]
        assert not details["imageUrl"]

    in_world(story)


def test_blend_mixes_two_to_five_pictures() -> None:
    async def story(w: World) -> None:
        images = [data_url(Image.new("RGB", (50, 50), c)) for c in ("red", "blue")]
        body = {"base64Array": images, "dimensions": "LANDSCAPE"}
        assert (await picture(w, await w.finished("/mj/submit/blend", body))).size == (2688, 1792)
        alone = await w.post("/mj/submit/blend", {"base64Array": images[:1]})
        assert alone.json["code"] == 4

    in_world(story)


def test_a_button_works_on_a_finished_task_only() -> None:
    async def story(w: World) -> None:
        press = {"taskId": w.sandbox.add_task(), "customId": "MJ::JOB::upsample::1::x"}
        assert (
            (await w.post("/mj/submit/action", press))
            .json["description"]
            .startswith("task_status_not_success")
        )
        assert (await w.post("/mj/submit/action", press | {"taskId": "1"})).status == 400

    in_world(story)


def test_remix_opens_a_window_for_variations() -> None:
    async def story(w: World) -> None:
        window = await w.press(await grid(w), button(await grid(w), "variation::1"))
        assert window["status"] == "MODAL"
        answer = {"taskId": window["id"], "prompt": "a blue sea"}
        assert (await w.finished("/mj/submit/modal", answer))["prompt"] == "a blue sea"

    in_world(story, remix=True)
