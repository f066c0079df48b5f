"""One card without a kernel: what it shows, what a press sends, what its owner gets."""

from __future__ import annotations

import asyncio
import io
import json
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import comm
import ipywidgets
import pytest
from ipywidgets.widgets.widget import _instances
from PIL import Image, ImageChops
from sandbox.support import Clock
from services import CANARY, film_of
from sketches import sketching

import mj_widgets as mj
from card.page import (
    SECONDS,
    Seen,
    Told,
    browser_gets,
    browser_sends,
    click,
    is_used,
    until,
    until_used,
)
from mj_widgets.card import look
from mj_widgets.gallery.task_cards import TaskCards
from mj_widgets.pictures.images import PREVIEW_BYTES, Picture
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.service.pace import Pace

if TYPE_CHECKING:
    pass


def card_of(sandbox: Sandbox, **fields: Any) -> mj.TaskWidget:
    """Return the card of a task that the service answers with these fields."""
    body = {"id": "77", "action": "IMAGINE", "status": "SUCCESS", "progress": "100%", **fields}
    sandbox.put("77", body)
    return mj.TaskWidget("77")


def png(size: tuple[int, int] = (64, 64)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, "PNG")
    return out.getvalue()


# -- following ----------------------------------------------------------------------------------


def test_a_card_is_an_ipywidgets_vbox_that_shows_itself_in_one_line(grid: mj.TaskWidget) -> None:
    assert isinstance(grid, ipywidgets.VBox)
    assert repr(grid) == "TaskWidget('1747132423020537', SUCCESS)"


def test_the_traits_tell_the_task_from_the_queue_to_the_end() -> None:
    clock = Clock(time.time())
    with sketching(speed=1, clock=clock).in_thread() as still:
        mj.configure(still.url, CANARY)
        card = mj.TaskWidget(EXAMPLES["running"])
        seen: list[tuple[str, Any]] = []
        card.observe(lambda change: seen.append((change.name, change.new)), ["status", "progress"])
        until(card, "task", bool)
        clock.forward(6)
        card.check_now()
        until(card, "status", "IN_PROGRESS")
        clock.forward(60)
        card.check_now()
        task = card.wait(SECONDS)

    statuses = [value for name, value in seen if name == "status"]
    progress = [value for name, value in seen if name == "progress"]
    assert statuses[-1] == "SUCCESS"
    assert "IN_PROGRESS" in statuses
    assert progress == sorted(progress)
    assert progress[-1] == 100
    assert card.task is not None
    assert card.task == task
    assert (card.status, card.progress, card.error) == ("SUCCESS", 100, "")


def test_the_original_bytes_the_grid_and_its_quadrants_are_there_when_waiting_ends() -> None:
    with Sandbox().in_thread() as painting:
        mj.configure(painting.url, CANARY)
        grid = mj.TaskWidget(EXAMPLES["finished"])
        grid.wait(SECONDS)
    assert grid.image is not None
    assert grid.image_bytes is not None
    assert grid.image_bytes.startswith(b"\x89PNG")
    assert grid.image.size == (2048, 2048)
    assert [quadrant.size for quadrant in grid.quadrants] == [(1024, 1024)] * 4
    corner = grid.image.crop((1024, 0, 2048, 1024))
    assert ImageChops.difference(grid.quadrants[1], corner).getbbox() is None


def test_a_wide_grid_keeps_its_shape(session: mj.Session) -> None:
    card = mj.TaskWidget(EXAMPLES["wide"])
    card.wait(SECONDS)

    assert card.image is not None
    width, height = card.image.size
    assert width / height == pytest.approx(16 / 9, rel=0.02)
    assert Seen(card).tiles.aspect == width / height


def test_a_task_can_be_awaited(session: mj.Session) -> None:
    async def use() -> mj.Task:
        return await mj.TaskWidget(EXAMPLES["finished"])

    assert asyncio.run(use()).succeeded


def test_waiting_ends_with_timeout_error_and_the_task_is_still_followed() -> None:
    clock = Clock(time.time())
    with sketching(speed=1, clock=clock).in_thread() as still:
        mj.configure(still.url, CANARY)
        card = mj.TaskWidget(EXAMPLES["running"])

        with pytest.raises(TimeoutError, match="still followed") as caught:
            card.wait(0.05)
        assert isinstance(caught.value, mj.StillRunning)
        until(card, "task", bool)
        clock.forward(60)
        card.check_now()
        assert card.wait(SECONDS).succeeded


def test_the_end_of_the_waiting_tells_how_far_it_is_in_plain_words(
    sandbox: Sandbox, session: mj.Session
) -> None:
    card = card_of(sandbox, status="NOT_START", progress="0%")
    until(card, "status", "NOT_START")
    with pytest.raises(mj.StillRunning, match=r"within 0 s \(waiting in the queue, 0 %\)"):
        card.wait(0)
    card.close()


def test_a_failed_task_raises_with_the_services_reason(session: mj.Session) -> None:
    card = mj.TaskWidget(EXAMPLES["failed"])

    with pytest.raises(mj.TaskFailed, match="Request blocked by content policy") as caught:
        card.wait(SECONDS)

    assert caught.value.task.status == "FAILURE"
    assert card.error == "Request blocked by content policy"
    assert Seen(card).words == "failed"


