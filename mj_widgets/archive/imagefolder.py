"""What is known of each picture in a folder, in the form that ``datasets`` reads beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mj_widgets.archive.columns import TaskRow
from mj_widgets.archive.parameters import TYPES, UNKNOWN, seed_of
from mj_widgets.models.prompt import parse_prompt
from mj_widgets.pictures.disk import has_bytes, replace, write_new

NAME = "metadata.jsonl"
"""Hugging Face, "Create an image dataset", ImageFolder: a line a file, ``file_name`` in each."""
_OURS = {"file_name", "service", "id", "quadrant"}
_NOTHING: dict[str, Any] = {"switch": False, "text": ""}

Line = dict[str, Any]


class ImageFolder:
    """Collects what is known of the pictures that are written to a folder.

    A column has one type, and no column is null throughout: readers take that for a type. So a
    parameter that no picture here has is no column.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines: dict[str, Line] = {}

    def add(
        self,
        path: Path,
        task: TaskRow,
        parameters: Mapping[str, Any],
        size: tuple[int, int],
        mark: tuple[int, str],
        quadrant: int = 0,
    ) -> None:
        """Say what is known of the picture at *path*.

        Args:
            path: a file in the folder.
            task: the task that it is of.
            parameters: as ``columns_of`` gives them.
            size: its width and height in pixels.
            mark: its rating and its flag.
            quadrant: which of the task's pictures it is, from 1; 0 for what shows all of it.
        """
        moment = task.finished or task.saved or 0
        self._lines[path.name] = {
            "file_name": path.name,
            "service": task.service,
            "id": task.id,
            "quadrant": quadrant,
            "prompt": parse_prompt(task.prompt).text,
            "full_prompt": task.prompt,
            "kind": task.kind,
            "rating": mark[0],
            "flag": mark[1],
            "width": size[0],
            "height": size[1],
            # With fractions of a second, readers would take it for a text.
            "created": f"{datetime.fromtimestamp(moment // 1_000_000, UTC):%Y-%m-%dT%H:%M:%SZ}",
            "parent": task.parent,
            "button": task.button,
            **{name: value for name, value in parameters.items() if _is_said(value)},
            **({"seed": seed} if (seed := seed_of(task.seed, parameters)) is not None else {}),
        }

    def write(self) -> Path | None:
        """Write what was said, and return the file; None where there is nothing to say.

        What an earlier export has said of other files stays in it. A file that is no export's
        stays as it is, and this one gets a number.

        Raises:
            OSError: it cannot be written.
        """
        if not self._lines:
            return None
        path = self._folder / NAME
        earlier = _lines_in(path)
        lines = (earlier or {}) | self._lines
        text = _text(list(lines.values())).encode("utf-8", "backslashreplace")
        if earlier is None or has_bytes(path, text):
            return write_new(text, path)
        replace(text, path)
        return path


def _is_said(value: object) -> bool:
    return value is not None and value is not False and value != ""


def _text(lines: list[Line]) -> str:
    kinds = {**TYPES, UNKNOWN: "text"}
    names = [name for name in kinds if any(name in line for line in lines)]
    absent = {name: _NOTHING.get(kinds[name]) for name in names}
    known = [name for name in lines[0] if name not in kinds]
    ordered = (
        {name: line.get(name, absent.get(name)) for name in (*known, *names)} for line in lines
    )
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in ordered)


def _lines_in(path: Path) -> dict[str, Line] | None:
    """Return what an earlier export has said, by file; None where the file is none of ours."""
    try:
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    except (OSError, ValueError, RecursionError):
        return None
    if not all(isinstance(line, dict) and line.keys() >= _OURS for line in lines):
        return None
    return {line["file_name"]: _without_nothing(line) for line in lines if line["file_name"]}


def _without_nothing(line: Line) -> Line:
    is_parameter = {*TYPES, UNKNOWN}
    return {name: v for name, v in line.items() if name not in is_parameter or _is_said(v)}
