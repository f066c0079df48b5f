"""The tables of tasks and of pictures in Arrow's form, which every data frame library takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from mj_widgets.archive.columns import PictureRow, TaskRow
from mj_widgets.archive.parameters import TYPES, UNKNOWN, columns_of, seed_of
from mj_widgets.models.prompt import parse_prompt
from mj_widgets.pictures.images import quadrant_boxes
from mj_widgets.sets.extras import extra

if TYPE_CHECKING:
    from mj_widgets.archive import Library

BATCH = 16_384
"""How many tasks are read at once; what is in memory of a stream."""
_OWN: dict[str, str] = {
    "service": "text",
    "id": "text",
    "prompt": "text",
    "status": "text",
    "kind": "text",
    "reason": "text",
    "rating": "integer",
    "flag": "text",
    "pictures": "integer",
    "path": "text",
    "width": "integer",
    "height": "integer",
    "submitted": "time",
    "started": "time",
    "finished": "time",
    "saved": "time",
    "queue_seconds": "number",
    "run_seconds": "number",
    "parent": "text",
    "button": "text",
    "seed": "integer",
    "full_prompt": "text",
}
_PARAMETERS = {name: kind for name, kind in TYPES.items() if name not in _OWN}
TASK_COLUMNS: dict[str, str] = {**_OWN, **_PARAMETERS, UNKNOWN: "text"}
"""The columns of a task and the type of each: text, integer, number, switch or time (UTC)."""
PICTURE_COLUMNS: dict[str, str] = {
    name: kind
    for before in TASK_COLUMNS
    for name, kind in (
        *([("quadrant", "integer")] if before == "prompt" else ()),
        (before, TASK_COLUMNS[before]),
        *([("sheet", "text")] if before == "path" else ()),
    )
}
"""The same for one picture of a task: its number, and the file that it is a quarter of."""
_IN_PANDAS = {"text": "string", "integer": "Int64", "number": "Float64", "switch": "boolean"}
_NEVER_NULL = frozenset(
    {"service", "id", "prompt", "status", "kind", "reason", "rating", "flag", "pictures", "parent"}
    | {"button", "full_prompt", "quadrant", UNKNOWN}
    | {name for name, kind in _PARAMETERS.items() if kind == "switch"}
)


def task_schema() -> Any:
    """Return the ``pyarrow.Schema`` of a table of tasks: the same whatever is in the library."""
    return _schema(TASK_COLUMNS)


def picture_schema() -> Any:
    """Return the ``pyarrow.Schema`` of a table of pictures."""
    return _schema(PICTURE_COLUMNS)


def task_batches(library: Library, numbers: Iterable[int]) -> Iterator[Any]:
    """Give ``pyarrow.RecordBatch``es with a row for each task, in the order of *numbers*.

    Args:
        library: what keeps the tasks.
        numbers: which of them, as ``tasks.number`` has them; a task that was deleted is left out.

    Raises:
        MjError: pyarrow is not installed, or the library cannot be read.
    """
    for some in portions(numbers):
        yield task_batch(library, library.columns.tasks(some))


def picture_batches(library: Library, numbers: Iterable[int]) -> Iterator[Any]:
    """Give ``pyarrow.RecordBatch``es with a row for each picture of the tasks.

    A task without a file, such as one that failed, has no row. ``path`` is the file that is
    the picture alone; where there is none, it is a quarter of ``sheet``.

    Raises:
        MjError: pyarrow is not installed, or the library cannot be read.
    """
    schema = picture_schema()
    for some in portions(numbers):
        yield _pictures(library, some, schema)


def arrow_table(library: Library, numbers: Iterable[int]) -> Any:
    """Return a ``pyarrow.Table`` with a row for each task; see `task_batches`."""
    return extra("pyarrow", "table").Table.from_batches(
        list(task_batches(library, numbers)), task_schema()
    )


def picture_table(library: Library, numbers: Iterable[int]) -> Any:
    """Return a ``pyarrow.Table`` with a row for each picture; see `picture_batches`."""
    return extra("pyarrow", "table").Table.from_batches(
        list(picture_batches(library, numbers)), picture_schema()
    )


def arrow_stream(library: Library, numbers: Iterable[int], requested_schema: Any = None) -> object:
    """Return what ``__arrow_c_stream__`` returns: a stream of tasks that is read as it is asked.

    Raises:
        MjError: pyarrow is not installed.
    """
    reader = extra("pyarrow", "Arrow stream").RecordBatchReader.from_batches(
        task_schema(), task_batches(library, numbers)
    )
    stream: object = reader.__arrow_c_stream__(requested_schema)
    return stream


def _schema(columns: dict[str, str]) -> Any:
    pa = extra("pyarrow", "table")
    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "switch": pa.bool_(),
        "time": pa.timestamp("us", "UTC"),
    }
    fields = [
        pa.field(name, types[kind], name not in _NEVER_NULL) for name, kind in columns.items()
    ]
    return pa.schema(fields, metadata={"pandas": json.dumps(_for_pandas(columns))})


def _for_pandas(columns: dict[str, str]) -> dict[str, Any]:
    """Return what pandas makes of the columns, as it writes it itself ("pandas metadata").

    Without this it would take whole numbers for floats as soon as one is missing.
    """
    said = [
        {
            "name": name,
            "field_name": name,
            "pandas_type": _IN_PANDAS[kind].lower(),
            "numpy_type": _IN_PANDAS[kind],
            "metadata": None,
        }
        for name, kind in columns.items()
        if kind in _IN_PANDAS
    ]
    return {"index_columns": [], "column_indexes": [], "columns": said, "pandas_version": "2.2.2"}


def portions(numbers: Iterable[int], size: int = BATCH) -> Iterator[list[int]]:
    """Give *numbers* in lists of at most *size*."""
    left = iter(numbers)
    while some := list(islice(left, size)):
        yield some


def task_batch(library: Library, rows: Sequence[TaskRow]) -> Any:
    """Return a ``pyarrow.RecordBatch`` with a row for each of *rows*."""
    schema = task_schema()
    pa = extra("pyarrow", "table")
    compute = extra("pyarrow.compute", "table")
    columns = dict(zip(TaskRow._fields, zip(*rows, strict=True), strict=False))
    if not rows:
        columns = dict.fromkeys(TaskRow._fields, ())
    arrays: dict[str, Any] = {
        name: pa.array(_paths(values) if name == "path" else values, schema.field(name).type)
        for name, values in columns.items()
        if name in schema.names and name not in ("prompt", "seed")
    }
    full = pa.array(columns["prompt"], pa.string()).dictionary_encode()
    arrays["full_prompt"] = full.cast(pa.string())
    words = [parse_prompt(text).text for text in full.dictionary.to_pylist()]
    arrays["prompt"] = pa.array(words, pa.string()).take(full.indices)
    given = pa.array(columns["parameters"], pa.string()).dictionary_encode()
    for name, values in columns_of(given.dictionary.to_pylist()).items():
        arrays[name] = pa.array(values, schema.field(name).type).take(given.indices)
    told = [seed_of(text, {}) for text in columns["seed"]]
    arrays["seed"] = compute.coalesce(pa.array(told, pa.int64()), arrays["seed"])
    arrays["queue_seconds"] = _seconds(arrays["submitted"], arrays["started"])
    arrays["run_seconds"] = _seconds(arrays["started"], arrays["finished"])
    sizes = library.looks.sizes(digest for digest in columns["sha256"] if digest)
    known = [sizes.get(digest, (None, None)) for digest in columns["sha256"]]
    arrays["width"] = pa.array([size[0] for size in known], pa.int64())
    arrays["height"] = pa.array([size[1] for size in known], pa.int64())
    return pa.RecordBatch.from_arrays([arrays[name] for name in schema.names], schema=schema)


def _paths(paths: Sequence[str | None]) -> list[str | None]:
    """Return *paths* as texts, where the name of the library's folder is none in UTF-8, too."""
    return [path and path.encode("utf-8", "replace").decode() for path in paths]