def test_an_unknown_task_is_not_a_failed_task(session: mj.Session) -> None:
    card = mj.TaskWidget("123456")

    with pytest.raises(mj.TaskNotFound):
        card.wait(SECONDS)

    assert Seen(card).words == "no such task"


def test_a_refused_token_is_said(sandbox: Sandbox) -> None:
    sandbox.token = "another"
    mj.configure(sandbox.url, CANARY)
    card = mj.TaskWidget(EXAMPLES["finished"])

    with pytest.raises(mj.Unauthorized, match="MJ_API_TOKEN"):
        card.wait(SECONDS)

    assert Seen(card).words == "token not accepted"


def test_check_now_takes_the_token_that_was_given_since(sandbox: Sandbox) -> None:
    sandbox.token = CANARY
    mj.configure(sandbox.url, "mistyped")
    card = mj.TaskWidget(EXAMPLES["finished"])
    with pytest.raises(mj.Unauthorized):
        card.wait(SECONDS)
    mj.configure(sandbox.url, CANARY)

    card.check_now()

    assert card.wait(SECONDS).succeeded
    assert card.upscale(2).wait(SECONDS).succeeded


def test_a_press_after_a_refused_one_takes_the_token_that_was_given_since(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.token = "another"
    with pytest.raises(mj.Unauthorized):
        grid.press("U2").wait(SECONDS)
    mj.configure(sandbox.url, "another")

    assert grid.press("U2").wait(SECONDS).succeeded
    assert [post.status for post in sandbox.posts] == [401, 200]


def test_a_prompt_that_was_refused_is_used_again_with_the_token_that_was_given_since(
    sandbox: Sandbox,
) -> None:
    sandbox.token = CANARY
    mj.configure(sandbox.url, "mistyped")
    card = mj.imagine("a red fox")
    with pytest.raises(mj.Unauthorized):
        card.wait(SECONDS)
    mj.configure(sandbox.url, CANARY)

    Seen(card).click_tool("Use prompt")
    Seen(card).open_panel.send()

    assert card.followups[0].wait(SECONDS).succeeded


def test_a_card_whose_token_is_accepted_keeps_it(sandbox: Sandbox) -> None:
    sandbox.token = CANARY
    mj.configure(sandbox.url, CANARY)
    card = mj.TaskWidget(EXAMPLES["finished"])
    card.wait(SECONDS)
    mj.configure(sandbox.url, "of another account")

    card.check_now()

    assert card.wait(SECONDS).succeeded
    assert {request.status for request in sandbox.log} == {200}


def test_a_token_for_another_service_is_not_taken(sandbox: Sandbox) -> None:
    sandbox.token = "another"
    mj.configure(sandbox.url, CANARY)
    card = mj.TaskWidget(EXAMPLES["finished"])
    with pytest.raises(mj.Unauthorized):
        card.wait(SECONDS)
    with sketching().in_thread() as elsewhere:
        mj.configure(elsewhere.url, "its token")

        card.check_now()

        with pytest.raises(mj.Unauthorized):
            card.wait(SECONDS)
        assert len(elsewhere.log) == 0


def test_a_lost_poll_is_said_and_the_card_goes_on(sandbox: Sandbox, session: mj.Session) -> None:
    sandbox.faults.next("500", count=2, path="/fetch")
    card = mj.TaskWidget(EXAMPLES["running"])
    until(card, "error", lambda text: "HTTP 500" in text)
    assert card.error.endswith("(HTTP 500: “do_request_failed”).")  # no advice to try it again
    assert Seen(card).notice == card.error

    sandbox.faults.clear()
    card.check_now()
    assert card.wait(SECONDS).succeeded
    assert card.error == ""


def test_stop_ends_the_watching_and_check_now_takes_it_up_again() -> None:
    clock = Clock(time.time())
    with sketching(speed=1, clock=clock).in_thread() as still:
        mj.configure(still.url, CANARY)
        card = mj.TaskWidget(EXAMPLES["running"])
        until(card, "task", bool)
        clock.forward(6)
        card.check_now()
        until(card, "status", "IN_PROGRESS")

        Seen(card).click_tool("Stop")
        with pytest.raises(mj.MjError, match="not watched any more"):
            card.wait(SECONDS)
        assert Seen(card).tools == ["Check now"]

        clock.forward(60)
        Seen(card).click_tool("Check now")
        assert card.wait(SECONDS).succeeded


def test_a_status_never_seen_is_shown_and_followed(sandbox: Sandbox, session: mj.Session) -> None:
    card = card_of(sandbox, status="WARMING_UP", progress="3%")
    until(card, "status", "WARMING_UP")

    assert Seen(card).words == "warming up"
    card.stop()


def test_the_half_done_picture_is_shown_while_the_task_runs(
    sandbox: Sandbox, session: mj.Session
) -> None:
    link = sandbox.put_file("half.png", png(), "image/png")
    card = card_of(sandbox, status="IN_PROGRESS", progress="46%", imageUrl=link)

    until(Seen(card).tiles, "previews", lambda previews: len(previews) == 1)
    assert Seen(card).tiles.unfinished
    card.stop()


def test_a_card_says_when_nothing_has_changed_for_unusually_long(
    sandbox: Sandbox, session: mj.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.put("77", {"id": "77", "action": "IMAGINE", "status": "IN_PROGRESS", "progress": "46%"})
    card = mj.TaskWidget("77", interval=600)
    until(card, "status", "IN_PROGRESS")

    monkeypatch.setattr(Pace, "is_stalled", lambda *_: True)  # a minute is long for a test
    card.check_now()
    Seen(card).until_notice("unusually long")
    assert Seen(card).notice_tone == "trouble"

    monkeypatch.undo()
    card.check_now()
    Seen(card).until_no_notice()
    card.stop()


def test_stop_right_after_the_start_stops(sandbox: Sandbox, session: mj.Session) -> None:
    card = mj.TaskWidget(EXAMPLES["running"])
    card.stop()

    with pytest.raises(mj.MjError, match="not watched any more"):
        card.wait(SECONDS)
    mj.TaskWidget(EXAMPLES["finished"]).wait(SECONDS)  # later on the same thread
    assert sandbox.count("GET", f"{EXAMPLES['running']}/fetch") <= 1
    assert Seen(card).words == "not watched any more"


def test_an_observer_that_raises_does_not_stop_the_card(session: mj.Session) -> None:
    card = mj.TaskWidget(EXAMPLES["running"])
    card.observe(lambda _: 1 / 0, ["status", "progress", "task", "error"])

    assert card.wait(SECONDS).succeeded
    assert len(card.quadrants) == 4


def test_an_observer_of_success_finds_pictures_and_buttons(session: mj.Session) -> None:
    card = mj.TaskWidget(EXAMPLES["running"])
    children: list[mj.TaskWidget] = []
    done = threading.Event()

    def take_the_first(change: Any) -> None:
        if change.new == "SUCCESS":
            children.append(card.upscale(1))
            done.set()

    card.observe(take_the_first, "status")
    assert done.wait(SECONDS)
    assert children[0].wait(SECONDS).kind == "image"


def test_the_card_says_done_when_the_picture_is_kept_and_the_buttons_are_there(
    session: mj.Session,
) -> None:
    card = mj.TaskWidget(EXAMPLES["running"])
    found: list[object] = []

    def look(change: Any) -> None:
        if change.new["words"] == "done":
            kept = mj.library().get(card.task_id)
            found.extend([kept and len(kept.files), "U1" in card.buttons, card.status])

    Seen(card).caption.observe(look, "state")
    card.wait(SECONDS)

    assert found == [1, True, "SUCCESS"]


@pytest.mark.parametrize(
    "arguments", [{"task_id": ""}, {"task_id": "1", "interval": 0}, {"task_id": "1", "size": 0}]
)
def test_arguments_out_of_range_are_refused_before_anything_is_made(
    session: mj.Session, arguments: dict[str, Any]
) -> None:
    before = set(_instances)

    with pytest.raises(ValueError, match=r"empty|above 0"):
        mj.TaskWidget(**arguments)

    assert set(_instances) == before


def test_a_rate_limit_is_not_called_unreachable(sandbox: Sandbox, session: mj.Session) -> None:
    sandbox.faults.next("429", path="/fetch")
    card = mj.TaskWidget(EXAMPLES["finished"])
    told = Told(card)
    card.wait(SECONDS)

    assert "told to wait" in told.words or Seen(card).words == "done"
    assert not any("unreachable" in state for state in told.words)


# -- pictures that cannot be had ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<!DOCTYPE html><title>Not here</title>", "not a picture"),
        (b'{"error": "http_get_image_failed"}', "http_get_image_failed"),
        (png()[:300], "truncated or damaged"),
    ],
    ids=["page", "json", "truncated"],
)
def test_a_bad_picture_is_one_line_with_a_try_again_and_the_task_stays(
    sandbox: Sandbox, session: mj.Session, data: bytes, said: str
) -> None:
    link = sandbox.put_file("bad.png", data, "image/png")
    card = card_of(sandbox, imageUrl=link, buttons=[{"customId": "MJ::X::1", "label": "X"}])

    with pytest.raises(mj.ImageError, match=said) as caught:
        card.wait(SECONDS)
    assert caught.value.task == card.task
    assert card.status == "SUCCESS"
    assert said in card.error
    assert "\n" not in card.error
    assert Seen(card).tools == ["Try again"]
    assert card.image is None
    assert list(card.buttons) == ["X"]

    sandbox.put_file("bad.png", png(), "image/png")
    Seen(card).click_tool("Try again")
    card.wait(SECONDS)
    assert card.error == ""
    assert card.image is not None


