"""Edits and retextures: every input to every kind of service, once; what is refused is not sent."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from services import CANARY
from sketches import sketching

import mj_widgets as mj
from jobs.support import GRID, SECONDS, bodies, finished
from mj_widgets.jobs import editing, filming
from mj_widgets.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

on = pytest.mark.parametrize

PICTURE = Image.fromarray(np.random.default_rng(3).integers(0, 256, (40, 60, 3), dtype=np.uint8))
BOX = (10, 10, 30, 20)
MASK = Image.new("L", (60, 40), 0)
MASK.paste(255, BOX)
ROOM = (20, 0, 0, 4)
with_edits = on("sandbox", ["dmx", "newapi", "trueai"], indirect=True)


def file_of(picture: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def turned() -> bytes:
    """The picture lying on its side in the file, with the word that it is to be turned."""
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = PICTURE.transpose(Image.Transpose.ROTATE_90)
    return file_of(lying, exif=exif)


def pixels(url: Any) -> np.ndarray:
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as image:
        return np.asarray(image)


def check_marked(body: Any, pad: tuple[int, int, int, int] = (0, 0, 0, 0)) -> None:
    """What was sent is the picture, transparent where the mask beside it is white."""
    assert set(body) == {"prompt", "image", "maskBase64"}
    image, white = pixels(body["image"]), pixels(body["maskBase64"]) == 255
    left, top, right, bottom = pad
    expected = np.ones((40 + top + bottom, 60 + left + right), bool)
    expected[top : top + 40, left : left + 60] = np.asarray(MASK) == 255
    assert (white == expected).all()
    assert ((image[:, :, 3] == 0) == white).all()
    inside = image[top : top + 40, left : left + 60, :3]
    kept = np.asarray(MASK) == 0
    assert (inside[kept] == np.asarray(PICTURE)[kept]).all()


def taken(sandbox: Sandbox) -> list[Any]:
    """What was submitted with a key that the service takes: trueai's wants it without "Bearer"."""
    return [post.body for post in sandbox.posts if post.status != 401]


GIVEN: dict[str, Callable[[Path], Any]] = {
    "PIL": lambda _: PICTURE,
    "RGBA": lambda _: PICTURE.convert("RGBA"),
    "array": lambda _: np.asarray(PICTURE),
    "bytes": lambda _: file_of(PICTURE),
    "turned": lambda _: turned(),
    "path": lambda folder: written(folder / "fox.png"),
    "name": lambda folder: str(written(folder / "fox.png")),
}


def written(path: Path) -> Path:
    path.write_bytes(file_of(PICTURE))
    return path


# -- what arrives --------------------------------------------------------------------------------


@with_edits
@on("given", GIVEN.values(), ids=GIVEN)
def test_each_kind_of_picture_arrives_with_its_mask_and_pad_once(
    sandbox: Sandbox, session: mj.Session, given: Any, tmp_path: Path
) -> None:
    begun = editing.edit(given(tmp_path), " a straw hat ", MASK, ROOM)
    session.begin(begun).wait(SECONDS)
    (body,) = taken(sandbox)
    assert body["prompt"] == "a straw hat"
    check_marked(body, ROOM)
    assert sandbox.posts[-1].path.endswith("submit/edits")


@with_edits
def test_a_picture_at_an_address_is_downloaded_and_marked_before_it_is_sent(
    sandbox: Sandbox, session: mj.Session
) -> None:
    link = sandbox.put_file("fox.png", file_of(PICTURE))
    begun = editing.edit(link, "a straw hat", [BOX], ROOM)
    assert begun.origin == "edit · downloaded here first"
    session.begin(begun).wait(SECONDS)
    (body,) = taken(sandbox)
    check_marked(body, ROOM)


@with_edits
def test_a_large_picture_at_an_address_is_marked_where_that_was_meant(
    sandbox: Sandbox, session: mj.Session
) -> None:
    """Made fit to be sent before, its pixels would be others than those that a box is given in."""
    noise = np.random.default_rng(7).integers(0, 256, (2800, 2800, 3), dtype=np.uint8)
    link = sandbox.put_file("fox.jpg", file_of(Image.fromarray(noise), "JPEG", quality=90))
    session.begin(editing.edit(link, "a hat", (0, 0, 700, 700))).wait(SECONDS)
    (body,) = taken(sandbox)
    assert (pixels(body["maskBase64"]) == 255).mean() == pytest.approx(1 / 16, abs=0.01)


