"""A session in a script: what is begun there is said without a card."""

from __future__ import annotations

import logging

import pytest
from PIL import Image
from services import file_of

import mj_widgets as mj
from mj_widgets.sandbox import Sandbox

SECONDS = 30
FOX = file_of(Image.new("RGB", (32, 32), "red"))
TYPED = "a fox --ar 16:9, --s 2000"
SAID = (
    "Look at the prompt: Write “16:9” for “16:9,”: no punctuation follows a parameter; "
    "--s takes 0 to 1000, not 2000. Was this meant: a fox --ar 16:9 --s 2000"
)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]


def test_what_is_wrong_in_a_prompt_is_said_and_it_is_sent_as_it_was_typed(
    session: mj.Session, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    session.imagine(TYPED).wait(SECONDS)
    session.edit(FOX, TYPED).wait(SECONDS)
    session.animate(FOX, TYPED).wait(SECONDS)
    session.imagine("a fox --ar 16:9").wait(SECONDS)
    assert warnings(caplog) == [SAID] * 3
    assert [post.body["prompt"] for post in sandbox.posts] == [TYPED] * 3 + ["a fox --ar 16:9"]


def test_a_card_says_it_itself(session: mj.Session, caplog: pytest.LogCaptureFixture) -> None:
    mj.imagine(TYPED, session=session).wait(SECONDS)
    assert warnings(caplog) == []


def test_it_keeps_in_the_library_of_notebooks_and_in_nothing_else(
    session: mj.Session, sandbox: Sandbox
) -> None:
    own = mj.Session(sandbox.url, "any", library=mj.library())
    task = own.imagine("a fox").wait(SECONDS)
    assert [each.task_id for each in mj.library().search("fox")] == [task.id]
    for wrong in ("pictures", mj):
        with pytest.raises(mj.MjError, match=r"mj\.library\(\)"):
            mj.Session(sandbox.url, "any", library=wrong)  # type: ignore[arg-type]
    assert len(sandbox.posts) == 1
