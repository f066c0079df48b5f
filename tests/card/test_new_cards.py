"""Tasks that are started from Python: what arrives, what is sent once, what a refusal says."""

from __future__ import annotations

import asyncio
import base64
import re
import time
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest
from aiohttp import web
from anew import know_nothing
from PIL import Image
from services import CANARY, file_of, serving

import mj_widgets as mj
from card.page import SECONDS, Seen, Told, until
from mj_widgets.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FOX = file_of(Image.new("RGB", (48, 32), "orange"))
HEN = file_of(Image.new("RGB", (32, 32), "brown"))


@pytest.fixture(autouse=True)
def chosen(session: mj.Session) -> Iterator[None]:
    yield
    ipywidgets.Widget.close_all()


def body(sandbox: Sandbox) -> Any:
    """What the only submission consisted of."""
    (post,) = sandbox.posts
    return post.body


def data_url(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def heading(card: mj.TaskWidget) -> dict[str, Any]:
    return Seen(card).heading


def state(card: mj.TaskWidget) -> dict[str, Any]:
    return Seen(card).state


def notice(card: mj.TaskWidget) -> str:
    return Seen(card).notice


def tools(card: mj.TaskWidget) -> list[str]:
    return Seen(card).tools


# What arrives


def test_a_prompt_arrives_as_it_is_typed_and_its_card_is_followed_to_the_end(
    sandbox: Sandbox,
) -> None:
    card = mj.imagine("a fox, it's “red” --ar 16:9 ")
    assert isinstance(card, mj.TaskWidget)
    task = card.wait(SECONDS)
    assert body(sandbox) == {
        "prompt": "a fox, it's “red” --ar 16:9",
        "base64Array": [],
        "botType": "MID_JOURNEY",
    }
    assert task.succeeded
    assert task.id == card.task_id
    assert len(card.quadrants) == 4
    assert card.upscale(1).wait(SECONDS).succeeded


def test_the_card_is_there_before_the_service_has_answered(sandbox: Sandbox) -> None:
    sandbox.faults.slow_seconds = 0.5
    sandbox.faults.next("slow", path="submit/imagine")
    card = mj.imagine("a fox --ar 16:9")
    assert card.task_id == ""
    assert heading(card)["prompt"] == "a fox --ar 16:9"
    assert state(card)["words"] == "sending"
    assert tools(card) == ["Stop"]
    with pytest.raises(mj.StillRunning, match="What is being submitted has not ended"):
        card.wait(0)
    assert card.wait(SECONDS).succeeded


def test_mode_and_bot_arrive(sandbox: Sandbox) -> None:
    mj.imagine("a fox", mode="relax", bot="niji").wait(SECONDS)
    assert body(sandbox)["mode"] == "RELAX"
    assert body(sandbox)["botType"] == "NIJI_JOURNEY"


def test_pictures_go_along_and_addresses_go_in_front_of_the_prompt(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "hen.png"
    path.write_bytes(HEN)
    url = "https://host.example/a.png?ex=1&"
    mj.imagine("a fox", [FOX, url, path, Image.new("RGB", (8, 8))]).wait(SECONDS)
    assert body(sandbox)["prompt"] == f"{url} a fox"
    fox, hen, small = body(sandbox)["base64Array"]
    assert (fox, hen) == (data_url(FOX), data_url(HEN))
    assert small.startswith("data:image/png;base64,")


def test_one_picture_needs_no_list(sandbox: Sandbox) -> None:
    mj.imagine("a fox", FOX).wait(SECONDS)
    assert body(sandbox)["base64Array"] == [data_url(FOX)]


def test_a_picture_is_described_in_four_texts(sandbox: Sandbox) -> None:
    card = mj.describe(FOX, bot="niji")
    assert len(card.wait(SECONDS).texts) == 4
    assert sandbox.posts[0].path.endswith("submit/describe")
    assert body(sandbox) == {"base64": data_url(FOX), "botType": "NIJI_JOURNEY"}


def test_a_prompt_is_shortened(sandbox: Sandbox) -> None:
    card = mj.shorten("a very red fox")
    assert card.wait(SECONDS).texts
    assert sandbox.posts[0].path.endswith("submit/shorten")
    assert body(sandbox) == {"prompt": "a very red fox", "botType": "MID_JOURNEY"}


def test_pictures_are_blended(sandbox: Sandbox) -> None:
    card = mj.blend([FOX, HEN], "portrait")
    assert card.wait(SECONDS).succeeded
    assert card.image is not None
    assert card.image.height > card.image.width
    assert body(sandbox) == {
        "base64Array": [data_url(FOX), data_url(HEN)],
        "dimensions": "PORTRAIT",
        "botType": "MID_JOURNEY",
    }


def test_what_is_at_an_address_is_downloaded_where_the_service_wants_the_picture(
    sandbox: Sandbox,
) -> None:
    card = mj.blend([FOX, sandbox.put_file("hen.png", HEN)])
    assert "downloaded here first" in heading(card)["origin"]
    card.wait(SECONDS)
    assert body(sandbox)["base64Array"] == [data_url(FOX), data_url(HEN)]


def test_an_address_without_a_picture_submits_nothing_and_the_card_says_so(
    sandbox: Sandbox,
) -> None:
    card = mj.describe(sandbox.put_file("fox.png", b"<html>no</html>"))
    with pytest.raises(mj.ImageError, match="is no picture"):
        card.wait(SECONDS)
    assert "is no picture" in notice(card)
    assert sandbox.posts == []


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (lambda: mj.imagine("  "), "The prompt is empty"),
        (lambda: mj.imagine("", images=["https://host.example/a.png"]), "The prompt is empty"),
        (lambda: mj.imagine("a fox", images=["nowhere.png"]), "There is no file nowhere.png"),
        (lambda: mj.imagine("a fox", mode="warp"), "mode is one of"),
        (lambda: mj.imagine(5), "The prompt has to be a text, not int"),
        (lambda: mj.shorten(None), "The prompt has to be a text, not NoneType"),
        (lambda: mj.describe("https://host.example/a.png", bot="dalle"), "bot is one of"),
        (lambda: mj.blend(["https://host.example/a.png"]), "2 to 5 pictures, not 1"),
        (lambda: mj.blend([FOX, HEN], "round"), "dimensions is one of"),
    ],
)
def test_what_no_service_takes_stops_the_cell_and_nothing_is_sent(
    sandbox: Sandbox, start: Callable[[], object], said: str
) -> None:
    with pytest.raises(mj.MjError, match=said):
        start()
    assert len(sandbox.log) == 0


