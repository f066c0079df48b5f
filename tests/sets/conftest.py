"""A library with one of each."""

from .support import library, offline

__all__ = ["library", "offline"]
