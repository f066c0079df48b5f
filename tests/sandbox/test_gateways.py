"""The gateways that resellers run: what they refuse, and what they tell of a key."""

from __future__ import annotations

from functools import partial

import pytest
from PIL import Image

from mj_widgets.sandbox import EXAMPLES, Sketches

from .support import Reply, World, button, data_url, in_world

PICTURE = data_url(Image.new("RGB", (60, 40), "teal"))
BUTTONS_UNKNOWN = (
    "MJ::JOB::animate_high::1::x::SOLO",
    "MJ::JOB::animate_low_extend::1::x",
    "MJ::JOB::video_virtual_upscale::2::x",
    "MJ::JOB::video::low::x::vid_1.1_i2v_480::manual",
    "MJ::BOOKMARK::x",
)
sketched = partial(in_world, kitchen=Sketches())
gateways = pytest.mark.parametrize("flavour", ["newapi", "onehub"])


@gateways
@pytest.mark.parametrize("custom_id", BUTTONS_UNKNOWN)
def test_a_newer_button_is_an_unknown_action(flavour: str, custom_id: str) -> None:
    async def story(w: World) -> None:
        body = {"taskId": EXAMPLES["finished"], "customId": custom_id}
        reply = await w.post("/mj/submit/action", body)
        assert reply.status == 400
        assert reply.json["description"] == f"unknown_action:{custom_id} "

    sketched(story, flavour)


@gateways
def test_an_older_button_works_and_a_reroll_by_name_needs_an_index(flavour: str) -> None:
    async def story(w: World) -> None:
        grid = await w.fetch(EXAMPLES["finished"])
        assert (await w.press(grid, button(grid, "upsample::1")))["action"] == "UPSCALE"
        body = {"taskId": grid["id"], "action": "REROLL"}
        assert (await w.post("/mj/submit/change", body)).json["description"] == "index_is_required"
        assert (await w.post("/mj/submit/change", body | {"index": 1})).json["code"] == 1

    sketched(story, flavour)


@gateways
def test_a_queue_and_a_window_look_like_plain_success(flavour: str) -> None:
    async def story(w: World) -> None:
        await w.post("/mj/submit/imagine", {"prompt": "a"})
        assert (await w.post("/mj/submit/imagine", {"prompt": "b"})).json["code"] == 1
        grid = await w.fetch(EXAMPLES["finished"])
        body = {"taskId": grid["id"], "customId": button(grid, "variation::1")}
        assert (await w.post("/mj/submit/action", body)).json["code"] == 1

    sketched(story, flavour, slots=1, remix=True)


@gateways
def test_a_task_cannot_be_cancelled(flavour: str) -> None:
    async def story(w: World) -> None:
        assert (await w.post(f"/mj/task/{w.sandbox.add_task()}/cancel")).status == 404

    sketched(story, flavour)


def test_films_of_a_gateway_are_strings_in_objects_and_extended_by_video_alone() -> None:
    async def story(w: World) -> None:
        film = await w.finished("/mj/submit/video", {"image": PICTURE, "motion": "high"})
        assert film["videoUrl"] == film["videoUrls"][0]["url"] == film["imageUrl"]
        press = {"taskId": film["id"], "customId": button(film, "low_extend")}
        assert (await w.post("/mj/submit/action", press)).status == 400
        body = {"action": "extend", "taskId": film["id"], "index": 0}
        assert (await w.finished("/mj/submit/video", body))["action"] == "VIDEO_EXTEND"

    sketched(story, "newapi")


@pytest.mark.parametrize("flavour", ["dmx", "newapi"])
def test_a_key_tells_what_is_left_and_that_it_has_no_limits(flavour: str) -> None:
    async def story(w: World) -> None:
        usage = (await w.get("/api/usage/token")).json["data"]
        assert usage["total_available"] == usage["total_granted"] - usage["total_used"]
        assert (usage["model_limits"], usage["model_limits_enabled"]) == ({}, False)
        assert (await w.get("/v1/dashboard/billing/usage")).status == 404

    sketched(story, flavour)


def test_one_hub_tells_it_as_openai_once_did() -> None:
    async def story(w: World) -> None:
        limit = (await w.get("/v1/dashboard/billing/subscription")).json["hard_limit_usd"]
        used = (await w.get("/v1/dashboard/billing/usage?end_date=2026-12-01")).json["total_usage"]
        assert (limit, used / 100) == (20, 7.5)
        assert (await w.get("/api/usage/token")).status == 404

    sketched(story, "onehub")


@pytest.mark.parametrize("path", ["/api/usage/token", "/v1/dashboard/billing/subscription"])
def test_what_is_left_is_told_to_the_key_alone(path: str) -> None:
    async def story(w: World) -> None:
        assert (await w.get(path, Authorization="Bearer wrong")).status == 401

    sketched(story, "onehub" if "dashboard" in path else "newapi", token="key")


LIMITS = ("mj_imagine", "mj_upscale", "mj_edits")


def is_forbidden(reply: Reply, model: str) -> bool:
    words = f"该令牌无权访问模型 {model}"
    return reply.status == 403 and reply.json["error"]["message"].startswith(words)


def test_a_limited_key_says_what_it_may_and_is_refused_the_rest() -> None:
    async def story(w: World) -> None:
        usage = (await w.get("/api/usage/token")).json["data"]
        assert usage["model_limits"] == dict.fromkeys(LIMITS, True)
        assert usage["model_limits_enabled"] is True
        grid = await w.finished("/mj/submit/imagine", {"prompt": "a fox"})
        assert (await w.press(grid, button(grid, "upsample::1")))["action"] == "UPSCALE"
        edit = {"prompt": "a hat", "image": PICTURE}
        assert (await w.post("/mj/submit/edits", edit)).json["code"] == 1
        for path, body, model in (
            ("submit/video", {"image": PICTURE}, "mj_video"),
            ("submit/upload-discord-images", {"base64Array": [PICTURE]}, "mj_upload"),
            ("insight-face/swap", {}, "swap_face"),
            ("submit/describe", {"base64": PICTURE}, "mj_describe"),
            ("submit/change", {"taskId": grid["id"], "action": "REROLL", "index": 1}, "mj_reroll"),
            ("submit/simple-change", {"content": f"{grid['id']} V2"}, "mj_variation"),
            ("submit/action", press(grid, "variation::1"), "mj_variation"),
            ("submit/action", press(grid, "reroll"), "mj_reroll"),
        ):
            assert is_forbidden(await w.post(f"/mj/{path}", body), model), path

    sketched(story, "newapi", models=LIMITS)


def press(task: dict, contains: str) -> dict[str, object]:
    return {"taskId": task["id"], "customId": button(task, contains)}
