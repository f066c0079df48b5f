"""What a service was found not to be able to do: remembered, and said before it is tried again."""

from __future__ import annotations

import re

from mj_widgets.errors import MjError

# trueai-org/midjourney-proxy, TaskService.cs: "当前账号不支持编辑/重绘任务" and its like.
_CANNOT = re.compile(r"账号不支持|not supported by (?:this|the) account", re.IGNORECASE)
_OTHERS_CAN = "Its accounts are of a kind that cannot: those of other services can."
_OTHERS_DO = "Other services do."
# What only the newer servers have: that the others answer 404 says nothing of their address.
_NOT_EVERYWHERE = frozenset(
    {"submit/edits", "submit/retexture", "submit/video", "insight-face/swap"}
)


class Abilities:
    """What the account at a service cannot do, as far as its own answers have told."""

    def __init__(self) -> None:
        self._lacking: dict[str, MjError] = {}

    def note(self, path: str, error: MjError | None) -> None:
        """Take in how a submission to *path* was answered; None where it was taken.

        An error that tells for good what the service cannot do says so then.
        """
        if error is None:
            self._lacking.pop(path, None)
        elif _says_never(error):
            again = "It has said so before. " if path in self._lacking else ""
            self._lacking[path] = error
            if error.status != 404:
                error.advice = f"{again}{_OTHERS_CAN} Nothing was submitted."
            elif path in _NOT_EVERYWHERE:
                error.what = f"This service does not offer {path}"
                error.advice = f"{again}{_OTHERS_DO} Nothing was submitted."

    def lacks_path(self, path: str) -> bool:
        """Tell whether the service has no such endpoint at all."""
        known = self._lacking.get(path)
        return known is not None and known.status == 404

    def why_not(self, path: str) -> str:
        """Return why a submission to *path* was refused for good, on one line, or ""."""
        known = self._lacking.get(path)
        if known is None:
            return ""
        if known.status == 404:
            return "This service does not offer it"
        return f"The service says that its account cannot: “{known.words}”"


def says_no_path(error: MjError) -> bool:
    """Tell whether an answer says that the service has no such endpoint: it has taken nothing."""
    return error.status == 404 and error.not_offered


def _says_never(error: MjError) -> bool:
    if error.status == 404:
        return error.not_offered
    return not error.maybe_sent and bool(_CANNOT.search(error.words))
