"""Pictures that a prompt names are uploaded once in a lifetime; nothing is sent without them."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from services import CANARY, file_of

import mj_widgets as mj
from mj_widgets.account import ledger
from mj_widgets.jobs import start
from mj_widgets.service.order import UPLOADS

if TYPE_CHECKING:
    from mj_widgets.sandbox import Sandbox

SECONDS = 30
URL = "https://host.example/a.png"
COLOURS = ("red", "green", "blue", "teal", "navy", "olive", "black")
FILES = [file_of(Image.new("RGB", (32, 32), colour)) for colour in COLOURS]
RED, GREEN, *_ = FILES
on = pytest.mark.parametrize


def imagine(session: mj.Session, prompt: str = "a fox", **pictures: object) -> mj.Job:
    return session.begin(start.imagine(prompt, **pictures))  # type: ignore[arg-type]


def uploads(sandbox: Sandbox) -> list[list[str]]:
    """The pictures of each upload."""
    posts = sandbox.log.select("POST", "upload-discord-images")
    return [post.body["base64Array"] for post in posts if post.status != 401]


def urls(*files: bytes) -> list[str]:
    return [f"data:image/png;base64,{base64.b64encode(data).decode()}" for data in files]


def prompts(sandbox: Sandbox) -> list[str]:
    return [str(post.body["prompt"]) for post in sandbox.posts if post.status != 401]


@on("sandbox", ["dmx", "plus", "trueai", "octopusx"], indirect=True)
def test_files_are_uploaded_in_one_request_and_the_prompt_has_their_addresses(
    session: mj.Session, sandbox: Sandbox
) -> None:
    job = imagine(session, "a fox --ar 3:2", style=[RED, URL], omni=GREEN, edit=URL)
    assert job.wait(SECONDS).succeeded
    assert uploads(sandbox) == [urls(RED, GREEN)]
    (prompt,) = prompts(sandbox)
    words, _, rest = prompt.partition(" --sref ")
    first, second, oref, omni, edit, last = rest.split()
    assert (words, second, oref, edit, last) == ("a fox --ar 3:2", URL, "--oref", "--edit", URL)
    assert first.startswith(f"{sandbox.url}/attachments/")
    assert omni.startswith(f"{sandbox.url}/attachments/")
    assert first != omni


def test_before_a_task_is_known_the_prompt_shows_no_digits(session: mj.Session) -> None:
    job = imagine(session, style=[RED, GREEN])
    assert job.prompt == "a fox --sref picture:1 picture:2"
    assert job.state.origin == "imagine · 2 style pictures, uploaded"
    job.wait(SECONDS)


@on(
    ("pictures", "said"),
    [
        ({"style": RED}, "imagine · 1 style picture, uploaded"),
        ({"style": [RED, URL, GREEN]}, "imagine · 3 style pictures, 2 uploaded"),
        ({"omni": RED, "images": GREEN}, "imagine · 1 picture · 1 omni picture, uploaded"),
        ({"edit": [URL, URL]}, "imagine · 2 edit pictures"),
    ],
)
def test_what_goes_along_is_said(pictures: dict[str, object], said: str) -> None:
    assert start.imagine("a fox", **pictures).origin == said  # type: ignore[arg-type]


def test_what_the_prompt_itself_says_is_left_alone(session: mj.Session, sandbox: Sandbox) -> None:
    prompt = f"a fox --sref {URL} 123 --ar 1:1"
    imagine(session, prompt).wait(SECONDS)
    assert prompts(sandbox) == [prompt]
    assert uploads(sandbox) == []


@on(
    ("pictures", "said"),
    [
        ({"edit": FILES[:5]}, "--edit takes up to 4 pictures, not 5"),
        ({"omni": FILES[:2]}, "--oref takes one picture, not 2"),
        ({"style": "nowhere.png"}, "There is no file nowhere.png"),
    ],
)
def test_what_midjourney_does_not_take_is_one_line(pictures: dict[str, object], said: str) -> None:
    with pytest.raises(mj.MjError, match=said):
        start.imagine("a fox", **pictures)  # type: ignore[arg-type]


def test_one_parameter_is_not_given_in_two_places() -> None:
    with pytest.raises(mj.MjError, match="The prompt has --sref already"):
        start.imagine(f"a fox --sref {URL}", style=RED)


# -- once ------------------------------------------------------------------------------------------


def test_a_picture_is_uploaded_once_in_a_lifetime(session: mj.Session, sandbox: Sandbox) -> None:
    imagine(session, "a fox", style=RED).wait(SECONDS)
    session = mj.configure(sandbox.url, CANARY)
    imagine(session, "a hen", style=[GREEN, RED]).wait(SECONDS)
    assert uploads(sandbox) == [urls(RED), urls(GREEN)]
    link = prompts(sandbox)[0].split()[-1]
    assert prompts(sandbox)[1].split()[-1] == link
    (entry,) = [e for e in mj.library().journal.entries() if e.payload.get("sha256") == sha(RED)]
    assert entry.submission is not None
    assert entry.submission.uploaded_to == link


def test_several_at_once_wait_for_the_one_that_uploads(
    session: mj.Session, sandbox: Sandbox
) -> None:
    jobs = [imagine(session, f"fox {n}", style=RED) for n in range(5)]
    assert all(job.wait(SECONDS).succeeded for job in jobs)
    assert uploads(sandbox) == [urls(RED)]


@on("count", [2, 4])
def test_of_several_sessions_at_one_library_one_uploads_and_the_others_wait_for_it(
    session: mj.Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(ledger, "OTHERS_TAKE", timedelta(minutes=1))
    sandbox.faults.slow_seconds = 1
    sandbox.faults.next("slow", count=count, path="upload-discord-images")
    others = [mj.Session(sandbox.url, CANARY, library=mj.library().kept) for _ in range(count)]
    jobs = [imagine(other, f"fox {n}", style=[RED, FILES[n]]) for n, other in enumerate(others, 1)]
    assert all(job.wait(SECONDS).succeeded for job in jobs)
    sent = [picture for pictures in uploads(sandbox) for picture in pictures]
    assert sorted(sent) == sorted(urls(RED, *FILES[1 : count + 1]))


@on("new", [False, True])
def test_an_upload_that_is_made_twice_as_it_takes_long_leads_to_one_submission(
    session: mj.Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, new: bool
) -> None:
    monkeypatch.setattr(ledger, "OTHERS_TAKE", timedelta(seconds=0.3))
    sandbox.faults.slow_seconds = 1.5
    sandbox.faults.next("slow", count=9, path="upload-discord-images")
    kernels = [mj.Session(sandbox.url, CANARY, library=mj.library().kept) for _ in range(3)]
    # A click that is "new" is that of a person who has seen nothing of it yet.
    jobs = [
        kernel.begin(replace(start.imagine("a fox", style=RED, new=new), anyhow=False))
        for kernel in kernels
    ]
    ids = set()
    for job in jobs:
        with suppress(mj.ServiceUnavailable):  # no answer is known yet, and nothing is sent
            ids.add(job.wait(SECONDS).id)
    assert len(ids) == 1
    assert len(prompts(sandbox)) == 1


def test_what_a_kernel_has_not_uploaded_to_its_end_is_uploaded_by_the_next_one(
    session: mj.Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "OTHERS_TAKE", timedelta(minutes=1))
    journal, service = mj.library().journal, session.account.service
    entry = journal.begin(service, UPLOADS, {"sha256": sha(RED)})
    earlier = (entry.sent_at - timedelta(minutes=5)).isoformat()
    with closing(sqlite3.connect(mj.library().folder / "library.db")) as disk, disk:
        disk.execute("UPDATE submissions SET sent_at = ?", (earlier,))
    others = [mj.Session(sandbox.url, CANARY, library=mj.library().kept) for _ in range(3)]
    jobs = [imagine(other, f"fox {n}", style=RED) for n, other in enumerate(others)]
    assert all(job.wait(SECONDS).succeeded for job in jobs)
    assert uploads(sandbox) == [urls(RED)]


def test_a_kernel_whose_clock_is_ahead_is_not_waited_for_longer(
    session: mj.Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "OTHERS_TAKE", timedelta(seconds=1))
    entry = mj.library().journal.begin(session.account.service, UPLOADS, {"sha256": sha(RED)})
    later = (entry.sent_at + timedelta(days=1)).isoformat()
    with closing(sqlite3.connect(mj.library().folder / "library.db")) as disk, disk:
        disk.execute("UPDATE submissions SET sent_at = ?", (later,))
    assert imagine(session, style=RED).wait(SECONDS).succeeded
    assert uploads(sandbox) == [urls(RED)]


def test_run_again_nothing_is_uploaded_and_nothing_submitted(
    session: mj.Session, sandbox: Sandbox
) -> None:
    first = imagine(session, style=RED).wait(SECONDS)
    asked = len(sandbox.log)
    session = mj.configure(sandbox.url, CANARY)
    assert imagine(session, style=RED).wait(SECONDS).id == first.id
    assert len(sandbox.log) == asked


def test_a_link_that_has_run_out_is_uploaded_again(session: mj.Session, sandbox: Sandbox) -> None:
    sandbox.links.life = 60
    imagine(session, "a fox", style=RED).wait(SECONDS)
    sandbox.links.life = 3600
    imagine(session, "a hen", style=RED).wait(SECONDS)
    imagine(session, "a cat", style=RED).wait(SECONDS)
    assert uploads(sandbox) == [urls(RED), urls(RED)]
    one, two, three = (prompt.split()[-1] for prompt in prompts(sandbox))
    assert one != two == three
    assert time.time() < int(two.partition("ex=")[2][:8], 16)


# -- what goes wrong -------------------------------------------------------------------------------


def test_an_upload_that_fails_half_way_submits_nothing_and_is_gone_on_with(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.next("413", path="upload-discord-images", skip=1)
    with pytest.raises(mj.MjError, match=r"has not taken the 2 pictures.*Nothing was submitted"):
        imagine(session, style=FILES).wait(SECONDS)
    assert sandbox.posts == []
    assert imagine(session, style=FILES).wait(SECONDS).succeeded
    assert uploads(sandbox) == [urls(*FILES[:5]), urls(*FILES[5:]), urls(*FILES[5:])]
    assert len(sandbox.posts) == 1


@on("fault", ["cut", "html", "502", "empty"])
def test_an_upload_whose_answer_is_lost_submits_nothing_and_is_not_repeated_by_itself(
    session: mj.Session, sandbox: Sandbox, fault: str
) -> None:
    sandbox.faults.next(fault, path="upload-discord-images")
    begun = start.imagine("a fox", style=RED, retry=True)
    with pytest.raises(mj.MjError, match="Nothing was submitted") as caught:
        session.begin(begun).wait(SECONDS)
    assert not caught.value.maybe_sent
    assert "\n" not in str(caught.value)
    assert len(uploads(sandbox)) == 1
    assert sandbox.posts == []
    assert imagine(session, style=RED).wait(SECONDS).succeeded


def test_pictures_that_are_too_large_for_the_service_are_one_line(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.next("413", path="upload-discord-images")
    with pytest.raises(mj.MjError, match="too large for the service"):
        imagine(session, style=RED).wait(SECONDS)
    assert sandbox.posts == []


@on("sandbox", ["novicezk", "webman"], indirect=True)
def test_a_service_that_takes_no_uploads_is_asked_once(
    session: mj.Session, sandbox: Sandbox
) -> None:
    for _ in range(2):
        with pytest.raises(mj.MjError, match=r"takes no uploads.*give the address of a picture"):
            imagine(session, style=RED).wait(SECONDS)
    assert len(uploads(sandbox)) == 1
    assert sandbox.posts == []
    assert imagine(session, style=URL).wait(SECONDS).succeeded


def test_a_refused_prompt_uploads_nothing_the_second_time(
    session: mj.Session, sandbox: Sandbox
) -> None:
    with pytest.raises(mj.PromptRejected):
        imagine(session, "a banned fox", style=RED).wait(SECONDS)
    assert imagine(session, "a fox", style=RED).wait(SECONDS).succeeded
    assert uploads(sandbox) == [urls(RED)]


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
