"""Which part of the sandbox knows which, and that no name in it is one of the client's."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import mj_widgets.sandbox

SANDBOX = Path(mj_widgets.sandbox.__file__).parent
PACKAGE = SANDBOX.parent
PAINTING = "mj_widgets.sandbox.painting"


def name_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {name_of(file): ast.parse(file.read_text("utf-8")) for file in SANDBOX.rglob("*.py")}


def known_to(module: str) -> set[str]:
    """The sandbox's modules that one of them imports, for types as well."""
    named: set[str] = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.ImportFrom):
            of_package = {f"{node.module}.{alias.name}" for alias in node.names} & TREES.keys()
            named |= of_package or {str(node.module)}
        elif isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
    return named & TREES.keys()


def public_classes(tree: ast.Module) -> set[str]:
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    return {name for name in classes if not name.startswith("_")}


def test_imports_go_round_in_no_circle() -> None:
    order = TopologicalSorter({module: known_to(module) for module in TREES}).static_order()
    assert set(order) == TREES.keys()


def test_the_painting_wing_knows_nothing_of_the_rest() -> None:
    for module in TREES:
        if module.startswith(PAINTING):
            assert all(known.startswith(PAINTING) for known in known_to(module)), module


def test_no_name_of_the_client_stands_in_the_sandbox_again() -> None:
    others = [file for file in PACKAGE.rglob("*.py") if not file.is_relative_to(SANDBOX)]
    modules = {file.stem for file in others} - {"__init__"}
    classes = set().union(*(public_classes(ast.parse(f.read_text("utf-8"))) for f in others))
    assert not {module.rpartition(".")[2] for module in TREES} & modules
    assert not set().union(*map(public_classes, TREES.values())) & classes
