"""Where a service is, and which other hosts its pictures may come from."""

from __future__ import annotations

import ipaddress
import re

from yarl import URL

from mj_widgets.errors import ImageError, MjError

_LOOPBACK_NAMES = ("localhost", "ip6-localhost")
# Shared by VPN clients that answer every look-up with an address of their own (RFC 2544's range).
_PROXY_RANGE = ipaddress.ip_network("198.18.0.0/15")


def api_root(base_url: str) -> URL:
    """Return the address that ``/task/...`` and ``/submit/...`` are below.

    >>> api_root("www.dmxapi.cn")
    URL('https://www.dmxapi.cn/mj')
    >>> api_root("https://example.com/mj-fast/mj")
    URL('https://example.com/mj-fast/mj')

    Raises:
        MjError: it is no address of a web service.
    """
    text = base_url.strip()
    if not re.match(r"^[a-z][a-z0-9+.-]*://", text, re.IGNORECASE):
        text = f"{'http' if is_loopback(_host_of(text)) else 'https'}://{text}"
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host or url.user:
        raise MjError(
            f"“{base_url}” is no address of a service",
            advice="Give a host or URL such as www.dmxapi.cn, without a token in it.",
        )
    path = url.path.rstrip("/")
    return url.with_query(None).with_path(path if path.endswith("/mj") else f"{path}/mj")


def picture_address(link: str, root: URL) -> URL:
    """Return where to get the picture behind *link*, byte for byte as it was signed.

    A gateway that was never told its own address links to ``http://localhost:3000/mj/image/...``
    (QuantumNous/new-api issue 144): such a link is put on the service's own host.

    Raises:
        ImageError: it is not an http or https address.
    """
    link = link.strip()
    # Only what could not stand in a request line is escaped: a signature covers the rest.
    safe = "".join(c if "!" <= c <= "~" else "".join(f"%{b:02X}" for b in c.encode()) for c in link)
    try:
        url = URL(safe, encoded=True)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise ImageError("The picture's link is not a web address", words=link)
    if same_origin(url, root) or not is_loopback(url.host):
        return url
    if is_loopback(root.host or "") and url.host not in _LOOPBACK_NAMES:
        return url
    _, slash, path = safe.split("://", 1)[1].partition("/")
    return URL(f"{root.origin()}{slash}{path}", encoded=True)


def same_origin(one: URL, other: URL) -> bool:
    """Tell whether both are the same scheme, host and port."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def is_loopback(host: str) -> bool:
    """Tell whether *host* names this machine, as a name or an address."""
    address = _address(host)
    if address is None:
        return host.lower() in _LOOPBACK_NAMES
    return address.is_loopback or address.is_unspecified


def is_private(host: str) -> bool:
    """Tell whether *host* is an address that is not of the public internet.

    A name is not looked up: resolved addresses are what is to be asked about.
    """
    address = _address(host)
    if address is None:
        return host.lower() in _LOOPBACK_NAMES
    return not address.is_global and address not in _PROXY_RANGE


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _host_of(text: str) -> str:
    return re.split(r"[/:?#]", text, maxsplit=1)[0]
