"""The magics as they are typed: what they take, what they refuse and in which words."""

from __future__ import annotations

import logging
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import ipywidgets
import pytest
from card.page import Seen
from IPython.core.error import UsageError

import mj_widgets as mj
from magics.conftest import TOKEN
from mj_widgets import background
from mj_widgets.sandbox import EXAMPLES, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from magics.conftest import Notebook

DONE, FAILED = EXAMPLES["finished"], EXAMPLES["failed"]


# What it gives


def test_gives_the_widget_of_a_task(notebook: Notebook) -> None:
    with Sandbox().in_thread() as painting:
        mj.configure(painting.url, TOKEN)
        ran = notebook.run(f"w = %mjfetch {DONE}\nw")
    assert isinstance(ran.value, mj.TaskWidget)
    assert ran.value.task.succeeded
    assert [picture.size for picture in ran.value.quadrants] == [(1024, 1024)] * 4
    assert repr(ran.value) == f"TaskWidget('{DONE}', SUCCESS)"


def test_several_ids_are_one_set_of_tasks(notebook: Notebook) -> None:
    ran = notebook.mjfetch(f"--wait {EXAMPLES['described']} {DONE} {DONE}")
    assert ran.error is None
    assert [job.task_id for job in ran.value] == [EXAMPLES["described"], DONE]
    assert repr(ran.value) == "<TaskSet, 2 tasks>"


def test_gives_several_widgets_in_order(notebook: Notebook) -> None:
    cards = notebook.mjfetch(f"--cards {EXAMPLES['described']} {DONE}").value
    first, second = cards
    assert (first.task_id, second.task_id) == (EXAMPLES["described"], DONE)
    assert len(cards) == 2
    assert cards[1] is second
    assert notebook.run(f"a, b = %mjfetch --cards {DONE} {DONE}\na.task == b.task").value is True


@pytest.mark.parametrize("quotes", ["''", '""', "“”", "‘’", "``"])
def test_quotes_around_an_id_are_dropped(notebook: Notebook, quotes: str) -> None:
    ran = notebook.mjfetch(f"{quotes[0]}{DONE}{quotes[1]}")
    assert ran.error is None
    assert ran.value.task_id == DONE


@pytest.mark.parametrize("line", ["{task_id}", "$task_id", "'{task_id}'", "{ids[0]}"])
def test_variables_are_filled_in(notebook: Notebook, line: str) -> None:
    notebook.run(f"task_id = '{DONE}'; ids = [task_id]")
    assert notebook.mjfetch(line).value.task_id == DONE


def test_a_failed_task_stops_the_cell_with_one_line(notebook: Notebook) -> None:
    ran = notebook.run(f"%mjfetch --wait {FAILED}\nprint('never')")
    assert isinstance(ran.error, mj.TaskFailed)
    reason = "TaskFailed: Task 1747132423020539 failed (“Request blocked by content policy”)."
    assert ran.text.count(reason) == 1
    assert "Traceback" not in ran.text
    assert "never" not in ran.text


def test_an_unknown_task_stops_the_cell_with_one_line(notebook: Notebook) -> None:
    ran = notebook.mjfetch("1700000000000000")
    assert isinstance(ran.error, mj.TaskNotFound)
    assert "Check the id" in ran.text
    assert "Traceback" not in ran.text


# What it refuses

