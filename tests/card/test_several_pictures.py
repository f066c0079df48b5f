"""A card of several single pictures: each with its number, its U and V, its file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import bodies
import pytest
from jobs.support import until as until_job
from PIL import Image
from services import file_of

import mj_widgets as mj
from card.page import SECONDS, Seen, classes, until
from mj_widgets.pictures.images import data_url
from mj_widgets.pictures.sheets import joined

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mj_widgets.jobs.state import JobState
    from mj_widgets.sandbox import Sandbox

on = pytest.mark.parametrize
COLOURS = [(255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 0)]


def many_buttons(count: int) -> list[dict[str, Any]]:
    numbers = range(1, count + 1)
    upscales = [bodies.button(f"MJ::JOB::upsample::{n}::x", f"U{n}") for n in numbers]
    return upscales + [bodies.button(f"MJ::JOB::variation::{n}::x", f"V{n}") for n in numbers]


def files(count: int) -> list[bytes]:
    colours = [*COLOURS, *((9 * n, 99, 0) for n in range(count))][:count]
    return [file_of(Image.new("RGB", (64, 32), colour)) for colour in colours]


def card_of(
    sandbox: Sandbox, count: int, *dead: int, task_id: str = "77", **more: Any
) -> mj.TaskWidget:
    """Return the finished card of so many pictures, of which some are *dead* (from 1)."""
    card = begun(sandbox, count, *dead, task_id=task_id, **more)
    assert card.wait(SECONDS).succeeded
    return card


def begun(
    sandbox: Sandbox, count: int, *dead: int, task_id: str = "77", **more: Any
) -> mj.TaskWidget:
    """Return that card while its pictures are awaited."""
    links = [sandbox.put_file(f"{n}.png", data) for n, data in enumerate(files(count), 1)]
    for n in dead:
        links[n - 1] = f"{sandbox.url}/attachments/gone-{n}"
    told = {"id": task_id, "imageUrl": "", "imageUrls": links, "buttons": many_buttons(count)}
    sandbox.put(task_id, bodies.DMX_GRID | told | more)
    return mj.TaskWidget(task_id)


SHEET = file_of(
    joined([Image.new("RGB", (16, 8), colour) for colour in COLOURS]), "WEBP", lossless=True
)


def sheet_of(sandbox: Sandbox) -> str:
    return sandbox.put_file("sheet.webp", SHEET, "image/webp")


def never_answer(sandbox: Sandbox, *names: str) -> None:
    """Let a picture host take the requests for these files, and say nothing."""
    sandbox.faults.slow_seconds = 3600
    for name in names:
        sandbox.faults.next("slow", path=f"/{name}")


def asked_for(sandbox: Sandbox, *names: str) -> list[int]:
    return [sandbox.count("GET", f"/{name}") for name in names]


def shows(*colours: tuple[int, int, int] | None) -> Callable[[list[bytes]], bool]:
    """Tell whether there are small copies of these colours, None for one that is not there."""

    def are_shown(previews: list[bytes]) -> bool:
        found = [Image.open(io.BytesIO(data)) if data else None for data in previews]
        seen = [image and image.convert("RGB").getpixel((4, 4)) for image in found]
        pairs = zip(seen, colours, strict=False)
        return len(seen) == len(colours) and all(
            (a is None) == (b is None) and (b is None or a == pytest.approx(b, abs=9))
            for a, b in pairs
        )

    return are_shown


def has_come(count: int) -> Callable[[JobState], bool]:
    return lambda state: state.coming is not None and state.coming.here == count


def places(card: mj.TaskWidget) -> dict[str, str]:
    """Where the row of each picture's buttons stands, by the first of them."""
    rows = Seen(card)._part("mj-grid").children[1:]
    return {row.children[0].description: " ".join(classes(row)) for row in rows}


