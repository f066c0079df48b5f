"""What a gateway's key may be used for, told and asked as models, one for each action."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

from mj_widgets.sandbox.buttons import parse

_Body: TypeAlias = Mapping[str, object]

_OF_ENDPOINTS = {
    "insight-face/swap": "swap_face",
    "upload-discord-images": "mj_upload",
}
_OF_PRESSES = {
    "upscale": "mj_upscale",
    "upscale_hd": "mj_upscale",
    "vary_subtle": "mj_low_variation",
    "vary_strong": "mj_high_variation",
    "square": "mj_zoom",
}


def model_asked_for(what: str, body: _Body) -> str:
    """The model that a submission counts as: mj_imagine, mj_upscale, swap_face.

    QuantumNous/new-api, relay/common: `mj_` and the action, but for face swaps.
    """
    if what == "change":
        return f"mj_{str(body.get('action') or '').lower()}"
    if what == "simple-change":
        letter = str(body.get("content") or "").upper().split()[-1:] or [""]
        kinds = {"U": "mj_upscale", "V": "mj_variation", "R": "mj_reroll"}
        return kinds.get(letter[0][:1], "mj_variation")
    if what == "action":
        press = parse(str(body.get("customId") or ""))
        return _OF_PRESSES.get(press.kind, f"mj_{press.kind}") if press else "mj_action"
    return _OF_ENDPOINTS.get(what, f"mj_{what}")


def limits_of(models: tuple[str, ...]) -> dict[str, object]:
    """What a key's usage says of the models that it is limited to; none is no limit."""
    return {
        "model_limits": dict.fromkeys(models, True),
        "model_limits_enabled": bool(models),
    }


def refusal_words(model: str) -> str:
    """A 403's body for a key that may not use a model."""
    message = f"该令牌无权访问模型 {model} (request id: 20250411120000000000000sandbox)"
    error = {"message": message, "type": "new_api_error"}
    return json.dumps({"error": error}, ensure_ascii=False)
