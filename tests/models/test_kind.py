"""What a task gives: a grid, one picture, a video or texts."""

from __future__ import annotations

from typing import Any

import bodies
import pytest

import mj_widgets as mj


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("grid", bodies.DMX_GRID),
        ("grid", bodies.NOVICEZK_GRID),
        ("grid", bodies.TRUEAI_GRID),
        ("grid", bodies.RUNNING),
        # the grid of a press is ACTION at one server, VARIATION at another
        ("grid", bodies.DMX_GRID | {"action": "ACTION"}),
        ("grid", bodies.DMX_GRID | {"action": "UPSCALE"}),
        ("grid", bodies.NOVICEZK_GRID | {"action": "variation"}),
        ("grid", {"id": "t", "action": "PIC_READER", "status": "IN_PROGRESS"}),
        ("image", bodies.NOVICEZK_UPSCALE),
        ("image", bodies.PLUS_HD_UPSCALE),
        ("image", bodies.PLUS_HD_UPSCALE | {"buttons": []}),
        ("image", bodies.DMX_GRID | {"action": "UPSCALE", "buttons": []}),
        ("image", bodies.DMX_GRID | {"action": "SWAP_FACE", "buttons": None}),
        # the reroll of one picture is an IMAGINE at trueai's
        ("image", bodies.DMX_GRID | {"buttons": bodies.single_buttons("v5")}),
        ("image", bodies.DMX_GRID | {"buttons": bodies.single_buttons("v6r1")}),
        ("image", bodies.DMX_GRID | {"buttons": bodies.single_buttons("v8")}),
        ("image", {"id": "t", "action": "SOMETHING_NEW"}),
        ("text", bodies.DESCRIBED),
        ("text", bodies.DESCRIBED | {"action": "ACTION"}),
        ("text", bodies.SHORTENED),
        ("text", {"id": "t", "action": "describe"}),
        ("video", bodies.FILM),
        ("video", bodies.FILM | {"videoUrl": None, "videoUrls": None}),
        ("video", {"id": "t", "action": "VIDEO", "imageUrl": "https://x/animated.webp"}),
        ("video", {"id": "t", "action": "ACTION", "imageUrl": "https://x/a.MP4?ex=1&"}),
        ("video", {"id": "t", "action": "SWAP_VIDEO_FACE", "imageUrl": "https://x/a"}),
        ("video", bodies.FILM | {"imageUrl": "https://x/a", "videoUrl": "", "videoUrls": None}),
    ],
)
def test_the_kind_is_told_by_files_and_buttons_before_the_action(
    kind: str, body: dict[str, Any]
) -> None:
    assert mj.Task.parse(body).kind == kind
