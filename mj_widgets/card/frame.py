"""The pictures of a card: awaited, half-done, or what came of the task."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mj_widgets.models import Task
from mj_widgets.models.prompt import aspect_of
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.sheets import columns_of

if TYPE_CHECKING:
    from mj_widgets.account.arrivals import Coming
    from mj_widgets.account.result import Copies, Pane, Result


@dataclass(frozen=True)
class Frame:
    """The pictures of a card: none, a half-done one, or what came of the task."""

    previews: tuple[bytes, ...] = field(default=(), repr=False)
    """JPEG bytes in reading order: none, one, four or any number; b"" for one that is missing."""
    names: tuple[str, ...] = ()
    """What stands for each where it is not seen."""
    notes: tuple[str, ...] = ()
    """What is said on each that is not the picture itself; () where all are."""
    aspect: float = 1.0
    """Width over height of one picture."""
    scale: float = 1.0
    """How much of the card's width it takes."""
    full_size: tuple[int, ...] = ()
    """Width and height of one picture at full size, in pixels."""
    movies: tuple[dict[str, Any], ...] = ()
    """``mime`` and ``bytes`` of each video or animation, {} for one that is missing."""
    unfinished: bool = False
    """True while the picture is a half-done preview, or still awaited."""
    is_grid: bool = False
    """True for several pictures, which have their U and V on them."""

    @property
    def count(self) -> int:
        """How many pictures there are to see."""
        return max(len(self.previews), len(self.movies))

    @property
    def columns(self) -> int:
        """How many of them stand side by side."""
        return columns_of(self.count)

    @property
    def breadth(self) -> float:
        """Width over height of all of them together."""
        return self.aspect * self.columns / max(1, -(-self.count // self.columns))


def awaited_frame(task: Task, origin: bytes = b"") -> Frame:
    """Return an empty frame of the shape that the picture will have; none before a text.

    Args:
        task: the task.
        origin: a JPEG of the picture that it is made of, b"" for none.
    """
    if task.kind == "text":
        return Frame()
    return Frame(aspect=_expected_aspect(task, origin), unfinished=True)


def preview_frame(task: Task, preview: bytes, aspect: float) -> Frame:
    """Return the half-done picture of a running task."""
    return Frame((preview,), (picture_name(task, None),), aspect=aspect, unfinished=True)


def coming_frame(task: Task, coming: Coming) -> Frame:
    """Return what there is of several pictures while others are on their way."""
    count = len(coming.previews)
    names = tuple(picture_name(task, n if count > 1 else None, count) for n in range(1, count + 1))
    return Frame(coming.previews, names, aspect=coming.aspect, unfinished=True)


def result_frame(result: Result, copies: Copies, poster: bytes = b"") -> Frame:
    """Return the finished pictures, videos or texts; their files may be read for it.

    Args:
        result: what there is.
        copies: small copies of it.
        poster: a JPEG that a video without a picture of its own shows until it plays.
    """
    task = result.task
    shown = result.shown
    count = max(len(shown), len(copies.previews))
    sizes = dict.fromkeys(size for pane in shown if (size := pane.size))
    width, height = next(iter(sizes), (0, 0))
    notes = tuple(_note(result, pane) for pane in shown)
    movies = tuple(_movie(pane.picture) for pane in shown)
    posters = (poster,) * count if poster and any(movies) and not copies.previews else ()
    return Frame(
        previews=copies.previews or posters,
        names=tuple(picture_name(task, n + 1 if count > 1 else None, count) for n in range(count)),
        notes=notes if any(notes) else (),
        aspect=width / height if height else _expected_aspect(task, poster),
        scale=0.5 if task.kind == "text" else 1.0,
        full_size=(width, height) if len(sizes) == 1 and not posters else (),
        movies=movies if any(movies) else (),
        is_grid=result.is_grid,
    )


def _expected_aspect(task: Task, origin: bytes) -> float:
    """Return the shape that is asked for, else that of the picture it is made of."""
    size = Picture.from_bytes(origin).size if origin else None
    return aspect_of(task.final_prompt or task.prompt, size[0] / size[1] if size else 1.0)


def _note(result: Result, pane: Pane) -> str:
    if pane.picture is None:
        return "could not be had"
    return "cut from the sheet" if pane.number in result.copied else ""


def _movie(picture: Picture | None) -> dict[str, Any]:
    if picture is None:
        return {}
    # What is not opened here is shown by the browser, as soon as it is asked for.
    is_on_request = picture.moves or (not picture.has_pixels and picture.is_for_browsers)
    return {"mime": picture.mime, "bytes": picture.weight} if is_on_request else {}


def picture_name(task: Task, number: int | None, count: int = 4) -> str:
    """Return the text that stands for a picture: "picture 2 of 4: a red fox".

    Args:
        task: the task.
        number: 1, 2, ... for one of several pictures, None for a single one.
        count: how many there are.
    """
    which = f"picture {number} of {count}" if number else "picture"
    return f"{which}: {task.prompt or task.final_prompt}".strip(": ")
