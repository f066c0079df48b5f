"""What is to be made of a job's own pictures, as the start of a new job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mj_widgets.jobs import editing, originals
from mj_widgets.pictures.edits import NO_PAD, Pad

if TYPE_CHECKING:
    from mj_widgets.jobs.start import Start
    from mj_widgets.jobs.state import JobState


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


def step_name(state: JobState, name: str, index: int) -> str:
    """Return what a step is called that is made of the picture at *index* (from 0): "Edit 2"."""
    several = state.result is not None and state.result.count > 1
    return f"{name} {index + 1}" if several else name
