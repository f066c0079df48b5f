"""What is spoken of: tasks, statuses, buttons, prompts, modals, submissions."""

from mj_widgets.models.envelope import submit_envelope
from mj_widgets.models.status import Status, status_words
from mj_widgets.models.submission import Submission
from mj_widgets.models.task import Task, TaskFailed, task_id_from

__all__ = [
    "Status",
    "Submission",
    "Task",
    "TaskFailed",
    "status_words",
    "submit_envelope",
    "task_id_from",
]
