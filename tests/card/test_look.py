"""How a job looks: what a card shows, as a function of what is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image
from services import file_of, film_of

import mj_widgets as mj
from mj_widgets.account.result import Result
from mj_widgets.card import look
from mj_widgets.card.frame import Frame
from mj_widgets.card.look import look_of
from mj_widgets.jobs import JobState, Phase
from mj_widgets.jobs.state import Notice
from mj_widgets.models.button import Button
from mj_widgets.models.prompt import parse_prompt
from mj_widgets.pictures.images import Picture

on = pytest.mark.parametrize

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NOON_MS = NOON.timestamp() * 1000
PICTURE = Picture.from_bytes(file_of(Image.new("RGB", (64, 32), "orange")))
FILM = Picture.from_bytes(film_of(bytes(64)))
FULL = mj.QueueFull("The queue is full")
GONE = mj.TaskNotFound("The service does not know task 17")

TASK: dict[str, Any] = {"id": "17", "action": "IMAGINE", "prompt": "a red fox --ar 16:9"}
QUEUED = mj.Task(**TASK, status="SUBMITTED").model_copy(update={"submit_time": NOON})
HALF = mj.Task(**TASK, status="IN_PROGRESS", progress=46).model_copy(
    update={"submit_time": NOON, "start_time": NOON}
)
BUTTON = Button(custom_id="MJ::JOB::upsample::1::x", label="U1")
DONE = mj.Task(
    **TASK, status="SUCCESS", progress=100, image_url="https://host.example/a.png"
).model_copy(
    update={
        "buttons": (BUTTON,),
        "submit_time": NOON,
        "start_time": NOON + timedelta(seconds=2),
        "finish_time": NOON + timedelta(seconds=42),
    }
)
BROKEN = mj.Task(**TASK, status="FAILURE", progress=46)
WORDS = mj.Task(id="18", action="DESCRIBE", status="SUCCESS", prompt="1️⃣ a fox\n\n2️⃣ a hen")
ONE = Result(DONE, (PICTURE,))


def tools(state: JobState) -> set[str]:
    return set(look_of(state, Frame()).tools)


# -- tools -----------------------------------------------------------------------------------------


@on(
    ("state", "offered"),
    [
        (JobState(Phase.SENDING), set()),
        (JobState(Phase.SENDING, parent_id="16", origin="U2 of task 16"), set()),
        (JobState(Phase.SENDING, prompt="a fox", origin="imagine"), {"stop"}),
        (
            JobState(Phase.SENDING, prompt="a fox", origin="imagine", trouble=FULL, retry_at=1.0),
            {"stop", "check"},
        ),
        (JobState(Phase.UNSENT, prompt="a fox", trouble=FULL), {"reuse"}),
        (JobState(Phase.UNSENT, origin="describe", trouble=FULL), set()),
        (JobState(Phase.NOTHING), set()),
        (JobState(Phase.FOLLOWED, "17"), {"stop", "cancel", "check"}),
        (JobState(Phase.FOLLOWED, "17", HALF), {"stop", "cancel", "check"}),
        (JobState(Phase.FETCHING, "17", arriving=DONE), set()),
        (JobState(Phase.LOST, "17", trouble=GONE), {"check"}),
        (JobState(Phase.STOPPED, "17", HALF), {"check"}),
        (JobState(Phase.ENDED, "17", DONE, result=ONE), {"save", "seed", "reuse"}),
        (
            JobState(Phase.ENDED, "17", DONE, result=ONE, kept_since=NOON),
            {"check", "save", "seed", "reuse"},
        ),
        (JobState(Phase.ENDED, "17", DONE), {"retry"}),  # its picture could not be had
        (JobState(Phase.ENDED, "17", BROKEN), {"reuse"}),
        (JobState(Phase.ENDED, "17", BROKEN, kept_since=NOON), {"check", "reuse"}),
        (JobState(Phase.ENDED, "18", WORDS, result=Result(WORDS)), set()),
    ],
)
def test_the_tools_are_those_that_can_do_something_now(state: JobState, offered: set[str]) -> None:
    assert tools(state) == offered


def test_a_picture_without_buttons_or_a_video_has_no_seed_to_ask_for() -> None:
    bare = DONE.model_copy(update={"buttons": ()})
    film = DONE.model_copy(
        update={"action": "VIDEO", "video_urls": ("https://host.example/a.mp4",)}
    )
    assert tools(JobState(Phase.ENDED, "17", bare, result=Result(bare, (PICTURE,)))) == {
        "save",
        "reuse",
    }
    assert tools(JobState(Phase.ENDED, "17", film, result=Result(film, (FILM,)))) == {
        "save",
        "reuse",
    }


# -- the bar ---------------------------------------------------------------------------------------


@on(
    ("state", "has_bar", "progress"),
    [
        (
            JobState(phase=Phase.UNSENT, trouble=mj.ServiceUnavailable("Lost", maybe_sent=True)),
            False,
            None,
        ),
        (JobState(Phase.SENDING), True, None),
        (JobState(Phase.FOLLOWED, "17"), True, None),
        (JobState(Phase.FOLLOWED, "17", HALF), True, 46),
        (JobState(Phase.FETCHING, "17", HALF, DONE), True, 46),
        (JobState(Phase.STOPPED, "17", HALF), True, 46),
        (JobState(Phase.ENDED, "17", DONE, result=ONE), False, 100),
        (JobState(Phase.ENDED, "17", BROKEN), False, 46),
        (JobState(Phase.UNSENT, trouble=FULL), False, None),
        (JobState(Phase.LOST, "17", trouble=GONE), False, None),
    ],
)
def test_there_is_a_bar_for_as_long_as_something_may_still_come(
    state: JobState, has_bar: bool, progress: int | None
) -> None:
    shown = look_of(state, Frame())
    assert (shown.has_bar, shown.progress) == (has_bar, progress)


def test_what_the_job_has_to_say_is_shown_as_it_is() -> None:
    frame, notice = Frame(aspect=2.0), Notice("The disk is full.", "trouble")
    shown = look_of(JobState(Phase.ENDED, "17", DONE, result=ONE, notice=notice), frame)
    assert shown.frame is frame
    assert shown.notice is notice
    assert shown.texts == ()


def test_texts_are_shown_once_they_are_settled() -> None:
    assert look_of(JobState(Phase.FETCHING, "18", arriving=WORDS), Frame()).texts == ()
    done = JobState(Phase.ENDED, "18", WORDS, result=Result(WORDS))
    assert look_of(done, Frame()).texts == ("a fox", "a hen")


# -- the heading -----------------------------------------------------------------------------------


def test_before_there_is_a_task_the_heading_is_what_was_given() -> None:
    head = look.heading_of(JobState(prompt="a red fox --ar 16:9 --aspekt 3", origin="imagine"))
    assert head == {
        "id": "",
        "origin": "imagine",
        "prompt": "a red fox",
        "full": "a red fox --ar 16:9 --aspekt 3",
        "title": "",
        "sent": "",
        "parameters": ["ar 16:9", "aspekt 3"],
        "warning": "Midjourney documents no --aspekt",
        "link": "",
    }


def test_what_midjourney_was_given_is_shown_where_it_is_not_what_a_person_wrote() -> None:
    task = mj.Task(id="17", prompt="一只红狐", prompt_en="a red fox --raw")
    head = look.heading_of(JobState(Phase.FOLLOWED, "17", task))
    assert (head["prompt"], head["sent"]) == ("一只红狐", "a red fox --raw")
    assert head["parameters"] == ["raw"]


@on(
    ("state", "name", "value"),
    [
        (JobState(button="U2", parent_id="16"), "button", "U2"),
        (JobState(button="U2"), "button", None),
        (JobState(seed="77"), "seed", "77"),
        (JobState(), "seed", None),
        (
            JobState(known_since=NOON),
            "known",
            f"submitted on {look.words.moment(NOON)} – not again",
        ),
        (JobState(), "known", None),
        (JobState(Phase.ENDED, "17", DONE), "link", "https://host.example/a.png"),
        (JobState(Phase.FETCHING, "17", HALF, DONE), "link", "https://host.example/a.png"),
        (JobState(Phase.FOLLOWED, "17", HALF), "link", ""),
        (JobState(Phase.ENDED, "18", WORDS), "title", "describe"),
        (JobState(Phase.ENDED, "18", WORDS), "prompt", ""),
        (JobState(Phase.ENDED, "18", WORDS), "sent", ""),
    ],
)
def test_the_heading_has_what_is_known_and_no_place_for_what_is_not(
    state: JobState, name: str, value: str | None
) -> None:
    assert look.heading_of(state).get(name) == value


@on(
    ("task", "title"),
    [
        (mj.Task(action="SHORTEN", description="/shorten a tall tower"), "shorten: a tall tower"),
        (mj.Task(action="SHORTEN", description="a tall tower"), "shorten"),
        (mj.Task(action="DESCRIBE", description="/describe a.png"), "describe"),
    ],
)
def test_texts_are_called_by_what_was_asked(task: mj.Task, title: str) -> None:
    assert look.text_title(task) == title


@on(
    ("prompt", "said"),
    [
        ("a fox", []),
        ("a fox --ar 16:9 --raw", ["ar 16:9", "raw"]),
        ("a fox --no text, frame", ["no text, frame"]),
        (f"a fox --sref {'x' * 200}", [f"sref {'x' * 54}…"]),
    ],
)
def test_each_parameter_is_said_as_it_is_understood(prompt: str, said: list[str]) -> None:
    assert look.parameters(parse_prompt(prompt)) == said


# -- the state line --------------------------------------------------------------------------------


@on(
    "phase", [Phase.SENDING, Phase.UNSENT, Phase.NOTHING, Phase.FETCHING, Phase.LOST, Phase.STOPPED]
)
def test_where_nothing_is_counted_the_line_has_its_words_alone(phase: Phase) -> None:
    line = look.line_of(JobState(phase, "17", HALF, changed_at=5.0))
    assert set(line) == {"words", "tone"}


@on(
    ("task", "counted"),
    [
        (QUEUED, {"queuedSince": NOON_MS, "runningSince": None, "queued": None, "ran": None}),
        (HALF, {"queuedSince": None, "runningSince": NOON_MS, "queued": 0.0, "ran": None}),
        (DONE, {"queuedSince": None, "runningSince": None, "queued": 2.0, "ran": 40.0}),
    ],
)
def test_the_line_counts_the_seconds_in_the_queue_and_at_work(
    task: mj.Task, counted: dict[str, float | None]
) -> None:
    line = look.line_of(JobState(Phase.FOLLOWED, "17", task))
    assert {name: line[name] for name in counted} == counted


@on(
    ("changes", "shown"),
    [
        ({"task": HALF, "changed_at": 5.0}, {"changedAt": 5000.0, "progress": 46}),
        ({"task": HALF, "changed_at": 5.0, "retry_at": 7.0}, {"retryAt": 7000.0}),
        ({"task": DONE, "changed_at": 5.0}, {"progress": None}),
        ({"changed_at": 5.0}, {}),
    ],
)
def test_the_line_tells_when_it_is_asked_again_or_else_when_something_changed(
    changes: dict[str, Any], shown: dict[str, object]
) -> None:
    line = look.line_of(JobState(Phase.FOLLOWED, "17", **changes))
    for name in ("changedAt", "retryAt"):
        assert line.get(name) == shown.get(name)
    if "progress" in shown:
        assert line["progress"] == shown["progress"]


def test_while_the_queue_is_full_the_line_counts_down_before_there_is_a_task() -> None:
    line = look.line_of(JobState(Phase.SENDING, trouble=FULL, retry_at=7.0))
    assert line["retryAt"] == 7000.0
    assert line["notes"] == []


@on(
    ("task", "notes"),
    [(None, ["3 ahead"]), (QUEUED, ["3 ahead"]), (HALF, []), (DONE, [])],
)
def test_the_place_in_the_queue_is_said_until_the_task_starts(
    task: mj.Task | None, notes: list[str]
) -> None:
    assert look.notes(task, None, "3 ahead") == notes


def test_what_comes_from_the_library_says_since_when_and_how_long_its_link_works() -> None:
    assert look.notes(DONE, NOON) == [f"from the library of {look.words.moment(NOON)}"]
    for until, said in ((datetime(2020, 1, 1, tzinfo=UTC), "expired"), (None, "works until")):
        moment = until or datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
        link = f"https://host.example/a.png?ex={int(moment.timestamp()):08x}&"
        linked = DONE.model_copy(update={"image_url": link})
        assert look.notes(linked, None) == [f"link {said} {look.words.moment(moment)}"]
