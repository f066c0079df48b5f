"""Tasks, and their pictures, as pandas' data frames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mj_widgets.archive.filter import KINDS
from mj_widgets.archive.marks import FLAGS
from mj_widgets.models.status import Status
from mj_widgets.sets.arrow import arrow_table, picture_table
from mj_widgets.sets.extras import extra

if TYPE_CHECKING:
    import pandas as pd

    from mj_widgets.archive import Library

_CATEGORIES: dict[str, tuple[str, ...]] = {
    "status": tuple(str(status) for status in Status),
    "kind": KINDS,
    "flag": FLAGS,
}


def to_frame(library: Library, numbers: Iterable[int]) -> pd.DataFrame:
    """Return a data frame with a row for each task, in the order of *numbers*.

    A column has the same type whatever is in it, and where the frame is empty: texts are
    ``string``, numbers ``Int64`` and ``Float64``, switches ``boolean``, times
    ``datetime64[us, UTC]``; ``status``, ``kind`` and ``flag`` are categories.

    Args:
        library: what keeps the tasks.
        numbers: which of them, as ``tasks.number`` has them.

    Raises:
        MjError: pandas or pyarrow is not installed, or the library cannot be read.
    """
    pandas = extra("pandas", "data frame")
    return _frame(pandas, arrow_table(library, numbers))


def quadrants_frame(library: Library, numbers: Iterable[int]) -> pd.DataFrame:
    """Return a data frame with a row for each picture of the tasks, of the same types.

    ``path`` is the file that is this picture alone; where there is none, it is the quarter
    ``quadrant`` of ``sheet``. A task without a file has no row.

    Raises:
        MjError: pandas or pyarrow is not installed, or the library cannot be read.
    """
    pandas = extra("pandas", "data frame")
    return _frame(pandas, picture_table(library, numbers))


def _frame(pandas: Any, table: Any) -> pd.DataFrame:
    frame = table.to_pandas()  # the table says itself which types they are
    for name, known in _CATEGORIES.items():
        # A word of a service's own comes behind those that are known.
        words = [*known, *sorted(set(frame[name].unique()) - {*known})]
        frame[name] = pandas.Categorical(frame[name], categories=words)
    shown: pd.DataFrame = frame
    return shown
