"""What is to be made of a job's own pictures, as the start of a new job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from mj_widgets.errors import MjError
from mj_widgets.jobs import editing, filming, originals, start
from mj_widgets.models.prompt import parse_prompt
from mj_widgets.models.step import Step, numbered
from mj_widgets.pictures.edits import NO_PAD, Pad

if TYPE_CHECKING:
    from mj_widgets.jobs.filming import FilmOptions
    from mj_widgets.jobs.start import Start
    from mj_widgets.jobs.state import JobState
    from mj_widgets.service.picture_orders import Motion


def edit_of(
    state: JobState,
    prompt: str,
    mask: Any = None,
    pad: Pad = NO_PAD,
    quadrant: int | None = None,
    *,
    new: bool = False,
) -> Start:
    """Return the start of an edit of one of a job's pictures; see ``Job.edit``."""
    index, picture = originals.original_of(state, quadrant)
    button = step_name(state, "Edit", index)
    return editing.edit(picture, prompt, mask, pad, parent=state.task_id, button=button, new=new)


def retexture_of(
    state: JobState, prompt: str, quadrant: int | None = None, *, new: bool = False
) -> Start:
    """Return the start of a retexture of one of a job's pictures; see ``Job.retexture``."""
    index, picture = originals.original_of(state, quadrant)
    button = step_name(state, "Retexture", index)
    return editing.retexture(picture, prompt, parent=state.task_id, button=button, new=new)


def animate_of(
    state: JobState,
    prompt: str = "",
    motion: Motion = "low",
    quadrant: int | None = None,
    *,
    new: bool = False,
    **options: Unpack[FilmOptions],
) -> Start:
    """Return the start of films of one of a job's pictures; see ``Job.animate``.

    Without a *prompt* they get the words of the picture's own.
    """
    index, picture = originals.original_of(state, quadrant)
    return filming.animate(
        picture,
        prompt or own_words(state),
        motion,
        parent=state.task_id,
        button=step_name(state, "Animate", index),
        new=new,
        **options,
    )


def extend_of(
    state: JobState,
    number: int = 1,
    prompt: str = "",
    motion: Motion = "low",
    batch: int = 4,
    *,
    new: bool = False,
) -> Start:
    """Return the start of longer films of one of a job's; see ``Job.extend``.

    Raises:
        MjError: there is no film of that number (yet).
    """
    result = state.result
    count = result.count if result is not None and result.task.kind == "video" else 0
    if not count or isinstance(number, bool) or number not in range(1, count + 1):
        possible = f"Say 1 to {count}." if count else "There is none here, or not yet."
        raise MjError(f"There is no film {number!r}", advice=possible)
    button = step_name(state, "Extend", number - 1)
    words = prompt or own_words(state)
    return filming.extend(state.task_id, number, words, motion, batch, button=button, new=new)


def style_of(
    state: JobState,
    prompt: str,
    index: int,
    still: bytes | None = None,
    *,
    new: bool = False,
) -> Start:
    """Return the start of a new picture in the style of one of a job's, or of a still of a film.

    Args:
        state: what is known of the job.
        prompt: what the new picture shows.
        index: which picture or film it is, from 0.
        still: a picture of the film.
        new: submit it even if it was submitted before.
    """
    step: Step = "Style" if still is None else "Still"
    quadrant = index + 1 if state.result is not None and state.result.count > 1 else None
    picture = originals.original_of(state, quadrant)[1] if still is None else still
    button = step_name(state, step, index)
    return start.imagine(prompt, style=[picture], parent=state.task_id, button=button, new=new)


def own_words(state: JobState) -> str:
    """Return the words of a job's own prompt, without pictures and parameters."""
    return parse_prompt(state.known.final_prompt if state.known else state.prompt).text


def step_name(state: JobState, step: Step, index: int) -> str:
    """Return what a step is called that is made of the picture at *index* (from 0): "Edit 2"."""
    several = state.result is not None and state.result.count > 1
    return numbered(step, index + 1) if several else step
