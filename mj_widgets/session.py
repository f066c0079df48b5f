"""One service ready to use: its settings, its client, its follower, and what was pressed there."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from getpass import getpass
from typing import TYPE_CHECKING, Any

from mj_widgets import background
from mj_widgets.client import Client
from mj_widgets.errors import ImageError, MjError, Unauthorized
from mj_widgets.following import Follower, Following, Listener, Update
from mj_widgets.images import Picture, encode_jpeg, encode_png, previews, shrink, split_grid
from mj_widgets.models import Submission, Task
from mj_widgets.transport import Token

if TYPE_CHECKING:
    from mj_widgets.buttons import Button
    from mj_widgets.sandbox import Sandbox
    from mj_widgets.transport import Auth

DMX_HOST = "www.dmxapi.cn"
_KEYRING_SERVICE = "mj-widgets"
_MOST_VIDEOS = 4
_PICTURES_AT_ONCE = 4


@dataclass(frozen=True)
class Result:
    """What a finished task shows."""

    task: Task
    pictures: tuple[Picture, ...] = ()
    """The files as they were served: one, or up to four videos."""
    previews: tuple[bytes, ...] = field(default=(), repr=False)
    """Small JPEG copies in reading order; () for a video or a text."""

    @property
    def is_grid(self) -> bool:
        """True when the picture is four in one."""
        return len(self.previews) == 4


class Session:
    """A service and everything that is known about it in this process.

    Args:
        base_url: host or URL of the service.
        token: the key.
        auth: see ``Client``.

    Coroutines and the follower belong on the background thread: hand them to ``background.start``.
    """

    def __init__(self, base_url: str, token: str, auth: Auth = "auto") -> None:
        token = Token(token)
        self.client = Client(base_url, token, auth)
        self.ids_seen: dict[str, None] = {}
        """The tasks shown so far, newest last."""
        self._follower = Follower(self.client)
        self._sending: dict[tuple[str, str], asyncio.Task[Submission]] = {}
        # A picture of 100 megapixels takes 300 MB to decode: only a few at a time.
        self._pictures = asyncio.Semaphore(_PICTURES_AT_ONCE)
        self._children: dict[tuple[str, str], Submission] = {}
        background.at_end(self.client.close)

    def __repr__(self) -> str:
        return f"Session({self.client.root!r})"

    def follow(
        self,
        task_id: str,
        listener: Listener,
        *,
        interval: float | None = None,
        is_new: bool = False,
    ) -> Following:
        """See ``Follower.follow``; on the background thread only."""

        def tell(update: Update) -> None:
            if update.task is not None:
                self.ids_seen.pop(task_id, None)
                self.ids_seen[task_id] = None
                self._forget_failed(update.task)
            listener(update)

        return self._follower.follow(task_id, tell, interval=interval, is_new=is_new)

    async def press(self, task: Task, button: Button) -> Submission:
        """Send a press of *button*, once.

        While it is being sent, a further press gets the same answer. A U that was pressed before
        answers with its known task, unless that failed: the picture would be the same, and some
        servers refuse.

        Raises:
            MjError: it was refused, or ``ServiceUnavailable.maybe_sent``.
        """
        key = (task.id, button.custom_id or button.name)
        if button.picks_quadrant and key in self._children:
            return self._children[key]
        if key not in self._sending:
            self._sending[key] = asyncio.create_task(self._submit(task, button))
            self._sending[key].add_done_callback(lambda _: self._sending.pop(key, None))
        submission = await asyncio.shield(self._sending[key])
        if submission.task_ids and not submission.needs_modal:
            self._children[key] = submission
        return submission

    def _forget_failed(self, child: Task) -> None:
        if child.is_final and not child.succeeded:
            self._children = {
                key: known
                for key, known in self._children.items()
                if child.id not in known.task_ids
            }

    def was_pressed(self, task: Task, button: Button) -> bool:
        """Tell whether *button* was pressed here before."""
        return (task.id, button.custom_id or button.name) in self._children

    async def result(self, task: Task) -> Result:
        """Return what a task that succeeded shows, downloaded and checked.

        Where the link has died, the task is asked once for a fresh one.

        Raises:
            ImageError: there is no picture, or it cannot be had or decoded.
        """
        try:
            return await self._download(task)
        except ImageError as error:
            if task.kind == "text":  # its picture is only the one that was described
                return Result(task)
            if not error.expired:
                raise
            fresh = await self.client.fetch(task.id)
            if _links(fresh) == _links(task):
                raise
            return await self._download(fresh)

    async def preview(self, task: Task, side: int) -> tuple[bytes, float] | None:
        """Return a small JPEG of a running task's half-done picture and its width over height.

        None where there is none.

        Nothing depends on it, so that a picture that cannot be had is no error.
        """
        if not task.image_url or task.kind == "text":
            return None
        try:
            async with self._pictures:
                data = await self.client.download(task.image_url, attempts=1)
                return await asyncio.to_thread(_preview, data, side)
        except MjError:
            return None

    async def _download(self, task: Task) -> Result:
        links = _links(task)
        if not links and task.kind == "text":
            return Result(task)
        if not links:
            raise ImageError(
                "The task succeeded, but the service names no picture",
                advice="Try again: the task is asked once more.",
            )
        async with self._pictures:
            files = await asyncio.gather(*map(self.client.download, links))
            return await asyncio.to_thread(_result, task, files)

    async def _submit(self, task: Task, button: Button) -> Submission:
        if button.change:
            action, quadrant = button.change
            submission = await self.client.submit_change(task.id, action, quadrant)
        else:
            submission = await self.client.submit_action(task.id, button.custom_id)
        # trueai answers a bookmark with the task itself: there is nothing new to follow.
        ids = tuple(i for i in submission.task_ids if i != task.id)
        return submission.model_copy(update={"task_ids": ids})


def full_size(picture: Picture, quadrant: int | None) -> tuple[str, bytes]:
    """Return the media type and bytes to show someone who zooms: the file itself, or a quadrant.

    Args:
        picture: the file.
        quadrant: 1 to 4 for one picture of a grid (sent as PNG, pixel for pixel), else None.
    """
    if quadrant is None:
        return picture.mime, picture.data
    return "image/png", encode_png(split_grid(picture.decode())[quadrant - 1])


def _links(task: Task) -> tuple[str, ...]:
    if task.video_urls:
        return task.video_urls[:_MOST_VIDEOS]
    return (task.image_url,) if task.image_url else ()


def _result(task: Task, files: list[bytes]) -> Result:
    pictures = tuple(map(Picture.from_bytes, files))
    first = pictures[0]
    if first.format == "mp4":
        return Result(task, pictures)
    split = task.kind == "grid" and not first.moves
    return Result(task, pictures, previews(first, split=split))


def _preview(data: bytes, side: int) -> tuple[bytes, float]:
    image = Picture.from_bytes(data).decode()
    return encode_jpeg(shrink(image, side), quality=75), image.width / image.height


_default: Session | None = None
_sandbox: Sandbox | None = None


def configure(
    base_url: str | None = None, token: str | None = None, auth: Auth = "auto"
) -> Session:
    """Choose the service that everything uses from now on, and return it as a ``Session``.

    Args:
        base_url: host or URL, such as ``www.dmxapi.cn``; "sandbox" starts the offline service in
            this process. Default: the variable MJ_API_URL, or DMXAPI where only DMX_API_TOKEN
            is set.
        token: the key. Default: the variable MJ_API_TOKEN, then DMX_API_TOKEN. "" for a server
            that needs none.
        auth: "bearer", "secret" (header ``mj-api-secret``), or "auto" to find it out.

    Raises:
        Unauthorized: no token is known.

    >>> configure("sandbox")                            # doctest: +SKIP
    Session('http://127.0.0.1:45123/mj')
    """
    global _default
    token = None if token is None else Token(token)
    _default = _from_settings(base_url, token, auth)
    return _default


def session() -> Session:
    """Return the default session, made from the environment when none was configured.

    Raises:
        Unauthorized: no token is known.
    """
    return _default or configure()


def ids_seen() -> list[str]:
    """Return the ids of the tasks shown so far, newest first."""
    return list(reversed(_default.ids_seen)) if _default else []


def login(base_url: str | None = None, *, keyring: bool = False) -> Session:
    """Ask for the token without showing it, and use it from now on.

    Args:
        base_url: the service; default as in ``configure``, else DMXAPI.
        keyring: keep the token in the system's keyring, and take it from there next time
            (``pip install "mj-widgets[keyring]"``). Otherwise it stays in memory only. A stored
            one is replaced after ``keyring del mj-widgets ADDRESS`` in a terminal.
    """
    address = base_url or os.environ.get("MJ_API_URL") or DMX_HOST
    token = _from_keyring(address) if keyring else None
    if token is None:
        token = Token(getpass(f"Token for {address}: ").strip())
        if keyring and token:
            _to_keyring(address, token)
    if not token:
        raise Unauthorized("No token was given")
    return configure(address, token)


def _from_settings(base_url: str | None, token: str | None, auth: Auth) -> Session:
    address = base_url or os.environ.get("MJ_API_URL") or ""
    if address == "sandbox":
        return Session(_start_sandbox(), token or "sandbox", auth)
    dmx_token = _token_from("DMX_API_TOKEN")
    if token is None:
        token = _token_from("MJ_API_TOKEN")
        if token is None and dmx_token is not None:
            token, address = dmx_token, address or DMX_HOST
    if token is None:
        raise Unauthorized(
            "No token is set",
            advice="Set the variable MJ_API_TOKEN, call mj.login(), "
            'or try it offline with mj.configure("sandbox").',
        )
    if not address:
        raise MjError(
            "No service is set",
            advice=f'Set the variable MJ_API_URL, or call mj.configure("{DMX_HOST}").',
        )
    return Session(address, token, auth)


def _token_from(variable: str) -> Token | None:
    token = os.environ.get(variable)
    return None if token is None else Token(token)


def _start_sandbox() -> str:
    """Start the offline service once in this process; tasks made there live as long as it does."""
    global _sandbox
    if _sandbox is None:
        from mj_widgets.sandbox import Sandbox

        _sandbox = Sandbox()
        background.run(_sandbox.start())
        background.at_end(_sandbox.stop)
    return _sandbox.url


def _keyring() -> Any:
    try:
        import keyring
    except ImportError:
        raise MjError(
            "The keyring package is not installed",
            advice='Run: pip install "mj-widgets[keyring]"',
        ) from None
    return keyring


def _from_keyring(address: str) -> Token | None:
    token = _keyring().get_password(_KEYRING_SERVICE, address)
    return None if token is None else Token(token)


def _to_keyring(address: str, token: str) -> None:
    _keyring().set_password(_KEYRING_SERVICE, address, token)
