"""OAuth of the emulated Intuit: consent, codes, tokens that change as they are used, and their end."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import httpx
from tests.unit.emulators.online.intuit import CALLBACK, Intuit, Start, intuit

from counterfoil.emulators.online.company import US_REALM

ASKED = {
    "client_id": "client",
    "response_type": "code",
    "scope": "com.intuit.quickbooks.accounting",
    "redirect_uri": CALLBACK,
    "state": "s/1",
}
HUNDRED_AND_ONE_DAYS = 8_726_400


async def consented(asking: Intuit) -> dict[str, str]:
    """What comes back to the program that a person lets in."""
    answer = await asking.client.get("/connect/oauth2", params=ASKED)
    assert answer.status_code == 302
    target = urlsplit(answer.headers["location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == CALLBACK
    return {name: each[0] for name, each in parse_qs(target.query).items()}


async def connected(asking: Intuit) -> dict[str, object]:
    code = (await consented(asking))["code"]
    return await asking.tokens({"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK})


async def refreshed(asking: Intuit, token: object, *, status: int = 200) -> dict[str, object]:
    return await asking.tokens({"grant_type": "refresh_token", "refresh_token": str(token)}, status=status)


def test_the_discovery_document_names_all_endpoints_at_the_address_that_was_asked(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        for name in ("openid_sandbox_configuration", "openid_sandbox_configuration/", "openid_configuration"):
            told = (await asking.client.get(f"/.well-known/{name}")).json()
            names = {"authorization_endpoint", "token_endpoint", "revocation_endpoint", "userinfo_endpoint", "jwks_uri"}
            assert all(told[each].startswith("http://intuit.test/") for each in names)
            assert told["issuer"] == "http://intuit.test/op/v1"

    start(work)


def test_consent_sends_code_state_and_realm_back(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        back = await consented(asking)
        assert back["state"] == "s/1"
        assert back["realmId"] == US_REALM == "9130000000000000"

    start(work)


def test_a_code_is_good_once_and_only_for_its_address(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        code = (await consented(asking))["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        told = await asking.tokens(form)
        assert told["token_type"] == "bearer"
        assert told["expires_in"] == 3600
        assert told["x_refresh_token_expires_in"] == HUNDRED_AND_ONE_DAYS
        assert (await asking.tokens(form, status=400))["error"] == "invalid_grant"
        other = (await consented(asking))["code"]
        wrong = {**form, "code": other, "redirect_uri": "https://evil.example/"}
        assert (await asking.tokens(wrong, status=400))["error"] == "invalid_grant"

    start(work)


def test_a_person_chooses_the_company_on_the_page_or_says_no(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        page = await asking.client.get("/connect/oauth2", params=ASKED)
        assert page.status_code == 200
        assert "Sandbox Company_US_1" in page.text
        assert "Sandbox Company_CA_1" in page.text
        agreed = {**ASKED, "realm": "9130000000000001", "decision": "connect"}
        answer = await asking.client.post("/connect/oauth2", data=agreed)
        assert parse_qs(urlsplit(answer.headers["location"]).query)["realmId"] == ["9130000000000001"]
        answer = await asking.client.post("/connect/oauth2", data={**ASKED, "decision": "cancel"})
        assert parse_qs(urlsplit(answer.headers["location"]).query) == {"error": ["access_denied"], "state": ["s/1"]}
        answer = await asking.client.get("/connect/oauth2", params={**ASKED, "state": ""})
        assert answer.status_code == 400

    start(work, auto_consent=False)


def test_a_refresh_token_changes_when_it_is_used_and_the_old_one_dies(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        first = await connected(asking)
        second = await refreshed(asking, first["refresh_token"])
        assert second["refresh_token"] != first["refresh_token"]
        assert second["access_token"] != first["access_token"]
        assert (await refreshed(asking, first["refresh_token"], status=400))["error"] == "invalid_grant"
        await refreshed(asking, second["refresh_token"])

    start(work)


def test_a_refresh_token_may_keep_its_value_for_a_day(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        first = await connected(asking)
        assert (await refreshed(asking, first["refresh_token"]))["refresh_token"] == first["refresh_token"]
        asking.clock.pass_by(86_400)
        assert (await refreshed(asking, first["refresh_token"]))["refresh_token"] != first["refresh_token"]

    start(work, rotate_after=86_400)


def test_of_twenty_refreshes_with_one_token_one_is_granted(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        token = str((await connected(asking))["refresh_token"])
        form = {"grant_type": "refresh_token", "refresh_token": token}
        calls = (asking.client.post("/oauth2/v1/tokens/bearer", data=form, auth=("client", "x")) for _ in range(20))
        statuses = sorted(answer.status_code for answer in await asyncio.gather(*calls))
        assert statuses == [200] + [400] * 19

    start(work)


def test_a_refresh_token_dies_when_nobody_uses_it_and_five_years_after_consent(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        token = (await connected(asking))["refresh_token"]
        asking.clock.pass_by(HUNDRED_AND_ONE_DAYS + 1)
        await refreshed(asking, token, status=400)
        token = (await connected(asking))["refresh_token"]
        for _ in range(5 * 365 // 100):
            asking.clock.pass_by(100 * 86_400)
            token = (await refreshed(asking, token))["refresh_token"]
        asking.clock.pass_by(26 * 86_400)
        await refreshed(asking, token, status=400)

    start(work)


def test_the_end_of_all_refreshing_is_told_to_those_who_ask(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        form = {"grant_type": "refresh_token", "refresh_token": "refresh"}
        assert "x_refresh_token_hard_expires_in" not in await asking.tokens(form)
        told = await asking.tokens(form, headers={"x-include-refresh-token-hard-expires-in": "true"})
        assert told["x_refresh_token_hard_expires_in"] == 5 * 365 * 86_400

    start(work)


def test_an_access_token_opens_its_company_for_an_hour(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        asking.token = str((await connected(asking))["access_token"])
        assert (await asking.ask("GET", "preferences")).status_code == 200
        asking.realm = "9130000000000001"
        other = await asking.ask("GET", "preferences")
        assert other.status_code == 403
        assert other.json()["Fault"]["Error"][0]["code"] == "120"
        asking.realm = US_REALM
        asking.clock.pass_by(3600)
        expired = await asking.ask("GET", "preferences")
        assert expired.status_code == 401
        body = expired.json()
        assert body["fault"]["type"] == "AUTHENTICATION"
        assert body["fault"]["error"][0]["code"] == "3200"
        assert "Fault" not in body

    start(work)


def test_revoking_ends_all_tokens_of_a_consent(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        for written in ('{{"token": "{}"}}', "token={}"):
            told = await connected(asking)
            body = written.format(told["refresh_token"])
            answer = await asking.client.post("/v2/oauth2/tokens/revoke", auth=("client", "secret"), content=body)
            assert (answer.status_code, answer.content) == (200, b"")
            asking.token = str(told["access_token"])
            assert (await asking.ask("GET", "preferences")).status_code == 401
            await refreshed(asking, told["refresh_token"], status=400)
            again = await asking.client.post("/v2/oauth2/tokens/revoke", auth=("client", "secret"), content=body)
            assert again.status_code == 400

    start(work)


def test_tokens_are_given_to_nobody_without_a_client_id(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        form = {"grant_type": "refresh_token", "refresh_token": "refresh"}
        answer = await asking.client.post("/oauth2/v1/tokens/bearer", data=form)
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
        assert (await asking.tokens({"grant_type": "password"}, status=400))["error"] == "unsupported_grant_type"

    start(work)


def test_who_is_logged_in_is_told_to_those_with_a_token(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        headers = {"Authorization": f"Bearer {asking.token}"}
        told = (await asking.client.get("/v1/openid_connect/userinfo", headers=headers)).json()
        assert told["emailVerified"] is True
        assert (await asking.client.get("/v1/openid_connect/userinfo")).status_code == 401
        assert (await asking.client.get("/op/v1/jwks")).json() == {"keys": []}

    start(work)


def test_grants_outlive_a_restart(start: Start) -> None:
    async def work() -> None:
        async with intuit(start.template, start.folder) as asking:
            told = await connected(asking)
        async with intuit(start.template, start.folder / "other") as asking:
            await refreshed(asking, told["refresh_token"], status=400)
        again = start.folder.parent / "again"
        async with intuit(start.folder, again) as asking:
            asking.token = str(told["access_token"])
            assert (await asking.ask("GET", "preferences")).status_code == 200
            await refreshed(asking, told["refresh_token"])

    asyncio.run(work())


def test_faults_of_the_token_endpoint(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        first = await connected(asking)
        asking.faults.add("invalid-grant")
        await refreshed(asking, first["refresh_token"], status=400)
        asking.faults.add("refresh-lost")
        lost = False
        try:
            await refreshed(asking, first["refresh_token"])
        except httpx.ReadTimeout:
            lost = True
        assert lost
        assert (await refreshed(asking, first["refresh_token"], status=400))["error"] == "invalid_grant"

    start(work)
