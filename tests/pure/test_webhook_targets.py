"""Where webhooks may lead: out, and never back in."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.actions.webhook_targets import Rules, allowed, public, read
from hub.cli.hooks import NotAllowed, checked, resolve
from hub.config import BadSetting, Settings
from hub.errors import Invalid
from tests.conftest import KEY

INSIDE = (
    "0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 "
    "192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 "
    "255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 "
    "64:ff9b::a00:1 64:ff9b:1::a00:1 100::1 2001::1 2001:0:7f00:1::1 2001:db8::1 2002:7f00:1:: 2002:a00:1::1 fc00::1 "
    "fd00:ec2::254 fe80::1 fec0::1 ff02::1 ff0e::1 2a00:1450::5efe:a00:1 2a00:1450::200:5efe:a00:1 fe80::1%eth0 "
    "2a00:1450::1%eth0"
)
OUTSIDE = ["8.8.8.8", "93.184.215.14", "192.0.1.1", "2a00:1450:4001:806::200e", "2606:4700:4700::1111"]


@pytest.mark.parametrize("text", INSIDE.split())
def test_no_message_goes_to_an_address_inside_or_one_that_leads_there(text: str) -> None:
    assert not public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", OUTSIDE)
def test_messages_go_to_the_public_internet(text: str) -> None:
    assert public(ipaddress.ip_address(text))


@given(st.ip_addresses(v=4))
def test_an_address_wrapped_in_another_is_judged_as_what_it_is(inner: ipaddress.IPv4Address) -> None:
    mapped = ipaddress.IPv6Address(f"::ffff:{inner}")
    assert public(mapped) == public(inner)
    for prefix in ("64:ff9b::", "::"):
        assert not public(ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) + int(inner)))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/", "webhook_https"),
        ("ftp://example.org/", "webhook_https"),
        ("file:///etc/passwd", "webhook_url"),
        ("gopher://example.org:443/", "webhook_https"),
        ("https:///pfad", "webhook_url"),
        ("//example.org/", "webhook_https"),
        ("https://a@example.org/", "webhook_url"),
        ("https://a:b@example.org/", "webhook_url"),
        ("https://example.org#x", "webhook_url"),
        ("https://example.org\\@127.0.0.1/", "webhook_url"),
        ("https://example.org/\r\nX: y", "webhook_url"),
        ("https://example.org/a b", "webhook_url"),
        ("https://exämple.org/", "webhook_url"),
        ("https://[::1", "webhook_url"),
        ("https://example.org:99999/", "webhook_url"),
        ("https://example.org:22/", "webhook_port"),
        ("https://example.org:80/", "webhook_port"),
        ("https://127.0.0.1/", "webhook_address"),
        ("https://169.254.169.254/latest/meta-data", "webhook_address"),
        ("https://[::1]/", "webhook_address"),
        ("https://[::ffff:10.0.0.1]/", "webhook_address"),
        ("https://[64:ff9b::7f00:1]/", "webhook_address"),
        ("https://10.0.0.1./", "webhook_address"),
        ("http://127.0.0.1:8000/", "webhook_https"),
    ],
)
def test_what_is_no_address_for_a_webhook_is_refused_when_it_is_set_up(url: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(url, Rules())
    assert refused.value.fields == {"url": code}


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0", "localhost", "localhost."])
def test_odd_spellings_of_this_machine_are_found_out_when_a_message_is_sent(host: str) -> None:
    with pytest.raises((NotAllowed, OSError)):
        checked(read(f"https://{host}/", Rules()), resolve)


def test_one_address_inside_among_several_is_enough_to_send_nothing() -> None:
    target = read("https://example.org/", Rules())
    with pytest.raises(NotAllowed):
        checked(target, lambda _host, _port: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(NotAllowed):
        checked(target, lambda _host, _port: [])


def test_an_installation_may_name_hosts_and_ports() -> None:
    rules = Rules(("hooks.example.org", "*.hessen.example"), frozenset({443, 8443}))
    for url in ("https://hooks.example.org/", "https://a.b.hessen.example:8443/x?y=1"):
        assert read(url, rules).https
    for url in ("https://example.org/", "https://hessen.example/", "https://evilhessen.example/"):
        with pytest.raises(Invalid) as refused:
            read(url, rules)
        assert refused.value.fields == {"url": "webhook_host"}


def test_plain_http_goes_to_this_machine_alone_and_only_where_that_was_asked_for() -> None:
    target = read("http://127.0.0.1:8149/x", Rules(loopback=True))
    assert allowed(ipaddress.ip_address("127.0.0.1"), target)
    assert not allowed(ipaddress.ip_address("10.0.0.1"), target)
    assert not allowed(ipaddress.ip_address("8.8.8.8"), target)
    with pytest.raises(Invalid):
        read("http://example.org/", Rules(loopback=True))
    with pytest.raises(Invalid):
        read("https://127.0.0.1/", Rules(loopback=True))


def test_settings_that_open_the_way_inside_are_refused_at_start() -> None:
    with pytest.raises(BadSetting, match="HUB_WEBHOOK_LOOPBACK"):
        Settings("sqlite://", KEY, host="0.0.0.0", webhook_loopback=True).check()  # noqa: S104 - what is refused
    for ports in ("", "x", "443,0", "70000"):
        with pytest.raises(BadSetting, match="HUB_WEBHOOK_PORTS"):
            Settings("sqlite://", KEY, webhook_ports=ports).check()
    assert Settings("sqlite://", KEY, webhook_ports="443, 8443").webhook_port_set == {443, 8443}
