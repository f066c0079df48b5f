"""What a prompt asks of the sandbox: odd endings, odd links, pictures one by one."""

from __future__ import annotations

import base64
import json

import pytest

from mj_widgets.sandbox import Sketches

from .support import World, button, in_world

IMAGINE = "/mj/submit/imagine"


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ("--status FINISHED", "FINISHED"),
        ('--status " done "', " done "),
        ("--fail timeout --status Timed-Out", "Timed-Out"),
    ],
)
def test_a_task_ends_with_the_word_that_the_prompt_names(wish: str, status: str) -> None:
    async def story(w: World) -> None:
        task_id = (await w.post(IMAGINE, {"prompt": f"a fox {wish}"})).json["result"]
        w.clock.forward(4)
        assert (await w.fetch(task_id))["status"] == "IN_PROGRESS"
        w.clock.forward(60)
        task = await w.fetch(task_id)
        assert (task["status"], task["progress"]) == (status, "100%")
        assert task["finishTime"] > 0

    in_world(story)


def test_a_reason_may_be_an_object_or_the_same_as_text() -> None:
    async def story(w: World) -> None:
        one = await w.finished(IMAGINE, {"prompt": "a fox --fail object"})
        assert one["failReason"]["message"] == "The sandbox does not like this prompt"
        other = await w.finished(IMAGINE, {"prompt": "a fox --fail json"})
        assert json.loads(other["failReason"])["description"] == one["failReason"]["message"]

    in_world(story)


@pytest.mark.parametrize("how", ["no-scheme", "bare", "name", "angles", "markdown", "data"])
def test_the_link_to_a_picture_is_written_as_the_prompt_says(how: str) -> None:
    async def story(w: World) -> None:
        task = await w.finished(IMAGINE, {"prompt": f"a fox --link {how}"})
        link, host = task["imageUrl"], w.sandbox.url.removeprefix("http://")
        if how == "data":
            kind, packed = link.split(",")
            assert kind == "data:image/png;base64"
            assert base64.b64decode(packed).startswith(b"\x89PNG")
            return
        before, after = {
            "no-scheme": (f"//{host}/", ""),
            "bare": (f"{host}/", ""),
            "name": ("", ""),
            "angles": (f"<http://{host}/", ">"),
            "markdown": (f"![the picture](http://{host}/", ")"),
        }[how]
        assert link.startswith(before)
        assert link.endswith(after)
        rest = link.removeprefix(before).removesuffix(after)
        assert ("/" in rest) == (how != "name")
        assert (await w.get(f"/{rest}")).body.startswith(b"\x89PNG")

    in_world(story, kitchen=Sketches())


def test_a_name_alone_is_a_picture_wherever_it_is_taken_to_be() -> None:
    async def story(w: World) -> None:
        name = (await w.finished(IMAGINE, {"prompt": "a fox --link name"}))["imageUrl"]
        at_the_root, below_the_api = await w.get(f"/{name}"), await w.get(f"/mj/{name}")
        assert at_the_root.status == below_the_api.status == 200
        assert at_the_root.body == below_the_api.body

    in_world(story, kitchen=Sketches())


@pytest.mark.parametrize(
    ("how", "sheet"),
    [
        ("strings", ""),
        ("objects", None),
        ("text", ""),
        ("list", "the list"),
        ("first", "the first"),
        ("missing", "missing"),
    ],
)
def test_pictures_are_given_one_by_one_as_the_prompt_says(how: str, sheet: str | None) -> None:
    async def story(w: World) -> None:
        task = await w.finished(IMAGINE, {"prompt": f"a fox --singles {how}"})
        given = task["imageUrls"] if how != "list" else task["imageUrl"]
        listed = json.loads(given) if how == "text" else given
        links = [one["url"] if isinstance(one, dict) else one for one in listed]
        seen = {"the list": links, "the first": links[0], "missing": "missing"}.get(sheet, sheet)
        assert task.get("imageUrl", "missing") == seen
        assert isinstance(listed[0], dict) == (how in ("objects", "first"))
        colours = {(await w.get(link)).image.convert("RGB").getpixel((0, 0)) for link in links}
        assert len(links) == len(colours) == 4

    in_world(story, kitchen=Sketches())


def test_octopusx_gives_no_grid() -> None:
    async def story(w: World) -> None:
        task = await w.finished(IMAGINE, {"prompt": "a fox"})
        assert task["imageUrl"] == ""
        for index, link in enumerate(task["imageUrls"], 1):
            one = await w.press(task, button(task, f"upsample::{index}"))
            assert (await w.get(one["imageUrl"])).body == (await w.get(link)).body

    in_world(story, "octopusx", kitchen=Sketches())


@pytest.mark.parametrize("flavour", ["octopusx", "trueai"])
@pytest.mark.parametrize("dead", [{3}, {1, 2, 4}, {1, 2, 3, 4}])
def test_some_of_several_pictures_are_dead(flavour: str, dead: set[int]) -> None:
    async def story(w: World) -> None:
        wish = ",".join(map(str, dead))
        task = await w.finished(IMAGINE, {"prompt": f"a fox --dead {wish} --ar 1:1"})
        links = [one["url"] if isinstance(one, dict) else one for one in task["imageUrls"]]
        statuses = [(await w.get(link)).status for link in links]
        assert statuses == [403 if n in dead else 200 for n in (1, 2, 3, 4)]

    in_world(story, flavour, kitchen=Sketches())


def test_a_draft_is_24_pictures_and_u12_is_the_twelfth() -> None:
    async def story(w: World) -> None:
        draft = await w.finished(IMAGINE, {"prompt": "a fox --draft"})
        sheet = (await w.get(draft["imageUrl"])).image.convert("RGB")
        twelfth = await w.press(draft, button(draft, "upsample::12::"))
        picture = (await w.get(twelfth["imageUrl"])).image.convert("RGB")
        assert sum("upsample::" in b["customId"] for b in draft["buttons"]) == 24
        assert sheet.width / 6 == picture.width == picture.height == sheet.height / 4
        assert sheet.getpixel((5 * picture.width, picture.height)) == picture.getpixel((0, 0))
        none = {"taskId": draft["id"], "customId": draft["buttons"][0]["customId"]}
        none["customId"] = none["customId"].replace("::1::", "::25::")
        assert (await w.post("/mj/submit/action", none)).json["code"] == 4

    in_world(story, kitchen=Sketches())


def test_a_painted_draft_has_pictures_of_512_pixels() -> None:
    async def story(w: World) -> None:
        task = await w.finished(IMAGINE, {"prompt": "a fox --draft"})
        pictures = [await w.get(link) for link in task["imageUrls"][:2]]
        assert [one.image.size for one in pictures] == [(512, 512)] * 2
        assert len(task["imageUrls"]) == 24

    in_world(story, "octopusx")
