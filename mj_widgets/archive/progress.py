"""How far work has come that takes long: a bar where a person sees it, else nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

_T = TypeVar("_T")
_PATIENCE = 1.0
"""Seconds before there is a bar: most work is over by then."""


def with_bar(each: Iterable[_T], total: int, what: str) -> Iterator[_T]:
    """Give *each*, while a bar in a notebook or a terminal shows how many of *total* are done.

    Args:
        each: what is worked on.
        total: how many there are.
        what: what is done, such as "exporting".
    """
    from tqdm.auto import tqdm  # a bar of the notebook, where there is one

    # None: not where the output goes into a file.
    with tqdm(total=total, desc=what, delay=_PATIENCE, leave=False, disable=None) as bar:
        for one in each:
            yield one
            bar.update()
