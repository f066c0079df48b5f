"""The buttons under a task: what each service draws, and what a pressed one asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

MARKS = ("1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣")


@dataclass(frozen=True)
class ServiceButton:
    """One button as the service sends it; a link button has no custom id."""

    custom_id: str | None
    label: str = ""
    emoji: str = ""
    style: int = 2

    def body(self) -> dict[str, object]:
        """The button as JSON."""
        return {
            "customId": self.custom_id,
            "emoji": self.emoji,
            "label": self.label,
            "type": 2,
            "style": self.style,
        }


Buttons = tuple[ServiceButton, ...]


@dataclass(frozen=True)
class Press:
    """What a custom id asks for. `kind` is one of the names in `_PATTERNS`."""

    kind: str
    custom_id: str
    index: int = 0
    detail: str = ""
    message_hash: str = ""


_HASH = r"(?P<hash>[0-9A-Za-z-]+)"
_PATTERNS: dict[str, str] = {
    "upscale": rf"MJ::JOB::upsample::(?P<index>[1-9]\d?)::{_HASH}",
    "variation": rf"MJ::JOB::variation::(?P<index>[1-9]\d?)::{_HASH}",
    "reroll": rf"MJ::JOB::reroll::0::{_HASH}::SOLO",
    "upscale_hd": rf"MJ::JOB::(?:upsample_)?(?P<detail>v\d\w*_[24]x\w*)::1::{_HASH}::SOLO",
    "vary_subtle": rf"MJ::JOB::low_variation::1::{_HASH}::SOLO",
    "vary_strong": rf"MJ::JOB::high_variation::1::{_HASH}::SOLO",
    "inpaint": rf"MJ::Inpaint::1::{_HASH}::SOLO",
    "zoom": rf"MJ::Outpaint::(?:(?P<detail>50|75)::)?1::{_HASH}::SOLO",
    "square": rf"MJ::Outpaint::100::1::{_HASH}::SOLO",
    "custom_zoom": rf"MJ::CustomZoom::(?:1::)?{_HASH}",
    "pan": rf"MJ::JOB::pan_(?P<detail>left|right|up|down)::[01]::{_HASH}::SOLO",
    "animate": rf"MJ::JOB::animate_(?P<detail>high|low)::1::{_HASH}::SOLO",
    "animate_auto": rf"MJ::JOB::video::(?P<detail>high|low)::{_HASH}::[\w.]+::auto",
    "animate_manual": rf"MJ::JOB::video::(?P<detail>high|low)::{_HASH}::[\w.]+::manual",
    "extend": rf"MJ::JOB::animate_(?P<detail>high|low)_extend::1::{_HASH}",
    "film": rf"MJ::JOB::video_virtual_upscale::(?P<index>[1-4])::{_HASH}",
    "bookmark": rf"MJ::BOOKMARK::{_HASH}",
    "describe_all": r"MJ::Job::PicReader::all",
    "describe_one": r"MJ::Job::PicReader::(?P<index>[1-4])",
    "describe_again": r"MJ::Picread::Retry",
    "shorten_one": r"MJ::J(?:ob|OB)::PromptAnalyzer::(?P<index>[1-5])",
    "shorten_details": r"MJ::J(?:ob|OB)::PromptAnalyzerExtended",
}

# Midjourney's models, by the parameter in a prompt, and how their upscale buttons are called.
_UPSCALES = {
    "5": ("upsample_v5_2x", "upsample_v5_4x"),
    "6": ("upsample_v6_2x_subtle", "upsample_v6_2x_creative"),
    "6.1": ("upsample_v6r1_2x_subtle", "upsample_v6r1_2x_creative"),
    "7": ("upsample_v7_2x_subtle", "upsample_v7_2x_creative"),
}


def parse(custom_id: str) -> Press | None:
    """What a custom id asks for, or None if no button here has such an id."""
    for kind, pattern in _PATTERNS.items():
        found = re.fullmatch(pattern, custom_id)
        if found:
            parts = found.groupdict()
            return Press(
                kind=kind,
                custom_id=custom_id,
                index=int(parts.get("index") or 0),
                detail=parts.get("detail") or "",
                message_hash=parts.get("hash") or "",
            )
    return None


def version_of(prompt: str, default: str = "7") -> str:
    """The model a prompt asks for: "5", "6", "6.1", "7" or "8"."""
    asked = re.findall(r"--(?:v|version|niji)\s+(\d+(?:\.\d+)?)", prompt)
    version = str(asked[-1]) if asked else default
    version = version.removesuffix(".0")
    if version in _UPSCALES:
        return version
    return "8" if version.startswith("8") else "5" if version[0] in "12345" else "7"


def grid_buttons(h: str, count: int = 4) -> Buttons:
    """U1 to U4, reroll, V1 to V4; or as many as there are pictures."""
    numbers = range(1, count + 1)
    picks = tuple(ServiceButton(f"MJ::JOB::upsample::{i}::{h}", f"U{i}") for i in numbers)
    again = ServiceButton(f"MJ::JOB::reroll::0::{h}::SOLO", emoji="🔄")
    more = tuple(ServiceButton(f"MJ::JOB::variation::{i}::{h}", f"V{i}") for i in numbers)
    return (*picks, again, *more)


def single_buttons(h: str, version: str, *, square: bool, hd: bool, zoom_id: str) -> Buttons:
    """The buttons of one picture. The newest model has no HD upscale, zoom or pan."""
    buttons: list[ServiceButton] = []
    if version in _UPSCALES:
        labels = ("Upscale (2x)", "Upscale (4x)")
        if version != "5":
            labels = ("Upscale (Subtle)", "Upscale (Creative)")
        for job, label in zip(_UPSCALES[version], labels, strict=True):
            text = f"Redo {label}" if hd else label
            buttons.append(ServiceButton(f"MJ::JOB::{job}::1::{h}::SOLO", text, "upscale_1"))
    buttons.append(ServiceButton(f"MJ::JOB::low_variation::1::{h}::SOLO", "Vary (Subtle)", "🪄"))
    buttons.append(ServiceButton(f"MJ::JOB::high_variation::1::{h}::SOLO", "Vary (Strong)", "🪄"))
    buttons.append(ServiceButton(f"MJ::Inpaint::1::{h}::SOLO", "Vary (Region)", "🖌️"))
    if version in _UPSCALES:
        buttons.append(ServiceButton(f"MJ::Outpaint::50::1::{h}::SOLO", "Zoom Out 2x", "🔍"))
        buttons.append(ServiceButton(f"MJ::Outpaint::75::1::{h}::SOLO", "Zoom Out 1.5x", "🔍"))
        buttons.append(ServiceButton(zoom_id.format(h=h), "Custom Zoom", "🔍"))
        if not square:
            buttons.append(ServiceButton(f"MJ::Outpaint::100::1::{h}::SOLO", "Make Square", "↔️"))
        for way, arrow in (("left", "⬅️"), ("right", "➡️"), ("up", "⬆️"), ("down", "⬇️")):
            buttons.append(ServiceButton(f"MJ::JOB::pan_{way}::1::{h}::SOLO", emoji=arrow))
    buttons.append(
        ServiceButton(f"MJ::JOB::animate_high::1::{h}::SOLO", "Animate (High motion)", "🎞️")
    )
    buttons.append(
        ServiceButton(f"MJ::JOB::animate_low::1::{h}::SOLO", "Animate (Low motion)", "🎞️")
    )
    buttons.append(ServiceButton(f"MJ::BOOKMARK::{h}", emoji="❤️"))
    buttons.append(ServiceButton(None, "Web", style=5))
    return tuple(buttons)


def film_buttons(h: str, count: int = 4) -> Buttons:
    """U1 to U4 of a film (or as many as there are), and longer versions of it."""
    picks = tuple(
        ServiceButton(f"MJ::JOB::video_virtual_upscale::{i}::{h}", f"U{i}")
        for i in range(1, count + 1)
    )
    high = ServiceButton(f"MJ::JOB::animate_high_extend::1::{h}", "Extend (High motion)", "🎞️")
    low = ServiceButton(f"MJ::JOB::animate_low_extend::1::{h}", "Extend (Low motion)", "🎞️")
    return (*picks, high, low)


def describe_buttons() -> Buttons:
    """One button for each of the four texts, again, and all at once."""
    ones = tuple(ServiceButton(f"MJ::Job::PicReader::{i}", emoji=MARKS[i - 1]) for i in range(1, 5))
    again = ServiceButton("MJ::Picread::Retry", emoji="🔄")
    return (*ones, again, ServiceButton("MJ::Job::PicReader::all", "Imagine all", "🎉"))


def shorten_buttons() -> Buttons:
    """One button for each of the five shorter prompts, and one for how much each word counts."""
    ones = tuple(
        ServiceButton(f"MJ::Job::PromptAnalyzer::{i}", emoji=MARKS[i - 1]) for i in range(1, 6)
    )
    return (*ones, ServiceButton("MJ::Job::PromptAnalyzerExtended", "Show Details"))
