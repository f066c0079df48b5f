"""What a service answers to a submission that it took."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mj_widgets.errors import one_line
from mj_widgets.models.envelope import submit_envelope
from mj_widgets.models.ids import is_task_id, plain_id
from mj_widgets.models.values import decoded, integer_of, mapping_of, number_of, text_of

# As they are written with capitals, lines, and in the plural: taskId, task_ids, TaskID.
_ID_NAMES = ("taskid", "mjid", "jobid", "id", "result", "task")
_ID_PLACES = ("result", "data", "taskid", "mjid", "jobid", "id")
_LONGEST_ODD = 40
_NO_IDS = ("0", "null", "none", "undefined")


class Submission(BaseModel):
    """What the service answered to a submission that it took."""

    model_config = ConfigDict(frozen=True)

    code: int
    """1 accepted, 21 a modal asks first (novicezk: exists already), 22 queued; -1 for no number."""
    task_ids: tuple[str, ...] = ()
    """The tasks to follow: mostly one, none where there is nothing to follow."""
    no_id: str = ""
    """What the service named as a task that cannot be one's id, on one short line."""
    description: str = ""
    """The service's own words."""
    needs_modal: bool = False
    """True when the service waits for a prompt or a mask before it starts."""
    queued: bool = False
    """True when other tasks are ahead."""
    known_since: datetime | None = None
    """When it was sent, where it was sent before and not again; None for one just sent."""
    properties: dict[str, Any] = Field(default_factory=dict, repr=False)

    @model_validator(mode="before")
    @classmethod
    def _part_ids(cls, fields: Any) -> Any:
        """Let no id in that is none, be it from a service or a library."""
        given = fields.get("task_ids") if isinstance(fields, dict) else None
        if not isinstance(given, (list, tuple)):
            return fields
        named = [str(task_id) for task_id in given]
        ids = tuple(filter(is_task_id, named))
        if len(ids) == len(named):
            return fields
        odd = next(task_id for task_id in named if not is_task_id(task_id))
        return {**fields, "task_ids": ids, "no_id": one_line(odd, _LONGEST_ODD)}

    @property
    def uploaded_to(self) -> str:
        """Where a picture was put that was uploaded, "" for all else; see ``of_upload``."""
        return text_of(self.properties.get("uploadedTo"))

    @property
    def stands(self) -> bool:
        """Whether it has come to something, so that the same is not sent again."""
        return bool(self.task_ids or self.uploaded_to) and not self.needs_modal

    @classmethod
    def of_upload(cls, address: str) -> Submission:
        """Return the answer to the upload of one picture."""
        return cls(code=1, properties={"uploadedTo": address})

    @property
    def ahead(self) -> int | None:
        """How many tasks are ahead of a queued one, None where the service does not tell.

        >>> Submission.parse({"code": 1, "description": "In queue, there are 67 tasks ahead"}).ahead
        67
        """
        if not self.queued:
            return None
        told = integer_of(self.properties.get("numberOfQueues"))
        number = re.search(r"\d{1,9}", self.description)
        return told or (int(number[0]) if number else None)

    @classmethod
    def parse(cls, reply: Mapping[str, Any]) -> Submission:
        """Return the submission in an answer ``{code, description, result, properties}``.

        It may be wrapped in ``data``, and the ids may be in objects (``[{"task_id": "17"}]``).
        A gateway turns code 21 and 22 into 1, so words count beside the code
        (QuantumNous/new-api rewrites them; DMXAPI answers 1 with "In queue, there are 67 ...").
        """
        reply = submit_envelope(reply)
        ids = _best(map(_task_ids, _named(reply, _ID_PLACES)))
        number = number_of(reply.get("code"))
        code = int(number) if number is not None else 1 if any(map(is_task_id, ids)) else -1
        description = text_of(reply.get("description") or reply.get("message"))
        properties = mapping_of(reply.get("properties"))
        exists = bool(properties.get("imageUrl")) or "已存在" in description
        words = description.lower()
        return cls(
            code=code,
            task_ids=ids,
            description=description,
            needs_modal=not exists
            and (code == 21 or "window confirm" in words or "窗口等待" in description),
            queued=code == 22
            or bool(integer_of(properties.get("numberOfQueues")))
            or "in queue" in words
            or "排队" in description,
            properties=properties,
        )


def _task_ids(result: object, depth: int = 3) -> tuple[str, ...]:
    result = decoded(result) if depth else None
    if isinstance(result, Mapping):
        return _best(_task_ids(value, depth - 1) for value in _named(result, _ID_NAMES))
    if isinstance(result, list):
        return tuple(dict.fromkeys(i for item in result for i in _task_ids(item, depth - 1)))
    ids = [piece.strip() for piece in plain_id(result).split(",")]
    return tuple(dict.fromkeys(i for i in ids if i and i.lower() not in _NO_IDS))


def _best(places: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return what the first place has that names a task, else what stands where one belongs."""
    told = [place for place in places if place]
    return next((place for place in told if any(map(is_task_id, place))), told[0] if told else ())


def _named(reply: Mapping[str, Any], names: Sequence[str]) -> list[object]:
    """Return the values under *names*, however those are written, in their order."""
    plain: dict[str, Any] = {}
    for key, value in reply.items():
        plain.setdefault(str(key).replace("_", "").lower().removesuffix("s"), value)
    return [plain.get(name) for name in names]
