"""Films from a card: of any picture, longer ones, and a new picture that looks like a still."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest
from ipywidgets.widgets.widget import _instances
from PIL import Image
from services import file_of
from sketches import sketching

import mj_widgets as mj
from card.page import SECONDS, PanelPage, Seen, browser_sends, click
from mj_widgets import background
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.sandbox.painting import film_file
from mj_widgets.service.picture_orders import AUTOMATIC

if TYPE_CHECKING:
    from collections.abc import Iterator

on = pytest.mark.parametrize
GRID = EXAMPLES["finished"]
STILL = file_of(Image.new("RGB", (48, 32), "teal"))


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """The same as everywhere; "new-api" refuses what its stock does."""
    name = getattr(request, "param", "dmx")
    strict = name == "new-api"
    with sketching("dmx" if strict else name, strict=strict).in_thread() as running:
        yield running


at_new_api = on("sandbox", ["new-api"], indirect=True)
without_films = on("sandbox", ["plus"], indirect=True)


def posts(sandbox: Sandbox, path: str) -> list[dict[str, Any]]:
    found = sandbox.log.select("POST", path)
    return [post.body for post in found if post.status != 401]


def choose(panel: PanelPage, **chosen: object) -> None:
    """Choose among what stands below the prompt, by its label."""
    (box,) = (part for part in panel.widget.children if "mj-choices" in part._dom_classes)
    by_label = {one.description: one for one in box.children if hasattr(one, "description")}
    for label, value in chosen.items():
        by_label[label].value = value


def labels(panel: PanelPage) -> list[str]:
    (box,) = (part for part in panel.widget.children if "mj-choices" in part._dom_classes)
    return [getattr(one, "description", "") or one.value for one in box.children]


def deed(card: mj.TaskWidget, label: str) -> ipywidgets.Button:
    """The button of the card with that label, which is none of the service's."""
    rows = Seen(card)._rows()
    inside = (made for row in rows for made in row.children if hasattr(made, "description"))
    return next(made for made in inside if made.description == label)


def animate(card: mj.TaskWidget) -> PanelPage:
    click(deed(card, "Animate…"))
    return Seen(card).until_panel()


def made_of(card: mj.TaskWidget) -> mj.TaskWidget:
    """The one card that came of this one, when it is done."""
    Seen(card).until_followups(1)
    (made,) = card.followups
    made.wait(SECONDS)
    return made


def film_of(single: mj.TaskWidget) -> mj.TaskWidget:
    """The card of four films of a picture."""
    animate(single).send()
    return made_of(single)


# -- of a picture ----------------------------------------------------------------------------------


