"""What a file tells of its making: no pixel is touched, no byte is trusted."""

from __future__ import annotations

import io
import time
import zlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageSequence
from PIL.PngImagePlugin import PngInfo
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
from mj_widgets.sandbox.painting.video import FILM_MP4

FACTS = Facts(
    prompt='a red fox 🦊 in the "snow"\n雪中的狐狸 <&> it\'s --ar 3:2',
    task_id="1747132423020537",
    seed="0042",
    parent="1747132423020001",
    button="U2",
    quadrant=2,
    created=datetime(2025, 5, 13, 10, 33, 43, 20537, tzinfo=UTC),
    service="www.dmxapi.cn",
)
KNOWN = {
    "prompt": FACTS.prompt,
    "task_id": "1747132423020537",
    "seed": "0042",
    "parent": "1747132423020001",
    "button": "U2",
    "quadrant": 2,
    "created": FACTS.created,
    "service": "www.dmxapi.cn",
}
OTHER = Facts(prompt="a blue whale", quadrant=4)

RGB = Image.linear_gradient("L").resize((33, 21)).convert("RGB")
RGBA = Image.merge("RGBA", [*RGB.split(), Image.radial_gradient("L").resize((33, 21))])
PALETTE = RGB.quantize(16)
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
EXIF = Image.Exif()
EXIF[0x010E] = "a photo"
FRAMES = [Image.new("RGBA", (17, 9), (60 * n, 0, 200, 255 - 60 * n)) for n in range(4)]
MOVES: dict[str, Any] = {"save_all": True, "append_images": FRAMES[1:], "duration": 40}
FOREIGN_XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    b'rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Darkroom 3">'
    b'<dc:description xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Alt><rdf:li '
    b'xml:lang="x-default">Theirs</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF>'
    b'</x:xmpmeta><?xpacket end="w"?>'
)

FILES = {
    "png": file_of(RGB),
    "png alpha": file_of(RGBA),
    "png palette": file_of(PALETTE, transparency=3),
    "png 16 bits": file_of(Image.new("I;16", (9, 5), 25_700)),
    "png icc": file_of(RGB, icc_profile=ICC, exif=EXIF),
    "png moving": file_of(FRAMES[0], **MOVES),
    "jpeg": file_of(RGB, "JPEG"),
    "jpeg exif": file_of(RGB, "JPEG", exif=EXIF, icc_profile=ICC, comment=b"hello"),
    "jpeg progressive": file_of(RGB, "JPEG", progressive=True),
    "jpeg grey": file_of(RGB.convert("L"), "JPEG"),
    "jpeg cmyk": file_of(RGB.convert("CMYK"), "JPEG"),
    "jpeg xmp": file_of(RGB, "JPEG", exif=EXIF, xmp=FOREIGN_XMP),
    "jpeg two": file_of(RGB, "MPO", save_all=True, append_images=[RGB.resize((8, 8))]),
    "jpeg padded": file_of(RGB, "JPEG").replace(b"\xff\xdb", b"\xff\xff\xff\xdb", 1),
    "webp": file_of(RGB, "WEBP"),
    "webp one pixel": file_of(RGB.resize((1, 1)), "WEBP"),
    "webp lossless": file_of(RGB, "WEBP", lossless=True),
    "webp lossless alpha": file_of(RGBA, "WEBP", lossless=True, exact=True),
    "webp alpha": file_of(RGBA, "WEBP"),
    "webp icc": file_of(RGB, "WEBP", icc_profile=ICC, exif=EXIF),
    "webp xmp": file_of(RGB, "WEBP", xmp=FOREIGN_XMP),
    "webp moving": file_of(FRAMES[0], "WEBP", **MOVES),
    "webp moving lossless": file_of(FRAMES[0], "WEBP", lossless=True, **MOVES),
    "gif": file_of(RGB, "GIF", comment=b"hello").replace(b"GIF87a", b"GIF89a"),
    "gif moving": file_of(FRAMES[0], "GIF", loop=0, **MOVES),
    "mp4": FILM_MP4,
}
PICTURES = [name for name in FILES if name != "mp4"]


def pixels(data: bytes) -> list[tuple[str, tuple[int, int], bytes, object]]:
    """All that can be seen of a file: each frame's mode, size and pixels, and how long it shows."""
    with Image.open(io.BytesIO(data)) as image:
        return [
            (frame.mode, frame.size, frame.tobytes(), frame.info.get("duration"))
            for frame in ImageSequence.Iterator(image)
        ]


