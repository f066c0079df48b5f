"""How tasks look and are pressed."""

from mj_widgets.card.task_widget import TaskWidget

__all__ = ["TaskWidget"]
