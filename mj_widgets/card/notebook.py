"""How a widget gets into a cell's output, with its still copy beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython import get_ipython
from IPython.display import display

if TYPE_CHECKING:
    from mj_widgets.card.marimo import MarimoCard
    from mj_widgets.card.still import Twin


class Shown:
    """Mixed into a widget: shown when it ends a cell, and only once where it was shown before."""

    _shown_in: int | None = None
    _twin: Twin | None = None
    """What a saved notebook shows in its place."""

    @property
    def _twins(self) -> tuple[Twin, ...]:
        return () if self._twin is None else (self._twin,)

    def _show_now(self) -> None:
        """Show it at once, in a cell that goes on to wait for it and may then return it."""
        self._ipython_display_()
        self._shown_in = _cell()

    def _display_(self) -> MarimoCard:
        """Return what marimo is to show."""
        from mj_widgets.card.marimo import MarimoCard  # nobody else needs it

        return MarimoCard(self)  # type: ignore[arg-type]

    def _ipython_display_(self) -> None:
        if self._shown_in is None or self._shown_in != _cell():
            make_bundle = self._repr_mimebundle_  # type: ignore[attr-defined]
            if make_bundle is None:  # it is closed
                display({"text/plain": repr(self)}, raw=True)
                return
            bundle: Any = make_bundle()
            if self._twins:
                # Read where no widget can be: an untrusted notebook, nbconvert. The twin says it.
                bundle["text/html"] = ""
            display(bundle, raw=True)
            for twin in self._twins:
                twin.show()


def _cell() -> int | None:
    shell = get_ipython()
    return shell.execution_count if shell else None
