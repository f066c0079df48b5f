"""A real Jupyter server of its own: started, asked until it answers, stopped with its kernels."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Ui = Literal["lab", "notebook"]
Theme = Literal["light", "dark"]

MODULES = {"lab": "jupyterlab", "notebook": "notebook"}
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
START_SECONDS = 90
STOP_SECONDS = 15

_direct = build_opener(ProxyHandler({}))


@dataclass
class JupyterServer:
    """JupyterLab or Notebook 7 with everything it reads and writes below `home`."""

    ui: Ui
    home: Path
    environment: Mapping[str, str]
    url: str = field(init=False, default="")
    _process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    @property
    def root(self) -> Path:
        """The directory that the server shows."""
        return self.home / "root"

    @property
    def log(self) -> str:
        """Everything the server has said so far."""
        path = self.home / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start the server and return once it answers."""
        self.root.mkdir(parents=True, exist_ok=True)
        self._set("notification", fetchNews="false", checkForUpdates=False)
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        with (self.home / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", MODULES[self.ui], *_flags(port, self.root)],
                cwd=self.home,
                env=dict(self.environment) | self._own_directories(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        # Somebody else may have taken the port meanwhile, and answers too.
        while not (self.url in self.log and self._answers()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{MODULES[self.ui]} did not start:\n{self.log}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server and whatever it started."""
        if self._process is None:
            return
        try:
            family = psutil.Process(self._process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            family = []
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for process in family:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(family, timeout=STOP_SECONDS)
        self._process = None

    def use_theme(self, theme: Theme) -> None:
        """Make pages opened from now on light or dark."""
        self._set("themes", theme=THEMES[theme])

    def shut_down_kernels(self) -> None:
        """End all kernels, so that the next test finds none."""
        for session in self.ask("GET", "/api/sessions"):
            self.ask("DELETE", f"/api/sessions/{session['id']}")
        for kernel in self.ask("GET", "/api/kernels"):
            self.ask("DELETE", f"/api/kernels/{kernel['id']}")

    def ask(self, method: str, path: str) -> Any:
        """Send a request to the server's API and return the JSON of its answer."""
        request = Request(self.url + path, method=method)
        with _direct.open(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def _answers(self) -> bool:
        try:
            self.ask("GET", "/api/status")
        except (URLError, OSError):
            return False
        return True

    def _set(self, plugin: str, **values: object) -> None:
        settings = self.home / "settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True, exist_ok=True)
        (settings / f"{plugin}.jupyterlab-settings").write_text(json.dumps(values))

    def _own_directories(self) -> dict[str, str]:
        # Kernelspecs are found all the same: they are in the virtual environment's share/jupyter.
        return {
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "JUPYTER_DATA_DIR": str(self.home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.home / "workspaces"),
        }


def _flags(port: int, root: Path) -> list[str]:
    flags = [
        "--no-browser",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={root}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--LabApp.collaborative=False",
        "--expose-app-in-browser",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--allow-root")
    return flags


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
