"""Tasks by what their pictures look like: the most alike first, those made twice, by colour."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING

from mj_widgets.archive.progress import with_bar
from mj_widgets.errors import MjError
from mj_widgets.sets.items import possible
from mj_widgets.sets.looking import LookMaker
from mj_widgets.sets.similar import duplicates, hue_order, nearest
from mj_widgets.sets.tile import files_of_tile

if TYPE_CHECKING:
    from mj_widgets.archive import KeptFile
    from mj_widgets.archive.catalogue import Listing
    from mj_widgets.pictures.looks import PartLook
    from mj_widgets.sets.members import Members

_Picture = tuple[int, int]
"""A task's number here, and which of its pictures (from 1; 0 is the whole)."""


def like(members: Members, number: int, quadrant: int = 0) -> Members:
    """Return the tasks that have a look, those that look most like one of them first.

    Args:
        members: the tasks.
        number: the task to be like.
        quadrant: which of its pictures, compared with each single picture; 0 compares wholes.

    Raises:
        MjError: it has no such picture, or one that cannot be opened.
    """
    looks = _looks(members)
    wanted = looks.get((number, quadrant))
    if wanted is None:
        count = max((q for n, q in looks if n == number), default=0)
        if quadrant and count:
            raise MjError(f"It has no picture {quadrant!r}", advice=possible(count))
        raise MjError(
            "Nobody knows what it looks like", advice="It has no picture that can be opened."
        )
    others = {key: look for key, look in looks.items() if bool(key[1]) == bool(quadrant)}
    return members.only(dict.fromkeys(number for number, _ in nearest(wanted, others)))


def alike(members: Members) -> Members:
    """Return the tasks of which a picture looks nearly as one of another task, side by side."""
    singles = {key: look for key, look in _looks(members).items() if key[1]}
    found: dict[int, None] = {}
    for group in duplicates(singles):
        numbers = dict.fromkeys(number for number, _ in group)
        if len(numbers) > 1:
            found |= numbers
    return members.only(found)


def by_colour(members: Members, *, reverse: bool = False) -> Members:
    """Return the tasks in the order of the rainbow; what has no look yet comes last."""
    colours = colours_of(members)
    sorted_first = hue_order(colours)
    if reverse:
        sorted_first.reverse()
    left = (number for number in members.numbers if number not in colours)
    return members.only((*sorted_first, *left))


def colours_of(members: Members) -> dict[int, bytes]:
    """Return the 48 colour bytes of tasks, as far as they were looked at."""
    all_kept = members.kept()
    firsts = members.library.catalogue.first_files(all_kept.values())
    colours = members.library.looks.colours(firsts.values())
    return {
        number: colours[firsts[kept]]
        for number, kept in all_kept.items()
        if kept in firsts and firsts[kept] in colours
    }


def packed_colours(members: Members) -> bytes:
    """Return colours as the page has them: a task's number (4 bytes, lowest first), then 48."""
    return b"".join(
        struct.pack("<I48s", number, colours) for number, colours in colours_of(members).items()
    )


def complete(members: Members) -> None:
    """Look at all files that were never looked at, with a bar where that takes long.

    Interrupted, what was looked at by then stays. What cannot be opened is left out.
    """
    if not (missing := never_seen(members)):
        return
    done: SimpleQueue[str] = SimpleQueue()
    take_back = LookMaker(members.library).ask(missing, lambda digest, _: done.put(digest))
    try:
        for _ in with_bar(_each(done, len(missing)), len(missing), "looking at the pictures"):
            pass
    finally:
        take_back()


def never_seen(members: Members) -> list[KeptFile]:
    """Return the files that have no look yet."""
    listings = members.library.catalogue.listings(members.kept().values())
    files = {f.sha256: f for listing in listings.values() for f in _files(listing)}
    return [files[digest] for digest in members.library.looks.missing(files)]


def _each(done: SimpleQueue[str], count: int) -> Iterator[str]:
    for _ in range(count):
        yield done.get()


def _looks(members: Members) -> dict[_Picture, PartLook]:
    """Return how the wholes and the single pictures of tasks look, as far as it is known."""
    kept = members.kept()
    listings = members.library.catalogue.listings(kept.values())
    digests = (file.sha256 for listing in listings.values() for file in _files(listing))
    parts = members.library.looks.parts(digests)
    return {
        (number, quadrant): look
        for number, at in kept.items()
        if at in listings
        for quadrant, look in _looks_of(listings[at], parts).items()
    }


def _files(listing: Listing) -> tuple[KeptFile, ...]:
    return listing.files if listing.pictures > 1 else files_of_tile(listing)


def _looks_of(listing: Listing, parts: Mapping[str, tuple[PartLook, ...]]) -> dict[int, PartLook]:
    """Return the looks of a task: of its whole (0), and of each of its pictures."""
    seen = replace(listing, files=tuple(f for f in listing.files if f.sha256 in parts))
    shows_all = seen.has_sheet or seen.pictures == 1
    whole = next((file for file in seen.files if shows_all and file.place == 0), None)
    shown = {0: (whole, None)} | {n: seen.file_of(n) for n in range(1, seen.pictures + 1)}
    return {n: parts[file.sha256][cut or 0] for n, (file, cut) in shown.items() if file}
