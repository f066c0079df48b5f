"""A task at one moment, with its links: what a flavour writes down."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from mj_widgets.sandbox.links import Links
from mj_widgets.sandbox.painting.recipes import (
    Blended,
    Extended,
    Filmed,
    Grid,
    Merged,
    Preview,
    Quadrant,
    Recipe,
    Repainted,
    Retextured,
    cells_of,
    content_type_of,
    size_of,
)
from mj_widgets.sandbox.tasks import STEPS, Moment, StudioTask

CHANNEL = "1371679336578420847"
_EXTENSIONS = {"image/png": "png", "image/webp": "webp", "image/jpeg": "jpg", "video/mp4": "mp4"}


@dataclass(frozen=True)
class TaskView:
    """A task at one moment, with its links, ready to be written down.

    `singles` are the pictures of a grid, `films` of one work; `sheet` is a picture of these, and
    `siblings` are the films that a picked one was picked from.
    """

    task: StudioTask
    moment: Moment
    image_url: str = ""
    singles: tuple[str, ...] = ()
    films: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    sheet: str = ""
    size: tuple[int, int] | None = None
    content_type: str = ""
    instance: str = CHANNEL

    @property
    def percent(self) -> str:
        """Progress as text."""
        return f"{self.moment.percent}%"

    def millis(self, seconds: float | None) -> int | None:
        """Seconds as whole milliseconds."""
        return None if seconds is None else round(seconds * 1000)

    @property
    def message_id(self) -> str:
        """A Discord message number that fits the task's time."""
        return str((round(self.task.submitted * 1000) - 1_420_070_400_000) << 22)


def shown_text(view: TaskView) -> str:
    """What `promptEn` holds: a described picture's texts once they are there."""
    if view.task.text and view.moment.status != "SUCCESS":
        return view.task.prompt
    return view.task.prompt_en


def task_view(
    task: StudioTask, moment: Moment, links: Links, base: str, now: float, *, merges: bool
) -> TaskView:
    """A task at a moment, with the links that the service gives at that moment.

    `base` is how the service is reached; `now` counts only for tasks that never grow old. Where
    the service `merges`, a grid is a sheet made of its pictures, and the size is one of theirs.
    """

    def link(recipe: Recipe, tail: str, issued: float) -> str:
        return base + links.link(_path(task, recipe, tail), recipe, issued)

    recipe = task.recipe
    if recipe is None or moment.started is None:
        return TaskView(task, moment)
    if moment.status == "IN_PROGRESS" and moment.preview is not None:
        shown = Preview(recipe, moment.preview, len(STEPS))
        return TaskView(task, moment, link(shown, f"_grid_{moment.preview - 2}", moment.started))
    if moment.status != "SUCCESS" or moment.finished is None:
        return TaskView(task, moment)
    issued = moment.finished
    if task.always_fresh:
        half = links.life / 2
        issued = now // half * half
    done = TaskView(
        task,
        moment,
        link(recipe, "", issued),
        size=size_of(recipe),
        content_type=content_type_of(recipe),
    )
    if isinstance(recipe, Grid | Extended | Repainted | Retextured | Blended):
        columns, rows = cells_of(recipe)
        count = columns * rows
        singles = [link(Quadrant(recipe, i + 1), f"_{i}", issued) for i in range(count)]
        done = replace(done, singles=_with_the_dead(singles, task))
        if not merges:
            return done
        merged = Merged(recipe)
        return replace(
            done,
            image_url=link(merged, "_merged", issued),
            size=size_of(Quadrant(recipe, 1)),
            content_type=content_type_of(merged),
        )
    if not isinstance(recipe, Filmed):
        return done
    each = [replace(recipe, index=i + 1, picked=False) for i in range(recipe.count)]
    films = _with_the_dead([link(one, f"_{one.index - 1}", issued) for one in each], task)
    if recipe.picked:
        return replace(done, image_url=films[recipe.index - 1], siblings=films)
    sheet = link(recipe.of, "_sheet", issued)
    return replace(done, image_url=films[0], films=films, sheet=sheet)


def _with_the_dead(links: list[str], task: StudioTask) -> tuple[str, ...]:
    dead = task.wishes.dead
    return tuple(
        url.replace("&hm=", "&hm=0") if n in dead else url for n, url in enumerate(links, 1)
    )


def _path(task: StudioTask, recipe: Recipe, tail: str) -> str:
    words = re.sub(r"<[^>]*>|https?://\S+", " ", task.final_prompt.split(" --")[0])
    slug = "_".join(re.findall(r"[A-Za-z]+", words)[:9])[:60]
    kind = _EXTENSIONS.get(content_type_of(recipe), "bin")
    if task.wishes.links == "name":
        return f"/{task.message_hash}{tail}.{kind}"
    name = f"sandbox_{slug or 'picture'}_{task.message_hash}{tail}.{kind}"
    return f"/attachments/{CHANNEL}/{task.id}/{name}"
