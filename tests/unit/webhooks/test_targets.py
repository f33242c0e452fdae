"""Where post may go, over a corpus of addresses."""

import asyncio
import socket
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.webhooks.target_corpus import CORPUS, PUBLIC, PUBLIC_6, Resolver, Row

from counterfoil.webhooks.targets import (
    ForbiddenTarget,
    Target,
    UnresolvedTarget,
    checked,
    is_public,
    looked_up,
    networks,
    resolved,
)


def test_the_corpus_is_as_large_as_it_is_promised_to_be() -> None:
    assert len({row.url for row in CORPUS}) >= 60


@pytest.mark.parametrize("row", CORPUS, ids=lambda row: ascii(row.url)[:60])
def test_an_address_leads_where_it_may(row: Row) -> None:
    resolver = Resolver(row.answers or (PUBLIC,))
    if row.leads_to is None:
        with pytest.raises(ForbiddenTarget):
            asyncio.run(resolved(row.url, allow_private=False, resolver=resolver))
        assert len(resolver.asked) == (0 if row.answers is None else 1)
    else:
        target = asyncio.run(resolved(row.url, allow_private=False, resolver=resolver))
        assert target.ip == row.leads_to
        assert target.port == (443 if row.url.lower().startswith("https") else 80)


@pytest.mark.parametrize("row", [row for row in CORPUS if row.answers is None], ids=lambda row: ascii(row.url)[:60])
def test_what_its_looks_forbid_is_refused_when_it_is_given(row: Row) -> None:
    with pytest.raises(ForbiddenTarget):
        checked(row.url, allow_private=False)


def test_the_parts_of_an_address_are_those_that_are_asked_for() -> None:
    target = asyncio.run(
        resolved("https://Bücher.example.:443/a/b?c=d#e", allow_private=False, resolver=Resolver([PUBLIC]))
    )
    assert target == Target("https", "xn--bcher-kva.example", 443, PUBLIC, "/a/b?c=d")


def test_a_name_that_changes_is_looked_at_once_and_the_connection_has_that_answer() -> None:
    resolver = Resolver([PUBLIC], ["127.0.0.1"])
    assert asyncio.run(resolved("http://rebind.example/", allow_private=False, resolver=resolver)).ip == PUBLIC
    assert resolver.asked == [("rebind.example", 80)]
    with pytest.raises(ForbiddenTarget):
        asyncio.run(resolved("http://rebind.example/", allow_private=False, resolver=resolver))


@pytest.mark.parametrize(
    "answer",
    [[], socket.gaierror(socket.EAI_AGAIN, "try again"), socket.gaierror(socket.EAI_NONAME, "unknown"), UnicodeError()],
    ids=["none", "again", "unknown", "unspeakable"],
)
def test_a_name_without_an_address_just_now_is_not_forbidden(answer: Sequence[str] | Exception) -> None:
    with pytest.raises(UnresolvedTarget):
        asyncio.run(resolved("http://example.com/", allow_private=False, resolver=Resolver(answer)))


def test_a_look_up_that_never_ends_is_given_up() -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return [PUBLIC]

    with pytest.raises(UnresolvedTarget):
        asyncio.run(resolved("http://example.com/", allow_private=False, resolver=never, seconds=0.01))


def test_the_systems_resolver_knows_this_machine() -> None:
    found = asyncio.run(looked_up("localhost", 80))
    assert found
    assert not any(is_public(address) for address in found)


def test_networks_of_ones_own_are_open_to_any_port_and_open_nothing_else() -> None:
    own = networks("10.1.2.0/24, fd12::/48,")
    for url, answer in (
        ("http://10.1.2.3/", "10.1.2.3"),
        ("http://10.1.2.3:8080/", "10.1.2.3"),
        ("http://billing.internal:8080/", "10.1.2.3"),
        ("http://[fd12::7]:8080/", "fd12::7"),
        ("https://example.com/", PUBLIC_6),
    ):
        target = asyncio.run(resolved(url, allow_private=False, allowed=own, resolver=Resolver([answer])))
        assert target.ip == answer
    for url, found in (
        ("http://10.1.3.3/", ["10.1.3.3"]),
        ("http://billing.internal/", ["10.1.3.3"]),
        ("http://billing.internal/", ["10.1.2.3", "10.1.3.3"]),
        ("http://example.com:8080/", [PUBLIC]),
        ("http://example.com:8080/", ["10.1.2.3", PUBLIC]),
        ("http://[::ffff:10.1.2.3]/", ["::ffff:10.1.2.3"]),
        ("http://0xa010203/", ["10.1.2.3"]),
    ):
        with pytest.raises(ForbiddenTarget):
            asyncio.run(resolved(url, allow_private=False, allowed=own, resolver=Resolver(found)))


def test_an_unreadable_network_is_told() -> None:
    for text in ("10.0.0.1/8", "ten", "10.0.0.0/33"):
        with pytest.raises(ValueError, match=r"."):
            networks(text)


def test_where_private_places_are_allowed_only_the_spelling_counts() -> None:
    for url in ("http://127.0.0.1:8080/", "http://receiver:9000/hook", "http://[::1]/", "https://10.0.0.1/"):
        assert asyncio.run(resolved(url, allow_private=True, resolver=Resolver(["127.0.0.1"]))).ip == "127.0.0.1"
    for url in ("http://0x7f.1/", "http://user@receiver/", "file:///etc/passwd", "http://a b/"):
        with pytest.raises(ForbiddenTarget):
            asyncio.run(resolved(url, allow_private=True, resolver=Resolver(["127.0.0.1"])))


@given(st.text(max_size=60), st.sampled_from(("", "http://", "https://", "http://[", "http://127.0.0.1", "//")))
def test_any_text_is_either_an_address_or_refused(text: str, head: str) -> None:
    try:
        scheme, host, port, path = checked(head + text, allow_private=False)
    except ForbiddenTarget:
        return
    assert scheme in ("http", "https")
    assert host.isascii()
    assert port in (80, 443)
    assert path.startswith("/")


@given(st.one_of(st.ip_addresses(v=4, network="127.0.0.0/8"), st.ip_addresses(v=4, network="10.0.0.0/8")))
def test_an_inner_address_stays_inner_however_it_is_wrapped(ip: object) -> None:
    octets = [int(part) for part in str(ip).split(".")]
    pair = f"{octets[0]:02x}{octets[1]:02x}:{octets[2]:02x}{octets[3]:02x}"
    for address in (
        str(ip),
        f"::ffff:{pair}",
        f"::{pair}",
        f"2002:{pair}::1",
        f"64:ff9b::{pair}",
        f"64:ff9b:1::{pair}",
    ):
        assert not is_public(address)
