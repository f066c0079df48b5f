"""One submission: where it is sent, what, and what has to be brought before."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from mj_widgets.errors import MjError
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.pictures.disk import digest
from mj_widgets.pictures.images import bytes_in, data_url

TO_MODAL, UPLOADS = "submit/modal", "submit/upload-discord-images"
_BOOKMARK = "MJ::BOOKMARK"
_ALONE, _SEVERAL = ("base64", "sourceBase64", "targetBase64"), "base64Array"
_SHOWN_FILE = re.compile(r"\bpicture:(\d+)\b")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Order:
    """One submission: where it is sent, and what."""

    path: str
    """Below the service's root."""
    payload: dict[str, Any] = field(repr=False)
    """As it was given: a picture is a data URL or an address."""
    parent: str = ""
    """The task whose button it is, or ""."""
    button: str = ""
    """The button's name, or ""."""
    modal_answer: ModalAnswer | None = None
    """What is to be answered where the service asks in a modal first."""
    meant: dict[str, Any] | None = field(default=None, repr=False, compare=False)
    """What makes it the same order as another one, where the payload's bytes do not tell."""
    copy: int = 1
    """Which of several equal ones it is, each of which is to be sent: from 1."""
    compose: Callable[[dict[str, Any]], dict[str, Any]] | None = field(
        default=None, repr=False, compare=False
    )
    """Makes what is sent of the payload, whose picture at an address is here then; in a thread."""
    files: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Pictures as data URLs, by the names that stand for them in the prompt: ``upload:SHA256``.
    They are uploaded before it is sent."""
    instead: Callable[[Order], Order] | None = field(default=None, repr=False, compare=False)
    """Makes of it what is sent where the service does not have the path."""
    without: str = field(default="", repr=False, compare=False)
    """What there is to do where it has neither, there is nothing to send instead, or the service
    refuses it without saying what to do."""
    downloaded: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Pictures as data URLs, by their address: a second try needs no second download."""
    uploaded: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Where the service has put the files, by the names that stand for them."""

    @property
    def addresses(self) -> list[str]:
        """Where pictures have to be downloaded from before it can be sent."""
        alone = [*_ALONE, "image"] if self.compose else _ALONE
        pictures = [*map(self.payload.get, alone), *self.payload.get(_SEVERAL, ())]
        return [url for url in pictures if url and not url.startswith("data:")]

    @property
    def body(self) -> dict[str, Any]:
        """What is sent: the payload, with what was downloaded and uploaded in its place.

        Raises:
            MjError: it cannot be made of what was downloaded.
        """
        body = {name: self._brought(value) for name, value in self.payload.items()}
        prompt = body.get("prompt")
        for name, address in self.uploaded.items():
            prompt = prompt and prompt.replace(name, address)
        if prompt is not None:
            body["prompt"] = prompt
        return self.compose(body) if self.compose else body

    @property
    def starts_task(self) -> bool:
        """True where an answer without a task's id leaves open what was taken.

        A modal's task is known before, and a bookmark starts none.
        """
        custom_id = str(self.payload.get("customId") or "")
        return not self.answers and not custom_id.startswith(_BOOKMARK)

    @property
    def identity(self) -> dict[str, Any]:
        """What makes it the same order as another one with this path.

        A picture at an address is its address: what was sent is known when the link has died.
        """
        same = self.payload if self.meant is None else self.meant
        if self.copy > 1:
            return {**same, "copy": self.copy}
        if self.modal_answer is None:
            return same
        # The name under which libraries have it since the first release.
        return {**same, "window": modal_fields(self.modal_answer)}

    @property
    def answers(self) -> str:
        """The task whose modal it answers, or ""."""
        return str(self.payload["taskId"]) if self.path == TO_MODAL else ""

    @property
    def needed(self) -> dict[str, str]:
        """The files that its prompt names, by these names."""
        prompt = str(self.payload.get("prompt") or "")
        return {name: picture for name, picture in self.files.items() if name in prompt}

    @property
    def shown_prompt(self) -> str:
        """The prompt for people: a file in it is ``picture:1``, not 64 digits."""
        prompt = str(self.payload.get("prompt") or "")
        for number, name in enumerate(self.files, 1):
            prompt = prompt.replace(name, f"picture:{number}")
        return prompt

    def with_prompt(self, prompt: str) -> Order:
        """Return the same order with another prompt, in which files are as in ``shown_prompt``."""
        names = dict(enumerate(self.files, 1))
        named = _SHOWN_FILE.sub(lambda shown: names.get(int(shown[1]), shown[0]), prompt)
        meant = None if self.meant is None else {**self.meant, "prompt": named}
        return replace(self, payload={**self.payload, "prompt": named}, meant=meant)

    def _brought(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._brought(item) for item in value]
        return self.downloaded.get(value, value) if isinstance(value, str) else value


def file_name(picture: str) -> str:
    """Return the name that stands for a picture (a data URL) in a prompt, until it is uploaded."""
    data = bytes_in(picture)
    return f"upload:{digest(data)}"


def one_of(name: str, given: _T, possible: Sequence[_T]) -> _T:
    """Return *given*.

    Raises:
        MjError: it is not one of those that are possible.
    """
    if isinstance(given, bool) or given not in possible:
        allowed = ", ".join(map(str, possible))
        raise MjError(f"{name} is one of {allowed}, not {given!r}")
    return given


def modal_fields(given: ModalAnswer) -> dict[str, Any]:
    """Return what is sent of the answer to a modal."""
    mask = {} if given.mask is None else {"maskBase64": data_url("image/png", given.mask)}
    return {"prompt": given.prompt, **mask}
