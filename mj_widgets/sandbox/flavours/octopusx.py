"""A reseller that gives the four pictures one by one."""

from __future__ import annotations

from mj_widgets.sandbox.flavours.flavour import Flavour


class Octopusx(Flavour):
    """The common tongue, but `imageUrls` has the pictures, and no grid is made of them."""

    name = "octopusx"
    singles = "strings"
