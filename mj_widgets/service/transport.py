"""One service over HTTP: who we say we are, how long we wait, and what a lost answer means."""

from __future__ import annotations

import asyncio
import base64
import ctypes
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import aiohttp

from mj_widgets.errors import BadReply, MjError, Offline, ServiceUnavailable, Unauthorized
from mj_widgets.service.addresses import moved_to, proxy_for, same_origin
from mj_widgets.service.network import GuardedResolver, trouble_of, trust
from mj_widgets.service.refusals import says_wrong_token
from mj_widgets.service.reply import Reply
from mj_widgets.service.token import Token, hidden, plain_token, without_token

if TYPE_CHECKING:
    from yarl import URL

Auth = Literal["auto", "bearer", "secret"]

Waits = Literal["poll", "picture", "seed", "submission"]

_OFFLINE = "You are offline: no request leaves this machine"
_TIMEOUTS: dict[Waits, aiohttp.ClientTimeout] = {
    "poll": aiohttp.ClientTimeout(total=60, connect=10, sock_read=30),
    "picture": aiohttp.ClientTimeout(total=300, connect=10, sock_read=30),
    # trueai's servers look up to a minute for a seed.
    "seed": aiohttp.ClientTimeout(total=120, connect=10, sock_read=90),
    # Given up too soon, a submission is paid for and its id is lost. A blend is up to 27 MB, and
    # a line may take minutes to carry them.
    "submission": aiohttp.ClientTimeout(total=600, sock_connect=10, sock_read=180),
}
# A hundred tasks with all their texts are some 2 MB; while more is read, all else stands still.
_MOST_REPLY_BYTES = 4 * 1024 * 1024
# A name that no look-up takes, such as one with an over-long label, is a UnicodeError.
_NEVER_CONNECTED = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    UnicodeError,
)
_REFUSALS = (401, 403, 407)
# trueai-org/midjourney-proxy, HomeController: it answers whoever asks, whatever their header.
_FOR_ALL = ("home",)
_PACKINGS = ("", "identity", "gzip", "deflate", "br", "zstd")
_MOST_AROUND_NOTHING = 32  # bytes that gzip, br or zstd make of none
_CANNOT_UNPACK = "decode content-encoding"  # aiohttp has no class of its own for it


