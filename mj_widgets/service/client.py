"""The HTTP API of the midjourney-proxy family, as coroutines."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar, get_args
from urllib.parse import quote

from mj_widgets.errors import (
    BadReply,
    Forbidden,
    MjError,
    ServiceUnavailable,
    TaskNotFound,
    Unauthorized,
    even_unmade,
)
from mj_widgets.models import Submission, Task
from mj_widgets.service import downloads, replies
from mj_widgets.service.addresses import api_root, wrong_ending
from mj_widgets.service.balance import Balance, balance_of
from mj_widgets.service.order import UPLOADS, Order
from mj_widgets.service.retry import retried, together
from mj_widgets.service.token import Token
from mj_widgets.service.transport import Auth, Transport

if TYPE_CHECKING:
    from mj_widgets.service.reply import Reply

_T = TypeVar("_T")
_log = logging.getLogger(__name__)
_BATCH = 100
_AT_ONCE = 8
_MAYBE_SENT = "It may have been submitted: look at the service before you press again."


class Client:
    """Asks one service about tasks, sends presses, downloads pictures.

    Args:
        base_url: host or URL; ``/mj`` is added unless it ends in it (``www.dmxapi.cn`` means
            ``https://www.dmxapi.cn/mj``, ``https://host/mj-fast/mj`` is taken as it is). What
            people paste with it, such as ``/v1/chat/completions``, is left out, and a line in
            the log says so.
        token: the key; "" for a server that needs none.
        auth: "bearer", "secret" or "auto" (Bearer, then ``mj-api-secret`` if that is refused).
        offline: send nothing at all; every request raises ``Offline``.

    >>> async with Client("www.dmxapi.cn", token) as client:    # doctest: +SKIP
    ...     task = await client.fetch("1747132423020537")

    Requests that only ask are tried up to four times in about ten seconds, with jittered
    back-off, and wait as long as ``Retry-After`` says. A submission is sent once: when its answer
    is lost or unclear, ``ServiceUnavailable.maybe_sent`` is True and it is for a person to look.
    """

    def __init__(
        self, base_url: str, token: str = "", auth: Auth = "auto", *, offline: bool = False
    ) -> None:
        # Checked here, because a traceback from deeper down would show the token's variable.
        if not isinstance(base_url, str) or not isinstance(token, str):
            raise MjError("base_url and token have to be text")
        if auth not in get_args(Auth):
            raise MjError(f"auth is one of {', '.join(get_args(Auth))}, not {auth!r}")
        token = Token(token)  # a traceback shows what this function was called with
        self._transport = Transport(api_root(base_url), token, auth, offline=offline)
        if ending := wrong_ending(base_url):
            _log.warning("“%s” at the end of base_url is left out: it is %s.", ending, self.root)
        self._lists: bool | None = None
        self._has_no_list = False
        self._list_failed = False
        self._doubts = 0
        self._when_online: list[Callable[[], None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @even_unmade
    def __repr__(self) -> str:
        return f"Client({str(self._transport.root)!r})"

    @property
    def root(self) -> str:
        """The address that every request is below."""
        return str(self._transport.root)

    @property
    def offline(self) -> bool:
        """True while nothing at all is sent; it may be set."""
        return self._transport.offline

    @offline.setter
    def offline(self, offline: bool) -> None:
        was_offline, self._transport.offline = self._transport.offline, offline
        if was_offline and not offline:
            for call in self._when_online:
                call()

    def stay_offline(self, what: str, advice: str) -> None:
        """Send nothing at all, and say why whenever something is asked."""
        self._transport.offline, self._transport.why_offline = True, (what, advice)

    def require_online(self) -> None:
        """Raise ``Offline`` while nothing at all is sent."""
        self._transport.require_online()

    def when_online(self, call: Callable[[], None]) -> None:
        """Have *call* called whenever requests are let out again, on the thread that does so."""
        self._when_online.append(call)

    @property
    def can_list(self) -> bool | None:
        """Whether the service answers for many tasks at once; None until it was tried."""
        return self._lists

    async def close(self) -> None:
        """Close the connections, for good: whatever is asked from then on is an ``MjError``."""
        await self._transport.close()

    async def fetch(self, task_id: str, *, attempts: int = 4) -> Task:
        """Return the task as it stands now.

        Raises:
            TaskNotFound: the service does not know it.
            MjError: any other error, after up to *attempts* tries where a further one might help.
        """
        path = f"task/{quote(task_id, safe='')}/fetch"

        async def ask() -> Task:
            return replies.read_task(await self._transport.get(path), task_id)

        task = await retried(ask, attempts)
        self._answered()
        return task

    async def fetch_many(self, ids: Iterable[str], *, attempts: int = 4) -> dict[str, Task]:
        """Return the tasks that the service knows, by id; unknown ids are missing.

        One request for up to a hundred where the service has ``task/list-by-condition``; single
        requests, eight at a time, where it has not. Which it is, is found out once.
        """
        wanted = list(dict.fromkeys(ids))
        found = await self.fetch_listed(wanted, attempts=attempts) if len(wanted) > 1 else None
        return await self._fetch_singly(wanted, attempts) if found is None else found

    async def fetch_listed(
        self, ids: Iterable[str], *, attempts: int = 4
    ) -> dict[str, Task] | None:
        """Return the tasks that the service lists, by id; None where it answers for one at a time.

        One request for up to a hundred.
        """
        wanted, found = list(dict.fromkeys(ids)), dict[str, Task]()
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            tasks = await retried(partial(self._list, batch), attempts)
            if tasks is None:
                return None
            found.update((task.id, task) for task in tasks if task.id in batch)
        return found

    async def listed_by_echo(self) -> dict[str, list[Any]] | None:
        """Return the service's own list of tasks, as JSON, by the *echo* that each was sent with.

        One request. None where the service has no such list, which is found out once.
        trueai-org/midjourney-proxy lists the latest hundred, novicezk's and plus all there are.

        Raises:
            MjError: it could not be asked just now.
        """
        if self._has_no_list:
            return None
        try:
            reply = await self._transport.get("task/list")
            # Some gateways show their start page wherever there is nothing else.
            self._has_no_list = reply.is_page and reply.status == 200
            return None if self._has_no_list else replies.read_echoes(reply)
        except MjError as error:
            is_passing = error.may_pass or isinstance(error, Unauthorized)
            if is_passing or not _says_no_such_endpoint(error):
                raise
            self._has_no_list = True
            return None

    async def send(self, order: Order, *, echo: str = "") -> Submission:
        """Send an order once; a modal that the service opens is left to the caller.

        Args:
            order: what is sent.
            echo: what the service is to repeat in its list of tasks (its field ``state``).

        >>> await client.send(orders.imagine("a red fox"))      # doctest: +SKIP

        Raises:
            QueueFull, QuotaExceeded, PromptRejected, TaskNotFound: nothing was submitted.
            ServiceUnavailable: no clear answer; see ``maybe_sent``.
        """
        body = await asyncio.to_thread(lambda: order.body) if order.compose else order.body
        state = {"state": echo} if echo and order.starts_task else {}
        submission = await self.submit(order.path, body | state)
        if order.starts_task and not submission.task_ids:
            raise ServiceUnavailable(
                "The service took it, but names no task",
                words=submission.no_id or submission.description,
                maybe_sent=True,
                may_pass=False,
                advice=_MAYBE_SENT,
            )
        return submission

    async def upload(self, pictures: Iterable[str]) -> list[str]:
        """Put pictures up at the service and return their addresses, in their order. Sent once.

        Args:
            pictures: data URLs.

        Raises:
            MjError: they were not put up; with ``maybe_sent`` where no answer tells, and
                ``not_offered`` where the service takes none.
        """
        body = {"base64Array": list(pictures)}
        return await self._post_once(UPLOADS, body, replies.read_upload)

    async def cancel(self, task_id: str) -> None:
        """Cancel a task that has not ended, where the service lets its users do so. Sent once.

        Raises:
            ServiceUnavailable: with ``maybe_sent`` where it may have been cancelled.
            MjError: it does not; the task goes on.
        """
        try:
            path = f"task/{quote(task_id, safe='')}/cancel"
            await self._post_once(path, {}, replies.read_cancel)
        except MjError as error:
            error.advice = (
                "It may have been cancelled." if error.maybe_sent else "The task goes on."
            )
            raise

    async def image_seed(self, task_id: str) -> str:
        """Return the seed of a finished task, digits.

        Raises:
            MjError: the service does not tell it.
        """
        path = f"task/{quote(task_id, safe='')}/image-seed"

        async def ask() -> str:
            return replies.read_seed(await self._transport.get(path, "seed"))

        return await retried(ask, 2)

    async def balance(self) -> Balance:
        """Return what is left to spend, or why that is not told; nothing is raised."""
        return await balance_of(self._transport)

    async def submit(self, path: str, payload: dict[str, Any]) -> Submission:
        """Send a submission once, to any endpoint below the root.

        Raises:
            ServiceUnavailable: with ``maybe_sent`` where the answer does not tell whether the
                service took it: none, a 5xx, a web page, half a JSON.
            MjError: any other error; nothing was submitted.
        """
        return await self._post_once(path, payload, replies.read_submission)

    async def _post_once(
        self, path: str, payload: dict[str, Any], read: Callable[[Reply], _T]
    ) -> _T:
        try:
            return read(await self._transport.post(path, payload, "submission"))
        except (BadReply, ServiceUnavailable) as error:
            if not _may_be_taken(error):
                error.advice = f"Nothing was submitted. {error.advice}"
                raise
            raise ServiceUnavailable(
                error.what,
                status=error.status,
                words=error.words,
                maybe_sent=True,
                may_pass=False,
                advice=_MAYBE_SENT,
            ) from None

    async def download(self, url: str, *, attempts: int = 3) -> bytes:
        """Return the bytes behind a picture's link, exactly as they are served.

        Raises:
            ImageError: it cannot be had; ``expired`` tells whether a fresh link may help.
        """
        return await retried(lambda: downloads.download(self._transport, url), attempts)

    def _answered(self) -> None:
        """Note that the service answers about one task: twice after a failed list proves that."""
        self._doubts += self._list_failed
        self._list_failed = False
        if self._lists is None and self._doubts > 1:
            self._lists = False

    async def _list(self, ids: list[str]) -> list[Task] | None:
        """Ask once for up to a hundred tasks; None where the service seems to have no lists."""
        if self._lists is False:
            return None
        try:
            reply = await self._transport.post("task/list-by-condition", {"ids": ids}, "poll")
            tasks = replies.read_tasks(reply)
        except MjError as error:
            if self._lists or not _says_no_such_endpoint(error):
                raise
            # What may be an outage proves nothing; see _answered.
            self._list_failed = error.may_pass or isinstance(error, Unauthorized)
            self._lists = None if self._list_failed else False
            return None
        self._lists = True
        return tasks

    async def _fetch_singly(self, ids: list[str], attempts: int) -> dict[str, Task]:
        left = iter(ids)
        found: dict[str, Task] = {}

        async def ask() -> None:
            for task_id in left:  # whoever fails asks for no further one, and lets nobody else
                with suppress(TaskNotFound):
                    found[task_id] = await self.fetch(task_id, attempts=attempts)

        await together(ask() for _ in range(min(_AT_ONCE, len(ids))))
        return {task_id: found[task_id] for task_id in ids if task_id in found}


def _says_no_such_endpoint(error: MjError) -> bool:
    """Tell a service that may have no list from one that cannot be reached.

    A gateway in front of a server without it may answer 4xx, 5xx, or its start page.
    """
    if isinstance(error, ServiceUnavailable):
        return error.status is not None
    refusals = (BadReply, Forbidden, TaskNotFound, Unauthorized)
    return isinstance(error, refusals) or type(error) is MjError


def _may_be_taken(error: MjError) -> bool:
    """Tell whether the service may have taken the submission that it answered like this."""
    if isinstance(error, BadReply):
        return error.status is None or error.status < 300  # beyond, it was turned away
    return error.maybe_sent
