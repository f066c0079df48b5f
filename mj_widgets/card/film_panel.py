"""The panel in which it is said what a film is to be like: of a picture, or of a film's end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets as ipw

from mj_widgets.card.controls import answer_while_busy
from mj_widgets.card.start_panel import StartPanel
from mj_widgets.models.costs import cost_words

if TYPE_CHECKING:
    from mj_widgets.card.panel import Panel
    from mj_widgets.jobs.start import Start
    from mj_widgets.models.modal import ModalAnswer
    from mj_widgets.service.picture_orders import Motion

_MOTIONS = (("little", "low"), ("much", "high"))
_COUNTS = (("4", 4), ("2", 2), ("1", 1))


@dataclass(frozen=True)
class FilmWish:
    """What a film is to be like."""

    prompt: str
    motion: Motion
    batch: int
    loop: bool = False
    hd: bool = False


class FilmPanel(StartPanel):
    """Asks what a film is to be like: what happens, how much moves, how many of it.

    Args:
        title: what it is for.
        prompt: what stands in it at first.
        motion: how much moves, at first.
        is_longer: True for what goes on from a film, which has its size and no loop, and of whose
            cost nothing is known.
        make: makes what is begun of what was asked for.
        begin: see ``StartPanel``.
        on_cancel: called when nothing is to be sent.
    """

    placeholder = "What happens in the film; left empty, Midjourney decides"

    def __init__(
        self,
        title: str,
        prompt: str,
        motion: Motion = "low",
        *,
        is_longer: bool = False,
        make: Callable[[FilmWish], Start],
        begin: Callable[[Panel, Start], None],
        on_cancel: Callable[[], None],
    ) -> None:
        self._make, self._motion, self._is_longer = make, motion, is_longer
        super().__init__(
            title, "", prompt, begin=begin, on_send=self._send_film, on_cancel=on_cancel
        )

    def _choices(self) -> list[ipw.Widget]:
        layout = self._controls.layout
        same = {"layout": layout, "_dom_classes": ("mj-choice",)}
        self.motion = ipw.Dropdown(
            options=_MOTIONS, value=self._motion, description="Motion", **same
        )
        self.count = ipw.Dropdown(
            options=_COUNTS, value=4, description="Films", style=self.motion.style, **same
        )
        self.loop = ipw.Checkbox(description="Loop", indent=False, **same)
        self.hd = ipw.Checkbox(description="HD", indent=False, style=self.loop.style, **same)
        self.loop.tooltip = "The film ends as it begins"
        self.hd.tooltip = "720 lines instead of 480"
        self.cost = ipw.Label(_cost(hd=False), layout=layout, _dom_classes=("mj-cost",))
        self.hd.observe(lambda change: self._say_cost(hd=change.new), "value")
        only_new = [] if self._is_longer else [self.loop, self.hd]
        self._chosen = [self.motion, self.count, *only_new]
        self._parts = (self.motion, self.count, self.loop, self.hd, self.cost)
        for part in self._parts:
            answer_while_busy(part)
        shown = [*self._chosen, self.cost] if only_new else self._chosen
        return [ipw.Box(shown, layout=layout, _dom_classes=("mj-row", "mj-choices"))]

    def _boxes(self) -> list[ipw.Widget]:
        return [*super()._boxes(), *self._chosen]

    def close(self) -> None:
        """Remove it."""
        styles = {part.style for part in self._parts}
        for part in (*self._parts, *styles):
            part.close()
        super().close()

    def _say_cost(self, *, hd: bool) -> None:
        self.cost.value = _cost(hd=hd)

    def _send_film(self, answer: ModalAnswer) -> None:
        wishes = FilmWish(
            answer.prompt, self.motion.value, self.count.value, self.loop.value, self.hd.value
        )
        self._start(lambda: self._make(wishes))


def _cost(*, hd: bool) -> str:
    return f"Four take {cost_words('animate', hd=hd)}."
