"""Two to nine pictures compared in a cell: what the kernel does for the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import ipywidgets as ipw

from mj_widgets import background
from mj_widgets.card.headless import only_cells_are_heard
from mj_widgets.card.hearing import Hearing
from mj_widgets.card.notebook import Shown
from mj_widgets.card.twin import Twin
from mj_widgets.comparisons.comparison_still import STILL_BYTES, ComparisonStill
from mj_widgets.comparisons.given import subjects_of
from mj_widgets.comparisons.light_table import HEIGHT, LightTable
from mj_widgets.comparisons.subject import Subject
from mj_widgets.errors import MjError, even_unmade, fault_of
from mj_widgets.pictures.differences import Difference, difference_of

Step = Callable[[int, int], tuple[int, Subject] | None]
"""Gives what comes before (-1) or after (1) a picture, by its key; None where nothing does."""
_WIDTH = 1024


class Compare(Shown, ipw.VBox):
    """Pictures side by side, under a slider, in turn or subtracted; zoomed and moved as one.

    Args:
        subjects: two to nine, by their keys.
        static: leave a still copy in the notebook, shown where no live one can be.
        step: leads from one to those before and after it; None: B goes through *subjects*.
        leave: is called when somebody closes it in the page; None where it stands alone.
        height: the most that the pictures take, in CSS pixels.
    """

    is_closed = True
    """True before it is made and after it was removed."""

    def __init__(
        self,
        subjects: Sequence[tuple[int, Subject]],
        *,
        static: bool = True,
        step: Step | None = None,
        leave: Callable[[], Coroutine[Any, Any, None]] | None = None,
        height: int = HEIGHT,
    ) -> None:
        self._subjects, self._step, self._leave = list(subjects), step, leave
        self._looks: dict[int, dict[str, Any]] = {}
        self._differences: dict[frozenset[int], Difference] = {}
        self._turn = 0
        self._stepping = asyncio.Lock()
        self._hearing = Hearing(lambda text: self.table.say(text), lambda: self.is_closed)
        self.table = LightTable(
            {
                "full": self._hearing.on(self._send_full),
                "step": self._hearing.on(self._go),
                "leave": self._hearing.on(self._be_left),
                "apart": lambda _: self._twin.fold() if self._twin else None,
            },
            shown=[self._seen(key, subject) for key, subject in self._subjects],
            steps=step is not None,
            is_inside=leave is not None,
            height=height,
        )
        super().__init__([self.table], _dom_classes=("mj-comparison",))
        self._twin = Twin(_WIDTH, self._note) if static else None
        if self._twin:
            self.table.twin = self._twin.uid
        self.is_closed = False
        self.table.observe(lambda _: self._hearing.start(self._count()), ["a", "b"])
        if not only_cells_are_heard():
            self._hearing.start(self._look())

    @even_unmade
    def __repr__(self) -> str:
        return f"<Compare, {len(self._subjects)} pictures>"

    def close(self) -> None:
        """Remove it, and its still copy."""
        if self.is_closed:
            return
        self.is_closed = True
        if self._twin:
            self._twin.fill(ComparisonStill())
            self._twin.refill()
        for part in (self.table.layout, self.table, self.layout):
            part.close()
        super().close()

    # -- what is seen ---------------------------------------------------------------------------

    def _seen(self, key: int, subject: Subject) -> dict[str, Any]:
        usual = {"width": 0, "height": 0, "small": b"", "trouble": ""}
        return {"key": key, "title": subject.title, **usual, **self._looks.get(key, {})}

    def _show_all(self) -> None:
        if not self.is_closed:
            self.table.shown = [self._seen(key, subject) for key, subject in self._subjects]

    async def _look(self) -> None:
        """Show small copies, and then say how A and B differ."""
        wanted = [(k, s) for k, s in self._subjects if k not in self._looks]
        await asyncio.gather(*(self._look_at(key, subject) for key, subject in wanted))
        self._show_all()
        await self._count()

    async def _look_at(self, key: int, subject: Subject) -> None:
        self._looks[key] = await asyncio.to_thread(_look_of, subject)

    async def _send_full(self, told: dict[str, Any]) -> None:
        key = told.get("key", 0)
        subject = dict(self._subjects).get(key)
        if subject is None:
            return
        try:
            mime, data = await asyncio.to_thread(subject.full)
        except Exception as error:  # noqa: BLE001 - nobody would ever see it
            self.table.refuse_full(key, str(fault_of(error)))
        else:
            self.table.send_full(key, mime, data)

    # -- the numbers ----------------------------------------------------------------------------

    async def _count(self) -> None:
        self._turn += 1
        turn = self._turn
        places = self.table.a, self.table.b
        if not all(0 <= place < len(self._subjects) for place in places):
            return
        (one, first), (other, second) = (self._subjects[place] for place in places)
        pair = frozenset((one, other))
        if pair not in self._differences:
            self.table.numbers = {}
            found = await asyncio.to_thread(_difference_of, first, second)
            if isinstance(found, Difference):
                self._differences[pair] = found
        if turn == self._turn and not self.is_closed:
            known = self._differences.get(pair)
            lines = _lines(known, first, second) if known else []
            self.table.numbers = {"keys": [one, other], "lines": lines}
            await asyncio.to_thread(self._copy)

    # -- on to another one ----------------------------------------------------------------------

    async def _go(self, told: dict[str, Any]) -> None:
        """Put what comes before or after B in its place."""
        async with self._stepping:  # a second key goes on from where the first one leads to
            has_gone = await self._step_on(told.get("at", self.table.b), told.get("by", 1))
        if has_gone:
            await self._look()

    async def _step_on(self, place: int, by: int) -> bool:
        """Put what comes before or after a picture in its place; tell whether there is any."""
        others = {key for at, (key, _) in enumerate(self._subjects) if at != place}
        key: int | None = self._subjects[place][0]
        found: tuple[int, Subject] | None = None
        while key is not None and self._step is not None:
            found = await asyncio.to_thread(self._step, key, by)
            if found is None or found[0] not in others:
                break
            key = found[0]
        if found is None:
            self.table.say("That was the last one." if by > 0 else "That was the first one.")
            return False
        self._subjects[place] = found
        return True

    async def _be_left(self, _: dict[str, Any]) -> None:
        if self._leave is not None:
            await self._leave()

    # -- the copy in the notebook ---------------------------------------------------------------

    def _show(self) -> bool:
        if only_cells_are_heard():
            background.run(self._hearing.guarded(self._look()))
        return super()._show()

    def _copy(self) -> None:
        if self._twin is None or self.is_closed:
            return
        seen = self.table.shown
        most = STILL_BYTES // max(1, len(seen))
        titles = [_caption(at, each, self.table) for at, each in enumerate(seen)]
        pictures = [each["small"] if len(each["small"]) <= most else b"" for each in seen]
        numbers = ", ".join(line["text"] for line in self.table.numbers.get("lines", []))
        self._twin.fill(ComparisonStill(tuple(titles), tuple(pictures), numbers))

    def _note(self, revision: int) -> None:
        self.table.twin_revision = revision


def compare(*pictures: object, height: int = HEIGHT) -> Compare:
    """Return two to nine pictures compared: side by side, by a slider, in turn, or subtracted.

    Zoom and place are the same for all of them, also where their sizes differ. Below it stands how
    A and B differ. It needs no service and no token.

    Args:
        pictures: each a card, a job or the id of a kept task (a grid is one picture), one picture
            of a task as (task, number), a path, a file's bytes, a PIL image, or an array.
        height: the most that the pictures take, in CSS pixels.

    Raises:
        MjError: they are not two to nine, one of them is no picture, or it is gone.

    >>> mj.compare(w, ("1747132423020537", 2), "fox.png")       # doctest: +SKIP
    """
    return Compare(list(enumerate(subjects_of(pictures), 1)), height=height)


def _look_of(subject: Subject) -> dict[str, Any]:
    try:
        width, height = subject.size()
        return {"width": width, "height": height, "small": subject.small()}
    except Exception as error:  # noqa: BLE001 - it is said in the place of the picture
        return {"trouble": str(fault_of(error))}


def _difference_of(one: Subject, other: Subject) -> Difference | None:
    try:
        return difference_of(one.pixels(), other.pixels())
    except MjError:
        return None  # said in the place of the picture


def _caption(at: int, seen: dict[str, Any], table: LightTable) -> str:
    which = {table.b: "B: ", table.a: "A: "}.get(at, "")
    size = f", {seen['width']}×{seen['height']}" if seen["width"] else ""
    return f"{which}{seen['title']}{size}" + (f" – {seen['trouble']}" if seen["trouble"] else "")


def _lines(known: Difference, one: Subject, other: Subject) -> list[dict[str, str]]:
    """Return what is said of a difference: each text with what it means."""
    sizes = one.size(), other.size()
    width, height = known.size
    ratios = {w / h for w, h in sizes}
    stretched = "" if max(ratios) / min(ratios) < 1.01 else ", stretched to one shape"
    lines = [
        {
            "text": f"mean difference {known.mean:.2f} ({known.percent:.1f} %)",
            "title": "Of all pixels and colours, 0 to 255",
        },
        {"text": "SSIM –", "title": known.no_ssim}
        if known.ssim is None
        else {
            "text": f"SSIM {known.ssim:.3f}",
            "title": "Structural similarity: 1 for the same, about 0 for nothing in common",
        },
    ]
    if sizes[0] != sizes[1]:
        text = f"compared at {width}×{height}{stretched}"
        lines.append({"text": text, "title": "The smaller width and the smaller height"})
    return lines
