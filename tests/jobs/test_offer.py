"""Which buttons a task that succeeded offers, under which names, and which were pressed before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import mj_widgets as mj
from jobs.support import SECONDS, finished
from mj_widgets import background
from mj_widgets.jobs.offer import offer
from mj_widgets.models.button import Button
from mj_widgets.session import settings

if TYPE_CHECKING:
    from mj_widgets.jobs.state import JobButton
    from mj_widgets.sandbox import Sandbox

PICTURE = "https://host.example/a.png"
# What midjourney-proxy calls a grid where no button tells that it is one.
BARE = mj.Task(id="17", action="IMAGINE", status="SUCCESS", image_url=PICTURE)
BY_CHANGE = ["U1", "U2", "U3", "U4", "🔄", "V1", "V2", "V3", "V4"]


def offered(session: mj.Session, task: mj.Task) -> tuple[JobButton, ...]:
    return background.run(offer(session.account, task))


def names(buttons: tuple[JobButton, ...]) -> list[str]:
    return [each.name for each in buttons]


def with_buttons(*labels: str) -> mj.Task:
    buttons = [{"customId": f"MJ::Unknown::{n}", "label": label} for n, label in enumerate(labels)]
    return mj.Task.parse({"id": "17", "status": "SUCCESS", "buttons": buttons})


def test_buttons_stand_in_the_services_order_and_none_was_pressed(session: mj.Session) -> None:
    buttons = offered(session, with_buttons("U2", "Zoom", "U1"))
    assert names(buttons) == ["U2", "Zoom", "U1"]
    assert not any(each.used or each.is_busy for each in buttons)


def test_a_name_that_is_there_twice_is_numbered_and_both_stay_what_they_are(
    session: mj.Session,
) -> None:
    task = with_buttons("Animate", "Zoom", "Animate", "Animate")
    buttons = offered(session, task)
    assert names(buttons) == ["Animate", "Zoom", "Animate (2)", "Animate (3)"]
    assert tuple(each.button for each in buttons) == task.buttons


def test_a_number_that_another_button_has_in_its_name_is_not_given_away(
    session: mj.Session,
) -> None:
    twice = names(offered(session, with_buttons("Animate", "Animate (2)", "Animate")))
    assert twice == ["Animate", "Animate (2)", "Animate (3)"]
    first = names(offered(session, with_buttons("Animate", "Animate", "Animate (2)")))
    assert len(set(first)) == 3


def test_what_has_only_an_emoji_or_only_an_id_is_named_by_it(session: mj.Session) -> None:
    buttons = (Button(custom_id="a", emoji="🔄"), Button(custom_id="MJ::X"), Button(emoji="❤️"))
    task = with_buttons().model_copy(update={"buttons": buttons})
    assert names(offered(session, task)) == ["🔄", "MJ::X", "❤️"]


def test_a_grid_of_a_server_that_sends_no_buttons_has_those_of_a_change(
    session: mj.Session,
) -> None:
    buttons = offered(session, BARE)
    assert names(buttons) == BY_CHANGE
    assert all(each.button.change for each in buttons)


@pytest.mark.parametrize(
    "changes",
    [{"image_url": None}, {"action": "UPSCALE"}, {"action": "DESCRIBE"}, {"action": "VIDEO"}],
)
def test_what_is_no_grid_or_has_no_picture_has_nothing_to_change(
    session: mj.Session, changes: dict[str, object]
) -> None:
    assert offered(session, BARE.model_copy(update=changes)) == ()


def test_a_service_that_has_shown_to_know_no_changes_is_offered_none(session: mj.Session) -> None:
    session.account.can_change = False
    assert offered(session, BARE) == ()


def test_what_was_pressed_before_is_marked_in_a_new_process_too(
    session: mj.Session, sandbox: Sandbox
) -> None:
    grid = finished(session)
    grid.press("U2").wait(SECONDS)
    found = grid.state.find("U2")
    assert found is not None
    assert found.used == "here"

    settings.reset()  # what another process knows is on disk
    again = finished(mj.configure(sandbox.url, "another key"))
    assert {each.name: each.used for each in again.state.buttons if each.used} == {"U2": "before"}
