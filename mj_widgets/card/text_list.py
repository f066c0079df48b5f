"""The numbered texts of a describe or shorten, each a cell beside its button."""

from __future__ import annotations

import anywidget
import traitlets

from mj_widgets.card.front_end import module


class Texts(anywidget.AnyWidget):
    """One paragraph per text; the box around it puts a button beside each."""

    _esm = module("texts.js")

    texts = traitlets.List(traitlets.Unicode(), default_value=[]).tag(sync=True)
    """In the order of their numbers, from 1."""
