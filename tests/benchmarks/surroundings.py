"""The environment of a user who has configured nothing, and processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
USERS_OWN = ("JUPYTER", "JPY_", "IPYTHON", "MJ_", "DMX_", "XDG_", "DBUS_")


def environment(home: Path) -> dict[str, str]:
    """All that a kernel writes goes below *home*, and its requests to this computer directly."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(USERS_OWN)}
    return kept | {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "NO_PROXY": "127.0.0.1,localhost",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def in_own_process(module: str, **what: Any) -> dict[str, Any]:
    """What a module of this package finds when it runs alone, told *what* to do."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{module}"],
        input=json.dumps(what),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
