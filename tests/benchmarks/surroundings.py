"""The environment of a user who has configured nothing, for kernels and servers."""

import os
from pathlib import Path

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
