"""What a work costs, where Midjourney says it."""

from __future__ import annotations

import pytest

from mj_widgets.models.button import Button
from mj_widgets.models.costs import Work, cost_of, cost_words

on = pytest.mark.parametrize


@on(
    ("work", "sd", "hd"),
    [
        ("imagine", "some 0.8 min of fast time", "some 1.3 min of fast time"),
        ("edit", "some 1 min of fast time", "some 2.3 min of fast time"),
        ("animate", "some 8 min of fast time", "some 26 min of fast time"),
        ("pick", "no fast time", "no fast time"),
    ],
)
def test_each_work_has_its_words(work: Work, sd: str, hd: str) -> None:
    assert cost_words(work) == sd
    assert cost_words(work, hd=True) == hd


@on(
    ("custom_id", "of_film", "cost"),
    [
        ("MJ::JOB::upsample::2::h", False, "no fast time"),
        ("MJ::JOB::video_virtual_upscale::2::h", True, ""),
        ("MJ::JOB::upsample_v7_2x_subtle::1::h::SOLO", False, "some 2 min of fast time"),
        ("MJ::JOB::upsample_v5_2x::1::h::SOLO", False, "some 2 min of fast time"),
        ("MJ::JOB::upsample_v5_4x::1::h::SOLO", False, ""),
        ("MJ::JOB::variation::2::h", False, "some 0.8 min of fast time"),
        ("MJ::JOB::reroll::0::h::SOLO", False, "some 0.8 min of fast time"),
        ("MJ::JOB::reroll::0::h::SOLO", True, "some 8 min of fast time"),
        ("MJ::JOB::animate_low::1::h::SOLO", False, "some 8 min of fast time"),
        ("MJ::JOB::animate_low_extend::1::h", True, ""),
        ("MJ::Inpaint::1::h::SOLO", False, ""),
        ("MJ::Outpaint::50::1::h::SOLO", False, ""),
        ("MJ::Job::PicReader::2", False, "some 0.8 min of fast time"),
        ("MJ::Job::PicReader::all", False, ""),
        ("MJ::BOOKMARK::h", False, ""),
        ("MJ::Something::New::h", False, ""),
    ],
)
def test_a_press_says_what_is_known_of_its_cost(custom_id: str, of_film: bool, cost: str) -> None:
    assert cost_of(Button(custom_id=custom_id), of_film=of_film) == cost