def test_success_without_an_image_says_so(sandbox: Sandbox, session: mj.Session) -> None:
    card = card_of(sandbox, imageUrl="")
    with pytest.raises(mj.ImageError, match="names no picture"):
        card.wait(SECONDS)

    assert "names no picture" in card.error
    assert card.quadrants == ()


def test_an_expired_link_is_renewed_by_asking_for_the_task(
    sandbox: Sandbox, session: mj.Session
) -> None:
    old, new = (sandbox.put_file(name, png(), "image/png") for name in ("old.png", "new.png"))
    sandbox.faults.next("expired", count=9, path="old.png")
    body = {"id": "78", "action": "UPSCALE", "status": "SUCCESS", "progress": "100%"}
    sandbox.play("78", {**body, "imageUrl": old}, {**body, "imageUrl": new})
    card = mj.TaskWidget("78")
    card.wait(SECONDS)

    assert card.error == ""
    assert card.image_bytes is not None


# -- what comes back ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (datetime(2100, 1, 2, tzinfo=UTC), "link works until"),
        (datetime(2020, 1, 2, tzinfo=UTC), "link expired"),
    ],
)
def test_the_state_line_says_until_when_the_link_works(
    sandbox: Sandbox, session: mj.Session, ends: datetime, said: str
) -> None:
    link = sandbox.put_file("one.png", png(), "image/png")
    signed = re.sub("ex=[0-9a-f]{8}", f"ex={int(ends.timestamp()):08x}", link)
    card = card_of(sandbox, action="UPSCALE", imageUrl=signed)
    with pytest.raises(mj.ImageError):  # the change has made it another link
        card.wait(SECONDS)

    here = ends.astimezone()
    assert Seen(card).notes == [f"{said} {here:%Y-%m-%d %H:%M}"]


