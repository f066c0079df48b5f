"""A task's body as its prompt wished it: another status, pictures one by one, odd links."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

from mj_widgets.sandbox.views import TaskView


def rewritten(
    body: dict[str, object], view: TaskView, singles: str, file: Callable[[str], bytes]
) -> dict[str, object]:
    """The body that a service would give for this view, if it were of the kind wished for.

    `singles` counts where the prompt has no wish of its own: how a service without grids lists
    its pictures. `file` gives what is behind a link.
    """
    wishes, moment = view.task.wishes, view.moment
    body = dict(body)
    if wishes.status and moment.is_final:
        body["status"] = wishes.status
    if wishes.links and view.image_url:
        body["imageUrl"] = _odd(view.image_url, wishes.links, view.content_type, file)
    how = wishes.singles or singles
    if how and view.singles:
        body |= _one_by_one(list(view.singles), how)
        if how == "missing":
            del body["imageUrl"]
    return body


def _one_by_one(links: list[str], how: str) -> dict[str, object]:
    match how:
        case "objects":
            return {"imageUrl": None, "imageUrls": [{"url": u, "thumbnail": u} for u in links]}
        case "text":
            return {"imageUrl": "", "imageUrls": json.dumps(links)}
        case "list":
            return {"imageUrl": links}
        case "first":
            return {"imageUrl": links[0], "imageUrls": [{"url": url} for url in links]}
        case _:
            return {"imageUrl": "", "imageUrls": links}


def _odd(link: str, how: str, content_type: str, file: Callable[[str], bytes]) -> str:
    bare = link.partition("://")[2]
    match how:
        case "no-scheme":
            return f"//{bare}"
        case "bare":
            return bare
        case "name":
            return bare.partition("/")[2]
        case "angles":
            return f"<{link}>"
        case "markdown":
            return f"![the picture]({link})"
        case _:
            packed = base64.b64encode(file(link)).decode()
            return f"data:{content_type or 'image/webp'};base64,{packed}"
