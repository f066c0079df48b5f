"""What a result is, told from plain values: no task is needed."""

from __future__ import annotations

import pytest
from bodies import HASH

from mj_widgets.models.button import Button
from mj_widgets.models.kind import kind_of, numbered_texts

U1 = Button(custom_id=f"MJ::JOB::upsample::1::{HASH}", label="U1")
VARY = Button(custom_id=f"MJ::JOB::low_variation::1::{HASH}::SOLO", label="Vary (Subtle)")
FIRST = Button(custom_id="MJ::Job::PicReader::1", emoji="1️⃣")


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"action": "IMAGINE"}, "grid"),
        ({"action": "UPSCALE"}, "image"),
        ({"action": "UPSCALE", "buttons": [U1]}, "grid"),
        ({"action": "IMAGINE", "buttons": [VARY]}, "image"),
        ({"action": "imagine", "notes": ["/up 1705310583960676 U2"]}, "image"),
        ({"action": "", "buttons": [FIRST]}, "text"),
        ({"action": "shorten"}, "text"),
        ({"action": "IMAGINE", "picture": "https://x/a.mp4?ex=1", "buttons": [U1]}, "video"),
        ({"action": "DESCRIBE", "videos": ["https://x/a"]}, "video"),
    ],
)
def test_files_and_buttons_count_before_the_action(told, kind: str) -> None:
    assert kind_of(**told) == kind


def test_texts_are_taken_from_the_first_place_that_numbers_them() -> None:
    places = ("a fox", "1️⃣ a fox\n2️⃣ a hare", "1️⃣ a dog")
    assert numbered_texts(places, is_whole=False) == ("a fox", "a hare")
    assert numbered_texts(("", " a fox "), is_whole=True) == ("a fox",)
    assert numbered_texts(("", " a fox "), is_whole=False) == ()
