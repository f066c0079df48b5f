"""Films of any picture, and longer ones: what arrives, once, at services of each kind."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from services import CANARY

import mj_widgets as mj
from jobs.support import FOX, HEN, SECONDS, bodies
from mj_widgets.jobs import filming
from mj_widgets.service.picture_orders import AUTOMATIC

if TYPE_CHECKING:
    from collections.abc import Callable

    from mj_widgets.jobs.start import Start
    from mj_widgets.sandbox import Sandbox

on = pytest.mark.parametrize
WITH_FILMS = ("dmx", "trueai")
"""Services that have submit/video; new-api's own is "dmx" with what it refuses."""

at = on("sandbox", ["dmx"], indirect=True)


def data_url(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def films(sandbox: Sandbox) -> list[dict[str, object]]:
    """What was submitted there, without what is only echoed."""
    posts = [post for post in taken(sandbox) if post.path.endswith("submit/video")]
    return [without_echo(post.body) for post in posts]


def taken(sandbox: Sandbox) -> list[Any]:
    """The submissions but for those whose token was sent in another way first."""
    return [post for post in sandbox.posts if post.status != 401]


def without_echo(body: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != "state"}


def uploads(sandbox: Sandbox) -> list[list[str]]:
    """The pictures of each upload."""
    posts = sandbox.log.select("POST", "upload-discord-images")
    return [post.body["base64Array"] for post in posts]


# -- what arrives ----------------------------------------------------------------------------------


@on("sandbox", WITH_FILMS, indirect=True)
def test_a_picture_arrives_with_its_words_and_four_films_come_of_it(
    session: mj.Session, sandbox: Sandbox
) -> None:
    job = session.begin(filming.animate(FOX, "it looks up"))
    assert job.wait(SECONDS).kind == "video"
    assert films(sandbox) == [
        {
            "prompt": "it looks up",
            "image": data_url(FOX),
            "motion": "low",
            "loop": False,
            "videoType": "vid_1.1_i2v_480",
            "batchSize": 4,
        }
    ]
    assert len(taken(sandbox)) == 1
    assert uploads(sandbox) == []


@on(
    ("how", "changed"),
    [
        ({"motion": "high"}, {"motion": "high"}),
        ({"loop": True}, {"loop": True}),
        ({"hd": True}, {"videoType": "vid_1.1_i2v_720"}),
        ({"batch": 1}, {"batchSize": 1}),
        ({"end": HEN}, {"endImage": data_url(HEN)}),
        ({"prompt": " "}, {"prompt": AUTOMATIC}),
    ],
    ids=str,
)
@on("sandbox", WITH_FILMS, indirect=True)
def test_each_wish_arrives(
    session: mj.Session, sandbox: Sandbox, how: dict[str, Any], changed: dict[str, Any]
) -> None:
    before = {"prompt": "it looks up", "motion": "low", "loop": False, "batchSize": 4}
    before |= {"image": data_url(FOX), "videoType": "vid_1.1_i2v_480"}
    job = session.begin(filming.animate(FOX, **({"prompt": "it looks up"} | how)))
    assert job.wait(SECONDS).succeeded
    assert films(sandbox) == [before | changed]


@at
def test_a_picture_at_an_address_goes_as_that(session: mj.Session, sandbox: Sandbox) -> None:
    link = sandbox.put_file("fox.png", FOX)
    job = session.begin(filming.animate(link, end=link))
    assert job.wait(SECONDS).succeeded
    assert [(film["image"], film["endImage"]) for film in films(sandbox)] == [(link, link)]
    assert sandbox.count("GET", "fox.png") == 0


@on("sandbox", WITH_FILMS, indirect=True)
def test_a_film_is_made_longer(session: mj.Session, sandbox: Sandbox) -> None:
    first = session.begin(filming.animate(FOX, "it looks up")).wait(SECONDS)
    job = session.begin(filming.extend(first.id, 3, "it runs away", "high"))
    assert job.wait(SECONDS).kind == "video"
    assert films(sandbox)[1:] == [
        {
            "action": "extend",
            "taskId": first.id,
            "task_id": first.id,
            "index": 2,
            "prompt": "it runs away",
            "motion": "high",
            "batchSize": 4,
        }
    ]
    assert job.state.parent_id in ("", first.id)


@on(
    ("begin", "said"),
    [
        (lambda: filming.animate(FOX, motion="fast"), "motion is one of low, high, not 'fast'"),
        (lambda: filming.animate(FOX, batch=3), "batch is one of 1, 2, 4, not 3"),
        (lambda: filming.animate(FOX, loop=True, end=HEN), "Give end or loop, not both"),
        (lambda: filming.animate("nowhere.png"), "There is no file nowhere.png"),
        (lambda: filming.animate(FOX, 5), "The prompt has to be a text, not int"),
        (lambda: filming.extend("17", 5), "There is no film 5. Say 1 to 4"),
        (lambda: filming.extend("17", motion="none"), "motion is one of low, high"),
    ],
)
def test_what_no_service_takes_is_said_in_one_line_before_anything_is_sent(
    begin: Callable[[], Start], said: str
) -> None:
    with pytest.raises(mj.MjError, match=said) as caught:
        begin()
    assert "\n" not in str(caught.value)


def test_a_picture_that_is_too_heavy_is_made_smaller_and_that_is_said() -> None:
    import numpy as np
    from PIL import Image

    noise = np.random.default_rng(0).integers(0, 256, (1800, 1800, 3), dtype=np.uint8)
    begun = filming.animate(noise)
    assert begun.origin == "animate · sent as a JPEG"
    assert len(begun.order.payload["image"]) < 4_000_000 * 4 / 3 + 100
    large = Image.effect_noise((4200, 4200), 120).convert("RGB")
    assert filming.animate(large).origin == "animate · made smaller: 4200×4200 → 2100×2100"
    assert filming.animate(FOX).origin == "animate"


# -- once, whatever happens to the answers ---------------------------------------------------------


@on("sandbox", ["plus", *WITH_FILMS], indirect=True)
def test_run_again_nothing_is_uploaded_and_nothing_submitted(
    session: mj.Session, sandbox: Sandbox
) -> None:
    first = session.begin(filming.animate(FOX)).wait(SECONDS)
    asked = len(sandbox.log)
    for _ in range(2):
        session = mj.configure(sandbox.url, CANARY)
        again = session.begin(filming.animate(FOX))
        assert again.wait(SECONDS).id == first.id
        assert again.state.known_since is not None
    assert len(sandbox.log) == asked


@on("fault", ["cut", "html", "502"])
@at
def test_a_lost_answer_leads_nowhere_else(
    session: mj.Session, sandbox: Sandbox, fault: str
) -> None:
    sandbox.faults.next(fault, path="submit/video")
    job = session.begin(filming.animate(FOX))
    with pytest.raises(mj.MjError, match="may have been submitted"):
        job.wait(SECONDS)
    assert [post.path.partition("submit/")[2] for post in sandbox.posts] == ["video"]


@on("fault", ["413", "429", "404"])
@at
def test_a_refusal_is_one_line_and_nothing_else_is_tried(
    session: mj.Session, sandbox: Sandbox, fault: str
) -> None:
    sandbox.faults.next(fault, path="submit/video")
    with pytest.raises(mj.MjError) as caught:
        session.begin(filming.animate(FOX)).wait(SECONDS)
    assert "\n" not in str(caught.value)
    assert not caught.value.maybe_sent
    assert [post.path.partition("submit/")[2] for post in sandbox.posts] == ["video"]
    assert session.begin(filming.animate(FOX)).wait(SECONDS).succeeded


# -- where there is no submit/video ----------------------------------------------------------------


@on("sandbox", ["plus"], indirect=True)
def test_where_there_is_no_such_path_the_same_is_asked_for_in_a_prompt(
    session: mj.Session, sandbox: Sandbox
) -> None:
    begun = filming.animate(FOX, "it looks up", "high", loop=True, batch=2)
    job = session.begin(begun)
    assert job.wait(SECONDS).succeeded
    assert uploads(sandbox) == [[data_url(FOX)]]
    (asked,) = bodies(sandbox, "submit/imagine")
    link, _, rest = str(asked["prompt"]).partition(" ")
    assert link.startswith(f"{sandbox.url}/attachments/")
    assert rest == "it looks up --video 1 --motion high --loop --bs 2"
    paid = [post for post in sandbox.posts if post.status == 200]
    assert [post.path.partition("submit/")[2] for post in paid] == ["imagine"]


@on("sandbox", ["plus"], indirect=True)
def test_that_there_is_none_is_remembered_and_the_end_is_uploaded_too(
    session: mj.Session, sandbox: Sandbox
) -> None:
    session.begin(filming.animate(FOX)).wait(SECONDS)
    url = sandbox.put_file("fox.png", FOX)
    session.begin(filming.animate(url, end=HEN)).wait(SECONDS)
    assert sandbox.count("POST", "submit/video") == 1
    assert uploads(sandbox) == [[data_url(FOX)], [data_url(HEN)]]
    first, second = (str(body["prompt"]) for body in bodies(sandbox, "submit/imagine"))
    assert first.endswith(" --video 1")
    assert second.startswith(f"{url} --video 1 --end {sandbox.url}/attachments/")


@on("sandbox", ["plus"], indirect=True)
def test_a_lost_answer_to_the_prompt_is_not_sent_again_under_either_name(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.next("502", path="submit/imagine")
    sandbox.faults.next("500", path="task/list", count=100)
    for _ in range(2):
        with pytest.raises(mj.MjError, match="may have been submitted"):
            session.begin(filming.animate(FOX)).wait(SECONDS)
        session = mj.configure(sandbox.url, CANARY)
    assert sandbox.count("POST", "submit/imagine") == 1
    assert sandbox.count("POST", "submit/video") == 1


@on("sandbox", ["plus"], indirect=True)
def test_hd_has_no_such_prompt_and_that_is_one_line_that_says_what_may_be_had(
    session: mj.Session, sandbox: Sandbox
) -> None:
    with pytest.raises(mj.MjError, match=r"does not offer submit/video .*Leave hd out"):
        session.begin(filming.animate(FOX, hd=True)).wait(SECONDS)
    assert [post.status for post in sandbox.posts] == [404]


@on("sandbox", ["dmx", "newapi", "trueai"], indirect=True)
def test_a_service_that_refuses_hd_is_quoted_on_one_line_with_what_may_be_had(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.options.hd = False
    with pytest.raises(mj.MjError, match=r"videoType参数错误.* Leave hd out") as caught:
        session.begin(filming.animate(FOX, hd=True)).wait(SECONDS)
    assert "\n" not in str(caught.value)
    assert session.begin(filming.animate(FOX)).wait(SECONDS).succeeded
    assert len(films(sandbox)) == 2


@on("sandbox", ["novicezk"], indirect=True)
def test_where_nothing_can_be_uploaded_either_an_address_is_asked_for(
    session: mj.Session, sandbox: Sandbox
) -> None:
    for _ in range(2):
        with pytest.raises(mj.MjError, match=r"takes no uploads .*give the address of a picture"):
            session.begin(filming.animate(FOX)).wait(SECONDS)
    assert sandbox.count("POST", "submit/video") == len(uploads(sandbox)) == 1
    assert bodies(sandbox, "submit/imagine") == []
    url = sandbox.put_file("fox.png", FOX)
    assert session.begin(filming.animate(url)).wait(SECONDS).succeeded


@on("sandbox", ["plus"], indirect=True)
def test_a_web_page_with_404_is_no_proof_that_there_is_none(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.in_turn("404-page", "xy")  # the next one is the page
    sandbox.faults.next("404-page", path="submit/video")
    with pytest.raises(mj.MjError):
        session.begin(filming.animate(FOX)).wait(SECONDS)
    assert bodies(sandbox, "submit/imagine") == []