@on("kind", ["BMP", "TIFF", "PPM"])
def test_a_picture_of_a_seldom_kind_at_an_address_is_marked_too(
    sandbox: Sandbox, session: mj.Session, kind: str
) -> None:
    link = sandbox.put_file("fox.img", file_of(Image.new("RGB", (64, 64), "red"), kind))
    session.begin(editing.edit(link, "a hat", (0, 0, 16, 16))).wait(SECONDS)
    (body,) = bodies(sandbox, "submit/edits")
    assert (pixels(body["maskBase64"]) == 255).mean() == pytest.approx(1 / 16)


@on("mask", [MASK, np.asarray(MASK), np.asarray(MASK) > 0, BOX, [BOX]], ids=type)
def test_each_kind_of_mask_marks_the_same_here_and_at_an_address(
    sandbox: Sandbox, session: mj.Session, mask: Any
) -> None:
    link = sandbox.put_file("fox.png", file_of(PICTURE))
    for picture in (PICTURE, link):
        session.begin(editing.edit(picture, "a hat", mask)).wait(SECONDS)
    here, there = bodies(sandbox, "submit/edits")
    check_marked(here)
    assert here == there


@on("picture", [PICTURE, "address"], ids=["here", "at an address"])
def test_with_a_pad_alone_only_that_is_painted(
    sandbox: Sandbox, session: mj.Session, picture: Any
) -> None:
    if picture == "address":
        picture = sandbox.put_file("fox.png", file_of(PICTURE))
    session.begin(editing.edit(picture, "a wood", pad=(0, 10, 0, 0))).wait(SECONDS)
    (body,) = bodies(sandbox, "submit/edits")
    white = pixels(body["maskBase64"])
    assert white.shape == (50, 60)
    assert (white[:10] == 255).all()
    assert (white[10:] == 0).all()
    assert (pixels(body["image"])[10:, :, :3] == np.asarray(PICTURE)).all()


@on("start", [editing.edit, editing.retexture], ids=["edit", "retexture"])
def test_without_mask_and_pad_a_picture_goes_as_it_is_and_an_address_as_an_address(
    sandbox: Sandbox, session: mj.Session, start: Any
) -> None:
    data = file_of(PICTURE, "JPEG", quality=90)
    link = sandbox.put_file("fox.png", file_of(PICTURE))
    for picture in (data, link):
        session.begin(start(picture, "a snowstorm")).wait(SECONDS)
    assert [post.body for post in sandbox.posts] == [
        {
            "prompt": "a snowstorm",
            "image": f"data:image/jpeg;base64,{base64.b64encode(data).decode()}",
        },
        {"prompt": "a snowstorm", "image": link},
    ]
    assert sandbox.count("GET", "/attachments/0/0") == 0


def test_a_picture_of_a_task_is_edited_below_it(sandbox: Sandbox, session: mj.Session) -> None:
    job = finished(session)
    begun = editing.edit(
        job.quadrants[1], "a hat", pad=(1, 0, 0, 0), parent=job.task_id, button="Edit 2"
    )
    assert begun.origin == f"Edit 2 of task {GRID}"
    child = job.begin_from(begun)
    assert child in job.followups
    assert child.wait(SECONDS).succeeded
    assert session.path(child.task_id)[0].task_id == GRID


# -- once in a lifetime --------------------------------------------------------------------------


def starts(link: str) -> list[Any]:
    return [
        editing.edit(PICTURE, "a hat", MASK),
        editing.edit(np.asarray(PICTURE), "a hat", pad=(0, 0, 8, 0)),
        editing.edit(link, "a hat", [BOX]),
        editing.edit(PICTURE, "a snowstorm"),
        editing.retexture(PICTURE, "made of glass"),
    ]


def test_run_again_with_the_same_library_none_is_sent_again(
    sandbox: Sandbox, session: mj.Session
) -> None:
    link = sandbox.put_file("fox.png", file_of(PICTURE))
    first = [session.begin(start) for start in starts(link)]
    ids = [job.wait(SECONDS).id for job in first]
    again = mj.Session(sandbox.url, CANARY, library=mj.library())
    assert again.account is not session.account
    assert [again.begin(start).wait(SECONDS).id for start in starts(link)] == ids
    assert len(sandbox.posts) == len(ids) == len(set(ids))


