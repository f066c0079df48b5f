"""Every button there is, at every kind of service: what is sent, and what the card shows.

What is painted is told in ``tests/sandbox/``; here a picture is a few pixels of the right kind.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import ipywidgets
import pytest
from bodies import HASH as H
from bodies import button
from PIL import Image
from recorded import FILM_MP4
from sketches import file_of, sketching

import mj_widgets as mj
from card.page import SECONDS, Seen, click, is_used
from mj_widgets.sandbox import EXAMPLES, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.mark import ParameterSet

Parent = Literal["grid", "image", "film", "described", "shortened"]
Shown = Literal["grid", "image", "video", "text"]

PARENT = "4711"
PROMPT = "a red fox --ar 1:1"
DESCRIBED = "1️⃣ a fox at dawn\n\n2️⃣ a fox at noon\n\n3️⃣ a fox at dusk\n\n4️⃣ a fox at night"
SHORTENED = "1️⃣ one fox\n\n2️⃣ two fox\n\n3️⃣ three fox\n\n4️⃣ four fox\n\n5️⃣ five fox"


class Row(NamedTuple):
    """A button, and what is to come of it."""

    custom_id: str
    name: str
    on: Parent
    gives: Shown
    opens: str = ""
    """What stands in its window at first; "" where it opens none."""
    refused: str = ""
    """The services that refuse it."""


TIMES = ("dawn", "noon", "dusk", "night")
NUMBERS = ("one", "two", "three", "four", "five")
KEYCAPS = ("1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣")

# Of a picture that is varied or animated, the prompt can be changed where the service has Remix.
REMIX = [
    *(Row(f"MJ::JOB::variation::{n}::{H}", f"V{n}", "grid", "grid") for n in (1, 2, 3, 4)),
    Row(f"MJ::JOB::reroll::0::{H}::SOLO", "🔄", "grid", "grid"),
    Row(f"MJ::JOB::low_variation::1::{H}::SOLO", "Vary (Subtle)", "image", "grid"),
    Row(f"MJ::JOB::high_variation::1::{H}::SOLO", "Vary (Strong)", "image", "grid"),
    Row(f"MJ::JOB::pan_left::1::{H}::SOLO", "⬅️", "image", "grid"),
    Row(f"MJ::JOB::pan_right::1::{H}::SOLO", "➡️", "image", "grid"),
    Row(f"MJ::JOB::pan_up::1::{H}::SOLO", "⬆️", "image", "grid"),
    Row(f"MJ::JOB::pan_down::1::{H}::SOLO", "⬇️", "image", "grid"),
    Row(f"MJ::JOB::animate_high::1::{H}::SOLO", "Animate", "image", "video", refused="stock"),
    Row(f"MJ::JOB::animate_low::1::{H}::SOLO", "Animate", "image", "video", refused="stock"),
]
DIRECT = [
    *REMIX,
    *(Row(f"MJ::JOB::upsample::{n}::{H}", f"U{n}", "grid", "image") for n in (1, 2, 3, 4)),
    *(
        Row(f"MJ::JOB::{job}::1::{H}::SOLO", "Upscale", "image", "image")
        for job in (
            "upsample_v7_2x_subtle",
            "upsample_v7_2x_creative",
            "upsample_v6r1_2x_subtle",
            "upsample_v6r1_2x_creative",
            "upsample_v6_2x_subtle",
            "upsample_v6_2x_creative",
            "upsample_v5_2x",
            "upsample_v5_4x",
            "v6r1_upscale_2x_subtle",  # older partner accounts
            "v6r1_upscale_2x_creative",
        )
    ),
    Row(f"MJ::JOB::upsample_v7_2x_subtle::1::{H}::SOLO", "Redo Upscale", "image", "image"),
    Row(f"MJ::Outpaint::50::1::{H}::SOLO", "Zoom Out 2x", "image", "grid"),
    Row(f"MJ::Outpaint::75::1::{H}::SOLO", "Zoom Out 1.5x", "image", "grid"),
    Row(f"MJ::Outpaint::100::1::{H}::SOLO", "Make Square", "image", "grid"),
    # apimart's, which stand below a grid and have their emoji in the label
    Row("MJ::Outpaint::1::hAM::SOLO", "Zoom Out 1.5×", "grid", "grid"),
    Row("MJ::JOB::pan_left::0::hAM::SOLO", "⬅", "grid", "grid"),
    Row(f"MJ::JOB::animate_high_extend::1::{H}", "Extend", "film", "video", refused="stock"),
    Row(f"MJ::JOB::animate_low_extend::1::{H}", "Extend", "film", "video", refused="stock"),
    *(
        Row(f"MJ::JOB::video_virtual_upscale::{n}::{H}", f"U{n}", "film", "video", refused="stock")
        for n in (1, 2, 3, 4)
    ),
    Row(
        f"MJ::JOB::video::low::{H}::vid_1.1_i2v_480::auto",
        "Auto Low Motion",
        "image",
        "video",
        refused="trueai stock",
    ),
    Row("MJ::Picread::Retry", "🔄", "described", "text", refused="stock"),
    Row(
        "MJ::Job::PromptAnalyzerExtended",
        "Show Details",
        "shortened",
        "text",
        refused="trueai stock",
    ),
]
WINDOWS = [
    Row(f"MJ::Inpaint::1::{H}::SOLO", "Vary (Region)", "image", "grid", PROMPT),
    Row(f"MJ::CustomZoom::{H}", "Custom Zoom", "image", "grid", f"{PROMPT} --zoom 2"),
    Row(f"MJ::CustomZoom::1::{H}", "Custom Zoom", "image", "grid", f"{PROMPT} --zoom 2"),
    Row(
        f"MJ::JOB::video::high::{H}::vid_1.1_i2v_480::manual",
        "Manual High Motion",
        "image",
        "video",
        PROMPT,
        refused="trueai stock",
    ),
    *(
        Row(
            f"MJ::Job::PicReader::{n}",
            KEYCAPS[n - 1],
            "described",
            "grid",
            f"a fox at {TIMES[n - 1]}",
            refused="stock",
        )
        for n in (1, 2, 3, 4)
    ),
    *(
        Row(
            f"MJ::{job}::PromptAnalyzer::{n}",
            KEYCAPS[n - 1],
            "shortened",
            "grid",
            f"{NUMBERS[n - 1]} fox",
            refused="trueai stock",
        )
        for job in ("Job", "JOB")
        for n in (1, 2, 3, 4, 5)
    ),
]
ALL_AT_ONCE = Row(
    "MJ::Job::PicReader::all", "Imagine all", "described", "grid", refused="plus stock"
)
BOOKMARK = Row(f"MJ::BOOKMARK::{H}", "❤️", "image", "image", refused="plus trueai stock")
UNKNOWN = Row(
    f"MJ::Something::New::{H}", "Something", "image", "image", refused="plus trueai dmx stock"
)

FLAVOURS = ("plus", "trueai", "dmx", "stock")
REFUSALS = {
    "plus": "customId参数错误",
    "trueai": "未知的 Action 类型",
    "dmx": "unknown_action:{custom_id}",
    "stock": "unknown_action:{custom_id}",
}


def at(rows: list[Row], *, refused: bool = False) -> pytest.MarkDecorator:
    """Run a test with each row at each service that takes it, or at each that refuses it."""
    cases: list[ParameterSet] = [
        pytest.param(row, flavour, id=f"{flavour}-{row.name}-{row.custom_id.replace(H, 'h')}")
        for flavour in FLAVOURS
        for row in rows
        if (flavour in row.refused.split()) == refused
    ]
    return pytest.mark.parametrize(("row", "sandbox"), cases, indirect=["sandbox"])


PICTURE = Image.new("RGB", (64, 64), "teal")
FILES = {kind: file_of(kind, PICTURE) for kind in ("image/png", "image/webp")}
FILES["video/mp4"] = FILM_MP4
BODIES: dict[Parent, dict[str, Any]] = {
    "grid": {"action": "IMAGINE"},
    "image": {"action": "UPSCALE"},
    "film": {"action": "VIDEO"},
    "described": {"action": "DESCRIBE", "properties": {"finalPrompt": DESCRIBED}},
    "shortened": {"action": "SHORTEN", "properties": {"finalPrompt": SHORTENED}},
}


@pytest.fixture(scope="module")
def services() -> Iterator[dict[str, Sandbox]]:
    with contextlib.ExitStack() as running:
        boxes = {
            name: sketching("dmx" if name == "stock" else name, strict=name == "stock")
            for name in (*FLAVOURS, "novicezk")
        }
        for box in boxes.values():
            running.enter_context(box.in_thread())
        yield boxes


@pytest.fixture
def sandbox(services: dict[str, Sandbox], request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    box = services[request.param]
    box.log.clear()
    box.options.remix = box.options.partner = False
    mj.configure(box.url, "any", auth="secret", library=None)
    yield box
    ipywidgets.Widget.close_all()


def card_with(sandbox: Sandbox, row: Row) -> mj.TaskWidget:
    """Return the card of a finished task with this button, and in a grid with a U1 as well."""
    kind = "image/webp" if row.on == "film" else "image/png"
    pressed, first = button(row.custom_id, row.name), button(f"MJ::JOB::upsample::1::{H}", "U1")
    body = {
        "id": PARENT,
        "status": "SUCCESS",
        "progress": "100%",
        "prompt": PROMPT,
        "imageUrl": sandbox.put_file("parent", FILES[kind], kind),
        "buttons": [pressed, *([first] if row.on == "grid" and row.name != "U1" else [])],
        **BODIES[row.on],
    }
    sandbox.put(PARENT, body)
    card = mj.TaskWidget(PARENT)
    card.wait(SECONDS)
    return card


def answer(card: mj.TaskWidget, row: Row, prompt: str) -> mj.TaskWidget:
    """Press a button with the answer to its window."""
    if "Inpaint" in row.custom_id:
        return card.vary_region([(0, 0, 32, 32)], prompt=prompt)
    return card.press(row.name, prompt=prompt)


def sent(sandbox: Sandbox) -> list[tuple[str, dict[str, Any]]]:
    """Return every submission: the end of its path, and its body without a mask's bytes."""
    found = []
    for post in sandbox.posts:
        assert isinstance(post.body, dict)
        body = dict(post.body)
        if "maskBase64" in body:
            body["maskBase64"] = body["maskBase64"].partition(",")[0]
        found.append((post.path.rpartition("/")[2], body))
    return found


