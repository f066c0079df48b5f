"""Which error an answer stands for that gives nothing: by its status, its code and its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mj_widgets.errors import (
    ITS_ADDRESS,
    BadReply,
    Forbidden,
    MjError,
    PromptRejected,
    QueueFull,
    QuotaExceeded,
    RateLimited,
    ServiceUnavailable,
    TaskNotFound,
    Unauthorized,
)

if TYPE_CHECKING:
    from mj_widgets.service.reply import Reply

# The service's words decide where one code or status stands for many things (new-api's code 4).
_NOT_FOUND = re.compile(
    r"task_no_?t?_found|任务不存在|不存在或已失效|task[ _]not[ _](found|exist)", re.IGNORECASE
)
_QUOTA = re.compile(
    r"quota|insufficient|余额|额度|今日绘图次数|credits? exhausted|payment required", re.IGNORECASE
)
_QUEUE_FULL = re.compile(r"队列已满|队列数已达上限|并发数已达上限|queue is full", re.IGNORECASE)
_REJECTED = re.compile(r"敏感词|banned|content policy|sensitive word", re.IGNORECASE)
_UNKNOWN_ACTION = re.compile(r"unknown_action|未知的 ?Action", re.IGNORECASE)
_NO_ACCOUNT = re.compile(
    r"无可用的账号|无可用渠道|实例不可用|model_not_found|no available channel", re.IGNORECASE
)
_SATURATED = re.compile(r"负载已饱和|saturated|too many requests", re.IGNORECASE)
_WRONG_TOKEN = re.compile(
    r"unauthori[sz]ed|token_check|access rights|无访问权限|无效的令牌|密钥无效|未提供令牌"
    r"|invalid[ _](?:access[ _]|api[ _]?|secret[ _])?(?:key|token)|(?:key|token) is invalid"
    r"|令牌已过期",
    re.IGNORECASE,
)
_TOO_LARGE = re.compile(
    r"(?:body|content|entity|payload|request)(?: is)? too large|(?:body|request) size"
    r"|(?:图片|文件|内容|请求体?)过大",
    re.IGNORECASE,
)
# What web servers and frameworks say of a path that they do not have; a service speaks of a task.
_NO_SUCH_PATH = re.compile(
    r"invalid url|page not found|cannot (?:get|post) /|no (?:handler|(?:static )?resource|route)"
    r"|route not found|default backend|^\W*(?:404\W*)?(?:file )?not found\W*$",
    re.IGNORECASE,
)
# Cloudflare's, for programs that it does not let through.
_GUARD_SAYS = re.compile(r"\s*error code: \d+\s*", re.IGNORECASE)
_LIMIT = re.compile(
    r"(?:limit|max(?:imum)?|at most|exceeds?|超过|最大|上限)[^\d\n]{0,40}?"
    r"(\d[\d,.]*)\s*([kmg]?)i?b?",
    re.IGNORECASE,
)
_SMALL = 10_000  # no picture is among so many bytes
_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


def refusal_by_status(reply: Reply, what: str) -> MjError | None:
    """Return the error that the HTTP status stands for, None where it says nothing of one.

    Args:
        reply: the answer.
        what: what was asked for, with a capital: "Task 17".
    """
    status, words = reply.status, reply.words
    said: dict[str, Any] = {"status": status, "words": words}
    if status < 300:
        return None
    if status < 400:
        return _moved(reply)
    if status == 413 or (status < 500 and _TOO_LARGE.search(words)):
        return _too_large(reply)
    is_quota = bool(_QUOTA.search(words))
    if status == 403 and not is_quota and (reply.is_page or _GUARD_SAYS.fullmatch(words)):
        return BadReply(
            "A web page stands in the way",
            may_pass=True,
            advice="It says nothing of the token, and may pass. If it stays, the service's "
            "operator can let programs through.",
            **said,
        )
    if status == 401 and not is_quota:
        return Unauthorized("The service does not accept the token", **said)
    if status == 403 and not is_quota:
        return Forbidden("The service refuses this token", **said)
    if status == 404 and not reply.is_page:
        if says_no_such_path(reply):
            what = "There is no midjourney-proxy API at this address"
            return BadReply(what, lasting=True, **said)
        return TaskNotFound(f"{what} is not known to the service", **said)
    said["retry_after"] = reply.seconds_to_wait
    if status == 429 or (status < 500 and _SATURATED.search(words)):
        return RateLimited("Too many requests", **said)
    if status >= 500 or status in (408, 425):
        taken = not _NO_ACCOUNT.search(f"{words} {reply.text}")
        return ServiceUnavailable("The service cannot answer now", maybe_sent=taken, **said)
    if reply.is_page:
        lasting = status == 404
        said = {"status": status, "words": words, "lasting": lasting}
        return BadReply("The service answered with a web page", **said)
    return refusal(reply, reply.code, words, what)


def refusal(reply: Reply, code: int | None, words: str, what: str) -> MjError:
    """Return the error that an envelope with *code* and *words* stands for."""
    status, seconds = reply.status, reply.seconds_to_wait
    said: dict[str, Any] = {"status": status, "words": words, "retry_after": seconds}
    if _NO_ACCOUNT.search(words):
        return ServiceUnavailable("The service has no free account for this", **said)
    if _NOT_FOUND.search(words) or code == 3:
        return unknown(what, **said)
    if code == 24 or _REJECTED.search(words):
        return PromptRejected("The prompt is rejected", **said)
    if code == 23 or _QUEUE_FULL.search(words):
        return QueueFull("The service's queue is full", **said)
    if status == 402 or _QUOTA.search(words):
        return QuotaExceeded("The account's quota is used up", **said)
    if code == 30 or _SATURATED.search(words):
        return RateLimited("The service is overloaded", **said)
    if says_wrong_token(reply) or code == 401 or _WRONG_TOKEN.search(words):
        return Unauthorized("The service does not accept the token", **said)
    if code == 5:
        return ServiceUnavailable("The service had a fault of its own", maybe_sent=True, **said)
    if code == 413 or _TOO_LARGE.search(words):
        return _too_large(reply)
    if _UNKNOWN_ACTION.search(words):
        return MjError("This service does not offer that button", not_offered=True, **said)
    return MjError(f"The service refuses {_inside(what)}", **said)


def unknown(what: str, **said: Any) -> TaskNotFound:
    """Return the error about a task that the service does not know."""
    known = _inside(what) if what.lower().startswith("task ") else "this task"
    return TaskNotFound(f"The service does not know {known}", **said)


def says_not_found(reply: Reply) -> bool:
    """Tell whether the service says that it does not know a task."""
    return reply.code == 3 or bool(_NOT_FOUND.search(reply.words))


def says_wrong_token(reply: Reply) -> bool:
    """Tell whether the service says, whatever the HTTP status, that it does not know who asks."""
    return reply.code == 401 or bool(_WRONG_TOKEN.search(reply.marks))


def says_no_such_path(reply: Reply) -> bool:
    """Tell whether a web server says that it has nothing at the path."""
    return not says_not_found(reply) and bool(_NO_SUCH_PATH.search(reply.words))


def _moved(reply: Reply) -> BadReply:
    target = f", {reply.location}" if reply.location else ""
    return BadReply(
        f"The service sends us to another address{target}",
        status=reply.status,
        lasting=reply.status in (301, 308),
        advice=f"If the service has moved there, make that {ITS_ADDRESS}." if target else None,
    )


def _too_large(reply: Reply) -> MjError:
    limit = _limit(reply)
    sizes = f": {_mb(reply.sent)} were sent" if reply.sent > _SMALL else ""
    sizes += f"{',' if sizes else ':'} it takes {_mb(limit)}" if limit else ""
    return MjError(
        f"The pictures are too large for the service{sizes}",
        status=reply.status,
        words=reply.words,
        advice="Nothing was submitted: give smaller ones, or fewer.",
    )


def _limit(reply: Reply) -> int:
    """Return how many bytes the service takes at the most, 0 where it does not tell."""
    told = _LIMIT.search(reply.text[:2000])
    if told is None:
        return 0
    digits = told[1].strip(".,")
    unit = told[2].lower()
    number = float(digits.replace(",", "")) if digits.count(".") < 2 else 0.0
    limit = round(number * _UNITS[unit])
    # What was sent and was too large is more than the limit; another number means another thing.
    return limit if 1000 <= limit < (reply.sent or limit + 1) else 0


def _mb(size: int) -> str:
    return f"{size / 1024**2:.1f} MB" if size >= 100_000 else f"{size / 1024:.1f} kB"


def _inside(what: str) -> str:
    return f"{what[0].lower()}{what[1:]}"
