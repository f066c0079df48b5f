"""A library with one of each."""

from .support import library

__all__ = ["library"]