UNDEFINED = "is not defined: assign the task id to it first"
A_LINK = "is a link: the id is what the service answered with, such as 1747132423020537"
NO_ID = "is no task id (letters, digits, - _ . : ~)"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "%mjfetch: which task? Write its id, as in %mjfetch 1747132423020537"),
        ("''", "%mjfetch: the task id is empty"),
        ("“”", "%mjfetch: the task id is empty"),
        ("../x", f"%mjfetch: '../x' {NO_ID}"),
        (f"{DONE} ../x", f"%mjfetch: '../x' {NO_ID}"),
        ("'17 18'", f"%mjfetch: \"'17 18'\" {NO_ID}"),
        ("17,18", f"%mjfetch: '17,18' {NO_ID}"),
        ("https://x.example/17", f"%mjfetch: 'https://x.example/17' {A_LINK}"),
        ("x" * 300, f"%mjfetch: '{'x' * 39}…' {NO_ID}"),
        ("1\u202e7", f"%mjfetch: '1 7' {NO_ID}"),
        ("{name}", f"%mjfetch: {{name}} {UNDEFINED}"),
        ("$name", f"%mjfetch: $name {UNDEFINED}"),
        (f"{DONE} {{name}}", f"%mjfetch: {{name}} {UNDEFINED}"),
        ("'17", "%mjfetch: No closing quotation"),
        ("17 --sise 900", "%mjfetch: --sise is no option: did you mean --size?"),
        ("17 -wait", "%mjfetch: -wait is no option: did you mean --wait?"),
        ("17 —refresh", "%mjfetch: —refresh is no option: did you mean --refresh?"),
        ("17 --mystery", "%mjfetch: --mystery is no option: %mjfetch? lists them"),
        ("17 --size", "argument --size: expected one argument"),
        ("17 --size big", "argument --size: invalid int value: 'big'"),
        ("17 --size 99.5", "argument --size: invalid int value: '99.5'"),
        ("17 --size 63", "%mjfetch: --size 63 is out of range (at least 64 and at most 4096)"),
        ("17 --size 4097", "%mjfetch: --size 4097 is out of range (at least 64 and at most 4096)"),
        ("17 --timeout soon", "argument --timeout: invalid float value: 'soon'"),
        (
            "17 --timeout -1",
            "%mjfetch: --timeout -1 is out of range (at least 0 and at most 86400)",
        ),
        (
            "17 --timeout inf",
            "%mjfetch: --timeout inf is out of range (at least 0 and at most 86400)",
        ),
        (
            "17 --timeout nan",
            "%mjfetch: --timeout nan is out of range (at least 0 and at most 86400)",
        ),
        (
            "17 --interval 0.1",
            "%mjfetch: --interval 0.1 is out of range (at least 0.4 and at most 3600)",
        ),
        ("17 --interval often", "argument --interval: invalid float value: 'often'"),
    ],
)
def test_refuses_on_one_line_what_cannot_be(
    notebook: Notebook, sandbox: Sandbox, line: str, said: str
) -> None:
    asked = len(sandbox.log)
    ran = notebook.mjfetch(line)
    assert type(ran.error) is UsageError
    assert ran.lines == [f"UsageError: {said}"]
    assert len(sandbox.log) == asked


def test_without_a_token_one_line_tells_the_three_ways_out(fresh: Notebook) -> None:
    fresh.run("%load_ext mj_widgets")
    ran = fresh.run(f"%mjfetch {DONE}\nprint('never')")
    assert isinstance(ran.error, mj.Unauthorized)
    assert len(ran.lines) == 1
    for way in ("MJ_API_TOKEN", "mj.login()", 'mj.configure("sandbox")'):
        assert way in ran.text


