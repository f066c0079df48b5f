"""Places where nothing can be kept: whatever is wrong with one, it is one line of ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import mj_widgets as mj
from mj_widgets.archive import Library
from mj_widgets.sandbox import EXAMPLES, Sandbox

on = pytest.mark.parametrize
PROMPT = "a lighthouse in winter, " * 20


def place(kind: str, folder: Path) -> str:
    """Return a place in a folder where no file can be."""
    (folder / "file").write_bytes(b"somebody's own")
    (folder / "round").symlink_to(folder / "round")
    return {
        "a long name": f"{folder}/{PROMPT}",
        "a long folder": f"{folder}/{PROMPT}/fox",
        "a long path": f"{folder}{'/folder' * 1000}/fox",
        "a file in its way": f"{folder}/file/fox",
        "a link to itself": f"{folder}/round/fox",
        "a NUL": f"{folder}/f\0x",
        "a lone surrogate": f"{folder}/f\ud800x",
        "nobody's home": "~nobody-of-that-name/fox",
        "where nobody writes": "/proc/fox/fox",
    }[kind]


KINDS = (
    "a long name",
    "a long folder",
    "a long path",
    "a file in its way",
    "a link to itself",
    "a NUL",
    "a lone surrogate",
    "nobody's home",
    "where nobody writes",
)
SAVES: dict[str, Callable[[mj.TaskWidget, str], object]] = {
    "a card's file": lambda card, where: card.save(f"{where}.png"),
    "a card's other format": lambda card, where: card.save(f"{where}.webp"),
    "a card's folder": lambda card, where: card.save(f"{where}/"),
    "a job's quadrant": lambda card, where: card.job.save(f"{where}.png", quadrant=2),
    "a job's path": lambda card, where: card.job.save(Path(f"{where}.png")),
    "an export": lambda _, where: mj.library().export(where),
    "a library": lambda _, where: Library(where),
}


@on("kind", KINDS)
@on("save", SAVES)
def test_whatever_cannot_be_written_is_one_line_that_says_why(
    grid: mj.TaskWidget, tmp_path: Path, save: str, kind: str
) -> None:
    folder = tmp_path / "place"
    folder.mkdir()
    where = place(kind, folder)
    before = sorted(folder.iterdir())

    with pytest.raises(mj.MjError, match=r"cannot be (written|made|exported)") as caught:
        SAVES[save](grid, where)

    said = str(caught.value)
    assert "\n" not in said
    assert "“" in said
    assert said.endswith((".", "(library=...), or mend this one."))
    assert sorted(folder.iterdir()) == before


def test_a_name_that_is_too_long_is_to_be_shorter(grid: mj.TaskWidget, tmp_path: Path) -> None:
    with pytest.raises(mj.MjError, match=r"too long.+Choose a shorter name\.$") as caught:
        grid.save(tmp_path / f"{PROMPT}.png")
    assert len(str(caught.value)) < 200


@on("kind", KINDS)
def test_a_card_goes_on_without_a_library_that_cannot_be(
    sandbox: Sandbox, tmp_path: Path, kind: str
) -> None:
    mj.configure(sandbox.url, "key", library=place(kind, tmp_path))
    card = mj.TaskWidget(EXAMPLES["finished"])
    assert card.wait(30).succeeded
    assert card.image is not None
    assert card.presenter.seen.notice.text.startswith("Nothing is kept. The library")
    assert "\n" not in card.presenter.seen.notice.text
    card.close()


@on("kind", KINDS)
def test_a_picture_to_go_by_that_cannot_be_read_is_one_line(
    session: mj.Session, tmp_path: Path, kind: str
) -> None:
    with pytest.raises(mj.MjError, match=r"no file|cannot be read") as caught:
        session.describe(Path(f"{place(kind, tmp_path)}.png"))
    assert "\n" not in str(caught.value)
