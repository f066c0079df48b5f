"""HTTP: finds what a request is about, asks the studio, and writes the answer down."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from aiohttp import web

from mj_widgets.sandbox import spoiling
from mj_widgets.sandbox.alterations import Alterations
from mj_widgets.sandbox.animations import Animations
from mj_widgets.sandbox.bodies import text_in
from mj_widgets.sandbox.decisions import Answer, Exists, Uploaded
from mj_widgets.sandbox.faults import Faults
from mj_widgets.sandbox.flavours import Credentials, Flavour
from mj_widgets.sandbox.links import Links, Verdict
from mj_widgets.sandbox.log import LoggedRequest, RequestLog, auth_kind
from mj_widgets.sandbox.painting.kitchen import PictureMaker
from mj_widgets.sandbox.painting.recipes import content_type_of
from mj_widgets.sandbox.rewriting import rewritten
from mj_widgets.sandbox.studio import Studio
from mj_widgets.sandbox.submissions import Orders
from mj_widgets.sandbox.tasks import Moment, StudioTask
from mj_widgets.sandbox.views import CHANNEL, TaskView, task_view

MOST_BODY = 32 * 1024 * 1024
"""Bytes: five pictures for a blend are 27 MB."""
MOST_LISTED = 100
"""Tasks that a list of the latest ones has."""
_TASK_PATH = re.compile(r"task/(?P<id>[^/]+)/(?P<what>fetch|cancel|image-seed)")
_SUBMIT_PATH = re.compile(r"submit/(?P<what>[\w-]+)|(?P<face>insight-face/swap)")


class Premises(Protocol):
    """What the routes have to know of a sandbox; read anew at each request, as tests change it."""

    flavour: Flavour
    token: str | None
    faults: Faults
    refresh: float | None
    clock: Callable[[], float]
    studio: Studio
    orders: Orders
    alterations: Alterations
    animations: Animations
    links: Links
    kitchen: PictureMaker
    log: RequestLog


class Routes:
    """Serves one sandbox."""

    def __init__(self, sandbox: Premises) -> None:
        self.sandbox = sandbox
        self._painters: asyncio.Semaphore | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer any request: log it, let a fault spoil it, or serve it."""
        box = self.sandbox
        headers = {key.lower(): value for key, value in request.headers.items()}
        raw = await self._body(request)
        record = LoggedRequest(
            method=request.method,
            path=request.path,
            query=request.rel_url.raw_query_string,
            headers={
                k: v for k, v in headers.items() if k not in ("authorization", "mj-api-secret")
            },
            auth=auth_kind(headers),
            body=_parsed(raw),
            time=box.clock(),
        )
        box.log.add(record, len(raw))
        record.fault = fault = box.faults.draw(request.method, request.path)
        if fault == "slow":
            await asyncio.sleep(box.faults.slow_seconds)
        response = spoiling.instead(fault, request.path, box.faults)
        response = response or await self._serve(request, record)
        record.status = response.status
        if isinstance(record.body, dict):
            record.state = text_in(record.body, "state")
            record.body = {key: said for key, said in record.body.items() if key != "state"}
        if fault == "cut" and request.transport is not None:
            request.transport.abort()
        if fault.startswith("truncated-"):
            return await spoiling.half(request, response, clean=fault.endswith("clean"))
        response = spoiling.spoiled(fault, response, box.faults)
        is_packed = self._file_behind(request) or "Content-Encoding" in response.headers
        if response.body and not is_packed:
            response.enable_compression()
        return response

    async def _body(self, request: web.Request) -> bytes:
        """What came along, of those who may ask: any page in a browser can send anything here."""
        if self._refusal(request) is not None:
            return b""
        if (request.content_length or 0) > MOST_BODY:
            raise web.HTTPRequestEntityTooLarge(MOST_BODY, request.content_length or 0)
        return await request.read()

    def _refusal(self, request: web.Request) -> Answer | None:
        sent = request.headers
        who = Credentials(sent.get("Authorization", ""), sent.get("mj-api-secret", ""))
        return self.sandbox.flavour.refuse(who, self.sandbox.token)

    def _file_behind(self, request: web.Request) -> str:
        """The link that a request is for, "" for none. Some are a name alone, wherever it is."""
        target = request.raw_path
        if target.startswith("/attachments/"):
            return target
        path, mark, query = target.partition("?")
        name = f"/{path.rpartition('/')[2]}{mark}{query}"
        return name if self.sandbox.links.recipe(name) else ""

    async def _serve(self, request: web.Request, record: LoggedRequest) -> web.Response:
        if target := self._file_behind(request):
            return await self._file(target)
        prefix, found, rest = f"/{request.path.lstrip('/')}".rpartition("/mj/")
        flavour = self.sandbox.flavour
        if request.method == "GET" and (told := flavour.balance(request.path)) is not None:
            return _written((flavour.balance_needs_key and self._refusal(request)) or told)
        if not found or prefix.count("/") > 1:  # a word, such as /mj-fast, may stand before it
            return _written(flavour.no_endpoint(request.method, request.path))
        refusal = self._refusal(request)
        if refusal is not None:
            return _written(refusal)
        about = _TASK_PATH.fullmatch(rest)
        if about and about["what"] in flavour.endpoints:
            verb = "POST" if about["what"] == "cancel" else "GET"
            if request.method == verb:
                return await self._about_task(request, about["id"], about["what"])
        if rest == "task/list-by-condition" and request.method == "POST":
            return _written(self._list(request, record.body))
        if rest == "task/list" and "list" in flavour.endpoints and request.method == "GET":
            return _written(self._latest(request))
        order = _SUBMIT_PATH.fullmatch(rest)
        what = order["what"] or order["face"] if order else ""
        if what in flavour.endpoints and request.method == "POST":
            return _written(self._submit(request, what, record.body))
        return _written(flavour.no_endpoint(request.method, request.path))

    async def _about_task(self, request: web.Request, task_id: str, what: str) -> web.Response:
        box = self.sandbox
        canned = box.studio.next_canned(task_id) if what == "fetch" else None
        if canned is not None:
            return web.Response(
                body=canned.body, status=canned.status, content_type=canned.content_type
            )
        task = box.studio.visit(task_id)
        if task is None:
            return _written(box.flavour.unknown_task())
        if what == "fetch":
            return _written(box.flavour.fetched(self.describe(task, _base(request))))
        now = box.clock()
        if what == "cancel":
            if not task.at(now).is_final:
                task.cancelled = now
            return _written(box.flavour.cancelled(task))
        if task.at(now).status != "SUCCESS":
            return _written(box.flavour.seed_of_unfinished)
        seed = {"code": 1, "description": "成功", "result": box.studio.seed_of(task)}
        return _written(Answer(200, seed))

    def _list(self, request: web.Request, body: object) -> Answer:
        ids = body.get("ids") if isinstance(body, dict) else None
        if not isinstance(ids, list):
            return self.sandbox.flavour.bad_body()
        found: list[object] = []
        for task_id in ids:
            if not isinstance(task_id, str):
                continue
            canned = self.sandbox.studio.next_canned(task_id)
            task = self.sandbox.studio.visit(task_id)
            if canned is not None:
                parsed = _parsed(canned.body)
                found += [parsed] if isinstance(parsed, dict) else []
            elif task is not None:
                found.append(self.describe(task, _base(request)))
        return Answer(200, found)

    def _latest(self, request: web.Request) -> Answer:
        newest = sorted(self.sandbox.studio.tasks.values(), key=lambda task: -task.submitted)
        return Answer(200, [self.describe(task, _base(request)) for task in newest[:MOST_LISTED]])

    def _submit(self, request: web.Request, what: str, body: object) -> Answer:
        box = self.sandbox
        if not isinstance(body, dict):
            return box.flavour.bad_body()
        if forbidden := box.flavour.forbids(what, body):
            return forbidden
        mode = _mode(request.path, body)
        handlers = {
            "imagine": box.orders.imagine,
            "action": box.orders.action,
            "change": box.orders.change,
            "simple-change": box.orders.simple_change,
            "modal": box.orders.modal,
            "describe": box.orders.describe,
            "shorten": box.orders.shorten,
            "blend": box.orders.blend,
            "edits": box.alterations.edits,
            "edit": box.alterations.edits,
            "retexture": box.alterations.retexture,
            "insight-face/swap": box.alterations.swap,
            "upload-discord-images": box.alterations.upload,
            "video": box.animations.video,
        }
        decision = handlers[what](body, mode)
        if isinstance(decision, Exists):
            moment = decision.task.at(box.clock())
            view = self._view(decision.task, moment, _base(request))
            decision = replace(decision, status=moment.status, image_url=view.image_url or None)
        if isinstance(decision, Uploaded):
            decision = replace(decision, links=self._put_up(decision, _base(request)))
        return box.flavour.answer(decision)

    def _put_up(self, uploaded: Uploaded, base: str) -> tuple[str, ...]:
        """The links of uploaded pictures, which are served from now on."""
        box = self.sandbox
        links: list[str] = []
        for number, picture in enumerate(uploaded.pictures, 1):
            kind = picture.content_type.partition("/")[2]
            path = f"/attachments/{CHANNEL}/{box.studio.new_id()}/{number}.{kind}"
            links.append(base + box.links.link(path, picture, box.clock()))
        return tuple(links)

    def describe(self, task: StudioTask, base: str) -> dict[str, object]:
        """A task as the service would write it down now."""
        box = self.sandbox
        now = box.clock()
        seen = now if not box.refresh else now // box.refresh * box.refresh
        view = self._view(task, task.at(seen), base)
        body = box.flavour.body(view)
        return rewritten(body, view, box.flavour.singles, self._bytes_behind)

    def _bytes_behind(self, link: str) -> bytes:
        path = f"/{link.partition('://')[2].partition('/')[2]}"
        recipe = self.sandbox.links.recipe(path)
        return self.sandbox.kitchen.serve(recipe) if recipe else b""

    def _view(self, task: StudioTask, moment: Moment, base: str) -> TaskView:
        box = self.sandbox
        merges = box.flavour.merges_sheets
        return task_view(task, moment, box.links, base, box.clock(), merges=merges)

    async def _file(self, target: str) -> web.Response:
        box = self.sandbox
        verdict = box.links.judge(target, box.clock())
        if verdict is Verdict.FORGED:
            return web.Response(status=403, text="This content is no longer available.")
        recipe = box.links.recipe(target)
        if verdict is Verdict.EXPIRED or recipe is None:
            return web.Response(status=404, text="This content is no longer available.")
        if self._painters is None:
            self._painters = asyncio.Semaphore(2)
        async with self._painters:
            data = await asyncio.to_thread(box.kitchen.serve, recipe)
        return web.Response(
            body=data,
            content_type=content_type_of(recipe),
            headers={"Cache-Control": "public, max-age=31536000"},
        )


def _parsed(raw: bytes) -> object:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None


def _written(answer: Answer) -> web.Response:
    if answer.text is not None:
        return web.Response(
            text=answer.text, status=answer.status, content_type=answer.content_type
        )
    return web.json_response(
        answer.json, status=answer.status, dumps=lambda body: json.dumps(body, ensure_ascii=False)
    )


def _base(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _mode(path: str, body: dict[str, object]) -> str:
    for word in ("turbo", "relax", "fast"):
        if re.search(rf"(?:^|/)(?:mj-)?{word}/", path):
            return word.upper()
    asked = body.get("mode")
    return asked.upper() if isinstance(asked, str) and asked else "FAST"