def action(row: Row, **more: Any) -> tuple[str, dict[str, Any]]:
    """Return the submission of a press."""
    return "action", {"taskId": PARENT, "customId": row.custom_id, **more}


def modal(child: mj.TaskWidget, row: Row, prompt: str) -> tuple[str, dict[str, Any]]:
    """Return the submission of the answer to a press's window."""
    mask = {"maskBase64": "data:image/png;base64"} if "Inpaint" in row.custom_id else {}
    return "modal", {"taskId": child.task_id, "prompt": prompt, **mask}


def shown(card: mj.TaskWidget) -> Shown:
    """Wait for a card, and return what is seen in it."""
    card.wait(SECONDS)
    assert card.error == ""
    if card.texts:
        return "text"
    if Seen(card).tiles.movies:
        return "video"
    return "grid" if len(Seen(card).tiles.previews) == 4 else "image"


# One submission, one card


@at(DIRECT)
def test_a_press_is_sent_once_and_its_card_shows_what_came(row: Row, sandbox: Sandbox) -> None:
    child = card_with(sandbox, row).press(row.name)

    assert shown(child) == row.gives
    assert sent(sandbox) == [action(row)]


@at([*DIRECT, *WINDOWS, ALL_AT_ONCE, BOOKMARK, UNKNOWN], refused=True)
def test_a_refused_press_is_one_line_in_the_services_words(
    row: Row, sandbox: Sandbox, request: pytest.FixtureRequest
) -> None:
    flavour = request.node.callspec.params["sandbox"]
    card = card_with(sandbox, row)
    child = answer(card, row, "a blue fox") if row.opens else card.press(row.name)
    with pytest.raises(mj.MjError):
        child.wait(SECONDS)

    assert card.error.startswith(f"{row.name} – ")
    assert REFUSALS[flavour].format(custom_id=row.custom_id) in card.error
    assert "\n" not in card.error
    Seen(card).until_followups(0)
    assert sent(sandbox) == [action(row)]


