"""What a task is, whoever of the family describes it.

The servers agree on little: fields are null, missing, empty or of another type, times are seconds
or milliseconds, lists may be JSON in a string, the whole may be wrapped in ``data``. Everything
here takes what it can read and leaves the rest in ``raw``; no field can make parsing fail.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from mj_widgets.buttons import Button, Group
from mj_widgets.errors import BadReply, one_line

Kind = Literal["grid", "image", "text", "video"]


class Status(StrEnum):
    """Where a task stands. A service may also send a word of its own: then it stays a plain str."""

    NOT_START = "NOT_START"
    SUBMITTED = "SUBMITTED"
    MODAL = "MODAL"
    """The service waits for a prompt or a mask."""
    IN_PROGRESS = "IN_PROGRESS"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    CANCEL = "CANCEL"

    @property
    def is_final(self) -> bool:
        """True when nothing will change any more."""
        return self in (Status.SUCCESS, Status.FAILURE, Status.CANCEL)


_IN_WORDS: dict[str, str] = {
    "": "accepted",
    Status.NOT_START: "waiting in the queue",
    Status.SUBMITTED: "submitted",
    Status.MODAL: "waiting for input in a window",
    Status.IN_PROGRESS: "in progress",
    Status.SUCCESS: "done",
    Status.FAILURE: "failed",
    Status.CANCEL: "cancelled",
}


def status_words(status: str) -> str:
    """Return a status for people; a word of the service's own is passed on.

    >>> status_words("IN_PROGRESS"), status_words("WAITING_FOR_GPU")
    ('in progress', 'waiting for gpu')
    """
    return _IN_WORDS.get(status, status.lower().replace("_", " "))


_OTHER_WORDS = {
    "COMPLETED": Status.SUCCESS,
    "FAILED": Status.FAILURE,
    "CANCELLED": Status.CANCEL,
    "CANCELED": Status.CANCEL,
    "PROCESSING": Status.IN_PROGRESS,
    "RUNNING": Status.IN_PROGRESS,
    "QUEUED": Status.NOT_START,
    "PENDING": Status.NOT_START,
}
_SECONDS_BELOW = 1e11
_WRAPPERS = ("data", "result", "task")
_TASK_FIELDS = (
    "id",
    "status",
    "action",
    "progress",
    "imageUrl",
    "image_url",
    "buttons",
    "submitTime",
)


def _text(value: object) -> str:
    if isinstance(value, bool) or value is None or isinstance(value, (Mapping, list)):
        return ""
    # A lone surrogate is legal JSON, but nothing can be sent to a browser or a disk with it.
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _status(value: object) -> Status | str:
    text = _text(value).strip()
    word = text.upper()
    if word in Status.__members__:
        return Status(word)
    return _OTHER_WORDS.get(word, text)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _progress(value: object) -> int | None:
    number = _number(value.strip().removesuffix("%") if isinstance(value, str) else value)
    return None if number is None else round(min(100.0, max(0.0, number)))


def _time(value: object) -> datetime | None:
    number = _number(value)
    try:
        if number is not None:
            seconds = number if number < _SECONDS_BELOW else number / 1000
            return datetime.fromtimestamp(seconds, UTC) if number > 0 else None
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip())
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _from_json(value: object) -> object:
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _list(value: object) -> list[object]:
    value = _from_json(value)
    return value if isinstance(value, list) else []


def _mapping(value: object) -> dict[str, Any]:
    value = _from_json(value)
    return dict(value) if isinstance(value, Mapping) else {}


def _integer(value: object) -> int:
    return int(_number(value) or 0)


def _button(item: object) -> Button | None:
    raw = _mapping(item)
    button = Button(
        custom_id=_text(raw.get("customId") or raw.get("custom_id")),
        label=_text(raw.get("label")).strip(),
        emoji=_text(raw.get("emoji")).strip(),
        type=_integer(raw.get("type", 2)),
        style=_integer(raw.get("style", 2)),
    )
    return button if button.custom_id or button.label or button.emoji else None


def _buttons(value: object) -> tuple[Button, ...]:
    return tuple(button for item in _list(value) if (button := _button(item)))


def _urls(*values: object) -> tuple[str, ...]:
    """Return the addresses in *values*: strings, lists of strings or of ``{"url": ...}``."""
    found: list[str] = []
    for value in values:
        decoded = _from_json(value)
        for item in decoded if isinstance(decoded, list) else [decoded]:
            url = _text(item.get("url")) if isinstance(item, Mapping) else _text(item)
            if (url := url.strip()) and url not in found:
                found.append(url)
    return tuple(found)


_Text = Annotated[str, BeforeValidator(_text)]
_Time = Annotated[datetime | None, BeforeValidator(_time)]


class Task(BaseModel):
    """One task as the service last described it.

    >>> task = Task.parse('{"id": "17", "status": "IN_PROGRESS", "progress": "46%"}')
    >>> task.status, task.progress, task.is_final
    (<Status.IN_PROGRESS: 'IN_PROGRESS'>, 46, False)
    """

    model_config = ConfigDict(frozen=True)

    id: _Text = ""
    """The service's id: digits, a UUID or any other word; never a number."""
    action: _Text = ""
    """IMAGINE, UPSCALE, VARIATION, ...; servers disagree, so ``kind`` does not rely on it."""
    status: Annotated[Status | str, BeforeValidator(_status)] = Field(
        default="", union_mode="left_to_right"
    )
    """A ``Status``, or the service's own word; "" right after a submission to a gateway."""
    progress: Annotated[int | None, BeforeValidator(_progress)] = None
    """0 to 100, None when the service does not tell."""
    prompt: _Text = ""
    prompt_en: _Text = ""
    """The prompt as it was translated for Midjourney."""
    description: _Text = ""
    image_url: str | None = None
    """Where the picture (or the preview of a running task) is; None when there is none."""
    image_urls: tuple[str, ...] = ()
    """The single pictures of a grid, on servers that offer them."""
    video_urls: tuple[str, ...] = ()
    buttons: Annotated[tuple[Button, ...], BeforeValidator(_buttons)] = ()
    """In the service's order."""
    submit_time: _Time = None
    start_time: _Time = None
    finish_time: _Time = None
    fail_reason: _Text = ""
    """The service's reason; it may stand there although the task did not fail."""
    properties: Annotated[dict[str, Any], BeforeValidator(_mapping)] = Field(
        default_factory=dict, repr=False
    )
    raw: dict[str, Any] = Field(default_factory=dict, repr=False)
    """Everything the service sent, unwrapped and otherwise untouched."""

    def __repr__(self) -> str:
        done = "" if self.progress is None else f" {self.progress} %"
        words = [self.action, str(self.status) + done, repr(one_line(self.prompt, 60))]
        return f"<Task {self.id}: {', '.join(word for word in words if word)}>"

    __str__ = __repr__

    @classmethod
    def parse(cls, reply: Mapping[str, Any] | list[Any] | str | bytes) -> Task:
        """Return the task in an answer of the family: a mapping, JSON text, or a list with it.

        Raises:
            BadReply: there is no task in it.
        """
        raw = _unwrap(_decode(reply))
        videos = _urls(*(raw.get(k) for k in ("videoUrl", "video_url", "videoUrls", "video_urls")))
        images = _urls(raw.get("imageUrls"), raw.get("image_urls"))
        names = ("imageUrl", "image_url", "grid_image_url")
        last = ("url", "imageDcUrl")
        main = _urls(*(raw.get(k) for k in names), *images, *(raw.get(k) for k in last))
        return cls.model_validate(
            {
                "id": _first(raw, "mj_id", "id", "taskId", "task_id"),
                "action": _first(raw, "action"),
                "status": _first(raw, "status"),
                "progress": _first(raw, "progress"),
                "prompt": _first(raw, "prompt"),
                "prompt_en": _first(raw, "promptEn", "prompt_en"),
                "description": _first(raw, "description"),
                "image_url": main[0] if main else None,
                "image_urls": images,
                "video_urls": videos,
                "buttons": raw.get("buttons"),
                "submit_time": _first(raw, "submitTime", "submit_time"),
                "start_time": _first(raw, "startTime", "start_time"),
                "finish_time": _first(raw, "finishTime", "finish_time"),
                "fail_reason": _first(raw, "failReason", "fail_reason"),
                "properties": raw.get("properties"),
                "raw": raw,
            }
        )

    @property
    def is_final(self) -> bool:
        """True when nothing will change any more; never for a word that is not known."""
        return isinstance(self.status, Status) and self.status.is_final

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
    def final_prompt(self) -> str:
        """What Midjourney was really given, else the prompt."""
        return _text(self.properties.get("finalPrompt")) or self.prompt_en or self.prompt

    @property
    def steady_image_url(self) -> str:
        """``image_url`` without the ``?rand=`` that new-api puts on each answer, or "".

        The same picture has the same one; the link to download is ``image_url``.
        """
        return (self.image_url or "").split("?rand=")[0]

    @property
    def link_expires(self) -> datetime | None:
        """Until when the picture's signed link works, None where it does not say.

        ``ex`` in the link, unix seconds in hexadecimal (Discord's documentation, "Signed
        Attachment CDN URLs").
        """
        match = _SIGNED_UNTIL.search(self.image_url or "")
        return _time(int(match[1], 16)) if match else None

    @property
    def parent_id(self) -> str:
        """The task whose button started this one, "" where the service does not say.

        Only trueai's servers do.
        """
        return _text(self.raw.get("parentId")).strip()

    @property
    def kind(self) -> Kind:
        """What the result is: "grid" (four pictures in one), "image", "text" or "video"."""
        return kind_of(self)

    @property
    def texts(self) -> tuple[str, ...]:
        """The numbered prompts of a describe or shorten, in order; () for pictures."""
        return numbered_texts(self) if self.kind == "text" else ()


