"""The pictures that a card has at hand: the newest of a running task, then what came of it."""

from __future__ import annotations

import asyncio
import io
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, features
from services import CANARY, file_of, film_of
from sketches import sketching

import mj_widgets as mj
from card.page import SECONDS, Seen, until
from mj_widgets import background
from mj_widgets.card import album
from mj_widgets.pictures.images import Picture
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.session import settings

if TYPE_CHECKING:
    from pathlib import Path

GRID = EXAMPLES["finished"]
COLOURS = {"red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255)}
on = pytest.mark.parametrize
HARMS = on("harm", ["is missing", "was changed"])


class Running:
    """A task that runs for as long as a test wants, and what the service shows of it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.tell(5)
        self.card = mj.TaskWidget("77", interval=60)
        until(self.card, "progress", 5)

    def tell(self, progress: int, **fields: Any) -> None:
        body = {"id": "77", "action": "IMAGINE", "prompt": "a fox --ar 2:1"}
        status = {"status": "IN_PROGRESS", "progress": f"{progress}%"}
        self.sandbox.put("77", body | status | fields)

    def paint(self, progress: int, colour: str) -> None:
        """Let the service show another half-done picture, and the card hear of it."""
        data = file_of(Image.new("RGB", (64, 32), colour))
        self.tell(progress, imageUrl=self.sandbox.put_file(f"{colour}.png", data))
        self.card.check_now()
        until(self.card, "progress", progress)

    def asked_for(self, colour: str) -> int:
        return self.sandbox.count("GET", f"/{colour}.png")


@pytest.fixture
def running(session: mj.Session, sandbox: Sandbox) -> Running:
    return Running(sandbox)


def shows(colour: str) -> Any:
    """Tell whether the only preview has a colour."""

    def is_shown(previews: list[bytes]) -> bool:
        if len(previews) != 1:
            return False
        found = Image.open(io.BytesIO(previews[0])).convert("RGB").getpixel((4, 4))
        return found == pytest.approx(COLOURS[colour], abs=8)

    return is_shown


def at_work() -> list[str]:
    """What albums are doing on the background thread."""

    async def look() -> list[str]:
        await asyncio.sleep(0)  # what was cancelled has ended
        coroutines: list[Any] = [task.get_coro() for task in asyncio.all_tasks()]
        return [one.__qualname__ for one in coroutines if one.__qualname__.startswith("Album")]

    return background.run(look())


def file_of_task(task_id: str = GRID) -> Path:
    record = mj.library().get(task_id)
    assert record is not None
    return record.files[0].path


def harm_it(file: Path, harm: str) -> None:
    if harm == "is missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] + b"?")


# -- while it runs ---------------------------------------------------------------------------------


def test_before_there_is_a_picture_its_place_has_its_shape(running: Running) -> None:
    tiles = Seen(running.card).tiles
    assert (tiles.previews, tiles.aspect, tiles.unfinished) == ([], 2.0, True)


def test_each_new_half_done_picture_takes_the_place_of_the_one_before(running: Running) -> None:
    tiles = Seen(running.card).tiles
    for progress, colour in ((20, "red"), (40, "green")):
        running.paint(progress, colour)
        until(tiles, "previews", shows(colour))
        assert tiles.unfinished
    running.card.close()


def test_of_several_that_come_while_one_is_on_its_way_the_newest_is_fetched_and_shown(
    running: Running, sandbox: Sandbox
) -> None:
    sandbox.faults.slow_seconds = 2.0
    sandbox.faults.next("slow", path="/red.png")
    running.paint(20, "red")
    running.paint(30, "green")
    running.paint(40, "blue")
    until(Seen(running.card).tiles, "previews", shows("blue"))
    assert [running.asked_for(colour) for colour in COLOURS] == [1, 0, 1]
    running.card.close()


def test_a_picture_that_cannot_be_had_leaves_what_is_seen(
    running: Running, sandbox: Sandbox
) -> None:
    tiles = Seen(running.card).tiles
    running.paint(20, "red")
    until(tiles, "previews", shows("red"))
    sandbox.faults.next("expired", path="/green.png")
    running.paint(30, "green")
    assert shows("red")(tiles.previews)
    running.paint(40, "blue")
    until(tiles, "previews", shows("blue"))
    assert running.card.error == ""
    running.card.close()


def test_the_same_picture_under_another_link_is_not_fetched_again(
    running: Running, sandbox: Sandbox
) -> None:
    tiles = Seen(running.card).tiles
    running.paint(20, "red")
    until(tiles, "previews", shows("red"))
    assert running.card.task is not None
    link = f"{running.card.task.image_url}?rand=7"  # as new-api does with each answer
    running.tell(20, imageUrl=link)
    sandbox.faults.next("500", path="/fetch")
    for is_trouble in (True, False):  # after which it is told once more
        running.card.check_now()
        until(running.card, "error", lambda said, wanted=is_trouble: bool(said) is wanted)
    assert running.card.task.image_url == link
    running.paint(40, "green")
    until(tiles, "previews", shows("green"))
    assert [running.asked_for(colour) for colour in ("red", "green")] == [1, 1]
    running.card.close()


def test_a_card_that_is_stopped_keeps_its_half_done_picture(running: Running) -> None:
    running.paint(20, "red")
    until(Seen(running.card).tiles, "previews", shows("red"))
    running.card.stop()
    assert Seen(running.card).words == "not watched any more"
    assert shows("red")(Seen(running.card).tiles.previews)
    assert Seen(running.card).tiles.unfinished


def test_a_card_that_is_closed_gets_no_more(running: Running, sandbox: Sandbox) -> None:
    sandbox.faults.slow_seconds = 10.0
    sandbox.faults.next("slow", path="/red.png")
    running.paint(20, "red")
    running.paint(30, "green")
    assert at_work() == ["Album._get_previews"]
    running.card.close()
    assert at_work() == []
    assert running.asked_for("green") == 0


def test_the_finished_pictures_take_the_place_of_a_half_done_one_on_its_way(
    running: Running, sandbox: Sandbox
) -> None:
    sandbox.faults.slow_seconds = 10.0
    sandbox.faults.next("slow", path="/red.png")
    running.paint(20, "red")
    done = file_of(Image.new("RGB", (64, 32), "blue"))
    running.tell(100, status="SUCCESS", imageUrl=sandbox.put_file("blue.png", done))
    running.card.check_now()
    running.card.wait(SECONDS)
    tiles = Seen(running.card).tiles
    assert (len(tiles.previews), tiles.unfinished) == (4, False)
    assert all(shows("blue")([preview]) for preview in tiles.previews)
    assert at_work() == []


# -- when it is done -------------------------------------------------------------------------------


def finished(task_id: str = GRID) -> mj.TaskWidget:
    card = mj.TaskWidget(task_id)
    card.wait(SECONDS)
    return card


def test_what_waits_for_a_card_goes_on_when_its_pictures_are_here(session: mj.Session) -> None:
    for _ in range(2):  # from the service, then from the library
        card = mj.TaskWidget(GRID)
        card.wait(SECONDS)
        assert len(Seen(card).tiles.previews) == 4


@HARMS
def test_a_file_that_was_harmed_is_downloaded_again(
    session: mj.Session, sandbox: Sandbox, harm: str
) -> None:
    original = finished().image_bytes
    harm_it(file_of_task(), harm)

    assert finished().image_bytes == original
    assert file_of_task().read_bytes() == original
    assert mj.library().verify() == []


def test_a_film_that_was_harmed_is_downloaded_again() -> None:
    with sketching(partner=True).in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        film = finished().upscale(1)
        film.wait(SECONDS)
        film = film.press("Animate (High motion)")
        film.wait(SECONDS)
        originals, file = film.videos, film.files[0]
        film.close()
        harm_it(file, "was changed")

        again = mj.TaskWidget(film.task_id)

        assert again.wait(SECONDS).succeeded
        assert again.videos == originals
        assert again.files[0].read_bytes() == originals[0]
        assert len(Seen(again).tiles.movies) == len(originals)
        again.close()


def test_a_film_in_the_card_of_a_grid_has_a_picture_until_it_plays() -> None:
    with sketching(partner=True).in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        grid = finished()
        single = grid.upscale(1)
        single.wait(SECONDS)
        film = single.press("Animate (High motion)")
        film.wait(SECONDS)

        card = mj.TaskWidget(film.job, inside=grid)

        assert card.wait(SECONDS).succeeded
        assert len(Seen(card).tiles.movies) == len(film.videos) > 0
        posters = Seen(card).tiles.previews
        assert posters
        assert {Picture.from_bytes(poster).format for poster in posters} == {"jpeg"}
        for each in (card, grid):
            each.close()


def test_films_of_one_of_four_pictures_show_that_one_until_they_play() -> None:
    with sketching().in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        grid = finished()
        film = grid.animate(quadrant=3)
        film.wait(SECONDS)

        assert film.quadrant == 3
        own = Seen(grid).tiles.previews[2]
        assert Seen(film).tiles.previews == [own] * len(film.videos)
        longer = film.extend(2)
        longer.wait(SECONDS)

        assert Seen(longer).tiles.previews == [own] * len(longer.videos)
        grid.close()


@on("library", ["kept", None])
def test_a_fault_while_the_pictures_are_made_is_said_and_mended_by_check_now(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, library: str | None
) -> None:
    mj.configure(sandbox.url, CANARY, library=library and tmp_path / library)

    def fail(*_: object) -> None:
        raise RuntimeError("out of colours")

    with monkeypatch.context() as broken:
        broken.setattr(album, "result_frame", fail)
        card = mj.TaskWidget(GRID)
        if library:  # memory alone would lose it
            with pytest.raises(mj.ImageError, match="out of colours"):
                card.wait(SECONDS)
        else:
            assert card.wait(SECONDS).succeeded
        assert "out of colours" in Seen(card).notice
        assert Seen(card).tiles.previews == []

    card.check_now()

    until(Seen(card).tiles, "previews", lambda previews: len(previews) == 4)
    assert card.wait(SECONDS).succeeded
    assert Seen(card).notice == card.error == ""
    card.close()


@on("fault", ["401", "expired"])
def test_a_check_that_brings_nothing_loses_no_picture_that_only_memory_holds(
    sandbox: Sandbox, fault: str
) -> None:
    mj.configure(sandbox.url, CANARY, library=None)
    card = finished()
    original = card.image_bytes
    assert original is not None
    sandbox.faults.next(fault, 99, "/attachments/" if fault == "expired" else "")

    card.check_now()

    with suppress(mj.Unauthorized):
        card.wait(SECONDS)
    assert card.error
    assert card.image is not None
    assert card.image_bytes == original
    card.close()


def test_a_check_that_brings_nothing_loses_no_text(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, CANARY, library=None)
    card = finished(EXAMPLES["described"])
    texts = card.texts
    assert len(texts) == len(Seen(card).texts) == 4
    sandbox.faults.next("401", 99)

    card.check_now()

    with pytest.raises(mj.Unauthorized):
        card.wait(SECONDS)
    assert card.texts == texts
    assert len(Seen(card).texts) == 4
    card.close()


@HARMS
def test_offline_one_line_names_the_file_that_was_harmed(session: mj.Session, harm: str) -> None:
    finished()
    harm_it(file_of_task(), harm)
    mj.configure(offline=True)

    card = mj.TaskWidget(GRID)
    with pytest.raises(mj.ImageError, match=harm):
        card.wait(SECONDS)

    assert card.image is None
    assert Seen(card).notice.startswith(f"{file_of_task()} {harm}. You are offline")
    assert "\n" not in Seen(card).notice
    assert Seen(card).tiles.previews == []
    assert Seen(card).tools == ["Try again"]


def test_offline_before_any_service_was_chosen_known_tasks_and_presses_are_shown(
    session: mj.Session, sandbox: Sandbox
) -> None:
    taken = finished().upscale(2)
    taken.wait(SECONDS)
    requests = len(sandbox.log)
    settings.reset()
    mj.configure(offline=True)

    card = finished()

    assert "pressed before" in card.buttons["U2"].tooltip
    assert any("from the library" in note for note in Seen(card).notes)
    again = card.upscale(2)
    again.wait(SECONDS)
    assert Seen(again).tiles.previews == Seen(taken).tiles.previews
    assert len(sandbox.log) == requests


# -- files of all kinds ----------------------------------------------------------------------------

HEIC = b"\0\0\0\x10ftypheic\0\0\0\0" + b"\0\0\0\x08meta" + b"\0\0\0\x08mdat"
JXL = b"\xff\x0a" + bytes(60)
SCENE = Image.linear_gradient("L").resize((64, 32)).convert("RGB")
TURNED = Image.Exif()
TURNED[0x0112] = 6


def shown(sandbox: Sandbox, data: bytes, **fields: Any) -> mj.TaskWidget:
    """The card of a single picture that is such a file."""
    link = sandbox.put_file("file.bin", data, "application/octet-stream")
    body = {"id": "78", "action": "UPSCALE", "status": "SUCCESS", "progress": "100%"}
    sandbox.put("78", body | {"imageUrl": link} | fields)
    return finished("78")


@on("kind", ["AVIF", "TIFF", "BMP", "JPEG2000"])
def test_a_picture_of_another_format_is_shown_and_kept_as_what_it_is(
    session: mj.Session, sandbox: Sandbox, kind: str, tmp_path: Path
) -> None:
    data = file_of(SCENE, kind)
    card = shown(sandbox, data)
    assert len(Seen(card).tiles.previews) == 1
    assert card.image is not None
    assert card.image.size == (64, 32)
    suffix = {"JPEG2000": ".jp2"}.get(kind, f".{kind.lower()}")
    assert [file.suffix for file in card.files] == [suffix]
    assert card.files[0].read_bytes() == data
    assert card.save(f"{tmp_path}/").suffix == suffix
    assert Image.open(card.save(tmp_path / "fox.png")).size == (64, 32)
    card.close()


@on(
    ("data", "name", "suffix"),
    [(HEIC, "a HEIC picture", ".heic"), (JXL, "a JPEG XL picture", ".jxl")],
)
def test_what_cannot_be_opened_is_kept_and_said(
    session: mj.Session, sandbox: Sandbox, data: bytes, name: str, suffix: str, tmp_path: Path
) -> None:
    card = shown(sandbox, data)
    said = f"{name}, which this Pillow cannot read: the file is kept as it is"
    for seen in (card, finished("78")):
        assert Seen(seen).words == "done"
        assert said in Seen(seen).notes
        assert Seen(seen).tiles.previews == []
        assert "Save" in Seen(seen).tools
    assert [file.suffix for file in card.files] == [suffix]
    assert card.image_bytes == data
    assert card.save(f"{tmp_path}/").read_bytes() == data
    assert said in card.presenter.leaving._still.note
    with pytest.raises(mj.ImageError, match="which this Pillow cannot read"):
        _ = card.image
    card.close()


def test_a_browser_is_given_what_it_can_show_and_the_kernel_cannot(
    session: mj.Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "check", lambda name: name != "avif")
    data = file_of(SCENE, "AVIF")
    card = shown(sandbox, data)
    assert Seen(card).tiles.movies == [{"mime": "image/avif", "bytes": len(data)}]
    assert card.files[0].read_bytes() == data
    card.close()


@on(
    "cut",
    [
        film_of(bytes(500))[:-1],
        film_of(bytes(500))[:24],
        file_of(SCENE)[:-40],
        file_of(SCENE, "JPEG")[:-100],
        file_of(SCENE, "WEBP")[:-30],
        file_of(SCENE, "GIF")[:-30],
        file_of(SCENE, "AVIF")[:-30],
    ],
    ids=["mp4", "mp4 without index", "png", "jpeg", "webp", "gif", "avif"],
)
def test_half_a_file_is_not_kept(session: mj.Session, sandbox: Sandbox, cut: bytes) -> None:
    with pytest.raises(mj.ImageError, match="truncated or damaged"):
        shown(sandbox, cut)
    card = mj.TaskWidget("78")
    assert card.image_bytes is None
    record = mj.library().get("78")
    assert record is None or record.files == ()
    card.close()


@on("cut", [2, 1])
def test_a_jpeg_without_its_end_is_shown_kept_and_told(
    session: mj.Session, sandbox: Sandbox, cut: int
) -> None:
    data = file_of(SCENE, "JPEG")[:-cut]
    card = shown(sandbox, data)
    assert len(Seen(card).tiles.previews) == 1
    assert card.files[0].read_bytes() == data
    assert "its end is missing, but all that is seen is there" in Seen(card).notes
    again = finished("78")
    assert len(Seen(again).tiles.previews) == 1
    card.close()


def test_a_described_photo_stands_upright_in_tile_and_still(
    session: mj.Session, sandbox: Sandbox
) -> None:
    card = shown(sandbox, file_of(SCENE, "JPEG", exif=TURNED), action="DESCRIBE", prompt="1️⃣ a fox")
    tiles = Seen(card).tiles
    assert tiles.aspect == 0.5
    assert [Picture.from_bytes(preview).size for preview in tiles.previews] == [(32, 64)]
    assert card.presenter.leaving._still.size == (32, 64)
    card.close()
