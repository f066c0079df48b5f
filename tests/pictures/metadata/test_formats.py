"""What a file tells of its making: no pixel is touched, no byte is trusted."""

from __future__ import annotations

import io
import time
from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from recorded import FILM_MP4
from services import file_of

import mj_widgets as mj
from mj_widgets.pictures.images import MOST_BYTES
from mj_widgets.pictures.metadata import (
    LONGEST_FACT,
    LONGEST_PROMPT,
    Facts,
    metadata_in,
    read_metadata,
    with_facts,
)
from pictures.metadata.files import (
    EXIF,
    FACTS,
    FILES,
    KNOWN,
    OTHER,
    PALETTE,
    PICTURES,
    RGB,
    pixels,
)

EXIF[0x010E] = "a photo"


# -- writing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_the_facts_come_back(name: str) -> None:
    assert metadata_in(FILES[name]) == {}
    assert metadata_in(with_facts(FILES[name], FACTS)) == KNOWN


@pytest.mark.parametrize("name", PICTURES)
def test_pixels_and_frames_stay(name: str) -> None:
    assert pixels(with_facts(FILES[name], FACTS)) == pixels(FILES[name])


@pytest.mark.parametrize("name", PICTURES)
def test_colours_dates_and_comments_of_other_programs_stay(name: str) -> None:
    files = io.BytesIO(FILES[name]), io.BytesIO(with_facts(FILES[name], FACTS))
    with Image.open(files[0]) as before, Image.open(files[1]) as after:
        for word in ("icc_profile", "exif", "comment", "loop", "transparency", "dpi"):
            assert after.info.get(word) == before.info.get(word)
        assert after.getexif() == before.getexif()
        assert getattr(after, "n_frames", 1) == getattr(before, "n_frames", 1)


@pytest.mark.parametrize("name", FILES)
def test_writing_again_leaves_one_set(name: str) -> None:
    once = with_facts(FILES[name], OTHER)
    again = with_facts(with_facts(FILES[name], FACTS), OTHER)
    assert metadata_in(again) == {"prompt": "a blue whale", "quadrant": 4}
    assert again == once


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        FILES["png"][:-3],
        FILES["jpeg"][:200],
        FILES["webp"][:-1],
        FILES["gif moving"][:-1],
        FILM_MP4[:-1],
        file_of(PALETTE, "GIF"),
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x04\0\0\0WEBP",
        FILM_MP4[:36] + b"\0\0\0\0mdat",
    ],
)
def test_what_is_damaged_or_cannot_hold_the_facts_stays_as_it_is(data: bytes) -> None:
    assert with_facts(data, FACTS) == data
    assert metadata_in(data) == {}


@pytest.mark.parametrize("letter", ["a", "&", "🦊", "\r", "\ud800"])
@pytest.mark.parametrize("name", ["png", "jpeg", "webp", "gif", "mp4"])
def test_endless_facts_are_cut_so_that_every_format_holds_them(name: str, letter: str) -> None:
    facts = Facts(*[letter * 100_000] * 5, service=letter * 100_000)
    known = metadata_in(with_facts(FILES[name], facts))
    letter = letter.replace("\ud800", "\ufffd")
    assert known["prompt"] == letter * LONGEST_PROMPT
    assert known["service"] == letter * LONGEST_FACT


texts = st.text(max_size=60) | st.text("<&>\"'\r\n\t\0\x1b\ud83d狐🦊]", max_size=20)
moments = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]))


def sane(text: str) -> str:
    legal = "\t\n\r"
    return "".join(
        c
        if c in legal or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
        else "\ufffd"
        for c in text
    )


ids = st.just("") | st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:~-]{0,127}", fullmatch=True)


@given(
    st.sampled_from(list(FILES)),
    st.builds(
        Facts,
        prompt=texts,
        task_id=ids,
        seed=texts,
        parent=ids,
        button=texts,
        quadrant=st.none() | st.integers(1, 4),
        created=st.none() | moments | st.datetimes(),
        service=texts,
    ),
)
@settings(max_examples=300, deadline=None)
@example("jpeg", Facts(prompt=" ]]> ", button="<!DOCTYPE", seed="<!ENTITY"))
def test_any_facts_come_back(name: str, facts: Facts) -> None:
    known = {word: sane(v) if isinstance(v, str) else v for word, v in vars(facts).items()}
    written = with_facts(FILES[name], facts)
    assert metadata_in(written) == {word: v for word, v in known.items() if v not in ("", None)}
    assert with_facts(written, facts) == written


# -- reading ---------------------------------------------------------------------------------------


def test_a_file_is_read_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "fox.txt").write_bytes(with_facts(FILES["webp"], FACTS))
    assert read_metadata(tmp_path / "fox.txt") == KNOWN
    assert read_metadata(str(tmp_path / "fox.txt")) == KNOWN


def test_a_file_that_is_no_picture_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "notes\n.md").write_text("# notes")
    with pytest.raises(mj.ImageError, match=r"^notes .md is not a picture\. PNG, JPEG"):
        read_metadata(tmp_path / "notes\n.md")


def test_a_file_that_is_not_there_is_pythons_own_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_metadata(tmp_path / "none.png")


def test_a_huge_file_is_not_taken_into_memory(tmp_path: Path) -> None:
    with (tmp_path / "huge.png").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(mj.ImageError, match=r"huge\.png has more than 64 MB"):
        read_metadata(tmp_path / "huge.png")


@pytest.mark.parametrize(
    "data",
    [
        FILM_MP4 + b"\0\0\0\x08free" * 1_000_000,
        FILES["png"][:-12] + b"\0\0\0\0teXt\0\0\0\0" * 1_000_000,
        FILES["jpeg"][:2] + b"\xff" * 10_000_000,
        FILES["gif"][:-1] + b"!\xfe\0" * 1_000_000,
        file_of(RGB, "WEBP", xmp=b"<a>" * 140_000 + b"</a>" * 140_000),
        file_of(RGB, "WEBP", xmp=b'<rdf:Description rdf:about="">' * 30_000),
    ],
    ids=["boxes", "chunks", "padding", "blocks", "elements", "parts"],
)
def test_a_file_that_is_made_to_keep_its_reader_busy_does_not(data: bytes) -> None:
    begin = time.process_time()
    assert metadata_in(data) == {}
    with_facts(data, FACTS)
    assert time.process_time() - begin < 3


HEADS = [data[:n] for data in FILES.values() for n in (8, 12, 40, len(data) // 2)]


@given(st.sampled_from([b"", *HEADS]), st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_it_fail(head: bytes, rest: bytes) -> None:
    metadata_in(head + rest)
    written = with_facts(head + rest, FACTS)
    assert written == head + rest or metadata_in(written).items() >= KNOWN.items()


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of damaged EXIF
@given(st.sampled_from(list(FILES)), st.data())
@settings(max_examples=400, deadline=None)
def test_damage_does_not_make_it_fail_and_is_not_made_worse(name: str, data: st.DataObject) -> None:
    damaged = bytearray(data.draw(st.sampled_from([FILES[name], with_facts(FILES[name], FACTS)])))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    metadata_in(bytes(damaged))
    written = with_facts(bytes(damaged), OTHER)
    try:
        before = pixels(bytes(damaged))
    except Exception:  # noqa: BLE001 - Pillow has many names for damage
        return
    assert pixels(written) == before
