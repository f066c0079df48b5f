"""A kept task and its files, and how they stand in the tables."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mj_widgets.archive.search import indexed
from mj_widgets.errors import LONGEST_LINE, BadReply, LibraryError, one_line
from mj_widgets.models import Task
from mj_widgets.models.envelope import task_in
from mj_widgets.models.ids import id_of
from mj_widgets.models.prompt import parse_prompt
from mj_widgets.pictures.disk import read_checked, size_checked


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file of a task, byte for byte as the service sent it."""

    path: Path
    sha256: str
    """In hexadecimal."""
    size: int
    """In bytes."""
    mime: str
    place: int = 0
    """Which of the task's files it is, from 0."""

    @property
    def problem(self) -> str:
        """How the file differs from what was kept, or ""; all of it is read for that."""
        return read_checked(self.path, self.size, self.sha256)[1]

    @property
    def glance(self) -> str:
        """How the file differs as far as its name and size tell, or ""; nothing is read."""
        return size_checked(self.path, self.size)

    def read(self) -> bytes:
        """Return the original bytes.

        Raises:
            LibraryError: the file is missing, was changed or cannot be read.
        """
        data, problem = read_checked(self.path, self.size, self.sha256)
        if problem:
            raise LibraryError(
                f"{self.path} {problem}", advice="The service may still have it; else use a copy."
            )
        return data


@dataclass(frozen=True, repr=False, slots=True)
class Record:
    """A task as it was last saved."""

    service: str
    task: Task
    files: tuple[KeptFile, ...]
    parent: str
    """The id of the task whose button started this one, or ""."""
    button: str
    """The name of that button, or ""."""
    seed: str
    """As the service told it, or "" where it was not asked."""
    saved_at: datetime
    """When it was saved first, in UTC."""
    parameters: dict[str, Any]
    """What the prompt ends with, such as ``{"ar": "16:9"}``."""

    def __repr__(self) -> str:
        task = self.task
        came = f"{self.button} of {self.parent}" if self.parent else ""
        names = ", ".join(file.path.name for file in self.files)
        said = (task.kind, str(task.status), repr(one_line(task.prompt, 60)), came, names)
        return one_line(f"<Record {task.id}: {', '.join(filter(None, said))}>", LONGEST_LINE)

    def read(self) -> tuple[bytes, ...]:
        """Return the original bytes of all files, each checked against its SHA-256.

        Raises:
            LibraryError: a file is missing, was changed or cannot be read.
        """
        return tuple(file.read() for file in self.files)


def row_of(task: Task) -> dict[str, object]:
    """Return the columns of *task* that its service decides.

    Raises:
        LibraryError: its JSON cannot be written.
    """
    try:
        told = task.raw
        # Without one it was not a service that described it.
        raw = json.dumps(told) if _is_task(told) else task.model_dump_json(exclude={"raw"})
    except (TypeError, ValueError, RecursionError) as error:
        raise LibraryError(
            f"Task {task.id} is no JSON", words=str(error), advice="It is not kept."
        ) from None
    return {
        "action": task.action,
        "status": str(task.status),
        "kind": task.kind,
        "prompt": task.prompt,
        "parameters": json.dumps(parse_prompt(task.final_prompt).parameters),
        "submit_time": _iso(task.submit_time),
        "start_time": _iso(task.start_time),
        "finish_time": _iso(task.finish_time),
        "reason": "" if task.succeeded else task.fail_reason,
        "pictures": task.picture_count,
        "has_sheet": task.picture_count > 1 and bool(task.sheet_url or not task.part_urls),
        "raw": raw,
    }


def searched_text(task: Task) -> str:
    """Return what *task* is found by."""
    return indexed(task.prompt, task.final_prompt, task.prompt_en, *task.texts)


def record_of(row: sqlite3.Row, files: tuple[KeptFile, ...]) -> Record:
    """Return the record in a row of the table of tasks."""
    try:
        task = Task.parse(row["raw"])
    except BadReply:  # harmed: what the columns say is left, and the files
        task = Task(status=row["status"], prompt=row["prompt"])
    task_id = id_of(row["id"])
    return Record(
        service=row["service"],
        # Some servers leave the id out of the answer, as it was in the question.
        task=task if task.id == task_id else task.model_copy(update={"id": task_id}),
        files=files,
        parent=id_of(row["parent"]),
        button=row["button"],
        seed=row["seed"],
        saved_at=_moment(row["saved_at"]) or task.finish_time or datetime.fromtimestamp(0, UTC),
        parameters=_parameters(row["parameters"]),
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):  # harmed
        return None


def _parameters(text: str) -> dict[str, Any]:
    try:
        pairs = json.loads(text).items()
    except (TypeError, ValueError, AttributeError):  # harmed
        return {}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in pairs}


def exported(record: Record, files: list[dict[str, object]]) -> str:
    """Return the line of ``tasks.jsonl`` for a record and what is to be said of its files."""
    task = record.task
    return json.dumps(
        {
            "service": record.service,
            "id": task.id,
            "prompt": task.prompt,
            "final_prompt": task.final_prompt,
            "parameters": record.parameters,
            "parent": record.parent,
            "button": record.button,
            "seed": record.seed,
            "submit_time": _iso(task.submit_time),
            "start_time": _iso(task.start_time),
            "finish_time": _iso(task.finish_time),
            "saved_at": _iso(record.saved_at),
            "files": files,
            "task": task.raw,
        },
        ensure_ascii=False,
    )


def _is_task(told: dict[str, Any]) -> bool:
    try:
        task_in(told)
    except BadReply:
        return False
    return True


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
