"""Whatever a service answers: a value or an ``MjError``, soon, and nothing is sent elsewhere."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from archive.support import FILES
from hypothesis import given, settings
from hypothesis import strategies as st

import mj_widgets as mj
from attack.hostile import KEY, SECONDS, Hostile, Said, hostile
from mj_widgets.models.button import Button
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.pictures.images import Picture
from mj_widgets.service import orders

if TYPE_CHECKING:
    from collections.abc import Iterator

ELSEWHERE = "http://elsewhere.invalid"
# The same examples every time: what fails here fails for everybody.
budget = settings(max_examples=200, derandomize=True, deadline=None, database=None)

NAMES = (
    *("id", "mj_id", "taskId", "task_id", "status", "action", "progress", "prompt", "promptEn"),
    *("imageUrl", "imageUrls", "videoUrl", "videoUrls", "url", "buttons", "customId", "label"),
    *("code", "description", "message", "result", "data", "task", "error", "success", "properties"),
    *("submitTime", "startTime", "finishTime", "failReason", "finalPrompt", "numberOfQueues"),
)
WORDS = (
    *("17", "SUCCESS", "FAILURE", "IN_PROGRESS", "MODAL", "100%", "46％", "IMAGINE", "DESCRIBE"),
    *("MJ::JOB::upsample::1::x", "U1", "1️⃣ a fox", "[]", "{}", '{"status": 1}', "null", "1e999"),
    *("window confirm", "in queue, 3", "quota", "task_no_found", "<title>x</title>", "\ud800", KEY),
    *(f"{ELSEWHERE}/x.png", f"//{KEY}@elsewhere.invalid/x", "data:image/png;base64,iVBOR", "\x1b["),
)
texts = st.sampled_from(WORDS) | st.text(max_size=12)
numbers = st.integers(-(10**20), 10**20) | st.floats() | st.sampled_from([0, 1, 17, 21, 22, 1e308])
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | texts, inner, max_size=8)
        | inner.map(json.dumps)
    ),
    max_leaves=16,
)
tasks = st.dictionaries(st.sampled_from(NAMES), values, min_size=1, max_size=16)
wholes = (tasks | st.lists(tasks, max_size=3) | values).map(
    lambda value: json.dumps(value).encode()
)
cut = st.tuples(wholes, st.integers(0, 200)).map(lambda both: both[0][: both[1]])
bodies = wholes | cut | st.binary(max_size=60)
answers = st.builds(
    Said,
    bodies,
    st.sampled_from(
        [200, 200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 413, 423, 429, 500, 502]
    ),
    st.sampled_from(["application/json", "application/json", "text/html", "text/plain", "x"]),
    st.sampled_from([{}, {"Retry-After": "-1"}, {"Retry-After": "x"}, {"Location": ELSEWHERE}]),
)
Ask = "Callable[[mj.Client], Awaitable[Any]]"


@pytest.fixture(scope="module")
def service() -> Iterator[Hostile]:
    with hostile() as running:
        yield running


def ask(service: Hostile, said: Said, path: str, question: Ask) -> list[str]:
    """Put one question, and return what was asked for."""
    service.answers = {path: said}
    service.paths.clear()

    async def story() -> Any:
        async with mj.Client(service.url, KEY, auth="bearer") as client:
            async with asyncio.timeout(SECONDS):
                return await question(client)

    try:
        shown = repr(asyncio.run(story()))
    except mj.MjError as error:
        shown = f"{error} {error!r}"
        assert shown.isprintable()
    assert KEY not in shown
    assert all(path.startswith("/mj/") for path in service.paths)
    return service.paths


@budget
@given(said=answers)
def test_a_task_is_read_or_refused(service: Hostile, said: Said) -> None:
    async def question(client: mj.Client) -> Any:
        task = await client.fetch("17", attempts=1)
        assert task.kind in ("grid", "image", "text", "video")
        facts = (task.texts, task.final_prompt, task.link_expires, task.parent_id, task.custom_id)
        return task, facts, [(b.meaning, b.caption, b.asks) for b in task.buttons]

    assert ask(service, said, "/fetch", question) == ["/mj/task/17/fetch"]


@budget
@given(said=answers)
def test_a_list_is_read_or_refused(service: Hostile, said: Said) -> None:
    ids = ("17", "18")
    listed = ask(service, said, "/list-by-condition", lambda c: c.fetch_listed(ids, attempts=1))
    assert listed == ["/mj/task/list-by-condition"]


@budget
@given(said=answers)
def test_what_is_submitted_is_sent_once(service: Hostile, said: Said) -> None:
    async def question(client: mj.Client) -> Any:
        submission = await client.send(orders.imagine("a fox"))
        return submission, submission.ahead

    assert ask(service, said, "/imagine", question) == ["/mj/submit/imagine"]


@budget
@given(said=answers)
def test_a_press_and_a_modal_are_sent_once(service: Hostile, said: Said) -> None:
    press = orders.press("17", Button(custom_id="MJ::Inpaint::1::x", label="Vary (Region)"))
    modal = orders.answer("17", ModalAnswer("a fox"))
    assert ask(service, said, "/action", lambda c: c.send(press)) == ["/mj/submit/action"]
    assert ask(service, said, "/modal", lambda c: c.send(modal)) == ["/mj/submit/modal"]


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    """A picture or film of any kind with some of its bytes changed, left out or put in."""
    data = bytearray(FILES[draw(st.sampled_from(sorted(FILES)))])
    for _ in range(draw(st.integers(0, 4))):
        begin = draw(st.integers(0, len(data)))
        end = begin + draw(st.integers(0, 8))
        data[begin:end] = draw(st.binary(max_size=8))
    return bytes(data[: draw(st.integers(0, len(data)))]) if draw(st.booleans()) else bytes(data)


@budget
@given(data=damaged_files() | st.binary(max_size=60), said=answers)
def test_a_file_is_a_picture_or_refused(service: Hostile, data: bytes, said: Said) -> None:
    said = Said(data, said.status, said.kind, said.headers)
    service.answers, answered, refusals = {"/17.png": said}, [], []
    service.paths.clear()

    async def story() -> None:
        async with mj.Client(service.url, KEY) as client, asyncio.timeout(SECONDS):
            answered.append(await client.download(f"{service.url}/17.png", attempts=1))

    try:
        asyncio.run(story())
        assert answered == [data]
        picture = Picture.from_bytes(data)
        assert repr(picture).isprintable()
        picture.decode()
    except mj.MjError as error:
        refusals.append(str(error))
    assert all(map(str.isprintable, refusals))
    assert set(service.paths) == {"/17.png"}


@settings(budget, max_examples=40)
@given(said=answers)
def test_a_job_goes_on_or_ends_and_can_be_stopped(service: Hostile, said: Said) -> None:
    service.answers = {"/fetch": said}
    service.paths.clear()
    job = mj.Session(service.url, KEY).follow("17")
    try:
        shown = repr(job.wait(0.2))
    except mj.MjError as error:
        shown = str(error)
    assert f"{shown} {job!r}".isprintable()
    assert KEY not in f"{job.state!r}"
    job.stop()
    assert all("/fetch" in path or "/list-by" in path for path in service.paths)
