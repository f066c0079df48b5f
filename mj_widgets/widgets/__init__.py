"""How tasks look and are pressed."""

from mj_widgets.widgets.card import TaskWidget
from mj_widgets.widgets.cards import TaskCards

__all__ = ["TaskCards", "TaskWidget"]
