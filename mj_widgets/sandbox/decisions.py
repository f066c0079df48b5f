"""What is decided about a request, before a flavour puts it into its own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from mj_widgets.sandbox.painting.recipes import Stored
from mj_widgets.sandbox.tasks import StudioTask


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: JSON, or text as it is."""

    status: int
    json: object = None
    text: str | None = None
    content_type: str = "application/json"


@dataclass(frozen=True)
class Accepted:
    """A task was made; `ahead` others are in front of it."""

    task: StudioTask
    ahead: int = 0


@dataclass(frozen=True)
class AcceptedMany:
    """Several tasks were made by one press."""

    tasks: tuple[StudioTask, ...]


@dataclass(frozen=True)
class NeedsWindow:
    """A task was made and waits for a prompt, a mask, or a yes."""

    task: StudioTask
    final_prompt: str
    remix: bool


@dataclass(frozen=True)
class Exists:
    """The same was asked before; where it stands and its picture, once these are known."""

    task: StudioTask
    status: str = ""
    image_url: str | None = None


@dataclass(frozen=True)
class Bookmarked:
    """Nothing to follow: the service answers with the parent's id."""

    parent: str


@dataclass(frozen=True)
class Uploaded:
    """Nothing was made: pictures were taken, and are behind links from now on."""

    pictures: tuple[Stored, ...]
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class NoRoom:
    """No room; not accepted."""


@dataclass(frozen=True)
class Banned:
    """A word of the prompt is not allowed."""

    prompt: str
    word: str


@dataclass(frozen=True)
class Invalid:
    """The request makes no sense; `why` in the service's words."""

    why: str


@dataclass(frozen=True)
class ParentUnknown:
    """No such task to act on."""


@dataclass(frozen=True)
class ParentUnfinished:
    """The task to act on is not done, or failed."""


@dataclass(frozen=True)
class ActionUnknown:
    """No button has this custom id."""

    custom_id: str


Decision: TypeAlias = (
    Accepted
    | AcceptedMany
    | NeedsWindow
    | Exists
    | Bookmarked
    | Uploaded
    | NoRoom
    | Banned
    | Invalid
    | ParentUnknown
    | ParentUnfinished
    | ActionUnknown
)
