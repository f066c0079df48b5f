"""What a prompt can ask of the sandbox itself: how its task ends, and how that is written down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

Reason: TypeAlias = str | dict[str, object]
"""Why a task failed, as the service writes it down."""

FAIL_REASONS: dict[str, tuple[int, Reason]] = {
    "policy": (46, "Request blocked by content policy"),
    "params": (
        0,
        "[invalid_parameter] The prompt word format is incorrect, please check and try again.",
    ),
    "image": (15, "Image denied"),
    "timeout": (93, "任务超时"),
    "server": (31, "[Internal Server Error] the sandbox was asked to fail"),
    "object": (46, {"code": "bad_prompt", "message": "The sandbox does not like this prompt"}),
    "json": (46, '{"code": 4, "description": "The sandbox does not like this prompt"}'),
}
"""`--fail NAME` in a prompt: at which percentage the task fails, and with which reason."""

LINKS = ("no-scheme", "bare", "name", "angles", "markdown", "data")
SINGLES = ("strings", "objects", "text", "list", "first", "missing")

WISHES: dict[str, str] = {
    "--fail NAME": f"it fails: {', '.join(FAIL_REASONS)}",
    "--stuck PERCENT": "it stays there for ever",
    "--status WORD": "it ends with this word instead of SUCCESS or FAILURE",
    "--singles HOW": f"each picture alone and no grid: {', '.join(SINGLES)}",
    "--dead NUMBERS": "the links of these, as 1,3, of several pictures or films do not work",
    "--link HOW": f"how the picture's link is written: {', '.join(LINKS)}",
    "--draft": "24 pictures instead of four",
}
"""What can be written into a prompt, each with what becomes of the task."""


@dataclass(frozen=True)
class Wishes:
    """What a prompt asks for; a parent's wishes hold for what is made of its pictures too.

    `links` is one of `LINKS` and `singles` one of `SINGLES`, "" for none; the `dead` are counted
    from 1.
    """

    status: str = ""
    singles: str = ""
    links: str = ""
    dead: frozenset[int] = frozenset()
    fails: tuple[int, Reason] | None = None
    stays_at: int | None = None


def wishes_in(prompt: str) -> Wishes:
    """What a prompt asks for. A name that is not known is taken for the first of its kind."""
    fail = re.search(r"--fail(?:\s+(\w+))?", prompt)
    stuck = re.search(r"--stuck(?:\s+(\d+))?", prompt)
    dead = re.search(r"--dead\s+(\d+(?:,\d+)*)", prompt)
    status = re.search(r'--status\s+(?:"([^"]*)"|(\S+))', prompt)
    return Wishes(
        status=(status[1] or status[2] or "") if status else "",
        singles=_named("singles", SINGLES, prompt),
        links=_named("link", LINKS, prompt),
        dead=frozenset(map(int, re.findall(r"\d+", dead[1]))) if dead else frozenset(),
        fails=FAIL_REASONS.get(fail[1] or "", FAIL_REASONS["policy"]) if fail else None,
        stays_at=min(93, int(stuck[1] or 78)) if stuck else None,
    )


def _named(wish: str, names: tuple[str, ...], prompt: str) -> str:
    found = re.search(rf"--{wish}\b(?:\s+([\w-]+))?", prompt)
    if found is None:
        return ""
    return found[1] if found[1] in names else names[0]