@at([ALL_AT_ONCE])
def test_all_prompts_at_once_are_one_submission_and_four_cards(row: Row, sandbox: Sandbox) -> None:
    card = card_with(sandbox, row)
    first = card.press(row.name)
    first.wait(SECONDS)

    assert len(card.followups) == 4
    assert [shown(child) for child in card.followups] == ["grid"] * 4
    assert [child.task.prompt for child in card.followups if child.task] == [
        f"a fox at {time}" for time in TIMES
    ]
    assert sent(sandbox) == [action(row)]


@at([BOOKMARK])
def test_a_bookmark_is_marked_and_nothing_is_followed(row: Row, sandbox: Sandbox) -> None:
    card = card_with(sandbox, row)
    with pytest.raises(mj.MjError, match="starts no task"):
        card.press(row.name).wait(SECONDS)

    Seen(card).until_followups(0)
    assert card.error == ""
    assert is_used(card.buttons[row.name])
    assert sent(sandbox) == [action(row)]


@pytest.mark.parametrize("sandbox", FLAVOURS, indirect=True)
def test_a_link_is_shown_and_cannot_be_pressed(sandbox: Sandbox) -> None:
    card = card_with(sandbox, UNKNOWN)
    web = {"customId": None, "emoji": "", "label": "Web", "type": 2, "style": 5}
    sandbox.put(PARENT, {**card.task.raw, "buttons": [web]})  # type: ignore[union-attr]
    card.check_now()
    card.wait(SECONDS)

    assert card.buttons["Web"].disabled
    with pytest.raises(mj.MjError, match="only opens a web page"):
        card.press("Web")
    assert sent(sandbox) == []


