"""How tasks look and are pressed."""

from mj_widgets.widgets.card import TaskCards, TaskWidget

__all__ = ["TaskCards", "TaskWidget"]