def test_without_a_service_one_line_tells_how_to_name_one(
    fresh: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MJ_API_TOKEN", TOKEN)
    fresh.run("%load_ext mj_widgets")
    ran = fresh.mjfetch(DONE)
    assert isinstance(ran.error, mj.MjError)
    assert len(ran.lines) == 1
    assert "MJ_API_URL" in ran.text
    assert "mj.configure(" in ran.text


# Its options


def test_timeout_ends_the_waiting_and_not_the_task(notebook: Notebook, sandbox: Sandbox) -> None:
    task_id = sandbox.add_task("a lighthouse --stuck 46")
    ran = notebook.mjfetch(f"{task_id} --timeout 0.2")
    assert isinstance(ran.error, TimeoutError)
    assert f"Task {task_id} has not ended within 0.2 s" in ran.text
    assert "still followed" in ran.text


def test_interval_is_the_least_time_between_two_asks(
    notebook: Notebook, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox.options, "speed", 20)
    task_id = sandbox.add_task("a slow snail")
    assert notebook.mjfetch(f"{task_id} --interval 0.4").error is None
    asks = [record.time for record in sandbox.log.select("GET", f"{task_id}/fetch")]
    assert len(asks) > 1
    assert min(later - earlier for earlier, later in pairwise(asks)) > 0.39


def widths(widget: mj.TaskWidget) -> set[str]:
    return {part.layout.max_width for part in widget.children[0].children}


def test_size_is_how_large_the_pictures_are(notebook: Notebook) -> None:
    assert "300px" in widths(notebook.mjfetch(f"{DONE} --size 300").value)
    assert "640px" in widths(notebook.mjfetch(DONE).value)


def test_config_sets_the_defaults_and_the_line_overrules_them(notebook: Notebook) -> None:
    notebook.run("%config MjMagics.size = 900")
    assert notebook.run("%config MjMagics.size").value == 900
    assert "900px" in widths(notebook.mjfetch(DONE).value)
    assert "300px" in widths(notebook.mjfetch(f"{DONE} --size 300").value)


def test_config_lists_every_setting_with_its_value(notebook: Notebook) -> None:
    notebook.run("%config MjMagics.size = 900")
    listing = notebook.run("%config MjMagics").text
    for setting in ("interval=<Float>", "size=<Int>", "timeout=<Float>", "wait=<Bool>"):
        assert f"MjMagics.{setting}" in listing
    assert "Current: 900" in listing
    assert "CSS pixels" in listing


@pytest.mark.parametrize(
    "setting", ["size = 1", "size = 'big'", "timeout = -1", "interval = 0", "wait = 'yes'"]
)
def test_config_keeps_a_setting_that_cannot_be_changed_so(
    notebook: Notebook, caplog: pytest.LogCaptureFixture, setting: str
) -> None:
    name = setting.split()[0]
    before = notebook.run(f"%config MjMagics.{name}").value
    notebook.run(f"%config MjMagics.{setting}")
    assert name in caplog.text
    assert notebook.run(f"%config MjMagics.{name}").value == before
    assert notebook.mjfetch(DONE).error is None


def test_help_says_what_it_does_and_names_every_option(notebook: Notebook) -> None:
    text = notebook.run("%mjfetch?").text
    assert "::\n\n  %mjfetch [--wait] [--timeout SECONDS]" in text
    assert "Follow a task live" in text
    for word in (
        "--wait",
        "--timeout",
        "--interval",
        "--size",
        "--refresh",
        "mj.configure(",
        "MJ_API_TOKEN",
    ):
        assert word in text
    assert "w = %mjfetch 1747132423020537" in text


# Prompts


@pytest.fixture
def sent(notebook: Notebook, sandbox: Sandbox) -> Callable[[str], str]:
    """Run a cell, and return the prompt that the service got."""

    def send(code: str) -> str:
        before = len(sandbox.posts)
        ran = notebook.run(code)
        assert ran.error is None, ran.text
        (post,) = sandbox.posts[before:]
        return post.body["prompt"]

    return send


def test_a_prompt_gives_the_widget_of_its_task(notebook: Notebook, sandbox: Sandbox) -> None:
    ran = notebook.run("w = %mjimagine a red fox --ar 16:9\nw")
    assert isinstance(ran.value, mj.TaskWidget)
    assert ran.value.task.succeeded
    assert sandbox.posts[-1].body["prompt"] == "a red fox --ar 16:9"
    assert re.search(rf"{ran.value.task_id} 100 % \|█+\| .*done", ran.text)


@pytest.mark.parametrize(
    "prompt",
    [
        "it's a fox",
        "a fox's “den”, 'quoted' and \"so\"",
        "an unbalanced \" and ' and `",
        "two  blanks --no text,  frame",
        "--ar 16:9 a fox",
        "a fox --mystery 7 --sise 300",
        "a fox -wait and —new",
        "back\\slash and $5 % ! # ;",
        "what? a fox --q 1",
        "\\{red, blue\\} fox --s 100 --repeat 1",
        "a \\{red\\} fox",
        "狐狸 🦊 — --ar 3:2",
        "-- fox",
    ],
)
def test_a_prompt_arrives_just_as_it_is_typed(
    notebook: Notebook, sent: Callable[[str], str], prompt: str
) -> None:
    assert sent(f"w = %mjimagine --size 300   {prompt}") == prompt
    task_id = notebook.run("w.task_id").value
    # Not sent again, as it is the very same prompt.
    assert notebook.run(f"%mjimagine {prompt}").value.task_id == task_id
    assert notebook.run(f"%%mjimagine\n{prompt}").value.task_id == task_id


def test_options_come_before_the_prompt(notebook: Notebook, sandbox: Sandbox) -> None:
    options = "--size=300 --mode relax --bot niji --retry --no-static --interval 0.4 --timeout 30"
    ran = notebook.run(f"%mjimagine {options} a small fox --ar 1:1")
    body = sandbox.posts[-1].body
    assert (body["prompt"], body["mode"], body["botType"]) == (
        "a small fox --ar 1:1",
        "RELAX",
        "NIJI_JOURNEY",
    )
    assert "300px" in widths(ran.value)
    assert Seen(ran.value).saved() == ""


def test_the_same_prompt_is_sent_once_unless_it_is_new(
    notebook: Notebook, sandbox: Sandbox
) -> None:
    first = notebook.run("%mjimagine a fox of once").value.task_id
    assert notebook.run("%mjimagine a fox of once").value.task_id == first
    assert notebook.run("%%mjimagine\na fox\nof once").value.task_id == first
    assert notebook.run("%mjimagine --new a fox of once").value.task_id != first
    assert sum(post.body["prompt"] == "a fox of once" for post in sandbox.posts) == 2


def test_a_cell_is_one_prompt_its_lines_joined_by_blanks(sent: Callable[[str], str]) -> None:
    assert sent("%%mjimagine --new\n  a fox,\n\n\tit's red\n--ar 16:9\n") == (
        "a fox, it's red --ar 16:9"
    )
    assert sent("%%mjimagine --new a hen,\nred") == "a hen, red"
    assert sent("%%mjimagine --new\nis it a fox?") == "is it a fox?"


@pytest.mark.parametrize("code", ["%mjimagine --new {} fox", "%%mjimagine --new\n{}\nfox"])
def test_variables_are_filled_into_a_prompt(
    notebook: Notebook, sent: Callable[[str], str], code: str
) -> None:
    notebook.run("colour = 'red'\nclass look: light = 'dim\\nwarm'")
    assert sent(code.format("a {colour}")) == "a red fox"
    assert sent(code.format("it's a $colour,")) == "it's a red, fox"
    assert sent(code.format("{look.light} \\{day, night\\}")) == ("dim warm \\{day, night\\} fox")


@pytest.mark.parametrize(
    ("typed", "jobs"),
    [
        ("a {red, blue} fox --s {50, 250}", "4 jobs are to be sent: “a red fox --s 50” to"),
        ("a {colour, blue} fox", "2 jobs are to be sent: “a colour fox” to “a blue fox”"),
        ("a {colour} fox --repeat 3", "3 jobs are to be sent: “a red fox”"),
        ("a {{colour}} fox", "1 job is to be sent: “a colour fox”"),
        ("a fox －－repeat 2", "2 jobs are to be sent: “a fox”"),
        ("a {red, blue fox", "A { is never closed"),
        ("a fox --repeat 50", "--repeat 50 is no number of repeats"),
        ("--new a {red, blue} fox", "stands for several jobs, for which there is no new="),
    ],
)
def test_braces_and_repeat_are_asked_for_as_a_sweep_and_nobody_is_here_to_say_yes(
    notebook: Notebook, sandbox: Sandbox, typed: str, jobs: str
) -> None:
    before = len(sandbox.posts)
    notebook.run("colour = 'red'")
    ran = notebook.run(f"%mjimagine {typed}")
    assert isinstance(ran.error, mj.MjError)
    assert jobs in ran.text
    assert len(ran.lines) == 1
    assert len(sandbox.posts) == before


def test_a_functions_own_variables_are_filled_in(
    notebook: Notebook, sent: Callable[[str], str]
) -> None:
    notebook.run("colour = 'red'\ndef paint(animal):\n    w = %mjimagine a {colour} $animal")
    assert sent("paint('hen')") == "a red hen"


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("a fox --s 2000", "Look at the prompt: --s takes 0 to 1000, not 2000"),
        (
            "a fox --ar 16:9,",
            (
                "Look at the prompt: Write “16:9” for “16:9,”: no punctuation follows a parameter. "
                "Was this meant: a fox --ar 16:9"
            ),
        ),
    ],
)
def test_a_slip_is_said_in_a_terminal_and_the_prompt_is_sent_as_it_is_typed(
    notebook: Notebook, sandbox: Sandbox, prompt: str, said: str
) -> None:
    ran = notebook.run(f"%mjimagine --new {prompt}")
    assert said in ran.lines
    assert sandbox.posts[-1].body["prompt"] == prompt


