from __future__ import annotations

import pytest

from orchestrator.connectors.egress import Egress, Limits, is_public, read_url
from orchestrator.engine.errors import NotSent


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("https://Example.COM", "https://example.com/"),
        ("http://example.com:80/a?b=c d".replace(" ", "%20"), "http://example.com/a?b=c%20d"),
        ("https://example.com.:8443/x", "https://example.com:8443/x"),
        ("https://bücher.example/ü#part", "https://xn--bcher-kva.example/%C3%BC"),
        ("http://[2001:4860:4860:0:0:0:0:8888]/", "http://[2001:4860:4860::8888]/"),
        ("https://a_b.example?x", "https://a_b.example/?x"),
    ],
)
def test_an_address_is_read_into_its_one_form(text: str, read: str) -> None:
    assert str(read_url(text)) == read


@pytest.mark.parametrize(
    "text",
    [
        "file:///etc/passwd",
        "gopher://example.com/",
        "ftp://example.com/",
        "dict://example.com/",
        "data:text/plain,x",
        "unix:///var/run/x.sock",
        "//example.com/",
        "example.com",
        "http://",
        "http:///path",
        "http://ok@evil.example/",
        "http://ok:pw@evil.example/",
        "http://ok\\@inside/",
        "http://evil.example\\@inside/",
        "http://a b/",
        "http://a\tb/",
        "http://a\nb/",
        "http://a%00b/",
        "http://example.com/%00",
        "http://example.com/\x00",
        "http://example.com:0/",
        "http://example.com:65536/",
        "http://example.com:99999999999/",
        "http://example.com:-1/",
        "http://example.com:port/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://[not-v6]/",
        "http://a..b/",
        "http://-a.example/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://1.2.3.4.5/",
        "http://example.com/" + "a" * 9000,
    ],
)
def test_what_is_no_plain_http_address_is_refused(text: str) -> None:
    with pytest.raises(NotSent) as failed:
        read_url(text)
    assert failed.value.error.code == "invalid_address"


def test_dots_of_other_alphabets_do_not_hide_an_address() -> None:
    assert read_url("http://127。0。0。1/").host == "127.0.0.1"


PRIVATE = [
    *("127.0.0.1", "127.9.9.9", "0.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1"),
    *("203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.88.99.1"),
    *("::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "::127.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "5f00::1", "3fff::1", "no address", ""),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "2606:4700::1111", "::ffff:8.8.8.8",
     "64:ff9b::808:808"],
)  # fmt: skip
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


def resolving(*addresses: str) -> tuple[list[str], object]:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return list(addresses)

    return asked, resolve


async def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    _, resolve = resolving("8.8.8.8", "::1")
    with pytest.raises(NotSent) as failed:
        await Egress(resolver=resolve).addresses("rebind.example", 80)  # type: ignore[arg-type]
    error = failed.value.error
    assert (error.category, error.code, error.retryable) == ("rejected", "egress_denied", False)
    assert error.hint == "An admin can allow this host in workspace settings."


async def test_a_host_that_resolves_to_public_addresses_may_be_called() -> None:
    asked, resolve = resolving("8.8.8.8", "2606:4700::1111")
    egress = Egress(resolver=resolve)  # type: ignore[arg-type]
    assert await egress.addresses("api.example", 443) == ["8.8.8.8", "2606:4700::1111"]
    assert asked == ["api.example"]


async def test_an_address_written_out_is_checked_without_being_resolved() -> None:
    asked, resolve = resolving("8.8.8.8")
    with pytest.raises(NotSent):
        await Egress(resolver=resolve).addresses("10.0.0.1", 80)  # type: ignore[arg-type]
    assert asked == []


