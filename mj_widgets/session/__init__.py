"""Which service is used, and that service as a person uses it."""

from mj_widgets.session.session import Session
from mj_widgets.session.settings import balance, configure, library, login, sandbox

__all__ = ["Session", "balance", "configure", "library", "login", "sandbox"]