def test_a_failed_prompt_stops_the_cell_with_one_line(notebook: Notebook) -> None:
    ran = notebook.run("%mjimagine a fox --fail\nprint('never')")
    assert isinstance(ran.error, mj.TaskFailed)
    assert "Request blocked by content policy" in ran.text
    assert "never" not in ran.text
    ran = notebook.run("%mjimagine a banned fox")
    assert isinstance(ran.error, mj.PromptRejected)
    assert "Traceback" not in ran.text


BEFORE = "write it before the prompt, right behind %mjimagine"
SLIP = "%mjimagine: --{} is no option, and no parameter that Midjourney documents:"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("%mjimagine", "MjError: The prompt is empty. Say what to imagine."),
        ("%mjimagine --new", "MjError: The prompt is empty. Say what to imagine."),
        ('%mjimagine ""', "MjError: The prompt is empty. Say what to imagine."),
        (
            "%mjimagine /imagine prompt: a hen --ar 3:2",
            "UsageError: %mjimagine: leave out Discord's command, write %mjimagine a hen --ar 3:2",
        ),
        ("%%mjimagine --new\n  \n", "MjError: The prompt is empty. Say what to imagine."),
        (
            "%mjimagine a {hen}",
            "UsageError: %mjimagine: {hen} is not filled in: hen is not defined ({{hen}} is the",
        ),
        (
            "%%mjimagine\na\n$hen",
            "UsageError: %mjimagine: $hen is not filled in: hen is not defined ($$hen is the",
        ),
        ("%mjimagine --size", "UsageError: argument --size: expected one argument"),
        (
            "%mjimagine --size 9 fox",
            "UsageError: %mjimagine: --size 9 is out of range (at least 64 and at most 4096)",
        ),
        (
            "%mjimagine --mode warp fox",
            "UsageError: argument --mode: invalid choice: 'warp' (choose from",
        ),
        ("%mjimagine --wait=yes fox", "UsageError: argument --wait: ignored explicit argument"),
        ("%mjimagine --size ' fox", "UsageError: %mjimagine: No closing quotation"),
        ("%mjimagine a fox --wait", f"UsageError: %mjimagine: --wait is an option: {BEFORE}"),
        ("%mjimagine a fox --SIZE=300", f"UsageError: %mjimagine: --size is an option: {BEFORE}"),
        ("%mjimagine --ar 1:1 --new fox", f"UsageError: %mjimagine: --new is an option: {BEFORE}"),
        ("%%mjimagine\n--new a fox", f"UsageError: %mjimagine: --new is an option: {BEFORE}"),
        (
            "%mjsweep a {red, blue} fox --wait",
            f"UsageError: %mjsweep: --wait is an option: {BEFORE.replace('imagine', 'sweep')}",
        ),
        ("%mjimagine --sise 300 a fox", f"UsageError: {SLIP.format('sise')} did you mean --size?"),
        ("%mjimagine --new --wiat fox", f"UsageError: {SLIP.format('wiat')} did you mean --wait?"),
        ("%mjimagine --styl 9 fox", f"UsageError: {SLIP.format('styl')} did you mean --style?"),
        (
            "%mjimagine --mystery 7 a fox",
            f"UsageError: {SLIP.format('mystery')} begin with the words of the prompt",
        ),
    ],
)
def test_refuses_a_prompt_on_one_line_and_submits_nothing(
    notebook: Notebook, sandbox: Sandbox, code: str, said: str
) -> None:
    asked = len(sandbox.log)
    ran = notebook.run(code)
    assert len(ran.lines) == 1
    assert ran.text.startswith(said)
    assert len(sandbox.log) == asked


