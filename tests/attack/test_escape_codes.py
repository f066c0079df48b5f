"""Whatever a service says, nothing of it moves a cursor, fills a clipboard or turns a line round.

What a task says of itself stays as it was sent: it is what is printed of it that is harmless.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import logging
import pkgutil
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from IPython.lib.pretty import pretty
from jobs.support import until

import mj_widgets as mj
from attack.hostile import KEY, PNG, SECONDS, Hostile, Said
from mj_widgets.account import Account
from mj_widgets.archive import Library
from mj_widgets.archive.lineage import Branch
from mj_widgets.errors import Interrupted, MjError
from mj_widgets.jobs.words import name_of
from mj_widgets.magics import terminal
from mj_widgets.models.packed import packed
from mj_widgets.models.status import status_words
from mj_widgets.pictures.images import Picture
from mj_widgets.reports.statistics import Statistics
from mj_widgets.service.balance import Balance
from mj_widgets.service.token import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CODES = (
    "\x1b]52;c;aGk=\x07"  # fills the clipboard
    "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\"  # a link
    "\x1b[2J\x1b[1A\x9b2J\x9d52;c;aGk=\x9c"  # clears the screen; the same in C1
    "\u202egnp.exe\u202c\u2066\u2067x\u2069\u200f\u061c"  # turn the line round
    "\r\n\u2028\u2029\x0b\x0c\x85Second line\x00\x08\x7f"
)
TEXT = f"a {CODES} fox"
CONTAINERS = (dict, list, tuple, set, frozenset, types.CellType, types.MappingProxyType)
KINDS = [kind for name in mj.__all__ if isinstance(kind := getattr(mj, name), type)]
PACKAGE = Path(mj.__file__).parent


def task_of(**fields: Any) -> mj.Task:
    buttons = [{"customId": TEXT, "label": TEXT, "emoji": TEXT}]
    said = dict.fromkeys(("prompt", "promptEn", "description", "failReason"), TEXT)
    properties = {"finalPrompt": TEXT, "messageContent": TEXT}
    usual = {"id": f"17{CODES}", "action": TEXT, "status": TEXT, "buttons": buttons}
    return mj.Task.parse({**usual, **said, "properties": properties, **fields})


def fields_of(task: mj.Task) -> dict[str, Any]:
    """What the hostile service says of the task with the id that was asked for."""
    return {name: value for name, value in task.raw.items() if name not in ("id", "status")}


def is_harmless(text: str, *, lines: bool = False) -> bool:
    return all(line.isprintable() for line in (text.split("\n") if lines else [text]))


def shown(thing: object) -> list[str]:
    """What a person sees of it who prints it, in a shell, in a message."""
    return [repr(thing), str(thing), f"{thing}", pretty(thing)]


def things_behind(*roots: object) -> Iterator[object]:
    """All objects of the package's own classes that can be reached from *roots*."""
    left, seen = list(roots), set()
    while left:
        thing = left.pop()
        if id(thing) in seen or isinstance(thing, (type, types.ModuleType)):
            continue
        seen.add(id(thing))
        if is_ours(type(thing)):
            yield thing
        elif not isinstance(thing, (*CONTAINERS, types.MethodType, types.FunctionType)):
            continue
        left += gc.get_referents(thing)


def is_ours(kind: type) -> bool:
    return kind.__module__.startswith("mj_widgets.") and ".sandbox" not in kind.__module__


def written_by_hand() -> set[type]:
    """The package's classes with a ``__repr__`` or ``__str__`` that somebody wrote."""
    names = [module.name for module in pkgutil.walk_packages(mj.__path__, "mj_widgets.")]
    modules = [importlib.import_module(name) for name in names if ".sandbox" not in name]
    known = [thing for module in modules for thing in vars(module).values()]
    return {
        kind
        for kind in known
        if type(kind) in (type, *map(type, KINDS)) and is_ours(kind)
        for name in ("__repr__", "__str__")
        if (made := vars(kind).get(name)) and is_in_package(inspect.unwrap(made))
    }


def is_in_package(function: Any) -> bool:
    code = getattr(function, "__code__", None)
    return code is not None and Path(code.co_filename).is_relative_to(PACKAGE)


def expect_harmless(things: Iterable[object]) -> set[type]:
    """Look at what is printed of each thing; return the kinds there were."""
    met: set[type] = set()
    for thing in things:
        met.update(type(thing).__mro__)
        for text in shown(thing):
            assert is_harmless(text, lines=isinstance(thing, (Branch, Statistics))), (
                type(thing),
                text,
            )
    return met


