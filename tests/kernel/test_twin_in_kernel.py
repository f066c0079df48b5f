"""The static twin in a kernel: what is sent, when, and as whose output."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import pytest
from cells import BUSY
from PIL import Image

from kernel.raw import RawKernel
from mj_widgets.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernel.raw import Message

UPDATE = "update_display_data"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

SETUP = """import threading
from mj_widgets.card.still import Still
from mj_widgets.card.twin import Twin
twin = Twin(640)
twin.show()
go = threading.Event()
def fill():
    go.wait()
    twin.fill(Still(note="it is filled"))
thread = threading.Thread(target=fill)
thread.start()"""

UNTIL_KEPT = "import time\nwhile w._twin._is_due:\n    time.sleep(0.05)"
UNTIL_SENT = "import time\nwhile twin._is_due:\n    time.sleep(0.05)"


def is_filled(message: Message) -> bool:
    return (
        message["msg_type"] == "update_display_data"
        and "it is filled" in message["content"]["data"]["text/html"]
    )


def test_it_is_filled_from_another_thread_while_a_cell_runs(kernel: RawKernel) -> None:
    (shown,) = kernel.run(SETUP).outputs
    name = shown["content"]["transient"]["display_id"]
    assert shown["msg_type"] == "display_data"
    assert name in shown["content"]["data"]["text/html"]

    busy = kernel.start(f"go.set()\n{BUSY}")
    filled = kernel.until(is_filled)
    assert filled["content"]["transient"]["display_id"] == name
    assert filled["content"]["data"]["text/plain"] == "it is filled"
    kernel.interrupt()
    kernel.wait(busy)


def test_a_cell_that_captures_its_own_outputs_does_not_swallow_it(kernel: RawKernel) -> None:
    kernel.run(SETUP)
    result = kernel.run(f"%%capture\ngo.set()\nthread.join()\n{UNTIL_SENT}")
    assert result.error is None
    kernel.until(is_filled)


def test_a_refill_belongs_to_the_cell_that_asks_for_it(kernel: RawKernel) -> None:
    kernel.run(SETUP + "\ngo.set()\nthread.join()")
    again = kernel.run("twin.refill()")
    assert [is_filled(message) for message in again.outputs] == [True]


# With cards: where the copy of each is put, and what it says in the end.

CARDS = """import ipywidgets as ipw, mj_widgets as mj
from IPython.utils.capture import capture_output
mj.configure({url!r}, 'any')
%load_ext mj_widgets"""


@pytest.fixture(scope="module")
def service() -> Iterator[Sandbox]:
    with Sandbox(speed=50).in_thread() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def cards(
    kernel_python: str,
    service: Sandbox,
    clean_environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RawKernel]:
    """A kernel of each ipykernel for all tests below, with the extension loaded."""
    home = tmp_path_factory.mktemp("kernel") / "home"
    with RawKernel(kernel_python, home, clean_environment) as raw:
        does(raw, CARDS.format(url=service.url))
        yield raw
        assert "Traceback" not in raw.log, raw.log


def does(raw: RawKernel, code: str) -> list[Message]:
    """Run a cell that has to succeed, and return what it has shown anew."""
    result = raw.run(code)
    assert result.error is None, result.error
    return displayed(result.outputs)


def displayed(outputs: list[Message]) -> list[Message]:
    """All but updates: a copy of an earlier cell may be brought up to date at any time."""
    return [message for message in outputs if message["msg_type"] != UPDATE]


def html_of(message: Message) -> str:
    html: str = message["content"].get("data", {}).get("text/html", "")
    return html


def name_of(message: Message) -> str:
    name: str = message["content"].get("transient", {}).get("display_id", "")
    return name


def kept(raw: RawKernel, outputs: list[Message]) -> list[str]:
    """The copies that a cell's outputs have come to, after the last update of each."""
    later = {name_of(m): html_of(m) for m in raw.messages if m["msg_type"] == UPDATE}
    shown = [message for message in displayed(outputs) if name_of(message)]
    return [later.get(name_of(message), html_of(message)) for message in shown]


def until_kept(raw: RawKernel, outputs: list[Message]) -> list[str]:
    """Wait until all copies in a cell's outputs have their pictures, and return them."""
    for _ in range(200):
        found = kept(raw, outputs)
        if found and all("<img" in html for html in found):
            return found
        raw.until(lambda m: m["msg_type"] == UPDATE, after=len(raw.messages))
    raise AssertionError("no pictures")


