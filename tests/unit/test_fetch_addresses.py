"""Which URLs and addresses fetch may reach."""

import pytest

from tidings.errors import BadInput, BlockedAddress, TidingsError
from tidings.fetch.addresses import refusal, target_of

BLOCKED_URLS = [
    "http://127.0.0.1/",
    "http://127.1.2.3:8080/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://printer.local/",
    "http://db.internal/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.170.2/v2/credentials",
    "http://192.0.0.192/opc/v1/instance/",
    "http://168.63.129.16/machine",
    "http://100.100.100.200/latest/meta-data",
    "http://10.0.0.1/",
    "http://172.16.5.5/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://255.255.255.255/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://198.18.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[::7f00:1]/",
    "http://example.org:22/",
    "http://example.org:6379/",
    "https://example.org:25/",
    "http://user:secret@example.org/",
    "http://example.org@127.0.0.1/",
    "file:///etc/passwd",
    "gopher://example.org/",
    "ftp://example.org/feed.xml",
    "data:text/html,x",
    "javascript:alert(1)",
]
UNREADABLE_URLS = ["http://", "http:///path", "http://exa mple.org/", "http://[::1", "http://a:b/", "http://x\r\nHost: y/"]


@pytest.mark.parametrize("url", BLOCKED_URLS)
def test_a_hostile_url_is_refused_before_any_name_is_resolved(url: str) -> None:
    with pytest.raises(BlockedAddress):
        target_of(url)


@pytest.mark.parametrize("url", UNREADABLE_URLS)
def test_what_is_no_url_is_bad_input(url: str) -> None:
    with pytest.raises(BadInput):
        target_of(url)


@pytest.mark.parametrize(
    "url",
    ["http://example.org", "https://example.org:8443/a?b=c", "http://93.184.216.34/", "https://[2606:2800:220:1::1]/feed"],
)
def test_a_public_url_is_allowed(url: str) -> None:
    assert target_of(url).scheme in ("http", "https")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "10.1.1.1",
        "::ffff:192.168.0.1",
        "64:ff9b::1",
        "2002:a00:1::",
        "192.0.0.192",
        "fe80::1%eth0",
        "x",
    ],
)
def test_a_resolved_address_inside_is_refused(address: str) -> None:
    assert refusal(address)


@pytest.mark.parametrize("address", ["3fff::1", "5f00::1", "100:0:0:1::1"])
def test_an_address_that_only_later_pythons_know_not_to_be_public_is_refused(address: str) -> None:
    assert refusal(address) == f"{address} is not a public address"


def test_loopback_is_allowed_only_when_asked_for_and_nothing_else_with_it() -> None:
    assert target_of("http://127.0.0.1:18765/feed.xml", allow_loopback=True).port == 18765
    assert refusal("::1", allow_loopback=True) is None
    for url in ("http://10.0.0.1/", "http://169.254.169.254/", "http://127.1/", "http://example.org:18765/"):
        with pytest.raises(TidingsError):
            target_of(url, allow_loopback=True)


def test_one_port_of_this_machine_may_be_allowed_alone() -> None:
    assert target_of("http://127.0.0.1:18765/feed.xml", loopback_port=18765).port == 18765
    for url in (
        "http://127.0.0.1:18766/",
        "http://127.0.0.1/",
        "http://localhost:8080/",
        "http://[::ffff:127.0.0.1]:18765/",
        "http://2130706433:18765/",
        "http://example.org:18765/",
    ):
        with pytest.raises(TidingsError):
            target_of(url, loopback_port=18765)


def test_the_host_header_names_a_port_that_is_not_the_schemes_own() -> None:
    assert target_of("http://example.org/").host_header == "example.org"
    assert target_of("https://example.org:8443/").host_header == "example.org:8443"
    assert target_of("http://b\u00fccher.example/").host == "xn--bcher-kva.example"
