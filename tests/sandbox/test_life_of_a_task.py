"""From the queue to the picture, by the clock alone."""

from __future__ import annotations

import re

from mj_widgets.sandbox import EXAMPLES

from .support import NOON, World, button, in_world


def test_the_documented_task_is_always_there_and_finished() -> None:
    async def story(w: World) -> None:
        task = await w.fetch("1747132423020537")
        assert task["status"] == "SUCCESS"
        assert task["progress"] == "100%"
        assert task["prompt"] == "这是一个视频截图,请生成对应的吉卜力风格的图片"
        assert (task["submitTime"], task["startTime"], task["finishTime"]) == (
            1747132423020,
            1747132424482,
            1747132463701,
        )
        labels = [b["label"] or b["emoji"] for b in task["buttons"]]
        assert labels == ["U1", "U2", "U3", "U4", "🔄", "V1", "V2", "V3", "V4"]
        assert task["buttons"][0]["customId"] == (
            "MJ::JOB::upsample::1::6dc7beb8-8310-4fd4-b46c-716b422ddffc"
        )
        picture = await w.get(task["imageUrl"])
        assert picture.status == 200
        assert picture.image.size == (2048, 2048)

    in_world(story)


def test_a_gateway_task_goes_from_an_empty_status_to_success() -> None:
    async def story(w: World) -> None:
        reply = await w.post("/mj/submit/imagine", {"prompt": "a red fox"})
        task_id = reply.json["result"]
        assert reply.json["code"] == 1
        assert re.fullmatch(r"\d{16}", task_id)
        seen = []
        previews = set()
        for _ in range(130):
            task = await w.fetch(task_id)
            if not seen or seen[-1] != (task["status"], task["progress"]):
                seen.append((task["status"], task["progress"]))
            if task["status"] == "IN_PROGRESS" and task["imageUrl"]:
                previews.add(task["imageUrl"])
            assert bool(task["buttons"]) == (task["status"] == "SUCCESS")
            w.clock.forward(0.1)
        steps = ["0%", "6%", "15%", "31%", "46%", "62%", "78%", "93%"]
        assert seen == [
            ("", "0%"),
            ("NOT_START", "0%"),
            ("SUBMITTED", "0%"),
            *(("IN_PROGRESS", step) for step in steps),
            ("SUCCESS", "100%"),
        ]
        assert len(previews) == 6

    in_world(story)


def test_previews_are_small_and_get_sharper() -> None:
    async def story(w: World) -> None:
        task_id = w.sandbox.add_task("a lake", age=5.0)
        early = await w.get((await w.fetch(task_id))["imageUrl"])
        w.clock.forward(6.0)
        late = await w.get((await w.fetch(task_id))["imageUrl"])
        assert early.headers["Content-Type"] == "image/webp"
        assert max(early.image.size) == 512
        assert len(late.body) > len(early.body)

    in_world(story)


def test_speed_shortens_everything_but_keeps_the_steps() -> None:
    async def story(w: World) -> None:
        task_id = (await w.post("/mj/submit/imagine", {"prompt": "a"})).json["result"]
        w.clock.forward(1.25)
        assert (await w.fetch(task_id))["progress"] == "15%"
        w.clock.forward(1.7)
        assert (await w.fetch(task_id))["progress"] == "93%"
        w.clock.forward(0.1)
        assert (await w.fetch(task_id))["progress"] == "100%"

    in_world(story, speed=4.0)


def test_an_example_starts_when_it_is_first_looked_at() -> None:
    async def story(w: World) -> None:
        w.clock.forward(1000)
        assert (await w.fetch(EXAMPLES["running"]))["status"] == ""
        w.clock.forward(6)
        assert (await w.fetch(EXAMPLES["running"]))["status"] == "IN_PROGRESS"
        assert (await w.fetch(EXAMPLES["wide"]))["status"] == ""
        w.clock.forward(12)
        wide = await w.get((await w.fetch(EXAMPLES["wide"]))["imageUrl"])
        assert wide.image.size == (2912, 1632)

    in_world(story)


def test_the_failed_example_says_why() -> None:
    async def story(w: World) -> None:
        task = await w.fetch(EXAMPLES["failed"])
        assert (task["status"], task["failReason"]) == (
            "FAILURE",
            "Request blocked by content policy",
        )

    in_world(story)


def test_a_prompt_can_ask_to_fail_half_way() -> None:
    async def story(w: World) -> None:
        task_id = (await w.post("/mj/submit/imagine", {"prompt": "x --fail policy"})).json["result"]
        w.clock.forward(6.9)
        assert (await w.fetch(task_id))["progress"] == "46%"
        w.clock.forward(1)
        assert (await w.fetch(task_id))["status"] == "FAILURE"

    in_world(story)


