"""What a fault makes of an answer: another one in its place, or the same one spoiled."""

from __future__ import annotations

import json
import math

from aiohttp import web

from mj_widgets.sandbox import packing
from mj_widgets.sandbox.faults import Faults

_NO_ACCESS = "没有权限 | this door is locked"


def instead(fault: str, path: str, faults: Faults) -> web.Response | None:
    """The answer that a fault gives to a request for a path, or None where that is served."""
    match fault:
        case "413":
            forms = (
                _page("413 Request Entity Too Large", 413),
                web.json_response({"message": "This is more than may be sent"}, status=413),
                web.Response(status=413, text="Payload Too Large"),
            )
            return faults.in_turn(fault, forms)
        case "423":
            body = {"code": "token_check", "message": _NO_ACCESS, "data": None}
            return web.json_response(body, status=423)
        case "429":
            return _too_many(faults)
        case "html":
            return _page("Sandbox", 200)
        case "403-page":
            titles = ("Just a moment...", "Attention Required!", "403 Forbidden")
            return _page(faults.in_turn(fault, titles), 403)
        case "404-page":
            text = web.Response(status=404, text="404 page not found")
            return faults.in_turn(fault, (text, _page("404 Not Found", 404)))
        case "refused":
            words = ("Unauthorized", "Fail", "error")
            body = {"status": faults.in_turn(fault, words), "message": _NO_ACCESS, "data": None}
            return web.json_response(body)
        case "redirect":
            return web.Response(status=302, headers={"Location": "/login"})
        case "no-task" if path.endswith("/fetch"):
            forms_of_nothing: tuple[object, ...] = (None, [], {})
            nothing = faults.in_turn(fault, forms_of_nothing)
            return web.json_response({"code": 1, "message": "ok", "data": nothing})
        case "empty":
            return web.Response(text="", content_type="application/json")
        case "expired":
            return web.Response(status=404, text="This content is no longer available.")
        case _ if fault.isdigit():
            why = {"description": "do_request_failed ", "type": "upstream_error", "code": 5}
            return web.json_response(why, status=int(fault))
        case _:
            return None


def spoiled(fault: str, whole: web.Response, faults: Faults) -> web.Response:
    """What was to be answered, as a fault leaves it."""
    data = whole.body if isinstance(whole.body, bytes) else b""
    match fault:
        case "no-id":
            return _without_id(data, whole, faults)
        case "brotli" | "zstd":
            packed = packing.brotli(data) if fault == "brotli" else packing.zstd(data)
            return web.Response(
                status=whole.status,
                body=packed,
                headers={
                    "Content-Type": whole.headers.get("Content-Type", ""),
                    "Content-Encoding": "br" if fault == "brotli" else "zstd",
                },
            )
        case _:
            return whole


async def half(request: web.Request, whole: web.Response, *, clean: bool) -> web.StreamResponse:
    """Half of an answer: in chunks that end cleanly, or short of its length."""
    data = whole.body if isinstance(whole.body, bytes) else b""
    response = web.StreamResponse(status=whole.status)
    response.content_type = whole.content_type
    if clean:
        response.enable_chunked_encoding()
    else:
        response.content_length = len(data)
    await response.prepare(request)
    await response.write(data[: len(data) // 2])
    if clean:
        await response.write_eof()
    elif request.transport is not None:
        request.transport.close()
    return response


def _page(title: str, status: int) -> web.Response:
    head = f"<head><title>{title}</title></head>"
    text = f"<!DOCTYPE html><html>{head}<body>Not the API.</body></html>"
    return web.Response(text=text, status=status, content_type="text/html")


def _too_many(faults: Faults) -> web.Response:
    after = {"Retry-After": f"{math.ceil(faults.retry_after)}"}
    if faults.coin():
        return web.Response(status=429, headers=after)
    why = " 当前分组负载已饱和，请稍后再试，或升级账户以提升服务质量。"
    body = {"description": why, "type": "upstream_error", "code": 30}
    return web.json_response(body, status=429, headers=after)


def _without_id(data: bytes, whole: web.Response, faults: Faults) -> web.Response:
    body = json.loads(data) if whole.content_type == "application/json" and data else None
    if not isinstance(body, dict) or not body.get("result"):
        return whole
    task_id = body.pop("result")
    body |= faults.in_turn("no-id", ({"result": None}, {"result": ""}, {"taskId": task_id}))
    return web.json_response(body, status=whole.status)
