"""Files that people find again, and that nothing is written over."""

from __future__ import annotations

import errno
import io
import os
import re
import resource
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms
from recorded import FILM_MP4
from services import file_of

import mj_widgets as mj
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.metadata import Facts, read_metadata, with_facts
from mj_widgets.pictures.save import readable_name, save_picture, write_new

FOX = Facts(prompt="A red fox, in the snow! --ar 3:2", task_id="1747132423020537")
IMAGE = Image.linear_gradient("L").resize((48, 32)).convert("RGB")
FRAMES = [Image.new("RGB", (9, 9), (90 * n, 0, 0)) for n in range(3)]
PICTURES = {
    ".png": Picture.from_bytes(file_of(IMAGE)),
    ".jpg": Picture.from_bytes(file_of(IMAGE, "JPEG")),
    ".webp": Picture.from_bytes(file_of(IMAGE, "WEBP")),
    ".gif": Picture.from_bytes(file_of(IMAGE, "GIF")),
    ".mp4": Picture.from_bytes(FILM_MP4),
}
PNG = PICTURES[".png"]
MOVING = Picture.from_bytes(file_of(FRAMES[0], "WEBP", save_all=True, append_images=FRAMES[1:]))


def opened(path: Path) -> Image.Image:
    image = Image.open(io.BytesIO(path.read_bytes()))
    image.load()
    return image


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("a red fox in the snow", "a-red-fox-in-the-snow_17"),
        ("https://a.example/b.png  A Fox's den... --ar 16:9 --no red", "a-foxs-den_17"),
        ("雪中的红狐狸，黄昏", "雪中的红狐狸-黄昏_17"),
        ("लाल लोमड़ी", "लाल-लोमड़ी_17"),
        ("cafe\u0301 ﬁne", "café-fine_17"),
        ("🦊❤️ fox 🦊", "fox_17"),
        ("../../etc/passwd", "etc-passwd_17"),
        ('C:\\x<>:"|?*\0\n\ud800y', "c-x-y_17"),
        ("cat::2 dog::-1", "cat-2-dog-1_17"),
        ("--ar 1:1", "17"),
        ("word " * 30, "word-word-word-word-word-word-word-word-word-word-word-word_17"),
        ("a" * 100, "a" * 60 + "_17"),
        ("狐" * 100, "狐" * 40 + "_17"),
        ("fox " + "狐" * 100, "fox_17"),
    ],
)
def test_a_name_is_readable(prompt: str, name: str) -> None:
    assert readable_name(prompt, "17") == name


def test_a_name_has_what_is_known() -> None:
    assert readable_name("a fox", "17", "2") == "a-fox_17_2"
    assert readable_name("a fox", "") == "a-fox"
    assert readable_name("", "", "3") == "3"
    assert readable_name("--ar 1:1", "", "") == "picture"


@pytest.mark.parametrize("word", ["con", "NUL", "Com1", "lpt9", "com¹"])
def test_names_that_windows_keeps_for_itself_are_changed(word: str) -> None:
    assert readable_name(word, "").startswith("_")
    assert readable_name(word, "17") == f"{word.lower().replace('¹', '1')}_17"


@settings(deadline=None)
@given(st.text(), st.text(), st.text(max_size=3))
@example("ﷺ" * 1000, "x" * 1000, "")
@example("\u0300" * 5 + "a" + "\u0300" * 1000, ".", "..")
def test_a_name_is_safe_everywhere(prompt: str, task_id: str, part: str) -> None:
    name = readable_name(prompt, task_id, part)
    assert name
    assert len(name.encode()) <= 255 - len(" (1000).jpeg")
    assert not re.search(r'[\\/:*?"<>|.\s\x00-\x1f\x7f]', name)
    assert name[0] != "-"
    assert not re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", name)


# -- never over another file -----------------------------------------------------------------------


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "fox.png"
    assert write_new(b"fox", path) == path
    assert path.read_bytes() == b"fox"
    assert files(path.parent) == ["fox.png"]


def test_the_same_bytes_are_not_written_again(tmp_path: Path) -> None:
    path = write_new(b"fox", tmp_path / "fox.png")
    before = path.stat()
    assert write_new(b"fox", path) == path
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert files(tmp_path) == ["fox.png"]


