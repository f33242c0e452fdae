"""What Online cannot hold, and what it cannot do."""

from decimal import Decimal
from typing import Any

import pytest

from counterfoil.model.addresses import Address, CustomField
from counterfoil.model.command import Create, Delete, LineChange, Update, Void
from counterfoil.model.items import OtherChargeItem, SalesOrPurchase
from counterfoil.model.lines import CreditToApply, LinkToLine, SalesLine, SalesLineGroup
from counterfoil.model.lists import SalesTaxCode, ShippingMethod
from counterfoil.model.people import Customer
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.requests import entity_for, refused, unheld

SOLD = SalesLine(item=Ref("1"), amount=Decimal(1))


def invoice(**values: Any) -> Create:
    return Create(resource="invoices", draft=Invoice(**{"customer": Ref("1"), "lines": (SOLD,), **values}))


def kinds(command: Any) -> list[tuple[str, tuple[str | int, ...]]]:
    return [(each.kind, each.place) for each in refused(command)]


def test_what_an_invoice_cannot_hold() -> None:
    line = SalesLine(item=Ref("1"), amount=Decimal(1), unit_of_measure="h", other_custom_field1="x")
    group = SalesLineGroup(item_group=Ref("2"), lines=(SalesLine(serial_number="7"),))
    create = invoice(
        receivables_account=Ref("84"),
        document_template=Ref("3"),
        purchase_order_number="PO",
        is_finance_charge=True,
        external_id="6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa",
        billing_address=Address(line1="1", note="ring twice"),
        customer_message=Ref("5", "Thanks"),
        custom_fields=(CustomField(name="a", value="b"),),
        memo="held",
        lines=(line, group),
    )
    assert set(unheld(create)) == {
        "external_id",
        "custom_fields",
        "receivables_account",
        "document_template",
        "billing_address.note",
        "purchase_order_number",
        "customer_message",
        "is_finance_charge",
        "lines.unit_of_measure",
        "lines.other_custom_field1",
        "lines.serial_number",
    }
    assert unheld(invoice(memo="x", customer_note="y", tracking_number="z")) == ()


def test_what_a_credit_memo_and_an_item_cannot_hold() -> None:
    memo = CreditMemo(customer=Ref("1"), shipping_method=Ref("U", "UPS"), terms=Ref("6"), lines=(SOLD,))
    assert unheld(Create(resource="credit_memos", draft=memo)) == ("shipping_method",)
    details = SalesOrPurchase(price_percentage=Decimal(10), posting_account=Ref("9"))
    item = OtherChargeItem(name="Surcharge", class_=Ref("3"), sales_or_purchase=details)
    assert unheld(Create(resource="other_charge_items", draft=item)) == (
        "class_",
        "sales_or_purchase.price_percentage",
    )


def test_what_an_update_cannot_hold() -> None:
    changes = {
        "memo": "held",
        "purchase_order_number": "PO",
        "sales_representative": None,
        "shipping_address": {"note": "x", "city": "y"},
        "lines": (LineChange(id="1", changes={"lot_number": "L", "amount": Decimal(1)}),),
    }
    update = Update(resource="invoices", id="1", revision="0", changes=changes)
    assert unheld(update) == ("purchase_order_number", "shipping_address.note", "lines.lot_number")


def test_what_would_be_something_else_without_it_is_refused() -> None:
    assert kinds(invoice()) == []
    assert kinds(invoice(is_pending=True)) == [("not_enabled", ("is_pending",))]
    credit = (CreditToApply(credit_transaction_id="5", applied_amount=Decimal(1)),)
    assert kinds(invoice(apply_credits=credit, link_to_transactions=("9",))) == [
        ("not_enabled", ("apply_credits",)),
        ("not_enabled", ("link_to_transactions",)),
    ]
    linked = SalesLine(link_to_transaction_line=LinkToLine(transaction_id="1", transaction_line_id="2"))
    assert kinds(invoice(lines=(SOLD, linked))) == [("not_enabled", ("lines", 1, "link_to_transaction_line"))]
    payment = ReceivePayment(
        customer=Ref("1"),
        total_amount=Decimal(1),
        is_auto_apply=True,
        applications=(Application(transaction_id="1", discount_amount=Decimal(1)),),
    )
    assert kinds(Create(resource="receive_payments", draft=payment)) == [
        ("not_enabled", ("is_auto_apply",)),
        ("not_enabled", ("applications", 0, "discount_amount")),
    ]


def test_what_is_too_long_or_missing() -> None:
    assert kinds(invoice(memo="x" * 4001, customer_note="x" * 1001, ref_number="1" * 21)) == [
        ("too_long", ("customer_note",)),
        ("too_long", ("memo",)),
    ]
    update = Update(resource="customers", id="1", revision="0", changes={"note": "x" * 2001})
    assert kinds(update) == [("too_long", ("note",))]
    assert kinds(Create(resource="invoices", draft=Invoice())) == [
        ("required", ("customer",)),
        ("empty_transaction", ("lines",)),
    ]
    assert kinds(Create(resource="customers", draft=Customer())) == [("required", ("name",))]


@pytest.mark.parametrize(
    ("command", "is_refused"),
    [
        (Void(resource="invoices", id="1"), False),
        (Void(resource="receive_payments", id="1"), False),
        (Void(resource="credit_memos", id="1"), True),
        (Delete(resource="invoices", id="1"), False),
        (Delete(resource="customers", id="1"), False),
        (Delete(resource="sales_tax_codes", id="1"), True),
        (Create(resource="shipping_methods", draft=ShippingMethod(name="UPS")), True),
        (Create(resource="sales_tax_codes", draft=SalesTaxCode(name="x")), True),
        (Update(resource="item_groups", id="1", revision="0", changes={"name": "x"}), True),
    ],
)
def test_what_intuits_api_can_do(command: Any, is_refused: bool) -> None:
    assert bool(refused(command)) is is_refused
    assert all(each.kind == "not_enabled" and each.what("") for each in refused(command))


def test_entities_of_resources() -> None:
    names = {
        resource: entity.name if (entity := entity_for(resource)) is not None else None
        for resource in ("invoices", "other_charge_items", "item_groups", "sales_tax_items", "templates", "company")
    }
    assert names == {
        "invoices": "Invoice",
        "other_charge_items": "Item",
        "item_groups": "Item",
        "sales_tax_items": "TaxRate",
        "templates": None,
        "company": "CompanyInfo",
    }
