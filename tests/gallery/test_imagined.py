"""A prompt that stands for several: asked for as a sweep, refused wherever one is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from card.page import SECONDS, Seen, click
from PIL import Image
from services import CANARY
from sketches import sketching

import mj_widgets as mj
from mj_widgets.card.new_cards import card_of
from mj_widgets.gallery import sweep as made_by
from mj_widgets.jobs import start
from mj_widgets.models.modal import ModalAnswer, problem_of
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.session.settings import session as default_session

on = pytest.mark.parametrize
SEVERAL = ["a {red, blue} fox", "a {red} fox", "a fox --repeat 3", "a fox ——r 2", "a {red, fox"]
REFUSAL = (
    "Braces and --repeat stand for several jobs, and this sends one. mj.sweep(...) or %mjsweep "
    "sends them all, after asking; \\{ is a brace itself. Nothing was submitted."
)


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook, where a button asks."""
    monkeypatch.setattr(made_by, "get_ipython", lambda: SimpleNamespace(kernel=object()))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with sketching(remix=True).in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        yield sandbox


def test_braces_lead_to_a_sweep_that_asks_first(kernel: None, sandbox: Sandbox) -> None:
    tasks = mj.imagine("a {red, blue} fox --repeat 2", mode="relax", bot="niji", retry=True)
    assert isinstance(tasks, mj.Sweep)
    assert tasks.is_asking
    assert sandbox.posts == []
    sent = mj.sweep("a {red, blue} fox --repeat 2", mode="relax", bot="niji", confirm=False)
    sent.wait(SECONDS)
    assert len(sandbox.posts) == 4
    known = mj.imagine("a {red, blue} fox --repeat 2", mode="relax", bot="niji")
    assert isinstance(known, mj.Sweep)
    assert not known.is_asking
    known.wait(SECONDS)
    assert len(sandbox.posts) == 4


@on("prompt", ["a red fox", "a \\{red, blue\\} fox", "a fox --repeat 1", "a fox --r 1 --ar 3:2"])
def test_one_prompt_is_one_card_and_is_sent_as_it_is_typed(sandbox: Sandbox, prompt: str) -> None:
    card = mj.imagine(prompt)
    assert isinstance(card, mj.TaskWidget)
    card.wait(SECONDS)
    assert [post.body["prompt"] for post in sandbox.posts] == [prompt]


@on(
    ("given", "name"),
    [({"images": ["https://a.example/b.png"]}, "images="), ({"new": True}, "new=")],
)
def test_what_a_sweep_cannot_do_is_one_line(
    kernel: None, sandbox: Sandbox, given: dict[str, object], name: str
) -> None:
    with pytest.raises(mj.MjError, match=f"for which there is no {name}.*Nothing was submitted"):
        mj.imagine("a {red, blue} fox", **given)  # type: ignore[arg-type]
    assert sandbox.posts == []


FOX = Image.new("RGB", (32, 32))


def finished_grid() -> mj.Job:
    job = default_session().follow(EXAMPLES["finished"])
    job.wait(SECONDS)
    return job


@on("prompt", SEVERAL)
@on(
    "begin",
    [
        lambda p: default_session().imagine(p),
        lambda p: default_session().imagine("a fox --ar 3:2 " + p, style=FOX),
        lambda p: default_session().edit(FOX, p),
        lambda p: default_session().retexture(FOX, p),
        lambda p: default_session().animate(FOX, p),
        lambda p: finished_grid().edit(p, quadrant=2),
        lambda p: finished_grid().animate(p, quadrant=2),
        lambda p: card_of(start.imagine(p)),
        lambda p: mj.edit(FOX, p, pad=(8, 0, 0, 0)),
        lambda p: mj.retexture(FOX, p),
        lambda p: mj.animate(FOX, p, loop=True),
    ],
)
def test_what_sends_one_refuses_several(
    sandbox: Sandbox, begin: Callable[[str], object], prompt: str
) -> None:
    with pytest.raises(mj.MjError) as caught:
        begin(prompt)
    assert str(caught.value) == REFUSAL or "never closed" in str(caught.value)
    assert sandbox.posts == []


@on("prompt", SEVERAL)
def test_a_window_refuses_several_and_stays(sandbox: Sandbox, prompt: str) -> None:
    card = mj.imagine("a red fox")
    card.wait(SECONDS)
    Seen(card).click_tool("Use prompt")
    panel = Seen(card).until_panel()
    panel.write(prompt)
    panel.send()
    assert panel.notice == REFUSAL or "never closed" in panel.notice
    with pytest.raises(mj.MjError, match=r"stand for several jobs|never closed"):
        card.press("V2", prompt=prompt)
    assert len(sandbox.posts) == 1


def test_a_cell_of_a_sweep_has_braces_as_its_text_and_its_own_prompt_can_be_sent_again(
    sandbox: Sandbox,
) -> None:
    tasks = mj.sweep("a \\{odd\\} {fox, hen}", confirm=False)
    tasks.wait(SECONDS)
    prompts = [post.body["prompt"] for post in sandbox.posts]
    assert sorted(prompts) == ["a {odd} fox", "a {odd} hen"]
    card = mj.TaskWidget(tasks[0])
    card.wait(SECONDS)
    click(card.buttons["V1"])
    Seen(card).until_followups(1)
    assert problem_of(ModalAnswer("a {odd} fox"), "prompt", "a {odd} fox") == ""
    assert problem_of(ModalAnswer("a {odd} fox"), "prompt", "a fox") == REFUSAL
