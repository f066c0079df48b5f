"""What a gateway calls the work that a submission starts: the names in a key's list of actions.

They are those of QuantumNous/new-api (constant/midjourney.go and CoverPlusActionToNormalAction in
service/midjourney.go), which MartialBE/one-hub and most resellers have taken over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mj_widgets.service.order import UPLOADS

if TYPE_CHECKING:
    from mj_widgets.service.order import Order

_BY_PATH = {
    "submit/imagine": "mj_imagine",
    "submit/blend": "mj_blend",
    "submit/describe": "mj_describe",
    "submit/shorten": "mj_shorten",
    "submit/modal": "mj_modal",
    "submit/edits": "mj_edits",
    "submit/video": "mj_video",
    UPLOADS: "mj_upload",
    "insight-face/swap": "swap_face",
}
_BY_CHANGE = {"UPSCALE": "mj_upscale", "VARIATION": "mj_variation", "REROLL": "mj_reroll"}
# In this order: a part of a custom id, as the gateway looks for it.
_BY_CUSTOM_ID = {
    "::upsample": "mj_upscale",
    "::variation": "mj_variation",
    "::low_variation": "mj_low_variation",
    "::high_variation": "mj_high_variation",
    "::pan": "mj_pan",
    "::reroll": "mj_reroll",
    "::outpaint": "mj_zoom",
    "::customzoom": "mj_custom_zoom",
    "::inpaint": "mj_inpaint",
}


def actions_of(order: Order) -> tuple[str, ...]:
    """Return what a gateway calls an order, "" where it has no name, and the uploads for it.

    >>> from mj_widgets.service import orders
    >>> actions_of(orders.shorten("a fox"))
    ('mj_shorten',)
    """
    uploads = (_BY_PATH[UPLOADS],) if order.needed else ()
    return (*uploads, _action_of(order))


def _action_of(order: Order) -> str:
    if order.path == "submit/change":
        return _BY_CHANGE.get(str(order.payload.get("action")), "")
    if order.path == "submit/action":
        custom_id = str(order.payload.get("customId")).lower()
        return next((name for part, name in _BY_CUSTOM_ID.items() if part in custom_id), "")
    return _BY_PATH.get(order.path, "")