def test_texts_are_shown_as_a_list(session: mj.Session) -> None:
    card = mj.TaskWidget(EXAMPLES["described"])
    card.wait(SECONDS)

    assert card.task is not None
    assert card.task.kind == "text"
    assert len(card.texts) == 4
    assert "Use prompt" not in Seen(card).tools  # a description is no prompt
    assert card.quadrants == ()


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ({"action": "DESCRIBE", "description": "/describe 1795512320726541.png"}, "describe"),
        (
            {"action": "SHORTEN", "description": "/shorten a very tall tower"},
            "shorten: a very tall tower",
        ),
        ({"action": "SHORTEN", "description": ""}, "shorten"),
    ],
)
def test_a_card_of_texts_is_called_what_it_is_and_has_no_prompt_to_copy(
    sandbox: Sandbox, session: mj.Session, told: dict[str, str], title: str
) -> None:
    card = card_of(sandbox, prompt="1️⃣ one\n\n2️⃣ two", **told)
    card.wait(SECONDS)
    heading = Seen(card).heading
    assert (heading["title"], heading["prompt"]) == (title, "")


def test_a_video_is_shown_as_a_video_and_sent_only_when_played(
    sandbox: Sandbox, session: mj.Session
) -> None:
    film = film_of(bytes(5_000))
    link = sandbox.put_file("film.mp4", film, "video/mp4")
    card = card_of(sandbox, action="VIDEO", videoUrl=link)
    card.wait(SECONDS)

    assert Seen(card).tiles.movies == [{"mime": "video/mp4", "bytes": len(film)}]
    assert Seen(card).tiles.previews == []
    assert card.image_bytes == film
    assert card.image is None


def pixels(jpeg: bytes) -> bytes:
    return Image.open(io.BytesIO(jpeg)).tobytes()


