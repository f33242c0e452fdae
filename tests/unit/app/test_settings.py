"""Settings of the environment: what is none is refused, by its name and with an example."""

import pytest

from counterfoil.app.settings import UnknownSetting, from_environment


@pytest.mark.parametrize("text", ["", "10.1.2.0/24", "10.1.2.0/24, fd12::/48", "192.0.2.7"])
def test_networks_that_post_may_go_to(text: str) -> None:
    assert from_environment({"COUNTERFOIL_WEBHOOK_NETWORKS": text}).webhook_networks == text


@pytest.mark.parametrize(
    ("name", "text", "example"),
    [
        ("WEBHOOK_NETWORKS", "10.1.2.3/24", "10.1.2.0/24"),
        ("WEBHOOK_NETWORKS", "example.com", "10.1.2.0/24"),
        ("WEBHOOK_SCHEDULE", "5 300", "5,300,1800"),
        ("TRUSTED_PROXIES", "*", "10.1.2.0/24"),
        ("TRUSTED_PROXIES", "proxy.internal", "10.1.2.0/24"),
        ("PORT", "http", "whole number"),
        ("PORT", "65536", "from 0 to 65535"),
        ("PORT", "-1", "from 0 to 65535"),
        ("TIMEOUT", "0", "from 1"),
        ("RATE_LIMIT", "-1", "from 0"),
        ("RATE_BURST", "0", "from 1"),
        ("MAX_BODY", "0", "from 1"),
        ("MAX_BODY", "٣", "whole number"),
        ("MAX_BODY", "9" * 5000, "whole number"),
        ("DEFAULT_BOOKS", "paper", "embedded, desktop"),
        ("PUBLIC_URL", "books.example.com", "https://books.example.com"),
        ("PUBLIC_URL", "ftp://books.example.com", "https://books.example.com"),
        ("PUBLIC_URL", "https://books.example.com:port", "https://books.example.com"),
        ("PUBLIC_URL", "https://user:password@books.example.com", "https://books.example.com"),
        ("LOG_LEVEL", "loud", "warning"),
        ("ALLOW_PRIVATE_WEBHOOKS", "yes", "1 or 0"),
    ],
)
def test_what_is_no_value_is_refused_with_an_example(name: str, text: str, example: str) -> None:
    with pytest.raises(UnknownSetting, match=example) as refused:
        from_environment({f"COUNTERFOIL_{name}": text})
    assert f"COUNTERFOIL_{name}" in str(refused.value)


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownSetting, match="COUNTERFOIL_HOTS"):
        from_environment({"COUNTERFOIL_HOTS": "0.0.0.0", "PATH": "/bin"})


@pytest.mark.parametrize("name", ["PORT", "RATE_BURST", "DATABASE", "SECRET", "PUBLIC_URL", "METRICS_TOKEN"])
def test_an_empty_text_is_no_value(name: str) -> None:
    assert from_environment({f"COUNTERFOIL_{name}": ""}) == from_environment({})


@pytest.mark.parametrize("url", ["https://books.example.com", "http://localhost:8484/", "https://[::1]:8443/below/it"])
def test_how_the_outside_world_reaches_a_server(url: str) -> None:
    assert from_environment({"COUNTERFOIL_PUBLIC_URL": url}).public_url == url
