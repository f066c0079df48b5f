"""A service that repeats the token: neither that nor a part of it is shown or written anywhere."""

from __future__ import annotations

import asyncio
import html
import json
import logging
import pickle
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from services import with_variables

import mj_widgets as mj
from attack.hostile import KEY, PNG, SECONDS, Hostile, Said
from mj_widgets.account import lost_answers
from mj_widgets.card.look import heading_of
from mj_widgets.service import orders

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PART = 12


def units(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in text)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda key: key,
    "in JSON": units,
    "in JSON, in capitals": lambda key: units(key).upper().replace("\\U", "\\u"),
    "in JSON in JSON": lambda key: units(key).replace("\\", "\\\\"),
    "in JSON in JSON in JSON": lambda key: units(key).replace("\\", "\\\\\\\\"),
    "in HTML": lambda key: "".join(f"&#{ord(c)};" for c in key),
    "in HTML, in hexadecimal": lambda key: "".join(f"&#x{ord(c):04X};" for c in key),
    "in HTML in HTML": lambda key: "".join(f"&amp;#{ord(c)};" for c in key),
    "in a URL": lambda key: "".join(f"%{ord(c):02x}" for c in key),
    "in a URL in a URL": lambda key: "".join(f"%25{ord(c):02X}" for c in key),
    "now so, now so": lambda key: units(key[:9]) + key[9:20] + "&#51;".join(key[20:].split("3")),
    "its beginning": lambda key: key[:PART],
    "its end, in JSON": lambda key: units(key[-PART:]),
    "its middle, in HTML": lambda key: "".join(f"&#{ord(c)};" for c in key[7 : 7 + PART]),
    "all but its last": lambda key: key[:-1],
}
every_spelling = pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)


def holds_a_part(text: str) -> bool:
    """Tell whether a part of the key can be read, be it by somebody who decodes it."""
    for _ in range(3):
        text = text.replace("\\u00", "%").replace("\\", "")
        text = html.unescape(unquote(text))
    return any(KEY[i : i + PART] in text for i in range(len(KEY) - PART + 1))


def everything_in(folder: Path) -> str:
    files = (path for path in folder.rglob("*") if path.is_file())
    return "".join(path.read_bytes().decode("latin-1") for path in files)


@every_spelling
def test_in_a_task_it_is_neither_shown_nor_kept(
    hostile: Hostile, attacked: mj.Session, spell: Callable[[str], str]
) -> None:
    said = f"a fox {spell(KEY)}, {spell(KEY)}!"
    nested = json.dumps(json.dumps({"finalPrompt": "x", "key": "KEY"})).replace("KEY", said)
    task = {"id": "17", "status": "SUCCESS", "action": "IMAGINE", "prompt": "KEY"}
    task |= {"imageUrl": hostile.file("17.png", PNG), "KEY": "KEY", "failReason": r"a \ b %41"}
    body = json.dumps(task).replace("KEY", said)[:-1] + f', "properties": {nested}}}'
    hostile.answers["/task/17/fetch"] = Said(body.encode())
    card = mj.TaskWidget("17")
    ended = card.wait(SECONDS)
    kept = mj.library().get(card.task_id)
    assert kept is not None
    shown = f"{heading_of(card.job.state)} {card.presenter._still} {ended.raw} {kept.task.raw}"
    card.close()
    assert "a fox (token)" in shown
    assert not holds_a_part(shown)
    assert not holds_a_part(everything_in(mj.library().folder))
    assert ended.fail_reason == r"a \ b %41", "what has no key in it stays as it was sent"


@every_spelling
@pytest.mark.parametrize("status", [200, 401, 502])
@pytest.mark.parametrize(
    "body", ['{"code": 4, "description": "a key KEY"}', "<title>a key KEY</title>", "a key KEY"]
)
def test_in_an_error_it_is_not_shown(
    hostile: Hostile,
    caplog: pytest.LogCaptureFixture,
    spell: Callable[[str], str],
    status: int,
    body: str,
) -> None:
    answer = Said(body.replace("KEY", spell(KEY)).encode(), status, "text/plain")
    hostile.answers |= {"/task/17/fetch": answer, "/submit/imagine": answer}

    async def story() -> None:
        async with mj.Client(hostile.url, KEY) as client:
            for ask in (client.fetch("17", attempts=1), client.send(orders.imagine("x"))):
                with pytest.raises(mj.MjError) as caught:
                    await ask
                assert not holds_a_part(f"{caught.value!r} {caught.value} {vars(caught.value)}")

    with caplog.at_level(logging.DEBUG):
        asyncio.run(story())
    assert not holds_a_part(caplog.text)


