"""What an export is to other programs: a data set with prompts, and each picture for itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import datasets
import pytest
from PIL import Image

import mj_widgets as mj
from mj_widgets.archive import Library
from mj_widgets.archive.marks import Spot
from mj_widgets.errors import LibraryError, MjError
from mj_widgets.models import Task
from mj_widgets.pictures.images import split_grid

from .support import FILES, JPEG, PICTURE, PNG, SERVICE, files_in, task

SHEET = {"imageUrl": "https://host.example/a.png"}


@pytest.fixture
def library(library: Library) -> Library:
    """A grid, one of its pictures, a film and a failure."""
    grid = task("17", "a red fox --ar 3:2 --s 250", **SHEET)
    library.save(grid, [PNG], service=SERVICE)
    one = task("18", "a red fox --raw", action="UPSCALE", imageUrl="https://host.example/b.jpg")
    library.save(one, [JPEG], service=SERVICE, parent="17", button="U2")
    library.save(task("19", "a fox runs", action="VIDEO"), [FILES["mp4"]], service=SERVICE)
    library.save(task("20", status="FAILURE"), service=SERVICE)
    library.note_seed("17", "42", service=SERVICE)
    library.marks.change([Spot(SERVICE, "17", 2)], rating=4, flag="pick")
    return library


def described(folder: Path) -> dict[str, dict[str, Any]]:
    """What is said beside the pictures, by file."""
    lines = (folder / "metadata.jsonl").read_text("utf-8").splitlines()
    return {line["file_name"]: line for line in map(json.loads, lines)}


def numbers(library: Library, *task_ids: str) -> list[int]:
    known = library.catalogue.numbers_of(task_ids)
    return [known[task_id] for task_id in task_ids]


# -- what is said beside each picture ------------------------------------------------------------


def test_each_picture_has_a_line_with_its_prompt_parameters_and_marks(
    library: Library, tmp_path: Path
) -> None:
    library.export(tmp_path / "out")
    said = described(tmp_path / "out")
    assert said["17.png"] == {
        "file_name": "17.png",
        "service": SERVICE,
        "id": "17",
        "quadrant": 0,
        "prompt": "a red fox",
        "full_prompt": "a red fox --ar 3:2 --s 250",
        "kind": "grid",
        "rating": 4,
        "flag": "pick",
        "width": PICTURE.width,
        "height": PICTURE.height,
        "created": "2025-10-09T08:53:20Z",
        "parent": "",
        "button": "",
        "ar": "3:2",
        "raw": False,
        "s": 250,
        "seed": 42,
    }
    one = said["18.jpeg"]
    assert (one["parent"], one["button"], one["rating"], one["raw"]) == ("17", "U2", 0, True)


def test_a_film_is_exported_and_no_picture(library: Library, tmp_path: Path) -> None:
    library.export(tmp_path / "out")
    assert described(tmp_path / "out").keys() == {"17.png", "18.jpeg"}
    assert "19.mp4" in files_in(tmp_path / "out")


def test_no_column_is_null_throughout(library: Library, tmp_path: Path) -> None:
    library.export(tmp_path / "out", numbers(library, "18"))
    (line,) = described(tmp_path / "out").values()
    assert None not in line.values()
    assert line.keys() & {"s", "ar", "seed"} == set()


def test_later_marks_and_later_tasks_are_said_in_the_same_file(
    library: Library, tmp_path: Path
) -> None:
    library.export(tmp_path / "out", numbers(library, "17"))
    library.marks.change([Spot(SERVICE, "17", 2)], rating=5)
    library.export(tmp_path / "out", numbers(library, "17"))
    library.export(tmp_path / "out", numbers(library, "18"))
    said = described(tmp_path / "out")
    assert {name: line["rating"] for name, line in said.items()} == {"17.png": 5, "18.jpeg": 0}
    first, second = said.values()
    assert list(first) == list(second)
    assert (first["s"], first["raw"], second["s"], second["ar"]) == (250, False, None, "")


def test_chosen_tasks_are_exported_in_the_order_asked_for(library: Library, tmp_path: Path) -> None:
    paths = library.export(tmp_path / "out", numbers(library, "17", "19", "18"))
    assert [path.name for path in paths[:3]] == ["17.png", "19.mp4", "18.jpeg"]


@pytest.mark.usefixtures("datasets_here")
@pytest.mark.parametrize("what", ["files", "quadrants"])
def test_datasets_finds_what_is_said_of_each_picture(
    library: Library, tmp_path: Path, what: str
) -> None:
    library.export(tmp_path / "out", what=what)
    read = datasets.load_dataset("imagefolder", data_dir=str(tmp_path / "out"), split="train")
    rated = [row for row in read if row["rating"]]
    assert [(row["id"], row["rating"], row["flag"], row["s"]) for row in rated] == [
        ("17", 4, "pick", 250)
    ]
    assert rated[0]["prompt"] == "a red fox"
    assert rated[0]["image"].size == (rated[0]["width"], rated[0]["height"])
    assert {row["created"].year for row in read} == {2025}
    assert "null" not in {feature.dtype for feature in read.features.values()}


# -- each picture a file of its own --------------------------------------------------------------


def test_a_grid_becomes_four_files_pixel_for_pixel(library: Library, tmp_path: Path) -> None:
    paths = library.export(tmp_path / "out", numbers(library, "17"), what="quadrants")
    assert [path.name for path in paths] == [
        *(f"a-red-fox_17_{n}.png" for n in (1, 2, 3, 4)),
        "metadata.jsonl",
        "tasks.jsonl",
    ]
    for path, quadrant in zip(paths, split_grid(PICTURE), strict=False):
        assert Image.open(path).convert("RGB").tobytes() == quadrant.tobytes()


def test_each_file_tells_how_it_was_made(library: Library, tmp_path: Path) -> None:
    paths = library.export(tmp_path / "out", numbers(library, "17", "18"), what="quadrants")
    second, one = mj.read_metadata(paths[1]), mj.read_metadata(paths[4])
    assert (second["task_id"], second["quadrant"], second["seed"]) == ("17", 2, "42")
    assert second["prompt"] == "a red fox --ar 3:2 --s 250"
    assert (one["parent"], one["button"]) == ("17", "U2")


def test_a_picture_that_is_a_file_is_that_file(library: Library, tmp_path: Path) -> None:
    (path, *_) = library.export(tmp_path / "out", numbers(library, "18"), what="quadrants")
    assert path.name == "a-red-fox_18.jpg"
    kept = Image.open(library.search("18")[0].files[0].path)
    assert Image.open(path).tobytes() == kept.tobytes()


def test_tasks_of_one_name_do_not_get_in_each_others_way(library: Library, tmp_path: Path) -> None:
    library.save(task("17", "a red fox", **SHEET), [FILES["webp"]], service="other.example")
    paths = library.export(tmp_path / "out", what="quadrants")
    assert len(set(paths)) == len(paths)
    assert "a-red-fox_17_1 (2).png" in {path.name for path in paths}


def test_the_lines_of_tasks_say_which_file_is_which(library: Library, tmp_path: Path) -> None:
    *_, tasks = library.export(tmp_path / "out", numbers(library, "17"), what="quadrants")
    line = json.loads(tasks.read_text("utf-8"))
    assert [file["name"] for file in line["files"]] == [
        f"a-red-fox_17_{n}.png" for n in (1, 2, 3, 4)
    ]
    assert Task.parse(line["task"]).id == "17"


def test_exporting_pictures_again_writes_nothing_again(library: Library, tmp_path: Path) -> None:
    first = library.export(tmp_path / "out", what="quadrants")
    before = [path.stat().st_ino for path in first]
    assert library.export(tmp_path / "out", what="quadrants") == first
    assert [path.stat().st_ino for path in first] == before
    assert len(files_in(tmp_path / "out")) == len(first)


@pytest.mark.parametrize("harm", [None, b"half"])
def test_what_cannot_be_cut_is_said_after_all_else_was_exported(
    library: Library, tmp_path: Path, harm: bytes | None
) -> None:
    path = library.search("17")[0].files[0].path
    path.unlink()
    if harm:
        path.write_bytes(harm)
    with pytest.raises(LibraryError, match=r"All but 4 of the pictures .*17\.png") as caught:
        library.export(tmp_path / "out", what="quadrants")
    assert "mj.library().verify()" in str(caught.value)
    assert "a-red-fox_18.jpg" in files_in(tmp_path / "out")


def test_what_nobody_can_export_is_one_line_with_what_is_allowed(
    library: Library, tmp_path: Path
) -> None:
    with pytest.raises(MjError, match='what="files" or what="quadrants"'):
        library.export(tmp_path / "out", what="frames")
    assert not (tmp_path / "out").exists()


def test_who_stops_an_export_finds_no_half_file(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.link", stopped)  # Ctrl-C comes when it comes
    with pytest.raises(KeyboardInterrupt):
        library.export(tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
