"""The static twin in a kernel: what is sent, when, and as whose output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cells import BUSY

if TYPE_CHECKING:
    from kernel.raw import Message, RawKernel

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
