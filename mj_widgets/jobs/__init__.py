"""Tasks as they live, and how they begin; no Jupyter."""

from mj_widgets.jobs.job import Job
from mj_widgets.jobs.state import JobState, Phase

__all__ = ["Job", "JobState", "Phase"]