# A window


@at(WINDOWS)
def test_a_window_is_answered_from_python_in_one_more_submission(
    row: Row, sandbox: Sandbox
) -> None:
    prompt = "a blue fox --zoom 1.7" if "Zoom" in row.name else "a blue fox"
    child = answer(card_with(sandbox, row), row, prompt)

    assert shown(child) == row.gives
    assert child.task is not None
    assert child.task.prompt == "a blue fox"
    assert sent(sandbox) == [action(row), modal(child, row, prompt)]


@at(WINDOWS)
def test_a_click_opens_the_window_with_what_is_known_and_send_submits_it(
    row: Row, sandbox: Sandbox
) -> None:
    card = card_with(sandbox, row)
    click(card.buttons[row.name])
    panel = Seen(card).until_panel()
    assert panel.prompt == row.opens
    assert sent(sandbox) == []

    if panel.painter is not None:
        panel.mark([(0, 0, 32, 32)])
    panel.send()

    (child,) = card.followups
    assert shown(child) == row.gives
    assert sent(sandbox) == [action(row), modal(child, row, row.opens)]


@at(WINDOWS)
def test_without_an_answer_nothing_is_sent(row: Row, sandbox: Sandbox) -> None:
    with pytest.raises(mj.MjError, match=r"needs a (prompt|mask)"):
        card_with(sandbox, row).press(row.name)
    assert sent(sandbox) == []


# Remix


@at(REMIX)
def test_remix_takes_another_prompt(row: Row, sandbox: Sandbox) -> None:
    sandbox.options.remix = True
    child = card_with(sandbox, row).press(row.name, prompt="a blue fox")

    assert shown(child) == row.gives
    assert child.task is not None
    assert child.task.prompt == "a blue fox"
    assert sent(sandbox) == [action(row, enableRemix=True), modal(child, row, "a blue fox")]


@at(REMIX)
def test_without_remix_no_second_submission_is_made(
    row: Row, sandbox: Sandbox, request: pytest.FixtureRequest
) -> None:
    card = card_with(sandbox, row)
    child = card.press(row.name, prompt="a blue fox")

    if request.node.callspec.params["sandbox"] == "trueai":  # which is told that it is wanted
        with pytest.raises(mj.MjError, match="当前账号不支持 remix"):
            child.wait(SECONDS)
        Seen(card).until_followups(0)
    else:
        assert shown(child) == row.gives
        assert child.task is not None
        assert child.task.prompt == PROMPT
        assert "did not ask for your prompt" in Seen(child).notice
    assert sent(sandbox) == [action(row, enableRemix=True)]


# A server without buttons

CHANGES: list[tuple[str, dict[str, Any], Shown]] = [
    *((f"U{n}", {"action": "UPSCALE", "index": n}, "image") for n in (1, 2, 3, 4)),
    *((f"V{n}", {"action": "VARIATION", "index": n}, "grid") for n in (1, 2, 3, 4)),
    ("🔄", {"action": "REROLL", "index": 1}, "grid"),
]
novicezk = pytest.mark.parametrize("sandbox", ["novicezk"], indirect=True)


def grid_without_buttons() -> mj.TaskWidget:
    card = mj.TaskWidget(EXAMPLES["finished"])
    card.wait(SECONDS)
    assert card.task is not None
    assert card.task.buttons == ()
    return card


@novicezk
@pytest.mark.parametrize(("name", "body", "gives"), CHANGES, ids=[c[0] for c in CHANGES])
def test_u_v_and_reroll_are_changes(
    sandbox: Sandbox, name: str, body: dict[str, Any], gives: Shown
) -> None:
    child = grid_without_buttons().press(name)

    assert shown(child) == gives
    assert sent(sandbox) == [("change", {"taskId": EXAMPLES["finished"], **body})]
    assert set(child.buttons) == ({name for name, *_ in CHANGES} if gives == "grid" else set())


