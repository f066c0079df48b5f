"""Orders that are sent once in a lifetime: written down first, and found there ever after."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from mj_widgets.account import ledger
from mj_widgets.account.abilities import says_no_path
from mj_widgets.account.demand import Demand, Wanted
from mj_widgets.account.ledger import Errand, Written
from mj_widgets.account.lost_answers import Found, LostAnswers
from mj_widgets.account.uploads import Uploads
from mj_widgets.archive import Entry, State
from mj_widgets.errors import ImageError, MjError, ServiceUnavailable, one_line
from mj_widgets.pictures.inputs import bytes_url, whole_url
from mj_widgets.service import orders
from mj_widgets.service.retry import together

if TYPE_CHECKING:
    from mj_widgets.account.abilities import Abilities
    from mj_widgets.account.ledger import Ledger
    from mj_widgets.models import Submission
    from mj_widgets.service.client import Client
    from mj_widgets.service.order import Order

_MOST_LOOKS = 20
_MISSING = "The service does not list it. "


class Submitter:
    """Sends orders to one service; its coroutines belong on the background thread.

    Args:
        client: the service.
        ledger: where they are written down.
        abilities: what the service was found not to be able to do.
    """

    def __init__(self, client: Client, ledger: Ledger, abilities: Abilities) -> None:
        self._client, self._ledger, self._abilities = client, ledger, abilities
        self._uploads = Uploads(client, ledger, abilities)
        self._lost = LostAnswers(client)
        self._sending: dict[tuple[str, str, str], tuple[asyncio.Task[Submission], Demand]] = {}

    async def submit(
        self,
        order: Order,
        service: str,
        *,
        new: bool = False,
        anyhow: bool | None = None,
        wanted: Wanted = lambda: True,
    ) -> Submission:
        """Send an order; see ``Account.submit``."""
        errand = Errand(order, service)
        key, anyhow = errand.key, new if anyhow is None else anyhow
        sending = None if new else self._sending.get(key)
        if sending is None or sending[1].is_over:
            demand = Demand()
            work = asyncio.create_task(self._submit(errand, demand, new=new, anyhow=anyhow))
            work.add_done_callback(lambda done: self._sent(key, done))
            self._sending[key] = sending = work, demand
        work, demand = sending
        demand.add(wanted)
        return await asyncio.shield(work)

    def _sent(self, key: tuple[str, str, str], work: asyncio.Task[Submission]) -> None:
        if not work.cancelled():
            work.exception()  # who has stopped waiting for it is not told on the console
        if key in self._sending and self._sending[key][0] is work:
            del self._sending[key]

    async def _submit(
        self, errand: Errand, demand: Demand, *, new: bool, anyhow: bool
    ) -> Submission:
        written = await self._begin(errand, new=new, anyhow=anyhow)
        looks = _MOST_LOOKS if written.is_open else 0
        while not written.entry.is_new and written.entry.state is State.SENDING and looks:
            # Another kernel may be sending it just now: its answer is this one's as well.
            looks -= 1
            await asyncio.sleep(ledger.OTHERS_TAKE.total_seconds() / _MOST_LOOKS)
            written = await self._begin(errand, new=False, anyhow=anyhow)
        entry, since, found = written.entry, None, Found()
        if not entry.is_new:
            if entry.state is State.ACCEPTED and entry.submission is not None:
                return entry.submission.model_copy(update={"known_since": entry.sent_at})
            found = await self._look_up(errand.order, entry, is_last=anyhow)
            if found.submission is not None:
                since = entry.sent_at
            elif anyhow:
                written = await self._begin(errand, new=True, anyhow=True)
            else:
                raise _unclear(entry, found)
        try:
            taken = found.submission or await self._send(errand.order, written.entry, demand)
            submission = await self._in_modal(errand, taken, demand, anyhow=anyhow)
        except MjError as error:
            await self._ledger.note(errand, written, error)
            raise
        await self._ledger.note(errand, written, submission)
        return submission.model_copy(update={"known_since": since}) if since else submission

    async def find_again(self, errand: Errand, written: Written) -> Entry:
        """Return what the journal has of an order; an answer that was lost may be found again.

        Nothing is raised, and nothing is sent.
        """
        entry = written.entry
        if written.is_open or entry.state not in (State.SENDING, State.UNCLEAR):
            return entry
        found = (await self._look_up(errand.order, entry)).submission
        if found is None or found.needs_modal:  # what is asked there, only submit answers
            return entry
        await self._ledger.note(errand, written, found)
        return replace(entry, state=State.ACCEPTED, submission=found)

    async def _look_up(self, order: Order, entry: Entry, *, is_last: bool = False) -> Found:
        """Return what the service lists of an order; an answer to a modal is listed by no name."""
        return await self._lost.find(entry, is_last=is_last) if order.starts_task else Found()

    async def _begin(self, errand: Errand, *, new: bool, anyhow: bool) -> Written:
        """Find an order, or write it down.

        Raises:
            ImageError: one of its pictures cannot be downloaded.
            JournalError: it can be neither found nor written down.
        """
        is_careful = new and not anyhow
        if is_careful or not new:
            known = await self._ledger.find(errand, anyhow=anyhow)
            # Who sees what came of it means another one; who does not is told first.
            if known and not (is_careful and known.entry.state is State.ACCEPTED):
                return known
            new = known is not None  # else one of all kernels that begin it now sends it
        # What is known needs no picture; what is written down is about to be sent.
        await self._bring(self._meant(errand.order), errand.service)
        return await self._ledger.begin(errand, new=new, anyhow=anyhow)

    async def _send(self, order: Order, entry: Entry, demand: Demand) -> Submission:
        """Send an order, and find its answer where that is lost."""
        order = self._meant(order)
        # Where another kernel's try has just been refused, or the service lacks a path.
        await self._bring(order, entry.service, is_checked=True)
        demand.require_one()
        try:
            submission = await self._client.send(order, echo=entry.echo)
        except MjError as error:
            self._abilities.note(order.path, error)
            # By this answer alone: what another order was told meanwhile says nothing of this one,
            # which may have been taken.
            if says_no_path(error):
                if order.instead is not None:
                    return await self._send(order.instead(order), entry, demand)
                error.advice = order.without or error.advice
            elif type(error) is MjError and not error.advice:  # it says no to what was wished
                error.advice = order.without
            if not (error.maybe_sent and order.starts_task):
                raise
            found = await self._lost.find(entry)
            if found.submission is None:
                error.advice = f"{_MISSING if found.is_missing else ''}{error.advice}"
                raise
            return found.submission
        self._abilities.note(order.path, None)
        return submission

    def _meant(self, order: Order) -> Order:
        """Return what is to be sent of an order: what it has instead, where its path is lacking."""
        if order.instead is None or not self._abilities.lacks_path(order.path):
            return order
        return order.instead(order)

    async def _in_modal(
        self, errand: Errand, submission: Submission, demand: Demand, *, anyhow: bool
    ) -> Submission:
        """Give the answer for the modal that the service has opened, where there is one."""
        order = errand.order
        if not (submission.needs_modal and order.modal_answer and submission.task_ids):
            return submission
        task_id = submission.task_ids[0]
        opened = submission.model_copy(update={"needs_modal": False})
        answer = orders.answer(
            task_id, order.modal_answer, parent=order.parent, button=order.button
        )
        try:
            given = Errand(answer, errand.service)
            answered = await self._submit(given, demand, new=False, anyhow=anyhow)
        except MjError as error:
            if error.maybe_sent:
                return opened  # whether it arrived is for the task itself to tell
            with contextlib.suppress(MjError):
                await self._client.cancel(task_id)
            raise
        return answered if answered.task_ids else opened

    async def _bring(self, order: Order, service: str, *, is_checked: bool = False) -> None:
        """Download and upload what has to be there before an order is sent."""
        missing = [url for url in order.addresses if url not in order.downloaded]
        # A mask and a pad are in pixels of the picture as it is there: edits make it smaller later.
        is_whole = order.compose is not None
        pictures = await together(embedded(self._client, url, is_whole=is_whole) for url in missing)
        order.downloaded.update(zip(missing, pictures, strict=True))
        await self._uploads.bring(order, service, is_checked=is_checked)


def _unclear(entry: Entry, found: Found) -> ServiceUnavailable:
    when = entry.sent_at.astimezone().strftime("%Y-%m-%d %H:%M")
    lost = "its answer was lost" if entry.state is State.UNCLEAR else "no answer is known yet"
    return ServiceUnavailable(
        f"It may have been submitted on {when}, {lost}",
        maybe_sent=True,
        may_pass=False,
        advice=f"{_MISSING if found.is_missing else ''}"
        "Look at the service; new=True, or pressing once more, submits it anew.",
    )


async def embedded(client: Client, address: str, *, is_whole: bool = False) -> str:
    """Return the picture at an address as a data URL.

    Args:
        client: the service.
        address: where it is.
        is_whole: as large as it is, even if services do not take that much.

    Raises:
        ImageError: it cannot be downloaded, or is no picture.
    """
    try:
        data = await client.download(address)
    except ImageError as error:
        error.advice = "Nothing was submitted."
        raise
    url = whole_url if is_whole else bytes_url
    return await asyncio.to_thread(url, data, f"What {one_line(address, 80)} serves")
