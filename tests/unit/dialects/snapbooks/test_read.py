"""Bodies → requests."""

from decimal import Decimal

import pytest

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import named
from counterfoil.dialects.snapbooks.fields import CREATE_INVOICE, PAYMENT, UPDATE_CUSTOMER, InvoiceRequest, Line
from counterfoil.dialects.snapbooks.read import read


def test_capitals_do_not_matter_and_the_exact_spelling_wins() -> None:
    request, notices = read(CREATE_INVOICE, {"NOTE": "loud", "note": "soft", "CustomerID": "59"}, 10)
    assert request == InvoiceRequest(note="soft", customer="59")
    assert notices == []


def test_null_says_nothing_and_an_empty_text_something() -> None:
    request, _ = read(CREATE_INVOICE, {"note": "", "termId": "", "invoiceDate": None, "totalTaxOverride": ""}, 10)
    assert request == InvoiceRequest(note="")


def test_lines() -> None:
    body = {
        "lineItems": [{"productService": 21, "Units": "2", "billAmount": "10.00", "taxCodeRef": "TAX", "taxable": "0"}]
    }
    request, _ = read(CREATE_INVOICE, body, 10)
    assert request.lines == (Line(item="21", units=Decimal(2), amount=Decimal(10), tax_code=True, taxable=False),)


def test_both_names_of_a_memo() -> None:
    request, _ = read(PAYMENT, {"amount": 1, "vqbPaymentMemo": "check"}, 10)
    assert request.memo == "check"
    request, _ = read(PAYMENT, {"amount": 1, "vqbPaymentMemo": "check", "paymentMemo": "cash"}, 10)
    assert request.memo == "cash"


def test_unknown_keys_are_noticed() -> None:
    _, notices = read(CREATE_INVOICE, {"custmerId": 1, "lineItems": [{"billAmount": 1, "x": 2}]}, 10)
    assert [notice.field for notice in notices] == ["custmerId", "lineItems[0].x"]
    assert "customerId" in notices[0].message
    _, notices = read(CREATE_INVOICE, {f"k{number}": 1 for number in range(100)}, 10)
    assert len(notices) == 20


def test_every_problem_is_told() -> None:
    body = {"invoiceNumber": "x" * 30, "customerId": "?", "lineItems": [{}, 5, {"billAmount": "x"}]}
    with pytest.raises(Invalid) as caught:
        read(CREATE_INVOICE, body, 10)
    places = [named(problem.place) for problem in caught.value.problems]
    assert places == [
        "invoiceNumber",
        "customerId",
        "lineItems[0].billAmount",
        "lineItems[1]",
        "lineItems[2].billAmount",
    ]


def test_limits() -> None:
    for lines in ([], [{"billAmount": 1}] * 11, "x"):
        with pytest.raises(Invalid):
            read(CREATE_INVOICE, {"lineItems": lines}, 10)


def test_what_is_needed() -> None:
    for body in ({}, {"customerId": ""}, {"customerId": None}):
        with pytest.raises(Invalid):
            read(UPDATE_CUSTOMER, body, 10)
