"""Answers to modals as a script gives them: checked here, before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mj_widgets.errors import MjError
from mj_widgets.jobs import words
from mj_widgets.models.modal import ModalAnswer, problem_of
from mj_widgets.pictures.masks import mask_png

if TYPE_CHECKING:
    from mj_widgets.jobs.state import JobState


def answer_of(state: JobState, prompt: str, mask: Any) -> ModalAnswer:
    """Return the answer to the modal in which a job's task waits; see ``Job.answer``."""
    question = state.question
    if question is None:
        raise MjError(f"{words.name_of(state)} asks for nothing")
    if mask is not None and question.asks != "mask":
        raise MjError("The service asks for no mask", advice="Leave it out.")
    if mask is not None and question.canvas is None:
        raise words.no_canvas()
    size = question.canvas.size if question.canvas else (1, 1)
    given = ModalAnswer(prompt, None if mask is None else mask_png(mask, size))
    if problem := problem_of(given, question.asks, question.prompt):
        raise MjError("The answer was not sent", advice=problem)
    return given


def region_of(state: JobState, mask: Any, prompt: str | None) -> ModalAnswer:
    """Return the answer with which Vary (Region) is pressed; see ``Job.vary_region``."""
    first = next(iter(state.result.pictures), None) if state.result else None
    size = first.pixel_size if first else None
    if size is None or state.task is None:
        raise MjError("There is no picture to mark yet", advice="Call wait() first.")
    return ModalAnswer(state.task.final_prompt if prompt is None else prompt, mask_png(mask, size))
