"""Many processes at one library, and processes that are killed at any moment."""

from __future__ import annotations

from pathlib import Path

from mj_widgets.archive import Library

from .support import SERVICE, bytes_of, files_in, other_process


def test_what_was_kept_survives_every_kill_and_nothing_half_is_shown(tmp_path: Path) -> None:
    told = other_process("killed", tmp_path, 200)
    assert len(told) >= 100  # else nearly all were killed before they had kept anything
    library = Library(tmp_path)
    assert library.verify() == []
    for task_id in told:
        record = library.get(task_id, SERVICE)
        assert record
        assert record.read() == (bytes_of(task_id),)
    shown = [name for name in files_in(tmp_path) if "/.mj-" not in name]
    assert len(shown) >= len(library) >= len(told)
    for name in shown:
        path = tmp_path / name
        assert path.read_bytes() == bytes_of(path.stem), name


def test_two_processes_save_at_once(tmp_path: Path) -> None:
    other_process("crowd", tmp_path, 2, 500)
    library = Library(tmp_path)
    assert len(library) == 1000
    assert library.verify() == []
    for child in range(2):
        for number in range(500):
            record = library.get(f"{child}-{number}")
            assert record
            assert record.read() == (b"%d-%d" % (child, number),)


def test_processes_save_the_same_task_at_once(tmp_path: Path) -> None:
    other_process("same", tmp_path, 4, 10)
    library = Library(tmp_path)
    assert len(library) == 20
    assert library.verify() == []
    names = [Path(name).name for name in files_in(tmp_path)]
    assert sorted(name for name in names if name.startswith("same")) == sorted(
        f"same-{number}.bin" for number in range(10)
    )
    for number in range(10):
        record = library.get(f"own-{number}")
        assert record
        assert record.read()[0] in [b"%d %d" % (child, number) for child in range(4)]
