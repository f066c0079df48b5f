"""What each kind of service does differently."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageStat

from mj_widgets.sandbox import EXAMPLES, Sandbox, Sketches

from .support import World, button, data_url, in_world

FETCH = f"/mj/task/{EXAMPLES['finished']}/fetch"
BARE = {"Authorization": "any"}


@pytest.mark.parametrize(
    ("flavour", "status", "body"),
    [
        ("dmx", 400, '{"description": "task_no_found ", "type": "upstream_error", "code": 4}'),
        ("novicezk", 200, ""),
        ("trueai", 204, ""),
    ],
)
def test_an_unknown_task(flavour: str, status: int, body: str) -> None:
    async def story(w: World) -> None:
        reply = await w.get("/mj/task/5/fetch")
        assert (reply.status, reply.body.decode()) == (status, body)

    in_world(story, flavour)


@pytest.mark.parametrize(
    ("flavour", "headers", "allowed"),
    [
        ("dmx", {"Authorization": "Bearer key"}, True),
        ("dmx", {"Authorization": "key"}, True),
        ("dmx", {"mj-api-secret": "key"}, True),
        ("dmx", {"Authorization": "midjourney-proxy", "mj-api-secret": "key"}, True),
        ("dmx", {"Authorization": "Bearer wrong", "mj-api-secret": "key"}, False),
        ("dmx", {"X-None": "1"}, False),
        ("novicezk", {"mj-api-secret": "key"}, True),
        ("novicezk", {"Authorization": "Bearer key"}, False),
        ("trueai", {"Authorization": "key"}, True),
        ("trueai", {"mj-api-secret": "key"}, True),
        ("trueai", {"Authorization": "Bearer key"}, False),
        ("trueai", {"Authorization": "Bearer key", "mj-api-secret": "key"}, False),
    ],
)
def test_who_may_ask(flavour: str, headers: dict[str, str], allowed: bool) -> None:
    async def story(w: World) -> None:
        assert (await w.get(FETCH, **headers)).status == (200 if allowed else 401)

    in_world(story, flavour, token="key")


def test_refusals_have_each_their_own_form() -> None:
    async def gateway(w: World) -> None:
        error = (await w.get(FETCH, Authorization="Bearer wrong")).json["error"]
        assert error["type"] == "new_api_error"
        assert error["message"].startswith("无效的令牌")

    async def bare(w: World) -> None:
        reply = await w.get(FETCH, Authorization="Bearer key")
        assert reply.body == b"Authorization header missing."
        assert reply.headers["Content-Type"].startswith("text/plain")

    in_world(gateway, "dmx", token="key")
    in_world(bare, "trueai", token="key")


@pytest.mark.parametrize("prefix", ["/mj", "/mj-fast/mj", "/mj-turbo/mj", "/mj-relax/mj"])
def test_any_prefix_leads_to_the_same_service(prefix: str) -> None:
    async def story(w: World) -> None:
        reply = await w.post(f"{prefix}/submit/imagine", {"prompt": "a"})
        task = await w.get(f"{prefix}/task/{reply.json['result']}/fetch")
        assert task.json["mode"] == {"/mj-turbo/mj": "TURBO", "/mj-relax/mj": "RELAX"}.get(
            prefix, "FAST"
        )

    in_world(story, "trueai")


def test_unset_values() -> None:
    async def gateway(w: World) -> None:
        task = await w.fetch(w.sandbox.add_task())
        assert (task["status"], task["startTime"], task["imageUrl"]) == ("", 0, "")
        assert task["properties"] is None

    async def original(w: World) -> None:
        task = await w.fetch(w.sandbox.add_task())
        assert (task["status"], task["startTime"], task["progress"]) == ("NOT_START", None, None)
        assert "buttons" not in task
        assert "failReason" not in task

    in_world(gateway, "dmx")
    in_world(original, "novicezk")


@pytest.mark.parametrize("what", ["action", "modal", "shorten"])
def test_the_original_has_no_buttons(what: str) -> None:
    async def story(w: World) -> None:
        assert (await w.post(f"/mj/submit/{what}", {})).status == 404
        assert (await w.post(f"/mj/task/{EXAMPLES['finished']}/cancel")).status == 404
        assert (await w.get(f"/mj/task/{EXAMPLES['finished']}/image-seed")).status == 404

    in_world(story, "novicezk")


def test_the_original_finds_a_picture_picked_before() -> None:
    async def story(w: World) -> None:
        body = {"taskId": EXAMPLES["finished"], "action": "UPSCALE", "index": 2}
        first = await w.finished("/mj/submit/change", body)
        again = (await w.post("/mj/submit/change", body)).json
        assert (again["code"], again["result"]) == (21, first["id"])
        assert again["properties"] == {"status": "SUCCESS", "imageUrl": first["imageUrl"]}

    in_world(story, "novicezk")


@pytest.mark.parametrize(
    ("content", "action"), [("U1", "UPSCALE"), ("v3", "VARIATION"), ("R", "REROLL")]
)
def test_a_change_in_short(content: str, action: str) -> None:
    async def story(w: World) -> None:
        body = {"content": f"{EXAMPLES['finished']} {content}"}
        task = await w.finished("/mj/submit/simple-change", body)
        assert task["action"] == action

    in_world(story, "novicezk")


def test_a_queue_is_code_22_at_the_source_and_1_behind_a_gateway() -> None:
    async def original(w: World) -> None:
        await w.post("/mj/submit/imagine", {"prompt": "a"})
        reply = (await w.post("/mj/submit/imagine", {"prompt": "b"})).json
        assert (reply["code"], reply["properties"]["numberOfQueues"]) == (22, 1)

    in_world(original, "novicezk", slots=1)


@pytest.mark.parametrize(
    ("flavour", "code", "text"), [("dmx", 23, "队列已满"), ("trueai", 9, "队列已满")]
)
def test_a_full_queue(flavour: str, code: int, text: str) -> None:
    async def story(w: World) -> None:
        w.sandbox.options.queue_full = True
        reply = (await w.post("/mj/submit/imagine", {"prompt": "a"})).json
        assert reply["code"] == code
        assert text in reply["description"]

    in_world(story, flavour)


@pytest.mark.parametrize(
    ("strict", "words"), [(False, "提交成功"), (True, "Waiting for window confirm")]
)
def test_a_gateway_hides_most_windows_behind_code_1(strict: bool, words: str) -> None:
    async def story(w: World) -> None:
        task = await w.fetch(EXAMPLES["finished"])
        body = {"taskId": task["id"], "customId": button(task, "variation::1")}
        reply = (await w.post("/mj/submit/action", body)).json
        assert (reply["code"], reply["description"]) == (1, words)
        assert (await w.fetch(reply["result"]))["status"] == "MODAL"

    in_world(story, "dmx", strict=strict, remix=True)


@pytest.mark.parametrize(
    "custom_id",
    [
        "MJ::Job::PicReader::1",
        "MJ::Picread::Retry",
        "MJ::Job::PromptAnalyzer::1",
        "MJ::Job::PromptAnalyzerExtended",
        "MJ::BOOKMARK::x",
        "MJ::JOB::animate_high::1::x::SOLO",
        "MJ::JOB::video::high::x::vid_1.1_i2v_480::manual",
        "MJ::JOB::video_virtual_upscale::1::x",
        "MJ::nothing",
    ],
)
def test_a_strict_gateway_refuses_buttons_it_does_not_know(custom_id: str) -> None:
    async def story(w: World) -> None:
        body = {"taskId": EXAMPLES["described"], "customId": custom_id}
        reply = await w.post("/mj/submit/action", body)
        assert reply.status == 400
        assert reply.json["description"] == f"unknown_action:{custom_id} "

    in_world(story, "dmx", strict=True)


@pytest.mark.parametrize(
    ("flavour", "custom_id", "why"),
    [
        ("plus", "MJ::BOOKMARK::x", "customId参数错误"),
        ("plus", "MJ::Job::PicReader::all", "customId参数错误"),
        ("trueai", "MJ::BOOKMARK::x", "未知的 Action 类型"),
        ("trueai", "MJ::Job::PromptAnalyzer::1", "未知的 Action 类型"),
        ("trueai", "MJ::Job::PromptAnalyzerExtended", "未知的 Action 类型"),
        ("trueai", "MJ::JOB::video::low::x::vid_1.1_i2v_480::auto", "未知的 Action 类型"),
        ("trueai", "MJ::JOB::video::low::x::vid_1.1_i2v_480::manual", "未知的 Action 类型"),
    ],
)
def test_a_server_refuses_buttons_it_does_not_know(flavour: str, custom_id: str, why: str) -> None:
    async def story(w: World) -> None:
        body = {"taskId": EXAMPLES["described"], "customId": custom_id}
        reply = await w.post("/mj/submit/action", body)
        assert (reply.status, reply.json["code"]) == (200, 4)
        assert reply.json["description"] == why

    in_world(story, flavour)


def test_trueai_lists_four_originals_beside_a_merged_sheet() -> None:
    async def story(w: World) -> None:
        task = await w.fetch(EXAMPLES["finished"])
        assert len(task["imageUrls"]) == 4
        assert (task["imageWidth"], task["imageHeight"]) == (1024, 1024)
        third = await w.get(task["imageUrls"][2]["url"])
        assert (third.image.format, third.image.size) == ("PNG", (1024, 1024))
        sheet = await w.get(task["imageUrl"])
        assert (sheet.image.format, sheet.image.size) == ("WEBP", (2048, 2048))
        quarter = sheet.image.convert("RGB").crop((0, 1024, 1024, 2048))
        difference = ImageChops.difference(third.image.convert("RGB"), quarter)
        assert 0 < max(ImageStat.Stat(difference).mean) < 6  # encoded again, not what they are

    in_world(story, "trueai")


WITHOUT_THEM = ("upsample_", "Outpaint", "CustomZoom", "pan_")


@pytest.mark.parametrize(
    ("version", "options"),
    [("--v 8", {}), ("--v 8.1", {}), ("--v 8.2", {}), ("", {"version": "8"})],
)
def test_midjourney_8_has_no_upscale_zoom_or_pan(version: str, options: dict[str, str]) -> None:
    async def story(w: World) -> None:
        grid = await w.finished("/mj/submit/imagine", {"prompt": f"a fox {version}".strip()})
        one = await w.press(grid, button(grid, "upsample::1"))
        for task in (grid, one):
            ids = [b["customId"] or "" for b in task["buttons"]]
            assert not [i for i in ids if any(word in i for word in WITHOUT_THEM)]
        assert button(one, "low_variation")
        assert button(one, "animate_high")

    in_world(story, "trueai", kitchen=Sketches(), **options)


def test_a_prompt_that_names_a_model_has_its_buttons_whatever_the_default_is() -> None:
    async def story(w: World) -> None:
        grid = await w.finished("/mj/submit/imagine", {"prompt": "a fox --v 7"})
        one = await w.press(grid, button(grid, "upsample::1"))
        assert all(button(one, word) for word in WITHOUT_THEM)

    in_world(story, "trueai", kitchen=Sketches(), version="8")


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_trueai_repeats_its_films_among_its_pictures(number: int) -> None:
    async def story(w: World) -> None:
        body = {"prompt": "it runs", "image": data_url(Image.new("RGB", (60, 40)))}
        film = await w.finished("/mj/submit/video", body)
        assert film["imageUrls"] == film["videoUrls"]
        sheet = await w.get(film["videoUrl"])
        assert sheet.headers["Content-Type"] == "image/png"
        picked = await w.press(film, button(film, f"virtual_upscale::{number}"))
        assert (await w.get(picked["imageUrl"])).body == (
            await w.get(film["videoUrls"][number - 1]["url"])
        ).body
        assert len(picked["videoUrls"]) == 4

    in_world(story, "trueai", kitchen=Sketches())


def test_trueai_windows() -> None:
    async def story(w: World) -> None:
        grid = await w.fetch(EXAMPLES["finished"])
        one = await w.press(grid, button(grid, "upsample::1"))
        assert button(one, "CustomZoom").startswith("MJ::CustomZoom::1::")
        body = {"taskId": one["id"], "customId": button(one, "Inpaint")}
        reply = (await w.post("/mj/submit/action", body)).json
        assert reply["code"] == 21
        assert reply["properties"] == {"finalPrompt": "", "remix": True}
        gone = await w.post("/mj/submit/action", body | {"taskId": "1"})
        assert (gone.status, gone.json["code"]) == (404, 3)

    in_world(story, "trueai", BARE)


def test_trueai_asks_for_a_remix_prompt_only_when_told_to() -> None:
    async def story(w: World) -> None:
        grid = await w.fetch(EXAMPLES["finished"])
        body = {"taskId": grid["id"], "customId": button(grid, "variation::1")}
        assert (await w.post("/mj/submit/action", body)).json["code"] == 1
        remix = await w.post("/mj/submit/action", body | {"enableRemix": True})
        assert remix.json["code"] == 21

    in_world(story, "trueai", remix=True)


def test_trueai_refuses_a_remix_prompt_where_the_account_has_no_remix() -> None:
    async def story(w: World) -> None:
        grid = await w.fetch(EXAMPLES["finished"])
        body = {"taskId": grid["id"], "customId": button(grid, "variation::1")}
        reply = (await w.post("/mj/submit/action", body | {"enableRemix": True})).json
        assert reply["code"] == 4
        assert "不支持 remix" in reply["description"]

    in_world(story, "trueai")


def test_trueai_calls_a_cancelled_task_failed() -> None:
    async def story(w: World) -> None:
        task_id = w.sandbox.add_task(age=3)
        await w.post(f"/mj/task/{task_id}/cancel")
        task = await w.fetch(task_id)
        assert (task["status"], task["failReason"]) == ("FAILURE", "取消任务")

    in_world(story, "trueai")


def test_trueai_has_no_change() -> None:
    async def story(w: World) -> None:
        assert (await w.post("/mj/submit/change", {})).status == 404

    in_world(story, "trueai")


def test_an_unknown_flavour_is_named() -> None:
    with pytest.raises(ValueError, match="unknown flavour 'x': use one of dmx, novicezk"):
        Sandbox("x")
