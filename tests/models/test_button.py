"""What a task's buttons are called, and what they mean."""

from __future__ import annotations

import bodies
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mj_widgets as mj
from mj_widgets.models.button import Button, Change, Group, buttons_by_change

H = bodies.HASH


@pytest.mark.parametrize(
    ("custom_id", "group", "quadrant", "asks"),
    [
        (f"MJ::JOB::upsample::3::{H}", Group.UPSCALE, 3, ""),
        (f"MJ::JOB::variation::4::{H}", Group.VARY, 4, ""),
        (f"MJ::JOB::upsample::12::{H}", Group.UPSCALE, 12, ""),
        (f"MJ::JOB::variation::24::{H}", Group.VARY, 24, ""),
        (f"MJ::JOB::upsample::0::{H}", Group.OTHER, None, ""),
        (f"MJ::JOB::upsample::123::{H}", Group.OTHER, None, ""),
        (f"MJ::JOB::reroll::0::{H}::SOLO", Group.REROLL, None, ""),
        (f"MJ::JOB::upsample_v7_2x_subtle::1::{H}::SOLO", Group.UPSCALE, None, ""),
        (f"MJ::JOB::upsample_v6r1_2x_creative::1::{H}::SOLO", Group.UPSCALE, None, ""),
        (f"MJ::JOB::v6_upscale_2x_subtle::1::{H}::SOLO", Group.UPSCALE, None, ""),
        (f"MJ::JOB::upsample_v5_2x::1::{H}::SOLO", Group.UPSCALE, None, ""),
        (f"MJ::JOB::upsample_v5_4x::1::{H}::SOLO", Group.UPSCALE, None, ""),
        (f"MJ::JOB::video_virtual_upscale::2::{H}", Group.UPSCALE, 2, ""),
        (f"MJ::JOB::low_variation::1::{H}::SOLO", Group.VARY, None, ""),
        (f"MJ::JOB::high_variation::1::{H}::SOLO", Group.VARY, None, ""),
        (f"MJ::Inpaint::1::{H}::SOLO", Group.VARY, None, "mask"),
        (f"MJ::Outpaint::50::1::{H}::SOLO", Group.ZOOM, None, ""),
        (f"MJ::Outpaint::75::1::{H}::SOLO", Group.ZOOM, None, ""),
        (f"MJ::Outpaint::100::1::{H}::SOLO", Group.ZOOM, None, ""),
        (f"MJ::Outpaint::1::{H}::SOLO", Group.ZOOM, None, ""),
        (f"MJ::CustomZoom::{H}", Group.ZOOM, None, "zoom"),
        (f"MJ::CustomZoom::1::{H}", Group.ZOOM, None, "zoom"),
        (f"MJ::JOB::pan_left::1::{H}::SOLO", Group.ZOOM, None, ""),
        (f"MJ::JOB::pan_down::1::{H}::SOLO", Group.ZOOM, None, ""),
        (f"MJ::JOB::animate_high::1::{H}::SOLO", Group.ANIMATE, None, ""),
        (f"MJ::JOB::animate_low_extend::1::{H}", Group.ANIMATE, None, ""),
        (f"MJ::JOB::video::1::{H}::manual", Group.ANIMATE, None, "prompt"),
        (f"MJ::JOB::video::low::{H}::vid_1.1_i2v_480::manual", Group.ANIMATE, None, "prompt"),
        (f"MJ::JOB::video::low::{H}::vid_1.1_i2v_480::auto", Group.ANIMATE, None, ""),
        ("MJ::Job::PicReader::2", Group.PROMPT, None, "prompt"),
        ("MJ::Job::PicReader::all", Group.PROMPT, None, ""),
        ("MJ::Picread::Retry", Group.PROMPT, None, ""),
        ("MJ::Job::PromptAnalyzer::5", Group.PROMPT, None, "prompt"),
        ("MJ::JOB::PromptAnalyzer::5", Group.PROMPT, None, "prompt"),
        ("MJ::Job::PromptAnalyzerExtended", Group.PROMPT, None, ""),
        (f"MJ::BOOKMARK::{H}", Group.OTHER, None, ""),
        ("MJ::Something::New", Group.OTHER, None, ""),
    ],
)
def test_a_custom_id_tells_what_a_button_does(
    custom_id: str, group: Group, quadrant: int | None, asks: str
) -> None:
    button = Button(custom_id=custom_id, label="a label")
    assert (button.group, button.quadrant) == (group, quadrant)
    assert button.asks == asks
    assert button.meaning
    assert "{" not in button.meaning