def boxes(film: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    while film:
        size = int.from_bytes(film[:4])
        found.append((film[4:8], film[8:size]))
        film = film[size:]
    return found


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


def test_a_png_has_the_texts_that_midjourneys_own_files_have() -> None:
    with Image.open(io.BytesIO(with_facts(FILES["png"], FACTS))) as image:
        image.load()
        texts = dict(image.text)  # type: ignore[attr-defined]
    assert texts == {
        "Software": f"mj-widgets {mj.__version__}",
        "Description": FACTS.prompt,
        "Task": "1747132423020537",
        "Seed": "0042",
        "Parent": "1747132423020001",
        "Button": "U2",
        "Quadrant": "2",
        "Service": "www.dmxapi.cn",
        "Creation Time": "2025-05-13T10:33:43.020537+00:00",
    }


def test_a_png_ends_with_iend_and_whatever_stood_behind_it() -> None:
    written = with_facts(FILES["png"] + b"behind", FACTS)
    assert written.endswith(FILES["png"][-12:] + b"behind")
    assert metadata_in(written) == KNOWN


@pytest.mark.parametrize("name", ["jpeg", "jpeg exif", "webp", "webp moving"])
def test_other_programs_find_the_xmp(name: str) -> None:
    with Image.open(io.BytesIO(with_facts(FILES[name], OTHER))) as image:
        packet = image.info["xmp"].decode()
    assert "a blue whale</rdf:li>" in packet
    assert f"<xmp:CreatorTool>mj-widgets {mj.__version__}</xmp:CreatorTool>" in packet


def test_the_xmp_of_a_gif_stands_before_its_first_frame_and_behind_its_loop() -> None:
    written = with_facts(FILES["gif moving"], FACTS)
    with Image.open(io.BytesIO(written)) as image:
        assert image.info["extension"][0] == b"XMP DataXMP"
        assert image.info["loop"] == 0
    assert written[written.index(b"XMP DataXMP") + 11 :].startswith(b"<?xpacket begin=")


def test_the_xmp_of_a_jpeg_stands_behind_its_exif() -> None:
    written = with_facts(FILES["jpeg exif"], FACTS)
    assert written.index(b"JFIF\0") < written.index(b"Exif\0\0")
    assert written.index(b"Exif\0\0") < written.index(b"http://ns.adobe.com/xap/1.0/\0")
    assert written.index(b"http://ns.adobe.com/xap/1.0/\0") < written.index(b"ICC_PROFILE\0")


@pytest.mark.parametrize("name", ["jpeg xmp", "webp xmp"])
def test_the_xmp_of_another_program_is_joined(name: str) -> None:
    written = with_facts(with_facts(FILES[name], FACTS), FACTS)
    with Image.open(io.BytesIO(written)) as image:
        packet = image.info["xmp"]
    assert packet.count(b"Theirs") == packet.count(b"Darkroom 3") == 1
    assert packet.count(b"<dc:description") == packet.count(b"CreatorTool") == 1
    assert packet.count(b"1747132423020537") == 1
    assert metadata_in(written) == KNOWN


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("webp", 0x04),
        ("webp lossless", 0x04),
        ("webp lossless alpha", 0x14),
        ("webp alpha", 0x14),
        ("webp icc", 0x2C),
        ("webp moving", 0x16),
    ],
)
def test_a_webp_says_what_is_in_it(name: str, flags: int) -> None:
    written = with_facts(FILES[name], FACTS)
    assert int.from_bytes(written[4:8], "little") == len(written) - 8
    assert written[12:16] == b"VP8X"
    assert written[20] == flags
    width, height = pixels(FILES[name])[0][1]
    canvas = int.from_bytes(written[24:27], "little"), int.from_bytes(written[27:30], "little")
    assert canvas == (width - 1, height - 1)
    assert written.count(b"VP8X") == written.count(b"XMP ") == 1


def test_a_film_keeps_its_boxes() -> None:
    before, after = boxes(FILM_MP4), boxes(with_facts(FILM_MP4, FACTS))
    assert [box for box in after if box[0] != b"uuid"] == before
    (uuid,) = [body for name, body in after if name == b"uuid"]
    assert uuid[:16].hex() == "be7acfcb97a942e89c71999491e3afac"
    assert after[-1][0] == before[-1][0] == b"mfra"


def test_a_films_frames_stay_where_they_are() -> None:
    ours = next(body for name, body in boxes(with_facts(FILM_MP4, FACTS)) if name == b"uuid")
    early = FILM_MP4[:36] + (8 + len(ours)).to_bytes(4) + b"uuid" + ours + FILM_MP4[36:]
    written = with_facts(early, OTHER)
    assert written.index(b"mdat") == early.index(b"mdat")
    assert metadata_in(written) == {"prompt": "a blue whale", "quadrant": 4}
    names = [name for name, _ in boxes(written)]
    assert names == [b"ftyp", b"free", b"moov", b"moof", b"mdat", b"uuid", b"mfra"]


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


def test_a_jpegs_xmp_without_room_for_more_stays_as_it_is() -> None:
    full = FOREIGN_XMP.replace(b"Theirs", b"T" * 64_900)
    data = file_of(RGB, "JPEG", xmp=full)
    assert with_facts(data, FACTS) == data


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


