"""Where a finished task's buttons stand: on their pictures, beside their texts, in groups."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

import ipywidgets as ipw

from mj_widgets.card.controls import Controls, answer_while_busy, set_class
from mj_widgets.jobs.state import JobButton
from mj_widgets.models.button import Group
from mj_widgets.models.costs import cost_of, cost_words

if TYPE_CHECKING:
    from mj_widgets.card.tiles import Deed

# In the order in which they are shown; the style sheet has their headings.
_GROUPS = {
    Group.UPSCALE: "upscale",
    Group.VARY: "vary",
    Group.ZOOM: "zoom",
    Group.ANIMATE: "animate",
}
_OTHERS = "other"
_DEED_GROUPS: dict[Deed, str] = {"edit": "vary", "animate": "animate", "extend": "animate"}
DEEDS: dict[Deed, tuple[str, str]] = {
    "edit": (
        "Edit…",
        f"By edits: paint a part of the picture anew, or more around it, {cost_words('edit')}",
    ),
    "animate": ("Animate…", f"Make films of the picture, four for {cost_words('animate')}"),
    "extend": ("Extend…", "Make a longer film, which goes on from the end of this one"),
}
"""The label and the tooltip of what is made of a picture."""
_REMIX = "Ask for a new prompt at V, 🔄, Vary, pan and animate, where the service has Remix on"


class ButtonRows:
    """The buttons of one task.

    Args:
        controls: makes them.
        on: the box of the pictures; U and V of a grid become its further children.
        beside: the box of the texts; their numbered buttons become its further children.
        foot: the box of all other buttons: a row for each group, before what is in it.
        press: called with the name of the button that is pressed.
        do: called with what is to be made of a picture, and its index (from 0).
    """

    def __init__(
        self,
        controls: Controls,
        *,
        on: ipw.Box,
        beside: ipw.Box,
        foot: ipw.Box,
        press: Callable[[str], object],
        do: Callable[[Deed, int], object],
    ) -> None:
        self._controls, self._press, self._do = controls, press, do
        self._on, self._beside, self._foot = on, beside, foot
        self._rows: tuple[ipw.Widget, ...] = ()
        self.by_name: dict[str, ipw.Button] = {}
        self.by_deed: dict[tuple[Deed, int], ipw.Button] = {}
        """What is made of the picture at an index (from 0)."""
        self._shown: tuple[object, ...] = ()
        self._short: list[ipw.Button] = []
        self._of_film = False
        self._remix: ipw.Checkbox | None = None

    @property
    def remix(self) -> bool:
        """True when a person wants to be asked for a new prompt wherever it can be changed."""
        return self._remix is not None and bool(self._remix.value)

    def show(
        self,
        buttons: tuple[JobButton, ...],
        *,
        in_grid: int,
        films: int,
        columns: int,
        texts: int,
        deeds: Collection[Deed],
        cannot: Mapping[Deed, str],
    ) -> None:
        """Show *buttons*: made once, and marked as they are used.

        Args:
            buttons: in the service's order.
            in_grid: how many pictures there are to put U and V on.
            films: how many films there are, where there are some.
            columns: how many of them stand side by side.
            texts: how many texts there are to put a button beside.
            deeds: what can be made of each picture besides.
            cannot: why the service has refused some of that for good.
        """
        named = tuple((each.name, each.button) for each in buttons)
        self._of_film = any("::video" in each.button.custom_id for each in buttons)
        shown = (named, in_grid, films, columns, texts, frozenset(deeds))
        if shown != self._shown:
            self._shown = shown
            self._build(buttons, in_grid, films, columns, texts, deeds)
        for each in buttons:
            made = self.by_name[each.name]
            made.disabled = each.is_busy or each.button.is_link
            made.tooltip = self._tooltip(each)
            set_class(made, "mj-used", on=bool(each.used) or each.button.was_pressed)
        for (deed, _), made in self.by_deed.items():
            made.tooltip = f"{DEEDS[deed][1]}{f' ({why})' if (why := cannot.get(deed)) else ''}"

    def widgets(self) -> tuple[ipw.Widget, ...]:
        """Return every widget that ``show`` has made, each before those that it consists of."""
        switch = [self._remix.style] if self._remix else []
        inner = [box for row in self._rows for box in getattr(row, "children", ()) if _is_box(box)]
        return (*self.by_name.values(), *self.by_deed.values(), *inner, *self._rows, *switch)

    def _build(
        self,
        buttons: Iterable[JobButton],
        in_grid: int,
        films: int,
        columns: int,
        texts: int,
        deeds: Collection[Deed],
    ) -> None:
        old = self.widgets()
        self.by_name, self.by_deed, self._short = {}, {}, []
        on: dict[int, list[ipw.Button]] = {}
        beside: list[ipw.Button] = []
        groups: dict[str, list[ipw.Button]] = {name: [] for name in (*_GROUPS.values(), _OTHERS)}
        for each in buttons:
            button = each.button
            number = button.number if (button.number or 0) <= texts else None
            made = self.by_name[each.name] = self._made(each, f"mj-text-{number}" if number else "")
            if number:
                beside.append(made)
            elif 0 < (button.quadrant or 0) <= in_grid and button.quadrant:
                on.setdefault(button.quadrant, []).append(made)
            else:
                groups[_GROUPS.get(button.group, _OTHERS)].append(made)
        if "edit" in deeds:
            for number in range(1, in_grid + 1):
                on.setdefault(number, []).append(self._deed("edit", number - 1))
        if not in_grid:
            for deed, group in _DEED_GROUPS.items():
                count = max(1, films) if deed == "extend" else 1
                if deed in deeds:
                    groups[group] += [self._deed(deed, index, count) for index in range(count)]
        self._remix = self._switch() if any(each.button.remixes for each in buttons) else None
        in_foot: list[ipw.Widget] = [
            *(self._row(made, f"mj-group-{name}") for name, made in groups.items() if made),
            *([self._remix] if self._remix else []),
        ]
        on_pictures = [self._controls.row(on[n], *place_on(n, columns)) for n in sorted(on)]
        self._beside.children = [*self._beside.children[:1], *beside]
        self._on.children = [*self._on.children[:1], *on_pictures]
        self._foot.children = [*in_foot, *self._foot.children[-1:]]
        self._rows = (*in_foot, *on_pictures)
        for widget in old:
            widget.close()

    def _row(self, buttons: list[ipw.Button], name: str) -> ipw.HBox:
        """Return a row in which the arrows of pan, and emoji alone, stay on one line."""
        parts: list[ipw.Widget] = []
        for is_short, run in groupby(buttons, lambda made: made in self._short):
            several = list(run)
            together = is_short and len(several) > 1
            parts += [self._controls.row(several, "mj-together")] if together else several
        return self._controls.row(parts, "mj-group", name)

    def _made(self, each: JobButton, place: str) -> ipw.Button:
        button = each.button
        classes = [*([place] if place else []), *(["mj-used"] if button.was_pressed else [])]
        press = partial(self._press, each.name)
        made = self._controls.button(button.caption, self._tooltip(each), press, *classes)
        if not button.label:
            self._short.append(made)
        return made

    def _deed(self, deed: Deed, index: int, count: int = 1) -> ipw.Button:
        label, tooltip = DEEDS[deed]
        label = f"{label.removesuffix('…')} {index + 1}…" if count > 1 else label
        do = partial(self._do, deed, index)
        made = self.by_deed[deed, index] = self._controls.button(label, tooltip, do, "mj-deed")
        return made

    def _tooltip(self, each: JobButton) -> str:
        cost = cost_of(each.button, of_film=self._of_film)
        return _tooltip(each, ", ".join(filter(None, (each.button.meaning, cost))))

    def _switch(self) -> ipw.Checkbox:
        remix = ipw.Checkbox(
            description="Remix",
            tooltip=_REMIX,
            indent=False,
            layout=self._controls.layout,
            _dom_classes=("mj-remix",),
        )
        answer_while_busy(remix)
        return remix


def place_on(number: int, columns: int) -> tuple[str, str, str, str]:
    """Return the classes that put a row on picture *number*, where the style sheet has them."""
    line, column = divmod(number - 1, columns)
    return "mj-on", f"mj-quadrant-{number}", f"mj-line-{line + 1}", f"mj-column-{column + 1}"


def _tooltip(each: JobButton, meaning: str) -> str:
    if each.used == "before":
        return f"{meaning} (pressed before; press to see what came)"
    if each.used == "here":
        again = "press to see it" if each.button.picks_quadrant else "press to do it once more"
        return f"{meaning} (done; {again})"
    return f"{meaning} (pressed before)" if each.button.was_pressed else meaning


def _is_box(widget: ipw.Widget) -> bool:
    return isinstance(widget, ipw.Box)
