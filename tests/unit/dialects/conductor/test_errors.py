"""Errors as the vendor tells them."""

from typing import Any

import pytest

from counterfoil.core.errors import (
    BooksAway,
    BooksRefused,
    Broken,
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    OutcomeUnknown,
    StorageFull,
    Unauthorized,
    Unknown,
)
from counterfoil.core.problems import KINDS, Place, Problem, named
from counterfoil.dialects.conductor.errors import INTEGRATION_CODES, answer
from counterfoil.dialects.conductor.places import sent_place
from counterfoil.dialects.conductor.tables import TABLES

INVOICES = TABLES["invoices"]
STALE = Problem("stale_revision", (), {"value": "149", "thing": "invoice", "id": "1A-1"})
VENDOR_KEYS = ["message", "userFacingMessage", "type", "code", "httpStatusCode", "requestId"]


def told(error: Exception, plain_lines: int = 0) -> Any:
    return answer(error, INVOICES, "req_1", plain_lines)[2]["error"]


def detailed(kind: str) -> Problem:
    return Problem(kind, (), {"detail": "Because."})


@pytest.mark.parametrize(
    ("error", "status", "kind", "code", "retried"),
    [
        (Malformed(detailed("malformed")), 400, "INVALID_REQUEST_ERROR", "INVALID_REQUEST", False),
        (Invalid(Problem("required", ("name",))), 400, "INVALID_REQUEST_ERROR", "INVALID_REQUEST", False),
        (Unauthorized(detailed("unauthorized")), 401, "AUTHENTICATION_ERROR", "API_KEY_INVALID", False),
        (Forbidden(detailed("forbidden")), 403, "PERMISSION_ERROR", "PERMISSION_DENIED", False),
        (Unknown(detailed("unknown_resource")), 404, "INVALID_REQUEST_ERROR", "RESOURCE_MISSING", False),
        (Malformed(Problem("too_large", (), {"limit": 1})), 413, "INVALID_REQUEST_ERROR", "REQUEST_TOO_LARGE", False),
        (
            Conflict(Problem("idempotency_reused", (), {"value": "k"})),
            422,
            "INVALID_REQUEST_ERROR",
            "IDEMPOTENCY_KEY_REUSED",
            False,
        ),
        (BooksRefused(STALE), 502, "INTEGRATION_ERROR", "QBD_REQUEST_ERROR", False),
        (BooksAway(), 409, "INTEGRATION_CONNECTION_ERROR", "INTEGRATION_CONNECTION_NOT_ACTIVE", False),
        (OutcomeUnknown("r", 90), 504, "INTEGRATION_CONNECTION_ERROR", "QBD_REQUEST_TIMEOUT", False),
        (StorageFull(), 503, "INTERNAL_ERROR", "STORAGE_FULL", True),
        (Broken("secret"), 500, "INTERNAL_ERROR", "INTERNAL_ERROR", True),
        (ValueError("secret"), 500, "INTERNAL_ERROR", "INTERNAL_ERROR", True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_every_error_of_the_family(error: Exception, status: int, kind: str, code: str, retried: bool) -> None:
    found, headers, body = answer(error, INVOICES, "req_1")
    inner = body["error"]
    assert (found, inner["httpStatusCode"], inner["type"], inner["code"]) == (status, status, kind, code)
    assert headers.get("X-Should-Retry") == (None if retried else "false")
    assert [key for key in inner if key in VENDOR_KEYS] == VENDOR_KEYS
    assert inner["requestId"] == "req_1"
    assert inner["message"]
    assert inner["userFacingMessage"].startswith(inner["problems"][0]["message"])
    assert inner["fixes"][0]["action"]
    assert ("integrationCode" in inner) == (code == "QBD_REQUEST_ERROR")
    assert "secret" not in str(body)


def test_what_the_books_refuse_has_quickbooks_code() -> None:
    inner = told(BooksRefused(STALE))
    assert inner["integrationCode"] == "3200"
    assert inner["message"] == (
        'QBD Request Error (3200): The provided revision number (edit sequence) "149" is out-of-date.'
    )
    assert inner["outcome"] == "not_applied"


def test_what_is_not_there() -> None:
    inner = told(BooksRefused(Problem("object_missing", (), {"thing": "invoice", "value": "1A-1"})))
    assert inner["integrationCode"] == "500"
    assert "Invoice `1A-1` could not be found in QuickBooks." in inner["message"]


def test_every_problem_is_named_with_its_place() -> None:
    inner = told(Invalid(Problem("required", ("customerId",)), Problem("required", ("lines", 3, "id"))))
    assert [problem["place"] for problem in inner["problems"]] == ["customerId", "lines[3].id"]
    assert "`customerId`" in inner["message"]
    assert "`lines[3].id`" in inner["message"]
    assert inner["fixes"] == [{"actor": "developer", "action": "Send a value for it."}]


def test_places_of_the_books_are_told_in_the_callers_spelling() -> None:
    missing = {"thing": "sales-tax code", "value": "T-9"}
    inner = told(BooksRefused(Problem("reference_missing", ("lines", 1, "sales_tax_code"), missing)), plain_lines=2)
    assert inner["problems"][0]["place"] == "lines[1].salesTaxCodeId"
    assert "`lines[1].salesTaxCodeId`" in inner["message"]


def test_an_unknown_outcome_says_where_to_ask() -> None:
    inner = told(OutcomeUnknown("7f3a", 90))
    assert (inner["outcome"], inner["pendingRequestId"]) == ("unknown", "7f3a")


def test_every_code_belongs_to_a_kind_of_problem() -> None:
    assert set(INTEGRATION_CODES) <= set(KINDS)


@pytest.mark.parametrize(
    ("path", "place", "sent"),
    [
        ("invoices", ("customer",), "customerId"),
        ("invoices", ("class_",), "classId"),
        ("invoices", ("receivables_account",), "receivablesAccountId"),
        ("invoices", ("lines",), "lines"),
        ("invoices", ("lines", 1, "item"), "lines[1].itemId"),
        ("invoices", ("lines", 2, "item_group"), "lineGroups[0].itemGroupId"),
        ("invoices", ("lines", 3, "lines", 2, "rate"), "lineGroups[1].lines[2].rate"),
        ("invoices", ("link_to_transactions", 0), "linkToTransactionIds[0]"),
        ("invoices", ("apply_credits", 1, "applied_amount"), "applyCredits[1].appliedAmount"),
        ("invoices", ("billing_address", "postal_code"), "billingAddress.postalCode"),
        ("invoices", ("balance_remaining",), "balanceRemaining"),
        ("invoices", ("tax_override",), "taxOverride"),
        ("receive-payments", ("applications", 0, "payment_amount"), "applyToTransactions[0].paymentAmount"),
        ("sales-tax-group-items", ("sales_tax_items", 1), "salesTaxItemIds[1]"),
        ("service-items", ("sales_or_purchase", "posting_account"), "salesOrPurchaseDetails.postingAccountId"),
        ("item-groups", ("lines", 4, "item"), "lines[4].itemId"),
        ("invoices", (), ""),
    ],
)
def test_places(path: str, place: Place, sent: str) -> None:
    assert named(sent_place(TABLES[path], place, 2)) == sent