def test_four_single_pictures_are_the_quadrants_the_tiles_and_the_files(
    sandbox: Sandbox, session: mj.Session, tmp_path: Path
) -> None:
    card = card_of(sandbox, 4)
    assert [q.getpixel((3, 3)) for q in card.quadrants] == COLOURS
    assert [q.size for q in card.quadrants] == [(64, 32)] * 4
    assert [path.read_bytes() for path in card.files] == files(4)
    assert len(Seen(card).tiles.previews) == 4
    assert card.image is not None
    assert card.image.size == (128, 64)
    saved = card.save(tmp_path / "one.png", quadrant=3)
    assert mj.read_metadata(saved)["quadrant"] == 3
    assert Image.open(saved).getpixel((3, 3)) == COLOURS[2]
    whole = Image.open(card.save(tmp_path / "all.png"))
    assert (whole.size, whole.getpixel((3, 60))) == ((128, 64), COLOURS[2])
    assert card.error == ""


def test_one_that_is_dead_leaves_the_others_at_their_numbers(
    sandbox: Sandbox, session: mj.Session, tmp_path: Path
) -> None:
    card = card_of(sandbox, 4, 3)
    assert [q.getpixel((3, 3)) for q in card.quadrants] == [*COLOURS[:2], COLOURS[3]]
    assert [bool(small) for small in Seen(card).tiles.previews] == [True, True, False, True]
    assert Seen(card).tiles.names[3].startswith("picture 4 of 4")
    assert Seen(card).notice.startswith("Picture 3 of 4 cannot be had: ")
    assert card.error == Seen(card).notice
    assert "Try again" in Seen(card).tools
    assert list(places(card)) == ["U1", "U2", "U3", "U4"]
    saved = card.save(tmp_path / "4.png", quadrant=4)
    assert Image.open(saved).getpixel((3, 3)) == COLOURS[3]
    with pytest.raises(mj.MjError, match="Picture 3 could not be had"):
        card.save(tmp_path / "3.png", quadrant=3)

    link = sandbox.put_file("3.png", files(4)[2])
    links = [*card.task.image_urls[:2], link, card.task.image_urls[3]]
    sandbox.put("77", dict(card.task.raw) | {"imageUrls": links})
    Seen(card).click_tool("Try again")
    card.wait(SECONDS)
    Seen(card).until_no_notice()
    assert [q.getpixel((3, 3)) for q in card.quadrants] == COLOURS
    assert "Try again" not in Seen(card).tools


@on(
    ("count", "last"),
    [
        (2, "mj-line-1 mj-column-2"),
        (6, "mj-line-2 mj-column-3"),
        (9, "mj-line-3 mj-column-3"),
        (24, "mj-line-6 mj-column-4"),
    ],
)
def test_any_number_of_pictures_has_its_buttons_on_each(
    count: int, last: str, sandbox: Sandbox, session: mj.Session
) -> None:
    card = card_of(sandbox, count)
    tiles = Seen(card).tiles
    assert len(tiles.previews) == len(tiles.names) == count
    assert tiles.names[-1].startswith(f"picture {count} of {count}")
    assert list(places(card)) == [f"U{n}" for n in range(1, count + 1)]
    assert places(card)[f"U{count}"].endswith(last)
    assert len(card.quadrants) == count


def test_u12_is_picture_12_and_no_other_number_is_one(
    sandbox: Sandbox, session: mj.Session
) -> None:
    card = card_of(sandbox, 24)
    child = card.upscale(12)
    assert (child.button, child.quadrant) == ("U12", 12)
    with pytest.raises(mj.MjError, match=r"A grid has no picture 25\. Give 1 to 24\."):
        card.upscale(25)


def test_a_sheet_of_24_is_shown_whole_and_its_buttons_stand_below(
    sandbox: Sandbox, session: mj.Session
) -> None:
    sheet = sandbox.put_file("sheet.png", files(1)[0])
    card = card_of(sandbox, 24, imageUrl=sheet, imageUrls=None)
    assert len(Seen(card).tiles.previews) == 1
    assert card.quadrants == ()
    assert places(card) == {}
    assert len(card.buttons) == 48


