"""What stands in the place of a task among many: a small picture, and a few words."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from PIL import Image

from mj_widgets.errors import one_line
from mj_widgets.jobs.words import state_words
from mj_widgets.models.status import Status, status_words
from mj_widgets.pictures.images import encode_jpeg
from mj_widgets.pictures.sheets import joined

if TYPE_CHECKING:
    from mj_widgets.archive import KeptFile
    from mj_widgets.archive.catalogue import Listing
    from mj_widgets.archive.marks import Mark
    from mj_widgets.jobs.state import JobState

_LONGEST_PROMPT = 200
_MOST_PARTS = 4
Tone = Literal["", "waiting", "running", "failed", "trouble"]


@dataclass(frozen=True)
class Tile:
    """One of them."""

    number: int
    task_id: str
    prompt: str
    pictures: int
    """How many it shows."""
    words: str = ""
    """What is to be known beside the picture: why there is none; "" for nothing."""
    tone: Tone = ""
    image: bytes = field(default=b"", repr=False)
    """A small JPEG, b"" for none."""
    marks: Mapping[int, Mark] = field(default_factory=dict)


def files_of_tile(listing: Listing) -> tuple[KeptFile, ...]:
    """Return the files that a tile shows: the one that shows all, else the first few."""
    return tuple(file for file in places_of_tile(listing) if file)


def places_of_tile(listing: Listing) -> tuple[KeptFile | None, ...]:
    """Return the files that a tile shows, each in its place; None for one that is not kept."""
    files = {file.place: file for file in listing.files}
    if len(files) < 2 or (listing.has_sheet and 0 in files):
        return listing.files[:1]
    first = 1 if listing.has_sheet else 0
    parts = tuple(files.get(first + n) for n in range(min(_MOST_PARTS, listing.pictures)))
    return parts if any(parts) else listing.files[:_MOST_PARTS]


def tile_of(listing: Listing, thumbs: Mapping[str, bytes], trouble: str = "") -> Tile:
    """Return the tile of a kept task.

    Args:
        listing: the task.
        thumbs: small JPEGs, by the SHA-256 of their files; those that cannot be had are missing.
        trouble: why one is missing, or how a file is not any more what the small JPEG shows.
    """
    parts = [thumbs.get(file.sha256) if file else None for file in places_of_tile(listing)]
    there = [part for part in parts if part]
    image = there[0] if len(there) == 1 else _together(parts) if there else b""
    words, tone = _said(listing, trouble)
    prompt = one_line(listing.prompt, _LONGEST_PROMPT)
    return Tile(
        listing.number,
        listing.task_id,
        prompt,
        listing.pictures,
        words,
        tone,
        image,
        listing.marks,
    )


def tile_of_job(number: int, state: JobState, image: bytes = b"") -> Tile:
    """Return the tile of a task that is not kept, or not yet.

    Args:
        number: by which it is known here.
        state: all that is known of it.
        image: a small JPEG of what there is of it.
    """
    words, tone = state_words(state)
    has_ended = state.outcome is not None
    if has_ended and (state.has_failed or not image):
        words = state.error or words
    return Tile(
        number,
        state.task_id,
        one_line((state.known and state.known.prompt) or state.prompt, _LONGEST_PROMPT),
        state.known.picture_count if state.known else 0,
        "" if has_ended and image else one_line(words),
        "" if tone == "done" or (has_ended and image) else tone,
        image,
    )


def state_of(listing: Listing) -> str:
    """Return what is the matter with a kept task, in a few words, "" where nothing is."""
    if listing.status != Status.SUCCESS:
        return status_words(listing.status)
    return "no picture was kept" if listing.pictures and not listing.files else ""


def _said(listing: Listing, trouble: str) -> tuple[str, Tone]:
    state = state_of(listing)
    if listing.status != Status.SUCCESS:
        return one_line(f"{state}: {listing.reason}" if listing.reason else state), "failed"
    said = one_line(trouble or state)
    return said, "trouble" if said else ""


def _together(parts: Sequence[bytes | None]) -> bytes:
    small = [Image.open(io.BytesIO(data)) if data else None for data in parts]
    for each in filter(None, small):
        each.thumbnail((160, 160))
    return encode_jpeg(joined(small), quality=75)