def test_other_bytes_get_a_number(tmp_path: Path) -> None:
    path = tmp_path / "fox.png"
    written = [write_new(data, path) for data in (b"1", b"2", b"3", b"2", b"1")]
    assert [p.name for p in written] == [
        "fox.png",
        "fox (2).png",
        "fox (3).png",
        "fox (2).png",
        "fox.png",
    ]
    assert [(tmp_path / name).read_bytes() for name in files(tmp_path)] == [b"2", b"3", b"1"]


def test_whatever_has_the_name_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "dead.png").symlink_to(tmp_path / "nowhere")
    assert write_new(b"fox", tmp_path / "folder.png").name == "folder (2).png"
    assert write_new(b"fox", tmp_path / "dead.png").name == "dead (2).png"
    assert not (tmp_path / "nowhere").exists()


def test_a_file_is_as_open_to_others_as_any(tmp_path: Path) -> None:
    (tmp_path / "usual").write_bytes(b"")
    path = write_new(b"fox", tmp_path / "fox.png")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "usual").stat().st_mode)


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("different", [True, False])
def test_many_at_once_all_get_a_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool, different: bool
) -> None:
    if not links:  # as on a memory stick

        def refuse(source: Path, target: Path) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
    together = threading.Barrier(8)
    contents = [bytes([n if different else 7]) * 300_000 for n in range(8)]

    def save(data: bytes) -> Path:
        together.wait(10)
        return write_new(data, tmp_path / "fox.png")

    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(save, contents))
    assert [path.read_bytes() for path in paths] == contents
    assert len(set(paths)) == len(files(tmp_path))
    if different:
        assert len(set(paths)) == 8
    elif links:
        assert set(paths) == {tmp_path / "fox.png"}


def test_what_cannot_be_written_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(mj.MjError, match=r"^fox\.png cannot be written \(.+\)\. Choose another"):
        write_new(b"fox", tmp_path / "file" / "fox.png")
    for name in ("f" * 300, "f\0x", "f\ud800x", "f/" * 2000 + "x", "f/" * 5000 + "x"):
        with pytest.raises(mj.MjError, match="cannot be written"):
            write_new(b"fox", tmp_path / name)
    assert files(tmp_path) == ["file"]