_GRID_ACTIONS = frozenset(
    {
        "IMAGINE",
        "VARIATION",
        "REROLL",
        "BLEND",
        "PAN",
        "OUTPAINT",
        "INPAINT",
        "ZOOM",
        "CUSTOM_ZOOM",
        "HIGH_VARIATION",
        "LOW_VARIATION",
        "EDIT",
        "EDITS",
        "RETEXTURE",
        "PIC_READER",
        "MODAL",
    }
)
_TEXT_ACTIONS = ("DESCRIBE", "SHORTEN")
_VIDEO_ACTIONS = ("VIDEO", "VIDEO_EXTEND", "SWAP_VIDEO_FACE")
# What is offered for one picture alone; at v8 only the variations are left of it.
_SINGLE_GROUPS = (Group.UPSCALE, Group.VARY, Group.ZOOM, Group.ANIMATE)
_VIDEO_FILE = re.compile(r"\.(mp4|webm|mov)(?:$|[?#])", re.IGNORECASE)
# What Discord writes above one picture ("... - Image #2 <@...>", "... - Upscaled (Subtle) by ...")
# and what the Java server notes ("/up 1705310583960676 U2").
_SINGLE_PICTURE = re.compile(r" - (?:Image #\d|Upscaled \()|^/up \S+ U\d")
_SIGNED_UNTIL = re.compile(r"[?&]ex=([0-9a-f]{8})(?:&|$)")
# trueai-org/midjourney-proxy, TaskController.Cancel
_CANCELLED = "取消任务"
_KEYCAP = re.compile(r"(\d)\ufe0f?\u20e3")