@novicezk
def test_a_change_that_exists_already_shows_the_task_that_it_is(sandbox: Sandbox) -> None:
    known = grid_without_buttons().press("U2")
    known.wait(SECONDS)
    again = grid_without_buttons().press("U2", new=True)

    assert shown(again) == "image"
    assert again.task_id == known.task_id
    assert [path for path, _ in sent(sandbox)] == ["change", "change"]


@pytest.mark.parametrize("sandbox", ["trueai"], indirect=True)
def test_u_and_v_are_offered_no_more_where_the_service_has_no_changes(sandbox: Sandbox) -> None:
    body = {"id": PARENT, "action": "EDIT", "status": "SUCCESS", "buttons": []}
    sandbox.put(PARENT, {**body, "imageUrl": sandbox.put_file("edit", FILES["image/png"])})
    card = mj.TaskWidget(PARENT)
    card.wait(SECONDS)
    assert "V1" in card.buttons

    with pytest.raises(mj.MjError, match="does not offer that"):
        card.press("V1").wait(SECONDS)

    Seen(card).until_no_rows()
    assert card.buttons == {}
    assert "V1 – This service does not offer that" in card.error
    later = mj.TaskWidget(PARENT)
    later.wait(SECONDS)
    assert later.buttons == {}
    assert [path for path, _ in sent(sandbox)] == ["change"]


@novicezk
def test_a_grid_without_a_picture_has_nothing_to_change(sandbox: Sandbox) -> None:
    sandbox.put(PARENT, {"id": PARENT, "action": "IMAGINE", "status": "SUCCESS"})
    card = mj.TaskWidget(PARENT)
    with pytest.raises(mj.ImageError, match="names no picture"):
        card.wait(SECONDS)

    assert card.buttons == {}


@novicezk
def test_a_change_takes_no_prompt(sandbox: Sandbox) -> None:
    with pytest.raises(mj.MjError, match="“V2” takes no prompt"):
        grid_without_buttons().press("V2", prompt="a blue fox").wait(SECONDS)
    assert sent(sandbox) == []


# Four films in files of their own

partners = pytest.mark.parametrize("sandbox", ["trueai", "dmx"], indirect=True)
ANIMATE = next(row for row in REMIX if row.name == "Animate")


@partners
def test_four_films_are_shown_each_on_its_own(sandbox: Sandbox) -> None:
    sandbox.options.partner = True
    film = card_with(sandbox, ANIMATE).press("Animate")

    assert shown(film) == "video"
    films = Seen(film).tiles.movies
    assert [one["mime"] for one in films] == ["video/mp4"] * 4
    assert sent(sandbox) == [action(ANIMATE)]

    alone = film.press("U3")
    assert shown(alone) == "video"
    assert len(Seen(alone).tiles.movies) == 1
    assert Seen(alone).tiles.movies == [films[2]]
    assert alone.image_bytes[4:8] == b"ftyp"
    assert len(sent(sandbox)) == 2


# What was not submitted from here


@pytest.mark.parametrize("sandbox", FLAVOURS, indirect=True)
@pytest.mark.parametrize(
    ("task_action", "kind", "seen"),
    [
        ("SWAP_FACE", "image/png", "image"),
        ("EDIT", "image/png", "grid"),
        ("EDITS", "image/png", "grid"),
        ("RETEXTURE", "image/png", "grid"),
        ("SWAP_VIDEO_FACE", "video/mp4", "video"),
        ("UPSCALE_HD", "image/png", "image"),
        ("VIDEO", "image/webp", "video"),
    ],
)
def test_a_task_that_was_started_elsewhere_is_shown_as_what_it_is(
    sandbox: Sandbox, task_action: str, kind: str, seen: Shown
) -> None:
    body = {
        "id": PARENT,
        "action": task_action,
        "status": "SUCCESS",
        "progress": "100%",
        "prompt": "",
        "imageUrl": sandbox.put_file("result", FILES[kind], kind),  # a gateway's: no extension
        "buttons": [],
        "properties": None,
    }
    sandbox.put(PARENT, body)
    card = mj.TaskWidget(PARENT)

    assert shown(card) == seen
    assert card.task is not None
    assert card.task.kind == seen
    assert len(card.quadrants) == (4 if seen == "grid" else 0)
    assert card.image_bytes == FILES[kind]