def test_a_sheet_beside_its_originals_is_the_image_and_they_are_the_quadrants(
    sandbox: Sandbox, session: mj.Session
) -> None:
    data = file_of(Image.new("RGB", (128, 64), "gray"), "WEBP")
    card = card_of(sandbox, 4, imageUrl=sandbox.put_file("s.webp", data, "image/webp"))
    assert card.image_bytes == data
    assert [q.getpixel((3, 3)) for q in card.quadrants] == COLOURS
    assert [path.read_bytes() for path in card.files] == [data, *files(4)]


def test_a_picture_in_the_link_itself_is_shown_and_the_link_is_nowhere(
    sandbox: Sandbox, session: mj.Session
) -> None:
    link = data_url("image/png", files(1)[0])
    card = card_of(sandbox, 4, imageUrl=link, imageUrls=[])
    assert len(card.quadrants) == 4
    assert Seen(card).heading["link"] == ""
    with pytest.raises(mj.ImageError, match="data:image/png;base64") as broken:
        card_of(sandbox, 4, task_id="78", imageUrl=f"{link}{'!' * 400}", imageUrls=[])
    assert len(str(broken.value)) < 120


# -- while they load -------------------------------------------------------------------------------


def test_the_sheet_is_seen_while_its_originals_are_awaited(
    sandbox: Sandbox, session: mj.Session
) -> None:
    never_answer(sandbox, "1.png", "2.png", "3.png", "4.png")
    card = begun(sandbox, 4, imageUrl=sheet_of(sandbox))
    until(Seen(card).tiles, "previews", shows(*COLOURS))
    assert Seen(card).tiles.unfinished
    assert Seen(card).words == "getting the pictures, 0 of 4 are here"
    assert Seen(card).on_pictures == []
    assert Seen(card).tools == ["Stop"]
    card.close()


def test_the_others_of_one_at_a_slow_host_are_seen_at_once(
    sandbox: Sandbox, session: mj.Session
) -> None:
    never_answer(sandbox, "3.png")
    card = begun(sandbox, 4)
    until_job(card.job, has_come(3))
    assert shows(*COLOURS[:2], None, COLOURS[3])(Seen(card).tiles.previews)
    assert Seen(card).words == "getting the pictures, 3 of 4 are here"
    assert Seen(card).tiles.unfinished
    card.close()


def test_what_has_come_before_stop_is_seen_and_is_not_downloaded_again(
    sandbox: Sandbox, session: mj.Session
) -> None:
    never_answer(sandbox, "3.png")
    card = begun(sandbox, 4)
    until_job(card.job, has_come(3))
    Seen(card).click_tool("Stop")
    with pytest.raises(mj.MjError, match="not watched any more"):
        card.wait(SECONDS)
    assert shows(*COLOURS[:2], None, COLOURS[3])(Seen(card).tiles.previews)
    assert Seen(card).tools == ["Check now"]
    Seen(card).click_tool("Check now")
    assert card.wait(SECONDS).succeeded
    assert [q.getpixel((3, 3)) for q in card.quadrants] == COLOURS
    assert asked_for(sandbox, "1.png", "2.png", "3.png", "4.png") == [1, 1, 2, 1]


def test_a_sheet_that_hangs_holds_up_no_original(sandbox: Sandbox, session: mj.Session) -> None:
    never_answer(sandbox, "sheet.webp")
    card = card_of(sandbox, 4, imageUrl=sheet_of(sandbox))
    assert [path.read_bytes() for path in card.files] == files(4)
    assert card.error == ""
    assert "Try again" not in Seen(card).tools


def test_a_dead_sheet_is_nothing_to_complain_of_where_all_originals_are_here(
    sandbox: Sandbox, session: mj.Session
) -> None:
    card = card_of(sandbox, 4, imageUrl=f"{sandbox.url}/attachments/gone-sheet")
    assert [path.read_bytes() for path in card.files] == files(4)
    assert (card.error, Seen(card).notice) == ("", "")
    assert card.image is not None
    assert card.image.size == (128, 64)
    assert "Try again" not in Seen(card).tools