# What the card says of it


def test_the_card_says_how_the_parameters_were_understood(sandbox: Sandbox) -> None:
    prompt = "a fox —ar 16:9 --no text, frame --style raw --sref https://host.example/a.png 77"
    card = mj.imagine(prompt, [FOX, HEN], mode="fast", bot="niji")
    parameters = ["ar 16:9", "no text, frame", "raw", "sref https://host.example/a.png, 77"]
    for _ in range(2):
        assert heading(card)["origin"] == "imagine · 2 pictures · fast · niji"
        assert heading(card)["parameters"] == parameters
        assert heading(card)["warning"] == ""
        card.wait(SECONDS)
    assert heading(card)["prompt"] == prompt


def test_a_parameter_that_midjourney_does_not_document_is_a_warning(sandbox: Sandbox) -> None:
    card = mj.imagine("a fox --aspekt 16:9 --ar 3:2")
    assert card.wait(SECONDS).succeeded
    assert heading(card)["parameters"] == ["aspekt 16:9", "ar 3:2"]
    assert heading(card)["warning"] == "Midjourney documents no --aspekt"


def test_further_tasks_of_one_start_are_named_in_its_card_and_in_the_notebook() -> None:
    async def answers(request: web.Request) -> web.Response:
        if request.path.endswith("/submit/imagine"):
            return web.json_response({"code": 1, "result": "101,102,103"})
        if request.method == "POST":
            return web.json_response([])
        return web.json_response({"id": "101", "status": "FAILURE", "failReason": "no"})

    async def story() -> None:
        async with serving(answers) as service:
            session = mj.configure(service.url, CANARY)
            for is_known in (False, True):
                card = mj.imagine("a fox", session=session)
                with pytest.raises(mj.TaskFailed):
                    await card
                assert card.task_id == "101"
                assert heading(card)["origin"].startswith("imagine")
                assert ("not again" in heading(card).get("known", "")) is is_known
                assert "also started: 102, 103" in heading(card)["origin"]
                saved = Seen(card).saved()
                assert "also started: 102, 103" in saved
                assert ("not again" in saved) is is_known
            assert service.paths.count("/mj/submit/imagine") == 1

    asyncio.run(story())


