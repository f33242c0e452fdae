"""What is asked of the online books survives being written down."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.books.online.asked import read, tagged, untagged, written
from counterfoil.core.errors import Broken
from counterfoil.dispatch.protocols import Asked
from counterfoil.model.addresses import Address, CustomField
from counterfoil.model.command import Create, Delete, LineChange, Update, Void
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.query import Filter, Read, Select, SelectDeleted
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref

LINE = SalesLine(
    item=Ref("5", "Paver"), quantity=Decimal("2.50"), rate=Decimal("3.10000"), service_date=date(2026, 3, 2)
)
ASKED: dict[str, Asked] = {
    "create": Create(
        resource="invoices",
        draft=Invoice(
            customer=Ref("59"),
            transaction_date=date(2026, 3, 2),
            billing_address=Address(line1="1 Main St", city="Oakland"),
            custom_fields=(CustomField(name="Colour", value="blue"),),
            lines=(LINE, SalesLineGroup(item_group=Ref("9"), quantity=Decimal(2), lines=(LINE,))),
            tax_mode="override_total",
            tax_override=Decimal("5.00"),
        ),
    ),
    "create-payment": Create(
        resource="receive_payments",
        draft=ReceivePayment(
            customer=Ref("59"), applications=(Application(transaction_id="7", payment_amount=Decimal("1.10")),)
        ),
    ),
    "update": Update(
        resource="invoices",
        id="145",
        revision="3",
        changes={
            "memo": None,
            "is_pending": False,
            "due_date": date(2026, 4, 1),
            "tax_override": Decimal("0.10"),
            "customer": Ref("60", "Café"),
            "billing_address": {"city": "Oakland", "line2": None},
            "shipping_address": Address(line1="x"),
            "lines": (
                LineChange(id="1", changes={"quantity": Decimal(3), "item": Ref("1")}),
                LineChange(
                    id="-1", is_group=True, changes={}, lines=(LineChange(id="2", changes={"amount": Decimal("1")}),)
                ),
                LineChange(id="4", is_group=True, changes={}, lines=None),
            ),
            "custom_fields": (CustomField(name="a", value="b"),),
        },
        kept_lines="groups",
    ),
    "void": Void(resource="invoices", id="145"),
    "delete": Delete(resource="customers", id="59"),
    "read": Read(resource="invoices", id="145", with_links=False),
    "select": Select(
        resource="invoices",
        filters=(
            Filter("updated_at", ">=", 1_795_000_000),
            Filter("date", "<=", date(2026, 3, 2)),
            Filter("customer_id", "in", ("1", "2")),
            Filter("paid", "=", True),
            Filter("name", "contains", "O'Neil \\ %"),
        ),
        after=150,
        limit=10,
        count_up_to=5,
    ),
    "select-all": Select(resource="customers", names=("A:B",)),
    "deletions": SelectDeleted(resources=("invoices", "credit_memos"), since=1, until=2),
}


@pytest.mark.parametrize("name", ASKED)
def test_it_survives(name: str) -> None:
    again = read(written(ASKED[name]))
    assert again == ASKED[name]
    assert type(again) is type(ASKED[name])


@pytest.mark.parametrize("value", ["", "amount", 0, True, None, Decimal("1E+3"), Decimal("-0.00"), (), ((), ("a",))])
def test_values_keep_their_kind(value: Any) -> None:
    again = untagged(tagged(value))
    assert again == value
    assert type(again) is type(value)


def test_amounts_keep_their_digits() -> None:
    assert str(untagged(tagged(Decimal("3.10000")))) == "3.10000"


def test_what_the_model_does_not_have_is_refused() -> None:
    with pytest.raises(Broken):
        tagged(1.5)
    with pytest.raises(Broken):
        untagged({"pickle": "x"})
