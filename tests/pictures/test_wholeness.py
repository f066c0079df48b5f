"""Whether a file is all there: what is missing is never called whole, wherever it ends."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from PIL import Image, ImageChops
from services import file_of, film_of

import mj_widgets as mj
from mj_widgets.pictures import wholeness
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.kinds import Format
from mj_widgets.pictures.wholeness import condition_of

NOISE = Image.frombytes("RGB", (40, 40), random.Random(3).randbytes(40 * 40 * 3))
FADE = Image.linear_gradient("L").resize((48, 64)).convert("RGB")
WHITE = Image.new("RGB", (64, 64), "white")
WRITTEN: list[tuple[str, dict[str, object]]] = [
    ("PNG", {}),
    ("JPEG", {}),
    ("JPEG", {"progressive": True}),
    ("JPEG", {"restart_marker_blocks": 2}),
    ("WEBP", {}),
    ("WEBP", {"lossless": True, "xmp": b"<x/>"}),
    ("GIF", {}),
    ("BMP", {}),
    ("TIFF", {}),
    ("TIFF", {"compression": "tiff_lzw"}),
    ("JPEG2000", {}),
    ("AVIF", {}),
]


def animation(kind: str) -> bytes:
    first, *others = [Image.new("RGB", (16, 16), (80 * n, 0, 200)) for n in range(4)]
    return file_of(first, kind, save_all=True, append_images=others, duration=40)


def shortened(data: bytes) -> Iterator[bytes]:
    """The file cut off at its last twenty places, and at some before."""
    for end in (*range(len(data) - 20, len(data)), *range(8, len(data), len(data) // 40 + 1)):
        yield data[:end]


def opened(data: bytes) -> Picture | None:
    """The picture, or None for half a file that another attempt may bring whole."""
    try:
        picture = Picture.from_bytes(data)
        picture.decode()
    except mj.ImageError as error:
        told = error
    else:
        return picture
    # Of the first few bytes alone nobody can tell what they were to be.
    assert told.may_pass or len(data) < 100
    return None


@pytest.mark.parametrize(("kind", "options"), WRITTEN, ids=str)
@pytest.mark.parametrize("image", [NOISE, FADE, WHITE], ids=["noise", "fade", "white"])
def test_what_is_shown_of_a_picture_cut_off_anywhere_is_all_of_it(
    kind: str, options: dict[str, object], image: Image.Image
) -> None:
    data = file_of(image, kind, **options)
    whole = Picture.from_bytes(data).decode().convert("RGB")
    for part in shortened(data):
        picture = opened(part)
        if picture is not None:
            shown = picture.decode().convert("RGB")
            assert ImageChops.difference(shown, whole).getbbox() is None
            assert picture.note


@pytest.mark.parametrize(
    ("kind", "options", "missing"),
    [
        ("PNG", {}, 12),
        ("PNG", {}, 15),
        ("JPEG", {}, 1),
        ("JPEG", {}, 2),
        ("JPEG", {"progressive": True}, 2),
        ("GIF", {}, 1),
        ("GIF", {}, 2),
        ("WEBP", {"xmp": b"<x:xmpmeta/>"}, 5),
    ],
)
def test_a_file_that_lacks_only_its_end_is_shown_and_told(
    kind: str, options: dict[str, object], missing: int
) -> None:
    data = file_of(NOISE, kind, **options)
    picture = Picture.from_bytes(data[:-missing])
    same = ImageChops.difference(
        picture.decode().convert("RGB"), Picture.from_bytes(data).decode().convert("RGB")
    )
    assert same.getbbox() is None
    assert picture.note == "its end is missing, but all that is seen is there"
    assert Picture.from_bytes(data).note == ""
    assert picture.data == data[:-missing]


def test_a_progressive_picture_whose_last_scans_are_missing_is_not_whole() -> None:
    data = file_of(FADE, "JPEG", progressive=True)
    scans = [at for at in range(len(data)) if data.startswith(b"\xff\xda", at)]
    assert len(scans) > 5
    for at in scans[1:]:
        with pytest.raises(mj.ImageError, match="last lines are missing") as caught:
            Picture.from_bytes(data[:at]).decode()
        assert caught.value.may_pass


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_that_lacks_a_frame_is_half(kind: str) -> None:
    data = animation(kind)
    assert Picture.from_bytes(data).frames == 4
    for share in (0.5, 0.8, 0.95):
        picture = opened(data[: int(len(data) * share)])
        if picture is not None:  # a GIF does not tell how many frames it should have
            assert kind == "GIF"
            assert picture.note


def box(name: bytes, body: bytes = b"") -> bytes:
    return (8 + len(body)).to_bytes(4) + name + body


FTYP, MOOV = box(b"ftyp", b"isom\0\0\2\0isomiso2"), box(b"moov", bytes(40))
QT = box(b"ftyp", b"qt  \0\0\0\0qt  ")
FILMS: dict[str, tuple[Format, bytes]] = {
    "index first": ("mp4", FTYP + MOOV + box(b"mdat", bytes(200))),
    "index last": ("mp4", FTYP + box(b"free") + box(b"mdat", bytes(200)) + MOOV),
    "long box": ("mp4", FTYP + MOOV + b"\0\0\0\1mdat" + (216).to_bytes(8) + bytes(200)),
    "fragments": ("mp4", FTYP + MOOV + 2 * (box(b"moof", bytes(30)) + box(b"mdat", bytes(90)))),
    "quicktime": ("mov", QT + box(b"wide") + box(b"mdat", bytes(200)) + MOOV),
}


@pytest.mark.parametrize("name", FILMS)
def test_a_film_is_whole_with_all_of_its_boxes(name: str) -> None:
    kind, film = FILMS[name]
    assert condition_of(film, kind) == wholeness.Condition()
    assert Picture.from_bytes(film).note == ""
    one_fragment = len(FTYP + MOOV + box(b"moof", bytes(30)) + box(b"mdat", bytes(90)))
    for end in range(12, len(film)):
        if name == "fragments" and end == one_fragment:  # which may be all of a film
            continue
        with pytest.raises(mj.ImageError, match="The video is truncated") as caught:
            Picture.from_bytes(film[:end])
        assert caught.value.may_pass


def element(name: str, body: bytes, size: bytes | None = None) -> bytes:
    return bytes.fromhex(name) + (size or (0x10000000 | len(body)).to_bytes(4)) + body


@pytest.mark.parametrize("word", [b"webm", b"matroska"])
@pytest.mark.parametrize("sized", ["of known size", "of unknown size"])
def test_a_webm_or_matroska_is_whole_with_all_of_its_elements(word: bytes, sized: str) -> None:
    unknown = b"\x01" + b"\xff" * 7 if sized == "of unknown size" else None
    cluster = element("1F43B675", element("A3", bytes(300)), unknown)
    segment = element("18538067", element("1549A966", bytes(20)) + cluster, unknown)
    film = element("1A45DFA3", element("4282", word)) + segment
    assert condition_of(film, "webm") == wholeness.Condition()
    for end in range(24, len(film)):
        with pytest.raises(mj.ImageError, match="The video is truncated"):
            Picture.from_bytes(film[:end])


def test_what_follows_a_film_is_no_matter() -> None:
    film = Picture.from_bytes(film_of(bytes(50)) + b"\xff\xff\xff\xffjunk")
    assert film.note == "its end is missing, but all that is seen is there"


def test_a_drawing_that_is_cut_off_is_half() -> None:
    with pytest.raises(mj.ImageError, match="its end is missing"):
        Picture.from_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0")


def test_a_photo_with_something_behind_it_is_whole() -> None:
    photo = file_of(NOISE, "JPEG") + film_of(b"\xff\xda" * 500)
    picture = Picture.from_bytes(photo)
    assert (picture.has_pixels, picture.note) == (True, "")
