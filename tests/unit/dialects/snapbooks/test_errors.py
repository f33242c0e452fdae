"""Errors in the vendor's envelope."""

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
from counterfoil.core.problems import Problem
from counterfoil.dialects.snapbooks.errors import Ambiguous, Context, answer
from counterfoil.dialects.snapbooks.fields import CREATE_INVOICE, PAYMENT
from counterfoil.dialects.snapbooks.read import Notice
from counterfoil.wire.qbo.query import QueryFault

NOWHERE = Context()


def test_statuses_and_types() -> None:
    problem = Problem("not_served", (), {"detail": "No."})
    for error, status, type_ in (
        (Malformed(Problem("malformed", (), {"detail": "x"})), 400, "Validation"),
        (Malformed(Problem("too_large", (), {"limit": 5})), 413, "Validation"),
        (Invalid(problem), 400, "Validation"),
        (Unauthorized(problem), 401, "Authentication"),
        (Forbidden(problem), 403, "Authentication"),
        (Unknown(problem), 404, "NotFound"),
        (Conflict(Problem("idempotency_reused", (), {"value": "k"})), 422, "Conflict"),
        (Ambiguous("1", ["2", "3"]), 409, "Conflict"),
        (BooksRefused(problem), 400, "QuickBooks"),
        (QueryFault("4000", "x", 3), 400, "QuickBooks"),
        (BooksAway(), 502, "Unavailable"),
        (StorageFull(), 503, "Unavailable"),
        (OutcomeUnknown("r", 5), 504, "Unavailable"),
        (Broken("secret"), 500, "Internal"),
        (KeyError("secret"), 500, "Internal"),
    ):
        found, _, body = answer(error, NOWHERE)
        assert (found, body["type"], body["success"]) == (status, type_, False), error
        assert list(body)[:4] == ["success", "type", "message", "details"]
        assert "secret" not in str(body)


def test_an_unknown_outcome_is_told_as_such() -> None:
    _, headers, body = answer(OutcomeUnknown("r-1", 5), NOWHERE)
    assert (headers, body["outcome"], body["requestId"]) == ({"X-Should-Retry": "false"}, "unknown", "r-1")


def test_places_and_numbers_are_the_callers() -> None:
    context = Context(CREATE_INVOICE, {"80000004-1": "59"}, lines=2)
    values = {"value": "80000004-1", "thing": "Customer"}
    _, _, body = answer(
        BooksRefused(
            Problem("reference_inactive", ("customer",), values),
            Problem("reference_missing", ("lines", 1, "item"), {"value": "9", "thing": "item"}),
            Problem("reference_missing", ("lines", 2, "sales_tax_code"), {"value": "9", "thing": "code"}),
            Problem("negative_total", ("lines",), {"thing": "invoice", "total": -1}),
            Problem("has_applications", ("receivables_account",)),
        ),
        context,
    )
    elements = [entry["element"] for entry in body["details"]]
    assert elements == ["customerId", "lineItems[1].productService", "shipAmount", "lineItems", "receivables_account"]
    assert "`59`" in body["details"][0]["Detail"]
    paid = Problem("over_application", ("applications", 0, "payment_amount"), {"applied": 2, "due": 1, "id": "x"})
    _, _, body = answer(BooksRefused(paid), Context(PAYMENT))
    assert body["details"][0]["element"] == "amount"


def test_what_a_sequence_had_done_is_told() -> None:
    done = (Notice("customerId", "CustomerCreated", "Customer 61 (X) was made."),)
    _, _, body = answer(Invalid(Problem("required", ("termId",))), Context(done=done))
    assert body["message"].endswith("Customer 61 (X) was made.")
    assert body["details"][-1] == {
        "field": "customerId",
        "code": "CustomerCreated",
        "message": "Customer 61 (X) was made.",
    }


def test_a_query_that_is_none_tells_where() -> None:
    _, _, body = answer(QueryFault("4000", "unexpected x", 12), NOWHERE)
    assert (body["details"][0]["code"], body["details"][0]["position"]) == ("4000", 12)
    assert "position 12" in body["message"]