def test_picking_one_of_four_is_not_enlarging() -> None:
    pick = Button(custom_id=f"MJ::JOB::upsample::1::{H}", label="U1")
    enlarge = Button(custom_id=f"MJ::JOB::upsample_v7_2x_subtle::1::{H}::SOLO")
    assert pick.picks_quadrant
    assert not enlarge.picks_quadrant
    assert not Button(custom_id=f"MJ::JOB::variation::1::{H}", label="V1").picks_quadrant


def test_meanings_are_plain_words() -> None:
    meanings = {b.name: b.meaning for b in mj.Task.parse(bodies.DMX_GRID).buttons}
    assert meanings["U2"] == "Take picture 2 alone, to work on it"
    assert meanings["V3"] == "Four new variations of picture 3"
    assert "again" in meanings["🔄"]
    zooms = [f"MJ::Outpaint::{n}::h::SOLO" for n in ("50::1", "75::1", "100::1", "1")]
    assert len({Button(custom_id=zoom).meaning for zoom in zooms}) == 4
    assert "square" not in Button(custom_id=zooms[-1]).meaning  # apimart's 1.5x


def test_a_gateway_that_renames_ids_still_has_the_labels() -> None:
    u, v, again = (Button(custom_id=f"x-{i}", label=t) for i, t in enumerate(("U4", "V1", "🔄")))
    assert (u.quadrant, u.picks_quadrant, v.quadrant) == (4, True, 1)
    assert (v.group, again.group) == (Group.VARY, Group.REROLL)


def test_a_button_is_called_by_its_label_else_its_emoji() -> None:
    assert Button(label="U1", emoji="🔍", custom_id="x").name == "U1"
    assert Button(emoji="🔄", custom_id="x").name == "🔄"
    assert Button(custom_id="x").name == "x"


def test_the_caption_shows_an_emoji_but_not_the_name_of_one() -> None:
    assert Button(label="Zoom Out 2x", emoji="🔍").caption == "🔍 Zoom Out 2x"
    assert Button(label="Upscale (2x)", emoji="upscale_1").caption == "Upscale (2x)"
    assert Button(emoji="upscale_1").caption == "upscale_1"


def test_a_link_is_no_press() -> None:
    assert Button(label="Web", style=5).is_link
    assert Button(label="Web", style=5, custom_id="x").is_link
    assert Button(label="Web").is_link
    assert Button(label="Web", style=5).meaning == "Opens a web page"
    assert not Button(label="U1", custom_id="x").is_link
    assert not buttons_by_change()[0].is_link


@pytest.mark.parametrize(("style", "pressed"), [(2, False), (1, True), (3, True), (5, False)])
def test_discords_colours_tell_what_was_pressed(style: int, pressed: bool) -> None:
    assert Button(label="U1", custom_id="x", style=style).was_pressed is pressed


def test_a_server_without_buttons_gets_u_reroll_and_v() -> None:
    offered = buttons_by_change()
    assert [b.name for b in offered] == ["U1", "U2", "U3", "U4", "🔄", "V1", "V2", "V3", "V4"]
    changes = {b.name: b.change for b in offered}
    assert changes["U2"] == Change("UPSCALE", 2)
    assert changes["V3"] == Change("VARIATION", 3)
    assert changes["🔄"] == Change("REROLL", None)
    assert [b.quadrant for b in offered] == [1, 2, 3, 4, None, 1, 2, 3, 4]


@given(
    st.builds(Button, custom_id=st.text(), label=st.text(), emoji=st.text(), style=st.integers())
)
def test_any_button_can_be_shown(button: Button) -> None:
    assert button.name
    assert button.meaning
    assert button.caption
    assert button.group in Group
    assert button.quadrant is None or 1 <= button.quadrant <= 4
