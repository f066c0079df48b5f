"""What is submitted, and where to."""

from __future__ import annotations

import base64

import pytest

import mj_widgets as mj
from mj_widgets.models.button import Button, buttons_by_change
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.service import orders

V2 = Button(custom_id="MJ::JOB::variation::2::5f2e", label="V2")
ZOOM = Button(custom_id="MJ::CustomZoom::5f2e", label="Custom Zoom")
BY_CHANGE = {button.name: button for button in buttons_by_change()}


def test_a_press_names_the_task_and_the_button() -> None:
    order = orders.press("17", V2)
    assert order.path == "submit/action"
    assert order.payload == {"taskId": "17", "customId": V2.custom_id}
    assert (order.parent, order.button) == ("17", "V2")


def test_a_server_without_buttons_is_told_action_and_index() -> None:
    assert orders.press("17", BY_CHANGE["V3"]).path == "submit/change"
    assert orders.press("17", BY_CHANGE["V3"]).payload == {
        "taskId": "17",
        "action": "VARIATION",
        "index": 3,
    }
    # Some gateways refuse a reroll without an index, and one server a reroll with 0.
    assert orders.press("17", BY_CHANGE["🔄"]).payload == {
        "taskId": "17",
        "action": "REROLL",
        "index": 1,
    }
    with pytest.raises(mj.MjError, match="takes no prompt with V3"):
        orders.press("17", BY_CHANGE["V3"], ModalAnswer("a fox"))


def test_remix_is_asked_for_only_where_the_button_opens_no_window_by_itself() -> None:
    assert orders.press("17", V2, ModalAnswer("a blue fox")).payload["enableRemix"] is True
    assert "enableRemix" not in orders.press("17", V2).payload
    assert "enableRemix" not in orders.press("17", ZOOM, ModalAnswer("a fox --zoom 1.5")).payload


def test_another_prompt_or_mask_makes_another_order() -> None:
    plain, blue, green = (
        orders.press("17", V2, window)
        for window in (None, ModalAnswer("blue"), ModalAnswer("green"))
    )
    masked = orders.press("17", V2, ModalAnswer("blue", b"\x89PNG"))
    identities = [order.identity for order in (plain, blue, green, masked)]
    assert all(identities.count(identity) == 1 for identity in identities)
    assert orders.press("17", V2, ModalAnswer("blue")).identity == blue.identity


def test_an_answer_has_the_prompt_and_a_mask_as_a_data_url() -> None:
    assert orders.answer("18", ModalAnswer("a fox")).payload == {"taskId": "18", "prompt": "a fox"}
    order = orders.answer(
        "18", ModalAnswer("a fox", b"\x89PNG"), parent="17", button="Vary (Region)"
    )
    url = order.payload["maskBase64"]
    assert url.startswith("data:image/png;base64,")
    assert base64.b64decode(url.partition(",")[2]) == b"\x89PNG"
    assert (order.parent, order.button) == ("17", "Vary (Region)")


def test_a_prompt_is_sent_with_its_pictures_bot_and_speed() -> None:
    order = orders.imagine(" a fox --ar 16:9 ", ["data:image/png;base64,AAAA"], bot="niji")
    assert order.path == "submit/imagine"
    assert order.payload == {
        "prompt": "a fox --ar 16:9",
        "base64Array": ["data:image/png;base64,AAAA"],
        "botType": "NIJI_JOURNEY",
    }
    fast = orders.imagine("a fox", mode="relax").payload
    assert fast["mode"] == "RELAX"
    assert fast["accountFilter"] == {"modes": ["RELAX"]}


def test_describe_shorten_and_blend() -> None:
    assert orders.describe("data:image/png;base64,AA").payload["base64"].startswith("data:")
    assert orders.shorten("a fox").payload == {"prompt": "a fox", "botType": "MID_JOURNEY"}
    order = orders.blend(["data:1", "data:2"], "portrait")
    assert order.path == "submit/blend"
    assert order.payload["dimensions"] == "PORTRAIT"


def test_a_picture_at_an_address_is_sent_as_it_was_downloaded_and_known_by_its_address() -> None:
    url = "https://host.example/fox.png?ex=1&"
    order = orders.blend(["data:1", url, "data:2"])
    assert order.addresses == [url]
    order.downloaded[url] = "data:fox"
    assert order.body["base64Array"] == ["data:1", "data:fox", "data:2"]
    assert order.identity == orders.blend(["data:1", url, "data:2"]).identity
    assert order.identity != orders.blend(["data:1", "data:fox", "data:2"]).identity
    described = orders.describe(url)
    described.downloaded[url] = "data:fox"
    assert described.body == orders.describe("data:fox").payload


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: orders.imagine("  "), "The prompt is empty"),
        (lambda: orders.shorten(""), "The prompt is empty"),
        (lambda: orders.imagine("a fox", bot="dalle"), "bot is one of mj, niji"),
        (lambda: orders.imagine("a fox", mode="warp"), "mode is one of fast, relax, turbo"),
        (lambda: orders.blend(["data:1"]), "2 to 5 pictures, not 1"),
        (lambda: orders.blend(["data:1"] * 6), "2 to 5 pictures, not 6"),
        (lambda: orders.blend(["data:1"] * 2, "round"), "dimensions is one of"),
    ],
)
def test_what_no_service_takes_is_said_before_it_is_sent(make, words: str) -> None:
    with pytest.raises(mj.MjError, match=words):
        make()
