"""What the page of a wall is told, played without a page."""

from __future__ import annotations

from typing import Any

from mj_widgets.gallery.wall import Wall, packed, unpacked_items


class Page:
    """The page's side of a wall."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.wall = Wall({"want": lambda _: None})
        self.wall.send = lambda content, **_: self.heard.append(content)

    def say(self, **content: Any) -> None:
        self.wall._handle_custom_msg(content, [])


def test_a_page_learns_which_of_its_requests_were_lost() -> None:
    page = Page()
    page.say(type="want", request=1, numbers=[5])
    page.say(type="want", request=3, numbers=[6])
    page.wall.send_tiles([], request=3, is_last=True)
    page.say(type="still", asked=[1, 2])
    assert page.heard[-1] == {"type": "still", "asked": [1, 2], "known": [1]}


def test_items_come_back_as_they_were_packed() -> None:
    assert unpacked_items(packed([1, 544, 2**32 - 1])) == [1, 544, 2**32 - 1]


def test_what_a_page_says_that_nobody_knows_is_passed_over() -> None:
    page = Page()
    page.say(type="unheard of")
    assert page.heard == []