def test_a_card_is_shown_with_its_copy_below_it(cards: RawKernel, service: Sandbox) -> None:
    outputs = does(cards, f"w = mj.TaskWidget('{service.add_task('a fox')}'); w")
    card, copy = (message["content"]["data"] for message in outputs)
    assert WIDGET_VIEW in card
    assert "data-mj-static" in copy["text/html"]
    (html,) = until_kept(cards, outputs)
    assert "made before" not in html


def test_what_a_cell_has_captured_is_filled_when_it_is_shown(
    cards: RawKernel, service: Sandbox
) -> None:
    task_id = service.add_task("a captured fox")
    assert does(cards, f"%%capture out\nw = mj.TaskWidget('{task_id}')\ndisplay(w)") == []
    early = does(cards, "out.show()")
    (html,) = until_kept(cards, early)
    assert "a captured fox" in html
    (late,) = until_kept(cards, does(cards, "ended = w.wait(); out.show()"))
    assert late.count("<img") == 1
    assert "made before" not in late


def test_what_was_captured_and_shown_after_the_end_is_filled_by_itself(
    cards: RawKernel, service: Sandbox
) -> None:
    task_id = service.add_task("a fox shown late")
    code = f"w = mj.TaskWidget('{task_id}')\nwith capture_output() as out:\n    display(w)"
    assert does(cards, f"{code}\nended = w.wait()") == []
    does(cards, UNTIL_KEPT)
    before = len(cards.messages)
    outputs = does(cards, "out.show()")
    (copy,) = (m for m in outputs if name_of(m))
    assert "<img" in html_of(copy)
    updates = [m for m in cards.messages[before:] if m["msg_type"] == UPDATE]
    assert name_of(copy) not in map(name_of, updates)


@pytest.mark.parametrize(
    "around",
    ["ipw.Tab([w])", "ipw.Accordion([ipw.VBox([w])])", "display(ipw.HBox([w]))"],
    ids=["tab", "accordion", "displayed"],
)
def test_a_card_in_another_widget_has_its_copy_below_that(
    cards: RawKernel, service: Sandbox, around: str
) -> None:
    outputs = does(cards, f"w = mj.TaskWidget('{service.add_task('an inner fox')}')\n{around}")
    assert [WIDGET_VIEW in m["content"]["data"] for m in outputs] == [True, False]
    (html,) = until_kept(cards, outputs)
    assert "an inner fox" in html
    assert does(cards, "1 + 1")[0]["msg_type"] == "execute_result"


def test_a_card_that_is_also_shown_by_itself_has_one_copy_in_the_cell(
    cards: RawKernel, service: Sandbox
) -> None:
    code = f"w = mj.TaskWidget('{service.add_task('a fox seen twice')}')\ndisplay(w)\nipw.Tab([w])"
    assert len(until_kept(cards, does(cards, code))) == 1


def test_a_card_that_nobody_shows_has_no_copy(cards: RawKernel, service: Sandbox) -> None:
    code = f"w = mj.TaskWidget('{service.add_task('a silent fox')}')\nbox = ipw.VBox([w])"
    assert does(cards, code) == []


def test_a_card_in_an_output_has_its_copy_below_the_cell(
    cards: RawKernel, service: Sandbox
) -> None:
    task_id = service.add_task("a fox in an output")
    code = f"out = ipw.Output()\nwith out:\n    w = mj.TaskWidget('{task_id}')\n    display(w)\nout"
    outputs = does(cards, code)
    assert [bool(name_of(m)) for m in outputs] == [False, False, True]
    (html,) = until_kept(cards, outputs)
    assert "a fox in an output" in html


def test_of_interact_the_copy_is_that_of_the_card_which_stands_there(
    cards: RawKernel, service: Sandbox
) -> None:
    ids = [service.add_task(f"fox number {n}") for n in range(2)]
    outputs = does(
        cards,
        f"def show(n):\n    display(mj.TaskWidget({ids!r}[n]))\n"
        "i = ipw.interactive(show, n=(0, 1))\ni.children[0].value = 0\ndisplay(i)",
    )
    (html,) = until_kept(cards, outputs)
    assert "fox number 0" in html
    slider = cards.run("print(i.children[0].model_id)").text.strip()
    cards.set_state(slider, value=1)
    for _ in range(20):
        (html,) = until_kept(cards, outputs)
        if "fox number 1" in html:
            break
        cards.until(lambda m: m["msg_type"] == UPDATE, after=len(cards.messages))
    assert "fox number 0" not in html