def test_what_does_not_fit_on_the_disk_leaves_nothing(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(mj.MjError, match=r"cannot be written \(“File too large”\)"):
            write_new(bytes(2000), tmp_path / "fox.png")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert files(tmp_path) == []


# -- pictures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", PICTURES)
def test_a_folder_gets_a_readable_name_and_the_file_as_it_was_served(
    tmp_path: Path, ending: str
) -> None:
    path = save_picture(PICTURES[ending], FOX, tmp_path)
    assert path == tmp_path / f"a-red-fox-in-the-snow_1747132423020537{ending}"
    assert path.read_bytes() == with_facts(PICTURES[ending].data, FOX)


@pytest.mark.parametrize("target", ["new", "new/", "new.folder/", "a/b/new"])
def test_a_folder_may_be_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    monkeypatch.chdir(tmp_path)
    path = save_picture(PNG, FOX, target)
    assert path.parent == Path(target)
    assert path.is_file()


def test_home_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert save_picture(PNG, FOX, "~/fox.png") == tmp_path / "fox.png"
    with pytest.raises(mj.MjError, match="Choose another folder"):
        save_picture(PNG, FOX, "~nobody-of-this-name/fox.png")


def test_a_quadrants_number_is_in_the_name_and_in_the_file(tmp_path: Path) -> None:
    path = save_picture(PNG, Facts(prompt="a fox", task_id="17", quadrant=2), tmp_path)
    assert path.name == "a-fox_17_2.png"
    assert read_metadata(path) == {"prompt": "a fox", "task_id": "17", "quadrant": 2}


def test_saving_again_makes_no_copy(tmp_path: Path) -> None:
    paths = {save_picture(PNG, FOX, tmp_path / name) for name in ("", "", "x.webp", "x.webp")}
    assert len(paths) == len(files(tmp_path)) == 2


@pytest.mark.parametrize("name", ["fox.png", "fox.PNG"])
def test_a_file_whose_ending_fits_is_not_converted(tmp_path: Path, name: str) -> None:
    path = save_picture(PNG, FOX, tmp_path / name)
    assert path == tmp_path / name
    assert path.read_bytes() == with_facts(PNG.data, FOX)


def test_a_jpeg_may_end_either_way(tmp_path: Path) -> None:
    for name in ("fox.jpg", "fox.jpeg", "fox.JPG"):
        path = save_picture(PICTURES[".jpg"], FOX, str(tmp_path / name))
        assert path.read_bytes() == with_facts(PICTURES[".jpg"].data, FOX)


@pytest.mark.parametrize("source", [".png", ".jpg", ".webp", ".gif"])
@pytest.mark.parametrize(
    ("ending", "kind"), [(".png", "PNG"), (".jpg", "JPEG"), (".jpeg", "JPEG"), (".webp", "WEBP")]
)
def test_another_still_format_is_converted(
    tmp_path: Path, source: str, ending: str, kind: str
) -> None:
    path = save_picture(PICTURES[source], FOX, tmp_path / f"fox{ending}")
    before, after = PICTURES[source].decode().convert("RGB"), opened(path)
    assert after.format == kind
    lost = max(high for _, high in ImageChops.difference(before, after.convert("RGB")).getextrema())
    assert lost <= (0 if kind == "PNG" else 12)
    assert read_metadata(path) == {"prompt": FOX.prompt, "task_id": FOX.task_id}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("ending", [".jpg", ".webp"])
def test_a_picture_of_any_mode_is_converted(tmp_path: Path, mode: str, ending: str) -> None:
    picture = Picture.from_bytes(file_of(Image.new(mode, (9, 5))))
    assert opened(save_picture(picture, FOX, tmp_path / f"fox{ending}")).size == (9, 5)


def test_what_is_seen_through_stays_so_in_a_webp_and_is_white_in_a_jpeg(tmp_path: Path) -> None:
    glass = Picture.from_bytes(file_of(Image.new("RGBA", (8, 8), (9, 9, 9, 0))))
    assert opened(save_picture(glass, FOX, tmp_path / "a.webp")).getpixel((4, 4))[3] == 0
    assert min(opened(save_picture(glass, FOX, tmp_path / "a.jpg")).getpixel((4, 4))) > 250


@pytest.mark.parametrize(
    ("source", "image", "kept"),
    [
        ("WEBP", IMAGE, True),
        ("PNG", IMAGE, True),
        ("PNG", IMAGE.convert("RGBA"), True),
        ("PNG", IMAGE.convert("P"), True),
        ("JPEG", IMAGE, True),
        ("JPEG", IMAGE.convert("CMYK"), False),
        ("JPEG", IMAGE.convert("L"), False),
    ],
)
def test_a_colour_profile_is_kept_where_it_still_fits(
    tmp_path: Path, source: str, image: Image.Image, kept: bool
) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = Picture.from_bytes(file_of(image, source, icc_profile=profile))
    for kind, ending in [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp")]:
        if kind != source:
            saved = opened(save_picture(picture, FOX, tmp_path / f"fox{ending}"))
            assert saved.info.get("icc_profile") == (profile if kept else None)


@pytest.mark.parametrize(
    ("picture", "name", "said"),
    [
        (PNG, "fox.tiff", r"This picture .* as \.tiff\. Possible: \.png, \.jpg, \.jpeg, \.webp\."),
        (PNG, "fox.gif", r"This picture .* as \.gif\. Possible: \.png"),
        (PNG, "fox.mp4", r"This picture .* as \.mp4"),
        (PICTURES[".gif"], "fox.bmp", r"Possible: \.gif, \.png, \.jpg, \.jpeg, \.webp\."),
        (PICTURES[".mp4"], "fox.png", r"This video .* as \.png\. Possible: \.mp4\."),
        (MOVING, "fox.png", r"This animation .* as \.png\. Possible: \.webp\."),
        (PNG, "v6.1", r"A folder ends with a slash"),
    ],
)
def test_an_ending_that_does_not_fit_is_one_line(
    tmp_path: Path, picture: Picture, name: str, said: str
) -> None:
    with pytest.raises(mj.MjError, match=said):
        save_picture(picture, FOX, tmp_path / name)
    assert files(tmp_path) == []


def test_a_picture_too_long_for_a_webp_is_said(tmp_path: Path) -> None:
    long = Picture.from_bytes(file_of(Image.new("RGB", (17_000, 1))))
    with pytest.raises(mj.MjError, match=r"cannot be made a webp .* Save it as \.png"):
        save_picture(long, FOX, tmp_path / "fox.webp")
    assert files(tmp_path) == []
