"""How a widget gets into a cell's output, with its still copy beside it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from IPython import get_ipython
from IPython.display import display

from mj_widgets.card.headless import is_colab
from mj_widgets.card.twin_place import put_beside
from mj_widgets.errors import MjError

if TYPE_CHECKING:
    from mj_widgets.card.marimo import MarimoCard
    from mj_widgets.card.twin import Twin


class Shown:
    """Mixed into a widget: shown when it ends a cell, and only once where it was shown before."""

    _shown_in: int | None = None
    _twin: Twin | None = None
    """What a saved notebook shows in its place."""

    @property
    def _twins(self) -> tuple[Twin, ...]:
        return () if self._twin is None else (self._twin,)

    @property
    def _plain(self) -> str:
        """What stands for it in an output for good, where no widget can be."""
        return repr(self)

    def _show_and_wait(self, wait: Callable[[], object]) -> None:
        """Show it at once, in a cell that waits for it and may then return it.

        Its still copy is displayed at the end: not every host knows how to update one.
        """
        is_shown = self._show()
        self._shown_in = _cell()
        try:
            wait()
        finally:
            if is_shown:
                put_beside(self._twins)

    def _wait_unheard(self) -> None:
        """Wait where nothing is heard after the cell has ended; what fails is seen, not raised."""
        with suppress(MjError):
            self.wait()  # type: ignore[attr-defined]

    def _display_(self) -> MarimoCard:
        """Return what marimo is to show."""
        from mj_widgets.card.marimo import MarimoCard  # nobody else needs it

        return MarimoCard(self)  # type: ignore[arg-type]

    def _ipython_display_(self) -> None:
        if self._shown_in is not None and self._shown_in == _cell():
            return
        if is_colab():
            self._show_and_wait(self._wait_unheard)
        elif self._show():
            put_beside(self._twins)

    def _show(self) -> bool:
        """Show the widget alone; False where it is closed."""
        make_bundle = self._repr_mimebundle_  # type: ignore[attr-defined]
        if make_bundle is None:
            display({"text/plain": self._plain}, raw=True)
            return False
        bundle: Any = make_bundle()
        bundle["text/plain"] = self._plain
        if self._twins:
            # Read where no widget can be: an untrusted notebook, nbconvert. The twin says it.
            bundle["text/html"] = ""
        display(bundle, raw=True)
        return True


def _cell() -> int | None:
    shell = get_ipython()
    return shell.execution_count if shell else None