@pytest.mark.parametrize(
    ("entry", "host", "port", "allowed"),
    [
        ("intranet.example", "intranet.example", 80, True),
        ("Intranet.Example.", "intranet.example", 8080, True),
        ("intranet.example:8080", "intranet.example", 8080, True),
        ("intranet.example:8080", "intranet.example", 8081, False),
        ("intranet.example", "other.intranet.example", 80, False),
        ("bücher.example", "xn--bcher-kva.example", 80, True),
        ("10.0.0.1", "10.0.0.1", 80, True),
        ("10.0.0.1:80", "10.0.0.1", 81, False),
        ("::1", "::1", 80, True),
        ("[0:0::1]:80", "::1", 80, True),
        ("[::1]:80", "::1", 81, False),
        ("*", "intranet.example", 80, False),
        ("", "intranet.example", 80, False),
    ],
)
def test_an_admin_lets_a_host_or_one_of_its_ports_through(entry: str, host: str, port: int, allowed: bool) -> None:
    assert Egress([entry]).allows(host, port) is allowed


async def test_a_host_without_addresses_can_be_tried_again() -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(NotSent) as failed:
        await Egress(resolver=unknown).addresses("no.example", 80)
    assert (failed.value.error.code, failed.value.error.retryable) == ("unknown_host", True)


async def somewhere(host: str, port: int) -> list[str]:
    return ["93.184.216.34"]


async def nowhere(host: str, port: int) -> list[str]:
    raise AssertionError("nobody may be asked")


@pytest.mark.parametrize(
    ("denied", "host", "port", "passes"),
    [
        ("files.example.com", "files.example.com", 443, False),
        ("Files.Example.com", "files.example.com", 443, False),
        ("files.example.com", "example.com", 443, True),
        ("files.example.com:8443", "files.example.com", 8443, False),
        ("files.example.com:8443", "files.example.com", 443, True),
        ("*.example.com", "a.b.example.com", 443, False),
        ("*.example.com", "example.com", 443, True),
        ("*.example.com", "badexample.com", 443, True),
        ("93.184.216.0/24", "www.example.org", 443, False),
        ("93.184.216.34", "www.example.org", 443, False),
        ("2606:2800::/32", "www.example.org", 443, True),
    ],
)
async def test_what_is_denied_is_not_called(denied: str, host: str, port: int, passes: bool) -> None:
    egress = Egress(resolver=somewhere, limits=Limits(denied=(denied,)))
    if passes:
        assert await egress.addresses(host, port) == ["93.184.216.34"]
        return
    with pytest.raises(NotSent) as refused:
        await egress.addresses(host, port)
    assert refused.value.error.code == "egress_ruled_out"


@pytest.mark.parametrize(
    ("host", "passes"),
    [
        ("api.example.com", True),
        ("x.partner.example", True),
        ("partner.example", False),
        ("example.com", False),
        ("8.8.8.8", True),
        ("93.184.216.34", False),
        ("erp.inside", True),
    ],
)
async def test_where_only_listed_places_may_be_called_nothing_else_is(host: str, passes: bool) -> None:
    limits = Limits(only=("api.example.com", "*.partner.example", "8.8.8.0/24"))
    if passes:
        assert await Egress(["erp.inside"], somewhere, limits).addresses(host, 443)
        return
    with pytest.raises(NotSent) as refused:
        await Egress(["erp.inside"], nowhere, limits).addresses(host, 443)
    assert refused.value.error.code == "egress_ruled_out"


async def test_a_denied_name_is_not_even_resolved() -> None:
    egress = Egress(resolver=nowhere, limits=Limits(denied=("*.evil.example",)))
    with pytest.raises(NotSent):
        await egress.addresses("secret-data.evil.example", 443)


async def test_what_is_denied_goes_before_what_is_allowed() -> None:
    egress = Egress(["erp.inside"], somewhere, Limits(denied=("erp.inside",), only=("erp.inside",)))
    with pytest.raises(NotSent):
        await egress.addresses("erp.inside", 80)


async def test_an_address_wrapped_into_another_is_denied_too() -> None:
    egress = Egress(resolver=nowhere, limits=Limits(denied=("93.184.216.0/24",)))
    with pytest.raises(NotSent) as refused:
        await egress.addresses("::ffff:93.184.216.34", 443)
    assert refused.value.error.code == "egress_ruled_out"
