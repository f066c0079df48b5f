"""Tasks as Parquet files, for programs that read more than fits in one memory."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from mj_widgets._version import __version__
from mj_widgets.archive.database import ANOTHER_FOLDER, in_words
from mj_widgets.archive.progress import with_bar
from mj_widgets.errors import LibraryError, MjError, one_line
from mj_widgets.pictures.disk import expanded, flush_folder, make_folder
from mj_widgets.sets.arrow import portions, task_batch, task_schema
from mj_widgets.sets.extras import extra

if TYPE_CHECKING:
    from mj_widgets.archive import KeptFile, Library

Images = Literal["paths", "bytes"]
ROWS: dict[str, int] = {"paths": 100_000, "bytes": 500}
"""How many tasks a file has unless it is said; of pictures of 1 MB, 500 MB."""
_PORTION = {"paths": 16_384, "bytes": 16}
"""How many rows are in memory at once."""
_NAME = re.compile(r"tasks-\d{5}-of-\d{5}\.parquet")
_MARK = b"mj_widgets"
_IMAGE = "image"
_LONGEST_SAID = 200


def to_parquet(
    library: Library,
    numbers: Iterable[int],
    folder: str | Path,
    images: str = "paths",
    rows_per_shard: int | None = None,
) -> list[Path]:
    """Write tasks to ``tasks-00000-of-00003.parquet`` and so on, and return the files.

    Each row is a task as in a table of tasks, with ``image``: its first file, if that is a picture,
    as ``datasets`` has it (``struct<bytes, path>``). DuckDB, Polars, Dask, Ray and Spark read them.

    Args:
        library: what keeps the tasks.
        numbers: which of them, in this order, as ``tasks.number`` has them.
        folder: made where there is none. What an earlier call has written there is replaced once
            all is written; a folder with other Parquet files is refused, as readers take all that
            a folder has for one table.
        images: "paths" says where the pictures are on this computer; "bytes" puts them into the
            files, so that they can be taken elsewhere.
        rows_per_shard: how many tasks a file has; None for 100,000, or 500 with "bytes".

    Raises:
        MjError: pyarrow is not installed; or the arguments make no sense.
        LibraryError: it cannot be written; or all is written but pictures that are missing or
            were changed, whose ``image`` is null.
    """
    extra("pyarrow.parquet", "Parquet file")
    kind = _images_of(images)
    rows = ROWS[kind] if rows_per_shard is None else rows_per_shard
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
        said = one_line(repr(rows_per_shard), 40)
        raise MjError(f"{said} is no number of rows", advice="Give rows_per_shard=1 or more.")
    wanted = list(numbers)
    said = one_line(str(folder), _LONGEST_SAID)
    with in_words(f"Parquet files cannot be written to {said}", ANOTHER_FOLDER):
        target = expanded(folder).absolute()
        make_folder(target)
        earlier = _earlier(target)
        shards = list(portions(wanted, rows)) or [[]]
        names = [
            target / f"tasks-{place:05}-of-{len(shards):05}.parquet" for place in range(len(shards))
        ]
        missing: list[str] = []
        with ExitStack() as drafts:
            written = [drafts.enter_context(_draft(target)) for _ in shards]
            each = zip(written, shards, strict=True)
            for draft, some in with_bar(each, len(shards), "writing files"):
                missing += _write(library, some, draft, kind)
            for draft, name in zip(written, names, strict=True):
                draft.replace(name)
            for path in earlier - set(names):
                path.unlink(missing_ok=True)
        flush_folder(target)
    if missing:
        raise LibraryError(
            f"All was written to {target}, but {len(missing)} of the pictures: {missing[0]}",
            advice="mj.library().verify() names them all.",
        )
    return names


def _images_of(given: object) -> Images:
    for images in get_args(Images):
        if given == images:
            return "paths" if images == "paths" else "bytes"
    said = one_line(repr(given), 40)
    raise MjError(f"Nobody knows images={said}", advice='Give images="paths" or images="bytes".')


def _earlier(folder: Path) -> set[Path]:
    """Return what an earlier call has written to *folder*.

    Raises:
        LibraryError: there are Parquet files of somebody else's.
    """
    found = set(folder.glob("*.parquet"))
    others = sorted(path.name for path in found if not _is_ours(path))
    if others:
        raise LibraryError(
            f"There are other Parquet files in {one_line(str(folder), _LONGEST_SAID)}, such as "
            f"{one_line(others[0], 60)}",
            advice="Choose a folder of its own: readers take all in a folder for one table.",
        )
    return found


def _is_ours(path: Path) -> bool:
    parquet = extra("pyarrow.parquet", "Parquet file")
    try:
        metadata = parquet.read_schema(path).metadata or {}
    except (OSError, ValueError):  # it is no Parquet, or half of one
        return False
    return _NAME.fullmatch(path.name) is not None and _MARK in metadata


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """Give the name of a file that is gone afterwards, unless it was given its last one."""
    path = folder / f".mj-{secrets.token_hex(8)}.part"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _write(library: Library, numbers: list[int], path: Path, images: Images) -> list[str]:
    """Write one file, and return what is wrong with pictures that are not in it."""
    pa, parquet = extra("pyarrow", "table"), extra("pyarrow.parquet", "Parquet file")
    schema, missing = _schema(), list[str]()
    with path.open("xb") as file:
        with parquet.ParquetWriter(file, schema) as writer:
            for some in portions(numbers, _PORTION[images]):
                rows = library.columns.tasks(some)
                found = [_image(row.first, images, missing) for row in rows]
                column = pa.array(found, schema.field(_IMAGE).type)
                batch = task_batch(library, rows)
                writer.write_batch(
                    pa.RecordBatch.from_arrays([column, *batch.columns], schema=schema)
                )
        file.flush()
        os.fsync(file.fileno())
    return missing


def _schema() -> Any:
    pa = extra("pyarrow", "table")
    image = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    features = {"info": {"features": {_IMAGE: {"_type": "Image"}}}}
    tasks = task_schema()
    metadata = {**tasks.metadata, b"huggingface": json.dumps(features), _MARK: __version__}
    return pa.schema([pa.field(_IMAGE, image), *tasks], metadata=metadata)


def _image(file: KeptFile | None, images: Images, missing: list[str]) -> dict[str, Any] | None:
    if file is None or not file.mime.startswith("image/"):
        return None
    if images == "paths":
        if problem := file.glance:
            missing.append(f"{file.path} {problem}")
            return None
        return {"bytes": None, "path": str(file.path).encode("utf-8", "replace").decode()}
    try:
        return {"bytes": file.read(), "path": file.path.name}
    except LibraryError as error:
        missing.append(error.what)
        return None
