"""An id that is no id: whatever a service, a library or a file calls a task, nothing runs by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from card.page import SECONDS, Seen
from IPython.core.interactiveshell import InteractiveShell

import mj_widgets as mj
from mj_widgets.sandbox import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mj_widgets.sandbox import Sandbox

GRID = EXAMPLES["finished"]
ODD = [
    "1795000000001\n!touch x #",
    "17 --wait",
    "../../x",
    "\x1b]52;c;aGk=\x07",
    "17\u202e81",
    "x" * 1_000_000,
    '<img src=x onerror="alert(1)">',
]
EACH = pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    shell = InteractiveShell.instance()
    mj.load_ipython_extension(shell)
    yield shell
    mj.unload_ipython_extension(shell)
    InteractiveShell.clear_instance()


def offered(shell: InteractiveShell) -> list[str]:
    line = "%mjfetch "
    found = shell.Completer.completions(line, len(line))
    return [completion.text for completion in found]


def answer_with(sandbox: Sandbox, odd: str, patch: pytest.MonkeyPatch) -> None:
    """Have every submission that is taken answered with that as its task."""
    from mj_widgets.sandbox.flavours.flavour import Flavour

    said = {"code": 1, "description": "ok", "result": odd, "properties": {}}
    for name in ("accepted",):
        patch.setattr(Flavour, name, lambda *_, **__: said)


@EACH
def test_a_press_that_is_answered_with_what_is_no_id_may_have_been_submitted(
    grid: mj.TaskWidget,
    sandbox: Sandbox,
    odd: str,
    monkeypatch: pytest.MonkeyPatch,
    shell: InteractiveShell,
) -> None:
    answer_with(sandbox, odd, monkeypatch)
    for _ in range(2):
        with pytest.raises(mj.ServiceUnavailable) as caught:
            grid.press("V1").wait(SECONDS)
        assert caught.value.maybe_sent
        said = str(caught.value)
        assert "may have been submitted" in said
        assert said.isprintable()
        assert len(said) < 400
    assert len(sandbox.posts) == 1
    assert grid.followups == ()
    assert Seen(grid).notice.isprintable()
    assert not [text for text in offered(shell) if text.startswith("17") and text != GRID]