# Sent once


STARTS: dict[str, Callable[..., mj.TaskWidget]] = {
    "imagine": lambda **how: mj.imagine("a fox", [FOX], **how),
    "describe": lambda **how: mj.describe(FOX, **how),
    "shorten": lambda **how: mj.shorten("a fox", **how),
    "blend": lambda **how: mj.blend([FOX, HEN], **how),
}


@pytest.mark.parametrize("name", STARTS)
def test_the_same_twice_is_sent_once_and_the_second_card_says_so(
    sandbox: Sandbox, name: str
) -> None:
    start = STARTS[name]
    first = start()
    first.wait(SECONDS)
    again = start()
    assert again.wait(SECONDS).id == first.task_id
    assert len(sandbox.posts) == 1
    assert re.fullmatch(r"submitted on [-\d]+ [:\d]+ – not again", heading(again)["known"])
    assert heading(again)["origin"] == heading(first)["origin"]
    assert "known" not in heading(first)
    anew = start(new=True)
    assert anew.wait(SECONDS).id != first.task_id
    assert len(sandbox.posts) == 2


@pytest.mark.parametrize("trouble", ["failed", "is gone"])
def test_what_came_to_nothing_says_how_to_submit_it_anew(sandbox: Sandbox, trouble: str) -> None:
    task_id = mj.imagine("a fox").wait(SECONDS).id
    mj.library().delete(task_id)
    if trouble == "failed":
        sandbox.put(task_id, {"id": task_id, "status": "FAILURE", "failReason": "tired"})
    else:
        del sandbox.studio.tasks[task_id]

    again = mj.imagine("a fox")

    with pytest.raises(mj.MjError) as caught:
        again.wait(SECONDS)
    assert str(caught.value).endswith("--new / new=True submits it anew.")
    assert notice(again) == again.error == str(caught.value)
    assert ("tired" if trouble == "failed" else "not know") in notice(again)
    assert mj.imagine("a fox", new=True).wait(SECONDS).succeeded


def test_the_same_at_once_is_one_task_unless_it_is_new(sandbox: Sandbox) -> None:
    first, second = mj.imagine("a fox"), mj.imagine("a fox")
    assert first.wait(SECONDS).id == second.wait(SECONDS).id
    assert len(sandbox.posts) == 1
    anew = [mj.imagine("a fox", new=True) for _ in range(3)]
    assert len({card.wait(SECONDS).id for card in [first, *anew]}) == 4
    assert len(sandbox.posts) == 4


def test_after_a_restart_the_task_is_shown_without_a_request(sandbox: Sandbox) -> None:
    first = mj.imagine("a fox", [FOX]).wait(SECONDS)
    asked = len(sandbox.log)
    mj.configure(sandbox.url, CANARY)
    again = mj.imagine("a fox", [FOX])
    assert again.wait(SECONDS).id == first.id
    assert len(again.quadrants) == 4
    assert len(sandbox.log) == asked


AT_AN_ADDRESS: dict[str, Callable[..., mj.TaskWidget]] = {
    "describe": lambda url, **how: mj.describe(url, **how),
    "blend": lambda url, **how: mj.blend([FOX, url], **how),
}


@pytest.mark.parametrize("name", AT_AN_ADDRESS)
def test_the_same_address_again_is_known_without_a_request_when_its_link_has_died(
    sandbox: Sandbox, name: str
) -> None:
    url = sandbox.put_file("hen.png", HEN)
    first = AT_AN_ADDRESS[name](url).wait(SECONDS)
    sandbox.faults.next("expired", count=100, path="/attachments")
    asked = len(sandbox.log)
    for offline in (False, True):
        mj.configure(sandbox.url, CANARY, offline=offline)
        assert AT_AN_ADDRESS[name](url).wait(SECONDS).id == first.id
    assert len(sandbox.log) == asked


@pytest.mark.parametrize("name", AT_AN_ADDRESS)
def test_of_an_address_that_is_not_known_nothing_is_written_down_until_the_picture_is_here(
    sandbox: Sandbox, name: str
) -> None:
    url = sandbox.put_file("hen.png", HEN)
    sandbox.faults.next("expired", path="/attachments")
    refused(AT_AN_ADDRESS[name](url), mj.ImageError)
    assert mj.library().journal.entries() == []
    assert AT_AN_ADDRESS[name](url).wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


