"""How a job looks: what a card shows, as a function of what is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from mj_widgets.errors import one_line
from mj_widgets.jobs import words
from mj_widgets.jobs.state import JobState, Notice, Phase
from mj_widgets.jobs.stopwatch import UNWATCHED, Stopwatch
from mj_widgets.models import Task
from mj_widgets.models.prompt import Prompt, Value, parse_prompt
from mj_widgets.models.prompt_slips import slips_of
from mj_widgets.pictures.inputs import is_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mj_widgets.card.frame import Frame
    from mj_widgets.card.tiles import Deed
    from mj_widgets.jobs.state import JobButton

_LONG = 40
"""More letters of an address are not read."""
Tool = Literal["stop", "cancel", "check", "retry", "save", "seed", "reuse"]


@dataclass(frozen=True)
class Look:
    """All that a card shows of its job."""

    heading: dict[str, Any]
    """See ``Caption.heading``."""
    line: dict[str, Any]
    """See ``Caption.state``."""
    notice: Notice
    frame: Frame
    tools: frozenset[Tool]
    progress: int | None
    """Per cent, None to leave the bar as it is."""
    has_bar: bool
    texts: tuple[str, ...]
    buttons: tuple[JobButton, ...]
    deeds: frozenset[Deed]
    """What can be made of each of the pictures besides pressing buttons."""
    cannot: Mapping[Deed, str]
    """Why the service has refused some of that for good."""
    inside: tuple[str, ...]
    """What is said in the picture while it is awaited: ("46 %", "in progress")."""


def look_of(
    state: JobState,
    frame: Frame,
    above: Sequence[JobState] = (),
    cannot: Mapping[Deed, str] | None = None,
) -> Look:
    """Return how a job looks.

    Args:
        state: what is known of it.
        frame: its pictures.
        above: the same of the cards that it stands in, from the root.
        cannot: why the service has refused for good what can be made of pictures.
    """
    known = state.known
    line = line_of(state)
    was_never = state.phase in (Phase.UNSENT, Phase.NOTHING)
    is_over = known is not None and known.is_final and state.phase is not Phase.FETCHING
    return Look(
        heading=heading_of(state, above),
        line=line,
        notice=state.notice,
        frame=frame,
        tools=frozenset(_tools_of(state)),
        progress=state.task.progress if state.task else None,
        has_bar=not is_over and not was_never and line["tone"] != "failed",
        texts=state.task.texts if state.task else (),
        buttons=state.buttons,
        deeds=frozenset(_deeds_of(state)),
        cannot=cannot or {},
        # What is said of all of them would stand in each.
        inside=_inside(line) if frame.unfinished and frame.count < 2 else (),
    )


def heading_of(state: JobState, above: Sequence[JobState] = ()) -> dict[str, Any]:
    """Return the prompt and how it is understood, where the task comes from, id and link."""
    head: dict[str, Any] = {"button": state.button} if state.parent_id else {}
    head |= {"id": state.task_id, "origin": state.origin}
    if said := words.known_since(state.known_since):
        head["known"] = said
    if state.seed:
        head["seed"] = state.seed
    task, own, prompt = _told(state), own_prompt(state), _parsed(state)
    chips = parameters(prompt)
    if above:
        head["path"] = [root_name(above[0]), *map(step_name, above[1:])]
        head["inherits"] = not own or words.is_same_prompt(task, _told(above[-1]))
        known = parameters(_parsed(above[-1]))
        head["changed"] = [chip for chip in chips if chip not in known]
    is_text = task.kind == "text"
    slips = slips_of(own)
    if slips.mended:
        head["mended"] = slips.mended
    return head | {
        "prompt": parse_prompt(own).text or own,
        "full": own,
        "title": text_title(task) if is_text else "",
        "sent": task.final_prompt if task.final_prompt != own and not is_text else "",
        "parameters": chips,
        "warning": slips.words,
        "link": _link(task) if task.succeeded else "",
    }


def step_name(state: JobState) -> str:
    """Return what a task that came of another one is called: its button, "V2"."""
    return state.button or "new prompt"


def root_name(state: JobState) -> str:
    """Return what a task is called from which others came: its prompt."""
    prompt = own_prompt(state)
    return one_line(parse_prompt(prompt).text or prompt, 60) or text_title(_told(state)) or "task"


def _parsed(state: JobState) -> Prompt:
    task = _told(state)
    return parse_prompt("" if task.kind == "text" else task.final_prompt)


def _told(state: JobState) -> Task:
    return state.known or Task(prompt=state.prompt)


def own_prompt(state: JobState) -> str:
    """Return the prompt that a person gave, "" for a text."""
    task = _told(state)
    return "" if task.kind == "text" else task.prompt or task.final_prompt


def _inside(line: dict[str, Any]) -> tuple[str, ...]:
    progress = line.get("progress")
    return (line["words"],) if progress is None else (f"{progress} %", line["words"])


def _link(task: Task) -> str:
    """Return the link to the result, "" where it is the picture itself (``data:``)."""
    link = task.image_url or ""
    return link if not link.startswith("data:") else ""


def line_of(state: JobState) -> dict[str, Any]:
    """Return the state line: the state in words, and what it counts."""
    said, tone = words.state_words(state)
    line: dict[str, Any] = {"words": said, "tone": tone}
    if state.known_since is not None:
        line["aside"] = "not submitted again"
    elif place := _place_now(state.task, state.place):
        line["aside"] = place
    if state.phase not in (Phase.FOLLOWED, Phase.ENDED) and state.retry_at is None:
        return line
    task = state.task
    line["notes"] = notes(task, state.kept_since, state.place)
    if (result := state.result) is not None:
        copied = "" if result.trouble else words.copies_note(result)  # else it is said already
        line["notes"] += filter(None, (copied, result.note))
    if task is not None:
        line |= times(task, state.stopwatch)
        line["progress"] = None if task.is_final else task.progress
    if state.retry_at is not None:
        line["retryAt"] = state.retry_at * 1000
    elif state.changed_at is not None and task is not None and not task.is_final:
        line["changedAt"] = state.changed_at * 1000
    return line


def _tools_of(state: JobState) -> list[Tool]:
    """Return what can be done about the task besides pressing its buttons."""
    has_prompt = bool(state.known.final_prompt if state.known else state.prompt)
    match state.phase:
        case Phase.PLANNED:
            return ["stop"]
        case Phase.SENDING if state.parent_id or not state.origin:
            return []
        case Phase.SENDING:
            return ["stop", "check"] if state.retry_at is not None else ["stop"]
        case Phase.UNSENT:
            return ["reuse"] if has_prompt else []
        case Phase.FETCHING if state.retry_at is not None or state.coming is not None:
            return ["stop"]
        case Phase.FOLLOWED:
            return ["stop", "cancel", "check"]
        case Phase.LOST | Phase.STOPPED:
            return ["check"]
        case Phase.ENDED if state.task is not None:
            return _tools_after(state, state.task, has_prompt=has_prompt)
    return []


def _tools_after(state: JobState, task: Task, *, has_prompt: bool) -> list[Tool]:
    if task.succeeded and state.result is None:
        return ["retry"]
    is_shown = task.succeeded and state.result is not None and bool(state.result.pictures)
    has_seed = is_shown and task.kind in ("grid", "image") and bool(task.buttons)
    wanted: dict[Tool, bool] = {
        "retry": is_shown and state.result is not None and state.result.can_be_mended,
        "check": state.kept_since is not None,
        "save": is_shown,
        "seed": has_seed,
        "reuse": has_prompt and task.kind != "text",
    }
    return [tool for tool, is_wanted in wanted.items() if is_wanted]


def _deeds_of(state: JobState) -> tuple[Deed, ...]:
    """Return what can be made of the pictures."""
    task = state.task
    if task is None or not task.succeeded or state.result is None:
        return ()
    if task.kind == "video":
        own = [each for each in state.buttons if each.button.extends]
        return ("extend",) if not own or any(each.is_unknown for each in own) else ()
    return ("edit", "animate", "style") if task.kind in ("grid", "image") else ()


# -- words --------------------------------------------------------------------------------------


def text_title(task: Task) -> str:
    """Return what a describe or shorten is called: its result is a list, not a prompt.

    >>> text_title(Task(action="SHORTEN", description="/shorten a very tall tower"))
    'shorten: a very tall tower'
    """
    name = task.action.lower()
    shortened = task.description.removeprefix("/shorten ").strip()
    is_told = name == "shorten" and shortened != task.description
    return f"{name}: {shortened}" if is_told else name


def times(task: Task, watched: Stopwatch = UNWATCHED) -> dict[str, Any]:
    """Return what the state line counts: fixed seconds, or the moments (ms) that they count from.

    Keys: ``queued``, ``ran`` (seconds); ``queuedSince``, ``runningSince`` (ms since 1970).

    Args:
        task: the task.
        watched: what was seen of its times from here; the service's clock may be wrong.
    """
    submitted, started = watched.queued_since(task), watched.running_since(task)
    is_queued = task.is_queued
    return {
        "queued": watched.queued(task),
        "ran": watched.ran(task),
        "queuedSince": _milliseconds(submitted) if is_queued and not started else None,
        "runningSince": _milliseconds(started) if not is_queued and not task.is_final else None,
    }


def notes(task: Task | None, kept_since: datetime | None, place: str = "") -> list[str]:
    """Return what the state line says of a task besides its state.

    Args:
        task: the task, as far as it is known.
        kept_since: when it was written to the library, where it comes from there.
        place: where it stands in the queue, said until it starts.
    """
    said = [now] if (now := _place_now(task, place)) else []
    if kept_since is not None:
        said.append(f"from the library of {words.moment(kept_since)}")
    until = task.link_expires if task and task.succeeded else None
    if until is not None:
        over = until <= datetime.now(UTC)
        said.append(f"link {'expired' if over else 'works until'} {words.moment(until)}")
    return said


def _place_now(task: Task | None, place: str) -> str:
    return place if task is None or task.is_queued else ""


def parameters(prompt: Prompt) -> list[str]:
    """Return each parameter as it is understood: "ar 16:9", "raw", "no text, frame"."""
    return [_parameter(name, value) for name, value in prompt.parameters.items()]


def _parameter(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return name
    values = value if isinstance(value, tuple) else (value,)
    # What services sign is long, and says nothing of what is behind it; the prompt itself has it.
    said = ("picture" if is_address(each) and len(each) > _LONG else each for each in values)
    return one_line(f"{name} {', '.join(said)}", 60)


def _milliseconds(moment: float | None) -> float | None:
    return None if moment is None else moment * 1000