def test_what_is_no_part_of_twelve_stays(hostile: Hostile) -> None:
    said = f"{KEY[: PART - 1]} and {KEY[20 : 19 + PART]}"
    hostile.task("17", prompt=said)

    async def story() -> str:
        async with mj.Client(hostile.url, KEY) as client:
            return (await client.fetch("17")).prompt

    assert asyncio.run(story()) == said


def test_in_a_redirect_it_goes_nowhere_and_is_not_shown(hostile: Hostile) -> None:
    """To the picture on its own host the service was sent the token; it sends it on."""
    elsewhere = hostile.url.replace("127.0.0.1", "localhost")
    for target in (f"{elsewhere}/17.png?key={KEY}", f"ftp://x/{KEY}", f"http://{KEY}.invalid/x"):
        hostile.answers["/moved.png"] = Said(b"", 302, headers={"Location": target})

        async def story() -> None:
            async with mj.Client(hostile.url, KEY) as client:
                await client.download(f"{hostile.url}/moved.png", attempts=1)

        with pytest.raises(mj.ImageError) as caught:
            asyncio.run(story())
        assert not holds_a_part(f"{caught.value!r} {caught.value} {vars(caught.value)}")
    assert not any(KEY in path for path in hostile.paths)


MADE: dict[str, Callable[[mj.Session], mj.Job]] = {
    "edit": lambda session: session.edit(PNG, "a hat", pad=(0, 0, 4, 0)),
    "retexture": lambda session: session.retexture(PNG, "of glass"),
    "film": lambda session: session.animate(PNG, "it yawns"),
    "face": lambda session: session.swap_face(PNG, PNG),
    "style": lambda session: session.imagine("a fox", style=[PNG]),
}


@pytest.mark.parametrize("what", MADE)
@pytest.mark.parametrize("status", [200, 404, 502])
def test_in_what_comes_of_a_picture_or_of_the_balance_it_is_neither_shown_nor_kept(
    hostile: Hostile,
    attacked: mj.Session,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    status: int,
) -> None:
    monkeypatch.setattr(lost_answers, "_LOOKS", (0.0,))
    said = {"code": 4, "description": f"no {KEY}", "error": {"message": f"Invalid URL {KEY}"}}
    lists = [{"id": "17", "state": KEY, KEY: KEY}]
    hostile.answers |= {
        "/submit/upload-discord-images": Said({"code": 1, "result": [f"{hostile.url}/{KEY}.png"]}),
        "/task/list": Said(lists),
        "/api/usage/token": Said({"data": {"total_available": 1, "model_limits": {KEY: True}}}),
        "/mj/home": Said({"notify": KEY, "version": KEY}),
        **{f"/{path}": Said(said, status) for path in ("edits", "retexture", "video", "swap")},
        "/submit/imagine": Said(said, status),
    }
    with caplog.at_level(logging.DEBUG):
        job = MADE[what](attacked)
        with pytest.raises(mj.MjError) as caught:
            job.wait(SECONDS)
        card, balance = mj.TaskWidget(job), mj.balance()
    begun, account = job.begun_with, attacked.account
    parts = [account, account._submitter, account.purse, account.abilities, account._ledger, begun]
    parts += [vars(part) for part in (account._submitter, account.purse, account._ledger)]
    parts += [vars(account.abilities), balance, vars(balance), job, job.state, card]
    shown = f"{parts} {card.presenter._still} {heading_of(job.state)} {vars(caught.value)}"
    copies = [pickle.loads(pickle.dumps(each)) for each in (balance, caught.value)]
    assert not holds_a_part(f"{shown} {copies} {[str(copy) for copy in copies]}")
    assert not holds_a_part(pickle.dumps([balance, caught.value]).decode("latin-1"))
    assert not holds_a_part(with_variables(caught.value))
    assert not holds_a_part(caplog.text)
    assert not holds_a_part(everything_in(mj.library().folder))
    assert f"/{KEY}" not in "".join(hostile.paths)
    card.close()
