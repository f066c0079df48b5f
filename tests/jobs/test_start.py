"""What a task begins with: what is said of it, what arrives, what is sent once in a lifetime."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from services import CANARY

import mj_widgets as mj
from jobs.support import FOX, HEN, SECONDS, STARTS
from mj_widgets.jobs import editing, filming, start

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mj_widgets.jobs.start import Start
    from mj_widgets.sandbox import Sandbox

URL = "https://host.example/a.png"

on = pytest.mark.parametrize


def body(sandbox: Sandbox) -> Any:
    """What the only submission consisted of."""
    (post,) = sandbox.posts
    return post.body


def data_url(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


# -- what is said of it ----------------------------------------------------------------------------


def test_that_a_picture_was_made_smaller_is_said_of_each_start() -> None:
    noise = Image.effect_noise((3000, 3000), 90)
    for begun in (
        start.imagine("a fox", noise),
        start.imagine("a fox", style=noise),
        start.describe(noise),
        start.blend([noise, HEN]),
        start.swap_face(HEN, noise),
        filming.animate(HEN, end=noise),
        editing.edit(noise, "a hat"),
        editing.retexture(noise, "of glass"),
    ):
        assert "made smaller: 3000×3000 → 1500×1500" in begun.origin


@on(
    ("begun", "origin", "prompt"),
    [
        (start.imagine(" a fox "), "imagine", "a fox"),
        (start.imagine("a fox", FOX), "imagine · 1 picture", "a fox"),
        (start.imagine("a fox", [FOX, URL]), "imagine · 2 pictures", f"{URL} a fox"),
        (start.imagine(f"{URL} a fox"), "imagine · 1 picture", f"{URL} a fox"),
        (start.imagine("a fox", mode="relax", bot="niji"), "imagine · relax · niji", "a fox"),
        (start.describe(FOX), "describe", ""),
        (start.describe(URL), "describe · downloaded here first", ""),
        (start.describe(FOX, bot="niji"), "describe · niji", ""),
        (start.shorten(" a very red fox "), "shorten", "a very red fox"),
        (start.blend([FOX, HEN]), "blend · 2 pictures · square", ""),
        (
            start.blend([FOX, URL], "portrait", mode="fast"),
            "blend · 2 pictures · portrait · downloaded here first · fast",
            "",
        ),
    ],
)
def test_a_start_says_in_one_line_how_it_was_begun(begun: Start, origin: str, prompt: str) -> None:
    assert (begun.origin, begun.prompt) == (origin, prompt)


@on("make", [start.imagine, start.shorten])
@on("how", [{}, {"new": True}, {"retry": True}, {"new": True, "retry": True}])
def test_a_start_is_sent_once_and_not_again_unless_that_is_asked_for(
    make: Callable[..., Start], how: dict[str, bool]
) -> None:
    begun = make("a fox", **how)
    assert (begun.new, begun.retry) == (how.get("new", False), how.get("retry", False))


def test_a_job_is_said_to_be_what_it_begins_with_before_anything_is_answered(
    session: mj.Session,
) -> None:
    begun = start.imagine("a fox --ar 16:9", [FOX])
    job = session.begin(begun)
    assert job.begun_with is begun
    assert (job.prompt, job.state.origin) == ("a fox --ar 16:9", "imagine · 1 picture")
    job.wait(SECONDS)
    assert job.state.origin == "imagine · 1 picture"
    assert session.follow(job.task_id).begun_with is None


def test_something_else_begins_at_the_same_service_as_a_job_of_its_own(
    session: mj.Session, sandbox: Sandbox
) -> None:
    job = session.imagine("a fox")
    job.wait(SECONDS)
    other = job.begin_anew(start.imagine("a hen"))
    assert other.wait(SECONDS).prompt == "a hen"
    assert (other.parent, job.followups) == (None, ())
    assert [post.body["prompt"] for post in sandbox.posts] == ["a fox", "a hen"]


# -- what arrives ----------------------------------------------------------------------------------


def test_a_prompt_arrives_as_it_is_typed_and_its_task_is_followed_to_the_end(
    session: mj.Session, sandbox: Sandbox
) -> None:
    job = session.imagine("a fox, it's “red” --ar 16:9 ")
    task = job.wait(SECONDS)
    assert body(sandbox) == {
        "prompt": "a fox, it's “red” --ar 16:9",
        "base64Array": [],
        "botType": "MID_JOURNEY",
    }
    assert task.succeeded
    assert task.id == job.task_id
    assert len(job.quadrants) == 4
    assert job.upscale(1).wait(SECONDS).succeeded


def test_mode_and_bot_arrive(session: mj.Session, sandbox: Sandbox) -> None:
    session.imagine("a fox", mode="relax", bot="niji").wait(SECONDS)
    assert body(sandbox)["mode"] == "RELAX"
    assert body(sandbox)["botType"] == "NIJI_JOURNEY"


def test_pictures_go_along_and_addresses_go_in_front_of_the_prompt(
    session: mj.Session, sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "hen.png"
    path.write_bytes(HEN)
    url = "https://host.example/a.png?ex=1&"
    session.imagine("a fox", [FOX, url, path, Image.new("RGB", (8, 8))]).wait(SECONDS)
    assert body(sandbox)["prompt"] == f"{url} a fox"
    fox, hen, small = body(sandbox)["base64Array"]
    assert (fox, hen) == (data_url(FOX), data_url(HEN))
    assert small.startswith("data:image/png;base64,")


def test_one_picture_needs_no_list(session: mj.Session, sandbox: Sandbox) -> None:
    session.imagine("a fox", FOX).wait(SECONDS)
    assert body(sandbox)["base64Array"] == [data_url(FOX)]


def test_a_picture_is_described_in_four_texts(session: mj.Session, sandbox: Sandbox) -> None:
    job = session.describe(FOX, bot="niji")
    assert len(job.wait(SECONDS).texts) == 4
    assert sandbox.posts[0].path.endswith("submit/describe")
    assert body(sandbox) == {"base64": data_url(FOX), "botType": "NIJI_JOURNEY"}


def test_a_prompt_is_shortened(session: mj.Session, sandbox: Sandbox) -> None:
    job = session.shorten("a very red fox")
    assert job.wait(SECONDS).texts
    assert sandbox.posts[0].path.endswith("submit/shorten")
    assert body(sandbox) == {"prompt": "a very red fox", "botType": "MID_JOURNEY"}


def test_pictures_are_blended(session: mj.Session, sandbox: Sandbox) -> None:
    job = session.blend([FOX, HEN], "portrait")
    assert job.wait(SECONDS).succeeded
    assert job.image is not None
    assert job.image.height > job.image.width
    assert body(sandbox) == {
        "base64Array": [data_url(FOX), data_url(HEN)],
        "dimensions": "PORTRAIT",
        "botType": "MID_JOURNEY",
    }


@on("name", ["describe", "blend"])
def test_pictures_that_were_sent_are_not_held_when_there_is_nothing_to_begin_anew_with(
    session: mj.Session, name: str
) -> None:
    job = session.describe(FOX) if name == "describe" else session.blend([FOX, HEN])
    assert job.wait(SECONDS).succeeded
    assert job.begun_with is None


def test_what_is_at_an_address_is_downloaded_where_the_service_wants_the_picture(
    session: mj.Session, sandbox: Sandbox
) -> None:
    job = session.blend([FOX, sandbox.put_file("hen.png", HEN)])
    assert "downloaded here first" in job.state.origin
    job.wait(SECONDS)
    assert body(sandbox)["base64Array"] == [data_url(FOX), data_url(HEN)]


def test_an_address_without_a_picture_submits_nothing_and_the_job_says_so(
    session: mj.Session, sandbox: Sandbox
) -> None:
    job = session.describe(sandbox.put_file("fox.png", b"<html>no</html>"))
    with pytest.raises(mj.ImageError, match="is no picture"):
        job.wait(SECONDS)
    assert "is no picture" in job.state.notice.text
    assert sandbox.posts == []


@on(
    ("begin", "said"),
    [
        (lambda s: s.imagine("  "), "The prompt is empty"),
        (lambda s: s.imagine("", images=[URL]), "The prompt is empty"),
        (lambda s: s.imagine("a fox", images=["nowhere.png"]), "There is no file nowhere.png"),
        (lambda s: s.imagine("a fox", mode="warp"), "mode is one of"),
        (lambda s: s.imagine(5), "The prompt has to be a text, not int"),
        (lambda s: s.shorten(None), "The prompt has to be a text, not NoneType"),
        (lambda s: s.describe(URL, bot="dalle"), "bot is one of"),
        (lambda s: s.blend([URL]), "2 to 5 pictures, not 1"),
        (lambda s: s.blend([FOX, HEN], "round"), "dimensions is one of"),
    ],
)
def test_what_no_service_takes_stops_the_program_and_nothing_is_sent(
    session: mj.Session, sandbox: Sandbox, begin: Callable[[mj.Session], object], said: str
) -> None:
    with pytest.raises(mj.MjError, match=said):
        begin(session)
    assert len(sandbox.log) == 0


# -- sent once -------------------------------------------------------------------------------------


@on("name", STARTS)
def test_the_same_twice_is_sent_once_and_the_second_job_says_so(
    session: mj.Session, sandbox: Sandbox, name: str
) -> None:
    begin = STARTS[name]
    first = begin(session)
    first.wait(SECONDS)
    again = begin(session)
    assert again.wait(SECONDS).id == first.task_id
    assert len(sandbox.posts) == 1
    assert again.state.known_since is not None
    assert again.state.origin == first.state.origin
    assert first.state.known_since is None
    anew = begin(session, new=True)
    assert anew.wait(SECONDS).id != first.task_id
    assert anew.state.known_since is None
    assert len(sandbox.posts) == 2


def test_the_same_at_once_is_one_task_unless_it_is_new(
    session: mj.Session, sandbox: Sandbox
) -> None:
    first, second = session.imagine("a fox"), session.imagine("a fox")
    assert first.wait(SECONDS).id == second.wait(SECONDS).id
    assert len(sandbox.posts) == 1
    anew = [session.imagine("a fox", new=True) for _ in range(3)]
    assert len({job.wait(SECONDS).id for job in [first, *anew]}) == 4
    assert len(sandbox.posts) == 4


def test_after_a_restart_the_task_is_there_without_a_request(
    session: mj.Session, sandbox: Sandbox
) -> None:
    first = session.imagine("a fox", [FOX]).wait(SECONDS)
    asked = len(sandbox.log)
    again = mj.configure(sandbox.url, CANARY).imagine("a fox", [FOX])
    assert again.wait(SECONDS).id == first.id
    assert len(again.quadrants) == 4
    assert len(sandbox.log) == asked


# -- a face for another one ------------------------------------------------------------------------


@on("sandbox", ["dmx", "plus", "trueai"], indirect=True)
def test_a_face_is_put_on_another_picture_which_is_sent_once(
    session: mj.Session, sandbox: Sandbox
) -> None:
    link = sandbox.put_file("hen.png", HEN)
    job = session.begin(start.swap_face(FOX, link))
    assert job.state.origin == "swap face · downloaded here first"
    assert job.wait(SECONDS).succeeded
    assert session.begin(start.swap_face(FOX, link)).wait(SECONDS).id == job.task_id
    (post,) = (post for post in sandbox.posts if post.status != 401)
    assert post.path.endswith("insight-face/swap")
    assert {key: value for key, value in post.body.items() if key != "state"} == {
        "sourceBase64": data_url(FOX),
        "targetBase64": data_url(HEN),
    }


@on("sandbox", ["novicezk"], indirect=True)
def test_a_service_that_swaps_no_faces_says_so_in_one_line(session: mj.Session) -> None:
    with pytest.raises(mj.MjError, match="does not offer insight-face/swap"):
        session.begin(start.swap_face(FOX, HEN)).wait(SECONDS)


AT_AN_ADDRESS: dict[str, Callable[..., mj.Job]] = {
    "describe": lambda session, url: session.describe(url),
    "blend": lambda session, url: session.blend([FOX, url]),
}


@on("name", AT_AN_ADDRESS)
def test_the_same_address_again_is_known_without_a_request_when_its_link_has_died(
    session: mj.Session, sandbox: Sandbox, name: str
) -> None:
    url = sandbox.put_file("hen.png", HEN)
    first = AT_AN_ADDRESS[name](session, url).wait(SECONDS)
    sandbox.faults.next("expired", count=100, path="/attachments")
    asked = len(sandbox.log)
    for offline in (False, True):
        session = mj.configure(sandbox.url, CANARY, offline=offline)
        assert AT_AN_ADDRESS[name](session, url).wait(SECONDS).id == first.id
    assert len(sandbox.log) == asked


@on("name", AT_AN_ADDRESS)
def test_of_an_address_that_is_not_known_nothing_is_written_down_until_the_picture_is_here(
    session: mj.Session, sandbox: Sandbox, name: str
) -> None:
    url = sandbox.put_file("hen.png", HEN)
    sandbox.faults.next("expired", path="/attachments")
    with pytest.raises(mj.ImageError):
        AT_AN_ADDRESS[name](session, url).wait(SECONDS)
    assert mj.library().journal.entries() == []
    assert AT_AN_ADDRESS[name](session, url).wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


def test_a_picture_is_known_by_its_address_or_else_by_its_bytes(
    session: mj.Session, sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "hen.png"
    path.write_bytes(HEN)
    urls = [sandbox.put_file(name, HEN) for name in ("a.png", "b.png")]
    tasks = [session.describe(image).wait(SECONDS).id for image in (path, HEN, *urls)]
    assert tasks[0] == tasks[1]
    assert len(set(tasks)) == len(sandbox.posts) == 3
    assert {post.body["base64"] for post in sandbox.posts} == {data_url(HEN)}


def test_offline_it_gives_what_is_known_and_submits_nothing(
    session: mj.Session, sandbox: Sandbox
) -> None:
    session.imagine("a fox").wait(SECONDS)
    session = mj.configure(offline=True)
    assert session.imagine("a fox").wait(SECONDS).succeeded
    with pytest.raises(mj.Offline):
        session.imagine("a hen").wait(SECONDS)
    session = mj.configure(offline=False)
    assert session.imagine("a hen").wait(SECONDS).succeeded
    assert len(sandbox.posts) == 2