def test_another_mask_or_another_pad_is_another_order(
    sandbox: Sandbox, session: mj.Session
) -> None:
    link = sandbox.put_file("fox.png", file_of(PICTURE))
    for picture in (PICTURE, link):
        for mask, pad in ((BOX, ROOM), ((0, 0, 9, 9), ROOM), (BOX, (1, 0, 0, 0))):
            session.begin(editing.edit(picture, "a hat", mask, pad)).wait(SECONDS)
    assert len(sandbox.posts) == 6


@on("kind", ["cut", "500"])
@on("which", range(5), ids=["mask", "pad", "address", "whole", "retexture"])
def test_an_answer_that_is_lost_is_not_asked_for_by_sending_it_again(
    sandbox: Sandbox, session: mj.Session, kind: str, which: int
) -> None:
    link = sandbox.put_file("fox.png", file_of(PICTURE))
    sandbox.faults.next(kind, path="submit/")
    with pytest.raises(mj.ServiceUnavailable) as lost:
        session.begin(starts(link)[which]).wait(SECONDS)
    assert lost.value.maybe_sent
    with pytest.raises(mj.ServiceUnavailable, match="may have been submitted"):
        session.begin(starts(link)[which]).wait(SECONDS)
    assert len(sandbox.posts) == 1


@on("form", range(3))
def test_what_is_too_large_for_the_service_is_told_on_one_line_and_can_be_sent_again(
    sandbox: Sandbox, session: mj.Session, form: int
) -> None:
    sandbox.faults.next("413", count=form + 1, path="submit/edits")
    for _ in range(form + 1):
        with pytest.raises(mj.MjError, match="The pictures are too large for the service") as told:
            session.begin(editing.edit(PICTURE, "a hat", MASK)).wait(SECONDS)
        assert "\n" not in str(told.value)
    session.begin(editing.edit(PICTURE, "a hat", MASK)).wait(SECONDS)
    assert len(bodies(sandbox, "submit/edits")) == form + 2


def test_a_picture_over_4_mb_is_marked_and_framed_at_an_address_as_it_is_here(
    sandbox: Sandbox, session: mj.Session
) -> None:
    noise = Image.fromarray(
        np.random.default_rng(1).integers(0, 256, (2600, 2600, 3), dtype=np.uint8)
    )
    link = sandbox.put_file("noise.png", file_of(noise, compress_level=1))
    for picture in (noise, link):
        session.begin(editing.edit(picture, "a hat", (900, 900, 2500, 2500), (650, 0, 0, 0))).wait(
            SECONDS
        )
    here, there = bodies(sandbox, "submit/edits")
    assert pixels(there["maskBase64"]).shape == (1024, 1280)
    assert here == there


def test_a_link_that_has_died_submits_nothing(sandbox: Sandbox, session: mj.Session) -> None:
    link = sandbox.put_file("fox.png", file_of(PICTURE))
    sandbox.faults.next("expired", count=100, path="/attachments")
    with pytest.raises(mj.ImageError, match="Nothing was submitted"):
        session.begin(editing.edit(link, "a hat", MASK)).wait(SECONDS)
    assert sandbox.posts == []


# -- what is refused here ------------------------------------------------------------------------

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no prompt": (
        {"prompt": "  "},
        "The prompt is empty. Say what to paint. Nothing was submitted.",
    ),
    "no text": ({"prompt": 7}, "The prompt has to be a text, not int"),
    "another size": (
        {"mask": MASK.transpose(Image.Transpose.ROTATE_90)},
        "The mask is 40×60 pixels and the picture 60×40 (width×height). Its sides are swapped",
    ),
    "empty": ({"mask": np.zeros((40, 60), bool)}, "The mask is empty: nothing is white"),
    "no boxes": ({"mask": []}, "The mask is empty: nothing is white"),
    "full": ({"mask": np.ones((40, 60), bool)}, "The mask is full: everything is white"),
    "outside": ({"mask": (0, 0, 61, 9)}, "reaches outside the picture of 60×40 pixels"),
    "no mask": ({"mask": "mask.png"}, "A mask is a PIL image, an array or a list of boxes"),
    "three": ({"pad": (1, 2, 3)}, "is not four whole numbers"),
    "halves": ({"pad": (0.5, 0, 0, 0)}, "is not four whole numbers"),
    "negative": ({"pad": (0, 0, -4, 0)}, "takes away from the picture"),
    "wide": ({"pad": (300, 0, 300, 0)}, "the picture is 660×40. Midjourney's go up to 14:1"),
    "high": ({"pad": (0, 0, 0, 801)}, "the picture is 60×841. Midjourney's go up to 14:1"),
}


