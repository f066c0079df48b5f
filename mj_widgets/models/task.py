"""What a task is, whoever of the family describes it.

The servers agree on little: fields are null, missing, empty or of another type, times are seconds
or milliseconds, lists may be JSON in a string, the whole may be wrapped in ``data``. Everything
here takes what it can read and leaves the rest in ``raw``; no field can make parsing fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from sys import intern
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
)

from mj_widgets.errors import MjError, even_unmade, one_line
from mj_widgets.models.button import Button, numbered
from mj_widgets.models.envelope import task_in
from mj_widgets.models.ids import id_of
from mj_widgets.models.kind import Kind, kind_of, numbered_texts
from mj_widgets.models.packed import Packed, packed, unpacked
from mj_widgets.models.status import Status, is_final, is_waiting, own_word, status_of
from mj_widgets.models.urls import result_urls, signed_until, steady
from mj_widgets.models.values import (
    first_of,
    integer_of,
    list_of,
    mapping_of,
    percent_of,
    sentence_of,
    text_of,
    time_of,
)

# Discord has 25 in a message (its documentation, "Action Row"); what is behind stays in ``raw``.
_MOST_BUTTONS = 100
# Of pictures 24 (a draft of V8.1), of films four are the most that Midjourney makes at once.
_MOST_PARTS = (24, 4)
# trueai-org/midjourney-proxy, TaskController.Cancel
_CANCELLED = "取消任务"


def _button(item: object) -> Button | None:
    raw = mapping_of(item)
    button = Button(
        custom_id=text_of(raw.get("customId") or raw.get("custom_id")),
        label=intern(text_of(raw.get("label")).strip()),
        emoji=intern(text_of(raw.get("emoji")).strip()),
        type=integer_of(raw.get("type", 2)),
        style=integer_of(raw.get("style", 2)),
    )
    return button if button.custom_id or button.label or button.emoji else None


def _buttons(value: object) -> tuple[Button, ...]:
    items = value if isinstance(value, tuple) else list_of(value)[:_MOST_BUTTONS]
    return tuple(
        button for item in items if (button := item if isinstance(item, Button) else _button(item))
    )


def _shared(value: object) -> str:
    """Return a text that stands once in memory: a variation has its parent's prompt."""
    return intern(text_of(value))


def _reason(value: object) -> str:
    return intern(sentence_of(value))


def _packed(mapping: dict[str, Any], info: ValidationInfo) -> Packed | dict[str, Any]:
    return packed(mapping, is_json=bool(info.context))


_Id = Annotated[str, BeforeValidator(id_of)]
_Shared = Annotated[str, BeforeValidator(_shared)]
_Mapping = Annotated[
    dict[str, Any],
    BeforeValidator(mapping_of),
    AfterValidator(_packed),
    PlainSerializer(unpacked, return_type=dict[str, Any]),
]
_Time = Annotated[datetime | None, BeforeValidator(time_of)]