@given(
    st.sampled_from(list(FILES)),
    st.builds(
        Facts,
        prompt=texts,
        task_id=texts,
        seed=texts,
        parent=texts,
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


JOB = "a7421d2f-b262-44f9-977c-ac23e9c7d3e3"


@pytest.mark.parametrize("zip_it", [True, False])
def test_midjourneys_own_files_are_understood(zip_it: bool) -> None:
    info = PngInfo()
    info.add_text("Description", f"a red fox --ar 2:1 --v 6 Job ID: {JOB}", zip=zip_it)
    info.add_text("Author", "someone")
    info.add_text("Creation Time", "Fri, 07 Apr 2023 12:30:00 GMT")
    data = file_of(RGB, pnginfo=info)
    theirs = {"prompt": "a red fox --ar 2:1 --v 6", "job_id": JOB}
    assert metadata_in(data) == {**theirs, "created": datetime(2023, 4, 7, 12, 30, tzinfo=UTC)}
    ours = with_facts(data, Facts(task_id="17"))
    assert metadata_in(ours).items() >= {**theirs, "task_id": "17"}.items()
    assert metadata_in(with_facts(data, OTHER))["prompt"] == "a blue whale"


def test_midjourneys_description_in_xmp_is_understood() -> None:
    packet = FOREIGN_XMP.replace(b"Theirs", f"a fox --v 7 Job ID: {JOB}".encode())
    data = file_of(RGB, "JPEG", xmp=packet)
    assert metadata_in(data) == {"prompt": "a fox --v 7", "job_id": JOB}


@pytest.mark.parametrize("name", ["jpeg xmp", "webp xmp", "jpeg exif"])
def test_a_photographs_own_words_are_no_prompt(name: str) -> None:
    assert metadata_in(FILES[name]) == {}


def test_a_png_of_another_program_tells_nothing() -> None:
    info = PngInfo()
    for word in ("Description", "Seed", "Task", "Creation Time"):
        info.add_itxt(word, "a screenshot of the 17th")
    assert metadata_in(file_of(RGB, pnginfo=info)) == {}


def test_facts_survive_a_program_that_writes_its_xmp_another_way() -> None:
    packet = (
        b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description '
        b'xmlns:ns1="urn:mj-widgets:facts:" ns1:Software="mj-widgets 0.1.0" ns1:Task="17" '
        b'ns1:Quadrant="3"><d:description xmlns:d="http://purl.org/dc/elements/1.1/"><r:Alt>'
        b"<r:li>a fox</r:li></r:Alt></d:description></r:Description></r:RDF>"
    )
    known = {"prompt": "a fox", "task_id": "17", "quadrant": 3}
    assert metadata_in(file_of(RGB, "JPEG", xmp=packet)) == known
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet)
    assert metadata_in(file_of(RGB, pnginfo=info)) == known


OURS = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:mj="urn:mj-widgets:facts:"><rdf:Description><mj:Software>mj-widgets</mj:Software>'
    "<mj:Task>{}</mj:Task></rdf:Description></rdf:RDF>"
)
BILLION = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_entities_are_refused(encoding: str) -> None:
    assert metadata_in(file_of(RGB, "JPEG", xmp=OURS.format("17").encode())) == {"task_id": "17"}
    for inner in ("&c;", "17"):
        packet = (BILLION + OURS.format(inner)).encode(encoding)
        assert metadata_in(file_of(RGB, "JPEG", xmp=packet)) == {}


@pytest.mark.parametrize("inner", ["&b;", "<", "&#0;", "&#xD800;", "\0", "\ufffe"])
def test_xmp_that_is_no_xml_tells_nothing(inner: str) -> None:
    assert metadata_in(file_of(RGB, "WEBP", xmp=OURS.format(inner).encode())) == {}


def test_a_text_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    bomb = b"zTXtDescription\0\0" + zlib.compress(bytes(20_000_000), 9)
    chunk = (len(bomb) - 4).to_bytes(4) + bomb + zlib.crc32(bomb).to_bytes(4)
    data = FILES["png"][:-12] + chunk * 200 + FILES["png"][-12:]
    begin = time.process_time()
    assert metadata_in(data) == {}
    assert time.process_time() - begin < 3


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


stamps = st.text("0123456789 :-+TZGMTFri,Apr.W", max_size=30)


@given(stamps | st.text(max_size=30), st.text("0123456789٣x", max_size=5))
def test_dates_and_numbers_that_are_none_are_left_out(moment: str, quadrant: str) -> None:
    info = PngInfo()
    info.add_itxt("Software", "mj-widgets 9")
    info.add_itxt("Creation Time", moment.encode("utf-8", "replace").decode())
    info.add_itxt("Quadrant", quadrant)
    known = metadata_in(file_of(Image.new("L", (1, 1)), pnginfo=info))
    assert isinstance(known.get("created"), datetime | None)
    assert isinstance(known.get("quadrant"), int | None)
