"""What differs between the services that speak this API: words, headers, codes and gaps."""

from mj_widgets.sandbox.flavours.dmx import Dmx
from mj_widgets.sandbox.flavours.flavour import Credentials, Flavour
from mj_widgets.sandbox.flavours.novicezk import Novicezk
from mj_widgets.sandbox.flavours.octopusx import Octopusx
from mj_widgets.sandbox.flavours.trueai import Trueai
from mj_widgets.sandbox.flavours.webman import Webman

__all__ = ["FLAVOURS", "Credentials", "Flavour", "flavour_named"]

_MAKERS: dict[str, type[Flavour]] = {
    "dmx": Dmx,
    "novicezk": Novicezk,
    "trueai": Trueai,
    "plus": Flavour,
    "octopusx": Octopusx,
    "webman": Webman,
}
FLAVOURS: dict[str, str] = {
    name: (maker.__doc__ or "").partition("\n")[0] for name, maker in _MAKERS.items()
}
"""The names of the services that a sandbox can be like, and what is said of each."""


def flavour_named(name: str, *, strict: bool = False) -> Flavour:
    """The flavour with one of the names in `FLAVOURS`; `strict` counts for "dmx" alone.

    Raises:
        ValueError: there is none of this name.
    """
    if name not in _MAKERS:
        msg = f"unknown flavour {name!r}: use one of {', '.join(FLAVOURS)}"
        raise ValueError(msg)
    return Dmx(strict) if name == "dmx" else _MAKERS[name]()