def kind_of(task: Task) -> Kind:
    """Tell what a task's result is by its files and buttons first, by its action last.

    Servers name the same work differently: an HD upscale is UPSCALE at new-api and ACTION at
    midjourney-proxy-plus, and the reroll of a single picture is an IMAGINE at trueai's.
    """
    ids = [button.custom_id for button in task.buttons]
    if task.video_urls or _VIDEO_FILE.search(task.image_url or ""):
        return "video"
    action = task.action.upper()
    if any("PicRead" in i or "PromptAnalyzer" in i for i in ids) or action in _TEXT_ACTIONS:
        return "text"
    if any("video_virtual_upscale" in i or "_extend" in i for i in ids):
        return "video"
    if any(button.picks_quadrant for button in task.buttons):
        return "grid"
    if any(b.group in _SINGLE_GROUPS and b.quadrant is None for b in task.buttons):
        return "image"
    if action in _VIDEO_ACTIONS:
        return "video"
    notes = (task.description, _text(task.properties.get("messageContent")))
    if any(_SINGLE_PICTURE.search(note) for note in notes):
        return "image"
    return "grid" if action in _GRID_ACTIONS else "image"


def numbered_texts(task: Task) -> tuple[str, ...]:
    """Return the texts behind 1️⃣, 2️⃣, ... of a describe or shorten.

    They stand in ``properties.finalPrompt``, else in ``promptEn``, else in ``prompt``. The result
    of a server that does not number them is one text.
    """
    places = (_text(task.properties.get("finalPrompt")), task.prompt_en, task.prompt)
    for text in places:
        pieces = _KEYCAP.split(text)[1:]
        if pieces:
            return tuple(piece.strip() for piece in pieces[1::2])
    if task.succeeded and task.kind == "text":
        return tuple(text.strip() for text in places if text.strip())[:1]
    return ()


