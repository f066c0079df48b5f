"""Each submission at each kind of service: its body, once, whatever becomes of the answer."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from services import CANARY

import mj_widgets as mj
from jobs.support import FOX, GRID, HEN, SECONDS
from mj_widgets.account import lost_answers
from mj_widgets.jobs import editing, filming, start
from mj_widgets.jobs.start import Start
from mj_widgets.models.button import Button, Change
from mj_widgets.pictures.edits import edited
from mj_widgets.sandbox.flavours import FLAVOURS, flavour_named
from mj_widgets.service import orders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mj_widgets.sandbox import LoggedRequest, Sandbox

Body = dict[str, object]


def data_url(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


@dataclass(frozen=True)
class Case:
    """A submission: how it is begun, and what arrives; both of the task that it goes on from."""

    begin: Callable[[str], Start]
    path: str
    body: Callable[[str], Body]

    @property
    def services(self) -> list[str]:
        """The kinds of service that have it."""
        what = self.path.removeprefix("submit/")
        return [name for name in FLAVOURS if what in flavour_named(name).endpoints]


PICTURE = Image.new("RGB", (48, 32), "orange")
BOX, ROOM = (0, 0, 9, 9), (0, 0, 16, 0)
MARKED = edited(PICTURE, BOX, ROOM)
FILM: Body = {"prompt": "it yawns", "motion": "low", "batchSize": 4}
CASES = {
    "edit": Case(
        lambda _: editing.edit(PICTURE, "a hat", BOX, ROOM),
        "submit/edits",
        lambda _: {"prompt": "a hat", "image": MARKED.image, "maskBase64": MARKED.mask},
    ),
    "edit by words": Case(
        lambda _: editing.edit(FOX, "in snow"),
        "submit/edits",
        lambda _: {"prompt": "in snow", "image": data_url(FOX)},
    ),
    "retexture": Case(
        lambda _: editing.retexture(FOX, "of glass"),
        "submit/retexture",
        lambda _: {"prompt": "of glass", "image": data_url(FOX)},
    ),
    "film": Case(
        lambda _: filming.animate(FOX, "it yawns", end=HEN),
        "submit/video",
        lambda _: {
            **FILM,
            "image": data_url(FOX),
            "endImage": data_url(HEN),
            "loop": False,
            "videoType": "vid_1.1_i2v_480",
        },
    ),
    "longer film": Case(
        lambda film: filming.extend(film, 2, "it yawns"),
        "submit/video",
        lambda film: {**FILM, "action": "extend", "taskId": film, "task_id": film, "index": 1},
    ),
    "face": Case(
        lambda _: start.swap_face(FOX, HEN),
        "insight-face/swap",
        lambda _: {"sourceBase64": data_url(FOX), "targetBase64": data_url(HEN)},
    ),
    "reroll": Case(
        lambda _: Start(orders.press(GRID, Button(change=Change("REROLL", None))), "again"),
        "submit/change",
        lambda _: {"taskId": GRID, "action": "REROLL", "index": 1},
    ),
}
HAVING = [(case, service) for case in CASES for service in CASES[case].services]


@pytest.fixture(autouse=True)
def services_write_tasks_down_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One look at a list is enough."""
    monkeypatch.setattr(lost_answers, "_LOOKS", (0.0,))


def begun_before(session: mj.Session, sandbox: Sandbox, case: str) -> str:
    """The task that a case goes on from; by then it is known how the service wants its key."""
    session.follow(GRID).wait(SECONDS)
    if case != "longer film":
        return ""
    link = sandbox.put_file("fox.png", FOX)
    return session.begin(filming.animate(link, "it looks up")).wait(SECONDS).id


def run_again(sandbox: Sandbox, begun: Start) -> mj.Job:
    """The job of the same in a session that knows only what the library does."""
    return mj.Session(sandbox.url, CANARY, library=mj.library()).begin(begun)


def outcome(job: mj.Job) -> str:
    """The task that came of it, or "unclear" where it may have been submitted."""
    try:
        return job.wait(SECONDS).id
    except mj.ServiceUnavailable as error:
        return "unclear" if error.maybe_sent else "refused"


