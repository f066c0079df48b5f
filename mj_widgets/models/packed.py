"""Mappings that are kept small until somebody looks into them.

What a service says of a finished task is some 8 kB as Python's objects, and hardly anyone reads
it again. Packed it is a tenth of that.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

_ENCODER = json.JSONEncoder(separators=(",", ":"))


class Packed(Mapping[str, Any]):
    """A mapping of JSON as compressed text, to be read like any other; each look unpacks it."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def unpacked(self) -> dict[str, Any]:
        """Return the mapping; each time another one, which is the caller's own."""
        mapping: dict[str, Any] = json.loads(zlib.decompress(self._data))
        return mapping

    def __getitem__(self, name: str) -> Any:
        return self.unpacked()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.unpacked())

    def __len__(self) -> int:
        return len(self.unpacked())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Packed):
            return self._data == other._data or self.unpacked() == other.unpacked()
        return self.unpacked() == other if isinstance(other, dict) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self.unpacked())


def packed(mapping: dict[str, Any], *, is_json: bool = False) -> Packed | dict[str, Any]:
    """Return *mapping* packed, or as it is where JSON would not give back the same.

    Args:
        mapping: what is to be packed.
        is_json: it was read out of JSON: it need not be tried.
    """
    try:
        text = _ENCODER.encode(mapping)
        is_same = is_json or json.loads(text) == mapping
    except (TypeError, ValueError, RecursionError):
        return mapping
    return Packed(zlib.compress(text.encode(), 1)) if is_same else mapping


def unpacked(mapping: Packed | dict[str, Any]) -> dict[str, Any]:
    """Return the mapping that was given to ``packed``.

    >>> unpacked(packed({"id": "17"}))
    {'id': '17'}
    """
    return mapping.unpacked() if isinstance(mapping, Packed) else mapping