def task_id_from(text: str) -> str:
    """Return the task id that a person typed or pasted: quotes and blanks around it are dropped.

    Raises:
        ValueError: it cannot be an id; the message is one line for people.
    """
    task_id = text.strip().strip("'\"“”‘’`").strip()
    if re.fullmatch(r"\{.*\}|\$.*", task_id):
        raise ValueError(f"{task_id} is not defined: assign the task id to it first")
    if not task_id:
        raise ValueError("the task id is empty")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.:~-]{0,127}", task_id):
        raise ValueError(f"{one_line(text, 40)!r} is no task id (letters, digits, - _ . : ~)")
    return task_id


class Submission(BaseModel):
    """What the service answered to a submission that it took."""

    model_config = ConfigDict(frozen=True)

    code: int
    """1 accepted, 21 a window is needed (novicezk: exists already), 22 queued; -1 for no number."""
    task_ids: tuple[str, ...] = ()
    """The tasks to follow: mostly one, none where there is nothing to follow."""
    description: str = ""
    """The service's own words."""
    needs_modal: bool = False
    """True when the service waits for a prompt or a mask before it starts."""
    queued: bool = False
    """True when other tasks are ahead."""
    known_since: datetime | None = None
    """When it was sent, where it was sent before and not again; None for one just sent."""
    properties: dict[str, Any] = Field(default_factory=dict, repr=False)

    @classmethod
    def parse(cls, reply: Mapping[str, Any]) -> Submission:
        """Return the submission in an answer ``{code, description, result, properties}``.

        It may be wrapped in ``data``, and the ids may be in objects (``[{"task_id": "17"}]``).
        A gateway turns code 21 and 22 into 1, so words count beside the code
        (QuantumNous/new-api rewrites them; DMXAPI answers 1 with "In queue, there are 67 ...").
        """
        reply = submit_envelope(reply)
        ids = next((ids for key in _ID_PLACES if (ids := _task_ids(reply.get(key)))), ())
        number = _number(reply.get("code"))
        code = int(number) if number is not None else 1 if ids else -1
        description = _text(reply.get("description") or reply.get("message"))
        properties = _mapping(reply.get("properties"))
        exists = bool(properties.get("imageUrl")) or "已存在" in description
        words = description.lower()
        return cls(
            code=code,
            task_ids=ids,
            description=description,
            needs_modal=not exists
            and (code == 21 or "window confirm" in words or "窗口等待" in description),
            queued=code == 22
            or bool(_integer(properties.get("numberOfQueues")))
            or "in queue" in words
            or "排队" in description,
            properties=properties,
        )


_ID_NAMES = ("task_id", "taskId", "id", "result")
_ID_PLACES = ("result", "data", "task_id", "taskId")


def submit_envelope(reply: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a submission with what is in its ``data`` on top."""
    inner = reply.get("data")
    return {**reply, **inner} if isinstance(inner, Mapping) else dict(reply)


def _task_ids(result: object) -> tuple[str, ...]:
    items = result if isinstance(result, list) else [result]
    texts = [_text(_first(i, *_ID_NAMES) if isinstance(i, Mapping) else i) for i in items]
    ids = [piece.strip() for text in texts for piece in text.split(",")]
    return tuple(dict.fromkeys(i for i in ids if i))


def _decode(reply: object) -> object:
    if not isinstance(reply, (str, bytes, bytearray)):
        return reply
    try:
        return json.loads(reply)
    except (ValueError, RecursionError):
        raise BadReply("The answer is not JSON") from None


def _unwrap(reply: object) -> dict[str, Any]:
    """Return the mapping that is the task, out of lists and ``data`` wrappers."""
    for _ in range(4):
        if isinstance(reply, list) and len(reply) == 1:
            reply = reply[0]
        if not isinstance(reply, Mapping):
            break
        if any(field in reply for field in _TASK_FIELDS) and not _wraps_task(reply):
            return dict(reply)
        inner = next((reply[k] for k in _WRAPPERS if isinstance(reply.get(k), (dict, list))), None)
        if inner is None:
            break
        reply = inner
    raise BadReply("There is no task in the answer")


def _wraps_task(reply: Mapping[str, Any]) -> bool:
    """Tell ``{"status": "success", "data": {"status": ...}}`` from a task."""
    inner = reply.get("data")
    inner = inner[0] if isinstance(inner, list) and len(inner) == 1 else inner
    return isinstance(inner, Mapping) and any(field in inner for field in _TASK_FIELDS)


def _first(raw: Mapping[str, Any], *names: str) -> Any:
    return next((raw[name] for name in names if raw.get(name) not in (None, "")), None)


def _between(earlier: datetime | None, later: datetime | None) -> float | None:
    if earlier is None or later is None:
        return None
    return max(0.0, (later - earlier).total_seconds())
