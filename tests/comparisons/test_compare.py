"""mj.compare without a browser: what can be compared, what is said of it, what is refused."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from libraries import FIRST, fill, look_at_all
from PIL import Image, ImageChops, ImageStat

import mj_widgets as mj
from mj_widgets.archive import Library
from mj_widgets.comparisons.compare import Compare
from mj_widgets.session.settings import library as the_library

from .table_page import TablePage

IDS = [str(FIRST + n) for n in range(3)]
RED = Image.new("RGB", (40, 30), "red")
Compared = Callable[..., TablePage]


def png(image: Image.Image = RED) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def library() -> Library:
    made = the_library()
    fill(made, 3, side=64)
    return made


@pytest.fixture
def compared() -> Iterator[Compared]:
    """Compare things; what is made is closed at the end."""
    made: list[Compare] = []

    def begin(*things: object) -> TablePage:
        made.append(mj.compare(*things))
        return TablePage(made[-1])

    yield begin
    for each in made:
        each.close()


class TestWhatCanBeCompared:
    @pytest.mark.parametrize(
        "thing",
        [RED, png(), np.asarray(RED), np.asarray(RED) / 255],
        ids=["PIL", "bytes", "integers", "floats"],
    )
    def test_a_picture_of_any_form(self, compared: Compared, thing: object) -> None:
        page = compared(RED, thing)
        assert page.numbers()[:2] == ["mean difference 0.00 (0.0 %)", "SSIM 1.000"]
        assert page.titles() == ["picture 1", "picture 2"]
        assert [(each["width"], each["height"]) for each in page.table.shown] == [(40, 30)] * 2

    def test_a_file_by_its_name(self, compared: Compared, tmp_path: Path) -> None:
        (tmp_path / "fox.png").write_bytes(png())
        page = compared(tmp_path / "fox.png", str(tmp_path / "fox.png"))
        assert page.titles() == ["fox.png", "fox.png"]
        assert page.full(1) == ({"type": "full", "key": 1, "mime": "image/png"}, [png()])

    def test_a_kept_task_and_one_picture_of_it_without_a_service(
        self, compared: Compared, library: Library
    ) -> None:
        page = compared(IDS[0], (IDS[0], 2), int(IDS[1]))
        whole, part, _ = page.table.shown
        prompt = library.get(IDS[0]).task.prompt  # type: ignore[union-attr]
        assert page.titles()[:2] == [prompt, f"{prompt}, picture 2"]
        page.numbers()
        whole, part, _ = page.table.shown
        assert (whole["width"], whole["height"]) == (64, 64)
        assert (part["width"], part["height"]) == (32, 32)
        told, (data,) = page.full(2)
        assert told["mime"] == "image/png"
        kept = Image.open(library.get(IDS[0]).files[0].path)  # type: ignore[union-attr]
        quarter = kept.convert("RGB").crop((32, 0, 64, 32))
        assert Image.open(io.BytesIO(data)).tobytes() == quarter.tobytes()

    @pytest.mark.usefixtures("library")
    def test_jobs_and_what_a_gallery_has_selected(self, compared: Compared) -> None:
        jobs = list(mj.tasks()[:2])
        gallery = mj.tasks().gallery()
        gallery.selected = [(IDS[0], 0), (IDS[1], 3)]
        page = compared(*jobs, (jobs[0], 1), *gallery.selected)
        gallery.close()
        page.numbers()
        assert [each["trouble"] for each in page.table.shown] == [""] * 5
        assert all(each["small"].startswith(b"\xff\xd8") for each in page.table.shown)

    def test_a_transparent_picture_stands_on_white(self, compared: Compared) -> None:
        page = compared(png(Image.new("RGBA", (8, 8), (0, 0, 0, 0))), RED)
        _, (data,) = page.full(1)
        assert Image.open(io.BytesIO(data)).getpixel((0, 0)) == (255, 255, 255)

    def test_what_becomes_of_an_image_later_changes_nothing(self, compared: Compared) -> None:
        image = RED.copy()
        page = compared(image, RED)
        image.paste("black", (0, 0, 40, 30))
        assert page.numbers()[0] == "mean difference 0.00 (0.0 %)"


class TestNumbers:
    def test_different_sizes_are_said(self, compared: Compared) -> None:
        page = compared(Image.new("RGB", (64, 64)), Image.new("RGB", (32, 32)))
        assert page.numbers()[2] == "compared at 32×32"
        wide = compared(Image.new("RGB", (64, 64)), Image.new("RGB", (64, 32)))
        assert wide.numbers()[2] == "compared at 64×32, stretched to one shape"

    def test_they_are_those_of_a_and_b(self, compared: Compared) -> None:
        grey = Image.new("RGB", (40, 30), "grey")
        page = compared(RED, grey, RED.copy())
        assert page.numbers()[0] != "mean difference 0.00 (0.0 %)"
        page.table.b = 2
        assert page.numbers()[0] == "mean difference 0.00 (0.0 %)"


BAD: list[tuple[tuple[object, ...], str]] = [
    ((), "There is nothing to compare"),
    ((RED,), "1 picture cannot be compared. Give 2 to 9."),
    (([RED, RED],), "Give 2 to 9. A list of them has a star: mj.compare(*tasks[:2])."),
    ((RED,) * 10, "10 pictures cannot be compared. Give 2 to 9."),
    ((RED, "a red fox"), "'a red fox' is neither a file nor a task of the library"),
    ((RED, "1747"), "'1747' is neither a file nor a task of the library"),
    ((RED, Path("gone.png")), "There is no file gone.png"),
    ((RED, b"GIF?"), "is no picture"),
    ((RED, b""), "is no picture"),
    ((RED, "https://host.example/fox.png"), "nothing is fetched"),
    ((RED, None), "A picture cannot be a NoneType"),
    ((RED, True), "A picture cannot be a bool"),
    ((RED, np.zeros((2, 2, 7))), "is no picture"),
    ((RED, (IDS[0], -1)), "is no picture of a task"),
    ((RED, (IDS[0], "2")), "is no picture of a task"),
    ((RED, (RED, 2)), "has no picture 2"),
]


@pytest.mark.parametrize(("things", "words"), BAD)
def test_what_cannot_be_compared_gets_one_line(things: tuple[object, ...], words: str) -> None:
    with pytest.raises(mj.MjError, match=r"\.$") as caught:
        mj.compare(*things)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_picture_that_is_gone_gets_one_line(library: Library) -> None:
    record = library.get(IDS[0])
    assert record is not None
    record.files[0].path.unlink()
    with pytest.raises(mj.MjError, match=r"Picture 2 of what is to be compared: .* is missing"):
        mj.compare(RED, IDS[0])
    with pytest.raises(mj.MjError, match="has no picture 5"):
        mj.compare(RED, (IDS[1], 5))


def test_a_picture_that_goes_later_says_so_in_its_place(
    compared: Compared, library: Library
) -> None:
    page = compared(RED, IDS[0])
    page.numbers()
    record = library.get(IDS[0])
    assert record is not None
    record.files[0].path.unlink()
    told, buffers = page.full(2)
    assert "is missing" in told["text"]
    assert not buffers


def test_a_damaged_picture_says_so_and_leaves_the_other_one_to_see(compared: Compared) -> None:
    data = bytearray(png(Image.effect_noise((256, 256), 90)))
    start = data.find(b"IDAT")
    (length,) = struct.unpack(">I", data[start - 4 : start])
    end = start + 4 + length
    data[end - length // 2 : end - length // 2 + 50] = bytes(50)
    data[end : end + 4] = struct.pack(">I", zlib.crc32(data[start:end]))
    page = compared(RED, bytes(data))
    page.until(lambda: page.table.numbers)
    good, bad = page.table.shown
    assert good["small"]
    assert "damaged" in bad["trouble"]
    assert page.table.numbers["lines"] == []


def test_the_small_copy_of_one_picture_is_cut_from_that_of_the_grid(
    compared: Compared, library: Library
) -> None:
    look_at_all(library)
    page = compared(IDS[0], (IDS[0], 4))
    page.numbers()
    whole, part = (Image.open(io.BytesIO(each["small"])) for each in page.table.shown)
    quarter = whole.crop((32, 32, 64, 64))
    assert part.size == (32, 32)
    assert max(ImageStat.Stat(ImageChops.difference(part, quarter)).mean) < 6
