"""Intuit's own OAuth client for Python, unmodified, against the emulator."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from quickbooks.client import QuickBooks
from quickbooks.exceptions import AuthorizationException
from quickbooks.objects.customer import Customer
from tests.clients.intuit.server import RunningIntuit


def consented(auth: AuthClient) -> dict[str, list[str]]:
    url = auth.get_authorization_url([Scopes.ACCOUNTING], state_token="state")
    answer = requests.get(url, allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["location"]).query)


def test_consent_tokens_refresh_and_revocation(intuit: RunningIntuit, auth: AuthClient) -> None:
    back = consented(auth)
    assert (back["state"], back["realmId"]) == (["state"], [intuit.realm])
    auth.get_bearer_token(back["code"][0], realm_id=back["realmId"][0])
    first = auth.refresh_token
    assert auth.access_token
    assert auth.expires_in == 3600
    auth.refresh()
    assert auth.refresh_token != first
    with pytest.raises(AuthClientError) as refused:
        auth.refresh(refresh_token=first)
    assert refused.value.status_code == 400
    assert auth.get_user_info().json()["email"]
    assert auth.revoke() is True
    with pytest.raises(AuthClientError):
        auth.refresh()


def test_an_expired_token_is_an_authorization_exception(intuit: RunningIntuit, qb: QuickBooks) -> None:
    intuit.faults.add("expired-token")
    with pytest.raises(AuthorizationException):
        Customer.get(1, qb=qb)
    assert Customer.get(1, qb=qb).Id == "1"
