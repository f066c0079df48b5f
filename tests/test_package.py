"""The package as a whole: what an import costs, what it offers, which floor may know which."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from configparser import ConfigParser
from email.parser import Parser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import mj_widgets

PACKAGE = Path(mj_widgets.__file__).parent
FLOORS = [
    {"errors", "_version"},
    {"background", "models"},
    {"pictures"},
    {"archive", "service"},
    {"account"},
    {"jobs"},
    {"session"},
    {"sets"},
    {"card", "reports", "sweeps"},
    {"comparisons"},
    {"gallery"},
    {"magics"},
]
"""From the ground up. A module may import its own floor and those below it."""
JUPYTER = {"IPython", "anywidget", "ipywidgets", "traitlets"}
GROUND_ONLY = {"asyncio", "aiohttp", "anyio", "sqlite3", "threading"}


def project() -> dict[str, Any]:
    """What pyproject.toml says of the package."""
    said: dict[str, Any] = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))
    return said["project"]


def imports_of(file: Path) -> set[str]:
    """Every name that a module imports, wherever in it, as a dotted path."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name}: imports are written in full"
            assert node.module is not None
            # "from mj_widgets import background" names the module only in its list.
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own(imports: set[str]) -> set[str]:
    """The modules of the package among them, by their first name below it."""
    below = (name.split(".") for name in imports if name.startswith("mj_widgets."))
    return {parts[1] for parts in below}


def modules() -> dict[Path, str]:
    """Each file of the package, and the name of the module or subpackage it is in."""
    files = [file for file in PACKAGE.rglob("*.py") if file != PACKAGE / "__init__.py"]
    return {file: file.relative_to(PACKAGE).parts[0].removesuffix(".py") for file in files}


def files_of(*names: str) -> list[Path]:
    return [file for file, name in modules().items() if name in names]


def test_every_module_has_its_floor() -> None:
    assert set(modules().values()) == set().union(*FLOORS) | {"sandbox"}


@pytest.mark.parametrize("number", range(len(FLOORS)))
def test_an_import_goes_only_downwards(number: int) -> None:
    within_reach = set().union(*FLOORS[: number + 1])
    for file in files_of(*FLOORS[number]):
        # The offline service is started by mj.configure("sandbox").
        allowed = within_reach | ({"sandbox"} if file.name == "settings.py" else set())
        assert own(imports_of(file)) <= allowed, file.name


def modules_in(*names: str) -> dict[str, set[str]]:
    """Each module of those rooms, and which of them it imports, for types alone too."""
    dotted = {
        ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts): file
        for file in files_of(*names)
        if file.name not in ("__init__.py", "__main__.py")
    }
    found: dict[str, set[str]] = {}
    for module, file in dotted.items():
        heads = {name.rpartition(".")[0] for name in imports_of(file)}
        found[module] = (heads | imports_of(file)) & dotted.keys()
    return found


def test_no_two_modules_need_each_other() -> None:
    left = modules_in("sandbox", *set().union(*FLOORS))
    while free := {module for module, needs in left.items() if not needs & left.keys()}:
        left = {module: needs for module, needs in left.items() if module not in free}
    assert not left


def test_service_and_archive_do_not_know_each_other() -> None:
    assert not {"archive"} & set().union(*(own(imports_of(f)) for f in files_of("service")))
    assert not {"service"} & set().union(*(own(imports_of(f)) for f in files_of("archive")))


def test_no_module_has_the_name_of_another() -> None:
    files = [file for file in modules() if not file.name.startswith("__")]
    # The heart of a room may be called as the room is: account/account.py.
    names = Counter(file.stem for file in files if file.parent.name != file.stem)
    names.update(file.parent.name for file in modules() if file.name == "__init__.py")
    assert [name for name, count in names.items() if count > 1] == []


