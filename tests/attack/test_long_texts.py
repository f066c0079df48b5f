"""A text twice as long takes twice the time: no service makes all cards stand still."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

import mj_widgets as mj
from attack.hostile import KEY, PNG, SECONDS, Hostile, Said
from mj_widgets.service import orders

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 500_000
"""Characters: at the square of it, none of these would end within the time of a test."""
SLACK = 0.5
"""CPU seconds by which two measurements of the same may differ."""


def repeated(piece: str, size: int) -> str:
    return piece * (size // len(piece))


def counted(form: str, size: int) -> list[str]:
    return [form.format(number) for number in range(size // (len(form) + 6))]


TASKS: dict[str, Callable[[int], dict[str, Any]]] = {
    "a button of one word": lambda n: {
        "buttons": [{"customId": repeated("upsample_", n), "label": "U1"}]
    },
    "a button of many words": lambda n: {
        "buttons": [{"customId": repeated("::upsample_x::animate_x::video::", n), "label": "U1"}]
    },
    "a long label": lambda n: {"buttons": [{"customId": "x", "label": repeated("U 1 ", n)}]},
    "many buttons": lambda n: {
        "buttons": [{"customId": name, "label": "U1"} for name in counted("MJ::x::{}", n // 4)]
    },
    "one parameter again and again": lambda n: {"prompt": repeated("--no a ", n)},
    "many parameters": lambda n: {"prompt": " ".join(counted("--p{} x", n))},
    "parameters in what was sent": lambda n: {
        "properties": {"finalPrompt": repeated("--sref x ", n)}
    },
    "a prompt of blanks": lambda n: {"prompt": f"a{' ' * n}b"},
    "a prompt of dashes": lambda n: {"prompt": f"a {repeated('-', n)}"},
    "a prompt of weights": lambda n: {"prompt": repeated("a::1 ", n)},
    "a prompt of digits": lambda n: {"prompt": f"a::{repeated('1', n)}x --ar {'1' * n}"},
    "a prompt of addresses": lambda n: {"prompt": repeated("<https://x", n)},
    "a prompt of accents": lambda n: {"prompt": "a" + repeated("\u0301\u0323", n // 6)},
    "numbers of a description": lambda n: {
        "action": "DESCRIBE",
        "prompt": repeated("1\ufe0f\u20e3 a fox\n\n", n),
    },
    "a long description": lambda n: {"description": repeated(" - Image #", n)},
    "a long name of the work": lambda n: {"action": repeated("UPSCALE ", n)},
    "a number of digits": lambda n: {"progress": "9" * n, "finishTime": "1" * n},
    "many links": lambda n: {"imageUrl": [], "imageUrls": counted("http://127.0.0.1/{}", n // 8)},
    "many links twice": lambda n: {
        "imageUrl": (links := counted("http://127.0.0.1/{}", n // 8)),
        "imageUrls": links[1:],
    },
    "a link of blanks": lambda n: {"imageUrl": f"http://127.0.0.1/{' ' * n}x"},
    "a link of brackets": lambda n: {"imageUrl": repeated("](<http://x", n)},
    "many fields": lambda n: dict.fromkeys(counted("{}", n), 1),
    "JSON in JSON": lambda n: {"properties": json.dumps({"x": json.dumps(["\\" * (n // 8)])})},
    "a token's beginning": lambda n: {"prompt": repeated(KEY[:11], n)},
    "the token": lambda n: {"prompt": repeated(f"{KEY[:15]} ", n)},
    "spelled marks": lambda n: {"prompt": repeated("%61&#97;", n), "x": KEY},
    "many texts": lambda n: {"prompt": "x", "texts": ["%61%61%61%61%61"] * (n // 18), "x": KEY},
}


def cost(work: Callable[[], object]) -> float:
    """How many seconds the processor worked for it."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def look(card: mj.TaskWidget) -> None:
    """Wait for a card, whatever it comes to."""
    try:
        card.wait(SECONDS)
    except mj.StillRunning:
        raise
    except mj.MjError:
        pass
    repr(card)
    card.close()


@pytest.mark.parametrize("fields", TASKS.values(), ids=TASKS)
def test_a_task_twice_as_long_takes_twice_the_time(
    hostile: Hostile, attacked: mj.Session, fields: Callable[[int], dict[str, Any]]
) -> None:
    usual = {"action": "IMAGINE", "status": "SUCCESS", "imageUrl": hostile.file("17.png", PNG)}
    for task_id, size in (("1", 1), ("2", SIZE), ("3", 2 * SIZE)):
        body = json.dumps({"id": task_id, **usual, **fields(size)}).encode()
        assert len(body) < 4 * 1024 * 1024
        hostile.answers[f"/task/{task_id}/fetch"] = Said(body)
    # The first one pays for what is imported and made once.
    _, once, twice = (cost(lambda name=name: look(mj.TaskWidget(name))) for name in "123")
    assert twice < 3 * once + SLACK


ANSWERS: dict[str, Callable[[int], bytes]] = {
    "a page of titles": lambda n: repeated("<title>", n).encode(),
    "a page of an open title": lambda n: f"<title{repeated(' title', n)}".encode(),
    "a page of marks": lambda n: f"<title>{repeated('&amp;', n)}</title>".encode(),
    "a sentence": lambda n: json.dumps({"description": repeated("task not ", n)}).encode(),
    "digits in a sentence": lambda n: json.dumps({"code": 22, "description": "1" * n}).encode(),
    "ids": lambda n: json.dumps({"code": 1, "result": ",".join(counted("{}", n))}).encode(),
    "brackets": lambda n: repeated('{"data":[', n).encode(),
    "no JSON": lambda n: repeated("[1,", n).encode(),
    "backslashes": lambda n: f'"{repeated(chr(92), n)}'.encode(),
}


@pytest.mark.parametrize("status", [200, 502])
@pytest.mark.parametrize("body", ANSWERS.values(), ids=ANSWERS)
def test_any_answer_twice_as_long_takes_twice_the_time(
    hostile: Hostile, body: Callable[[int], bytes], status: int
) -> None:
    async def ask() -> None:
        async with mj.Client(hostile.url, KEY) as client, asyncio.timeout(SECONDS):
            for question in (client.fetch("17", attempts=1), client.send(orders.imagine("x"))):
                try:
                    answer = await question
                except mj.MjError as error:
                    str(error)
                else:
                    repr(answer)
                    getattr(answer, "ahead", None)

    costs = []
    for size in (1, SIZE, 2 * SIZE):
        said = Said(body(size), status, "text/html" if body(1)[:1] == b"<" else "application/json")
        hostile.answers |= {"/task/17/fetch": said, "/submit/imagine": said}
        costs.append(cost(lambda: asyncio.run(ask())))
    assert costs[2] < 3 * costs[1] + SLACK
