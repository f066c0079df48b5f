"""Where a service is, and which addresses its pictures may come from."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

import mj_widgets as mj
from mj_widgets.service.addresses import (
    api_root,
    is_loopback,
    is_private,
    picture_address,
    same_origin,
)

SERVICE = URL("https://service.example/mj")


@pytest.mark.parametrize(
    ("given_url", "root"),
    [
        ("www.dmxapi.cn", "https://www.dmxapi.cn/mj"),
        (" www.dmxapi.cn/ ", "https://www.dmxapi.cn/mj"),
        ("https://www.dmxapi.cn", "https://www.dmxapi.cn/mj"),
        ("HTTPS://WWW.dmxapi.cn", "https://www.dmxapi.cn/mj"),
        ("https://www.dmxapi.cn/mj", "https://www.dmxapi.cn/mj"),
        ("https://www.dmxapi.cn/mj/", "https://www.dmxapi.cn/mj"),
        ("https://www.dmxapi.cn/v1", "https://www.dmxapi.cn/mj"),
        ("https://www.dmxapi.cn/v1/", "https://www.dmxapi.cn/mj"),
        ("https://www.dmxapi.cn/v1/chat/completions", "https://www.dmxapi.cn/mj"),
        ("https://www.dmxapi.cn/V1/Chat/Completions/", "https://www.dmxapi.cn/mj"),
        ("https://www.dmxapi.cn/v1/images/generations/", "https://www.dmxapi.cn/mj"),
        ("https://www.dmxapi.cn/v1/models", "https://www.dmxapi.cn/mj"),
        ("https://www.dmxapi.cn/chat/completions", "https://www.dmxapi.cn/mj"),
        ("https://www.dmxapi.cn/v1/mj", "https://www.dmxapi.cn/v1/mj"),
        ("https://www.dmxapi.cn/v1/midjourney", "https://www.dmxapi.cn/v1/midjourney/mj"),
        ("https://www.dmxapi.cn/console/token", "https://www.dmxapi.cn/mj"),
        ("https://www.dmxapi.cn/mj/doc.html", "https://www.dmxapi.cn/mj"),
        (
            "https://host.example/mj-relax/mj/swagger-ui/index.html",
            "https://host.example/mj-relax/mj",
        ),
        ("https://www.dmxapi.cn/mj/task/17/fetch", "https://www.dmxapi.cn/mj"),
        ("https://host.example/mj-fast/mj/submit/imagine", "https://host.example/mj-fast/mj"),
        ("https://host.example/mj-fast/mj", "https://host.example/mj-fast/mj"),
        ("https://host.example/mj-fast", "https://host.example/mj-fast/mj"),
        ("host.example/mj-relax/mj", "https://host.example/mj-relax/mj"),
        ("https://host.example/api", "https://host.example/api/mj"),
        ("http://host.example:8080", "http://host.example:8080/mj"),
        ("host.example:8443", "https://host.example:8443/mj"),
        ("https://host.example/mj?x=1#y", "https://host.example/mj"),
        ("localhost:8800", "http://localhost:8800/mj"),
        ("127.0.0.1:8800", "http://127.0.0.1:8800/mj"),
        ("[::1]:8800", "http://[::1]:8800/mj"),
        ("例子.example", "https://xn--fsqu00a.example/mj"),
    ],
)
def test_a_host_or_an_address_becomes_the_root_of_the_api(given_url: str, root: str) -> None:
    assert str(api_root(given_url)) == root


@pytest.mark.parametrize(
    "given_url",
    ["", "  ", "ftp://host.example", "file:///etc/passwd", "https://", "http://h:99999", "a b"],
)
def test_what_is_no_address_of_a_service_is_told_in_one_line(given_url: str) -> None:
    with pytest.raises(mj.MjError, match=r"is no address of a service.*www\.dmxapi\.cn"):
        api_root(given_url)


@pytest.mark.parametrize(
    "key",
    [
        "sk-canary",
        " 'sk-canary_1-2' ",
        "Bearer canary",
        "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        "c4n4ryc4n4ryc4n4ryc4n4ry",
    ],
)
def test_a_token_in_the_place_of_an_address_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(mj.MjError, match="looks like a token") as caught:
        api_root(key)
    assert key.strip(" '") not in str(caught.value)


@pytest.mark.parametrize("name", ["midjourney-proxy", "mj", "sk", "localhost:8080", "task.example"])
def test_a_host_of_one_word_is_an_address(name: str) -> None:
    assert api_root(name).host == name.partition(":")[0]


@pytest.mark.parametrize(
    ("given_url", "shown"),
    [
        ("https://sk-canary@host.example", "https://…@host.example"),
        ("sk-canary@host", "…@host"),
        ("u:sk-canary@h", "…@h"),
        ("https://u:sk/canary@host.example", "https://…@host.example"),
        ("ftp://host.example/sk-canary", "ftp://host.example/…"),
        ("ftp://host.example?key=sk-canary", "ftp://host.example/…"),
        ("host.example/a b#sk-canary", "host.example/…"),
    ],
)
def test_a_token_in_an_address_is_refused_and_not_repeated(given_url: str, shown: str) -> None:
    with pytest.raises(mj.MjError) as caught:
        api_root(given_url)
    assert str(caught.value).startswith(f"“{shown}” is no address of a service.")


@pytest.mark.parametrize(
    "link",
    [
        "https://cdn.example/a/b.png?ex=68&is=67&hm=ab&",
        "https://cdn.example/a%20b/%E7%81%AF.png?x=%26&y=a+b&&",
        "https://cdn.example/a//b/../c.png",
        "http://cdn.example:8080/a.png?q=http://x/?y=1",
    ],
)
def test_a_link_stays_as_it_was_signed(link: str) -> None:
    assert str(picture_address(link, SERVICE)) == link
    assert picture_address(link, SERVICE).raw_path_qs == link.split("/", 3)[3].join(["/", ""])


def test_a_link_without_a_host_is_the_services_own() -> None:
    # new-api whose operator never set its address
    assert (
        str(picture_address("/mj/image/17?x=1", SERVICE))
        == "https://service.example/mj/image/17?x=1"
    )


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("//cdn.example/a.png?x=1&", "https://cdn.example/a.png?x=1&"),
        ("cdn.example/a.png", "https://cdn.example/a.png"),
        ("CDN.example:8443/a.png", "https://CDN.example:8443/a.png"),
        ("a.png", "https://service.example/a.png"),
        ("files/a.png?x=1", "https://service.example/files/a.png?x=1"),
        ("./a.png", "https://service.example/a.png"),
        ("../files/a.png", "https://service.example/files/a.png"),
        ("localhost:3000/mj/image/17", "https://service.example/mj/image/17"),
        ("//127.0.0.1:3000/mj/image/17", "https://service.example/mj/image/17"),
        ("10.0.0.1/a.png", "https://10.0.0.1/a.png"),
    ],
)
def test_a_link_that_lacks_its_scheme_or_host_is_read_as_a_person_would(
    link: str, address: str
) -> None:
    assert str(picture_address(link, SERVICE)) == address


@pytest.mark.parametrize("link", ["127.0.0.1:9/a.png", "//127.0.0.1:9/a.png"])
def test_who_serves_http_at_home_links_to_it_there(link: str) -> None:
    home = api_root("http://127.0.0.1:8000")
    assert str(picture_address(link, home)) == "http://127.0.0.1:9/a.png"
    assert str(picture_address("//cdn.example/a.png", home)) == "https://cdn.example/a.png"


def test_only_what_cannot_be_sent_is_escaped() -> None:
    address = picture_address(" https://cdn.example/a 灯.png?x=é& ", SERVICE)
    assert str(address) == "https://cdn.example/a%20%E7%81%AF.png?x=%C3%A9&"


@pytest.mark.parametrize(
    "link",
    [
        "",
        "string",
        "file:///etc/passwd",
        "ftp://x/y",
        "javascript:alert(1)",
        "data:image/png,x",
        "//",
        "null",
        "localhost",
        "https:///a.png",
        "http://h:x/",
        "http://[::1",
        "http://xn--/",
    ],
)
def test_a_link_that_is_no_web_address_is_an_image_error(link: str) -> None:
    with pytest.raises(mj.ImageError, match="not a web address"):
        picture_address(link, SERVICE)


@pytest.mark.parametrize(
    "link",
    [
        "http://localhost:3000/mj/image/17?x=1&",
        "http://localhost:3001/mj/image/17?x=1&",
        "http://127.0.0.1:3000/mj/image/17?x=1&",
        "http://[::1]/mj/image/17?x=1&",
        "http://0.0.0.0:3000/mj/image/17?x=1&",
    ],
)
def test_a_gateway_that_does_not_know_its_own_name_is_helped_out(link: str) -> None:
    root = URL("https://service.example:8443/mj-fast/mj")
    address = picture_address(link, root)
    assert str(address) == "https://service.example:8443/mj/image/17?x=1&"


def test_a_service_on_this_machine_may_use_its_other_ports() -> None:
    here = URL("http://127.0.0.1:8800/mj")
    assert (
        str(picture_address("http://127.0.0.1:9000/a.png", here)) == "http://127.0.0.1:9000/a.png"
    )
    assert (
        str(picture_address("http://localhost:3000/a.png", here)) == "http://127.0.0.1:8800/a.png"
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x", "https://a.example:443/y", True),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://a.example:8443/x", False),
        ("https://a.example/x", "https://b.a.example/x", False),
        ("https://a.example/x", "https://A.example/x", True),
    ],
)
def test_an_origin_is_scheme_host_and_port(one: str, other: str, same: bool) -> None:
    assert same_origin(URL(one), URL(other)) is same


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST",
        "127.0.0.1",
        "127.8.9.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "::1",
        "[::1]",
        "::ffff:127.0.0.1",
        "0.0.0.0",
    ],
)
def test_every_way_to_write_this_machine_is_known(host: str) -> None:
    assert is_loopback(host)
    assert is_private(host)


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "10.1",
        "3232235777",
    ],
)
def test_private_addresses_are_known(host: str) -> None:
    assert is_private(host)
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1111", "198.18.0.7", "cdn.example", ""])
def test_public_addresses_and_names_are_not_private(host: str) -> None:
    assert not is_private(host)
    assert not is_loopback(host)


@given(st.text(st.characters(exclude_categories=())) | st.text().map("http://".__add__))
@example("http://h/\ud800")
@example("http://h\udcff/")
def test_no_text_is_worse_than_no_address(text: str) -> None:
    for read in (lambda: api_root(text), lambda: picture_address(text, SERVICE)):
        try:
            url = read()
        except mj.MjError:
            continue
        assert url.scheme in ("http", "https")
        assert url.host
        is_private(url.host)
