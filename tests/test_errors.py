"""Errors as people meet them: one line, the service's words, what to do."""

from __future__ import annotations

import unicodedata

import bodies
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mj_widgets as mj
from mj_widgets import errors
from mj_widgets.errors import fault_of, one_line

BELOW_MJ_ERROR = [
    mj.Unauthorized,
    mj.Forbidden,
    mj.TaskNotFound,
    mj.RateLimited,
    mj.QueueFull,
    mj.QuotaExceeded,
    mj.PromptRejected,
    mj.ServiceUnavailable,
    mj.BadReply,
    mj.TaskFailed,
    mj.ImageError,
]


@pytest.mark.parametrize("kind", BELOW_MJ_ERROR)
def test_every_error_is_an_mj_error(kind: type[Exception]) -> None:
    assert issubclass(kind, mj.MjError)


@pytest.mark.parametrize(
    "kind", [k for k in BELOW_MJ_ERROR if k not in (mj.TaskFailed, mj.ImageError)]
)
def test_every_error_says_what_to_do(kind: type[mj.MjError]) -> None:
    error = kind("It went wrong", status=400, words="its own words")
    assert error.advice
    assert str(error) == f"It went wrong (HTTP 400: “its own words”). {error.advice}"


def test_a_missing_token_names_the_variable_and_the_way_to_log_in() -> None:
    assert "MJ_API_TOKEN" in str(mj.Unauthorized("No"))
    assert "mj.login()" in str(mj.Unauthorized("No"))


def test_what_is_not_known_is_not_said() -> None:
    assert str(mj.MjError("It went wrong")) == "It went wrong."
    assert str(mj.MjError("It went wrong", status=200)) == "It went wrong."
    assert str(mj.MjError("It went wrong", status=500)) == "It went wrong (HTTP 500)."
    assert str(mj.MjError("It went wrong", words="so")) == "It went wrong (“so”)."


def test_of_megabytes_only_the_beginning_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = 0

    def category(character: str) -> str:
        nonlocal looked_at
        looked_at += 1
        return "Lu"

    monkeypatch.setattr(errors.unicodedata, "category", category)
    for text in ("X" * 1_000_000, "X" + " " * 1_000_000):
        assert one_line(text).startswith("X")
        assert one_line(text).endswith("…")
    assert looked_at < 100_000


def test_ipython_shows_one_line_and_no_traceback() -> None:
    lines = mj.BadReply("A page", words="a\nb")._render_traceback_()
    assert lines == ["BadReply: A page (“a b”). " + mj.BadReply.default_advice]


@given(st.text(st.characters(exclude_categories=())), st.text(st.characters(exclude_categories=())))
def test_an_error_is_one_printable_line_whatever_the_service_said(what: str, words: str) -> None:
    error = mj.MjError(what, words=words)
    for text in (str(error), error.words, *error._render_traceback_()):
        assert len(text.splitlines()) <= 1
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in text)
        text.encode()
    assert len(str(error)) <= 600


def test_marks_that_turn_text_around_or_clear_the_screen_are_dropped() -> None:
    assert one_line("safe\u202egnp.exe \x1b[2J\u2066x\u2069") == "safe gnp.exe [2J x"


@given(st.text(), st.integers(2, 300))
def test_a_line_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(one_line(text, limit)) <= limit


def test_a_failed_task_comes_along_with_its_reason() -> None:
    task = mj.Task.parse(bodies.FAILED)
    error = mj.TaskFailed(task)
    assert error.task is task
    assert str(error) == f"Task {task.id} failed (“Invalid Form Body”)."
    cancelled = mj.TaskFailed(mj.Task.parse({"id": "t", "status": "CANCEL"}))
    assert str(cancelled) == "Task t was cancelled."


@pytest.mark.parametrize(
    ("error", "may_pass"),
    [
        (mj.RateLimited("x"), True),
        (mj.ServiceUnavailable("x"), True),
        (mj.ServiceUnavailable("x", maybe_sent=True, may_pass=False), False),
        (mj.Unauthorized("x"), False),
        (mj.TaskNotFound("x"), False),
        (mj.BadReply("x"), False),
        (mj.BadReply("x", may_pass=True), True),
    ],
)
def test_an_error_knows_whether_another_try_may_help(error: mj.MjError, may_pass: bool) -> None:
    assert error.may_pass is may_pass


def test_an_error_carries_what_was_found_out() -> None:
    assert mj.RateLimited("x", retry_after=3).retry_after == 3
    assert mj.ServiceUnavailable("x", maybe_sent=True).maybe_sent
    assert not mj.ServiceUnavailable("x").maybe_sent
    assert not any(error("x").maybe_sent for error in (mj.MjError, mj.BadReply, mj.ImageError))


def test_what_nobody_foresaw_is_said_to_be_ours() -> None:
    fault = fault_of(ZeroDivisionError("division by zero"))
    assert str(fault) == (
        "Something is wrong in mj-widgets itself (“ZeroDivisionError('division by zero')”)."
    )
    assert fault_of(known := mj.BadReply("x")) is known
    assert mj.ImageError("x", expired=True).expired
    assert not mj.ImageError("x").expired


LINK = "https://host.example/" + "a" * 500


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("cannot read data:image/png;base64," + "A" * 5000, "cannot read data:image/png…"),
        (
            "data:image/svg+xml;charset=utf-8," + "%3C" * 50 + " is bad",
            "data:image/svg+xml… is bad",
        ),
        (f"see {LINK}.", f"see {LINK[:88]}…"),
        ("see https://host.example/a.png?x=1", "see https://host.example/a.png?x=1"),
        ("the data: a, b", "the data: a, b"),
    ],
)
def test_a_long_link_in_the_services_words_is_cut(said: str, shown: str) -> None:
    assert mj.MjError("x", words=said).words == shown


def test_a_character_that_is_none_is_marked_and_can_be_printed() -> None:
    assert one_line("a \u07b2 b") == "a \ufffd b"  # not given to any character so far
    assert one_line("狐狸 🦊 é") == "狐狸 🦊 é"