def test_no_public_class_has_the_name_of_another() -> None:
    names = Counter(
        node.name
        for file in modules()
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_the_sandbox_knows_nothing_of_the_package() -> None:
    for file in files_of("sandbox"):
        assert own(imports_of(file)) <= {"sandbox"}, file.name


def test_jupyter_appears_on_the_upper_floors_only() -> None:
    for file in files_of("sandbox", *set().union(*FLOORS[:8])):
        assert not {name.split(".")[0] for name in imports_of(file)} & JUPYTER, file.name


def test_the_ground_floor_does_no_io() -> None:
    for file in files_of(*FLOORS[0]):
        assert not {name.split(".")[0] for name in imports_of(file)} & GROUND_ONLY, file.name


def test_the_widgets_know_neither_http_nor_the_services_json() -> None:
    for file in files_of("card", "comparisons", "gallery", "magics"):
        known = imports_of(file)
        assert not {name.split(".")[0] for name in known} & {"aiohttp", "json", "yarl"}, file.name
        http = tuple(
            f"mj_widgets.service.{name}" for name in ("client", "downloads", "replies", "transport")
        )
        assert not [name for name in known if name.startswith(http)], file.name


def after(code: str) -> set[str]:
    """What a fresh Python has imported after running some code."""
    print_modules = "import json, sys; print(json.dumps(list(sys.modules)))"
    command = [sys.executable, "-c", f"{code}\n{print_modules}"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return set(json.loads(answer.stdout.splitlines()[-1]))


HEAVY = {"IPython", "PIL", "aiohttp", "anywidget", "ipywidgets", "pandas", "pydantic", "tqdm"}


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert not after("import mj_widgets; dir(mj_widgets)") & HEAVY


def test_loading_the_extension_waits_with_what_it_may_not_need() -> None:
    code = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.run_line_magic("load_ext", "mj_widgets")
assert "mjfetch" in shell.magics_manager.magics["line"]
"""
    assert not after(code) & (HEAVY - {"IPython"})


def test_the_client_works_without_jupyter() -> None:
    code = "import mj_widgets as mj; mj.Client, mj.Task, mj.split_grid, mj.configure"
    assert not after(code) & {"IPython", "anywidget", "ipywidgets"}


@pytest.mark.parametrize("name", mj_widgets.__all__)
def test_every_public_name_is_what_it_is_called(name: str) -> None:
    for home in {"mj_widgets.service.client", "mj_widgets.session", "mj_widgets.card"}:
        importlib.import_module(home)  # a module of the same name would hide it
    thing = getattr(mj_widgets, name)
    assert callable(thing)
    assert thing.__name__ == name
    assert thing.__doc__
    assert name in dir(mj_widgets)


def test_what_is_offered_by_tab_is_public() -> None:
    importlib.import_module("mj_widgets.session")
    offered = [name for name in dir(mj_widgets) if not name.startswith("__")]
    assert offered == sorted(mj_widgets.__all__)
    assert {"__doc__", "__version__", "__path__"} <= set(dir(mj_widgets))


def test_a_name_that_is_not_there_is_said_as_python_says_it() -> None:
    with pytest.raises(AttributeError, match="module 'mj_widgets' has no attribute 'nothing'"):
        _ = mj_widgets.nothing


def test_every_dependency_says_the_lowest_version_that_works() -> None:
    # tests/run installs exactly these, and passes the tests below the browser with them.
    for dependency in project()["dependencies"]:
        assert re.fullmatch(r"[\w.-]+ >= [\d.]+(;.*)?", dependency), dependency


if find_spec("hatchling"):  # the build backend; pip brings its own

    @pytest.fixture(scope="module")
    def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
        """Each file of the wheel, and its text."""
        builder = importlib.import_module("hatchling.builders.wheel").WheelBuilder
        (built,) = builder(str(PACKAGE.parent)).build(
            directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"]
        )
        with zipfile.ZipFile(built) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}

    def info(wheel: dict[str, str], name: str) -> str:
        return wheel[f"mj_widgets-{mj_widgets.__version__}.dist-info/{name}"]

    def test_the_wheel_has_the_front_end_the_types_and_the_licence(wheel: dict[str, str]) -> None:
        static = [file for file in PACKAGE.glob("*/static/**/*") if file.is_file()]
        assert {file.suffix for file in static} == {".js", ".css"}
        assert {str(file.relative_to(PACKAGE.parent)) for file in static} <= wheel.keys()
        assert "mj_widgets/py.typed" in wheel
        assert "the mj-widgets authors" in info(wheel, "licenses/LICENSE")
        assert not [name for name in wheel if name.startswith(("tests/", "notebooks/"))]

    def test_the_wheel_says_who_has_made_it(wheel: dict[str, str]) -> None:
        assert "\nAuthor: The mj-widgets authors\n" in info(wheel, "METADATA")

    def test_what_an_index_shows_leads_to_no_file_that_is_not_there(wheel: dict[str, str]) -> None:
        shown = Parser().parsestr(info(wheel, "METADATA")).get_payload()
        addresses = re.findall(r"\]\(([^)]*)\)", shown)
        assert addresses
        assert [address for address in addresses if "://" not in address] == []
        assert "quickstart (`notebooks/quickstart.ipynb` in the source distribution)" in shown

    def test_a_clone_has_every_file_that_the_readme_leads_to() -> None:
        readme = (PACKAGE.parent / "README.md").read_text("utf-8")
        files = [to for to in re.findall(r"\]\(([^)]*)\)", readme) if "://" not in to]
        assert len(files) >= 5
        assert [file for file in files if not (PACKAGE.parent / file).is_file()] == []

    def test_the_sandbox_is_a_command(wheel: dict[str, str]) -> None:
        commands = ConfigParser()
        commands.read_string(info(wheel, "entry_points.txt"))
        module, _, name = commands["console_scripts"]["mj-sandbox"].partition(":")
        with pytest.raises(SystemExit) as ended:
            getattr(importlib.import_module(module), name)(["--help"])
        assert ended.value.code == 0