class Transport:
    """Sends requests to one service, and to the hosts of its pictures without the token.

    HTTP_PROXY, HTTPS_PROXY and NO_PROXY hold for both. Through a proxy, names are looked up by the
    proxy: a link with a private address is refused all the same, a name that leads to one is not.

    Args:
        root: the address that ``/task/...`` is below.
        token: the key; it is kept from every repr, message and traceback.
        auth: "bearer", "secret" (header ``mj-api-secret``), or "auto": Bearer, on 401 once with
            the secret alone, and from then on what worked. Both at once would fail at servers
            of trueai's, which look at the secret only where there is no Authorization.
        offline: refuse every request before it is sent, with ``Offline``.
    """

    def __init__(
        self, root: URL, token: str, auth: Auth = "auto", *, offline: bool = False
    ) -> None:
        self.root = root
        self.offline = offline
        self.why_offline: tuple[str, str | None] = (_OFFLINE, None)
        """What is said of that, and what to do."""
        self._token = plain_token(token)
        if not self._token.isprintable():
            raise Unauthorized("The token has line breaks or other unprintable marks in it")
        self._scheme: Auth = "secret" if auth == "secret" else "bearer"
        self._settled = auth != "auto"
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = os.getpid()
        self._closed = False
        self._resolver = GuardedResolver(root.host or "")

    async def get(self, path: str, waits: Waits = "poll") -> Reply:
        """Return the answer to a GET below the root, after half a minute's silence at the most.

        Args:
            path: what to ask for; one that begins with a slash is the host's own.
            waits: "seed" for an answer that may take a minute.

        Raises:
            ServiceUnavailable: there was none.
        """
        return await self._request("GET", path, None, waits)

    async def post(self, path: str, payload: Mapping[str, Any], waits: Waits) -> Reply:
        """Return the answer to a POST, which is sent once.

        Args:
            path: where to send it.
            payload: what goes as JSON.
            waits: "submission" to wait three minutes for the answer, "poll" for what only asks.

        Raises:
            ServiceUnavailable: there was none; ``maybe_sent`` tells whether it may have arrived.
        """
        return await self._request("POST", path, payload, waits)

    @asynccontextmanager
    async def open_picture(self, url: URL) -> AsyncIterator[aiohttp.ClientResponse]:
        """Open the answer to a GET of *url*, which may be on another host.

        The token goes along only to the service's own origin; redirects are not followed.

        Raises:
            PrivateAddressError: a public service's link leads into a private network.
        """
        self.require_online()
        await self._resolver.refuse_private(url.host or "")
        headers = self._auth_headers(self._scheme) if same_origin(url, self.root) else {}
        session = await self._open_session()
        async with session.get(
            url,
            timeout=_TIMEOUTS["picture"],
            allow_redirects=False,
            ssl=await trust(url),
            **self._sent_with(url, headers),
        ) as response:
            yield response

    async def close(self) -> None:
        """Close the connections; nothing is sent from then on."""
        self._closed = True
        if self._session is not None:
            await self._session.close()

    async def _request(
        self, method: str, path: str, payload: Mapping[str, Any] | None, waits: Waits
    ) -> Reply:
        scheme = self._scheme
        reply = await self._send(method, path, payload, waits, scheme)
        # Another request may have found out meanwhile what this service wants.
        if reply.status == 401 and (not self._settled or scheme != self._scheme):
            # 401 means that nothing was taken, so that even a submission may be sent again.
            other = await self._send(method, path, payload, waits, "secret")
            if other.status in _REFUSALS:
                return reply
            reply = other
            if _was_understood(reply):
                self._scheme = "secret"
        if path not in _FOR_ALL:
            self._settled = self._settled or _was_understood(reply)
        return reply

    async def _send(
        self,
        method: str,
        path: str,
        payload: Mapping[str, Any] | None,
        waits: Waits,
        scheme: Auth,
    ) -> Reply:
        self.require_online()
        below = self.root.origin() if path.startswith("/") else self.root
        url = below.joinpath(path.lstrip("/"), encoded=True)
        headers = {"Accept": "application/json", **self._auth_headers(scheme)}
        try:
            session = await self._open_session()
            async with session.request(
                method,
                url,
                json=payload,
                timeout=_TIMEOUTS[waits],
                allow_redirects=False,
                ssl=await trust(url),
                **self._sent_with(url, headers),
            ) as response:
                return await self._answer(response, path)
        except (aiohttp.ClientError, TimeoutError, OSError, UnicodeError) as error:
            if _CANNOT_UNPACK in str(error):  # without the library for it
                raise BadReply(
                    "The service's answer is packed in a way that cannot be read here",
                    advice="Run: pip install brotli backports.zstd",
                ) from None
            reached = not isinstance(error, _NEVER_CONNECTED)
            what = (
                "The connection was lost before the service answered"
                if reached
                else f"The service at {self.root.origin()} does not answer"
            )
            trouble = trouble_of(error)
            raise ServiceUnavailable(
                f"{what}: {self.hidden(trouble.reason)}",
                advice=trouble.advice or None,
                maybe_sent=reached,
                may_pass=not trouble.lasting,
                lasting=trouble.lasting,
            ) from None

    async def _answer(self, response: aiohttp.ClientResponse, path: str) -> Reply:
        try:
            body, packed = await _read(response), _packing_of(response)
        except aiohttp.ClientPayloadError as error:
            if _CANNOT_UNPACK not in str(error):
                raise
            body, packed = b"", response.headers["Content-Encoding"]
        location = response.headers.get("Location", "")
        return replace(
            self._reply(response, body),
            charset=response.charset or "",
            location=self.hidden(moved_to(location, response.url, path)),
            packed=packed,
            sent=int(response.request_info.headers.get("Content-Length", "0")),
        )

    async def read_reply(self, response: aiohttp.ClientResponse) -> Reply:
        """Return an answer that is no picture, as far as its words are of use."""
        body = await response.content.read(20_000)
        return self._reply(response, body)

    def hidden(self, text: str) -> str:
        """Return what a service said beside its answers, such as in a header, without the token."""
        return hidden(text, self._token)

    def _reply(self, response: aiohttp.ClientResponse, body: bytes) -> Reply:
        return Reply(
            status=response.status,
            body=without_token(body, self._token, response.status),
            content_type=response.content_type,
            retry_after=response.headers.get("Retry-After", ""),
        )

    def require_online(self) -> None:
        """Raise ``Offline`` while nothing at all is sent."""
        if self.offline:
            what, advice = self.why_offline
            raise Offline(what, advice=advice)

    def _sent_with(self, url: URL, headers: dict[str, str]) -> dict[str, Any]:
        """Return *headers* and the proxy that a request to *url* goes through, if there is one."""
        # aiohttp's own trust_env would also put passwords of ~/.netrc in place of the token.
        proxy = proxy_for(url)
        if proxy is None:
            return {"headers": headers}
        self._resolver.proxies.add(proxy.host or "")
        login = {"Proxy-Authorization": _basic(proxy)} if proxy.user else {}
        # What goes to an https address goes through a tunnel: the proxy reads nothing in it.
        own = {} if url.scheme == "https" else login
        through = {"proxy": proxy.with_user(None), "proxy_headers": login}
        return {"headers": {**headers, **own}, **through}

    def _auth_headers(self, scheme: Auth) -> dict[str, str]:
        if not self._token:
            return {}
        if scheme == "secret":
            return {"mj-api-secret": self._token}
        return {"Authorization": Token(f"Bearer {self._token}")}

    async def _open_session(self) -> aiohttp.ClientSession:
        if self._closed:
            raise MjError("This client was closed", advice="Make a new one.")
        here = asyncio.get_running_loop()
        if self._session is not None and self._loop is not here:
            # Connections belong to one loop; in a script, each asyncio.run has one of its own.
            left, self._session = self._session, None
            if self._loop is not None and self._loop.is_closed():
                await left.close()
            elif self._process != os.getpid():
                # Never let go of: it would close what the process it was forked from listens to.
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(left))
        if self._session is None:
            self._loop, self._process = here, os.getpid()
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=24, resolver=self._resolver),
                headers={"User-Agent": "mj-widgets"},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _basic(url: URL) -> Token:
    login = f"{url.user}:{url.password or ''}"
    return Token(f"Basic {base64.b64encode(login.encode()).decode()}")


def _was_understood(reply: Reply) -> bool:
    """Tell whether the answer shows that the header with the token was the right one.

    A log-in page does not, nor does a 404, which gateways give before they look at a token.
    """
    if reply.is_page or says_wrong_token(reply):
        return False
    if reply.status < 300:
        return True
    is_no_proof = (*_REFUSALS, 404, 429)
    return 400 <= reply.status < 500 and reply.status not in is_no_proof and reply.code is not None


def _packing_of(response: aiohttp.ClientResponse) -> str:
    """Return the name of what the body is still packed with, "" for none that is known."""
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    return "" if packing in _PACKINGS else packing


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        body += chunk
        if len(body) > _MOST_REPLY_BYTES:
            raise BadReply("The service's answer is far too long", status=response.status)
    came = getattr(response.content, "total_compressed_bytes", None) or 0
    if not body and came > _MOST_AROUND_NOTHING:
        raise aiohttp.ClientPayloadError("the answer is not whole")
    return bytes(body)
