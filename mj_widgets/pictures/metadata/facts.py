"""How a picture was made, as the texts that a file keeps under keywords."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from mj_widgets._version import __version__
from mj_widgets.models.ids import id_of
from mj_widgets.models.prompt import parse_prompt

if TYPE_CHECKING:
    from mj_widgets.models import Task

LONGEST_PROMPT = 8_000
"""Characters; with everything else that still fits into the 64 kB of a JPEG's segment."""
LONGEST_FACT = 500
OURS = "mj-widgets"
"""What the text under "Software" begins with where the facts are ours."""
KEYWORDS = {
    "prompt": "Description",
    "task_id": "Task",
    "seed": "Seed",
    "parent": "Parent",
    "button": "Button",
    "quadrant": "Quadrant",
    "service": "Service",
    "created": "Creation Time",
}
"""The keyword of each fact, as far as possible those of Midjourney's own files."""
WORDS = ("Software", *KEYWORDS.values())

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_JOB = re.compile(r"\bJob ID: ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\s*\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Facts:
    """How a picture was made, as far as it is known."""

    prompt: str = ""
    task_id: str = ""
    seed: str = ""
    parent: str = ""
    """The id of the task whose button was pressed for it."""
    button: str = ""
    """That button, as it is shown: "U2"."""
    quadrant: int | None = None
    """Which of a grid's pictures it is, from 1; None for the whole."""
    created: datetime | None = None
    service: str = ""
    """The host that made it."""

    def texts(self) -> dict[str, str]:
        """Return the facts that are there by keyword, the program first."""
        texts = {"Software": f"{OURS} {__version__}"}
        for name, keyword in KEYWORDS.items():
            value = getattr(self, name)
            text = value.isoformat() if isinstance(value, datetime) else str(value or "")
            if text:
                longest = LONGEST_PROMPT if name == "prompt" else LONGEST_FACT
                texts[keyword] = _NOT_IN_XML.sub("\ufffd", text[:longest])
        return texts


def facts_of(
    task: Task, *, seed: str, parent: str, button: str, service: str, quadrant: int | None
) -> Facts:
    """Return what the file of a task's picture shall tell; see `Facts`.

    Args:
        task: as the service describes it.
        seed: as the service told it; "" where that of the prompt counts, if there is one.
        parent: the task whose button was pressed, or "".
        button: that button, or "".
        service: the host, or "".
        quadrant: which picture it is, None for the whole.
    """
    asked_for = parse_prompt(task.final_prompt).parameters.get("seed", "")
    return Facts(
        prompt=task.prompt or task.final_prompt,
        task_id=task.id,
        seed=seed or (asked_for if isinstance(asked_for, str) else ""),
        parent=parent,
        button=button,
        quadrant=quadrant,
        created=task.finish_time,
        service=service,
    )


def known(texts: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the facts in the *texts* of a file, each with its keyword, in the file's order."""
    found: dict[str, Any] = {}
    said: dict[str, str] = {}
    ours = False
    for keyword, text in texts:
        if keyword == "Software" and text.startswith(OURS):
            ours = True
            said.clear()  # what came before is another program's
        if keyword == "Description" and (job := _JOB.search(text)):
            found |= {"prompt": text[: job.start()].strip(), "job_id": job[1]}
        else:
            said[keyword] = text
    if ours:
        found |= {name: said[word] for name, word in KEYWORDS.items() if said.get(word)}
    elif found:
        found["created"] = said.get("Creation Time", "")
    found |= {name: id_of(found[name]) for name in ("task_id", "parent") if name in found}
    found["quadrant"] = _whole_number(found.get("quadrant", ""))
    found["created"] = _moment(found.get("created", ""))
    return {name: value for name, value in found.items() if value not in (None, "")}


def _whole_number(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,3}", text) else None


def _moment(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
