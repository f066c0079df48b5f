"""Getting a picture's bytes from wherever the service says it is, within limits."""

from __future__ import annotations

import asyncio
import base64
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urljoin

import aiohttp

from mj_widgets.errors import ImageError
from mj_widgets.pictures.images import MOST_BYTES
from mj_widgets.service.addresses import picture_address
from mj_widgets.service.network import PrivateAddressError, reason_of

if TYPE_CHECKING:
    from yarl import URL

    from mj_widgets.service.reply import Reply
    from mj_widgets.service.transport import Transport

_EMBEDDED = "data:"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_GONE = (401, 403, 404, 410)
_NOT_YET = (202, 204, 425)


async def download(transport: Transport, link: str) -> bytes:
    """Return the bytes behind *link*, exactly as they are served; one attempt.

    Only http and https (and ``data:``, for which nobody is asked), 64 MB at the most, a private
    address only if the service itself is on one. Every redirect is held to the same rules.

    Raises:
        ImageError: with ``expired`` where the link has died, ``may_pass`` where a second
            attempt may help.
    """
    if link[: len(_EMBEDDED)].lower() == _EMBEDDED:
        return await asyncio.to_thread(_embedded, link)
    url = picture_address(link, transport.root)
    for _ in range(_MOST_REDIRECTS + 1):
        try:
            async with transport.open_picture(url) as response:
                if response.status not in _REDIRECTS:
                    return await _body(transport, response)
                target = transport.hidden(response.headers.get("Location", ""))
        # aiohttp's ValueErrors: a name or password in the link beside our token, a host that no
        # look-up takes.
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise _unreachable(url, error, transport.hidden(reason_of(error))) from None
        url = picture_address(_absolute(url, target), transport.root)
    raise ImageError("The picture's link leads round in circles")


def _embedded(link: str) -> bytes:
    """Return the picture that a ``data:`` link is itself (RFC 2397)."""
    if len(link) > 2 * MOST_BYTES:
        raise _too_big()
    head, comma, text = link.partition(",")
    data = unquote_to_bytes(text)
    try:
        if head.lower().endswith(";base64"):
            plain = b"".join(data.split()).translate(_URL_SAFE).rstrip(b"=")
            data = base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except ValueError:
        comma = ""
    if not comma or not data:
        raise ImageError("The picture's link holds a picture that cannot be read", words=head)
    if len(data) > MOST_BYTES:
        raise _too_big()
    return data


def _absolute(url: URL, target: str) -> str:
    if re.match(r"[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
        return target
    try:
        return urljoin(str(url), target)
    except ValueError:
        return target


async def _body(transport: Transport, response: aiohttp.ClientResponse) -> bytes:
    if not _is_whole(response):
        raise _refusal(await transport.read_reply(response))
    if (response.content_length or 0) > MOST_BYTES:
        raise _too_big()
    body = bytearray()
    async for chunk in response.content.iter_chunked(262_144):
        body += chunk
        if len(body) > MOST_BYTES:
            raise _too_big()
    return bytes(body)


def _is_whole(response: aiohttp.ClientResponse) -> bool:
    """Tell whether a picture comes from its first byte to its last; caches may say so with a 206.

    A proxy that has changed something on the way says 203.
    """
    if response.status != 206:
        return response.status in (200, 203)
    part = re.fullmatch(r"bytes 0-(\d+)/(\d+)", response.headers.get("Content-Range", "").strip())
    return part is not None and int(part[1]) + 1 == int(part[2])


def _refusal(reply: Reply) -> ImageError:
    if reply.status in _GONE:
        return ImageError(
            "The picture's link has expired or is refused",
            expired=True,
            status=reply.status,
            words=reply.words,
            advice="Try again: the task is asked for a fresh link.",
        )
    if reply.status in _NOT_YET:
        return ImageError(
            "The picture is not there yet",
            status=reply.status,
            words=reply.words,
            may_pass=True,
            retry_after=reply.seconds_to_wait,
            advice="Try again.",
        )
    is_part = reply.status == 206
    return ImageError(
        "Only a part of the picture came" if is_part else "The picture cannot be downloaded now",
        status=reply.status,
        words=reply.words,
        may_pass=is_part or reply.status >= 500 or reply.status in (408, 429),
        retry_after=reply.seconds_to_wait,
        advice="Try again.",
    )


def _unreachable(url: URL, error: Exception, reason: str) -> ImageError:
    cause = getattr(error, "os_error", error)
    if isinstance(cause, PrivateAddressError):
        return ImageError(
            f"The picture's link leads into a private network ({url.host})",
            advice=f"It is not followed, because {cause}.",
        )
    may_pass = isinstance(error, (OSError, aiohttp.ClientError))
    return ImageError(
        f"The picture at {url.host} cannot be downloaded: {reason}",
        may_pass=may_pass,
        advice="Try again." if may_pass else "Ask the service's operator for a proper link.",
    )


def _too_big() -> ImageError:
    return ImageError(
        f"The file is larger than {MOST_BYTES // 1024**2} MB", advice="It is not downloaded."
    )
