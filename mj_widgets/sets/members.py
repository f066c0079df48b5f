"""Which tasks a set has, in which order: kept ones, and those that are followed here."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet, WeakValueDictionary

from mj_widgets.archive.filter import Filter
from mj_widgets.archive.marks import Spot
from mj_widgets.errors import MjError, Unauthorized, one_line
from mj_widgets.jobs import Job
from mj_widgets.models.prompt import parse_prompt
from mj_widgets.session.choice import NOWHERE, no_library
from mj_widgets.session.session import Session
from mj_widgets.session.settings import session as default_session

if TYPE_CHECKING:
    from mj_widgets.archive import Library
    from mj_widgets.sets.axes import Axis

MOST = (1 << 27) - 1
"""The highest number that a task may have; a picture of it is told by 5 bits more."""


class Watcher(Protocol):
    """Whoever shows a set, or a part of it."""

    async def renew(self, numbers: Iterable[int]) -> None:
        """Show tasks that are other ones now; on the background thread."""


@dataclass(frozen=True, eq=False)
class Members:
    """Tasks in an order, by their numbers in the library; what is followed has numbers of its own.

    It never changes: whatever narrows or sorts it gives another one.
    """

    shelf: Library | None
    """The library; None where none is wanted, and all of them are followed."""
    numbers: array[int] = field(default_factory=lambda: array("I"))
    followed: Mapping[int, Job] = field(default_factory=dict)
    """By numbers from ``MOST`` down, which the library never gives; a part has those of all."""
    session: Session | None = None
    """Whose they are; None for the chosen one's."""
    braces: tuple[Axis, ...] = ()
    """What stood in the braces of the prompt that they were made of, in its order."""
    _made: WeakValueDictionary[int, Job] = field(default_factory=WeakValueDictionary, repr=False)
    """The jobs of kept tasks, for as long as anybody has them; also of sets made of this one."""
    _elsewhere: dict[str, Session] = field(default_factory=dict, repr=False)
    """What stands for the services that were not chosen, by their names."""
    watchers: WeakSet[Watcher] = field(default_factory=WeakSet, repr=False)
    """Who shows them, and whatever was made of them: all are told of a job that is replaced."""

    @property
    def library(self) -> Library:
        """The library.

        Raises:
            LibraryError: none is wanted.
        """
        if self.shelf is None:
            raise no_library()
        return self.shelf

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def live(self) -> dict[int, Job]:
        """The jobs of those here that are followed, in order."""
        followed = self.followed  # mostly none, of many thousands
        return {n: followed[n] for n in self.numbers if n in followed} if followed else {}

    def cut(self, part: slice) -> Members:
        """Return some of them."""
        return replace(self, numbers=self.numbers[part])

    def only(self, numbers: Iterable[int]) -> Members:
        """Return those of these numbers, in the order given."""
        return replace(self, numbers=array("I", numbers))

    def where(self, wanted: Filter) -> Members:
        """Return those that are wanted, in the same order."""
        kept = self.kept()
        found: set[int] = set()
        if kept:
            found = set(self.library.catalogue.numbers(wanted, within=kept.values()))
        return self.only(
            number
            for number in self.numbers
            if (kept[number] in found if number in kept else self._is_wanted(number, wanted))
        )

    def sort(self, order: str, *, reverse: bool = False) -> Members:
        """Return them in another order; what is not kept yet comes last."""
        faces = {number: face for face, number in self.kept().items()}
        if not faces:
            return self
        numbers = self.library.catalogue.numbers(None, order, reverse=reverse, within=faces)
        sorted_first = [faces[number] for number in numbers]
        left = set(self.numbers) - set(sorted_first)
        return self.only((*sorted_first, *(n for n in self.numbers if n in left)))

    def kept(self, numbers: Iterable[int] | None = None) -> dict[int, int]:
        """Return the library's number of each that is kept, by the number it has here.

        Args:
            numbers: of these alone; None for all.
        """
        wanted = self.numbers if numbers is None else list(numbers)
        if self.shelf is None:
            return {}
        if not self.followed:
            return {n: n for n in wanted}
        ended: dict[str, dict[str, int]] = {}
        for n in wanted:
            job = self.followed.get(n)
            if job is not None and job.state.outcome is not None and job.task_id:
                ended.setdefault(job.account.service, {})[job.task_id] = n
        faces: dict[int, int] = {}
        for service, here in ended.items():
            found = self.shelf.catalogue.numbers_of(here, service)
            faces |= {here[task_id]: number for task_id, number in found.items()}
        return {n: faces.get(n, n) for n in wanted if n in faces or n not in self.followed}

    def spots(self, numbers: Iterable[int]) -> dict[int, Spot]:
        """Return the service and id of some of them, kept or not; "" for an id not known yet."""
        wanted = list(numbers)
        kept = [n for n in wanted if n not in self.followed]
        found = self.shelf.catalogue.spots(kept) if self.shelf and kept else {}
        jobs = ((n, self.followed[n]) for n in wanted if n in self.followed)
        return found | {n: Spot(job.account.service, job.task_id) for n, job in jobs}

    @property
    def kept_numbers(self) -> list[int]:
        """The library's numbers of those that are kept, in order."""
        return list(self.kept().values())

    def number_of(self, task: str | Job) -> int:
        """Return the number of one of them.

        Raises:
            MjError: it is not among them.
        """
        number = self.find(task)
        if number is None:
            said = one_line(_id_of(task), 60)
            raise MjError(f"Task {said} is not among these {len(self):,}")
        return number

    def find(self, task: object) -> int | None:
        """Return the number of one of them by its id or its job, None for anything else."""
        task_id = _id_of(task)
        followed = (n for n, job in self.followed.items() if job.task_id == task_id)
        number = next(followed, None)
        if number is None and self.shelf is not None:
            number = self.shelf.catalogue.numbers_of([task_id]).get(task_id)
        return number if number in self.numbers else None

    def ratings(self) -> dict[tuple[str, int], int]:
        """Return the stars of all that have some, by task and picture; see ``TaskSet.ratings``."""
        spots = self.library.catalogue.spots(self.kept_numbers).values()
        own = {(spot.service, spot.task_id) for spot in spots}
        own |= {(job.account.service, job.task_id) for job in self.live.values()}
        return {
            (spot.task_id, spot.quadrant): mark.rating
            for spot, mark in self.library.marks.since(0)[1].items()
            if mark.rating and (spot.service, spot.task_id) in own
        }

    def jobs(self) -> Iterator[Job]:
        """Yield a job for each; what is kept needs no request."""
        kept = [n for n in self.numbers if n not in self.followed]
        spots = self.library.catalogue.spots(kept) if kept else {}
        for number in self.numbers:
            if number in self.followed:
                yield self.followed[number]
            elif (spot := spots.get(number)) is not None:
                if (job := self._made.get(number)) is None:
                    session = self._session_of(spot.service)
                    job = self._made[number] = session.follow(spot.task_id)
                yield job

    def job(self, number: int) -> Job | None:
        """Return the job of one of them, None where it is not kept any more."""
        return next(self.only([number]).jobs(), None)

    def _session_of(self, service: str) -> Session:
        """Return the chosen service where it is that one, else one that sends nothing."""
        try:
            chosen: Session | None = self.session or default_session()
        except Unauthorized:
            chosen = None
        if chosen is not None and chosen.account.service in (service, ""):
            return chosen
        if service not in self._elsewhere:
            other = Session(NOWHERE, "", library=self.shelf, offline=True, service=service)
            other.client.stay_offline(
                f"It is a task of {service}, and that is not the service that was chosen",
                f'Choose it with mj.configure("{service}"), and open the task again.',
            )
            self._elsewhere[service] = other
        return self._elsewhere[service]

    def _is_wanted(self, number: int, wanted: Filter) -> bool:
        """Tell whether one that is not kept yet is wanted: nothing but its prompt is known."""
        state = self.followed[number].state
        words = wanted.text.casefold().split()
        prompt = state.known.prompt if state.known else state.prompt
        if not all(word in prompt.casefold() for word in words):
            return False
        if wanted.parameters and not wanted.fits(parse_prompt(prompt).parameters):
            return False
        if wanted.status and state.status not in wanted.status:
            return False
        return not (wanted.kind or wanted.rating or wanted.flag or wanted.since)


def _id_of(task: object) -> str:
    return str(getattr(task, "task_id", task))
