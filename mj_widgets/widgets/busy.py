"""Clicks that are answered while a cell runs."""

from __future__ import annotations

from ipywidgets import Widget


def answer_while_busy(widget: Widget) -> None:
    """Let the browser choose where *widget*'s messages are handled, if the kernel can.

    JupyterLab sends them to a subshell, which is free while a cell runs. ipykernel 7 overrules it
    with the shell that last painted the widget (``ipykernel.comm.BaseComm._reply_subshell_for``):
    a button made in a cell would wait for the next cell's end. Here that is not needed, because a
    click only hands a coroutine to the background thread. Elsewhere this does nothing.
    """
    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = lambda _data, chosen: chosen
