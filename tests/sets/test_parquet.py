"""Parquet files: what is in them, who reads them, and what else is in their folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import datasets
import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from mj_widgets.archive import Library
from mj_widgets.errors import LibraryError, MjError
from mj_widgets.sets.arrow import TASK_COLUMNS
from mj_widgets.sets.frames import to_frame
from mj_widgets.sets.parquet import to_parquet

from .support import HEIGHT, JPEG, PNG, SERVICE, WIDTH, numbers, task


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_shards_are_numbered_and_have_all_tasks_in_order(library: Library, tmp_path: Path) -> None:
    paths = to_parquet(library, numbers(library), tmp_path / "deep" / "out", rows_per_shard=2)
    assert [path.name for path in paths] == [f"tasks-0000{n}-of-00003.parquet" for n in range(3)]
    assert [pq.read_metadata(path).num_rows for path in paths] == [2, 2, 1]
    ids = pl.read_parquet(tmp_path / "deep/out/*.parquet")["id"].to_list()
    assert ids == ["grid", "one", "parts", "failed", "text"]
    assert names_in(tmp_path / "deep" / "out") == [path.name for path in paths]


def test_no_tasks_are_one_file_without_rows_and_with_all_columns(
    library: Library, tmp_path: Path
) -> None:
    (path,) = to_parquet(library, [], tmp_path / "out")
    assert pq.read_schema(path).names == ["image", *TASK_COLUMNS]
    assert pq.read_metadata(path).num_rows == 0


def test_pandas_reads_the_types_of_a_frame(library: Library, tmp_path: Path) -> None:
    (path,) = to_parquet(library, numbers(library), tmp_path / "out")
    read, frame = pd.read_parquet(path), to_frame(library, numbers(library))
    same = [name for name in frame.columns if name not in ("status", "kind", "flag")]
    assert read[same].dtypes.to_dict() == frame[same].dtypes.to_dict()


def test_duckdb_counts(library: Library, tmp_path: Path) -> None:
    to_parquet(library, numbers(library), tmp_path / "out", rows_per_shard=2)
    asked = f"SELECT kind, max(rating) FROM '{tmp_path}/out/*.parquet' GROUP BY kind ORDER BY kind"
    assert duckdb.sql(asked).fetchall() == [("grid", 4), ("image", 0), ("text", 0)]


@pytest.mark.usefixtures("datasets_here")
@pytest.mark.parametrize("images", ["paths", "bytes"])
def test_datasets_opens_the_pictures(library: Library, tmp_path: Path, images: str) -> None:
    out = tmp_path / "out"
    to_parquet(library, numbers(library), out, images=images, rows_per_shard=2)
    if images == "bytes":  # they can be taken elsewhere
        shutil.rmtree(library.folder)
    read = datasets.load_dataset("parquet", data_dir=str(out), split="train")
    assert [row["image"] and row["image"].format for row in read] == [
        "PNG",
        "JPEG",
        "PNG",
        None,
        None,
    ]
    assert read[0]["image"].size == (WIDTH, HEIGHT)
    assert read[0]["prompt"] == "a red fox"


def test_pictures_in_the_files_are_those_that_were_served(library: Library, tmp_path: Path) -> None:
    (path,) = to_parquet(library, numbers(library, "grid", "one"), tmp_path, images="bytes")
    images = pq.read_table(path)["image"].to_pylist()
    assert [image["bytes"] for image in images] == [PNG, JPEG]
    assert [image["path"] for image in images] == ["grid.png", "one.jpeg"]


@pytest.mark.parametrize("images", ["paths", "bytes"])
def test_a_missing_picture_is_said_after_all_else_was_written(
    library: Library, tmp_path: Path, images: str
) -> None:
    library.search("one")[0].files[0].path.unlink()
    with pytest.raises(LibraryError, match=r"but 1 of the pictures: .*one\.jpeg is missing"):
        to_parquet(library, numbers(library, "grid", "one"), tmp_path / "out", images=images)
    read = pl.read_parquet(tmp_path / "out/*.parquet")
    assert read["id"].to_list() == ["grid", "one"]
    assert read["image"].is_null().to_list() == [False, True]


# -- what else is in the folder ------------------------------------------------------------------


def test_what_an_earlier_call_has_written_is_replaced(library: Library, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("of the user")
    to_parquet(library, numbers(library), tmp_path, rows_per_shard=1)
    to_parquet(library, numbers(library, "grid", "one"), tmp_path, rows_per_shard=1)
    assert names_in(tmp_path)[1:] == [
        "notes.txt",
        "tasks-00000-of-00002.parquet",
        "tasks-00001-of-00002.parquet",
    ]
    assert pl.read_parquet(tmp_path / "*.parquet")["id"].to_list() == ["grid", "one"]


@pytest.mark.parametrize("name", ["foxes.parquet", "tasks-00000-of-00001.parquet"])
@pytest.mark.parametrize("is_parquet", [True, False])
def test_a_folder_with_other_parquet_files_is_refused_and_left_alone(
    library: Library, tmp_path: Path, name: str, is_parquet: bool
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    if is_parquet:
        pl.DataFrame({"a": [1]}).write_parquet(out / name)
    else:
        (out / name).write_bytes(b"half")
    before = (out / name).read_bytes()
    with pytest.raises(LibraryError, match=f"other Parquet files in .*{name}") as caught:
        to_parquet(library, numbers(library), out)
    assert "folder of its own" in str(caught.value)
    assert names_in(out) == [name]
    assert (out / name).read_bytes() == before


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError])
def test_who_is_stopped_leaves_no_half_file_and_what_was_there(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
) -> None:
    (path,) = to_parquet(library, numbers(library), tmp_path / "out")
    before = path.read_bytes()
    asked = library.columns.tasks

    def stopped(some: list[int]) -> object:
        if numbers(library, "text")[0] in some:
            raise stop
        return asked(some)

    monkeypatch.setattr(library.columns, "tasks", stopped)  # Ctrl-C comes when it comes
    with pytest.raises((KeyboardInterrupt, LibraryError)):
        to_parquet(library, numbers(library), tmp_path / "out", rows_per_shard=2)
    assert names_in(tmp_path / "out") == [path.name]
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"images": "pixels"}, 'images="paths" or images="bytes"'),
        ({"rows_per_shard": 0}, "rows_per_shard=1 or more"),
        ({"rows_per_shard": True}, "rows_per_shard=1 or more"),
        ({"rows_per_shard": "many"}, "rows_per_shard=1 or more"),
    ],
)
def test_what_makes_no_sense_is_one_line_with_what_is_allowed(
    library: Library, tmp_path: Path, asked: dict[str, object], said: str
) -> None:
    with pytest.raises(MjError) as caught:
        to_parquet(library, numbers(library), tmp_path / "out", **asked)
    assert said in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_one_line(library: Library, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LibraryError, match="Parquet files cannot be written to") as caught:
        to_parquet(library, numbers(library), tmp_path / "file" / "out")
    assert str(caught.value).endswith("Give another folder, or mend this one.")


@pytest.mark.parametrize("images", ["paths", "bytes"])
def test_a_library_whose_folder_has_no_name_in_utf8_is_written(tmp_path: Path, images: str) -> None:
    library = Library(tmp_path / os.fsdecode(b"no text \xff"))
    library.save(task("grid"), [PNG], service=SERVICE)
    (path,) = to_parquet(library, numbers(library), tmp_path / "out", images=images)
    assert "no text" in pq.read_table(path)["path"].to_pylist()[0]
    library.close()
