"""What every counter of the service does: opens a task, refuses, puts buttons under it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mj_widgets.sandbox import tasks
from mj_widgets.sandbox.bodies import Body, text_in
from mj_widgets.sandbox.buttons import (
    Buttons,
    film_buttons,
    grid_buttons,
    single_buttons,
    version_of,
)
from mj_widgets.sandbox.decisions import Accepted, Banned, Decision, NoRoom
from mj_widgets.sandbox.painting import recipes
from mj_widgets.sandbox.painting.recipes import Recipe
from mj_widgets.sandbox.studio import Studio
from mj_widgets.sandbox.tasks import StudioTask, Timing
from mj_widgets.sandbox.works import Follows


class House(Protocol):
    """What orders have to know of a flavour."""

    zoom_id: str
    refused_kinds: frozenset[str]
    remix_on_request: bool
    reroll_needs_index: bool
    finds_repeats: bool
    edits_by_transparency: bool
    film_needs_prompt: bool


@dataclass
class Desk:
    """Takes orders for one studio, by the rules of one flavour.

    `file_behind` finds what is behind a link of this service; others are not followed.
    """

    studio: Studio
    house: House
    file_behind: Callable[[str], Recipe | None]

    def _accept(
        self, task: StudioTask, follows: Follows, timing: Timing = tasks.IMAGINE
    ) -> Decision:
        task.buttons = self._buttons(task, follows)
        return Accepted(task, self.studio.add(task, timing))

    def _buttons(self, task: StudioTask, follows: Follows) -> Buttons:
        if follows == "grid":
            return grid_buttons(task.message_hash, pictures_in_grid(task.recipe))
        if follows == "film":
            count = task.recipe.count if isinstance(task.recipe, recipes.Filmed) else 4
            return film_buttons(task.message_hash, count)
        if follows == "none" or task.recipe is None:
            return ()
        w, h = recipes.size_of(task.recipe)
        version = version_of(task.final_prompt, self.studio.options.version)
        return single_buttons(
            task.message_hash,
            version,
            square=w == h,
            hd=follows == "hd",
            zoom_id=self.house.zoom_id,
        )

    def _new(
        self,
        action: str,
        prompt: str,
        description: str,
        body: Body,
        mode: str,
        parent: StudioTask | None = None,
    ) -> StudioTask:
        return StudioTask(
            id=self.studio.new_id(),
            action=action,
            prompt=prompt,
            description=description,
            submitted=self.studio.clock(),
            parent=parent.id if parent else "",
            state=text_in(body, "state"),
            bot_type=text_in(body, "botType") or "MID_JOURNEY",
            mode=mode,
            notify_hook=text_in(body, "notifyHook") or None,
        )

    def _refusal(self, prompt: str) -> Decision | None:
        word = self.studio.banned_word(prompt)
        if word:
            return Banned(prompt, word)
        return NoRoom() if self.studio.is_full else None


def pictures_in_grid(recipe: recipes.Recipe | None) -> int:
    """How many pictures a grid has."""
    return len(recipe.scenes) if isinstance(recipe, recipes.Grid) else 4
