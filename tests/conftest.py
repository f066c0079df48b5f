"""What every test shares: a home of its own for what it starts, and in CI no skips."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from services import CANARY
from sketches import sketching
from tenacity import wait_none

import mj_widgets as mj
from mj_widgets.account import lost_answers
from mj_widgets.sandbox import EXAMPLES
from mj_widgets.service import retry as retrying
from mj_widgets.session import settings

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from mj_widgets.sandbox import Sandbox

# Before any test imports "datasets": it would ask its makers' server which data sets there are.
os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}

HERE = Path(__file__).parent
IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")
SLOW = ("kernel", "browser")
LONGEST = ("test_lasting", "test_card", "test_keeping_in_kernel", "test_painter", "test_studio")
USERS_OWN = ("JUPYTER", "JPY_", "IPYTHON", "MJ_", "XDG_", "DBUS_")


@pytest.fixture(scope="session")
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a user who has configured nothing, for servers and kernels."""
    home = tmp_path_factory.mktemp("home")
    paths = [str(HERE / "without"), *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(USERS_OWN)}
    return kept | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


@pytest.fixture(autouse=True, scope="session")
def forks_are_meant() -> Iterator[None]:
    """In the processes that tests start: since Python 3.12 a fork beside a thread is warned of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONWARNINGS", "ignore:This process:DeprecationWarning")
        yield


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """In this process: no service, and a library that nothing is in yet."""
    for name in [name for name in os.environ if name.startswith(("MJ_API", "DMX_API"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("MJ_OFFLINE", raising=False)
    monkeypatch.setenv("MJ_LIBRARY", str(tmp_path / "library"))
    settings.reset()
    yield
    settings.reset()


@pytest.fixture(autouse=True, scope="session")
def it_is_asked_again_at_once() -> Iterator[None]:
    """In this process: what is not there, or not whole, is not waited for, by no job left over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retrying, "_growing", wait_none())
        patch.setattr(lost_answers, "_LOOKS", (0.0,) * len(lost_answers._LOOKS))
        yield


@pytest.fixture
def datasets_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let ``datasets`` keep what it makes where this test does; it asks nobody anyway."""
    import datasets  # the lowest versions are tried without it

    assert datasets.config.HF_HUB_OFFLINE
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A service where all has ended at once, and a picture is a few pixels of the right kind.

    ``parametrize`` with ``indirect`` asks for another flavour.
    """
    with sketching(getattr(request, "param", "dmx")).in_thread() as running:
        yield running


@pytest.fixture
def session(sandbox: Sandbox) -> mj.Session:
    """That service, chosen for all that follows."""
    return mj.configure(sandbox.url, CANARY)


@pytest.fixture
def grid(session: mj.Session) -> Iterator[mj.TaskWidget]:
    """A finished card of a grid."""
    card = mj.TaskWidget(EXAMPLES["finished"])
    card.wait(30)
    yield card
    card.close()


@pytest.fixture
def single(grid: mj.TaskWidget) -> mj.TaskWidget:
    """A finished card of one picture of that grid."""
    card = grid.upscale(1)
    card.wait(30)
    return card


def pytest_collection_finish() -> None:
    """Leave the thousands of tests and all modules out of every later collection of garbage."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run quick tests first, so that a slip shows in seconds; then the longest files.

    A file stays with one process: the longest one, begun last, would keep all others waiting.
    """

    def place(item: pytest.Item) -> int:
        top = item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""
        if top not in SLOW:
            return -1
        name = item.path.stem
        return LONGEST.index(name) if name in LONGEST else len(LONGEST)

    items.sort(key=place)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI every test has to pass: a skip or an expected failure is a failure there."""
    report = yield
    expected = getattr(report, "wasxfail", None)
    if IN_CI and (report.skipped or expected is not None):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else f"xfail {expected}"
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: no test may be left out when CI is set ({why})"
        if expected is not None:
            del report.wasxfail
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a file that skips itself is a failure as well."""
    report = yield
    if IN_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid}: no file may be left out when CI is set"
    return report
