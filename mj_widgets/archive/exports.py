"""Tasks in a folder of their own, for people and for other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from mj_widgets.archive.columns import Columns, PictureRow, TaskRow
from mj_widgets.archive.imagefolder import ImageFolder
from mj_widgets.archive.parameters import columns_of
from mj_widgets.archive.progress import with_bar
from mj_widgets.archive.records import KeptFile, Record, exported
from mj_widgets.errors import ImageError, LibraryError, MjError, one_line
from mj_widgets.pictures.disk import digest, write_new
from mj_widgets.pictures.images import Picture, encode_png, quadrant_of
from mj_widgets.pictures.metadata.facts import facts_of
from mj_widgets.pictures.save import save_picture

What = Literal["files", "quadrants"]
_AT_ONCE = 200

Told = dict[str, object]
"""What ``tasks.jsonl`` says of a file."""


def what_of(given: object) -> What:
    """Return which files are to be exported.

    Raises:
        MjError: nobody knows them.
    """
    for what in get_args(What):
        if given == what:
            return "files" if what == "files" else "quadrants"
    said = one_line(repr(given), 40)
    raise MjError(f"Nobody can export {said}", advice='Give what="files" or what="quadrants".')


class Export:
    """Writes tasks to a folder that is there, and never over a file of another's.

    Args:
        columns: those of the library.
        records: gives the tasks with some numbers.
        folder: where to.
        what: "files" or "quadrants"; see ``Library.export``.
    """

    def __init__(
        self,
        columns: Columns,
        records: Callable[[Sequence[int]], dict[int, Record]],
        folder: Path,
        what: What,
    ) -> None:
        self._columns, self._records = columns, records
        self._folder, self._what = folder, what
        self._described = ImageFolder(folder)
        self._written: list[Path] = []
        self._missing: list[str] = []

    def run(self, numbers: Sequence[int]) -> list[Path]:
        """Write the tasks with those numbers, and return the files.

        Raises:
            OSError: the folder cannot be written.
            MjError: it cannot be written; or all was, but files that are missing or changed.
        """
        tasks = with_bar(self._tasks(numbers), len(numbers), "exporting")
        text = "".join(exported(record, told) + "\n" for record, told in tasks)
        if described := self._described.write():
            self._written.append(described)
        # A lone surrogate becomes the escape that JSON has for it.
        data = text.encode("utf-8", "backslashreplace")
        self._written.append(write_new(data, self._folder / "tasks.jsonl"))
        if self._missing:
            things = "files" if self._what == "files" else "pictures"
            raise LibraryError(
                f"All but {len(self._missing)} of the {things} were exported to {self._folder}: "
                f"{self._missing[0]}",
                advice="mj.library().verify() names them all.",
            )
        return self._written

    def _tasks(self, numbers: Sequence[int]) -> Iterator[tuple[Record, list[Told]]]:
        for begin in range(0, len(numbers), _AT_ONCE):
            some = numbers[begin : begin + _AT_ONCE]
            records, rows = self._records(some), self._columns.tasks(some)
            given = columns_of([row.parameters for row in rows])
            parts: dict[int, list[PictureRow]] = {}
            for part in self._columns.pictures(some):
                parts.setdefault(part.number, []).append(part)
            for place, row in enumerate(rows):
                if row.number in records:  # else it was deleted meanwhile
                    parameters = {name: values[place] for name, values in given.items()}
                    task = _Task(records[row.number], row, parameters, parts.get(row.number, []))
                    yield task.record, list(self._write(task))

    def _write(self, task: _Task) -> Iterator[Told]:
        last, data = None, b""
        for file, part in task.files if self._what == "files" else task.pictures:
            told: Told = {"sha256": file.sha256, "size": file.size, "mime": file.mime, "name": None}
            try:
                data = data if file == last else file.read()  # four are cut from one
                last = file
                picture = task.cut(data, part) if self._what == "quadrants" and part else None
            except MjError as error:
                self._missing.append(error.what)
                yield told
                continue
            if picture is None:
                path = write_new(data, self._folder / file.path.name)
            else:
                path = save_picture(picture, task.facts(part), self._folder)
                whole = path.read_bytes()
                told |= {"sha256": digest(whole), "size": len(whole), "mime": picture.mime}
            self._written.append(path)
            self._describe(task, part, path, picture or data)
            yield told | {"name": path.name}

    def _describe(
        self, task: _Task, part: PictureRow | None, path: Path, shown: Picture | bytes
    ) -> None:
        try:
            picture = Picture.from_bytes(shown) if isinstance(shown, bytes) else shown
            size = picture.pixel_size  # a folder of pictures has no films
        except ImageError:  # datasets could not open it either
            return
        if size is not None:
            mark = part or task.row
            number = task.number_of(part) or 0
            self._described.add(
                path, task.row, task.parameters, size, (mark.rating, mark.flag), number
            )


class _Task:
    """A task that is exported."""

    def __init__(
        self, record: Record, row: TaskRow, parameters: dict[str, Any], parts: list[PictureRow]
    ) -> None:
        self.record, self.row, self.parameters, self._parts = record, row, parameters, parts
        self._sheet: Picture | None = None

    @property
    def files(self) -> Iterator[tuple[KeptFile, PictureRow | None]]:
        """Each file as it was served, and which picture it is; None for what shows all."""
        by_place = {part.place: part for part in self._parts if part.own}
        for file in self.record.files:
            yield file, by_place.get(file.place)

    @property
    def pictures(self) -> Iterator[tuple[KeptFile, PictureRow | None]]:
        """Each picture, and the file that it is or is to be cut from."""
        for part in self._parts:
            if file := part.own or part.whole:
                yield file, part

    def number_of(self, part: PictureRow | None) -> int | None:
        """Return the number of a picture, None where it is all of the task."""
        return part.quadrant if part and len(self._parts) > 1 else None

    def cut(self, data: bytes, part: PictureRow) -> Picture:
        """Return a picture as a file of its own.

        Raises:
            ImageError: it cannot be opened.
        """
        if part.own:
            return Picture.from_bytes(data)
        if self._sheet is None:  # it is decoded once for all four
            self._sheet = Picture.from_bytes(data)
        return Picture.from_bytes(
            self._sheet.use(lambda grid: encode_png(quadrant_of(grid, part.quadrant)))
        )

    def facts(self, part: PictureRow | None) -> Any:
        """Return what a picture's file tells of its making."""
        record = self.record
        return facts_of(
            record.task,
            seed=record.seed,
            parent=record.parent,
            button=record.button,
            service=record.service,
            quadrant=self.number_of(part),
        )
