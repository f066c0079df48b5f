"""What a card consists of, and the one place where it is painted; it knows no service."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import ipywidgets as ipw

from mj_widgets.card.button_rows import ButtonRows
from mj_widgets.card.caption import Caption
from mj_widgets.card.controls import Controls, LeanLayout, set_class
from mj_widgets.card.strip import Strip
from mj_widgets.card.text_list import Texts
from mj_widgets.card.tiles import Tiles
from mj_widgets.card.tools import Tools

if TYPE_CHECKING:
    from mj_widgets.card.frame import Frame
    from mj_widgets.card.look import Look, Tool
    from mj_widgets.card.panel import Panel
    from mj_widgets.card.strip import Thumb
    from mj_widgets.card.tiles import Deed, TileAction

_NARROWEST = 320
"""What the words of a card may take in any case, in CSS pixels."""


class CardView:
    """The controls and pictures of one card.

    Args:
        size: the longer side of the pictures together, in CSS pixels.
        twin: the still copy that is hidden where the card is seen, "" for none.
        press: called with the name of the button that is clicked.
        use: called with the name of the tool that is clicked.
        on_tile: what the pictures call with their index (from 0), by what was done to them.
        on_still: see ``Tiles``.
        on_thumb: called with the index of the follow-up whose thumbnail is pressed.
        on_back: see ``Caption``.
        on_use: see ``Caption``.
    """

    def __init__(
        self,
        size: int,
        *,
        twin: str,
        press: Callable[[str], object],
        use: Callable[[Tool], object],
        on_tile: Mapping[TileAction, Callable[[int], object]],
        on_still: Callable[[int, bytes], object],
        on_thumb: Callable[[int], object],
        on_back: Callable[[int], object],
        on_use: Callable[[], object],
    ) -> None:
        self._size, self._on_thumb = size, on_thumb
        self.controls = Controls()
        layout = self.controls.layout
        words = max(size, _NARROWEST)
        self.caption = Caption(twin=twin, size=words, on_back=on_back, on_use=on_use, layout=layout)
        self._frame_layout = LeanLayout(max_width=f"{size}px")
        self.bar = ipw.IntProgress(layout=self._frame_layout, max=100, _dom_classes=("mj-bar",))
        self.tools = Tools(self.controls, use)
        self.tiles = Tiles(on_tile, on_still, layout=layout)
        self.frame = ipw.Box([self.tiles], layout=self._frame_layout, _dom_classes=("mj-grid",))
        self.listed = ipw.Box(layout=layout, _dom_classes=("mj-list",))
        self.foot = ipw.Box([self.tools.row], layout=layout, _dom_classes=("mj-foot",))
        self.rows = ButtonRows(
            self.controls,
            on=self.frame,
            beside=self.listed,
            foot=self.foot,
            press=press,
            do=lambda deed, index: on_tile[deed](index),
        )
        self.asked = self.controls.column("mj-asked")
        self.strip: Strip | None = None
        self.followups = self.controls.column("mj-followups")
        self._further: tuple[ipw.Textarea, ...] = ()
        self.body = ipw.Box(layout=layout, _dom_classes=("mj-body",))
        self._arrange()

    def _arrange(self) -> None:
        """Put the parts into the card; ipywidgets makes all anew that are behind a new one."""
        strip = [self.strip] if self.strip else []
        words = (self.caption, self.frame, self.listed, self.foot, self.asked)
        self.body.children = [*words, *strip, self.followups, self.bar]

    def show(self, look: Look) -> None:
        """Show *look*, but for its state line: the one place where a card is painted.

        What is the same is not sent.
        """
        self.caption.heading = look.heading
        self.caption.say(look.notice.text, look.notice.tone)
        self._show_frame(look.frame, look.inside, look.deeds)
        self._list(look.texts)
        frame = look.frame
        in_grid = frame.count if frame.is_grid else 0
        self.rows.show(
            look.buttons,
            in_grid=in_grid,
            films=0 if frame.is_grid else frame.count,
            columns=frame.columns,
            texts=len(look.texts),
            deeds=look.deeds,
            cannot=look.cannot,
        )
        self.tools.offer(look.tools)

    def show_line(self, look: Look) -> None:
        """Show the state line and the bar: last, as "done" is said when all else is here."""
        self.caption.state = look.line
        if look.progress is not None:
            self.bar.value = look.progress
        self.controls.hide(self.bar, on=not look.has_bar, layout=self._frame_layout)

    def _show_frame(self, frame: Frame, inside: Sequence[str], deeds: Collection[Deed]) -> None:
        tiles = self.tiles
        with tiles.hold_sync():
            if frame.previews or frame.unfinished or frame.movies:
                tiles.aspect = frame.aspect
                width = round(self._size * frame.scale * min(1.0, frame.breadth))
                self._frame_layout.max_width = f"{width}px"
            tiles.names = list(frame.names)
            tiles.notes = list(frame.notes)
            tiles.full_size = list(frame.full_size)
            tiles.movies = list(frame.movies)
            if tuple(tiles.previews) != frame.previews:
                tiles.previews = list(frame.previews)
            tiles.unfinished = frame.unfinished
            tiles.inside = list(inside)
            tiles.deeds = sorted(deeds)

    def list_further(self, ids: Sequence[str]) -> None:
        """List the ids of tasks that have no card, to be copied."""
        text = "\n".join(ids)
        for listed in self._further:
            listed.value = text
        if ids and not self._further:
            layout = self.controls.layout
            self._further = (
                ipw.Textarea(text, description="Also started", disabled=True, layout=layout),
            )
            self.followups.children = (*self.followups.children, *self._further)

    def show_followup(self, card: ipw.DOMWidget | None, kept: Collection[ipw.Widget]) -> None:
        """Show one of the cards inside, or none, and below it the ids of tasks that have none.

        Args:
            card: the one to be seen.
            kept: those that may be seen again; they stay on the page, where they were.
        """
        cards = [inner for inner in self.followups.children if inner in kept]
        if card is not None and card not in cards:
            cards.append(card)
        if self.followups.children != (children := (*cards, *self._further)):
            self.followups.children = children
        for inner in cards:
            set_class(inner, "mj-gone", on=inner is not card)

    def show_strip(self, thumbs: Sequence[Thumb], open_at: int) -> None:
        """Show what came of the task, of which one may be open; without any there is no strip."""
        if thumbs and self.strip is None:
            self.strip = Strip(self._on_thumb, layout=self.controls.layout)
            self._arrange()
        if self.strip is not None:
            self.strip.show(thumbs, open_at)

    def _list(self, texts: Sequence[str]) -> None:
        if self.listed.children:
            self.listed.children[0].texts = list(texts)
        elif texts:
            self.listed.children = [Texts(texts=list(texts), layout=self.controls.layout)]

    # -- panels ---------------------------------------------------------------------------------

    @property
    def panel(self) -> Panel | None:
        """The panel that is open in the card, or None."""
        return self.asked.children[0] if self.asked.children else None

    def show_panel(self, panel: Panel) -> None:
        """Open a panel in the card, in place of the one that is open, and none over it."""
        self.close_panel()
        self.asked.children = [panel]
        self.tiles.close_zoom()

    @property
    def has_room(self) -> bool:
        """True when a panel can open: none is, or nothing is lost when that one closes."""
        if self.panel is None or self.panel.gives_way():
            return True
        self.tiles.close_zoom()  # why is said in the panel
        return False

    def close_panel(self) -> None:
        """Close the panel that is open, if there is one."""
        panel = self.panel
        if panel is not None:
            self.asked.children = ()
            panel.close()

    # -- all of it ------------------------------------------------------------------------------

    def send_again(self) -> None:
        """Send the state of every widget of the card once more."""
        for widget in self._widgets():
            widget.send_state()

    def close(self) -> None:
        """Remove every widget of the card from the kernel and the browser."""
        self.close_panel()
        for widget in self._widgets():
            widget.close()

    def _widgets(self) -> tuple[ipw.Widget, ...]:
        """Return every widget, each before those that it consists of."""
        own = (
            *self.rows.widgets(),
            *self.listed.children[:1],
            *self._further,
            *(listed.style for listed in self._further),
            *self.tools.by_name.values(),
            self.tools.row,
        )
        strip = [self.strip] if self.strip else []
        parts = (self.caption, self.bar, self.frame, self.listed, self.foot, self.asked, *strip)
        shared = (self.bar.style, self._frame_layout, *self.controls.shared())
        return (*own, self.tiles, *parts, self.followups, self.body, *shared)