@on("place", ["here", "at an address"])
@on(("wrong", "message"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_sent_is_told_on_one_line_and_not_sent(
    sandbox: Sandbox, session: mj.Session, wrong: dict[str, Any], message: str, place: str
) -> None:
    picture: Any = PICTURE
    if place != "here":
        picture = sandbox.put_file("fox.png", file_of(PICTURE))
    given = {"prompt": "a hat", "mask": BOX, **wrong}
    with pytest.raises(mj.MjError) as told:
        session.begin(editing.edit(picture, **given)).wait(SECONDS)
    assert message in str(told.value)
    assert "\n" not in str(told.value)
    assert sandbox.posts == []


def test_a_retexture_needs_a_prompt(sandbox: Sandbox) -> None:
    with pytest.raises(mj.MjError, match=r"Say what it shall look like\. Nothing was submitted"):
        editing.retexture(PICTURE, "")
    assert sandbox.posts == []


def test_that_a_picture_was_made_smaller_is_said_of_the_task(session: mj.Session) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (2048, 2048, 3), dtype=np.uint8)
    begun = editing.edit(noise, "a hat", BOX)
    assert begun.origin == "edit · made smaller: 2048×2048 → 1024×1024"
    job = session.begin(begun)
    job.wait(SECONDS)
    assert "made smaller: 2048×2048 → 1024×1024" in job.state.origin


def test_a_picture_over_4_mb_in_which_nothing_is_marked_is_a_jpeg_as_large_as_it_was(
    sandbox: Sandbox, session: mj.Session
) -> None:
    noise = Image.fromarray(
        np.random.default_rng(1).integers(0, 64, (1400, 1600, 3), dtype=np.uint8)
    )
    assert len(file_of(noise)) > 4_000_000
    begun = editing.retexture(noise, "made of glass")
    assert begun.origin == "retexture · sent as a JPEG"
    session.begin(begun).wait(SECONDS)
    (body,) = bodies(sandbox, "submit/retexture")
    assert body["image"].startswith("data:image/jpeg;base64,")
    assert pixels(body["image"]).shape == (1400, 1600, 3)
    assert len(body["image"]) * 3 / 4 < 4_000_000


# -- what the service cannot do ------------------------------------------------------------------


@pytest.fixture
def for_discord() -> Iterator[Sandbox]:
    """A service whose accounts are Discord's, which cannot edit."""
    with sketching("trueai", edits=False).in_thread() as running:
        yield running


@on("start", [editing.edit, editing.retexture], ids=["edit", "retexture"])
def test_that_the_account_cannot_is_said_and_remembered(for_discord: Sandbox, start: Any) -> None:
    session = mj.configure(for_discord.url, CANARY)
    path = start(PICTURE, "a hat").order.path
    assert session.account.abilities.why_not(path) == ""
    with pytest.raises(mj.MjError) as told:
        session.begin(start(PICTURE, "a hat")).wait(SECONDS)
    assert "当前账号不支持编辑/重绘任务" in str(told.value)
    assert "Its accounts are of a kind that cannot" in str(told.value)
    assert session.account.abilities.why_not(path) == (
        "The service says that its account cannot: “当前账号不支持编辑/重绘任务”"
    )
    with pytest.raises(mj.MjError, match="It has said so before"):
        session.begin(start(PICTURE, "a hat")).wait(SECONDS)
    assert len(taken(for_discord)) == 2
    for_discord.options.edits = True
    session.begin(start(PICTURE, "a hat")).wait(SECONDS)
    assert session.account.abilities.why_not(path) == ""


@on("sandbox", ["novicezk", "onehub", "plus", "octopusx"], indirect=True)
def test_a_service_without_edits_is_not_told_to_have_another_address(
    sandbox: Sandbox, session: mj.Session
) -> None:
    del sandbox
    with pytest.raises(mj.MjError) as told:
        session.begin(editing.edit(PICTURE, "a hat", BOX)).wait(SECONDS)
    assert "This service does not offer submit/edits" in str(told.value)
    assert "\n" not in str(told.value)
    assert session.account.abilities.why_not("submit/edits") == "This service does not offer it"


@pytest.mark.parametrize("prompt", ["a {red, blue} sofa", "a sofa --repeat 3"])
def test_a_prompt_that_stands_for_several_is_refused_on_one_line(
    sandbox: Sandbox, prompt: str
) -> None:
    for begin in (editing.edit, editing.retexture, filming.animate):
        with pytest.raises(mj.MjError, match="stand for several jobs"):
            begin(PICTURE, prompt)
    assert sandbox.posts == []
