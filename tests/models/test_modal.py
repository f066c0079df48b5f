"""Windows that buttons open: what stands in them at first, and what may be sent."""

from __future__ import annotations

import pytest

import mj_widgets as mj
from mj_widgets.models.button import Button
from mj_widgets.models.modal import ModalAnswer, asks_of, edit_prompt, first_prompt, problem_of

ZOOM = Button(custom_id="MJ::CustomZoom::5f2e", label="Custom Zoom")
REGION = Button(custom_id="MJ::Inpaint::1::5f2e::SOLO", label="Vary (Region)")
SECOND = Button(custom_id="MJ::Job::PicReader::2", emoji="2️⃣")


def task(**fields: object) -> mj.Task:
    return mj.Task.parse({"id": "17", "status": "SUCCESS", **fields})


def test_the_prompt_that_midjourney_was_given_stands_in_it_at_first() -> None:
    known = task(prompt="狐狸", properties={"finalPrompt": "a fox --v 7"})
    assert first_prompt(known, REGION, "mask") == "a fox --v 7"
    assert first_prompt(task(prompt="a fox"), REGION, "mask") == "a fox"


def test_a_zoom_has_one_factor() -> None:
    assert first_prompt(task(prompt="a fox --ar 3:2"), ZOOM, "zoom") == "a fox --ar 3:2 --zoom 2"
    assert first_prompt(task(prompt="a fox --zoom 1.2"), ZOOM, "zoom") == "a fox --zoom 2"


@pytest.mark.parametrize(
    ("prompt", "left"),
    [
        ("a red fox --ar 16:9 --s 250", "a red fox --s 250"),
        ("a fox --aspect 3:2, --zoom 1.5. --raw", "a fox --raw"),
        ("a fox －－ar 16：9， —zoom 2", "a fox"),
        ("a fox\n--AR 3:2\nin snow", "a fox\nin snow"),
        ("a fox --ar", "a fox"),
        ("a --ar wide fox --arc 3:2", "a wide fox --arc 3:2"),
    ],
)
def test_an_edit_begins_without_what_its_frame_decides(prompt: str, left: str) -> None:
    assert edit_prompt(prompt) == left


def test_a_prompt_of_dashes_alone_takes_no_time() -> None:
    assert edit_prompt("-" * 200_000) == "-" * 200_000


def test_a_numbered_button_has_its_own_text() -> None:
    described = task(
        action="DESCRIBE", buttons=[{"customId": SECOND.custom_id}], prompt="1️⃣ one\n\n2️⃣ two"
    )
    assert first_prompt(described, SECOND, "prompt") == "two"


@pytest.mark.parametrize(
    ("window", "asks", "problem"),
    [
        (ModalAnswer("a fox --zoom 1"), "zoom", ""),
        (ModalAnswer("a fox --zoom 1.7 --ar 3:2"), "zoom", ""),
        (ModalAnswer("a fox --zoom 2"), "zoom", ""),
        (ModalAnswer("a fox --zoom 2.1"), "zoom", "between 1 and 2"),
        (ModalAnswer("a fox --zoom 0.5"), "zoom", "between 1 and 2"),
        (ModalAnswer("a fox --zoom"), "zoom", "between 1 and 2"),
        (ModalAnswer("a fox --zoom nan"), "zoom", "between 1 and 2"),
        (ModalAnswer("a fox"), "zoom", "between 1 and 2"),
        (ModalAnswer("a fox"), "prompt", ""),
        (ModalAnswer("  "), "prompt", "empty"),
        (ModalAnswer("a fox"), "mask", "Mark the part"),
        (ModalAnswer("", b"\x89PNG"), "mask", ""),
    ],
)
def test_what_cannot_be_sent_is_said(window: ModalAnswer, asks: str, problem: str) -> None:
    said = problem_of(window, asks)
    assert problem in said
    assert bool(said) == bool(problem)


@pytest.mark.parametrize(
    ("action", "button", "asks"),
    [
        ("INPAINT", None, "mask"),
        ("CUSTOM_ZOOM", None, "zoom"),
        ("VARIATION", None, "prompt"),
        ("ZOOM", ZOOM, "zoom"),
        ("VARIATION", REGION, "mask"),
        ("", None, "prompt"),
    ],
)
def test_a_waiting_task_tells_what_it_waits_for(
    action: str, button: Button | None, asks: str
) -> None:
    assert asks_of(task(action=action, status="MODAL"), button) == asks