def test_a_prompt_can_ask_to_be_stuck() -> None:
    async def story(w: World) -> None:
        task = await w.finished("/mj/submit/imagine", {"prompt": "x --stuck 62"})
        assert (task["status"], task["progress"]) == ("IN_PROGRESS", "62%")

    in_world(story)


def test_a_banned_word_is_refused_at_once() -> None:
    async def story(w: World) -> None:
        reply = await w.post("/mj/submit/imagine", {"prompt": "something banned"})
        assert reply.json["code"] == 24
        assert reply.json["properties"]["bannedWord"] == "banned"
        assert "result" not in reply.json

    in_world(story)


def test_more_tasks_than_places_wait_for_each_other() -> None:
    async def story(w: World) -> None:
        first = await w.post("/mj/submit/imagine", {"prompt": "a"})
        second = await w.post("/mj/submit/imagine", {"prompt": "b"})
        assert second.json["code"] == 1
        assert second.json["description"] == "In queue, there are 1 tasks ahead"
        third = await w.post("/mj/submit/imagine", {"prompt": "c"})
        assert third.json["code"] == 23
        w.clock.forward(12.1)
        assert (await w.fetch(first.json["result"]))["status"] == "SUCCESS"
        w.clock.forward(0.5)
        assert (await w.fetch(second.json["result"]))["status"] == "SUBMITTED"
        w.clock.forward(12.1)
        assert (await w.fetch(second.json["result"]))["status"] == "SUCCESS"

    in_world(story, slots=1, queue_size=1)


def test_a_slow_gateway_shows_changes_only_now_and_then() -> None:
    async def story(w: World) -> None:
        w.clock.now = NOON // 15 * 15 + 1
        task_id = (await w.post("/mj/submit/imagine", {"prompt": "a"})).json["result"]
        w.clock.forward(13.5)
        assert (await w.fetch(task_id))["status"] == ""
        w.clock.forward(0.5)
        assert (await w.fetch(task_id))["status"] == "SUCCESS"

    in_world(story, refresh=15)


def test_cancelling_ends_a_task() -> None:
    async def story(w: World) -> None:
        task_id = w.sandbox.add_task(age=5)
        await w.post(f"/mj/task/{task_id}/cancel")
        w.clock.forward(100)
        assert (await w.fetch(task_id))["status"] == "CANCEL"

    in_world(story)


def test_the_seed_of_a_picture_is_a_number_that_stays() -> None:
    async def story(w: World) -> None:
        first = await w.get("/mj/task/1747132423020537/image-seed")
        again = await w.get("/mj/task/1747132423020537/image-seed")
        assert first.json == again.json
        assert first.json["result"].isdigit()

    in_world(story)


def test_a_list_holds_the_known_tasks_only() -> None:
    async def story(w: World) -> None:
        w.sandbox.put("7", {"id": "7", "status": "SUCCESS"})
        ids = [EXAMPLES["finished"], "unknown", 12, "7"]
        reply = await w.post("/mj/task/list-by-condition", {"ids": ids})
        assert [task["id"] for task in reply.json] == [EXAMPLES["finished"], "7"]
        assert not w.sandbox.posts

    in_world(story)


def test_bodies_of_any_kind_are_answered_not_crashed_on() -> None:
    async def story(w: World) -> None:
        for path in ("imagine", "action", "modal", "describe", "shorten", "blend", "change"):
            for body in (
                [1],
                None,
                {},
                {"prompt": 5, "taskId": [], "customId": {}, "base64Array": 3},
                {"prompt": "x", "base64": "data:image/png;base64,AAAA", "base64Array": ["x"]},
                {"taskId": EXAMPLES["finished"], "customId": "MJ::JOB::pan_left::1::x::SOLO"},
            ):
                reply = await w.post(f"/mj/submit/{path}", body)
                assert reply.status in (200, 400), (path, body, reply)
                assert reply.json["code"] in (1, 4), (path, body, reply)

    in_world(story)


def test_ids_are_new_even_within_one_millisecond() -> None:
    async def story(w: World) -> None:
        ids = [w.sandbox.add_task() for _ in range(500)]
        assert len(set(ids)) == 500
        assert all(re.fullmatch(r"\d{16}", i) for i in ids)

    in_world(story)


def test_a_canned_body_is_served_as_it_is_and_its_buttons_work() -> None:
    async def story(w: World) -> None:
        w.sandbox.put("9", b"<html>", status=502, content_type="text/html")
        reply = await w.get("/mj/task/9/fetch")
        assert (reply.status, reply.body) == (502, b"<html>")
        w.sandbox.play("10", {"status": ""}, {"id": "10", "status": "SUCCESS", "prompt": "a cat"})
        assert (await w.fetch("10"))["status"] == ""
        assert (await w.fetch("10"))["status"] == "SUCCESS"
        assert (await w.fetch("10"))["status"] == "SUCCESS"
        task = await w.press({"id": "10"}, "MJ::JOB::upsample::2::abc-1")
        assert button(task, "Inpaint")

    in_world(story)