def taken(posts: Iterable[LoggedRequest]) -> list[LoggedRequest]:
    """Submissions but for those whose key was sent in another form than it is wanted."""
    return [post for post in posts if post.status != 401]


@pytest.mark.parametrize(("case", "sandbox"), HAVING, indirect=["sandbox"])
def test_it_arrives_once_with_its_body_and_is_not_sent_when_all_is_run_again(
    session: mj.Session, sandbox: Sandbox, case: str
) -> None:
    task_id, before = begun_before(session, sandbox, case), len(sandbox.posts)
    task = session.begin(CASES[case].begin(task_id)).wait(SECONDS)
    for _ in range(2):
        assert run_again(sandbox, CASES[case].begin(task_id)).wait(SECONDS).id == task.id
    (post,) = taken(sandbox.posts[before:])
    assert post.path.endswith(f"/mj/{CASES[case].path}")
    assert post.body == CASES[case].body(task_id)


@pytest.mark.parametrize("fault", ["cut", "no-id", "500", "html", "empty"])
@pytest.mark.parametrize(("case", "sandbox"), HAVING, indirect=["sandbox"])
def test_with_its_answer_lost_it_is_found_in_the_services_list_or_said_and_never_sent_twice(
    session: mj.Session, sandbox: Sandbox, case: str, fault: str
) -> None:
    task_id, before = begun_before(session, sandbox, case), len(sandbox.posts)
    sandbox.faults.next(fault, path=CASES[case].path)
    is_listed = fault in ("cut", "no-id") and "list" in sandbox.flavour.endpoints
    first = outcome(session.begin(CASES[case].begin(task_id)))
    second = outcome(run_again(sandbox, CASES[case].begin(task_id)))
    assert first == second
    assert (first == "unclear") != is_listed
    (post,) = taken(sandbox.posts[before:])
    assert post.body == CASES[case].body(task_id)


# -- what goes as a prompt, after its pictures are uploaded ----------------------------------------

PROMPTS: dict[str, tuple[Callable[[], Start], str]] = {
    "style": (lambda: start.imagine("a hen", style=[FOX]), "a hen --sref {}"),
    "omni": (lambda: start.imagine("a hen", omni=FOX), "a hen --oref {}"),
    "edit": (lambda: start.imagine("a hen", edit=[FOX]), "a hen --edit {}"),
    "film": (
        lambda: filming.animate(FOX, "it yawns", "high"),
        "{} it yawns --video 1 --motion high",
    ),
}
UPLOADING = [
    (prompt, name)
    for name in FLAVOURS
    for prompt in PROMPTS
    if "upload-discord-images" in (has := flavour_named(name).endpoints)
    and not (prompt == "film" and "video" in has)
]


def said(post: LoggedRequest) -> str:
    assert isinstance(post.body, dict)
    return str(post.body["prompt"])


@pytest.mark.parametrize("fault", ["", "cut", "no-id", "500", "html", "empty"])
@pytest.mark.parametrize(("prompt", "sandbox"), UPLOADING, indirect=["sandbox"])
def test_a_prompt_with_a_file_is_sent_once_and_so_is_the_file(
    session: mj.Session, sandbox: Sandbox, prompt: str, fault: str
) -> None:
    begin, words = PROMPTS[prompt]
    session.follow(GRID).wait(SECONDS)
    if fault:
        sandbox.faults.next(fault, path="submit/imagine")
    first, second = outcome(session.begin(begin())), outcome(run_again(sandbox, begin()))
    assert first == second
    is_found = fault in ("cut", "no-id") and "list" in sandbox.flavour.endpoints
    assert (first != "unclear") == (is_found or not fault)
    (upload,) = sandbox.log.select("POST", "upload-discord-images")
    assert upload.body == {"base64Array": [data_url(FOX)]}
    (post,) = [post for post in taken(sandbox.posts) if post.path.endswith("submit/imagine")]
    link = next(word for word in said(post).split() if word.startswith(sandbox.url))
    assert said(post) == words.format(link)
    assert len(taken(sandbox.posts)) == 1 + sandbox.count("POST", "submit/video")
    assert sandbox.count("POST", "submit/video") == (prompt == "film")
