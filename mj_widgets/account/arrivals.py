"""The files of one task on their way: what has come is to be seen while the rest is awaited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mj_widgets.account.result import Copies, Result, copies_of, small_copies
from mj_widgets.pictures.images import Picture, whole_preview

if TYPE_CHECKING:
    from mj_widgets.models import Task
    from mj_widgets.pictures.looks import PictureLook

_ALL = 0
"""The number of what shows all pictures at once."""


@dataclass(frozen=True)
class Coming:
    """What there is of a result while files of it are on their way."""

    here: int
    """How many of its pictures or videos have come; the sheet that shows all is none of them."""
    count: int
    previews: tuple[bytes, ...] = field(default=(), repr=False)
    """Small JPEG copies: of each picture, b"" for one that is not here; or of all in one."""
    aspect: float = 1.0
    """Width over height of each of these."""


class Arrived(NamedTuple):
    """A file that was downloaded and decoded, and what was made of the same pixels."""

    picture: Picture
    look: PictureLook | None
    """For the library; None where there is none, or of a film."""
    small: Mapping[int, bytes]
    """Small copies of what it shows, by the numbers of the pictures; 0 is all of them at once."""
    still: Picture | None
    """For the notebook's file; None where it shows only one of several."""


def small_by_number(task: Task, place: int, picture: Picture) -> dict[int, bytes]:
    """Return small copies of what one file shows, by the numbers of the pictures.

    Args:
        task: the task.
        place: which of ``task.file_urls`` it is.
        picture: the file.
    """
    alone = Result(task, (picture,), None, (place,))
    is_uncut = alone.sheet is picture and bool(task.part_urls)
    return {
        _ALL if is_uncut and pane.quadrant is None else pane.number: small
        for pane, small in zip(alone.shown, small_copies(alone), strict=False)
        if small
    }


def still_of_file(task: Task, place: int, picture: Picture) -> Picture | None:
    """Return the copy for the notebook's file of a file that shows all there is."""
    shows_all = Result(task, (picture,), None, (place,)).sheet or len(task.file_urls) == 1
    return Picture.from_bytes(whole_preview(picture)) if shows_all and picture.has_pixels else None


class Arrivals:
    """Notes the files of one task as they come, and tells each time what there is by then.

    Args:
        task: the task.
        here: the files that were kept before, by their places.
        tell: called with that, where the task has several; None where nobody looks.
    """

    def __init__(
        self,
        task: Task,
        here: Mapping[int, Picture] | None = None,
        tell: Callable[[Coming], object] | None = None,
    ) -> None:
        self.task, self._here, self._tell = task, here or {}, tell
        self.files: dict[int, Arrived] = {}
        """What has come, by the places of the links."""
        self._small: dict[int, Mapping[int, bytes]] = {}
        # What is seen stays, and is sent once: a sheet's copy looks like its original.
        self._seen: dict[int, bytes] = {}
        self._aspects: dict[int, float] = {}

    @property
    def pictures(self) -> dict[int, Picture]:
        """All that is here, by the places of the links, in order."""
        came = {place: arrived.picture for place, arrived in self.files.items()}
        return dict(sorted({**self._here, **came}.items()))

    @property
    def has_originals(self) -> bool:
        """True once all single pictures or films are here."""
        return self._here_of_parts() == len(self.task.part_urls)

    def _here_of_parts(self) -> int:
        first = 1 if self.task.sheet_url else 0
        return sum(place >= first for place in self.pictures)

    @property
    def kept_to_show(self) -> tuple[tuple[int, Picture], ...]:
        """What was kept before, with its places; () where nobody looks."""
        return tuple(self._here.items()) if self._tell else ()

    def take(self, place: int, arrived: Arrived) -> None:
        """Note a file that has come."""
        self.files[place] = arrived
        self.show(place, arrived.picture, arrived.small)

    def show(self, place: int, picture: Picture, small: Mapping[int, bytes]) -> None:
        """Let be seen what a file shows.

        Args:
            place: which of the task's files it is.
            picture: the file.
            small: see ``Arrived``.
        """
        self._small[place] = small
        if small and not (_ALL in small and self._seen):  # what comes late tells nothing new
            self._see(Result(self.task, (picture,), None, (place,)), small)
        self.tell()

    def _see(self, alone: Result, small: Mapping[int, bytes]) -> None:
        sizes = {pane.number: pane.size for pane in alone.shown}
        for number, data in small.items():
            width, height = sizes.get(number or 1) or (1, 1)
            self._seen.setdefault(number, data)
            self._aspects.setdefault(number, width / height)

    def tell(self) -> None:
        """Tell what there is."""
        count = len(self.task.part_urls)
        if count < 2 or self._tell is None:
            return
        here = self._here_of_parts()
        if _ALL in self._seen:
            self._tell(Coming(here, count, (self._seen[_ALL],), self._aspects[_ALL]))
        elif self._seen:
            small = tuple(self._seen.get(n, b"") for n in range(1, count + 1))
            self._tell(Coming(here, count, small, next(iter(self._aspects.values()))))
        else:
            self._tell(Coming(here, count))

    def copies(self, result: Result) -> Copies:
        """Return the small copies of *result*; what has been made of its files is not made anew."""
        made: dict[int, bytes] = {}
        for _, small in sorted(self._small.items()):  # the sheet first: an original is better
            made |= small
        still = next((arrived.still for arrived in self.files.values() if arrived.still), None)
        return copies_of(result, made or None, still)
