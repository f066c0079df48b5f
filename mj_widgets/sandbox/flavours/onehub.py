"""The other gateway, which tells of money as OpenAI once did."""

from __future__ import annotations

from mj_widgets.sandbox.decisions import Answer
from mj_widgets.sandbox.flavours.dmx import STOCK, Dmx
from mj_widgets.sandbox.flavours.flavour import FILES


class Onehub(Dmx):
    """A stock gateway without edits or films, which tells what is left at `/v1/dashboard`."""

    name = "onehub"

    def __init__(self, strict: bool = True, models: tuple[str, ...] = ()) -> None:
        del strict  # it always is
        super().__init__(strict=True, models=models)
        self.endpoints = STOCK | FILES

    def balance(self, path: str) -> Answer | None:
        """Money granted, and hundredths of it used."""
        match path:
            case "/v1/dashboard/billing/subscription":
                limits = ("soft_limit_usd", "hard_limit_usd", "system_hard_limit_usd")
                told: dict[str, object] = dict.fromkeys(limits, 20.0)
                told |= {"object": "billing_subscription", "has_payment_method": True}
                return Answer(200, told | {"access_until": 0})
            case "/v1/dashboard/billing/usage":
                return Answer(200, {"object": "list", "total_usage": 750.0})
            case _:
                return None
