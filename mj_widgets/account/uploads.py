"""Pictures that a prompt names: put up at the service once, known by their SHA-256 after that."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mj_widgets.account import ledger
from mj_widgets.account.ledger import Errand, Written
from mj_widgets.archive import Entry
from mj_widgets.errors import MjError
from mj_widgets.models import Submission
from mj_widgets.models.urls import signed_until
from mj_widgets.service.order import UPLOADS, Order

if TYPE_CHECKING:
    from mj_widgets.account.abilities import Abilities
    from mj_widgets.account.ledger import Ledger
    from mj_widgets.service.client import Client

_AT_ONCE = 5
"""Pictures in one request: of 4 MB each, they stay below the 30 MB that trueai's server reads."""
_A_MOMENT = 0.5
"""Seconds until it is looked again whether another kernel has uploaded a picture."""
_SOON = timedelta(minutes=5)
"""A link that works no longer than that may be dead before Midjourney looks at it."""


class Uploads:
    """Uploads pictures to one service; its coroutines belong on the background thread.

    Args:
        client: the service.
        ledger: where it is noted which picture is at which address.
        abilities: where it is noted that the service takes none.
    """

    def __init__(self, client: Client, ledger: Ledger, abilities: Abilities) -> None:
        self._client, self._ledger, self._abilities = client, ledger, abilities
        self._turn = asyncio.Lock()

    async def bring(self, order: Order, service: str, *, is_checked: bool) -> None:
        """Have all files that an order names at an address that works, and note that in it.

        What is known to be there is not uploaded again.

        Args:
            order: what is to be sent.
            service: where to.
            is_checked: whether the addresses that are noted in it were looked at just now.

        Raises:
            MjError: one cannot be uploaded; the order is not to be sent.
        """
        wanted = [n for n in order.needed if not (is_checked and n in order.uploaded)]
        if not wanted:
            return
        async with self._turn:  # several orders may name the same picture
            # Not for as long as it is open: another kernel's clock may be wrong.
            looks = ledger.OTHERS_TAKE.total_seconds() / _A_MOMENT
            while wanted:
                noted = {
                    name: await self._noted(_errand(name, service), may_wait=looks > 0)
                    for name in wanted
                }
                links = {name: _address(written.entry) for name, written in noted.items()}
                order.uploaded.update((name, link) for name, link in links.items() if link)
                own = {name: written for name, written in noted.items() if written.entry.is_new}
                await self._upload_all(order, own, service)
                if wanted := [name for name in wanted if not links[name] and name not in own]:
                    looks -= 1
                    await asyncio.sleep(_A_MOMENT)

    async def _noted(self, errand: Errand, *, may_wait: bool) -> Written:
        """Return what the journal has of a picture: where it is, or that it is being uploaded.

        Of all kernels that need it at once, one is told to upload it: its entry ``is_new``.

        Args:
            errand: the picture.
            may_wait: whether there is time for a kernel that has begun to upload it.
        """
        known = await self._ledger.find(errand, anyhow=True)
        if known is not None:
            if _address(known.entry) or (known.is_open and may_wait):
                return known
            # Its link dies, or whoever uploaded it has: one of those who wait does it now.
            await self._ledger.note(errand, known, MjError("It is uploaded once more"))
        return await self._ledger.begin(errand, anyhow=True)

    async def _upload_all(self, order: Order, noted: Mapping[str, Written], service: str) -> None:
        """Upload the pictures whose uploads are *noted* as begun."""
        names = list(noted)
        for name in names:
            order.uploaded.pop(name, None)  # where that link dies
        try:
            for first in range(0, len(names), _AT_ONCE):
                await self._upload(order, names[first : first + _AT_ONCE], service, noted)
        except MjError as error:
            for name in names:
                if name not in order.uploaded:  # others need not wait for it
                    await self._ledger.note(_errand(name, service), noted[name], error)
            raise

    async def _upload(
        self, order: Order, names: list[str], service: str, noted: Mapping[str, Written]
    ) -> None:
        """Upload pictures in one request, and note their addresses."""
        if self._abilities.lacks_path(UPLOADS):
            raise _no_uploads("")
        try:
            links = await self._client.upload(order.needed[name] for name in names)
        except MjError as error:
            self._abilities.note(UPLOADS, error)
            raise _not_uploaded(error, len(names)) from None
        self._abilities.note(UPLOADS, None)
        if len(links) == len(names):
            found = {name: link for name, link in zip(names, links, strict=True) if link}
        else:
            found = {}  # nobody knows which is which
        for name, link in found.items():
            await self._ledger.note(_errand(name, service), noted[name], Submission.of_upload(link))
        order.uploaded.update(found)
        if len(found) < len(names):
            count = len(list(filter(None, links)))
            raise MjError(
                f"The service has taken {count} of {len(names)} pictures",
                advice="Nothing was submitted: try again uploads what is missing.",
            )


def _address(entry: Entry) -> str:
    """Return where a picture was put, "" where it was not or that link is dying."""
    address = entry.submission.uploaded_to if entry.submission else ""
    until = signed_until(address)
    return "" if until is not None and until <= datetime.now(UTC) + _SOON else address


def _errand(name: str, service: str) -> Errand:
    return Errand(Order(UPLOADS, {"sha256": name.partition(":")[2]}), service)


def _not_uploaded(error: MjError, count: int) -> MjError:
    """Return what is said where pictures were not taken: the order itself was not sent."""
    if error.not_offered:
        return _no_uploads(error.words)
    what = "picture" if count == 1 else f"{count} pictures"
    if error.maybe_sent:
        error.what = f"It is not known whether the service has taken the {what}: {error.what}"
        error.advice = "Nothing was submitted: try again uploads once more."
        error.maybe_sent = False  # of the order, which is what counts
    else:
        error.what = f"The service has not taken the {what}: {error.what}"
        if "Nothing was submitted" not in error.advice:
            error.advice = f"Nothing was submitted. {error.advice}".strip()
    return error


def _no_uploads(words: str) -> MjError:
    return MjError(
        "This service takes no uploads",
        status=404,
        words=words,
        advice="Nothing was submitted: give the address of a picture instead (https://…).",
        not_offered=True,
    )
