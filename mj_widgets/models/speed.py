"""How fast Midjourney is to work: the ``mode`` of a submission, a part of names and addresses."""

from __future__ import annotations

from typing import Literal, get_args

Mode = Literal["", "fast", "relax", "turbo"]
"""A speed; "" leaves it to the service and the prompt."""
SPEEDS: tuple[Mode, ...] = tuple(speed for speed in get_args(Mode) if speed)
