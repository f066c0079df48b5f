"""Many tasks as one thing: to look at, to narrow, to mark, and to take away as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, overload
from weakref import WeakSet

from IPython import get_ipython

from mj_widgets.archive.filter import Filter
from mj_widgets.errors import MjError, even_unmade, one_line
from mj_widgets.gallery.faceting import Faceting
from mj_widgets.gallery.gallery import Gallery
from mj_widgets.gallery.wall import HEIGHT, SIZE
from mj_widgets.jobs.outcome import wait_for_all
from mj_widgets.reports.captioned import SIZE as SHEET_SIZE
from mj_widgets.reports.captioned import captioned_sheet
from mj_widgets.reports.document import write_report
from mj_widgets.reports.entries import entries_of
from mj_widgets.reports.plots import plotted
from mj_widgets.reports.statistics import Statistics, statistics_of
from mj_widgets.session.settings import library as default_library
from mj_widgets.session.settings import session_of
from mj_widgets.sets.alike import alike, by_colour, complete, like
from mj_widgets.sets.arrow import arrow_stream
from mj_widgets.sets.fetched import fetched
from mj_widgets.sets.frames import quadrants_frame, to_frame
from mj_widgets.sets.members import Members
from mj_widgets.sets.parquet import to_parquet
from mj_widgets.sets.pixels import SIDE, arrays

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy as np
    import pandas as pd
    from PIL import Image

    from mj_widgets.jobs import Job
    from mj_widgets.models import Task
    from mj_widgets.session.session import Session
    from mj_widgets.sets.facets import Wish

Day = datetime | date | str
_AT_ONCE = 100
"""Jobs that are begun together: a library is quicker to tell of many."""
_PATIENCE = 5.0


class TaskSet(Sequence["Job"]):
    """Tasks in an order; it never changes, and shows itself as a gallery.

    >>> tasks = mj.tasks("red fox", kind="grid")                # doctest: +SKIP
    >>> tasks.rated(4).sort("time")[:12]                        # doctest: +SKIP
    """

    def __init__(self, members: Members) -> None:
        self._members = members
        self._galleries: WeakSet[Gallery] = WeakSet()
        self._shown: Gallery | None = None

    def where(
        self,
        text: str | None = None,
        status: str | Iterable[str] | None = None,
        kind: str | Iterable[str] | None = None,
        rating: int | None = None,
        flag: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
        **parameters: Any,
    ) -> TaskSet:
        """Return those for which all of this holds, in the same order; see ``Filter.of``."""
        wanted = Filter.of(text, status, kind, rating, flag, since, until, parameters)
        return TaskSet(self._members.where(wanted))

    def sort(self, order: str = "time", *, reverse: bool = False) -> TaskSet:
        """Return the same in another order, lowest first.

        Args:
            order: "time" (of submission), "prompt", "rating", or "colour" (of the rainbow).
            reverse: the other way round.

        Raises:
            MjError: nobody knows that order.
        """
        if order == "colour":
            complete(self._members)
            return TaskSet(by_colour(self._members, reverse=reverse))
        return TaskSet(self._members.sort(order, reverse=reverse))

    def like(self, task: str | Job, quadrant: int = 0) -> TaskSet:
        """Return them again, those that look most like one of them first.

        Args:
            task: one of them, or its id.
            quadrant: which of its pictures (from 1) each single picture is compared with; 0
                compares wholes.

        Raises:
            MjError: it is not one of them, or has no such picture.

        >>> mj.tasks().like("1747132423020537", quadrant=2)[:24]    # doctest: +SKIP
        """
        number = self._members.number_of(task)
        complete(self._members)
        return TaskSet(like(self._members, number, quadrant))

    def duplicates(self) -> TaskSet:
        """Return those with a picture that looks nearly as one of another task, side by side."""
        complete(self._members)
        return TaskSet(alike(self._members))

    def rated(self, rating: int) -> TaskSet:
        """Return those with at least so many stars."""
        return self.where(rating=rating)

    @property
    def picked(self) -> TaskSet:
        """Those of which something was picked."""
        return self.where(flag="pick")

    @property
    def rejected(self) -> TaskSet:
        """Those of which nothing is left."""
        return self.where(flag="reject")

    @property
    def ratings(self) -> dict[tuple[str, int], int]:
        """The stars of all that have some, by (task id, picture); 0 is the task as a whole."""
        return self._members.ratings()

    # -- as data --------------------------------------------------------------------------------

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas data frame with a row a task; every column has always the same type.

        Prompt and each parameter, status, reason, times and seconds, parent, button, path, size in
        pixels, rating and flag. What is not kept yet has no row. A ``rating`` of 0 is no star, and
        no low one: a mean is of ``frame[frame.rating > 0]``, as in ``stats``.

        Raises:
            MjError: pandas or pyarrow is not installed.
        """
        return to_frame(self._members.library, self._members.kept_numbers)

    def quadrants_frame(self) -> pd.DataFrame:
        """Return a pandas data frame with a row for each single picture; see ``to_frame``."""
        return quadrants_frame(self._members.library, self._members.kept_numbers)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> object:
        """Give the rows of ``to_frame`` to what takes Arrow: polars, duckdb, pyarrow, pandas.

        >>> polars.DataFrame(mj.tasks("fox"))                       # doctest: +SKIP
        """
        return arrow_stream(self._members.library, self._members.kept_numbers, requested_schema)

    def arrays(self, size: int = SIDE) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """Return the pictures of grids as an array (n, 4, height, width, 3) of RGB, uint8.

        Args:
            size: the longer side of a picture, in pixels. The shorter one is as most of them have
                it; one of another shape stands whole in the middle of white.

        Raises:
            MjError: one is no grid of four (``where(kind="grid")``), or cannot be opened.
        """
        return arrays(self._members.library, self._members.kept_numbers, size)

    def export(
        self, folder: str | Path, what: Literal["files", "quadrants"] = "files"
    ) -> list[Path]:
        """Copy the files to a folder that ``datasets`` reads as "imagefolder".

        See ``Library.export``.

        Args:
            folder: made where there is none; nothing in it is written over.
            what: "files" as they were served, or "quadrants": each picture as a file of its own.
        """
        return self._members.library.export(folder, self._members.kept_numbers, what=what)

    def to_parquet(
        self,
        folder: str | Path,
        images: Literal["paths", "bytes"] = "paths",
        rows_per_shard: int | None = None,
    ) -> list[Path]:
        """Write Parquet files that DuckDB, Polars, Dask, Spark and ``datasets`` read.

        Args:
            folder: made where there is none.
            images: where the pictures are, or the pictures themselves.
            rows_per_shard: of each file; None lets the size decide.

        Raises:
            MjError: pyarrow is not installed.
        """
        return to_parquet(
            self._members.library, self._members.kept_numbers, folder, images, rows_per_shard
        )

    # -- to send to others ----------------------------------------------------------------------

    def contact_sheet(
        self, columns: int | None = None, *, captions: bool = True, size: int = SHEET_SIZE
    ) -> Image.Image:
        """Return all of them in one PIL image (RGB) that is saved as PNG, JPEG or PDF.

        A task is shown whole, a grid with its four pictures, with its stars and the frame of its
        flag. One that failed, or is not done, is an empty place that says so.

        Args:
            columns: how many stand side by side; None chooses.
            captions: whether the prompt is below each, with what stood in its braces. They need
                fonts of this computer; one warning names the scripts for which it has none.
            size: the longer side of a picture, in pixels; up to 320 takes no time.

        Raises:
            MjError: there is no task, a number is none, or the image would have more than 100
                megapixels.

        >>> mj.tasks("fox").contact_sheet(columns=6).save("foxes.pdf")  # doctest: +SKIP
        """
        return captioned_sheet(self._members, columns, captions=captions, size=size)

    def to_html(self, path: str | Path = "report.html", title: str | None = None) -> Path:
        """Write a report of them as one HTML file that needs no network, and return the file.

        Pictures that open large, prompts, parameters, ratings, seeds and ids; what was liked; a
        table of all that is sorted by a click.

        Args:
            path: a file whose name ends with .html, or a folder, where it becomes report.html.
                Nothing is written over: the name becomes "report (2).html".
            title: None says how many tasks there are.

        Raises:
            MjError: there is no task, or there are more than 2,000; or it cannot be written.
        """
        return write_report(self._members, path, title)

    def stats(self) -> Statistics:
        """Return counts, seconds, reasons of failures, and which values were liked.

        >>> mj.tasks("fox").stats().parameters                          # doctest: +SKIP
        """
        return statistics_of(self._members, entries_of(self._members))

    def plot(self, by: str | int | None = None) -> Any:
        """Return matplotlib axes: the mean rating by a parameter or brace, else how long they ran.

        Args:
            by: a parameter's name in any spelling ("s", "--stylize"), or the number of a brace, 1
                for the first one in the prompt; None plots seconds by action.

        Raises:
            MjError: matplotlib is not installed, there is no task, none is rated, or nothing of
                that name tells them apart.

        >>> mj.tasks("fox").plot("s").figure.savefig("ratings.png")     # doctest: +SKIP
        """
        return plotted(self._members, by)

    # -- to look at -----------------------------------------------------------------------------

    def gallery(self, size: int = SIZE, height: int = HEIGHT) -> Gallery:
        """Return a gallery of them.

        Args:
            size: of a tile, in CSS pixels.
            height: of the whole, in CSS pixels.
        """
        return self._gallery_of(size=size, height=height)

    def sheet(
        self,
        rows: Wish = None,
        columns: Wish = None,
        *,
        size: int = SIZE,
        height: int = HEIGHT,
        static: bool = True,
    ) -> Gallery:
        """Return a gallery of them in rows and columns, all that belong together in one cell.

        Args:
            rows: a parameter ("s", "--stylize"), the number of a brace (1 is the first one of the
                prompt), or a list of these for all that there is of them together. Default: of
                what was made with braces, all but the last; else the parameters that differ.
            columns: the same; by default the last one.
            size: of a tile, in CSS pixels, where there is room for all.
            height: of the whole, in CSS pixels.
            static: leave a still copy in the notebook.

        Raises:
            MjError: nothing of that name tells them apart; the line names what does.

        >>> mj.tasks("red fox").sheet(rows="s", columns="ar")       # doctest: +SKIP
        """
        laid_out = Faceting(self._members, rows, columns)
        return self._gallery_of(size=size, height=height, static=static, sheet=laid_out)

    def shown(self, *, static: bool = True) -> Gallery:
        """Return the one gallery as which it displays itself.

        Args:
            static: leave a still copy in the notebook, when it is made.
        """
        if self._shown is None or self._shown.is_closed:
            self._shown = self._made_to_show(static=static)
        return self._shown

    def _made_to_show(self, *, static: bool) -> Gallery:
        return self._gallery_of(static=static)

    def _gallery_of(self, **options: Any) -> Gallery:
        gallery = Gallery(self._members, **options)
        self._galleries.add(gallery)
        return gallery

    def wait(self, timeout: float | None = None) -> list[Task]:
        """Wait until all have ended and their pictures are here; return the tasks, in order.

        Args:
            timeout: seconds for all together; None waits for ever.

        Raises:
            MjError: one failed or cannot be followed (the first of them, when all have ended), or
                the time is over.
        """
        try:
            return wait_for_all(list(self), timeout)
        finally:
            for gallery in self._galleries:
                gallery.send_again()

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[Job]:
        jobs, followed = self._members.jobs(), set(self._members.followed.values())
        while some := list(islice(jobs, _AT_ONCE)):
            for job in some:
                yield job if job in followed else _ready(job)

    @overload
    def __getitem__(self, at: int) -> Job: ...
    @overload
    def __getitem__(self, at: slice) -> TaskSet: ...
    def __getitem__(self, at: int | slice) -> Job | TaskSet:
        try:
            if isinstance(at, slice):
                return TaskSet(self._members.cut(at))
            number = self._members.numbers[at]
        except IndexError:
            count = len(self)
            there = f"there {'is' if count == 1 else 'are'} {count:,}"
            raise IndexError(f"There is no task {at}: {there}, and the first one is 0") from None
        except (TypeError, ValueError):
            raise MjError(
                f"{one_line(repr(at), 60)} is no place of a task",
                advice="Give a number or a slice: tasks[0], tasks[:12]. tasks.where(s=250) finds "
                "some, mj.fetch(ids) those of some ids.",
            ) from None
        return next(iter(TaskSet(self._members.only([number]))))

    def __contains__(self, task: object) -> bool:
        """Tell whether a task is one of them, by its job or its id."""
        return self._members.find(task) is not None

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise MjError(
            f"A {type(self).__name__} cannot be pickled: its tasks may be followed in this process",
            advice="Take to_frame(), or the ids: mj.fetch(ids) gives them in any process.",
        )

    @even_unmade
    def __repr__(self) -> str:
        count = len(self)
        return f"<TaskSet, {count:,} task{'' if count == 1 else 's'}>"

    def _ipython_display_(self) -> None:
        self._show(repr(self))

    def _show(self, instead: str) -> None:
        """Show the gallery, or a line where no widget can be."""
        if hasattr(get_ipython(), "kernel"):
            self.shown()._ipython_display_()
        else:
            print(instead)

    def _display_(self) -> Any:
        """Return what marimo is to show."""
        return self.shown()._display_()