class Task(BaseModel):
    """One task as the service last described it.

    >>> task = Task.parse('{"id": "17", "status": "IN_PROGRESS", "progress": "46%"}')
    >>> task.status, task.progress, task.is_final
    (<Status.IN_PROGRESS: 'IN_PROGRESS'>, 46, False)
    """

    model_config = ConfigDict(frozen=True)
    # Beside the fields: what was found out is in no copy, comparison or row of a table.
    __slots__ = ("_kind",)

    id: _Id = ""
    """The service's id: digits, a UUID or another word, never a number; "" for what is none."""
    action: _Shared = ""
    """IMAGINE, UPSCALE, VARIATION, ...; servers disagree, so ``kind`` does not rely on it."""
    status: Annotated[Status | str, BeforeValidator(status_of)] = Field(
        default="", union_mode="left_to_right"
    )
    """A ``Status``, or the service's own word; "" right after a submission to a gateway."""
    progress: Annotated[int | None, BeforeValidator(percent_of)] = None
    """0 to 100, None when the service does not tell."""
    prompt: _Shared = ""
    prompt_en: _Shared = ""
    """The prompt as it was translated for Midjourney."""
    description: _Shared = ""
    image_url: str | None = None
    """Where the picture (or the preview of a running task) is; None when there is none.

    The first of ``image_urls`` where no file has them all.
    """
    image_urls: tuple[str, ...] = ()
    """The single pictures of a grid, on servers that offer them; () for one picture alone.

    In the order of their numbers; "" for one whose link the server leaves out.
    """
    video_urls: tuple[str, ...] = ()
    """The films: the one that was picked, or all of them, as ``image_urls``; no sheet."""
    buttons: Annotated[tuple[Button, ...], BeforeValidator(_buttons)] = ()
    """In the service's order."""
    submit_time: _Time = None
    start_time: _Time = None
    finish_time: _Time = None
    fail_reason: Annotated[str, BeforeValidator(_reason)] = ""
    """The sentence in the service's reason; it may stand there although the task did not fail."""
    properties: _Mapping = Field(default_factory=dict, repr=False)
    raw: _Mapping = Field(default_factory=dict, repr=False)
    """Everything the service sent, unwrapped and otherwise untouched: a copy of your own."""

    @even_unmade
    def __repr__(self) -> str:
        done = "" if self.progress is None else f" {self.progress} %"
        words = [self.action, str(self.status) + done, repr(one_line(self.prompt, 60))]
        return one_line(f"<Task {self.id}: {', '.join(word for word in words if word)}>")

    __str__ = __repr__

    @classmethod
    def parse(cls, reply: Mapping[str, Any] | list[Any] | str | bytes) -> Task:
        """Return the task in an answer of the family: a mapping, JSON text, or a list with it.

        Raises:
            BadReply: there is no task in it.
        """
        raw = task_in(reply)
        buttons = _buttons(raw.get("buttons"))
        links = result_urls(raw, text_of(first_of(raw, "action")), buttons)
        task = cls.model_validate(
            {
                "id": first_of(raw, "mj_id", "id", "taskId", "task_id"),
                "action": first_of(raw, "action"),
                "status": first_of(raw, "status"),
                "progress": first_of(raw, "progress"),
                "prompt": first_of(raw, "prompt"),
                "prompt_en": first_of(raw, "promptEn", "prompt_en"),
                "description": first_of(raw, "description"),
                "image_url": links.picture,
                "image_urls": links.singles,
                "video_urls": links.films,
                "buttons": buttons,
                "submit_time": first_of(raw, "submitTime", "submit_time"),
                "start_time": first_of(raw, "startTime", "start_time"),
                "finish_time": first_of(raw, "finishTime", "finish_time"),
                "fail_reason": first_of(raw, "failReason", "fail_reason"),
                "properties": raw.get("properties"),
                "raw": raw,
            },
            context=isinstance(reply, (str, bytes)),
        )
        # pydantic notes which fields were given in a set of 2 kB; here it is always all of them.
        object.__setattr__(task, "__pydantic_fields_set__", _ALL_FIELDS)
        return task

    @property
    def is_final(self) -> bool:
        """True when nothing will change any more; never for a word that is not known."""
        return is_final(self.status)

    @property
    def succeeded(self) -> bool:
        """True when the work is done."""
        return self.status == Status.SUCCESS

    @property
    def was_cancelled(self) -> bool:
        """True when someone cancelled it; at trueai's servers that is a FAILURE with a reason."""
        if self.status == Status.FAILURE:
            return self.fail_reason.strip() == _CANCELLED
        return self.status == Status.CANCEL

    @property
    def queue_seconds(self) -> float | None:
        """How long it waited before it ran, None when unknown."""
        return _between(self.submit_time, self.start_time)

    @property
    def run_seconds(self) -> float | None:
        """How long it ran, None when unknown or not over."""
        return _between(self.start_time, self.finish_time)

    @property
    def looks_ended(self) -> bool:
        """True for a status that nobody here knows, with all done by what stands beside it."""
        is_known = isinstance(self.status, Status)
        return not is_known and (self.progress == 100 or self.finish_time is not None)

    @property
    def final_prompt(self) -> str:
        """What Midjourney was really given, else the prompt."""
        return text_of(self.properties.get("finalPrompt")) or self.prompt_en or self.prompt

    @property
    def steady_image_url(self) -> str:
        """``image_url`` without the ``?rand=`` that new-api puts on each answer, or "".

        The same picture has the same one; the link to download is ``image_url``.
        """
        return steady(self.image_url or "")

    @property
    def preview_key(self) -> str:
        """What is another one when a running task may have a newer half-done picture."""
        return f"{self.steady_image_url} {self.progress}"

    @property
    def link_expires(self) -> datetime | None:
        """Until when the picture's signed link works, None where it does not say."""
        return signed_until(self.image_url or "")

    @property
    def part_urls(self) -> tuple[str, ...]:
        """The links to the single pictures or films of a result, in the order of their numbers.

        () where one file has all of it.
        """
        parts = self.video_urls or self.image_urls
        return parts[: _MOST_PARTS[bool(self.video_urls)]] if self.kind != "text" else ()

    @property
    def sheet_url(self) -> str:
        """The link to the one picture that shows all of the result, "" where there is none."""
        has_none = self.video_urls or self.image_url in self.part_urls
        return "" if has_none else self.image_url or ""

    @property
    def file_urls(self) -> tuple[str, ...]:
        """The links to all files of the result, in the order in which they are kept."""
        return (*filter(None, (self.sheet_url,)), *self.part_urls)

    @property
    def is_four_in_one(self) -> bool:
        """True where one file is to be cut in four; how any other number stand, nobody tells."""
        return self.kind == "grid" and numbered(self.buttons) in (0, 1, 4)

    @property
    def picture_count(self) -> int:
        """How many pictures or videos its files show, mostly four or one; 0 for texts."""
        if self.kind == "text":
            return 0
        return len(self.part_urls) or (4 if self.is_four_in_one else 1)

    @property
    def parent_id(self) -> str:
        """The task whose button started this one, "" where the service does not say.

        Only trueai's servers do.
        """
        return id_of(self.raw.get("parentId"))

    @property
    def custom_id(self) -> str:
        """The button that started it, "" where the service does not say."""
        # trueai-org/midjourney-proxy, Constants.cs; Java servers with modals call it customId.
        told = (self.raw.get("customId"), *map(self.properties.get, ("customId", "custom_id")))
        return next(filter(None, map(text_of, told)), "")

    @property
    def is_queued(self) -> bool:
        """True while it is accepted, but neither runs nor waits for a person."""
        return is_waiting(self.status)

    @property
    def kind(self) -> Kind:
        """What the result is: "grid" (several pictures), "image", "text" or "video"."""
        kind: Kind | None = getattr(self, "_kind", None)
        if kind is None:  # nobody has asked yet
            kind = kind_of(
                action=self.action,
                buttons=self.buttons,
                picture=self.image_url or "",
                singles=self.image_urls,
                videos=self.video_urls,
                notes=(self.description, text_of(self.properties.get("messageContent"))),
            )
            object.__setattr__(self, "_kind", kind)
        return kind

    @property
    def texts(self) -> tuple[str, ...]:
        """The numbered prompts of a describe or shorten, in order; () for pictures."""
        if self.kind != "text":
            return ()
        places = (text_of(self.properties.get("finalPrompt")), self.prompt_en, self.prompt)
        return numbered_texts(places, is_whole=self.succeeded)


_ALL_FIELDS = set(Task.model_fields)


def _unpacked_field(name: str) -> property:
    return property(lambda task: unpacked(task.__dict__[name]))


# pydantic keeps what is packed; whoever asks for it gets the mapping.
for _name in ("properties", "raw"):
    setattr(Task, _name, _unpacked_field(_name))


class TaskFailed(MjError):
    """The task ended without a result; ``task`` has its last state and the reason."""

    def __init__(self, task: Task) -> None:
        verb = "was cancelled" if task.was_cancelled else "failed"
        words = "" if task.was_cancelled else task.fail_reason or own_word(task.raw.get("status"))
        super().__init__(f"Task {task.id} {verb}", words=words)
        self.task = task


def _between(earlier: datetime | None, later: datetime | None) -> float | None:
    if earlier is None or later is None:
        return None
    return max(0.0, (later - earlier).total_seconds())
