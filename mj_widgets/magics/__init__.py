"""What is typed: the magics, their variables, their completion, and a terminal without pictures."""

from mj_widgets.magics.commands import MjMagics

__all__ = ["MjMagics"]
