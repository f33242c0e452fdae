"""What Intuit's clients send, and the commands that it becomes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.model.addresses import Address
from counterfoil.model.command import LineChange
from counterfoil.model.company import Company, Preferences, SalesTax
from counterfoil.model.items import DiscountItem, SalesOrPurchase, ServiceItem
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.lists import SalesTaxCode
from counterfoil.model.people import Customer
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.asked import aside_of, create_of, update_of
from counterfoil.wire.qbo.entities import BY_NAME, ENTITIES
from counterfoil.wire.qbo.faults import Faulted, fault_body
from counterfoil.wire.qbo.table import Known
from counterfoil.wire.qbo.write import entity_object

TAXED, EXEMPT = SalesTaxCode(id="T", name="Tax", is_taxable=True), SalesTaxCode(id="N", name="Non")
KNOWN = Known(
    preferences=Preferences(
        sales_tax=SalesTax(default_taxable_sales_tax_code=Ref("T"), default_non_taxable_sales_tax_code=Ref("N"))
    ),
    numbers={
        "names": {"C": "59"},
        "items": {"I": "21", "W": "1", "K": "31"},
        "transactions": {"1A-7": "172", "1F-7": "180"},
        "terms": {"30": "6"},
        "sales_tax_codes": {},
    },
    items={"I": ServiceItem(id="I", name="Work"), "D": DiscountItem(id="D", name="Off")},
    tax_codes={"T": TAXED, "N": EXEMPT},
    shipping_item="Shipping",
    discount_item="Off",
    tax="automated",
)
CANADA = Known(company=Company(country="CA"), tax="global")
INVOICE, CUSTOMER, ITEM, PAYMENT = (BY_NAME[name] for name in ("invoice", "customer", "item", "payment"))


def line(amount: Any = 10, **detail: Any) -> dict[str, Any]:
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "21"}, **detail},
    }


def sale(*lines: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"CustomerRef": {"value": "59"}, "Line": list(lines), **keys}


def made(entity: Any, body: dict[str, Any], known: Known = KNOWN) -> Any:
    return create_of(entity, body, known).draft


def codes(error: Faulted) -> list[tuple[str, str]]:
    return [(each["code"], each["element"]) for each in fault_body(*error.problems)["Fault"]["Error"]]


def refused(entity: Any, body: dict[str, Any], known: Known = KNOWN) -> list[tuple[str, str]]:
    with pytest.raises(Faulted) as error:
        create_of(entity, body, known)
    return codes(error.value)


def test_an_invoice_in_the_books_own_ids() -> None:
    draft = made(
        INVOICE,
        sale(
            line(10, Qty=2, UnitPrice=5, TaxCodeRef={"value": "TAX"}, ServiceDate="2020-01-05"),
            line("4.5", TaxCodeRef="NON"),
            SalesTermRef={"value": "6"},
            DocNumber="INV-1",
            TxnDate="2020-01-05",
            DueDate="",
            PrivateNote="ours",
            CustomerMemo={"value": "thanks"},
            BillAddr={"Id": "5", "Line1": "1 Way", "CountrySubDivisionCode": "OK"},
            PrintStatus="NotSet",
            EmailStatus="NeedToSend",
            TxnTaxDetail={"TotalTax": "1.25", "TxnTaxCodeRef": {"value": "7"}},
            TotalAmt="",
            Balance=0,
            LinkedTxn=[],
        ),
    )
    assert draft == Invoice(
        customer=Ref("C"),
        terms=Ref("30"),
        ref_number="INV-1",
        transaction_date=date(2020, 1, 5),
        memo="ours",
        customer_note="thanks",
        billing_address=Address(line1="1 Way", state="OK"),
        is_queued_for_print=False,
        is_queued_for_email=True,
        tax_mode="override_total",
        tax_override=Decimal("1.25"),
        lines=(
            SalesLine(
                item=Ref("I"),
                description="",
                quantity=Decimal(2),
                rate=Decimal(5),
                amount=Decimal(10),
                service_date=date(2020, 1, 5),
                sales_tax_code=Ref("T"),
            ),
            SalesLine(item=Ref("I"), description="", amount=Decimal("4.50"), sales_tax_code=Ref("N")),
        ),
    )


def test_lines_of_every_kind() -> None:
    draft = made(
        INVOICE,
        sale(
            line(30, Qty=0, UnitPrice=0),
            {"Amount": 20, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}},
            {"Description": "words", "DetailType": "DescriptionOnly", "DescriptionLineDetail": {}},
            {
                "Amount": 99,
                "DetailType": "GroupLineDetail",
                "GroupLineDetail": {"GroupItemRef": {"value": "31"}, "Quantity": 2, "Line": [line(5)]},
            },
            {"Amount": 50, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
            {
                "Amount": 1,
                "DetailType": "DiscountLineDetail",
                "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": "12.5"},
            },
            {
                "Amount": 7,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {"ItemRef": {"value": "SHIPPING_ITEM_ID"}},
            },
        ),
    )
    assert draft.lines == (
        SalesLine(item=Ref("I"), description="", amount=Decimal("30.00")),
        SalesLine(item=Ref("W"), description="", amount=Decimal("20.00")),
        SalesLine(description="words"),
        SalesLineGroup(item_group=Ref("K"), quantity=Decimal(2)),
        SalesLine(item=Ref(None, "Off"), amount=Decimal("-6.25"), sales_tax_code=Ref("N")),
        SalesLine(item=Ref(None, "Shipping"), description="", amount=Decimal("7.00")),
    )


def test_a_discount_before_tax_is_taxable() -> None:
    discount = {"Amount": 3, "DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": False}}
    draft = made(INVOICE, sale(line(), discount, ApplyTaxAfterDiscount=True))
    assert draft.lines[1] == SalesLine(item=Ref(None, "Off"), amount=Decimal("-3.00"), sales_tax_code=Ref("T"))


@pytest.mark.parametrize(
    ("tax", "detail", "expected"),
    [
        ("none", {"TotalTax": 5}, ("computed", None)),
        ("automated", {"TxnTaxCodeRef": {"value": "9"}}, ("computed", None)),
        ("automated", {"TotalTax": 0}, ("override_total", Decimal("0.00"))),
        ("global", {"TotalTax": 5}, ("computed", None)),
        ("global", {"TotalTax": 5, "TaxLine": [{"Amount": 2}, {"Amount": "1.5"}]}, ("override_total", Decimal("3.50"))),
    ],
)
def test_what_is_heeded_of_a_tax(tax: Any, detail: Any, expected: Any) -> None:
    draft = made(INVOICE, sale(line(), TxnTaxDetail=detail), Known(tax=tax))
    assert (draft.tax_mode, draft.tax_override, draft.sales_tax_item) == (*expected, None)


def test_a_tax_code_that_the_caller_chooses() -> None:
    draft = made(INVOICE, sale(line(), TxnTaxDetail={"TxnTaxCodeRef": {"value": "9"}}), Known(tax="legacy"))
    assert (draft.tax_mode, draft.sales_tax_item) == ("computed", Ref("9"))
    draft = made(INVOICE, sale(line(), GlobalTaxCalculation="NotApplicable"), CANADA)
    assert draft.tax_mode == "none"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("2020", "CustomerRef"), ("2020", "Line")]),
        (sale(line(10, Qty=2, UnitPrice=4)), [("6070", "Line[0].Amount")]),
        (sale(line(), line(TaxCodeRef={"value": "5"})), [("6100", "Line[1].SalesItemLineDetail.TaxCodeRef")]),
        (sale(line(None)), [("2020", "Line[0].Amount")]),
        (sale(line("ten")), [("2140", "Line[0].Amount")]),
        (sale(line(Qty="two")), [("2090", "Line[0].SalesItemLineDetail.Qty")]),
        (sale({"Amount": 1}), [("2020", "Line[0].DetailType")]),
        (sale({"Amount": 1, "DetailType": "Magic"}), [("2170", "Line[0].DetailType")]),
        (sale(line(), DocNumber="x" * 22), [("2050", "DocNumber")]),
        (sale(line(), TxnDate="23/01/2020"), [("2060", "TxnDate")]),
        (sale(line(), Shoe="left"), [("2010", "Shoe")]),
        (sale(line(), BillAddr="1 Way"), [("2010", "BillAddr")]),
        (sale(line(), CustomerRef={"value": {"x": 1}}), [("2010", "CustomerRef")]),
    ],
)
def test_what_is_wrong_with_an_invoice(body: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert refused(INVOICE, body) == expected


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("TaxExclusive", KNOWN, [("2010", "GlobalTaxCalculation")]),
        ("TaxInclusive", CANADA, [("5030", "GlobalTaxCalculation")]),
    ],
)
def test_how_amounts_stand_to_their_tax(word: str, known: Known, expected: list[tuple[str, str]]) -> None:
    assert refused(INVOICE, sale(line(), GlobalTaxCalculation=word), known) == expected
    assert made(INVOICE, sale(line(), GlobalTaxCalculation="TaxInclusive")).tax_mode == "computed"


def test_everything_that_is_wrong_is_told_at_once() -> None:
    body = {"Line": [line(10, Qty=3, UnitPrice=3)], "DocNumber": "x" * 30, "TxnDate": "soon", "Shoe": 1}
    assert refused(INVOICE, body) == [
        ("2010", "Shoe"),
        ("2020", "CustomerRef"),
        ("6070", "Line[0].Amount"),
        ("2050", "DocNumber"),
        ("2060", "TxnDate"),
    ]


def test_people() -> None:
    assert made(CUSTOMER, {"GivenName": "Ada", "FamilyName": "Cole", "Balance": "12.5"}) == Customer(
        name="Ada Cole", first_name="Ada", last_name="Cole", opening_balance=Decimal("12.50")
    )
    assert refused(CUSTOMER, {"CompanyName": "Acme"}) == [("6080", "")]
    assert refused(CUSTOMER, {"DisplayName": "A:B"}) == [("2040", "DisplayName")]
    assert refused(CUSTOMER, {"DisplayName": "x" * 501}) == [("2050", "DisplayName")]
    assert made(CUSTOMER, {"DisplayName": "A", "Taxable": False}).sales_tax_code == Ref("N")


def test_a_payment() -> None:
    body = {
        "CustomerRef": {"value": "59"},
        "TotalAmt": 10,
        "Line": [{"Amount": 10.0, "LinkedTxn": [{"TxnId": "172", "TxnType": "Invoice"}]}],
    }
    assert made(PAYMENT, body) == ReceivePayment(
        customer=Ref("C"),
        total_amount=Decimal("10.00"),
        applications=(Application(transaction_id="1A-7", payment_amount=Decimal("10.00")),),
    )
    assert refused(PAYMENT, {"CustomerRef": {"value": "59"}}) == [("6000", "")]


def test_items_of_both_shapes() -> None:
    body = {"Name": "Work", "Type": "Service", "UnitPrice": 20, "IncomeAccountRef": {"value": "79"}}
    assert made(ITEM, body) == ServiceItem(
        name="Work", sales_or_purchase=SalesOrPurchase(price=Decimal(20), posting_account=Ref("79"))
    )
    bought = made(ITEM, {**body, "PurchaseCost": "12.5", "ExpenseAccountRef": "80"})
    assert bought.sales_or_purchase is None
    assert (bought.sales_and_purchase.sales_price, bought.sales_and_purchase.purchase_cost) == (
        Decimal(20),
        Decimal("12.5"),
    )


STORED = Invoice(
    id="1A-7",
    created_at=100,
    updated_at=103,
    revision="103",
    customer=Ref("C", "Acme"),
    ref_number="INV-1",
    transaction_date=date(2020, 1, 5),
    memo="old",
    terms=Ref("30"),
    sales_tax_item=Ref("X"),
    is_queued_for_print=True,
    lines=(
        SalesLine(id="1B-7", item=Ref("I", "Work"), description="a", amount=Decimal(10), sales_tax_code=Ref("T")),
        SalesLine(id="1D-7", item=Ref("I", "Work"), description="b", amount=Decimal(20), sales_tax_code=Ref("N")),
    ),
)


def updated(body: dict[str, Any], *, sparse: bool, current: Any = STORED, entity: Any = INVOICE) -> Any:
    return update_of(entity, {"Id": "172", "SyncToken": "3", **body}, current, KNOWN, sparse=sparse)


def test_a_sparse_update_names_what_it_changes() -> None:
    update = updated({"PrivateNote": "new", "TxnDate": "", "sparse": True}, sparse=True)
    assert (update.resource, update.id, update.revision) == ("invoices", "1A-7", "103")
    assert update.changes == {"memo": "new", "transaction_date": None}


def test_a_whole_update_clears_what_it_leaves_out() -> None:
    changes = updated(sale(line(12), PrivateNote="new"), sparse=False).changes
    assert changes["memo"] == "new"
    assert changes["customer"] == Ref("C")
    cleared = ("ref_number", "transaction_date", "terms", "billing_address", "customer_note", "tax_override")
    assert {name: changes[name] for name in cleared} == dict.fromkeys(cleared)
    assert changes["tax_mode"] == "computed"
    assert not {"sales_tax_item", "is_queued_for_print", "currency", "is_void", "id"} & changes.keys()


def test_lines_of_an_update() -> None:
    body = sale(
        {"Id": "3", **line(21, TaxCodeRef={"value": "TAX"})}, line(5), {"Id": "1", **line(10)}, {"Id": "77", **line(6)}
    )
    lines = updated({**body, "sparse": True}, sparse=True).changes["lines"]
    assert [(each.id, each.changes["amount"]) for each in lines] == [
        ("1B-7", Decimal("10.00")),
        ("-1", Decimal("5.00")),
        ("1D-7", Decimal("21.00")),
        ("-1", Decimal("6.00")),
    ]
    assert lines[0] == LineChange(
        id="1B-7",
        changes={
            "item": Ref("I"),
            "description": "",
            "quantity": None,
            "rate": None,
            "amount": Decimal("10.00"),
            "class_": None,
            "service_date": None,
            "sales_tax_code": None,
        },
    )
    assert lines[2].changes["sales_tax_code"] == Ref("T")


def test_the_revision_behind_a_token() -> None:
    assert updated({"PrivateNote": "x"}, sparse=True).revision == "103"
    stale = update_of(INVOICE, {"SyncToken": "1", "PrivateNote": "x"}, STORED, KNOWN, sparse=True)
    assert stale.revision == "101"
    own = Invoice(id="9", created_at=1_700_000_000, revision="4", customer=Ref("C"))
    assert update_of(INVOICE, {"SyncToken": "4", "PrivateNote": "x"}, own, KNOWN, sparse=True).revision == "4"


def test_an_update_without_a_token() -> None:
    with pytest.raises(Faulted) as error:
        update_of(INVOICE, {"Id": "172", "PrivateNote": "x"}, STORED, KNOWN, sparse=True)
    assert codes(error.value) == [("2020", "SyncToken")]


def test_a_sparse_update_of_an_item_keeps_its_other_details() -> None:
    item = ServiceItem(
        id="I",
        revision="0",
        name="Work",
        sales_or_purchase=SalesOrPurchase(description="d", price=Decimal(20), posting_account=Ref("79", "Sales")),
    )
    update = updated({"UnitPrice": 25, "SyncToken": "0"}, sparse=True, current=item, entity=ITEM)
    assert update.changes["sales_or_purchase"] == {
        "description": "d",
        "price": Decimal(25),
        "posting_account": Ref("79", "Sales"),
    }


def test_an_opening_balance_is_said_once() -> None:
    customer = Customer(id="C", revision="0", name="Acme", balance=Decimal(50))
    body = {"DisplayName": "Acme", "Balance": 50, "CurrencyRef": {"value": "USD"}, "SyncToken": "0"}
    changes = updated(body, sparse=False, current=customer, entity=CUSTOMER).changes
    assert not {"balance", "opening_balance", "currency", "is_active"} & changes.keys()


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        (
            "Invoice",
            "Id Line CustomerRef SyncToken CurrencyRef DocNumber BillEmail TxnDate ShipFromAddr ShipDate TrackingNum "
            "ClassRef PrintStatus SalesTermRef TxnSource LinkedTxn DepositToAccountRef GlobalTaxCalculation "
            "AllowOnlineACHPayment TransactionLocationType DueDate MetaData PrivateNote BillEmailCc CustomerMemo "
            "EmailStatus ProjectRef ExchangeRate Deposit TxnTaxDetail AllowOnlineCreditCardPayment CustomField "
            "ShipAddr DepartmentRef BillEmailBcc ShipMethodRef BillAddr ApplyTaxAfterDiscount HomeBalance TotalAmt "
            "InvoiceLink RecurDataRef TaxExemptionRef Balance HomeTotalAmt FreeFormAddress DeliveryInfo sparse",
        ),
        (
            "CreditMemo",
            "Line CustomerRef BillEmail TxnDate CustomField ClassRef PrintStatus SalesTermRef TotalAmt InvoiceRef "
            "TransactionLocationType DocNumber PrivateNote CustomerMemo ProjectRef TxnTaxDetail PaymentMethodRef "
            "ShipAddr DepartmentRef EmailStatus BillAddr RemainingCredit RecurDataRef TaxExemptionRef Balance",
        ),
        (
            "Payment",
            "TotalAmt CustomerRef CurrencyRef PrivateNote PaymentMethodRef UnappliedAmt DepositToAccountRef Line "
            "ExchangeRate ProjectRef TxnSource ARAccountRef TxnDate CreditCardPayment PaymentRefNum TaxExemptionRef",
        ),
        (
            "Customer",
            "DisplayName Title GivenName MiddleName Suffix FamilyName PrimaryEmailAddr ResaleNum ARAccountRef GSTIN "
            "DefaultTaxCodeRef PreferredDeliveryMethod SalesTermRef CustomerTypeRef Fax BillWithParent CurrencyRef "
            "Mobile Job BalanceWithJobs PrimaryPhone OpenBalanceDate Taxable AlternatePhone ParentRef Notes WebAddr "
            "Active CompanyName Balance ShipAddr PaymentMethodRef IsProject Source PrintOnCheckName BillAddr Level",
        ),
        (
            "Item",
            "Name InvStartDate Type QtyOnHand AssetAccountRef Sku TrackQtyOnHand SalesTaxCodeRef ClassRef Description "
            "SubItem Taxable ReorderPoint PurchaseDesc PrefVendorRef Active PurchaseCost ParentRef UnitPrice Level "
            "FullyQualifiedName ExpenseAccountRef IncomeAccountRef TaxClassificationRef",
        ),
        ("Account", "Name AcctNum CurrencyRef ParentRef Description Active SubAccount Classification AccountSubType"),
        ("Term", "Name DiscountPercent DiscountDays Active Type DayOfMonthDue DiscountDayOfMonth DueDays"),
    ],
)
def test_no_key_of_intuits_is_unknown(name: str, keys: str) -> None:
    told = refused(BY_NAME[name.casefold()], dict.fromkeys(keys.split()) | {"Shoe": 1})
    assert [element for code, element in told if code == "2010"] == ["Shoe"]


def test_what_is_kept_beside() -> None:
    body = sale(line(), BillEmail={"Address": "a@b.example"}, ProjectRef=None, PrivateNote="x", Shoe=1)
    assert aside_of(INVOICE, body) == {"BillEmail": {"Address": "a@b.example"}}


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["TAX", "2020-01-01", "1e999999999", "NaN", "Infinity", "", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "Line1", "x"]), inner),
    max_leaves=6,
)
LINES = st.lists(
    st.fixed_dictionaries(
        {"DetailType": st.sampled_from(["SalesItemLineDetail", "DescriptionOnly", "GroupLineDetail"]) | ANYTHING},
        optional={
            "Amount": ANYTHING,
            "Id": ANYTHING,
            "Description": ANYTHING,
            "SalesItemLineDetail": st.dictionaries(st.sampled_from(["ItemRef", "Qty", "TaxCodeRef"]), ANYTHING),
            "GroupLineDetail": st.dictionaries(st.sampled_from(["GroupItemRef", "Line", "Quantity"]), ANYTHING),
            "DiscountLineDetail": ANYTHING,
        },
    ),
    max_size=3,
)


@pytest.mark.parametrize("entity", ENTITIES, ids=[entity.name for entity in ENTITIES])
def test_any_request_is_a_command_or_refused(entity: Any) -> None:
    keys = sorted({row.key for row in entity.rows})

    refusals: list[list[tuple[str, str]]] = []

    @given(body=st.dictionaries(st.sampled_from(keys), ANYTHING), lines=st.none() | LINES, canadian=st.booleans())
    @settings(max_examples=120, deadline=None)
    def check(body: dict[str, Any], lines: Any, canadian: bool) -> None:
        if lines is not None and "Line" in keys:
            body = {**body, "CustomerRef": {"value": "59"}, "Line": lines}
        try:
            create = create_of(entity, body, CANADA if canadian else KNOWN)
        except Faulted as error:
            told = codes(error)
            refusals.append(told)
            return
        entity_object(entity, create.draft, KNOWN)

    check()
    assert all(told and all(code.isdecimal() for code, _ in told) for told in refusals)
