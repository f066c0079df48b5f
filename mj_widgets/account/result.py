"""What a finished task shows: its files, and small copies of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mj_widgets.errors import ImageError, MjError
from mj_widgets.pictures.images import (
    PREVIEW_BYTES,
    PREVIEW_PIXELS,
    Picture,
    encode_png,
    previews,
    quadrant_boxes,
    quadrant_of,
    small_preview,
    whole_preview,
)
from mj_widgets.pictures.sheets import columns_of, joined

if TYPE_CHECKING:
    from PIL import Image

    from mj_widgets.archive import Record
    from mj_widgets.models import Task

_SMALLEST_PREVIEW = 256


@dataclass(frozen=True)
class Copies:
    """What is shown of a result before anyone zooms."""

    previews: tuple[bytes, ...] = field(default=(), repr=False)
    """Small JPEG copies in the order of the numbers; () for a video or a text, b"" for none."""
    still: Picture | None = field(default=None, repr=False)
    """A JPEG of the whole for the notebook's file, about 1024 pixels; None for video and text."""


class Pane(NamedTuple):
    """One picture or video that is to be seen."""

    number: int
    """From 1, as its buttons have it."""
    picture: Picture | None
    """The file that it is, or is a part of; None where it cannot be had."""
    quadrant: int | None = None
    """Which quarter of the file it is (1 to 4), None for all of it."""

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels; None where that is not known, or it cannot be had."""
        size = self.picture.size if self.picture else None
        if size is None or self.quadrant is None:
            return size
        left, upper, right, lower = quadrant_boxes(size)[self.quadrant - 1]
        return right - left, lower - upper

    @property
    def pixel_size(self) -> tuple[int, int] | None:
        """The same, None for a film; see ``Picture.pixel_size``."""
        return None if self.picture is None or self.picture.is_film else self.size

    @property
    def has_pixels(self) -> bool:
        """True where it is here and can be opened: it is no film, say."""
        return self.picture is not None and self.picture.has_pixels

    def decode(self) -> Image.Image:
        """Return its pixels; see ``Picture.decode``."""
        if self.picture is None:
            raise ImageError(f"Picture {self.number} cannot be had")
        image = self.picture.decode()
        return quadrant_of(image, self.quadrant) if self.quadrant else image


@dataclass(frozen=True, eq=False)
class Result:
    """What a finished task shows."""

    task: Task
    pictures: tuple[Picture, ...] = ()
    """The files as they were served: the one that shows all, if there is one, then single ones."""
    record: Record | None = None
    """What the library keeps of it, None where nothing is kept."""
    places: tuple[int, ...] = ()
    """Which of ``task.file_urls`` each of them is; () where none is missing."""
    trouble: MjError | None = None
    """Why one of them is missing."""

    @property
    def sheet(self) -> Picture | None:
        """The file that shows all of it, None where there are single ones alone."""
        return self._by_number.get(0)

    @property
    def shown(self) -> tuple[Pane, ...]:
        """What is to be seen, in the order of the numbers; a grid's four are parts of its sheet.

        The sheet itself is seen where no picture has come, and it is not to be cut.
        """
        files, sheet = self._by_number, self.sheet
        count = max(len(self.task.part_urls), *files, 0)
        cut = sheet if sheet and _is_four_in_one(sheet, self.task) and count in (0, 4) else None
        if sheet and not cut and len(files) == 1:
            return (Pane(1, sheet),)
        if not count and not cut:
            return ()
        return tuple(
            Pane(n, files[n]) if n in files else Pane(n, cut, n if cut else None)
            for n in range(1, (count or 4) + 1)
        )

    @property
    def is_grid(self) -> bool:
        """True for several pictures, which have their own U and V."""
        return self.task.kind == "grid" and self.count > 1

    @property
    def is_whole(self) -> bool:
        """True when all that is to be seen is here; no file is read for that."""
        files, count = self._by_number, len(self.task.part_urls)
        if 0 in files and count in (0, 4):  # what is missing is cut from it
            return True
        return bool(files) and all(n in files for n in range(1, count + 1))

    @property
    def lacks(self) -> tuple[int, ...]:
        """The numbers of those that have files of their own at the service, and none here.

        They are missing, or what is seen of them is the sheet's copy.
        """
        files = self._by_number
        return tuple(n for n in range(1, len(self.task.part_urls) + 1) if n not in files)

    @property
    def copied(self) -> tuple[int, ...]:
        """The numbers of those that are cut from the sheet, and have files at the service."""
        lacks = self.lacks
        return tuple(p.number for p in self.shown if p.quadrant and p.number in lacks)

    @property
    def can_be_mended(self) -> bool:
        """True where something is missing, or only a copy of it is here."""
        return bool(self.lacks) or not self.is_whole

    @property
    def count(self) -> int:
        """How many pictures or videos there are to see, here or not; a grid has mostly four."""
        return len(self.shown)

    @property
    def _by_number(self) -> dict[int, Picture]:
        """The files by the numbers of the pictures that they are; 0 is that of all of them."""
        places = self.places or range(len(self.pictures))
        has_parts = bool(self.task.part_urls) or len(self.pictures) > 1
        before = 0 if not has_parts or self.task.sheet_url else 1
        return dict(zip((place + before for place in places), self.pictures, strict=False))

    @property
    def note(self) -> str:
        """What is to be known of the files beside what is seen of them, on one line, or ""."""
        return "; ".join(dict.fromkeys(filter(None, (p.note for p in self.pictures))))


def copies_of(
    result: Result, made: Mapping[int, bytes] | None = None, still: Picture | None = None
) -> Copies:
    """Return the small copies for the browser, and the one for the notebook's file.

    Args:
        result: what is shown.
        made: small copies that were made already, by the numbers of the pictures.
        still: the one for the notebook's file, where it was made already.
    """
    small, sheet = small_copies(result, made), result.sheet
    if not small:
        return Copies()  # of films, say, whose files have been looked at
    if still is None:
        whole = sheet if sheet is not None and sheet.has_pixels else _all_of(small)
        still = Picture.from_bytes(whole_preview(whole))
    return Copies(small, still)


def small_copies(result: Result, made: Mapping[int, bytes] | None = None) -> tuple[bytes, ...]:
    """Return the small copies for the browser; see ``copies_of``."""
    shown, sheet = result.shown, result.sheet
    there = [part for part in shown if part.has_pixels]
    if not there:
        return ()
    if made is None and sheet is not None and all(part.picture is sheet for part in there):
        return previews(sheet, split=len(shown) > 1)
    made = made or {}
    side = max(_SMALLEST_PREVIEW, PREVIEW_PIXELS // columns_of(len(shown)))
    most = PREVIEW_BYTES // len(shown)
    return tuple(
        (made.get(part.number) or _small(part, side, most)) if part in there else b""
        for part in shown
    )


def full_size(picture: Picture, quadrant: int | None) -> tuple[str, bytes]:
    """Return the media type and bytes to show someone who zooms: the file itself, or a quadrant.

    Args:
        picture: the file.
        quadrant: 1 to 4 for one picture of a grid (sent as PNG, pixel for pixel), else None.
    """
    if quadrant is not None:
        return "image/png", picture.use(lambda grid: encode_png(quadrant_of(grid, quadrant)))
    if picture.is_for_browsers:
        return picture.mime, picture.data
    return "image/png", picture.use(encode_png)


def _is_four_in_one(sheet: Picture, task: Task) -> bool:
    """Tell whether a picture is to be cut in four."""
    if not task.is_four_in_one or sheet.moves or not sheet.has_pixels:
        return False
    return min(sheet.size or (0,)) > 1


def _small(part: Pane, side: int, most: int) -> bytes:
    if part.picture is None:
        return b""
    if part.quadrant is None:
        return small_preview(part.picture, side=side, most=most)
    return previews(part.picture, split=True)[part.quadrant - 1]


def _all_of(small: Iterable[bytes]) -> Picture:
    parts = [Picture.from_bytes(data).decode() if data else None for data in small]
    return Picture.from_bytes(encode_png(joined(parts)))
