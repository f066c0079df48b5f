"""What each pressed button makes: the picture, its buttons, and how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from mj_widgets.sandbox import tasks
from mj_widgets.sandbox.buttons import Press
from mj_widgets.sandbox.examples import grid_of
from mj_widgets.sandbox.painting import recipes
from mj_widgets.sandbox.painting.recipes import (
    Animated,
    Enlarged,
    Filmed,
    Grid,
    Quadrant,
    Recipe,
)
from mj_widgets.sandbox.tasks import StudioTask, Timing

Follows: TypeAlias = Literal["grid", "single", "hd", "film", "none"]
"""Which buttons come under the result."""


@dataclass(frozen=True)
class Work:
    """A kind of result, ready to become a task."""

    action: str
    title: str
    recipe: Recipe
    timing: Timing = tasks.IMAGINE
    follows: Follows = "grid"


WINDOW_KINDS = frozenset(
    {"inpaint", "custom_zoom", "animate_manual", "describe_one", "shorten_one"}
)
"""Buttons that always ask for more before they work."""

REMIX_KINDS = frozenset({"variation", "reroll", "vary_subtle", "vary_strong", "pan", "animate"})
"""Buttons that ask for a prompt when Remix is on."""


def work_for(
    press: Press,
    parent: StudioTask,
    prompt: str,
    salt: str,
    mask: bytes = b"",
    *,
    partner: bool = False,
) -> Work | None:
    """What a press on a parent's button makes; None if the parent has no fitting picture.

    `prompt` is the parent's, or the one from the window; `salt` tells repeated presses apart.
    `partner` accounts animate into four films, others into one moving picture.
    """
    recipe = parent.recipe
    if press.kind in ("describe_one", "shorten_one"):
        return Work("PIC_READER", "/imagine", grid_of(prompt, salt))
    if recipe is None or isinstance(recipe, Animated | Filmed) != (
        press.kind in ("extend", "film")
    ):
        return None
    changed = salt if prompt == parent.final_prompt else f"{salt}/{prompt}"
    high = press.detail == "high"
    animated: Recipe = Filmed(recipe, high=high) if partner else Animated(recipe, high)
    animate = Work("VIDEO", "Animate", animated, tasks.ANIMATE, "film")
    makers: dict[str, Callable[[], Work]] = {
        "upscale": lambda: Work(
            "UPSCALE",
            f"/up {parent.id} U{press.index}",
            Quadrant(recipe, press.index),
            tasks.PICK,
            "single",
        ),
        "variation": lambda: Work(
            "VARIATION",
            f"/up {parent.id} V{press.index}",
            _variation(Quadrant(recipe, press.index), prompt, parent, changed, 0.5),
        ),
        "reroll": lambda: Work("REROLL", f"/up {parent.id} R", grid_of(prompt, changed)),
        "upscale_hd": lambda: Work(
            "UPSCALE_HD", "Upscale", _enlarged(recipe, press.detail), tasks.UPSCALE_HD, "hd"
        ),
        "vary_subtle": lambda: Work(
            "LOW_VARIATION", "Vary (Subtle)", _variation(recipe, prompt, parent, changed, 0.15)
        ),
        "vary_strong": lambda: Work(
            "HIGH_VARIATION", "Vary (Strong)", _variation(recipe, prompt, parent, changed, 0.7)
        ),
        "inpaint": lambda: Work(
            "INPAINT",
            "Vary (Region)",
            recipes.Repainted(recipe, mask, grid_of(prompt, f"{changed}/region").scenes[:4]),
        ),
        "zoom": lambda: Work(
            "ZOOM", "Zoom Out", recipes.zoomed(recipe, 2.0 if press.detail == "50" else 1.5)
        ),
        "custom_zoom": lambda: Work(
            "CUSTOM_ZOOM", "Custom Zoom", recipes.zoomed(recipe, float(press.detail or 2.0))
        ),
        "square": lambda: Work("OUTPAINT", "Make Square", recipes.squared(recipe)),
        "pan": lambda: Work("PAN", f"Pan {press.detail}", recipes.panned(recipe, press.detail)),
        "animate": lambda: animate,
        "animate_auto": lambda: animate,
        "animate_manual": lambda: animate,
        "extend": lambda: Work(
            "VIDEO_EXTEND", "Extend", _longer(recipe, high), tasks.ANIMATE, "film"
        ),
        "film": lambda: Work(
            "VIDEO", f"U{press.index}", _picked(recipe, press.index), tasks.PICK, "none"
        ),
    }
    make = makers.get(press.kind)
    return make() if make else None


def _variation(recipe: Recipe, prompt: str, parent: StudioTask, salt: str, amount: float) -> Grid:
    if prompt != parent.final_prompt:
        return grid_of(prompt, salt)
    return recipes.varied(recipe, salt, amount)


def _picked(recipe: Recipe, index: int) -> Recipe:
    films = recipes.films_of(recipe)
    return replace(films, index=index, picked=True) if films else recipe


def _longer(recipe: Recipe, high: bool) -> Recipe:
    if isinstance(recipe, Filmed):
        return replace(recipe.longer(recipe.index), high=high)
    return recipe  # which goes round in one file


def _enlarged(recipe: Recipe, detail: str) -> Recipe:
    factor = 4 if detail.endswith("4x") else 2
    return Enlarged(recipe, factor, detail.endswith("creative"))
