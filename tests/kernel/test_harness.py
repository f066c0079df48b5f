"""The harness itself: if these fail, look here first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cells import BUSY

if TYPE_CHECKING:
    from kernel.raw import RawKernel

BUTTON = """
import ipywidgets, threading
button = ipywidgets.Button(description="Press me")
def pressed(button):
    button.description = threading.current_thread().name
button.on_click(pressed)
print(button.model_id, end="")
"""


def test_the_version_is_the_expected_one(kernel: RawKernel, ipykernel_major: int) -> None:
    result = kernel.run("import ipykernel, mj_widgets; print(ipykernel.version_info[0])")
    assert result.error is None
    assert result.text.strip() == str(ipykernel_major)


def test_outputs_and_errors_are_told_apart(kernel: RawKernel) -> None:
    result = kernel.run("display('shown'); print('said'); 1 / 0")
    assert result.error == "ZeroDivisionError: division by zero"
    assert [message["msg_type"] for message in result.outputs] == [
        "display_data",
        "stream",
        "error",
    ]
    assert kernel.run("1").error is None


def test_a_click_reaches_the_callback(kernel: RawKernel) -> None:
    model_id = kernel.run(BUTTON).text
    sent = kernel.caused_by(kernel.click(model_id))
    changes = [m["content"]["data"]["state"] for m in sent if m["msg_type"] == "comm_msg"]
    assert changes == [{"description": "MainThread"}]
    kernel.set_state(model_id, description="set from the page")
    assert kernel.run("print(button.description)").text == "set from the page\n"


@pytest.mark.parametrize("ipykernel_major", [7], ids=["ipykernel7"], indirect=True)
def test_a_click_on_a_subshell_reaches_the_callback_while_a_cell_runs(kernel: RawKernel) -> None:
    subshell = kernel.new_subshell()
    model_id = kernel.run(BUTTON, subshell=subshell).text
    cell = kernel.start("import time\nwhile button.description == 'Press me': time.sleep(0.01)")
    kernel.click(model_id, subshell=subshell)
    assert kernel.wait(cell).error is None
    assert "subshell" in kernel.run("print(button.description)").text


def test_an_interrupt_ends_a_cell(kernel: RawKernel) -> None:
    cell = kernel.start(BUSY)
    kernel.until(lambda message: message["content"].get("text") == "busy\n")
    kernel.interrupt()
    result = kernel.wait(cell)
    assert result.error is not None
    assert result.error.startswith("KeyboardInterrupt")
    assert kernel.run("print('alive')").text == "alive\n"