@on("sandbox", ["dmx", "trueai", "new-api"], indirect=True)
def test_a_picture_is_animated_from_its_card_with_its_own_words(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    panel = animate(single)
    assert panel.takes_focus
    assert panel.title == "Animate: make films of the picture"
    assert panel.prompt
    assert "--" not in panel.prompt
    assert posts(sandbox, "submit/video") == []
    panel.send()
    panel.send()  # the second click of a double click
    film = made_of(single)
    assert film.task.kind == "video"
    assert Seen(single).panel is None
    assert Seen(single).thumbs == ["Animate"]
    (body,) = posts(sandbox, "submit/video")
    assert body["image"] == f"data:image/png;base64,{base64.b64encode(single.image_bytes).decode()}"
    wishes = {key: body[key] for key in ("prompt", "motion", "loop", "videoType", "batchSize")}
    assert wishes == {
        "prompt": panel.prompt,
        "motion": "low",
        "loop": False,
        "videoType": "vid_1.1_i2v_480",
        "batchSize": 4,
    }


def test_what_is_chosen_arrives_and_an_empty_prompt_leaves_it_to_midjourney(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    panel = animate(single)
    assert labels(panel) == ["Motion", "Films", "Loop", "HD", "Four take some 8 min of fast time."]
    choose(panel, Motion="high", Films=1, Loop=True, HD=True)
    assert labels(panel)[-1] == "Four take some 26 min of fast time."
    panel.write(" ")
    panel.send()
    made_of(single)
    (body,) = posts(sandbox, "submit/video")
    assert (body["prompt"], body["motion"], body["loop"]) == (AUTOMATIC, "high", True)
    assert (body["videoType"], body["batchSize"]) == ("vid_1.1_i2v_720", 1)


def test_of_a_grid_each_picture_is_animated_by_a_key_or_at_full_size(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    browser_sends(Seen(grid).tiles, {"type": "animate", "index": 1})
    panel = Seen(grid).until_panel()
    assert panel.title.startswith("Animate 2:")
    panel.send()
    made_of(grid)
    assert Seen(grid).thumbs == ["Animate 2"]
    size = grid.quadrants[1].size
    (body,) = posts(sandbox, "submit/video")
    image = Image.open(io_of(body["image"]))
    assert image.size == size


def test_what_the_page_has_is_sent_though_the_kernel_has_not_heard_of_it_yet(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    panel = animate(single)
    choose(panel, Motion="high", Films=2)
    panel.send("it looks up", 0, 2, True, False)
    made_of(single)
    (body,) = posts(sandbox, "video")
    wishes = {key: body[key] for key in ("prompt", "motion", "loop", "videoType", "batchSize")}
    assert wishes == {
        "prompt": "it looks up",
        "motion": "low",
        "loop": True,
        "videoType": "vid_1.1_i2v_480",
        "batchSize": 1,
    }


@on("fault", ["413", "502"])
def test_what_was_wished_stays_in_the_panel_with_what_refused_it(
    single: mj.TaskWidget, sandbox: Sandbox, fault: str
) -> None:
    sandbox.faults.next(fault, path="submit/video")
    panel = animate(single)
    panel.write("it looks up")
    panel.send()
    panel.until_notice("too large" if fault == "413" else "may have been submitted")
    assert len(posts(sandbox, "submit/video")) == 1
    assert Seen(single).open_panel.prompt == "it looks up"
    Seen(single).until_followups(0)


def test_nothing_is_sent_by_cancel_and_nothing_left_behind(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    before = set(_instances)
    panel = animate(single)
    click(panel.cancel_button)
    Seen(single).until_no_panel()
    assert set(_instances) == before
    assert posts(sandbox, "submit/video") == []


# -- its shape -------------------------------------------------------------------------------------


def test_a_film_has_its_own_shape_before_it_is_played_and_from_the_library_too(
    session: mj.Session, sandbox: Sandbox
) -> None:
    wide = film_file.film_of([Image.new("RGB", (96, 48), "teal")])
    link = sandbox.put_file("wide.mp4", wide, "video/mp4")
    told = {"id": "88", "action": "VIDEO", "status": "SUCCESS", "prompt": "a fox"}
    sandbox.put("88", told | {"videoUrls": [link], "buttons": []})
    for _ in range(2):  # from the service, then from the library
        card = mj.TaskWidget("88")
        card.wait(SECONDS)
        assert Seen(card).tiles.aspect == 2.0
        card.close()
    assert sandbox.count("GET", "/wide.mp4") == 1


def test_a_film_is_no_picture_to_be_marked_though_it_has_a_size(single: mj.TaskWidget) -> None:
    film = film_of(single)
    assert Seen(film).tiles.previews  # of the picture that it was made of
    browser_sends(Seen(film).tiles, {"type": "edit", "index": 0})
    assert Seen(film).until_panel().painter is None
    with pytest.raises(mj.MjError, match="no picture to mark"):
        film.vary_region((0, 0, 9, 9))
    assert film.image is None
    assert film.quadrants == ()


# -- where the service does it otherwise -----------------------------------------------------------


@at_new_api
@on(("label", "motion"), [("Animate (High motion)", "high"), ("Animate (Low motion)", "low")])
def test_instead_of_a_button_that_the_service_does_not_know_the_panel_is_offered(
    single: mj.TaskWidget, sandbox: Sandbox, label: str, motion: str
) -> None:
    click(single.buttons[label])
    panel = Seen(single).until_panel()
    panel.until_notice(
        f"does not know its button “.*{label[:7]}.*Send asks for the film in another"
    )
    assert "does not offer that button" in Seen(single).notice
    assert posts(sandbox, "submit/video") == []
    panel.send()
    assert made_of(single).task.kind == "video"
    (body,) = posts(sandbox, "submit/video")
    assert body["motion"] == motion
    assert Seen(single).notice == ""  # nobody needs to read of the button any more


@at_new_api
def test_what_is_being_written_in_a_panel_is_not_lost_to_the_offer_of_another(
    single: mj.TaskWidget,
) -> None:
    click(deed(single, "Edit…"))
    panel = Seen(single).until_panel()
    panel.write("a straw hat")
    click(single.buttons["Animate (High motion)"])
    Seen(single).until_notice("does not offer that button")
    background.do(lambda: None)  # all that came of the refusal is done
    assert Seen(single).open_panel.widget is panel.widget
    assert panel.prompt == "a straw hat"


@at_new_api
def test_another_refusal_offers_nothing(single: mj.TaskWidget, sandbox: Sandbox) -> None:
    sandbox.faults.next("429", path="submit/action")
    click(single.buttons["Animate (High motion)"])
    Seen(single).until_notice("Too many requests")
    background.do(lambda: None)  # all that came of the refusal is done
    assert Seen(single).panel is None


@without_films
def test_where_it_goes_as_a_prompt_the_panel_says_so_once_that_is_known(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    panel = animate(single)
    assert panel.notice == ""
    panel.send()
    made_of(single)
    assert "goes as a prompt with --video 1" in animate(single).notice
    paid = [post for post in sandbox.posts if "video" in str(post.body) and post.status == 200]
    assert [post.path.rpartition("/")[2] for post in paid] == ["imagine"]


@without_films
def test_with_use_prompt_the_prompt_has_the_new_words(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    film = film_of(single)
    Seen(film).click_tool("Use prompt")
    panel = Seen(film).until_panel()
    panel.write("it falls asleep")
    panel.send()
    made_of(film)
    (first, again) = (str(b["prompt"]) for b in posts(sandbox, "submit/imagine")[-2:])
    assert again.partition(" ")[2] == "it falls asleep --video 1"
    assert again.partition(" ")[0] == first.partition(" ")[0]
    assert len(posts(sandbox, "upload-discord-images")) == 1


# -- longer ones -----------------------------------------------------------------------------------


def test_a_film_whose_own_buttons_work_needs_no_other_way(single: mj.TaskWidget) -> None:
    assert "Extend 1…" not in str(Seen(film_of(single)).rows)


@at_new_api
def test_where_extend_is_not_known_each_film_is_extended_by_submit_video(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    film = film_of(single)
    click(film.buttons["Extend (High motion)"])
    panel = Seen(film).until_panel()
    panel.until_notice("does not know its button")
    assert panel.title == "Extend 1: go on from the end of the film"
    click(panel.cancel_button)
    Seen(film).until_no_panel()
    click(deed(film, "Extend 3…"))
    panel = Seen(film).until_panel()
    assert labels(panel) == ["Motion", "Films"]  # what it costs, nobody says
    panel.write("it runs away")
    panel.send()
    assert made_of(film).task.kind == "video"
    assert Seen(film).thumbs == ["Extend 3"]
    body = posts(sandbox, "submit/video")[-1]
    assert (body["action"], body["taskId"], body["index"]) == ("extend", film.task_id, 2)
    assert body["prompt"] == "it runs away"


def test_a_film_without_any_buttons_can_be_extended(session: mj.Session, sandbox: Sandbox) -> None:
    from recorded import FILM_MP4

    link = sandbox.put_file("film.mp4", FILM_MP4, "video/mp4")
    told = {"id": "88", "action": "VIDEO", "status": "SUCCESS", "prompt": "a fox"}
    sandbox.put("88", told | {"videoUrl": link, "buttons": []})
    card = mj.TaskWidget("88")
    card.wait(SECONDS)
    assert Seen(card).rows["mj-group-animate"] == ["Extend…"]


# -- a new picture that looks like it --------------------------------------------------------------


def test_a_still_of_a_film_begins_a_new_picture(single: mj.TaskWidget, sandbox: Sandbox) -> None:
    film = film_of(single)
    browser_sends(Seen(film).tiles, {"type": "still", "index": 1}, [memoryview(STILL)])
    panel = Seen(film).until_panel()
    assert panel.title.startswith("Still 2: a new picture in the style of this still")
    assert "--" not in panel.prompt
    panel.write("a hen")
    panel.send()
    grid = made_of(film)
    assert Seen(film).thumbs == ["Still 2"]
    assert "1 style picture, uploaded" in grid.job.state.origin
    (upload,) = posts(sandbox, "upload-discord-images")
    assert upload["base64Array"] == [f"data:image/png;base64,{base64.b64encode(STILL).decode()}"]
    (body,) = (b for b in posts(sandbox, "submit/imagine") if "hen" in str(b["prompt"]))
    assert str(body["prompt"]).startswith(f"a hen --sref {sandbox.url}/attachments/")


def test_a_picture_of_a_grid_begins_a_new_one(grid: mj.TaskWidget, sandbox: Sandbox) -> None:
    browser_sends(Seen(grid).tiles, {"type": "style", "index": 2})
    panel = Seen(grid).until_panel()
    assert panel.title == "Style 3: a new picture in the style of this one"
    panel.write("")
    panel.send()
    assert panel.notice == "The prompt is empty."
    panel.write("a hen")
    panel.send()
    made_of(grid)
    assert Seen(grid).thumbs == ["Style 3"]
    assert len(posts(sandbox, "upload-discord-images")) == 1


def test_with_use_prompt_the_same_files_go_along(grid: mj.TaskWidget, sandbox: Sandbox) -> None:
    browser_sends(Seen(grid).tiles, {"type": "style", "index": 0})
    panel = Seen(grid).until_panel()
    panel.write("a hen")
    panel.send()
    made = made_of(grid)
    Seen(made).click_tool("Use prompt")
    panel = Seen(made).until_panel()
    assert panel.prompt == "a hen --sref picture:1"
    panel.write("a cat --sref picture:1")
    panel.send()
    made_of(made)
    hen, cat = (str(b["prompt"]) for b in posts(sandbox, "submit/imagine")[-2:])
    assert cat == hen.replace("hen", "cat")
    assert len(posts(sandbox, "upload-discord-images")) == 1


@on("sent", [{"type": "still"}, {"type": "still", "index": "1"}, {"type": "still", "index": 0}])
def test_a_message_without_a_picture_opens_nothing(
    grid: mj.TaskWidget, sent: dict[str, object]
) -> None:
    browser_sends(Seen(grid).tiles, sent)
    assert Seen(grid).panel is None


def io_of(url: object) -> Any:
    import io

    return io.BytesIO(base64.b64decode(str(url).partition(",")[2]))
