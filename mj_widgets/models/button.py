"""What a task's buttons are: their names, what they do in plain words, which need a modal.

The custom ids are read, never built. Their patterns are Discord's, as midjourney-proxy-plus and
trueai-org/midjourney-proxy pass them on; a button that no pattern knows is still shown and pressed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Literal, NamedTuple


class Group(StrEnum):
    """What kind of work a button starts."""

    UPSCALE = "upscale"
    VARY = "vary"
    REROLL = "reroll"
    ZOOM = "zoom and pan"
    ANIMATE = "animate"
    PROMPT = "prompt"
    OTHER = "other"


Asks = Literal["", "prompt", "zoom", "mask"]
"""What a button's modal asks for: "" where it opens none; "zoom" is a prompt with ``--zoom``."""


class Change(NamedTuple):
    """A press for servers without buttons: what ``submit/change`` is told."""

    action: str
    quadrant: int | None


class _Pattern(NamedTuple):
    regex: re.Pattern[str]
    group: Group
    meaning: str
    asks: Asks = ""
    remix: bool = False


def _pattern(
    regex: str, group: Group, meaning: str, asks: Asks = "", *, remix: bool = False
) -> _Pattern:
    return _Pattern(re.compile(regex, re.IGNORECASE), group, meaning, asks, remix)


# Tried once a word: at each place in it, a long one would take the square of its time.
_ENLARGES = r"(?<!\w)(?>\w*?(?:upsample|upscale)_)\w*"
# `upsample::` picks one of four; `upsample_` really enlarges: the order keeps them apart.
_PATTERNS = (
    _pattern(
        r"^MJ::JOB::upsample::([1-9]\d?)(?!\d)",
        Group.UPSCALE,
        "Take picture {n} alone, to work on it",
    ),
    _pattern(
        r"^MJ::JOB::variation::([1-9]\d?)(?!\d)",
        Group.VARY,
        "Four new variations of picture {n}",
        remix=True,
    ),
    _pattern(
        r"^MJ::JOB::reroll",
        Group.REROLL,
        "Run the same prompt again: four new pictures",
        remix=True,
    ),
    _pattern(rf"{_ENLARGES}subtle", Group.UPSCALE, "Twice the size, details kept"),
    _pattern(rf"{_ENLARGES}creative", Group.UPSCALE, "Twice the size, new details"),
    _pattern(r"::upsample_\w*4x", Group.UPSCALE, "Four times the size"),
    _pattern(r"::upsample_", Group.UPSCALE, "Twice the size"),
    _pattern(r"::video_virtual_upscale::([1-9]\d?)(?!\d)", Group.UPSCALE, "Take video {n} alone"),
    _pattern(
        r"::low_variation",
        Group.VARY,
        "Four variations that stay close to this picture",
        remix=True,
    ),
    _pattern(r"::high_variation", Group.VARY, "Four variations that change a lot", remix=True),
    _pattern(r"^MJ::Inpaint", Group.VARY, "Repaint a part that you mark", asks="mask"),
    _pattern(r"^MJ::Outpaint::50", Group.ZOOM, "Zoom out 2×: paint around the picture"),
    _pattern(r"^MJ::Outpaint::75", Group.ZOOM, "Zoom out 1.5×: paint around the picture"),
    _pattern(r"^MJ::Outpaint::100", Group.ZOOM, "Paint around the picture until it is square"),
    _pattern(r"^MJ::Outpaint", Group.ZOOM, "Zoom out: paint around the picture"),
    _pattern(r"^MJ::CustomZoom", Group.ZOOM, "Zoom out by a factor of your own", asks="zoom"),
    _pattern(r"::pan_left", Group.ZOOM, "Continue the picture to the left", remix=True),
    _pattern(r"::pan_right", Group.ZOOM, "Continue the picture to the right", remix=True),
    _pattern(r"::pan_up", Group.ZOOM, "Continue the picture upwards", remix=True),
    _pattern(r"::pan_down", Group.ZOOM, "Continue the picture downwards", remix=True),
    _pattern(r"::animate_\w*extend", Group.ANIMATE, "Make the video longer"),
    _pattern(r"::animate_high", Group.ANIMATE, "A short video with much motion", remix=True),
    _pattern(r"::animate_low", Group.ANIMATE, "A short video with little motion", remix=True),
    _pattern(
        r"^MJ::JOB::video::.*::manual", Group.ANIMATE, "A video from your own words", asks="prompt"
    ),
    _pattern(r"^MJ::JOB::video::", Group.ANIMATE, "A short video"),
    _pattern(r"::PicReader::all", Group.PROMPT, "Imagine all of these prompts"),
    _pattern(r"::PicReader::(\d)", Group.PROMPT, "Imagine prompt {n}", asks="prompt"),
    _pattern(r"::Picread::Retry", Group.PROMPT, "Describe the picture again"),
    _pattern(r"::PromptAnalyzer::(\d)", Group.PROMPT, "Imagine prompt {n}", asks="prompt"),
    _pattern(r"::PromptAnalyzerExtended", Group.PROMPT, "Show how much each word counts"),
    _pattern(r"^MJ::BOOKMARK", Group.OTHER, "Mark as a favourite at Midjourney"),
)
# What is offered for one picture alone; at v8 only the variations are left of it.
_SINGLE_GROUPS = (Group.UPSCALE, Group.VARY, Group.ZOOM, Group.ANIMATE)
# Gateways that rename custom ids keep the labels that people know.
_LABELS = (
    _pattern(r"^U([1-9]\d?)$", Group.UPSCALE, "Take picture {n} alone, to work on it"),
    _pattern(r"^V([1-9]\d?)$", Group.VARY, "Four new variations of picture {n}", remix=True),
    _pattern(r"^🔄$", Group.REROLL, "Run the same prompt again: four new pictures", remix=True),
)
_LINK_STYLE = 5
_PRESSED_STYLES = (1, 3)


