"""One HTTP answer, read to its end: its JSON, its words, and what its headers say."""

from __future__ import annotations

import codecs
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

from mj_widgets.errors import ITS_ADDRESS, BadReply

_LONGEST_TEXT = 20_000
_MESSAGES = ("description", "message", "msg", "failReason", "detail", "error_msg")
_NAMED_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^<>]*?(?:charset|encoding)=["']?([\w-]{1,40})""")
_CHARSETS = re.compile(r"(?:big5|euc-|gb|iso-8859-|koi8-|shift_jis|utf-|windows-)", re.IGNORECASE)
_CHINESE = "gb18030"  # contains GBK and GB 2312


@dataclass(frozen=True)
class Reply:
    """One HTTP answer, read to its end (or as far as its words are of use)."""

    status: int
    body: bytes
    content_type: str = ""
    retry_after: str = ""
    charset: str = ""
    """What the header says that the body is written in."""
    location: str = ""
    """Where a redirect leads, without what is no business of a message."""
    packed: str = ""
    """The name of a packing that could not be undone, so that the body tells nothing."""
    sent: int = 0
    """How many bytes the request carried."""

    @property
    def is_page(self) -> bool:
        """True for a web page where JSON was expected; some send JSON under the name of HTML."""
        first = self.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        return first == b"<" or ("html" in self.content_type and first not in (b"{", b"["))

    @property
    def is_empty(self) -> bool:
        """True where nothing was said."""
        return not self.body.strip()

    @property
    def text(self) -> str:
        """The beginning of the body as text, "" where it is a file."""
        start = self.body[:_LONGEST_TEXT]
        return "" if b"\0" in start else self._decoded(start)

    def json(self) -> Any:
        """Return the decoded body.

        Raises:
            BadReply: it is a web page, or no whole JSON.
        """
        if self.is_page:
            raise BadReply(
                "The service answered with a web page",
                status=self.status,
                words=_page_title(self.text),
                may_pass=True,
            )
        if isinstance(self._json, _NoJson) and self.packed:
            raise BadReply(
                f"The service's answer is packed in a way that cannot be read ({self.packed})",
                status=self.status,
                advice="Ask the service's operator to send it plain, or as gzip, br or zstd.",
            )
        if isinstance(self._json, _NoJson):
            raise BadReply(
                "The service's answer is not whole JSON",
                status=self.status,
                words=self.text,
                may_pass=True,
                advice=f"If it stays so, check {ITS_ADDRESS}.",
            )
        return self._json

    @property
    def words(self) -> str:
        """What the service says in it, for people: a message, a page's title, or plain text."""
        if self.is_page:
            return _page_title(self.text)
        if isinstance(self._json, _NoJson):
            return "" if self.packed else self.text
        return message_of(self._json)

    @property
    def seconds_to_wait(self) -> float | None:
        """What ``Retry-After`` asks for: it holds a number, or a date."""
        return _seconds(self.retry_after)

    @property
    def code(self) -> int | None:
        """The number by which services of the family say what they make of a request, or None."""
        return code_of(self._json) if isinstance(self._json, Mapping) else None

    @property
    def marks(self) -> str:
        """The words that are for programs, beside the message: "Unauthorized", "token_check"."""
        if not isinstance(self._json, Mapping):
            return ""
        inner = self._json.get("error")
        places = (self._json, inner) if isinstance(inner, Mapping) else (self._json,)
        found = (place.get(name) for place in places for name in ("status", "code", "type"))
        return " ".join(mark[:80] for mark in found if isinstance(mark, str))

    @cached_property
    def _json(self) -> Any:
        try:
            return json.loads(self.body)
        except UnicodeDecodeError:
            pass
        except (ValueError, RecursionError):
            return _NoJson()
        try:
            return json.loads(self._decoded(self.body))
        except (ValueError, RecursionError):
            return _NoJson()

    def _decoded(self, body: bytes) -> str:
        named = _NAMED_CHARSET.search(body[:2000])
        said = (self.charset, named.group(1).decode() if named else "")
        for charset in ("utf-8", *filter(_CHARSETS.match, said), _CHINESE):
            try:
                # What was cut in the middle of a character is whole up to there.
                return codecs.getincrementaldecoder(charset)().decode(body)
            except (LookupError, UnicodeError):
                continue
        return body.decode("utf-8", "replace")


class _NoJson:
    """Stands for the JSON of an answer that is none; null is one."""


def message_of(data: object) -> str:
    """Return the sentence for people in an answer's JSON."""
    if isinstance(data, str):
        return data[:_LONGEST_TEXT]
    if not isinstance(data, Mapping):
        return ""
    error = data.get("error")
    if isinstance(error, Mapping):
        return message_of(error)
    for text in (error, *(data.get(name) for name in _MESSAGES)):
        if isinstance(text, str) and text.strip():
            return text[:_LONGEST_TEXT]
    return ""


def code_of(data: Mapping[str, Any]) -> int | None:
    """Return the number in an envelope's ``code``, or None."""
    code = data.get("code")
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _page_title(page: str) -> str:
    begun = re.search(r"<title[^<>]*>", page, re.IGNORECASE)
    ended = begun and re.compile(r"</title", re.IGNORECASE).search(page, begun.end())
    return html.unescape(page[begun.end() : ended.start()]) if begun and ended else ""


def _seconds(retry_after: str) -> float | None:
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        date = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    left = date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)
    return max(0.0, left.total_seconds())