def test_every_repr_of_the_package_is_harmless(hostile: Hostile, attacked: mj.Session) -> None:
    hostile.task("17", **fields_of(task_of()))
    hostile.task("18", **fields_of(task_of()), status="FAILURE")
    hostile.task("19", **fields_of(task_of()), status=TEXT)
    refusal = Said({"code": 4, "description": TEXT}, 400)
    hostile.answers |= {"/submit/imagine": refusal, "/submit/action": refusal}
    done, failed, going = (mj.TaskWidget(name) for name in ("17", "18", "19"))
    refused = attacked.imagine(TEXT)
    errors: list[BaseException] = []
    for card in (done, failed, refused):
        try:
            card.wait(SECONDS)
        except MjError as error:
            errors.append(error)
    until(going.job, lambda state: state.task is not None)
    with pytest.raises(mj.StillRunning) as caught:
        going.wait(0)
    errors.append(caught.value)
    until(done.job, lambda state: state.buttons)
    pressed = done.press(next(iter(done.buttons)))
    with pytest.raises(mj.MjError):
        pressed.wait(SECONDS)
    library = mj.library()
    assert library.search("fox")
    roots = [
        *(done, failed, going, refused, pressed, mj.TaskCards([done, failed]), *errors),
        *(
            library,
            library.search(),
            library.search().gallery(),
            library.search().stats(),
            mj.sweep(TEXT, confirm=False),
            mj.compare(done, PNG),
            attacked,
            attacked.client,
            task_of(),
            done.job.state,
        ),
        *(done.tree(), done.path(), Branch(TEXT, TEXT, TEXT, TEXT, (Branch(TEXT, TEXT),))),
        *(Interrupted(TEXT), mj.TaskFailed(task_of()), task_of().raw),
        Balance(actions=(TEXT,), silence=TEXT),
        mj.Submission.parse({"code": 22, "result": TEXT, "description": TEXT}),
        *(packed({TEXT: TEXT}), Picture.from_bytes(PNG), Token(KEY)),
    ]
    met = expect_harmless(things_behind(*roots))
    by_hand = written_by_hand()
    assert mj.Task in by_hand
    assert by_hand - met == set()
    assert task_of().prompt == TEXT
    assert library.kept.search()[0].task.prompt == TEXT
    for card in (done, failed, going):
        card.close()


@pytest.mark.parametrize(
    "kind", [k for k in KINDS if issubclass(k, MjError) and k is not mj.TaskFailed]
)
def test_every_error_is_harmless(kind: type[MjError]) -> None:
    error = kind(TEXT, words=TEXT, advice=TEXT)
    texts = [*shown(error), *error._render_traceback_(), error.what, error.words, error.sentence]
    assert all(map(is_harmless, texts)), texts


def test_a_status_of_a_services_own_is_one_harmless_word() -> None:
    assert is_harmless(str(task_of().status))
    assert is_harmless(status_words(TEXT))


def test_what_is_logged_is_harmless(
    hostile: Hostile, attacked: mj.Session, caplog: pytest.LogCaptureFixture
) -> None:
    hostile.answers["/task/17/fetch"] = Said({"description": TEXT}, 503)

    def observe(_: object) -> None:
        raise ValueError("a fault of the user's")

    with caplog.at_level(logging.DEBUG, "mj_widgets"):
        job = attacked.follow("17")
        job.on_change(observe)
        until(job, lambda state: state.trouble)
        hostile.task("17", **fields_of(task_of()))
        job.check_now()
        job.wait(SECONDS)
    assert caplog.records
    assert all(is_harmless(record.getMessage()) for record in caplog.records)


def test_the_line_that_moves_in_a_terminal_is_harmless(
    hostile: Hostile, attacked: mj.Session, capfd: pytest.CaptureFixture[str]
) -> None:
    hostile.task("17", **fields_of(task_of()), status=TEXT)
    hostile.task("18", **fields_of(task_of(action="DESCRIBE")))
    going, described = mj.TaskWidget("17"), mj.TaskWidget("18")
    until(going.job, lambda state: state.task is not None)
    with pytest.raises(mj.StillRunning):
        terminal.follow([going], 0.5)
    terminal.follow([described], SECONDS)
    said = "".join(capfd.readouterr())
    going.close()
    described.close()
    assert "fox" in said
    for mark in ("\x1b]", "\x1b[2J", "\x9b", "\x9d", "\x07", "\u202e", "\u2067", "\x85", "\u2028"):
        assert mark not in said
    assert is_harmless(name_of(going.job.state))


@pytest.mark.parametrize("kind", [*KINDS, Account, Library])
def test_what_was_refused_while_it_was_made_has_a_repr(kind: type) -> None:
    unmade = kind.__new__(kind)
    assert kind.__name__ in repr(unmade)
    assert isinstance(str(unmade), str)


def test_a_traceback_that_shows_variables_can_be_made_of_every_refusal(
    attacked: mj.Session, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    refusals = [
        lambda: mj.TaskWidget("no id"),
        lambda: mj.TaskWidget("17", size=0),
        lambda: mj.TaskWidget("17", interval=-1),
        lambda: mj.Client("ftp://x", KEY),
        lambda: mj.Session("ftp://x", KEY),
        lambda: mj.TaskCards([mj.TaskWidget("no id")]),
        lambda: attacked.follow("17", interval=-1),
        lambda: Library(tmp_path / "file" / "x"),
    ]
    for refusal in refusals:
        with pytest.raises((ValueError, mj.MjError)) as caught:
            refusal()
        trace = caught.value.__traceback__
        while trace is not None:
            for value in trace.tb_frame.f_locals.values():
                if is_ours(type(value)):
                    assert repr(value)
            trace = trace.tb_next