OPTIONS = [
    *("--wait", "--timeout", "--interval", "--size", "--mode", "--bot", "--new", "--retry"),
    "--no-static",
]


def test_help_of_prompts_names_every_option(notebook: Notebook) -> None:
    text = notebook.run("%mjimagine?").text
    assert "%mjimagine [--wait] [--timeout SECONDS]" in text
    for word in (*OPTIONS, "PROMPT", "%%mjimagine", "{red, blue}", "once in a lifetime"):
        assert word in text


# Loading and unloading


def settings(notebook: Notebook) -> list[str]:
    names = [type(c).__name__ for c in notebook.shell.configurables]
    return [name for name in names if name == "MjMagics"]


def test_unloading_takes_everything_away(notebook: Notebook) -> None:
    notebook.run("%unload_ext mj_widgets")
    assert notebook.mjfetch(DONE).text == (
        "UsageError: Line magic function `%mjfetch` not found.\n"
    )
    assert settings(notebook) == []
    assert type(notebook.run("%config MjMagics").error) is UsageError
    assert notebook.offered("%mjfetch --w") == []
    assert notebook.offered("%mjf") == []
    for code in ("%mjimagine a fox", "%%mjimagine\na fox"):
        assert "%mjimagine` not found" in notebook.run(code).text
    assert notebook.offered("%mjimagine --w") == []


