"""What differs between the services that speak this API: words, headers, codes and gaps."""

from collections.abc import Sequence

from mj_widgets.sandbox.flavours.dmx import Dmx
from mj_widgets.sandbox.flavours.flavour import Credentials, Flavour
from mj_widgets.sandbox.flavours.newapi import Newapi
from mj_widgets.sandbox.flavours.novicezk import Novicezk
from mj_widgets.sandbox.flavours.octopusx import Octopusx
from mj_widgets.sandbox.flavours.onehub import Onehub
from mj_widgets.sandbox.flavours.trueai import Trueai
from mj_widgets.sandbox.flavours.webman import Webman

__all__ = ["FLAVOURS", "Credentials", "Flavour", "flavour_named"]

_MAKERS: dict[str, type[Flavour]] = {
    "dmx": Dmx,
    "novicezk": Novicezk,
    "newapi": Newapi,
    "onehub": Onehub,
    "trueai": Trueai,
    "plus": Flavour,
    "octopusx": Octopusx,
    "webman": Webman,
}
FLAVOURS: dict[str, str] = {
    name: (maker.__doc__ or "").partition("\n")[0] for name, maker in _MAKERS.items()
}
"""The names of the services that a sandbox can be like, and what is said of each."""


def flavour_named(name: str, *, strict: bool = False, models: Sequence[str] = ()) -> Flavour:
    """The flavour with one of the names in `FLAVOURS`.

    `strict` counts for "dmx", `models` for the gateways: "dmx", "newapi" and "onehub".

    Raises:
        ValueError: there is none of this name.
    """
    if name not in _MAKERS:
        msg = f"unknown flavour {name!r}: use one of {', '.join(FLAVOURS)}"
        raise ValueError(msg)
    maker = _MAKERS[name]
    return maker(strict, tuple(models)) if issubclass(maker, Dmx) else maker()
