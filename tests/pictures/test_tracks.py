"""The shape of a film, read from its own file: right where it is told, nothing where it is not."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from recorded import FILM_MP4
from services import film_of

from mj_widgets.pictures import tracks
from mj_widgets.pictures.containers import MOST_PARTS
from mj_widgets.pictures.images import Picture
from mj_widgets.sandbox.painting import film_file

ONE = 1 << 16
UPRIGHT = (ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30)
QUARTER = (0, ONE, 0, -ONE & 0xFFFFFFFF, 0, 0, 0, 0, 1 << 30)
THREE_QUARTERS = (0, -ONE & 0xFFFFFFFF, 0, ONE, 0, 0, 0, 0, 1 << 30)
UPSIDE_DOWN = (-ONE & 0xFFFFFFFF, 0, 0, 0, -ONE & 0xFFFFFFFF, 0, 0, 0, 1 << 30)

on = pytest.mark.parametrize


def box(name: bytes, *content: bytes, is_long: bool = False) -> bytes:
    body = b"".join(content)
    if is_long:
        return b"\0\0\0\1" + name + (16 + len(body)).to_bytes(8) + body
    return (8 + len(body)).to_bytes(4) + name + body


def track(
    width: float,
    height: float,
    *,
    of: bytes = b"vide",
    version: int = 0,
    matrix: tuple[int, ...] = UPRIGHT,
) -> bytes:
    """A track as ISO/IEC 14496-12 has it, of no frames."""
    times = struct.pack(">2Q2IQ" if version else ">5I", 0, 0, 1, 0, 0)
    sides = struct.pack(">2I", round(width * ONE), round(height * ONE))
    head = struct.pack(">I", version << 24 | 3) + times + bytes(16) + struct.pack(">9I", *matrix)
    handler = box(b"hdlr", struct.pack(">2I4s12xx", 0, 0, of))
    return box(b"trak", box(b"tkhd", head, sides), box(b"mdia", box(b"mdhd", bytes(24)), handler))


def film(*parts: bytes, brand: bytes = b"isom", is_long: bool = False) -> bytes:
    index = box(b"moov", box(b"mvhd", bytes(100)), *parts, is_long=is_long)
    return box(b"ftyp", brand, bytes(4), brand) + index + box(b"mdat", bytes(20))


def size_of(data: bytes) -> tuple[int, int] | None:
    return Picture.from_bytes(data).size


def test_a_film_is_as_large_as_the_frames_that_it_was_made_of() -> None:
    frames = [Image.new("RGB", (176, 96), colour) for colour in ("navy", "teal")]
    assert size_of(film_file.film_of(frames)) == (176, 96)
    assert size_of(FILM_MP4) == (128, 128)


@on("version", [0, 1])
@on("brand", [b"isom", b"qt  "])
@on("is_long", [False, True])
def test_each_form_of_it_is_read(version: int, brand: bytes, is_long: bool) -> None:
    shown = film(track(1456, 816, version=version), brand=brand, is_long=is_long)
    assert size_of(shown) == (1456, 816)


@on(
    ("matrix", "size"),
    [
        (UPRIGHT, (1280, 720)),
        (UPSIDE_DOWN, (1280, 720)),
        (QUARTER, (720, 1280)),
        (THREE_QUARTERS, (720, 1280)),
    ],
)
def test_a_film_that_lies_on_its_side_is_told_as_it_is_shown(
    matrix: tuple[int, ...], size: tuple[int, int]
) -> None:
    assert size_of(film(track(1280, 720, matrix=matrix))) == size


def test_sounds_and_words_beside_the_pictures_are_not_taken_for_them() -> None:
    words = track(1280, 60, of=b"text")
    assert size_of(film(track(0, 0, of=b"soun"), words, track(1280, 719.6))) == (1280, 720)
    assert size_of(film(words)) is None


@on(
    "data",
    [
        film_of(bytes(64)),
        film(),
        film(track(0, 720)),
        film(track(0.2, 720)),
        film(track(1280, 720, version=7)),
        film(track(1280, 720).replace(b"hdlr", b"hdlx")),
        film(box(b"trak", box(b"tkhd"), box(b"mdia", box(b"hdlr", bytes(8) + b"vide")))),
    ],
)
def test_a_film_that_does_not_tell_is_one_of_no_known_size(data: bytes) -> None:
    picture = Picture.from_bytes(data)
    assert (picture.format, picture.size) == ("mp4", None)


def test_a_second_track_counts_where_the_first_one_does_not_tell() -> None:
    assert size_of(film(track(0, 0), track(640, 480))) == (640, 480)


def test_no_more_of_a_film_is_looked_at_than_of_any_other_file() -> None:
    crowd = box(b"trak", box(b"free") * (MOST_PARTS // 2))
    assert size_of(film(crowd, track(640, 480))) == (640, 480)
    assert size_of(film(crowd, crowd, track(640, 480))) is None


def test_of_other_kinds_of_films_nothing_is_said() -> None:
    data = film(track(640, 480))
    assert tracks.film_size(data, "mp4") == (640, 480)
    assert tracks.film_size(data, "webm") is None


def is_size_or_none(data: bytes) -> bool:
    size = tracks.film_size(data, "mp4")
    return size is None or all(0 < side <= ONE for side in size)


def test_whichever_byte_of_a_film_is_wrong_or_its_last_it_is_a_size_or_none() -> None:
    whole = film(track(0, 0, of=b"soun"), track(1280, 720, version=1, matrix=QUARTER))
    assert size_of(whole) == (720, 1280)
    for at in range(len(whole)):
        assert is_size_or_none(whole[:at])
        for wrong in (b"\0", b"\x7f", b"\xff"):
            assert is_size_or_none(whole[:at] + wrong + whole[at + 1 :])


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=120), st.sampled_from([b"", b"\0", b"\1"]))
def test_whatever_stands_in_the_head_of_a_track_it_is_a_size_or_none(
    head: bytes, version: bytes
) -> None:
    handler = box(b"mdia", box(b"hdlr", bytes(8) + b"vide"))
    assert is_size_or_none(film(box(b"trak", box(b"tkhd", version + head), handler)))
    assert is_size_or_none(film(box(b"trak", head)))
    assert is_size_or_none(film(head))