def _ready(job: Job) -> Job:
    """Return the job of a kept task once it has what the library has: it is there soon."""
    with suppress(MjError):
        job.wait(_PATIENCE)
    return job


def fetch(
    task_ids: Iterable[str | int | Job] | str | int | Job,
    *,
    session: Session | None = None,
    interval: float | None = None,
    refresh: bool = False,
) -> TaskSet:
    """Return tasks by their ids, each once; those that are not in the library are followed.

    A ``Job`` in the place of an id is one that was begun already: ``session.imagine(...)``.

    What the library has finished needs no request.

    Args:
        task_ids: the ids; quotes around them are dropped, and digits may be an int.
        session: the service; default: the one of ``mj.configure`` or the environment.
        interval: seconds between two asks; default: found by the follower.
        refresh: ask the service even for those that the library has finished.

    Raises:
        Unauthorized: no token is set.
        MjError: some cannot be ids; one line names them, and nothing is fetched.

    >>> tasks = fetch(["1747132423020537", "1747132423020612"])     # doctest: +SKIP
    >>> [task.succeeded for task in tasks.wait()]                   # doctest: +SKIP
    [True, True]
    """
    service = session_of(session)
    return TaskSet(fetched(task_ids, service, interval=interval, refresh=refresh))


def tasks(
    text: str | None = None,
    status: str | Iterable[str] | None = None,
    kind: str | Iterable[str] | None = None,
    rating: int | None = None,
    flag: str | None = None,
    since: Day | None = None,
    until: Day | None = None,
    **parameters: Any,
) -> TaskSet:
    """Return the tasks of the library for which all of this holds, those kept last first.

    >>> tasks("red fox", rating=4, ar="16:9")                   # doctest: +SKIP
    """
    library = default_library()
    wanted = Filter.of(text, status, kind, rating, flag, since, until, parameters)
    return TaskSet(Members(library, library.catalogue.numbers(wanted)))
