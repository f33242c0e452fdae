"""Who may ask, and how what is refused is told."""

import pytest
from tests.acceptance.snapbooks.office import Office

from counterfoil.dialects.snapbooks.operations import OPERATIONS, ROOTS


@pytest.mark.parametrize("operation", OPERATIONS, ids=[each.name for each in OPERATIONS])
def test_nobody_gets_in_without_a_key(office: Office, operation: object) -> None:
    for root in ROOTS:
        for headers in ({}, {"X-Api-Key": "cf_0123456789abcdef_wrong"}):
            method, path = operation.method, operation.path  # type: ignore[attr-defined]
            response = office.send(method, root + path, "not even JSON", company="", headers=headers)
            assert response.status_code == 401
            assert response.json() == {
                "success": False,
                "type": "Authentication",
                "message": "Invalid API key",
                "details": [],
                "outcome": "not_applied",
            }


def test_a_key_of_several_connections_must_say_which(office: Office) -> None:
    response = office.send("GET", "/v1/invoice?docNumber=5882", company="none")
    assert (response.status_code, response.json()["type"]) == (400, "Validation")


def test_another_company_has_other_invoices(office: Office) -> None:
    assert office.send("GET", "/v1/invoice?docNumber=5882", company="CA").status_code == 404
    (invoice,) = office.query("SELECT * FROM Invoice WHERE DocNumber = '5882'")
    assert office.send("GET", f"/v1/invoice?id={invoice['Id']}", company="CA").status_code == 404


def test_bills_and_unknown_methods(office: Office) -> None:
    for method, path in (("POST", "/api/v1/bill"), ("PUT", "/v1/bill"), ("GET", "/v1/query"), ("PATCH", "/v1/invoice")):
        response = office.send(method, path, {})
        assert (response.status_code, response.json()["success"]) == (404, False)


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', b"\xff\xfe", '{"a":1,"a":2}', "[" * 1000])
def test_bodies_that_are_none(office: Office, body: str | bytes) -> None:
    for method, path in (("POST", "/v1/invoice"), ("POST", "/v1/query"), ("PUT", "/v1/customer")):
        response = office.send(method, path, body)
        assert response.status_code == 400
        assert response.json()["message"].startswith("Malformed JSON")


def test_a_body_that_is_too_large(office: Office) -> None:
    response = office.send("POST", "/v1/invoice", " " * (1024 * 1024 + 1))
    assert (response.status_code, response.json()["type"]) == (413, "Validation")


def test_the_description_needs_no_key(office: Office) -> None:
    response = office.send("GET", "/openapi/snapbooks.json", company="")
    assert response.json()["openapi"] == "3.1.0"
