"""Small pictures of a set for a report: as they are kept beside the library, or made now."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from PIL import Image

from mj_widgets.account.result import copies_of
from mj_widgets.archive.progress import with_bar
from mj_widgets.errors import MjError
from mj_widgets.pictures.images import Picture, fitting_jpeg, shrink, thumbnail
from mj_widgets.pictures.looks import THUMB_SIDE
from mj_widgets.pictures.sheets import joined
from mj_widgets.sets.alike import complete
from mj_widgets.sets.tile import files_of_tile, places_of_tile, tile_of

if TYPE_CHECKING:
    from mj_widgets.archive import KeptFile
    from mj_widgets.reports.entries import ReportEntry
    from mj_widgets.sets.members import Members

_MOST_THREADS = 4


def small_pictures(
    members: Members, entries: Sequence[ReportEntry], side: int, most: int
) -> Iterator[bytes]:
    """Give a JPEG of the whole of each task, b"" where there is no picture to show.

    Args:
        members: the set.
        entries: its tasks.
        side: the longer side that is enough, in pixels; up to 320 nothing is decoded that was
            looked at before.
        most: what one may weigh, in bytes; a little more where it is as small as that.
    """
    thumbs: dict[str, bytes] = {}
    if side <= THUMB_SIDE and any(entry.listing for entry in entries):
        complete(members)
        digests = {
            file.sha256
            for entry in entries
            if entry.listing
            for file in files_of_tile(entry.listing)
        }
        thumbs = members.library.looks.thumbs(digests)

    def made(entry: ReportEntry) -> bytes:
        with suppress(MjError, OSError):
            if entry.listing is None:
                return _of_job(members, entry.number, side, most)
            if side <= THUMB_SIDE:
                return tile_of(entry.listing, thumbs).image
            return _of_files(places_of_tile(entry.listing), side, most)
        return b""

    # Pillow decodes while other threads do.
    pool = ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1))
    try:
        yield from with_bar(pool.map(made, entries), len(entries), "making small pictures")
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _of_files(files: Sequence[KeptFile | None], side: int, most: int) -> bytes:
    pictures = [Picture.kept(f.read, f.mime, f.size) if f else None for f in files]
    places = [picture if picture and picture.has_pixels else None for picture in pictures]
    shown = [picture for picture in places if picture]
    if len(shown) == 1:
        return _of_picture(shown[0], side, most)
    parts = [Image.open(io.BytesIO(thumbnail(p, side // 2))) if p else None for p in places]
    return fitting_jpeg(joined(parts), most, optimize=False) if shown else b""


def _of_job(members: Members, number: int, side: int, most: int) -> bytes:
    job = members.followed.get(number)
    result = job.state.result if job else None
    still = copies_of(result).still if result else None
    return _of_picture(still, side, most) if still else b""


def _of_picture(picture: Picture, side: int, most: int) -> bytes:
    image = picture.use(lambda pixels: shrink(pixels, side).copy(), side)
    if max(image.size) > side:
        image.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return fitting_jpeg(image, most, optimize=False)
