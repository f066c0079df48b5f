"""What one HTTP answer says: in whatever writing, packed or not."""

from __future__ import annotations

import json

import bodies
import pytest

import mj_widgets as mj
from mj_widgets.service.reply import Reply

TITLE = "网关超时,请稍后再试"


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "gb18030", "big5", "shift_jis"])
@pytest.mark.parametrize("said", ["header", "meta"])
def test_a_page_is_read_in_the_writing_that_it_names(charset: str, said: str) -> None:
    title = "未知" if charset in ("big5", "shift_jis") else TITLE
    meta = f'<meta charset="{charset}">' if said == "meta" else ""
    page = f"<html><head>{meta}<title>{title}</title></head></html>".encode(charset)
    reply = Reply(502, page, "text/html", charset=charset if said == "header" else "")
    assert reply.words == title


def test_a_page_that_names_no_writing_is_read_as_a_person_in_china_would() -> None:
    assert Reply(502, f"<title>{TITLE}</title>".encode("gbk"), "text/html").words == TITLE


def test_an_answer_in_gbk_is_read() -> None:
    # The second byte of the first character is the one of a backslash.
    body = bodies.RUNNING | {"prompt": "誠品書店的燈塔"}
    reply = Reply(200, json.dumps(body, ensure_ascii=False).encode("gbk"), "application/json")
    assert reply.json() == body


def test_what_was_cut_within_a_character_is_read_so_far() -> None:
    assert Reply(400, "灯塔".encode("gbk")[:3], "text/plain").words.startswith("灯")
    assert Reply(400, "灯塔".encode()[:5], "text/plain").words.startswith("灯")


@pytest.mark.parametrize("charset", ["zip", "rot13", "idna", "no-such-thing", "\0"])
def test_a_writing_that_is_none_does_no_harm(charset: str) -> None:
    assert Reply(400, b"caf\xe9 \xff", "text/plain", charset=charset).words.startswith("caf")


def test_an_answer_packed_in_an_unknown_way_is_told_so_and_not_shown() -> None:
    reply = Reply(200, b"\x04\x22\x4d\x18\x60", "application/json", packed="lz4")
    with pytest.raises(mj.BadReply, match=r"cannot be read \(lz4\)"):
        reply.json()
    assert reply.words == ""


def test_an_answer_that_only_says_it_is_packed_is_read() -> None:
    assert Reply(200, b'{"code": 1}', packed="utf-8").json() == {"code": 1}


def test_the_words_for_programs_are_told_apart_from_those_for_people() -> None:
    body = {"code": "token_check", "message": "who are you?", "error": {"type": "auth"}}
    reply = Reply(423, json.dumps(body).encode())
    assert reply.marks == "token_check auth"
