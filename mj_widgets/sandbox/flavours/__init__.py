"""What differs between the services that speak this API: words, headers, codes and gaps."""

from mj_widgets.sandbox.flavours.dmx import Dmx
from mj_widgets.sandbox.flavours.flavour import Credentials, Flavour
from mj_widgets.sandbox.flavours.novicezk import Novicezk
from mj_widgets.sandbox.flavours.trueai import Trueai

__all__ = ["Credentials", "Flavour", "flavour_named"]


def flavour_named(name: str, *, strict: bool = False) -> Flavour:
    """The flavour called "dmx", "novicezk", "trueai" or "plus"."""
    makers: dict[str, Flavour] = {
        "dmx": Dmx(strict),
        "novicezk": Novicezk(),
        "trueai": Trueai(),
        "plus": Flavour(),
    }
    if name not in makers:
        msg = f"unknown flavour {name!r}: use one of {', '.join(makers)}"
        raise ValueError(msg)
    return makers[name]
