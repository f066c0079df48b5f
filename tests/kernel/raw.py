"""A kernel spoken to in raw messages: run code, press buttons, read all that it publishes."""

from __future__ import annotations

import json
import queue
import signal
import time
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from jupyter_client.blocking.client import BlockingKernelClient

Message = dict[str, Any]
SECONDS = 30
OUTPUTS = ("stream", "display_data", "execute_result", "update_display_data", "error")


@dataclass(frozen=True)
class Result:
    """What came of running some code."""

    reply: dict[str, Any]
    """The content of the execute reply."""
    messages: list[Message]
    """What the kernel published because of it, up to and with its idle status."""

    @property
    def outputs(self) -> list[Message]:
        """The messages that show something."""
        return [message for message in self.messages if message["msg_type"] in OUTPUTS]

    @property
    def text(self) -> str:
        """What was printed."""
        printed = (m["content"]["text"] for m in self.messages if m["msg_type"] == "stream")
        return "".join(printed)

    @property
    def error(self) -> str | None:
        """The exception as "Name: value", or None."""
        if self.reply["status"] == "ok":
            return None
        return f"{self.reply.get('ename')}: {self.reply.get('evalue')}"


@dataclass
class RawKernel:
    """One kernel of the given interpreter, with everything it writes below `home`."""

    python: str
    home: Path
    environment: Mapping[str, str]
    messages: list[Message] = field(init=False, default_factory=list)
    """Everything published so far, whatever caused it, in the order it was read."""
    _replies: dict[str, dict[str, Any]] = field(init=False, default_factory=dict)

    def __enter__(self) -> Self:
        self._sockets = TemporaryDirectory()  # their paths have to be short
        specs = self.home / "kernels"
        (specs / "raw").mkdir(parents=True)
        argv = [self.python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "raw", "language": "python"}
        (specs / "raw" / "kernel.json").write_text(json.dumps(spec))
        found = KernelSpecManager(kernel_dirs=[str(specs)], ensure_native_kernel=False)
        self._manager = KernelManager(
            kernel_name="raw",
            kernel_spec_manager=found,
            connection_file=str(self.home / "connection.json"),
            # By port, another process may take one between its choice and its use.
            transport="ipc",
            ip=f"{self._sockets.name}/kernel",
        )
        with (self.home / "kernel.log").open("wb") as log:
            self._manager.start_kernel(
                env=dict(self.environment) | {"PYTHONFAULTHANDLER": "1"},
                cwd=str(self.home),
                stdout=log,
                stderr=log,
            )
        self.client: BlockingKernelClient = self._manager.client()
        self.client.start_channels()
        try:
            self.client.wait_for_ready(timeout=2 * SECONDS)
        except RuntimeError as error:
            self.__exit__()
            raise RuntimeError(f"{self.python} started no kernel:\n{self.log}") from error
        return self

    def __exit__(self, *_: object) -> None:
        self.client.stop_channels()
        if self._manager.has_kernel:
            self._manager.shutdown_kernel(now=True)
        self._manager.cleanup_resources()
        self._sockets.cleanup()

    @property
    def log(self) -> str:
        """What the kernel wrote past its own channels."""
        return (self.home / "kernel.log").read_text(errors="replace")

    def run(
        self,
        code: str,
        timeout: float = SECONDS,
        subshell: str | None = None,
        allow_stdin: bool = True,
    ) -> Result:
        """Run code as a cell, and return what came of it, exceptions as well."""
        return self.wait(self.start(code, subshell, allow_stdin), timeout)

    def start(self, code: str, subshell: str | None = None, allow_stdin: bool = True) -> str:
        """Send code to run and return the id of the request, for `wait`.

        With `allow_stdin` as a front-end for people does, without as nbclient does.
        """
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": allow_stdin,
            "stop_on_error": False,
        }
        return self._send("execute_request", content, subshell=subshell)

    def wait(self, request: str, timeout: float = SECONDS) -> Result:
        """Wait for the end of a request."""
        deadline = time.monotonic() + timeout
        self.until(lambda message: is_idle(message, request), timeout)
        while request not in self._replies:
            reply = self.client.get_shell_msg(timeout=max(0.0, deadline - time.monotonic()))
            self._replies[reply["parent_header"].get("msg_id", "")] = reply["content"]
        return Result(self._replies.pop(request), self.caused_by(request))

    def until(
        self, wanted: Callable[[Message], bool], timeout: float = SECONDS, after: int = 0
    ) -> Message:
        """Return the first published message that is wanted, heard already or still to come.

        `after` leaves out as many that were heard first.
        """
        for message in self.messages[after:]:
            if wanted(message):
                return message
        deadline = time.monotonic() + timeout
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"not heard within {timeout} s\n{self._stacks()}") from None
            self.messages.append(message)
            if wanted(message):
                return message

    def _stacks(self) -> str:
        """End a kernel that says nothing any more, and return where each of its threads stood."""
        self._manager.signal_kernel(signal.SIGABRT)
        deadline = time.monotonic() + SECONDS
        while self._manager.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.log

    def caused_by(self, request: str) -> list[Message]:
        """Return what was published because of a request."""
        return [m for m in self.messages if m["parent_header"].get("msg_id") == request]

    def send_comm(
        self,
        model_id: str,
        data: Mapping[str, Any],
        buffers: list[bytes] | None = None,
        subshell: str | None = None,
    ) -> str:
        """Send a widget model what a page would, and return the id of the message."""
        content = {"comm_id": model_id, "data": dict(data)}
        return self._send("comm_msg", content, buffers, subshell)

    def click(self, model_id: str, subshell: str | None = None, wait: bool = True) -> str:
        """Press a button; with `wait` its callbacks have ended when this returns.

        ipykernel 7.4 answers on the shell that a model last published from, whatever `subshell`
        says: a button made in a cell waits behind the cell that runs.
        """
        click = {"method": "custom", "content": {"event": "click"}}
        request = self.send_comm(model_id, click, subshell=subshell)
        if wait:
            self.until(lambda message: is_idle(message, request))
        return request

    def set_state(self, model_id: str, **state: Any) -> str:
        """Change traits of a model, as a page does, and wait until the kernel has done it."""
        update = {"method": "update", "state": state, "buffer_paths": []}
        request = self.send_comm(model_id, update)
        self.until(lambda message: is_idle(message, request))
        return request

    def new_subshell(self) -> str:
        """Start a subshell, as new JupyterLab does for widgets (ipykernel 7), return its id."""
        request = self.client.session.msg("create_subshell_request")
        self.client.control_channel.send(request)
        while True:
            reply = self.client.get_control_msg(timeout=SECONDS)
            if reply["parent_header"].get("msg_id") == request["header"]["msg_id"]:
                subshell: str = reply["content"]["subshell_id"]
                return subshell

    def interrupt(self) -> None:
        """Interrupt the kernel, as the stop button does."""
        self._manager.interrupt_kernel()

    def kill(self) -> None:
        """End the kernel at once, in the middle of whatever it does."""
        self._manager.signal_kernel(signal.SIGKILL)
        self.client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def _send(
        self,
        kind: str,
        content: Mapping[str, Any],
        buffers: list[bytes] | None = None,
        subshell: str | None = None,
    ) -> str:
        session = self.client.session
        message = session.msg(kind, content)
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        session.send(self.client.shell_channel.socket, message, buffers=buffers)
        request: str = message["header"]["msg_id"]
        return request


def is_idle(message: Message, request: str) -> bool:
    """Whether a message says that the kernel has done with a request."""
    if message["msg_type"] != "status" or message["parent_header"].get("msg_id") != request:
        return False
    return bool(message["content"]["execution_state"] == "idle")
