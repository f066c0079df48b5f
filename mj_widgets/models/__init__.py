"""What is spoken of: tasks, statuses, buttons, prompts, modals, submissions."""

from mj_widgets.models.envelope import submit_envelope
from mj_widgets.models.ids import is_task_id, task_id_from
from mj_widgets.models.status import Status, status_words
from mj_widgets.models.submission import Submission
from mj_widgets.models.task import Task, TaskFailed

__all__ = [
    "Status",
    "Submission",
    "Task",
    "TaskFailed",
    "is_task_id",
    "status_words",
    "submit_envelope",
    "task_id_from",
]
