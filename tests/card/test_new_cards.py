"""Tasks that are started from Python: what their cards show, from the first moment on."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest
from aiohttp import web
from doors import door
from ipywidgets.widgets.widget import _instances
from PIL import Image
from services import CANARY, file_of, serving

import mj_widgets as mj
from card.page import SECONDS, Seen, Told, until
from mj_widgets.account import Account
from mj_widgets.sandbox import Sandbox
from mj_widgets.session import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOX = file_of(Image.new("RGB", (48, 32), "orange"))
HEN = file_of(Image.new("RGB", (32, 32), "brown"))


@pytest.fixture(autouse=True)
def chosen(session: mj.Session) -> Iterator[None]:
    yield
    ipywidgets.Widget.close_all()


def heading(card: mj.TaskWidget) -> dict[str, Any]:
    return Seen(card).heading


def state(card: mj.TaskWidget) -> dict[str, Any]:
    return Seen(card).state


def notice(card: mj.TaskWidget) -> str:
    return Seen(card).notice


def tools(card: mj.TaskWidget) -> list[str]:
    return Seen(card).tools


# What is there at once


def test_the_card_is_there_before_the_service_has_answered(sandbox: Sandbox) -> None:
    sandbox.faults.slow_seconds = 0.5
    sandbox.faults.next("slow", path="submit/imagine")
    card = mj.imagine("a fox --ar 16:9")
    assert isinstance(card, mj.TaskWidget)
    assert card.task_id == ""
    assert heading(card)["prompt"] == "a fox"
    assert heading(card)["full"] == "a fox --ar 16:9"
    assert state(card)["words"] == "sending"
    assert tools(card) == ["Stop"]
    with pytest.raises(mj.StillRunning, match="What is being submitted has not ended"):
        card.wait(0)
    assert card.wait(SECONDS).succeeded
    assert len(card.quadrants) == 4


def test_what_no_service_takes_stops_the_cell_and_leaves_no_card(sandbox: Sandbox) -> None:
    before = set(_instances)
    with pytest.raises(mj.MjError, match="The prompt is empty"):
        mj.imagine("  ")
    assert set(_instances) == before
    assert len(sandbox.log) == 0


def test_nothing_is_sent_before_its_card_is_there(sandbox: Sandbox) -> None:
    def interrupt(widget: ipywidgets.Widget) -> None:
        """Stand for Ctrl-C while a card is being made."""
        if isinstance(widget, mj.TaskWidget):
            raise KeyboardInterrupt

    ipywidgets.Widget.on_widget_constructed(interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            mj.imagine("a fox")
    finally:
        ipywidgets.Widget.on_widget_constructed(None)
    mj.imagine("a hen").wait(SECONDS)  # what had been sent before it would be there as well
    assert [post.body["prompt"] for post in sandbox.posts] == ["a hen"]


# What the card says of it


@pytest.mark.parametrize(
    ("start", "origin"),
    [
        (lambda: mj.describe(FOX, bot="niji"), "describe · niji"),
        (lambda: mj.shorten("a fox", bot="niji"), "shorten · niji"),
        (
            lambda: mj.blend([FOX, HEN], "portrait", mode="relax"),
            "blend · 2 pictures · portrait · relax",
        ),
    ],
)
def test_all_that_a_start_is_given_goes_along(
    sandbox: Sandbox, start: Callable[[], mj.TaskWidget], origin: str
) -> None:
    card = start()
    assert heading(card)["origin"] == origin
    assert card.wait(SECONDS).succeeded
    assert heading(card)["origin"] == origin
    assert len(sandbox.posts) == 1


def test_the_card_says_how_the_parameters_were_understood(sandbox: Sandbox) -> None:
    prompt = "a fox —ar 16:9 --no text, frame --style raw --sref https://host.example/a.png 77"
    card = mj.imagine(prompt, [FOX, HEN], mode="fast", bot="niji")
    parameters = ["ar 16:9", "no text, frame", "raw", "sref https://host.example/a.png, 77"]
    for _ in range(2):
        assert heading(card)["origin"] == "imagine · 2 pictures · fast · niji"
        assert heading(card)["parameters"] == parameters
        assert heading(card)["warning"] == ""
        card.wait(SECONDS)
    assert heading(card)["prompt"] == "a fox"
    assert heading(card)["full"] == prompt


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
    assert "known" not in heading(start(new=True))


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


def test_a_card_that_was_refused_keeps_its_prompt_in_the_notebooks_file(sandbox: Sandbox) -> None:
    card = mj.imagine("a banned fox")
    refused(card, mj.PromptRejected)
    assert ">a banned fox<" in Seen(card).saved()
    assert "可能包含敏感词" in Seen(card).saved()
    card.check_now()
    assert len(sandbox.log) == 1


def test_what_may_have_been_submitted_is_said_in_the_colour_of_trouble(sandbox: Sandbox) -> None:
    sandbox.faults.next("cut", path="submit/imagine")
    card = mj.imagine("a fox")
    with pytest.raises(mj.ServiceUnavailable, match="may have been submitted"):
        card.wait(SECONDS)
    assert state(card) == {"words": "may have been submitted", "tone": "trouble"}
    assert notice(card).endswith("Look at the service; --new / new=True submits it anew.")


def test_a_fault_of_our_own_while_it_is_sent_is_said_and_nothing_can_be_stopped(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(Account, "submit", fail)
    assert "by nothing" in str(refused(mj.imagine("a fox"), mj.MjError))
    assert len(sandbox.log) == 0


# A full queue


def test_a_card_counts_the_seconds_until_it_is_tried_again_and_offers_to_do_it_at_once(
    sandbox: Sandbox,
) -> None:
    sandbox.options.queue_full = True
    card = mj.imagine("a fox", retry=True)
    Told(card).until_refused(1)
    assert state(card)["words"] == "the queue is full"
    assert state(card)["retryAt"] / 1000 - time.time() == pytest.approx(30, abs=10)
    until(card, "error", lambda error: "Nothing was submitted yet." in error)
    assert tools(card) == ["Stop", "Check now"]
    sandbox.options.queue_full = False
    Seen(card).click_tool("Check now")
    assert card.wait(SECONDS).succeeded
    assert notice(card) == ""
    assert len(sandbox.posts) == 2


def test_a_card_that_is_stopped_says_that_nothing_was_submitted(sandbox: Sandbox) -> None:
    sandbox.options.queue_full = True
    card = mj.imagine("a fox", retry=True)
    Told(card).until_refused(1)
    Seen(card).click_tool("Stop")
    assert str(refused(card, mj.MjError)) == "Stopped: nothing was submitted."


def test_closing_the_card_ends_the_trying(sandbox: Sandbox) -> None:
    sandbox.options.queue_full = True
    card = mj.imagine("a fox", retry=True)
    Told(card).until_refused(1)
    card.close()
    with pytest.raises(mj.MjError, match="nothing was submitted"):
        card.wait(SECONDS)
    sandbox.options.queue_full = False
    assert mj.imagine("a fox").wait(SECONDS).succeeded
    assert len(sandbox.posts) == 2


def test_a_card_stopped_while_it_is_sent_knows_its_task_and_can_be_watched_again(
    sandbox: Sandbox,
) -> None:
    with door(sandbox, "submit/imagine") as held:
        card = mj.imagine("a fox")
        held.until_knocked()
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
    assert "300px" in {part.layout.max_width for part in card.children[0].children}
    assert Seen(card).saved() == ""
    assert card.wait(SECONDS).succeeded
    with pytest.raises(ValueError, match="above 0"):
        mj.imagine("a hen", size=0)


def test_without_a_service_one_line_says_how_to_name_one() -> None:
    settings.reset()
    with pytest.raises(mj.Unauthorized, match="MJ_API_TOKEN"):
        mj.imagine("a fox")