def test_a_picture_is_known_by_its_address_or_else_by_its_bytes(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "hen.png"
    path.write_bytes(HEN)
    urls = [sandbox.put_file(name, HEN) for name in ("a.png", "b.png")]
    tasks = [mj.describe(image).wait(SECONDS).id for image in (path, HEN, *urls)]
    assert tasks[0] == tasks[1]
    assert len(set(tasks)) == len(sandbox.posts) == 3
    assert {post.body["base64"] for post in sandbox.posts} == {data_url(HEN)}


def test_what_the_queue_has_no_room_for_is_not_downloaded_again(sandbox: Sandbox) -> None:
    sandbox.options.queue_full = True
    card = mj.describe(sandbox.put_file("hen.png", HEN), retry=True)
    told = Told(card)
    for times in (1, 2):
        told.until_refused(times)
        card.check_now()
    told.until_refused(3)
    assert sandbox.count("GET", "/attachments") == 1
    sandbox.options.queue_full = False
    card.check_now()
    assert card.wait(SECONDS).succeeded
    assert {post.body["base64"] for post in sandbox.posts} == {data_url(HEN)}


def test_offline_it_shows_what_is_known_and_submits_nothing(sandbox: Sandbox) -> None:
    mj.imagine("a fox").wait(SECONDS)
    mj.configure(offline=True)
    assert mj.imagine("a fox").wait(SECONDS).succeeded
    with pytest.raises(mj.Offline):
        mj.imagine("a hen").wait(SECONDS)
    mj.configure(offline=False)
    assert mj.imagine("a hen").wait(SECONDS).succeeded
    assert len(sandbox.posts) == 2


@pytest.mark.parametrize("fault", ["cut", "500", "html"])
def test_a_submission_whose_answer_is_lost_is_not_repeated(sandbox: Sandbox, fault: str) -> None:
    sandbox.faults.next(fault, path="submit/imagine")
    for _ in range(2):
        card = mj.imagine("a fox", retry=True)
        with pytest.raises(mj.ServiceUnavailable, match="may have been submitted") as caught:
            card.wait(SECONDS)
        assert caught.value.maybe_sent
        assert state(card) == {"words": "may have been submitted", "tone": "trouble"}
        assert "may have been submitted" in notice(card)
        assert notice(card).endswith("Look at the service; --new / new=True submits it anew.")
        assert len(sandbox.posts) == 1


# What is refused


def refused(card: mj.TaskWidget, kind: type[mj.MjError]) -> mj.MjError:
    """Wait for a refusal, and look whether the card says it."""
    with pytest.raises(kind) as caught:
        card.wait(SECONDS)
    assert state(card) == {"words": "not submitted", "tone": "failed"}
    assert notice(card) == card.error == str(caught.value)
    assert "\n" not in card.error
    assert tools(card) == ["Use prompt"] * bool(heading(card)["prompt"])
    return caught.value


def test_a_banned_word_is_said_in_the_services_words(sandbox: Sandbox) -> None:
    error = refused(mj.imagine("a banned fox", retry=True), mj.PromptRejected)
    assert "可能包含敏感词" in str(error)
    assert len(sandbox.posts) == 1


def test_what_was_refused_can_be_sent_again(sandbox: Sandbox) -> None:
    sandbox.options.queue_full = True
    refused(mj.imagine("a fox"), mj.QueueFull)
    sandbox.options.queue_full = False
    assert mj.imagine("a fox").wait(SECONDS).succeeded
    assert len(sandbox.posts) == 2


def test_a_refusal_is_raised_by_await_too(sandbox: Sandbox) -> None:
    async def use() -> None:
        await mj.imagine("a banned fox")

    with pytest.raises(mj.PromptRejected):
        asyncio.run(use())


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ({"code": 4, "description": "quota_not_enough "}, mj.QuotaExceeded, "quota_not_enough"),
        ({"code": 4, "description": "unknown_action "}, mj.MjError, "unknown_action"),
        ({"code": 1, "description": "提交成功"}, mj.MjError, "提交成功"),
    ],
)
def test_a_refusal_is_one_line_with_the_services_reason(
    answer: dict[str, object], kind: type[mj.MjError], words: str
) -> None:
    async def answers(_: web.Request) -> web.Response:
        return web.json_response(answer)

    async def story() -> None:
        async with serving(answers) as service:
            card = mj.imagine("a fox", retry=True, session=mj.Session(service.url, CANARY))
            with pytest.raises(kind, match=words):
                await card
            assert refused(card, kind).words == words
            assert service.paths == ["/mj/submit/imagine"]

    asyncio.run(story())