def test_a_video_without_a_picture_of_its_own_shows_its_parents_until_it_plays(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    single = grid.upscale(1)
    single.wait(SECONDS)
    own = single.press("Animate (High motion)")  # a file that has its pictures
    own.wait(SECONDS)
    sandbox.options.partner = True
    bare = single.press("Animate (Low motion)")
    bare.wait(SECONDS)

    posters = Seen(bare).tiles.previews
    [above] = Seen(single).tiles.previews
    assert [pixels(poster) for poster in posters] == [pixels(above)] * 4
    [preview] = Seen(own).tiles.previews
    assert preview not in posters


def test_a_link_is_spoken_of_when_the_task_is_done(sandbox: Sandbox, session: mj.Session) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    link = f"https://cdn.example/a.png?ex={int(until.timestamp()):x}&is=1&hm=2"
    running = mj.Task.parse({"id": "1", "status": "IN_PROGRESS", "imageUrl": link})
    done = mj.Task.parse({"id": "1", "status": "SUCCESS", "imageUrl": link})
    assert look.notes(running, None) == []
    assert "link works until" in look.notes(done, None)[0]


def test_several_cards_stand_side_by_side_where_there_is_room(grid: mj.TaskWidget) -> None:
    small = mj.TaskWidget(EXAMPLES["finished"], size=300)
    cards = TaskCards([small])
    assert "minmax(min(100%, 300px), 1fr)" in cards.layout.grid_template_columns
    layout = cards.layout
    cards.close()
    assert layout.comm is None


def test_the_arrows_of_pan_stay_on_one_line(grid: mj.TaskWidget) -> None:
    single = grid.upscale(1)
    single.wait(SECONDS)
    assert Seen(single).together == [["⬅️", "➡️", "⬆️", "⬇️"]]


def test_markup_in_the_services_words_reaches_the_browser_as_it_is(
    sandbox: Sandbox, session: mj.Session
) -> None:
    prompt = "<script>alert(1)</script><img src=x onerror=alert(2)> \u202eabc"
    card = card_of(sandbox, status="FAILURE", failReason=prompt, prompt=prompt)
    with pytest.raises(mj.TaskFailed):
        card.wait(SECONDS)

    assert Seen(card).heading["prompt"] == prompt
    # A reason is one line; marks that turn the direction of all that follows are left out.
    assert Seen(card).notice == prompt.replace(" \u202e", " ")


def test_the_files_are_where_the_library_has_them(grid: mj.TaskWidget) -> None:
    [file] = grid.files
    assert file.read_bytes() == grid.image_bytes


# Beside its content a message to the browser has headers, that of the cell among them.
HEADERS = 520


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes of each message to the browser, without those of the pictures."""
    messages: list[int] = []

    class Wire(comm.DummyComm):
        def publish_msg(self, *_: Any, data: Any = None, metadata: Any = None, **more: Any) -> None:
            del more
            messages.append(HEADERS + len(json.dumps([data, metadata], default=repr)))

    monkeypatch.setattr(comm, "create_comm", Wire)
    return messages


def test_one_finished_card_is_few_models_and_few_bytes_whatever_its_picture(
    session: mj.Session, wire: list[int]
) -> None:
    before = set(_instances)
    grid = mj.TaskWidget(EXAMPLES["finished"])
    grid.wait(SECONDS)
    assert len(set(_instances) - before) <= 45
    assert sum(wire) + PREVIEW_BYTES <= 200_000

    wire.clear()
    before = set(_instances)
    grid.upscale(2).wait(SECONDS)
    until(grid.buttons["U2"], "disabled", False)
    assert len(set(_instances) - before) <= 52  # and the strip that leads to it, Edit… and Animate…
    assert sum(wire) + PREVIEW_BYTES <= 230_000


def test_closing_a_card_leaves_no_model_behind(session: mj.Session) -> None:
    before = set(_instances)
    card = mj.TaskWidget(EXAMPLES["finished"])
    card.wait(SECONDS)
    card.upscale(1).wait(SECONDS)

    card.close()

    assert [_instances[model] for model in set(_instances) - before] == []


# -- buttons ------------------------------------------------------------------------------------


def test_buttons_are_ipywidgets_in_the_services_order(grid: mj.TaskWidget) -> None:
    assert list(grid.buttons) == ["U1", "U2", "U3", "U4", "🔄", "V1", "V2", "V3", "V4"]
    assert all(isinstance(button, ipywidgets.Button) for button in grid.buttons.values())
    assert grid.buttons["V3"].tooltip == (
        "Four new variations of picture 3, some 0.8 min of fast time"
    )


def test_each_quadrant_has_its_own_u_and_v_below_it(grid: mj.TaskWidget) -> None:
    assert Seen(grid).on_pictures == [
        ["U1", "V1", "Edit…"],
        ["U2", "V2", "Edit…"],
        ["U3", "V3", "Edit…"],
        ["U4", "V4", "Edit…"],
    ]
    assert Seen(grid).rows == {"mj-group-other": ["🔄"]}


def test_u2_gives_the_second_quadrant_in_a_card_inside_the_parents(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    child = grid.press("U2")
    task = child.wait(SECONDS)

    assert grid.followups == (child,)
    assert child in Seen(grid).followups
    assert task.kind == "image"
    assert child.image is not None
    assert ImageChops.difference(child.image, grid.quadrants[1]).getbbox() is None
    [post] = sandbox.posts
    assert post.body == {
        "taskId": "1747132423020537",
        "customId": "MJ::JOB::upsample::2::6dc7beb8-8310-4fd4-b46c-716b422ddffc",
    }


def test_a_double_click_is_one_submission(grid: mj.TaskWidget, sandbox: Sandbox) -> None:
    click(grid.buttons["V1"])
    click(grid.buttons["V1"])
    [child] = grid.followups
    child.wait(SECONDS)

    assert len(sandbox.posts) == 1


def test_the_second_click_of_a_double_click_after_a_quick_answer_is_the_same_press(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    click(grid.buttons["V1"])
    until_used(grid.buttons["V1"])
    click(grid.buttons["V1"])

    assert len(grid.followups) == 1
    assert len(sandbox.posts) == 1


def test_a_variation_is_made_again_when_the_first_is_seen(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    running, now = sandbox.clock, sandbox.clock()
    sandbox.clock = lambda: now  # no task moves
    click(grid.buttons["V1"])
    assert grid.buttons["V1"].disabled
    until(grid.buttons["V1"], "disabled", False)  # which is after that second
    click(grid.buttons["V1"])
    assert len(grid.followups) == 1  # what came of the first is not seen yet

    sandbox.clock = running
    grid.followups[0].wait(SECONDS)
    click(grid.buttons["V1"])

    first, second = grid.followups
    assert first.wait(SECONDS).id != second.wait(SECONDS).id
    assert len(sandbox.posts) == 2


def test_a_press_disables_that_button_alone_and_marks_it_as_used(grid: mj.TaskWidget) -> None:
    child = grid.press("U3")

    assert [name for name, b in grid.buttons.items() if b.disabled] == ["U3"]
    child.wait(SECONDS)
    until(grid.buttons["U3"], "disabled", False)
    assert is_used(grid.buttons["U3"])
    assert "press to see it" in grid.buttons["U3"].tooltip


def test_a_used_u_shows_its_known_child_and_sends_nothing(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    child = grid.upscale(1)
    child.wait(SECONDS)
    until(grid.buttons["U1"], "disabled", False)
    click(grid.buttons["U1"])

    assert grid.followups == (child,)
    assert grid.upscale(1) is child
    assert len(sandbox.posts) == 1


def test_a_u_whose_task_failed_is_sent_again_by_a_click_or_when_it_is_to_be_new(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    failed = grid.upscale(1)
    failed.wait(SECONDS)
    assert failed.task is not None
    sandbox.put(failed.task_id, {**failed.task.raw, "status": "FAILURE", "failReason": "timeout"})
    failed.check_now()
    with pytest.raises(mj.TaskFailed):
        failed.wait(SECONDS)

    assert grid.upscale(1) is failed
    assert len(sandbox.posts) == 1

    until(grid.buttons["U1"], "disabled", False)
    click(grid.buttons["U1"])
    second = grid.followups[-1]
    assert second is not failed
    assert second.wait(SECONDS).succeeded
    assert len(sandbox.posts) == 2

    assert grid.upscale(1, new=True).wait(SECONDS).succeeded
    assert len(sandbox.posts) == 3


def test_a_u_used_in_another_card_of_the_same_task_sends_nothing(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    known = grid.upscale(1).wait(SECONDS).id
    other = mj.TaskWidget(EXAMPLES["finished"])
    other.wait(SECONDS)

    assert is_used(other.buttons["U1"])
    assert other.upscale(1).wait(SECONDS).id == known
    assert len(sandbox.posts) == 1


def test_vary_and_reroll_give_new_grids(grid: mj.TaskWidget) -> None:
    for child in (grid.vary(3), grid.reroll()):
        assert child.wait(SECONDS).kind == "grid"
        assert len(child.quadrants) == 4


def test_a_refused_press_is_said_and_can_be_pressed_again(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.options.queue_full = True
    child = grid.press("V1")
    with pytest.raises(mj.QueueFull):
        child.wait(SECONDS)

    Seen(grid).until_followups(0)
    assert grid.error.startswith("V1 – ")
    until(grid.buttons["V1"], "disabled", False)
    sandbox.options.queue_full = False
    assert grid.press("V1").wait(SECONDS).succeeded


def test_a_press_whose_answer_was_lost_is_not_sent_again(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.faults.next("cut", path="/submit/")
    child = grid.press("V1")

    with pytest.raises(mj.ServiceUnavailable, match="may have been submitted") as caught:
        child.wait(SECONDS)
    assert caught.value.maybe_sent
    assert len(sandbox.posts) == 1


def test_the_second_click_of_a_double_click_is_the_same_press_where_the_answer_was_lost_at_once(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.faults.next("cut", path="/submit/")
    click(grid.buttons["V1"])
    until(grid, "error", lambda said: "may have been submitted" in said)
    click(grid.buttons["V1"])

    assert grid.followups == ()
    assert len(sandbox.posts) == 1


def test_a_click_later_on_submits_what_may_have_been_submitted(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.faults.next("cut", path="/submit/")
    click(grid.buttons["V1"])
    until(grid, "error", lambda said: "may have been submitted" in said)
    until(grid.buttons["V1"], "disabled", False)  # which is after a second
    click(grid.buttons["V1"])

    [child] = grid.followups
    assert child.wait(SECONDS).succeeded
    assert len(sandbox.posts) == 2


def test_a_press_that_is_to_be_new_is_the_same_one_while_it_is_being_sent(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.faults.slow_seconds = 1
    sandbox.faults.next("slow", path="/submit/")
    first = grid.press("V1", new=True)

    assert grid.press("V1", new=True) is first
    first.wait(SECONDS)
    assert len(sandbox.posts) == 1


@pytest.mark.parametrize("flavour", ["dmx", "plus", "trueai", "novicezk"])
def test_the_place_in_the_queue_is_said_until_the_task_starts(flavour: str) -> None:
    with sketching(flavour).in_thread() as busy:
        mj.configure(busy.url, CANARY, auth="secret")
        grid = mj.TaskWidget(EXAMPLES["finished"])
        grid.wait(SECONDS)
        running, now = busy.clock, busy.clock()
        busy.clock = lambda: now  # no task moves
        busy.options.slots = 1
        busy.add_task("a fox that is painted meanwhile")
        pressed = grid.press("V1")
        Seen(pressed).until_note("1 ahead in the queue at first")
        imagined = mj.imagine("a fox in a queue")
        Seen(imagined).until_note("2 ahead in the queue at first")
        until(imagined, "task", bool)
        assert "2 ahead in the queue at first" in Seen(imagined).notes

        busy.clock = running
        assert imagined.wait(SECONDS).succeeded
        assert "queue" not in "".join(Seen(imagined).notes)


def test_a_button_without_a_task_is_marked_and_nothing_is_followed(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    single = grid.upscale(1)
    single.wait(SECONDS)

    with pytest.raises(mj.MjError, match="starts no task"):
        single.press("❤️").wait(SECONDS)

    assert is_used(single.buttons["❤️"])
    Seen(single).until_followups(0)


def test_an_unknown_name_lists_the_names_there_are(grid: mj.TaskWidget) -> None:
    with pytest.raises(mj.MjError, match=r"no button “U9”.*U1, U2, U3, U4"):
        grid.press("U9")


@pytest.mark.parametrize("quadrant", [True, False, 0, 5, -1, 2.5, "2", None])
def test_what_is_no_picture_of_a_grid_presses_nothing(
    grid: mj.TaskWidget, sandbox: Sandbox, quadrant: object
) -> None:
    for press in (grid.upscale, grid.vary):
        with pytest.raises(mj.MjError, match=r"A grid has no picture .*\. Give 1, 2, 3 or 4\."):
            press(quadrant)
    assert sandbox.posts == []


def test_what_is_offered_by_tab_is_for_users(grid: mj.TaskWidget) -> None:
    offered = set(dir(grid))
    assert offered >= {"task", "wait", "image", "quadrants", "buttons", "press", "stop", "close"}
    assert not offered & {"begin", "give_up", "show_now", "started"}


@pytest.mark.parametrize(
    "said", ["🎞️ Animate (Low motion)", "🎞 animate  (low motion)", "ANIMATE (LOW MOTION)"]
)
def test_a_button_may_be_called_as_it_stands_on_the_screen(grid: mj.TaskWidget, said: str) -> None:
    single = grid.upscale(2)
    single.wait(SECONDS)
    assert "🎞️ Animate (Low motion)" in [made.description for made in single.buttons.values()]

    animated = single.press(said)

    assert animated.wait(SECONDS).kind == "video"
    assert animated.button == "Animate (Low motion)"
    assert single.press("Animate (Low motion)") is animated


def test_a_name_in_small_letters_is_the_same_press(grid: mj.TaskWidget, sandbox: Sandbox) -> None:
    assert grid.press("u2") is grid.press("U2")
    assert grid.press("u2").wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


def test_a_server_without_buttons_gets_u_v_and_reroll_by_change() -> None:
    with sketching("novicezk").in_thread() as plain:
        mj.configure(plain.url, CANARY, auth="secret")
        card = mj.TaskWidget(EXAMPLES["finished"])
        card.wait(SECONDS)

        assert list(card.buttons) == ["U1", "U2", "U3", "U4", "🔄", "V1", "V2", "V3", "V4"]
        card.upscale(2).wait(SECONDS)
        card.vary(1).wait(SECONDS)
        card.reroll().wait(SECONDS)
        bodies = [post.body for post in plain.posts]

    grid = EXAMPLES["finished"]
    assert bodies == [
        {"taskId": grid, "action": "UPSCALE", "index": 2},
        {"taskId": grid, "action": "VARIATION", "index": 1},
        {"taskId": grid, "action": "REROLL", "index": 1},
    ]


def test_labels_that_occur_twice_are_both_there(sandbox: Sandbox, session: mj.Session) -> None:
    link = sandbox.put_file("one.png", png(), "image/png")
    twins = [{"customId": "MJ::A", "label": "Same"}, {"customId": "MJ::B", "label": "Same"}]
    card = card_of(sandbox, action="UPSCALE", imageUrl=link, buttons=twins)
    card.wait(SECONDS)

    assert list(card.buttons) == ["Same", "Same (2)"]


def test_a_name_that_fits_two_buttons_presses_none(sandbox: Sandbox, session: mj.Session) -> None:
    link = sandbox.put_file("one.png", png(), "image/png")
    twins = [
        {"customId": "MJ::A", "label": "Left", "emoji": "🎞️"},
        {"customId": "MJ::B", "label": "LEFT", "emoji": "🎞️"},
    ]
    card = card_of(sandbox, action="UPSCALE", imageUrl=link, buttons=twins)
    card.wait(SECONDS)

    with pytest.raises(mj.MjError, match=r"There are 2 buttons “🎞️ left”\. Take one of: Left, LEFT"):
        card.press("🎞️ left")
    assert sandbox.posts == []


def test_a_picture_is_sent_full_size_when_someone_zooms(grid: mj.TaskWidget) -> None:
    messages = browser_gets(Seen(grid).tiles)
    browser_sends(Seen(grid).tiles, {"type": "open", "index": 2})
    content, [data] = messages.one()

    assert content == {"type": "full", "index": 2, "mime": "image/png"}
    zoomed = Image.open(io.BytesIO(data))
    assert ImageChops.difference(zoomed, grid.quadrants[2]).getbbox() is None


def test_nonsense_from_the_browser_does_no_harm(grid: mj.TaskWidget) -> None:
    for content in (None, [], "open", {"type": "open"}, {"type": "open", "index": 99}):
        browser_sends(Seen(grid).tiles, content)
    assert grid.vary(1).wait(SECONDS).succeeded


def test_two_threads_that_press_the_same_button_are_one_press(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    together = threading.Barrier(2)
    cards: list[mj.TaskWidget] = []

    def press() -> None:
        together.wait()
        cards.append(grid.press("V2"))

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for card in cards:
        card.wait(SECONDS)

    assert cards[0] is cards[1]
    assert len(sandbox.posts) == 1


def test_a_closed_child_is_replaced_by_a_new_card_of_the_same_task(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    first = grid.upscale(2)
    known = first.wait(SECONDS).id
    first.close()

    second = grid.upscale(2)

    assert second.wait(SECONDS).id == known
    assert grid.followups == (second,)
    assert len(sandbox.posts) == 1
    assert grid.vary(1).wait(SECONDS).succeeded


def test_a_card_closed_while_its_press_is_sent_is_not_followed(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.faults.next("slow", path="submit")  # its answer comes when the card is gone
    child = grid.vary(1)
    grid.close()
    with pytest.raises(mj.MjError):
        child.wait(SECONDS)

    other = mj.TaskWidget(EXAMPLES["finished"])
    other.wait(SECONDS)
    assert not child.task_id or not sandbox.count("GET", f"{child.task_id}/fetch")


def test_a_press_that_is_on_its_way_is_not_lost_when_its_button_goes(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    assert grid.task is not None
    sandbox.put(grid.task_id, {**grid.task.raw, "buttons": grid.task.raw["buttons"][:1]})
    sandbox.faults.slow_seconds = 1
    sandbox.faults.next("slow", path="action")
    child = grid.press("V1")
    grid.check_now()
    Seen(grid).until_no_rows()
    assert list(grid.buttons) == ["U1"]
    assert child.task_id == ""
    assert child.wait(SECONDS).id == child.task_id
    assert grid.error == ""


def test_checking_a_finished_card_again_leaves_no_models_behind(grid: mj.TaskWidget) -> None:
    counts = set()
    for _ in range(4):
        grid.check_now()  # the first time, tools are made that were not needed before
        grid.wait(SECONDS)
        counts.add(len(_instances))
    assert len(counts) == 1


# -- the token ----------------------------------------------------------------------------------


@pytest.fixture
def others() -> set[str]:
    """The widgets that other tests have left, some of them half closed."""
    return set(_instances)


def test_the_token_is_in_no_state_of_any_widget(
    others: set[str], grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    grid.upscale(1).wait(SECONDS)

    own = [widget for name, widget in _instances.items() if name not in others]
    assert grid in own
    states = "".join(repr(widget.get_state()) for widget in own)
    assert sandbox.log[-1].auth == "bearer"
    assert CANARY not in states
    assert CANARY not in repr(grid)
    assert CANARY not in repr(grid.task)


def test_an_observer_on_the_background_thread_may_press(grid: mj.TaskWidget) -> None:
    children: list[mj.TaskWidget] = []
    done = threading.Event()

    def press_again(change: Any) -> None:
        if change.new == "SUCCESS":
            children.append(grid.vary(2))
            done.set()

    grid.vary(1).observe(press_again, "status")
    assert done.wait(SECONDS)
    assert children[0].wait(SECONDS).succeeded


# Saved


def test_a_picture_is_saved_as_it_was_served_and_tells_of_its_making(
    grid: mj.TaskWidget, tmp_path: Path
) -> None:
    path = grid.save(tmp_path)

    assert path.parent == tmp_path
    assert EXAMPLES["finished"] in path.name
    assert Picture.from_bytes(path.read_bytes()).decode().tobytes() == grid.image.tobytes()  # type: ignore[union-attr]
    told = mj.read_metadata(path)
    assert told["task_id"] == EXAMPLES["finished"]
    assert told["prompt"] == grid.task.prompt  # type: ignore[union-attr]
    assert grid.save(tmp_path) == path
    assert list(tmp_path.glob("*.png")) == [path]


def test_a_quadrant_is_saved_alone(grid: mj.TaskWidget, tmp_path: Path) -> None:
    path = grid.save(tmp_path, quadrant=2)

    assert path.stem.endswith("_2")
    saved = Picture.from_bytes(path.read_bytes()).decode()
    assert saved.tobytes() == grid.quadrants[1].tobytes()
    assert mj.read_metadata(path)["quadrant"] == 2


def test_a_child_tells_its_parent_and_button(grid: mj.TaskWidget, tmp_path: Path) -> None:
    child = grid.upscale(3)
    child.wait(SECONDS)

    told = mj.read_metadata(child.save(tmp_path / "taken.png"))

    assert (told["parent"], told["button"]) == (grid.task_id, "U3")


@pytest.mark.parametrize("quadrant", [0, 5])
def test_a_picture_that_is_not_there_cannot_be_saved(
    grid: mj.TaskWidget, tmp_path: Path, quadrant: int
) -> None:
    with pytest.raises(mj.MjError, match="There are 1 to 4"):
        grid.save(tmp_path, quadrant=quadrant)
    assert not list(tmp_path.glob("*.png"))


def test_the_save_button_says_where_the_file_is(
    grid: mj.TaskWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    Seen(grid).click_tool("Save")

    Seen(grid).until_notice("Saved as")
    (path,) = tmp_path.glob("*.png")
    assert path.name in Seen(grid).notice


def test_a_card_of_a_known_child_tells_where_it_comes_from(grid: mj.TaskWidget) -> None:
    child = grid.upscale(3).wait(SECONDS)

    alone = mj.TaskWidget(child.id)
    alone.wait(SECONDS)

    assert Seen(alone).heading["origin"] == f"U3 of task {grid.task_id}"
    assert Seen(grid).heading["origin"] == ""