def test_a_cell_that_waits_shows_the_copy_once_when_it_is_whole(
    cards: RawKernel, service: Sandbox
) -> None:
    outputs = does(cards, f"%mjfetch {service.add_task('a fox to wait for')} --wait")
    _, copy, *_ = outputs
    assert "made before" not in html_of(copy)
    assert "<img" in html_of(copy)


def test_a_wait_that_ends_too_early_leaves_the_copy_of_a_task_that_goes_on(
    cards: RawKernel, service: Sandbox
) -> None:
    result = cards.run(f"%mjfetch {service.add_task('--stuck')} --wait --timeout 0.2")
    assert "StillRunning" in (result.error or "")
    (html,) = kept(cards, result.outputs)
    assert "This copy was made before the task had ended." in html


def test_what_shows_one_picture_gets_all_of_a_task_in_one(
    cards: RawKernel, service: Sandbox
) -> None:
    task_id = service.add_task("a fox to export", age=3600)
    does(cards, f"w = mj.TaskWidget('{task_id}'); w.wait(); t = w.upscale(2).wait()")
    outputs = does(cards, "w")
    data = outputs[1]["content"]["data"]
    with Image.open(io.BytesIO(base64.b64decode(data["image/jpeg"]))) as sheet:
        assert sheet.size == (984, 492)  # the grid, and U2 beside it
    assert data["text/html"].count("<img") == 2


def test_a_copy_that_the_card_cannot_hide_is_folded(cards: RawKernel, service: Sandbox) -> None:
    task_id = service.add_task("a fox in two pages", age=3600)
    (html,) = until_kept(cards, does(cards, f"w = mj.TaskWidget('{task_id}')\nw"))
    assert "<details>" not in html
    caption = cards.run("print(w.presenter.view.caption.model_id)").text.strip()
    before = len(cards.messages)
    cards.send_comm(caption, {"method": "custom", "content": {"type": "apart"}})
    folded = cards.until(lambda m: "<details>" in html_of(m), after=before)
    assert "<details><summary>Still copy</summary>" in html_of(folded)
    assert html_of(folded).count("<img") == 1


def test_where_only_cells_are_heard_a_card_that_is_shown_keeps_its_cell_until_the_end(
    cards: RawKernel, service: Sandbox
) -> None:
    """As in Google Colab, which shows nothing of what a thread sends."""
    does(cards, "import sys, types\nsys.modules['google.colab'] = types.ModuleType('colab')")
    try:
        ids = [service.add_task(f"a fox in Colab {n}") for n in range(2)]
        result = cards.run(f"%mjfetch --cards {ids[0]} {ids[1]}")
        assert result.error is None
        card, *copies = displayed(result.outputs)
        assert WIDGET_VIEW in card["content"]["data"]
        assert len(copies) == 2
        assert all("<img" in html_of(m) and "made before" not in html_of(m) for m in copies)
        told = [m["content"]["data"].get("state", {}) for m in result.messages if is_state(m)]
        assert sum(state.get("state", {}).get("words") == "done" for state in told) >= 2

        ids = [service.add_task(f"a fox in a gallery in Colab {n}") for n in range(2)]
        result = cards.run(f"%mjfetch {ids[0]} {ids[1]}")
        assert result.error is None
        gallery, copy = displayed(result.outputs)
        assert WIDGET_VIEW in gallery["content"]["data"]
        assert "<img" in html_of(copy)
        tiles = [m for m in result.messages if is_tiles(m)]
        assert [len(tile) for tile in tiles[-1]["content"]["data"]["content"]["tiles"]] == [8, 8]
        assert len(tiles[-1]["buffers"][0]) > 1_000

        failed = cards.run("%mjfetch 1700000000000000\nprint('never')\n")
        assert failed.error is None  # it was not asked to wait: the card says it
        assert displayed(cards.run(f"w = %mjfetch {ids[0]}").outputs) == []
    finally:
        does(cards, "del sys.modules['google.colab']")


def is_tiles(message: Message) -> bool:
    told = message["content"].get("data", {}).get("content", {})
    return message["msg_type"] == "comm_msg" and told.get("type") == "tiles"


def is_state(message: Message) -> bool:
    return message["msg_type"] == "comm_msg"
