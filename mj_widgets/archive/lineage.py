"""What came of what: tasks as a tree below one of them, and the way to one from its root."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple, Protocol

from mj_widgets.archive.drawing import Line, to_html
from mj_widgets.errors import LibraryError, one_line
from mj_widgets.models.button import Button
from mj_widgets.models.ids import id_of
from mj_widgets.models.status import is_final, status_words
from mj_widgets.models.step import number_in

LONGEST_PROMPT = 60
"""Characters of a prompt in a drawing."""
_LONGEST_NAME = 128
_MOST_DRAWN = 200


class TaskLink(NamedTuple):
    """Where a task comes from and how it stands, as far as one place tells."""

    task_id: str
    """"" for one that is only being submitted."""
    parent: str = ""
    """The task whose button started it, or ""."""
    button: str = ""
    status: str = ""
    prompt: str = ""


def links_of(rows: Iterable[Sequence[str]]) -> list[TaskLink]:
    """Return what rows of a library tell, each a link's fields; an id that is none is left out."""
    links = (TaskLink(id_of(task_id), id_of(parent), *rest) for task_id, parent, *rest in rows)
    return [link for link in links if link.task_id]


# Made by dataclass, == and repr would call themselves all the way down.
@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Branch:
    """A task, and all that came of it.

    It is drawn as a text of one line a task, with the prompt of the first; in a notebook with small
    pictures along the branches. Services differ in what they call the prompt of the others: it is
    in ``prompt``.

    >>> Branch("17", status="SUCCESS", prompt="a red fox", children=(Branch("18", "V2"),))
    17  a red fox  (done)
    └─ V2  18
    """

    task_id: str
    """"" for one that is only being submitted, or that was refused."""
    button: str = ""
    """The name of the button that started it, "" for the root or where it is not known."""
    status: str = ""
    """As the service last said it, such as "SUCCESS"; "" where it is not known."""
    prompt: str = ""
    children: tuple[Branch, ...] = ()
    """In the order in which they were submitted."""
    picture: bytes = b""
    """A small JPEG of what it shows, where the library has it; else b""."""

    @property
    def quadrant(self) -> int | None:
        """The picture of the parent's grid (from 1) that it was made of, else None."""
        own = Button(custom_id=self.button, label=self.button).quadrant
        return number_in(self.button) if own is None else own

    def walk(self) -> Iterator[tuple[int, Branch]]:
        """Yield it and all that came of it with its depth, each before its own children."""
        left = [(0, self)]
        while left:
            depth, branch = left.pop()
            yield depth, branch
            left += [(depth + 1, child) for child in reversed(branch.children)]

    def with_pictures(self, pictures: Mapping[str, bytes]) -> Branch:
        """Return the same with small JPEGs, by the ids of the tasks."""
        nodes = [branch for _, branch in self.walk()]
        made: dict[int, Branch] = {}
        for branch in reversed(nodes):  # so that the children of each are there already
            children = tuple(made[id(child)] for child in branch.children)
            picture = pictures.get(branch.task_id, b"")
            made[id(branch)] = replace(branch, children=children, picture=picture)
        return made[id(self)]

    def __str__(self) -> str:
        lines = []
        left = [(self, "", "")]
        while left:
            branch, before, below = left.pop()
            prompt = self.prompt if branch is self else ""
            lines.append(before + branch._line(one_line(prompt, LONGEST_PROMPT)))
            drawn = [(child, "├─ ", "│  ") for child in branch.children[:-1]]
            drawn += [(child, "└─ ", "   ") for child in branch.children[-1:]]
            left += [
                (child, below + mark, below + beside) for child, mark, beside in reversed(drawn)
            ]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Return the drawing for a notebook; of a large one the first lines."""
        lines = [
            Line(
                depth,
                branch._words(one_line(self.prompt, LONGEST_PROMPT) if not depth else ""),
                branch.picture,
            )
            for depth, branch in islice(self.walk(), _MOST_DRAWN)
        ]
        left = sum(1 for _ in self.walk()) - len(lines)
        more = [Line(0, (f"and {left:,} more: print() shows all",))] if left else []
        return to_html([*lines, *more])

    def _line(self, prompt: str) -> str:
        return "  ".join(self._words(prompt))

    def _words(self, prompt: str) -> tuple[str, ...]:
        state = status_words(self.status) if self.status else ""
        if not self.task_id:
            state = "no task yet"
        names = (one_line(name, _LONGEST_NAME) for name in (self.button, self.task_id))
        parts = (*names, prompt, f"({one_line(state, _LONGEST_NAME)})" if state else "")
        return tuple(part for part in parts if part)


class Source(Protocol):
    """A place where it is written down what came of what: a journal or a library."""

    def kin(self, service: str, task_id: str) -> list[TaskLink]:
        """Return what is known of one task, oldest first.

        Raises:
            LibraryError: it cannot be read.
        """

    def children(self, service: str, task_id: str) -> list[TaskLink]:
        """Return what is known of the tasks that came of one, oldest first.

        Raises:
            LibraryError: it cannot be read.
        """


class Lineage:
    """What came of what at one service, put together from all that know of it; from any thread.

    Args:
        service: the name of the service.
        sources: where it is written down; one that cannot be read is left out.
        open_tasks: what is known besides, such as from cards that are open.
    """

    def __init__(
        self, service: str, sources: Iterable[Source], open_tasks: Iterable[TaskLink] = ()
    ) -> None:
        self.service = service
        self._sources = tuple(sources)
        self._open: dict[str, list[TaskLink]] = {}
        self._open_below: dict[str, list[TaskLink]] = {}
        for kin in open_tasks:
            self._open.setdefault(kin.task_id, []).append(kin)
            self._open_below.setdefault(kin.parent, []).append(kin)

    def tree(self, task_id: str) -> Branch:
        """Return a task with all that came of it, each task once."""
        nodes = [self._read_one(task_id)]
        spans: list[tuple[int, int]] = []
        seen = {task_id}
        for node in nodes:  # which grow meanwhile
            start = len(nodes)
            nodes += self._read_below(node.task_id, seen)
            seen |= {kin.task_id for kin in nodes[start:] if kin.task_id}
            spans.append((start, len(nodes)))
        made: list[Branch] = []
        for node, (start, end) in zip(reversed(nodes), reversed(spans), strict=True):
            # From the last to the first, so that the children of each are there already.
            last = len(nodes) - 1
            made.append(_branch(node, tuple(made[last - n] for n in range(start, end))))
        return made[-1]

    def path(self, task_id: str) -> tuple[Branch, ...]:
        """Return the tasks from the root to this one, each without what else came of it."""
        way = [self._read_one(task_id)]
        seen = {task_id}
        while (parent := way[-1].parent) and parent not in seen:
            seen.add(parent)
            way.append(self._read_one(parent))
        return tuple(_branch(kin) for kin in reversed(way))

    def _read_one(self, task_id: str) -> TaskLink:
        told = self._read(lambda source: source.kin(self.service, task_id))
        return _merged([TaskLink(task_id), *told, *self._open.get(task_id, ())])

    def _read_below(self, task_id: str, seen: set[str]) -> list[TaskLink]:
        """Return the children of a task but for those that were *seen*."""
        if not task_id:
            return []
        told = self._read(lambda source: source.children(self.service, task_id))
        told += self._open_below.get(task_id, ())
        names = dict.fromkeys(kin.task_id for kin in told)
        known = [self._read_one(name) for name in names if name and name not in seen]
        # A place that counts for more may know another parent.
        below = [kin for kin in known if kin.parent == task_id]
        return below + [kin for kin in told if not kin.task_id]

    def _read(self, ask: Callable[[Source], list[TaskLink]]) -> list[TaskLink]:
        found: list[TaskLink] = []
        for source in self._sources:
            with contextlib.suppress(LibraryError):
                found += ask(source)
        return found


def _merged(told: Sequence[TaskLink]) -> TaskLink:
    """Return what several places tell of one task: the first parent, the latest of the rest."""
    parent, button = next(((kin.parent, kin.button) for kin in told if kin.parent), ("", ""))
    button = button or next((k.button for k in told if k.parent == parent and k.button), "")
    said = [kin.status for kin in told if kin.status]
    # What has ended stays so: a card that is not watched any more may know less than the library.
    ended = [status for status in said if is_final(status)]
    status = next(reversed(ended or said), "")
    prompt = next((kin.prompt for kin in reversed(told) if kin.prompt), "")
    return TaskLink(told[0].task_id, parent, button, status, prompt)


def _branch(kin: TaskLink, children: tuple[Branch, ...] = ()) -> Branch:
    return Branch(kin.task_id, kin.button, kin.status, kin.prompt, children)
