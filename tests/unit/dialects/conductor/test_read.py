"""Bodies → drafts and changes, and everything that is wrong with them at once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Place, Problem
from counterfoil.dialects.conductor.read import MOST_PROBLEMS, read_create, read_update
from counterfoil.dialects.conductor.tables import TABLES
from counterfoil.model.accounts import Account
from counterfoil.model.addresses import Address, Contact, CustomField
from counterfoil.model.command import LineChange
from counterfoil.model.items import Barcode, ItemGroup, SalesOrPurchase, SalesTaxGroupItem, ServiceItem
from counterfoil.model.lines import CreditToApply, LinkToLine, SalesLine, SalesLineGroup
from counterfoil.model.people import CreditCard
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref

BARE = {"customerId": "C-1", "transactionDate": "2024-10-01"}


def create(path: str, **body: Any) -> Any:
    return read_create(TABLES[path], body)


def invoice(**more: Any) -> Any:
    return create("invoices", **BARE, **more)


def update(path: str, **body: Any) -> Any:
    return read_update(TABLES[path], "1A-1", {"revisionNumber": "7", **body}).changes


def line(**body: Any) -> Any:
    return invoice(lines=[body]).lines[0]


def problems(read: Callable[[], object]) -> list[Problem]:
    with pytest.raises(Invalid) as refusal:
        read()
    return list(refusal.value.problems)


def wrong(read: Callable[[], object]) -> list[tuple[str, Place]]:
    return [(problem.kind, problem.place) for problem in problems(read)]


class TestCreate:
    def test_only_what_was_given_is_set(self) -> None:
        assert invoice() == Invoice(customer=Ref("C-1"), transaction_date=date(2024, 10, 1))

    def test_values_of_every_kind(self) -> None:
        draft = invoice(
            memo="Rush",
            dueDate="2024-10-31",
            exchangeRate=Decimal("1.2345"),
            isPending=True,
            externalId="12345678-ABCD-1234-abcd-1234567890AB",
            linkToTransactionIds=["1-1", "2-1"],
            billingAddress={"line1": "540 Market St.", "city": "San Francisco"},
            applyCredits=[{"creditTransactionId": "3-1", "appliedAmount": "9.5"}],
        )
        assert draft.memo == "Rush"
        assert draft.due_date == date(2024, 10, 31)
        assert draft.exchange_rate == Decimal("1.2345")
        assert draft.is_pending is True
        assert draft.external_id == "12345678-abcd-1234-abcd-1234567890ab"
        assert draft.link_to_transactions == ("1-1", "2-1")
        assert draft.billing_address == Address(line1="540 Market St.", city="San Francisco")
        assert draft.apply_credits == (CreditToApply(credit_transaction_id="3-1", applied_amount=Decimal("9.5")),)

    def test_lines_come_before_groups_whichever_was_written_first(self) -> None:
        draft = invoice(lineGroups=[{"itemGroupId": "G-1", "quantity": 2}], lines=[{"itemId": "I-1", "rate": "10.00"}])
        assert draft.lines == (
            SalesLine(item=Ref("I-1"), rate=Decimal("10.00")),
            SalesLineGroup(item_group=Ref("G-1"), quantity=Decimal(2)),
        )

    def test_a_line_with_all_that_it_may_have(self) -> None:
        sold = line(
            classId="K-1",
            quantity=Decimal("1.5"),
            ratePercent="2.8",
            amount="-5.00",
            priceRuleConflictStrategy="zero",
            linkToTransactionLine={"transactionId": "4-1", "transactionLineId": "5-1"},
            customFields=[{"ownerId": "0", "name": "Colour", "value": ""}],
        )
        assert sold == SalesLine(
            class_=Ref("K-1"),
            quantity=Decimal("1.5"),
            rate_percent=Decimal("2.8"),
            amount=Decimal("-5.00"),
            price_rule_conflict_strategy="zero",
            link_to_transaction_line=LinkToLine(transaction_id="4-1", transaction_line_id="5-1"),
            custom_fields=(CustomField(owner_id="0", name="Colour", value=""),),
        )

    def test_an_empty_number_asks_for_none_and_other_empty_texts_are_absent(self) -> None:
        draft = invoice(refNumber="", memo="", dueDate="", termsId="")
        assert (draft.ref_number, draft.memo, draft.due_date, draft.terms) == ("", None, None, None)

    def test_payments(self) -> None:
        draft = create(
            "receive-payments",
            **BARE,
            totalAmount="100.00",
            refNumber="x" * 20,
            applyToTransactions=[{"transactionId": "1-1", "paymentAmount": "100.00", "discountAccountId": "A-1"}],
        )
        assert isinstance(draft, ReceivePayment)
        assert draft.applications == (
            Application(transaction_id="1-1", payment_amount=Decimal("100.00"), discount_account=Ref("A-1")),
        )

    def test_items(self) -> None:
        draft = create(
            "service-items",
            name="Hour",
            barcode={"value": "0123", "allowOverride": True},
            salesOrPurchaseDetails={"price": "19.99", "postingAccountId": "A-1"},
        )
        assert draft == ServiceItem(
            name="Hour",
            barcode=Barcode(value="0123", allow_override=True),
            sales_or_purchase=SalesOrPurchase(price=Decimal("19.99"), posting_account=Ref("A-1")),
        )
        group = create("sales-tax-group-items", name="All", salesTaxItemIds=["T-1", "T-2"])
        assert group == SalesTaxGroupItem(name="All", sales_tax_items=(Ref("T-1"), Ref("T-2")))
        assert isinstance(create("item-groups", name="Kit", shouldPrintItemsInGroup=False), ItemGroup)

    def test_accounts_take_a_tax_line_that_answers_do_not_tell(self) -> None:
        draft = create("accounts", name="Sales", accountType="income", taxLineId=1501)
        assert draft == Account(name="Sales", account_type="income", tax_line_id=1501)

    @pytest.mark.parametrize("number", ["4111 1111 1111 1234", "4111-1111-1111-1234", "xxxxxxxxxxxx1234", "1234"])
    def test_card_numbers_are_never_kept_whole(self, number: str) -> None:
        assert create("customers", name="A", creditCard={"number": number}).credit_card == CreditCard(
            number="************1234"
        )
        request = {"number": number, "expirationMonth": 1, "expirationYear": 2030, "name": "A"}
        payment = create("receive-payments", **BARE, totalAmount="1.00", creditCardTransaction={"request": request})
        assert payment.credit_card_transaction.request.number == "************1234"


class TestUpdate:
    def test_only_what_was_given_changes(self) -> None:
        command = read_update(TABLES["invoices"], "1A-1", {"revisionNumber": "7", "memo": "New"})
        assert (command.resource, command.id, command.revision) == ("invoices", "1A-1", "7")
        assert command.changes == {"memo": "New"}

    def test_an_empty_string_clears_texts_dates_and_references(self) -> None:
        assert update("invoices", memo="", refNumber="", dueDate="", termsId="", classId="") == {
            "memo": None,
            "ref_number": None,
            "due_date": None,
            "terms": None,
            "class_": None,
        }

    def test_lines_are_named_by_their_ids(self) -> None:
        lines = [{"id": "2A-1"}, {"id": "2B-1", "quantity": 2, "description": ""}, {"id": "-1", "itemId": "I-1"}]
        assert update("invoices", lines=lines) == {
            "lines": (
                LineChange(id="2A-1", changes={}),
                LineChange(id="2B-1", changes={"quantity": Decimal(2), "description": None}),
                LineChange(id="-1", changes={"item": Ref("I-1")}),
            )
        }

    def test_groups_follow_and_may_change_their_own_lines(self) -> None:
        groups = [{"id": "3A-1", "quantity": 3}, {"id": "3B-1", "lines": [{"id": "3C-1", "rate": "5.00"}]}]
        assert update("invoices", lineGroups=groups, lines=[{"id": "2A-1"}])["lines"] == (
            LineChange(id="2A-1", changes={}),
            LineChange(id="3A-1", changes={"quantity": Decimal(3)}, is_group=True),
            LineChange(
                id="3B-1",
                changes={},
                is_group=True,
                lines=(LineChange(id="3C-1", changes={"rate": Decimal("5.00")}),),
            ),
        )

    def test_a_part_is_changed_field_by_field(self) -> None:
        assert update("invoices", billingAddress={"line1": "New", "line2": ""}) == {
            "billing_address": {"line1": "New", "line2": None}
        }
        assert update("service-items", salesOrPurchaseDetails={"price": "5"}) == {
            "sales_or_purchase": {"price": Decimal(5)}
        }

    def test_other_arrays_are_given_whole(self) -> None:
        contact = {"id": "P-1", "revisionNumber": "3", "firstName": "Ann"}
        assert update("customers", additionalContacts=[contact])["additional_contacts"] == (
            Contact(id="P-1", revision="3", first_name="Ann"),
        )

    def test_switches_of_the_vendor_change_nothing_here(self) -> None:
        details = {"postingAccountId": "A-1", "updateExistingTransactionsAccount": True}
        changes = update("service-items", forceUnitOfMeasureChange=True, salesOrPurchaseDetails=details)
        assert changes == {"sales_or_purchase": {"posting_account": Ref("A-1")}}
        assert wrong(lambda: update("service-items", forceUnitOfMeasureChange="yes")) == [
            ("wrong_type", ("forceUnitOfMeasureChange",))
        ]

    def test_clearing_the_lines_of_an_item_group(self) -> None:
        assert update("item-groups", clearItemLines=True) == {"lines": ()}
        assert update("item-groups", clearItemLines=False) == {}
        assert len(update("item-groups", lines=[{"itemId": "I-1"}], clearItemLines=True)["lines"]) == 1


class TestRefusals:
    def test_everything_at_once_in_the_callers_spelling(self) -> None:
        body: dict[str, Any] = {
            "custmerId": "C-1",
            "transactionDate": "2024-13-01",
            "memo": None,
            "refNumber": "123456789012",
            "lines": [{"itemId": "I-1"}, {"quantity": "5", "rate": Decimal("5.5"), "item": "I-1"}],
            "lineGroups": [{}],
        }
        assert wrong(lambda: create("invoices", **body)) == [
            ("unknown_field", ("custmerId",)),
            ("wrong_type", ("transactionDate",)),
            ("wrong_type", ("memo",)),
            ("too_long", ("refNumber",)),
            ("wrong_type", ("lines", 1, "quantity")),
            ("wrong_type", ("lines", 1, "rate")),
            ("unknown_field", ("lines", 1, "item")),
            ("required", ("lineGroups", 0, "itemGroupId")),
            ("required", ("customerId",)),
        ]

    @pytest.mark.parametrize(
        ("key", "hint"),
        [
            ("custmerId", " (did you mean `customerId`?)"),
            ("customer", " (did you mean `customerId`?)"),
            ("balanceRemaining", " (it is computed, and only told in answers)"),
            ("zzz", ""),
        ],
    )
    def test_unknown_keys_with_a_hint(self, key: str, hint: str) -> None:
        assert problems(lambda: invoice(**{key: "x"}))[0].values["hint"] == hint

    def test_what_can_only_be_set_at_creation(self) -> None:
        found = problems(lambda: update("invoices", externalId="12345678-abcd-1234-abcd-1234567890ab"))
        assert found[0].values["hint"] == " (it can only be set when the object is created)"

    @pytest.mark.parametrize(
        ("key", "value", "kind"),
        [
            ("rate", Decimal("5.5"), "wrong_type"),
            ("rate", 5, "wrong_type"),
            ("rate", "five", "wrong_type"),
            ("rate", "1e5", "wrong_type"),
            ("rate", "", "wrong_type"),
            ("rate", "1.000001", "out_of_range"),
            ("rate", "12345678901", "out_of_range"),
            ("amount", "1.005", "out_of_range"),
            ("amount", "12345678901234.00", "out_of_range"),
            ("amount", "1,000.00", "wrong_type"),
            ("amount", "\u0661", "wrong_type"),
            ("quantity", "5", "wrong_type"),
            ("quantity", True, "wrong_type"),
            ("quantity", Decimal("0.000001"), "out_of_range"),
            ("quantity", Decimal("1E+400"), "out_of_range"),
            ("quantity", 10**10, "out_of_range"),
            ("serviceDate", "2024-02-30", "wrong_type"),
            ("serviceDate", "20240201", "wrong_type"),
            ("serviceDate", 20240201, "wrong_type"),
            ("priceRuleConflictStrategy", "other", "not_a_choice"),
            ("itemId", "x" * 37, "too_long"),
            ("itemId", 5, "wrong_type"),
            ("description", "x" * 4096, "too_long"),
            ("description", "a\x00b", "wrong_type"),
            ("description", ["a"], "wrong_type"),
            ("customFields", [], "too_few"),
            ("customFields", {}, "wrong_type"),
            ("linkToTransactionLine", "1-1", "wrong_type"),
        ],
    )
    def test_values_of_the_wrong_kind(self, key: str, value: object, kind: str) -> None:
        assert wrong(lambda: line(**{key: value})) == [(kind, ("lines", 0, key))]

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("amount", "1234567890123.45"),
            ("amount", ".5"),
            ("rate", "1234567890.12345"),
            ("quantity", Decimal("9999999999.99999")),
            ("quantity", Decimal("1.50000000")),
            ("quantity", -1),
            ("description", "x" * 4095),
            ("description", "two\nlines\tand é"),
        ],
    )
    def test_values_at_the_limit(self, key: str, value: object) -> None:
        line(**{key: value})

    @pytest.mark.parametrize("rate", [0, Decimal("-1.5")])
    def test_an_exchange_rate_is_more_than_zero(self, rate: object) -> None:
        assert wrong(lambda: invoice(exchangeRate=rate)) == [("out_of_range", ("exchangeRate",))]

    def test_an_external_id_is_a_uuid(self) -> None:
        for value in ("abc", "{12345678-abcd-1234-abcd-1234567890ab}", "", 5):
            assert wrong(lambda value=value: invoice(externalId=value)) == [("wrong_type", ("externalId",))]  # type: ignore[misc]

    def test_what_is_required_cannot_be_cleared(self) -> None:
        assert wrong(lambda: create("customers", name="")) == [("required", ("name",))]
        assert wrong(lambda: update("customers", name="")) == [("required", ("name",))]
        assert wrong(lambda: update("invoices", customerId="", transactionDate="")) == [
            ("required", ("customerId",)),
            ("required", ("transactionDate",)),
        ]

    def test_an_update_needs_the_revision_and_a_line_its_id(self) -> None:
        body: dict[str, Any] = {"lines": [{"quantity": 1}]}
        assert wrong(lambda: read_update(TABLES["invoices"], "1A-1", body)) == [
            ("required", ("lines", 0, "id")),
            ("required", ("revisionNumber",)),
        ]

    def test_the_number_of_a_document_is_as_long_as_quickbooks_takes_it(self) -> None:
        assert invoice(refNumber="12345678901").ref_number == "12345678901"
        assert wrong(lambda: update("credit-memos", refNumber="123456789012")) == [("too_long", ("refNumber",))]
        body = {**BARE, "totalAmount": "1.00", "refNumber": "x" * 21}
        assert wrong(lambda: create("receive-payments", **body)) == [("too_long", ("refNumber",))]

    def test_more_lines_than_are_read_at_once(self) -> None:
        body = {**BARE, "lines": [{}] * 2, "lineGroups": [{}] * 2}
        found = problems(lambda: read_create(TABLES["invoices"], body, max_lines=3))
        assert found == [Problem("too_many", ("lines",), {"limit": 3, "count": 4})]

    def test_an_entry_that_is_no_object(self) -> None:
        assert wrong(lambda: invoice(lines=["x", {}])) == [("wrong_type", ("lines", 0))]
        assert wrong(lambda: invoice(linkToTransactionIds=["1-1", 5, ""])) == [
            ("wrong_type", ("linkToTransactionIds", 1)),
            ("required", ("linkToTransactionIds", 2)),
        ]

    def test_no_value_of_a_card_is_told_again(self) -> None:
        found = problems(lambda: create("customers", name="A", creditCard={"number": 4111111111111234}))
        assert "4111" not in str(found)

    def test_a_senseless_body_is_not_told_all_about(self) -> None:
        found = problems(lambda: invoice(**{f"{'x' * 500}{number}": 1 for number in range(2000)}))
        assert len(found) == MOST_PROBLEMS
        assert len(str(found[-1].place)) < 100