def test_run_again_nothing_is_downloaded_a_second_time(
    sandbox: Sandbox, session: mj.Session
) -> None:
    names = ("sheet.webp", "1.png", "2.png", "3.png", "4.png")
    for _ in range(2):
        card = card_of(sandbox, 4, imageUrl=sheet_of(sandbox))
        assert [path.read_bytes() for path in card.files] == [SHEET, *files(4)]
        assert asked_for(sandbox, *names) == [1, 1, 1, 1, 1]
        card.close()


# -- what is only the sheet's copy -----------------------------------------------------------------


@on("is_known", [False, True])
def test_a_copy_from_the_sheet_says_so_and_its_original_can_be_asked_for(
    is_known: bool, sandbox: Sandbox, session: mj.Session
) -> None:
    card = card_of(sandbox, 4, 3, imageUrl=sheet_of(sandbox))
    if is_known:  # from the library, where nobody knows any more why it is missing
        card.close()
        card = card_of(sandbox, 4, 3, imageUrl=sheet_of(sandbox))
        assert "Picture 3 cut from the sheet: Try again asks for the original" in Seen(card).notes
        assert card.error == ""
    else:
        assert card.error.startswith("Picture 3 shown as cut from the sheet: ")
        assert card.error.endswith("Try again asks for the original once more.")
    assert [q.size for q in card.quadrants] == [(64, 32), (64, 32), (16, 8), (64, 32)]
    assert Seen(card).tiles.notes == ["", "", "cut from the sheet", ""]

    begun(sandbox, 4, imageUrl=sheet_of(sandbox)).close()  # the service has it again
    before = asked_for(sandbox, "sheet.webp", "1.png", "2.png", "4.png")
    Seen(card).click_tool("Try again")
    card.wait(SECONDS)
    until(Seen(card).tiles, "notes", [])
    assert [q.size for q in card.quadrants] == [(64, 32)] * 4
    assert asked_for(sandbox, "sheet.webp", "1.png", "2.png", "4.png") == before
    assert card.error == ""
    assert "Try again" not in Seen(card).tools


def test_with_all_originals_dead_the_sheet_is_shown_and_they_can_be_asked_for(
    sandbox: Sandbox, session: mj.Session
) -> None:
    card = card_of(sandbox, 4, 1, 2, 3, 4, imageUrl=sheet_of(sandbox))
    assert [q.getpixel((3, 3)) for q in card.quadrants] == COLOURS
    assert [path.read_bytes() for path in card.files] == [SHEET]
    assert Seen(card).notice.startswith("Pictures 1, 2, 3 and 4 shown as cut from the sheet: ")
    assert "Try again" in Seen(card).tools


def test_of_24_dead_originals_the_sheet_is_shown_whole(
    sandbox: Sandbox, session: mj.Session
) -> None:
    dead = range(1, 25)
    card = card_of(sandbox, 24, *dead, imageUrl=sheet_of(sandbox))
    assert [len(small) > 0 for small in Seen(card).tiles.previews] == [True]
    assert card.image_bytes == SHEET
    start = "None of the 24 pictures can be had, only the sheet of them: "
    assert Seen(card).notice.startswith(start)
    assert "Try again" in Seen(card).tools


def test_a_picture_that_could_not_be_had_says_so_on_its_own_tile(
    sandbox: Sandbox, session: mj.Session
) -> None:
    assert Seen(card_of(sandbox, 4, 2)).tiles.notes == ["", "could not be had", "", ""]
    assert Seen(card_of(sandbox, 4, task_id="78")).tiles.notes == []


def test_try_again_asks_for_the_missing_one_alone(sandbox: Sandbox, session: mj.Session) -> None:
    card = card_of(sandbox, 4, 3)
    begun(sandbox, 4).close()
    before = asked_for(sandbox, "1.png", "2.png", "4.png")
    Seen(card).click_tool("Try again")
    card.wait(SECONDS)
    Seen(card).until_no_notice()
    assert [path.read_bytes() for path in card.files] == files(4)
    assert asked_for(sandbox, "1.png", "2.png", "4.png") == before
