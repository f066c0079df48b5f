"""Where a service is, and which other hosts its pictures may come from."""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.request import getproxies_environment, proxy_bypass

from yarl import URL

from mj_widgets.errors import ImageError, MjError

# What an API document or a browser shows, and people paste.
_ENDPOINT = re.compile(
    r"(?<=/mj)/(?:submit|task|image|insight-face|notify|home|account|admin|swagger[^/]*|doc\.html)"
    r"(?:/.*)?$"
)
_OF_ANOTHER_API = re.compile(
    r"/v1(?:beta)?(?:/(?:audio|chat|completions|dashboard|embeddings|images|messages|models"
    r"|responses|videos)(?:/.*)?)?$"
    r"|/(?:chat/completions|images/generations|api/usage/token)$"
    r"|/(?:console|panel|login|pricing|topup|index\.html)(?:/.*)?$",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# Not a word alone, such as "string" or "null".
_PATH = re.compile(r"/(?!/)|[^\s/]+[./]|\.{1,2}/")
_ABOVE = re.compile(r"^(?:\.{0,2}/)+")
_BEHIND_SLASHES = re.compile(
    r"//(?P<host>[^/?#:@\[\]]+|\[[0-9a-f:.]+\])(?P<port>:\d{1,5})?(?:[/?#]|$)"
)
# A path has to come after it: "x.png" alone is a file of the service.
_NAMED = re.compile(
    r"(?P<host>(?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)|localhost|\d+(?:\.\d+){3}|\[[0-9a-f:.]+\])"
    r"(?P<port>:\d{1,5})?/",
    re.IGNORECASE,
)
# As new-api and its like make keys, a UUID, or a run of signs that no host is called by.
_KEY = re.compile(
    r"['\"]?(?:Bearer\s.*|sk-[\w-]*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-z]{24,63})['\"]?",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_LINK = 65_536  # no server takes a quarter of that
_LOOPBACK_NAMES = ("localhost", "ip6-localhost")
# Shared by VPN clients that answer every look-up with an address of their own (RFC 2544's range).
_PROXY_RANGE = ipaddress.ip_network("198.18.0.0/15")
# Where a cloud tells each of its machines who it is, keys included: the documents of AWS (with
# ECS, EKS), Google, Azure, Alibaba, Oracle, Scaleway and OpenStack on instance metadata.
_METADATA_NAMES = frozenset(
    {
        "instance-data",
        "instance-data.ec2.internal",
        "metadata",
        "metadata.azure.internal",
        "metadata.goog",
        "metadata.google.internal",
        "metadata.tencentyun.com",
    }
)
_METADATA_RANGES = tuple(
    ipaddress.ip_network(text)
    for text in (
        "169.254.0.0/16",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::/32",
        "fd20:ce::254",
        "fd00:42::42",
        "fe80::a9fe:a9fe",
    )
)
# IPv4 in IPv6 (RFC 6052's well-known prefix; the forms that the operating system undoes itself).
_TRANSLATED = tuple(ipaddress.ip_network(text) for text in ("64:ff9b::/96", "::/96"))


def api_root(base_url: str) -> URL:
    """Return the address that ``/task/...`` and ``/submit/...`` are below.

    >>> api_root("www.dmxapi.cn")
    URL('https://www.dmxapi.cn/mj')
    >>> api_root("https://example.com/mj-fast/mj")
    URL('https://example.com/mj-fast/mj')
    >>> api_root("https://example.com/mj/task/17/fetch"), api_root("https://example.com/v1")
    (URL('https://example.com/mj'), URL('https://example.com/mj'))

    Raises:
        MjError: it is no address of a web service.
    """
    url = _service_url(base_url)
    path = url.path.rstrip("/").removesuffix(_wrong_ending(url))
    return url.with_query(None).with_path(path if path.endswith("/mj") else f"{path}/mj")


def wrong_ending(base_url: str) -> str:
    """Return what ``api_root`` leaves out at the end of an address, "" for nothing.

    >>> wrong_ending("https://example.com/v1/chat/completions")
    '/v1/chat/completions'
    """
    return _wrong_ending(_service_url(base_url))


def shown_address(base_url: str) -> str:
    """Return an address as it was given, but for a query, which may be somebody's token.

    >>> shown_address("mj.example.com?key=1234")
    'mj.example.com'

    Raises:
        MjError: it is no address of a web service.
    """
    _service_url(base_url)
    return re.split(r"[?#]", base_url.strip(), maxsplit=1)[0]


def _refuse_key(base_url: str) -> None:
    """Refuse a key where an address belongs: it would be shown, and asked for as a host's name.

    Raises:
        MjError: it looks like one, which is not quoted.
    """
    if _KEY.fullmatch(base_url.strip()):
        raise MjError(
            "What was given as the service's address looks like a token",
            advice='The address comes first: mj.login("www.dmxapi.cn") then asks for the token. '
            "Take it out of the cell, as notebooks are saved.",
        )


def _wrong_ending(url: URL) -> str:
    path = url.path.rstrip("/")
    found = _ENDPOINT.search(path) or _OF_ANOTHER_API.search(path)
    return found[0] if found else ""


def _service_url(base_url: str) -> URL:
    _refuse_key(base_url)
    text = base_url.strip()
    if not re.match(r"^[a-z][a-z0-9+.-]*://", text, re.IGNORECASE):
        plain = _web_url(f"http://{text}")
        text = f"{'http' if plain and is_loopback(plain.host or '') else 'https'}://{text}"
    url = _web_url(text)
    if url is None or url.user or re.search(r"\s", text):
        raise MjError(
            f"“{_without_secrets(base_url)}” is no address of a service",
            advice="Give a host or URL such as www.dmxapi.cn, without a token in it.",
        )
    return url


def moved_to(location: str, asked: URL, path: str) -> str:
    """Return where a redirect leads, as it may be shown: without a query or a name in front.

    Args:
        location: what the header says.
        asked: the address that was asked.
        path: its part below the root; where the other address ends in it too, it is left out.
    """
    try:
        target = asked.join(URL(location)) if location else None
    except ValueError:
        return ""
    if target is None or not target.host:
        return ""
    return f"{target.origin()}{target.raw_path.removesuffix(f'/{path}')}"


def picture_address(link: str, root: URL) -> URL:
    """Return where to get the picture behind *link*, byte for byte as it was signed.

    A gateway that was never told its own address links to ``http://localhost:3000/mj/image/...``
    (QuantumNous/new-api issue 144): such a link is put on the service's own host.

    A link without a scheme or a host is read as a person would: ``//h/x`` and ``h.example/x`` are
    on that host, ``/x``, ``x.png`` and ``files/x.png`` on the service's.

    >>> picture_address("files/x.png", URL("https://example.com/mj"))
    URL('https://example.com/files/x.png')
    >>> picture_address("cdn.example.com/x.png", URL("https://example.com/mj"))
    URL('https://cdn.example.com/x.png')

    Raises:
        ImageError: it is not an http or https address.
    """
    if len(link) > _LONGEST_LINK:
        raise ImageError("The picture's link is far too long", words=link)
    link = _whole(link.strip(), root)
    # Only what could not stand in a request line is escaped: a signature covers the rest.
    safe = re.sub(
        r"[^!-~]", lambda c: "".join(f"%{b:02X}" for b in c[0].encode("utf-8", "replace")), link
    )
    url = _web_url(safe, encoded=True)
    if url is None or url.host is None:
        raise ImageError("The picture's link is not a web address", words=link)
    if same_origin(url, root) or not is_loopback(url.host):
        return url
    if is_loopback(root.host or "") and url.host not in _LOOPBACK_NAMES:
        return url
    _, slash, path = safe.split("://", 1)[1].partition("/")
    return URL(f"{root.origin()}{slash}{path}", encoded=True)


def _whole(link: str, root: URL) -> str:
    """Return *link* with the scheme and the host that it lacks."""
    named = _BEHIND_SLASHES.match(link) or _NAMED.match(link)
    if named is None:
        is_path = _PATH.match(link) and not _SCHEME.match(link)
        return f"{root.origin()}/{_ABOVE.sub('', link)}" if is_path else link
    host = named["host"].lower()
    # Who serves http on a network of their own links to it there; the public internet has https.
    is_near = bool(named["port"]) or host == root.host or is_private(host)
    return f"{root.scheme if is_near else 'https'}://{link.removeprefix('//')}"


def proxy_for(url: URL) -> URL | None:
    """Return the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name for *url*, or None.

    This machine is never reached by way of another one.
    """
    address = getproxies_environment().get(url.scheme, "")
    if not address or is_loopback(url.host or "") or proxy_bypass(f"{url.host}:{url.port}"):
        return None
    return _web_url(address if "://" in address else f"http://{address}")


def same_origin(one: URL, other: URL) -> bool:
    """Tell whether both are the same scheme, host and port."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def is_loopback(host: str) -> bool:
    """Tell whether *host* names this machine, as a name or an address."""
    address = _address(host)
    if address is None:
        return host.lower().rstrip(".") in _LOOPBACK_NAMES
    return address.is_loopback or address.is_unspecified


def is_private(host: str) -> bool:
    """Tell whether *host* is an address that is not of the public internet.

    A name is not looked up: resolved addresses are what is to be asked about.
    """
    address = _address(host)
    if address is None:
        return host.lower().rstrip(".") in _LOOPBACK_NAMES
    return not address.is_global and address not in _PROXY_RANGE


def is_metadata(host: str) -> bool:
    """Tell whether *host* is where a cloud's machines get their keys, as a name or an address."""
    address = _address(host)
    if address is None:
        return host.lower().rstrip(".") in _METADATA_NAMES
    return any(address in network for network in _METADATA_RANGES)


def _without_secrets(address: str) -> str:
    """Return *address* to its host: the rest, and what is before an @, may be somebody's token."""
    scheme, mark, rest = address.partition("://") if "://" in address else ("", "", address)
    host, *more = re.split(r"[/?#]", re.sub(r".*@", "…@", rest, flags=re.DOTALL), maxsplit=1)
    return f"{scheme}{mark}{host}{'/…' if more else ''}"


def _web_url(text: str, *, encoded: bool = False) -> URL | None:
    """Return *text* as an http or https URL with a host, or None."""
    try:
        url = URL(text, encoded=encoded)
        # yarl looks at host and port only when it is asked for them.
        is_whole = url.scheme in ("http", "https") and bool(url.host) and url.port is not None
    except ValueError:
        return None
    return url if is_whole else None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    host = host.strip("[]").rstrip(".")  # a dot at the end ends a name that is whole
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return _inner(address) or address
    try:
        # What a connection understands as well: 127.1, 2130706433, 0x7f000001.
        return ipaddress.ip_address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def _inner(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for, or None."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if any(address in network for network in _TRANSLATED) and int(address) > 0xFFFF:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
