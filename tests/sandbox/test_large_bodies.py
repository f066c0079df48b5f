"""Whoever the sandbox does not know can put nothing into its memory, and nobody without end."""

from __future__ import annotations

import json
import socket

import pytest

from mj_widgets.sandbox import Sandbox
from mj_widgets.sandbox.log import LoggedRequest, RequestLog

HUGE = 50_000_000


def answer_to(sandbox: Sandbox, *headers: str, length: int = HUGE) -> str:
    """Say that so many bytes will come, send none, and return what is answered to that."""
    lines = ["POST /mj/submit/imagine HTTP/1.1", "Host: x", f"Content-Length: {length}", *headers]
    with socket.create_connection((sandbox.host, sandbox.port), timeout=20) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        return line.recv(1000).decode().partition("\r\n")[0]


@pytest.mark.parametrize("flavour", ["dmx", "plus", "trueai", "novicezk"])
def test_a_stranger_is_turned_away_before_anything_is_read(flavour: str) -> None:
    with Sandbox(flavour, token="key").in_thread() as sandbox:
        for headers in ([], ["Origin: https://evil.example"], ["mj-api-secret: wrong"]):
            assert " 401 " in answer_to(sandbox, *headers)
        assert [record.body for record in sandbox.log] == [None] * 3


def test_a_body_that_no_submission_needs_is_refused_before_it_is_read() -> None:
    with Sandbox(token="key").in_thread() as sandbox:
        assert " 413 " in answer_to(sandbox, "mj-api-secret: key")


def test_of_the_bodies_the_last_64_mb_are_kept() -> None:
    log = RequestLog()
    for number in range(6):
        record = LoggedRequest("POST", f"/{number}", "", {}, "none", json.dumps(number), 0)
        log.add(record, 20_000_000)
    assert [record.body for record in log] == [None] * 3 + ["3", "4", "5"]
    log.clear()
    log.add(LoggedRequest("POST", "/", "", {}, "none", "x", 0), 60_000_000)
    assert log[0].body == "x"