class _Sense(NamedTuple):
    """What the patterns know of a button; all U1 of all grids share one."""

    group: Group
    meaning: str
    asks: Asks
    remixes: bool
    number: int | None
    """The one of several pictures, videos or texts that it is for."""


class _Noted:
    """A place for what was found out; no field, so in no comparison, repr or dump."""

    __slots__ = ("_found",)
    _found: _Sense | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Button(_Noted):
    """One button of a task, as the service sent it, and what it means."""

    custom_id: str = ""
    """What is sent back when it is pressed; "" for a link, or on a server without buttons."""
    label: str = ""
    """Its text, such as "U1" or "Vary (Subtle)"; "" where there is only an emoji."""
    emoji: str = ""
    """Its emoji, or a name such as "upscale_1"."""
    type: int = 2
    style: int = 2
    change: Change | None = field(default=None, repr=False)
    """The ``submit/change`` that stands for it on a server without buttons."""

    @property
    def name(self) -> str:
        """The label, else the emoji, else the custom id: the key in ``TaskWidget.buttons``."""
        return self.label or self.emoji or self.custom_id or "?"

    @property
    def caption(self) -> str:
        """What stands on the button: emoji and label, without emoji that are only names."""
        emoji = "" if self.emoji.isascii() else self.emoji
        return " ".join(part for part in (emoji, self.label) if part) or self.name

    @property
    def group(self) -> Group:
        """What kind of work it starts; ``Group.OTHER`` for an unknown button."""
        return sense.group if (sense := self._sense) else Group.OTHER

    @property
    def quadrant(self) -> int | None:
        """The picture (from 1, mostly of four) that it works on, else None."""
        sense = self._sense
        return sense.number if sense and sense.group is not Group.PROMPT else None

    @property
    def picks_quadrant(self) -> bool:
        """True for U1, U2, ... of a grid: the result is always the same picture."""
        return self.quadrant is not None and self.group is Group.UPSCALE

    @property
    def is_for_one_picture(self) -> bool:
        """True for what is offered below one picture alone: Upscale, Vary, Zoom, Animate."""
        return self.quadrant is None and self.group in _SINGLE_GROUPS

    @property
    def asks(self) -> Asks:
        """What the service always asks for in a modal before it starts, "" for nothing."""
        return sense.asks if (sense := self._sense) else ""

    @property
    def remixes(self) -> bool:
        """True where it takes another prompt at a service whose account has Remix on."""
        sense = self._sense
        return sense is not None and sense.remixes and self.change is None

    @property
    def extends(self) -> bool:
        """True where it makes a film longer."""
        return self.group is Group.ANIMATE and "extend" in self.custom_id.lower()

    @property
    def motion(self) -> Literal["low", "high"]:
        """How much moves in the film that it makes."""
        return "high" if "high" in f"{self.custom_id} {self.label}".lower() else "low"

    @property
    def takes_prompt(self) -> bool:
        """True where a prompt may go along: asked for, or with Remix; or nobody here knows it."""
        return bool(self.asks) or self.remixes or (self._sense is None and not self.is_link)

    @property
    def number(self) -> int | None:
        """The text (from 1) of a describe or shorten that it imagines, else None."""
        sense = self._sense
        return sense.number if sense and sense.group is Group.PROMPT else None

    @property
    def is_link(self) -> bool:
        """True for a button that only opens a web page."""
        return self.style == _LINK_STYLE or not (self.custom_id or self.change)

    @property
    def was_pressed(self) -> bool:
        """True when the service itself shows it as pressed (Discord's blurple and green)."""
        return self.style in _PRESSED_STYLES

    @property
    def meaning(self) -> str:
        """What it does, in plain words."""
        if sense := self._sense:
            return sense.meaning
        return "Opens a web page" if self.is_link else f"{self.caption} (unknown here)"

    @property
    def _sense(self) -> _Sense | None:
        try:
            return self._found
        except AttributeError:  # nobody has asked yet: up to 34 patterns are tried, once
            found = _sense_of(self.custom_id, self.name)
            object.__setattr__(self, "_found", found)
            return found


def _sense_of(custom_id: str, name: str) -> _Sense | None:
    for text, patterns in ((custom_id, _PATTERNS), (name, _LABELS)):
        for pattern in patterns:
            if match := pattern.regex.search(text):
                number = int(match[1]) if "{n}" in pattern.meaning else None
                return _shared_sense(pattern, number)
    return None


@cache  # of some thirty patterns and a hundred numbers
def _shared_sense(pattern: _Pattern, number: int | None) -> _Sense:
    meaning = pattern.meaning.format(n=number)
    return _Sense(pattern.group, meaning, pattern.asks, pattern.remix, number)


def numbered(buttons: Iterable[Button]) -> int:
    """Return how many pictures or films *buttons* are for, 0 where they do not tell."""
    return max((button.quadrant or 0 for button in buttons), default=0)


def buttons_by_change() -> tuple[Button, ...]:
    """U, reroll and V for a grid of a server that has no buttons (novicezk's).

    In the order that Discord shows: U1 to U4, 🔄, V1 to V4. Each carries a ``change``.
    """
    upscales = (Button(label=f"U{n}", change=Change("UPSCALE", n)) for n in range(1, 5))
    variations = (Button(label=f"V{n}", change=Change("VARIATION", n)) for n in range(1, 5))
    return (*upscales, Button(emoji="🔄", change=Change("REROLL", None)), *variations)