def _seconds(earlier: Any, later: Any) -> Any:
    pa, compute = extra("pyarrow", "table"), extra("pyarrow.compute", "table")
    between = compute.subtract(later.cast(pa.int64()), earlier.cast(pa.int64()))
    seconds = compute.divide(between.cast(pa.float64()), 1e6)
    return compute.if_else(compute.less(seconds, 0.0), 0.0, seconds)


def _pictures(library: Library, numbers: Sequence[int], schema: Any) -> Any:
    pa = extra("pyarrow", "table")
    rows = library.columns.tasks(numbers)
    place = {row.number: index for index, row in enumerate(rows)}
    # A task may have come or gone between the two questions.
    parts = [part for part in library.columns.pictures(numbers) if part.number in place]
    tasks = task_batch(library, rows).take(
        pa.array([place[part.number] for part in parts], pa.int64())
    )
    digests = {part.sha256 or part.sheet_sha256 for part in parts}
    sizes = library.looks.sizes(digest for digest in digests if digest)
    shown = [_size(part, sizes) for part in parts]
    own: dict[str, list[Any]] = {
        "quadrant": [part.quadrant for part in parts],
        "path": _paths([part.path for part in parts]),
        "sheet": _paths([part.sheet for part in parts]),
        "width": [size[0] for size in shown],
        "height": [size[1] for size in shown],
        "rating": [part.rating for part in parts],
        "flag": [part.flag for part in parts],
    }
    arrays = [
        pa.array(own[name], schema.field(name).type) if name in own else tasks.column(name)
        for name in schema.names
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _size(
    part: PictureRow, sizes: dict[str, tuple[int, int]]
) -> tuple[int, int] | tuple[None, None]:
    if part.sha256 is not None:
        return sizes.get(part.sha256, (None, None))
    whole = sizes.get(part.sheet_sha256 or "")
    if whole is None:
        return None, None
    left, upper, right, lower = quadrant_boxes(whole)[part.quadrant - 1]
    return right - left, lower - upper