def test_loading_again_and_again_leaves_one_of_each(notebook: Notebook) -> None:
    for _ in range(2):
        assert notebook.run("%reload_ext mj_widgets").text == ""
        assert notebook.run("%unload_ext mj_widgets\n%load_ext mj_widgets").text == ""
        assert settings(notebook) == ["MjMagics"]
        assert notebook.offered("%mjfetch --w") == ["--wait"]
        assert notebook.mjfetch(DONE).error is None


# The token


def test_the_token_can_be_read_nowhere(
    notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    notebook.run("%xmode Verbose\nimport mj_widgets as mj")
    ran = [
        notebook.run(code)
        for code in (
            f"w = %mjfetch {DONE}\nw",
            "w.press('nothing')",
            "1 / 0",
            f"%mjfetch {FAILED}",
            "%mjfetch 1700000000000000",
            "%mjfetch ../x",
            "%mjimagine --size 300 a banned fox",
            "%mjimagine a {hen}",
            "mj.imagine('a fox', images=[w.image])",
            "mj.describe('nowhere.png')",
            "mj.TaskWidget('1700000000000001').wait(0)",
            "mj.configure('http://[bad')",
            "mj.configure()",
            "print(w, w.task, vars(w))",
        )
    ]
    service = notebook.shell.user_ns["w"].job.account
    history = list(notebook.shell.history_manager.get_range(output=True))
    everywhere = {
        "said": "\n".join(cell.text for cell in ran),
        "errors": "\n".join(f"{cell.error!r} {cell.error}" for cell in ran),
        "values": repr([cell.value for cell in ran]),
        "service": f"{service!r} {service} {service.client!r} {vars(service)}",
        "history": repr(history),
        # Where the cards are changed: none is made while they are gone through.
        "widgets": repr(background.do(ipywidgets.Widget.get_manager_state)),
        "log": caplog.text,
    }
    assert "ZeroDivisionError" in everywhere["said"]
    assert DONE in everywhere["widgets"]
    assert [place for place, text in everywhere.items() if TOKEN in text] == []


def test_a_sweep_is_typed_in_one_line_whose_braces_are_no_variables(notebook: Notebook) -> None:
    ran = notebook.run("%mjsweep --confirm 4 --at-once 2 a {red, blue} fox --s {50, 250}")
    assert ran.error is None
    tasks = ran.value
    assert [job.prompt for job in tasks] == mj.expand("a {red, blue} fox --s {50, 250}")
    assert tasks.wait(60)[0].succeeded


def test_a_sweep_that_cannot_be_is_one_line(notebook: Notebook) -> None:
    ran = notebook.run("%mjsweep --confirm 3 a {red, blue} fox")
    assert "That is 2 jobs, and confirm says 3" in ran.text
    assert TOKEN not in ran.text