def test_a_card_that_was_refused_keeps_its_prompt_in_the_notebooks_file(sandbox: Sandbox) -> None:
    card = mj.imagine("a banned fox")
    refused(card, mj.PromptRejected)
    assert ">a banned fox<" in Seen(card).saved()
    assert "可能包含敏感词" in Seen(card).saved()
    card.check_now()
    assert len(sandbox.log) == 1


# A full queue


def test_without_retry_a_full_queue_is_said_once(sandbox: Sandbox) -> None:
    sandbox.options.queue_full = True
    error = refused(mj.imagine("a fox"), mj.QueueFull)
    assert str(error).endswith("Nothing was submitted: try later, or with --retry / retry=True.")
    assert len(sandbox.posts) == 1


@pytest.mark.parametrize("name", STARTS)
def test_with_retry_it_comes_through_when_the_queue_has_room(sandbox: Sandbox, name: str) -> None:
    sandbox.options.queue_full = True
    card = STARTS[name](retry=True)
    told = Told(card)
    told.until_refused(1)
    assert state(card)["words"] == "the queue is full"
    assert state(card)["retryAt"] / 1000 - time.time() == pytest.approx(30, abs=10)
    until(card, "error", lambda error: "Nothing was submitted yet." in error)
    assert tools(card) == ["Stop", "Check now"]
    card.check_now()
    told.until_refused(2)
    sandbox.options.queue_full = False
    card.check_now()
    assert card.wait(SECONDS).succeeded
    assert notice(card) == ""
    assert len(sandbox.posts) == 3
    assert STARTS[name]().wait(SECONDS).id == card.task_id
    assert len(sandbox.posts) == 3


def test_a_full_queue_is_tried_again_by_itself(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mj_widgets.card.sending.PAUSE", 0.05)
    sandbox.options.queue_full = True
    card = mj.imagine("a fox", retry=True)
    Told(card).until_refused(3)
    sandbox.options.queue_full = False
    assert card.wait(SECONDS).succeeded


def test_stop_ends_the_trying(sandbox: Sandbox) -> None:
    sandbox.options.queue_full = True
    card = mj.imagine("a fox", retry=True)
    Told(card).until_refused(1)
    card.stop()
    error = refused(card, mj.MjError)
    assert str(error) == "Stopped: nothing was submitted."
    assert len(sandbox.posts) == 1


def test_closing_the_card_ends_the_trying(sandbox: Sandbox) -> None:
    sandbox.options.queue_full = True
    card = mj.imagine("a fox", retry=True)
    Told(card).until_refused(1)
    card.close()
    with pytest.raises(mj.MjError, match="not watched any more"):
        card.wait(SECONDS)
    sandbox.options.queue_full = False
    assert mj.imagine("a fox").wait(SECONDS).succeeded
    assert len(sandbox.posts) == 2


def test_a_card_stopped_while_it_is_sent_knows_its_task_and_can_be_watched_again(
    sandbox: Sandbox,
) -> None:
    sandbox.faults.slow_seconds = 0.5
    sandbox.faults.next("slow", path="submit/imagine")
    card = mj.imagine("a fox")
    card.stop()
    with pytest.raises(mj.MjError, match=r"Task \d+ is not watched any more"):
        card.wait(SECONDS)
    assert card.task_id
    assert tools(card) == ["Check now"]
    card.check_now()
    assert card.wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


# What else it has in common with other cards


def test_size_and_static_are_those_of_any_card(sandbox: Sandbox) -> None:
    card = mj.imagine("a fox", size=300, static=False)
    assert "300px" in {part.layout.max_width for part in card.children}
    assert Seen(card).saved() == ""
    assert card.wait(SECONDS).succeeded
    with pytest.raises(ValueError, match="above 0"):
        mj.imagine("a hen", size=0)


def test_without_a_service_one_line_says_how_to_name_one() -> None:
    know_nothing()
    with pytest.raises(mj.Unauthorized, match="MJ_API_TOKEN"):
        mj.imagine("a fox")
