"""A set of tasks by their ids: what the library has finished is there, the rest is followed."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mj_widgets.errors import MjError, one_line
from mj_widgets.jobs import Job
from mj_widgets.models import Status, task_id_from
from mj_widgets.models.status import is_final
from mj_widgets.sets.members import MOST, Members

if TYPE_CHECKING:
    from mj_widgets.archive.catalogue import Listing
    from mj_widgets.session.session import Session

_MOST_NAMED = 5


def fetched(
    task_ids: object, session: Session, *, interval: float | None, refresh: bool
) -> Members:
    """Return tasks by their ids, each once, in the order given.

    Args:
        task_ids: the ids, or jobs that are followed already; or one of them.
        session: their service.
        interval: see ``Session.follow``.
        refresh: ask the service even for those that the library has finished.

    Raises:
        MjError: some cannot be ids; one line names them.
        ValueError: *interval* is not above 0.
    """
    wanted = _checked(task_ids)
    ids = [] if refresh else [each for each in wanted if isinstance(each, str)]
    finished: dict[str | Job, int] = dict(_finished(ids, session).items())
    jobs = (
        session.follow(each, interval=interval, refresh=refresh) if isinstance(each, str) else each
        for each in wanted
        if each not in finished
    )
    numbers, followed = numbered(jobs)
    new = iter(numbers)
    order = array("I", (finished.get(each) or next(new) for each in wanted))
    return Members(session.library, order, followed, session)


def numbered(jobs: Iterable[Job]) -> tuple[array[int], dict[int, Job]]:
    """Return numbers for jobs, in order, and the jobs by them; see ``Members.followed``."""
    followed = {MOST - at: job for at, job in enumerate(jobs)}
    return array("I", followed), followed


def _checked(task_ids: object) -> list[str | Job]:
    given: Iterable[object] = [task_ids]
    if isinstance(task_ids, Iterable) and not isinstance(task_ids, str):
        given = task_ids
    known: dict[str | Job, None] = {}
    bad = []
    why = ""
    for each in given:
        try:
            known[each if isinstance(each, Job) else task_id_from(each)] = None  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            bad.append(one_line(repr(each), 60))
            why = why or str(error)
    if len(bad) == 1:
        raise MjError(f"{bad[0]} is no task id", words=why, advice="Nothing is fetched.")
    if bad:
        more = f" and {len(bad) - _MOST_NAMED} more" if len(bad) > _MOST_NAMED else ""
        names = ", ".join(bad[:_MOST_NAMED])
        raise MjError(f"{names}{more} are no task ids", advice="Nothing is fetched.")
    return list(known)


def _finished(task_ids: list[str], session: Session) -> dict[str, int]:
    """Return the library's numbers of those that are there for good, by their ids."""
    if session.library is None:
        return {}
    catalogue = session.library.catalogue
    numbers = catalogue.numbers_of(task_ids, session.account.service)
    listings = catalogue.listings(numbers.values())
    return {i: n for i, n in numbers.items() if n in listings and _is_whole(listings[n])}


def _is_whole(listing: Listing) -> bool:
    if not is_final(listing.status):
        return False
    return listing.status != Status.SUCCESS or bool(listing.files) or not listing.pictures
