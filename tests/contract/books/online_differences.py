"""Where QuickBooks Online and the embedded books differ for a good reason: fields, and every test that shows more.

`docs/reference/online-differences.md` is made of these tables: `python -m tests.contract.books.online_differences`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[3] / "docs" / "reference" / "online-differences.md"
HOME: Final = "Intuit tells rates and sums in the home currency of foreign transactions only."
SUBTYPES: Final = "Intuit classifies accounts by types and subtypes of its own."
CODES: Final = "Intuit's sales have tax codes on their lines only."
BARE: Final = "Intuit takes nothing over from the item."

FIELDS: Final[Mapping[str, str]] = {
    "Account.cash_flow_classification": SUBTYPES,
    "Account.currency": "Intuit tells the currency of everything that has one, the home currency too.",
    "Account.is_tax_account": SUBTYPES,
    "Account.special_account_type": SUBTYPES,
    "Contact.id": "Contacts are kept beside the customer as they were said, and not as objects of their own.",
    "Contact.created_at": "As they were said, contacts have no times.",
    "Contact.updated_at": "As they were said, contacts have no times.",
    "Bill.balance_remaining_in_home_currency": HOME,
    "Bill.exchange_rate": HOME,
    "BillPayment.exchange_rate": HOME,
    "BillPayment.total_amount_in_home_currency": HOME,
    "BillPayment.unused_payment": "Intuit does not tell what a payment to a vendor has left.",
    "CreditMemo.credit_remaining_in_home_currency": HOME,
    "CreditMemo.due_date": "Intuit's credit memos are never due.",
    "CreditMemo.exchange_rate": HOME,
    "CreditMemo.receivables_account": "A company of Intuit's has one account of receivables, and does not name it.",
    "CreditMemo.sales_tax_code": CODES,
    "CreditMemo.sales_tax_item": "Intuit names no code where a sale bears no tax.",
    "CreditMemo.sales_tax_percentage": "Intuit tells the percentage only where a sale bears tax.",
    "CreditMemo.tax_components": "Rates that charge nothing are not told.",
    "Customer.currency": "Intuit tells the currency of everything that has one, the home currency too.",
    "Customer.job_status": "Intuit's jobs have no state.",
    "Customer.job_start_date": "Intuit's jobs have no dates.",
    "Customer.sales_tax_code": "Intuit tells of every customer whether it is taxable.",
    "Deletion.created_at": "Intuit's changes tell when something was deleted, and not when it was made.",
    "Deletion.label": "Intuit's changes tell the ids of what was deleted, and no numbers.",
    "Done.warnings": "What Intuit stored otherwise than it was asked is told beside the answer, by its place.",
    "Estimate.exchange_rate": HOME,
    "Estimate.sales_tax_code": CODES,
    "Invoice.balance_remaining_in_home_currency": HOME,
    "Invoice.exchange_rate": HOME,
    "Invoice.receivables_account": "A company of Intuit's has one account of receivables, and does not name it.",
    "Invoice.sales_tax_code": CODES,
    "Invoice.sales_tax_item": "Intuit names no code where a sale bears no tax.",
    "Invoice.sales_tax_percentage": "Intuit tells the percentage only where a sale bears tax.",
    "Invoice.tax_components": "Rates that charge nothing are not told.",
    "Note.date": "Notes are kept beside the customer as they were said, and get no date.",
    "PaymentMethod.payment_method_type": "Intuit knows cards and others.",
    "PurchaseLine.billable_status": "Intuit says of every line whether it is billable.",
    "ReceivePayment.exchange_rate": HOME,
    "ReceivePayment.receivables_account": "Intuit names no account of receivables where nobody chose one.",
    "ReceivePayment.total_amount_in_home_currency": HOME,
    "ReceivePayment.unused_credits": "Intuit does not tell what a customer's other credits have left.",
    "SalesLine.description": BARE,
    "SalesReceipt.exchange_rate": HOME,
    "SalesReceipt.sales_tax_code": CODES,
    "TaxComponent.agency": "Intuit's rates name a tax agency, and a sale does not.",
    "Vendor.currency": "Intuit tells the currency of everything that has one, the home currency too.",
    "Vendor.is_eligible_for_1099": "Intuit says no where nobody said anything.",
    "VendorCredit.credit_remaining_in_home_currency": HOME,
    "VendorCredit.exchange_rate": HOME,
    "SalesLine.rate": "Intuit holds a line's rate to its rounded amount: 2.5 at 99.99 come back at 99.992.",
    "LinkedTransaction.transaction_date": "Intuit tells of a link what it leads to, and no more.",
    "LinkedTransaction.link_type": "Intuit tells of a link what it leads to, and no more.",
    "LinkedTransaction.amount": "Intuit tells of a link what it leads to, and no more.",
    "Application.transaction_date": "Intuit tells of a payment's line what it pays, and how much of it.",
    "Application.ref_number": "Intuit tells of a payment's line what it pays, and how much of it.",
    "Application.balance_remaining": "Intuit tells of a payment's line what it pays, and how much of it.",
    "Application.linked_transactions": "Intuit tells of a payment's line what it pays, and how much of it.",
}
"""Fields in which answers may differ; whatever is not here is the same in both books."""

NOT_SERVED: Final[Mapping[str, str]] = {
    "discount_items": "Intuit has discounts as lines of a sale, and no items for them.",
    "subtotal_items": "Intuit has subtotals as lines of a sale, and no items for them.",
    "item_groups": "Intuit's bundles can be read through its API, and not made.",
    "other_charge_items": "Intuit keeps them as services: what is made is one.",
    "sales_tax_items": "Intuit's tax rates are made by a service of their own.",
    "sales_tax_group_items": "Intuit's tax codes are made by a service of their own.",
    "sales_tax_codes": "Intuit's tax codes are made by a service of their own.",
    "shipping_methods": "Intuit keeps the name of a shipping method on the sale.",
    "sales_representatives": "Intuit has none.",
    "customer_messages": "Intuit keeps the words of a message on the sale.",
    "customer_types": "Intuit's can be read, and are not served here.",
    "currencies": "Intuit's currencies are made in its settings.",
}
"""What cannot be made there: it is refused (`not_enabled`), and nothing is stored."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A test that must fail on online books, by its name; where `only` says some, with these parameters."""

    test: str
    subject: str
    embedded: str
    online: str
    reason: str
    only: tuple[str, ...] = ()


NAMED: Final = "made inactive, the object is called `… (deleted)` and cannot be renamed by the same change"
REFUSED: Final = "refuses it (`not_enabled`)"
DONE: Final = "does it"
BLUR: Final = "Intuit's API has no way to say it."

TESTS: Final = (
    Difference(
        "test_an_automatic_payment_takes_the_match_and_then_the_oldest", "Automatic payments", DONE, REFUSED, BLUR
    ),
    Difference(
        "test_automatic_and_named_exclude_one_another", "Automatic and named", "tells `exclusive`", REFUSED, BLUR
    ),
    Difference("test_a_discount_settles_the_rest", "Discounts for early payment", DONE, REFUSED, BLUR),
    Difference(
        "test_a_credit_is_used_by_an_invoice_a_payment_and_an_update", "Credits of an invoice", DONE, REFUSED, BLUR
    ),
    Difference("test_more_credit_than_there_is_is_refused", "Too much credit", "tells how much is left", REFUSED, BLUR),
    Difference("test_whole_transactions_are_linked", "Links of a new invoice", DONE, REFUSED, BLUR),
    Difference(
        "test_voids_and_deletions_give_balances_back",
        "Credits that a payment uses",
        "are used, and not told as asked",
        "are told with the payment as they were asked",
        "Intuit keeps a credit as a line of the payment.",
    ),
    Difference("test_a_pending_invoice_posts_when_it_is_final", "Pending sales", DONE, REFUSED, BLUR),
    Difference(
        "test_a_void_keeps_the_sale_and_takes_its_amounts",
        "Voiding a credit memo",
        DONE,
        REFUSED,
        BLUR,
        ("credit_memos-CreditMemo",),
    ),
    Difference(
        "test_a_change_changes_what_it_names_and_nothing_else",
        "A name that changes as the object is made inactive",
        "is the new one",
        NAMED,
        "Intuit writes that name itself.",
        ("customers", "accounts", "classes", "service_items"),
    ),
    Difference(
        "test_a_stale_revision_is_refused",
        "A stale change of a name as the object is made inactive",
        "is the new name before",
        NAMED,
        "Intuit writes that name itself.",
        ("customers", "accounts", "classes", "service_items"),
    ),
    Difference(
        "test_what_is_deleted_is_gone_and_listed_as_deleted",
        "Deleting what is on a list",
        "it is gone",
        "it is made inactive and can be read",
        "Intuit deletes transactions only.",
        (
            "customers",
            "vendors",
            "accounts",
            "classes",
            "service_items",
            "non_inventory_items",
            "standard_terms",
            "date_driven_terms",
            "payment_methods",
            "employees",
        ),
    ),
    *(
        Difference(
            test,
            "Lists of vendors and of services",
            "tax agencies are vendors, other charges no services",
            "agencies are no vendors, other charges are services",
            "Intuit sorts them so.",
            ("vendors", "service_items"),
        )
        for test in (
            "test_lists_hold_what_was_made_and_find_it_by_id",
            "test_lists_are_found_by_when_they_were_changed",
            "test_lists_are_found_by_name_and_activity",
        )
    ),
    Difference(
        "test_what_cannot_be_made_is_read_alike",
        "Company, preferences and templates",
        "as Desktop has them",
        "as Intuit has them, with ids and addresses of its own; no templates",
        "They are Intuit's.",
    ),
    *(
        Difference(test, "Discount and subtotal items on lines", DONE, "refuses the line", "Intuit has no such items.")
        for test in ("test_every_kind_of_line", "test_lines_that_are_not_named_are_kept")
    ),
    Difference(
        "test_lines_out_of_order_are_refused",
        "Lines named in another order",
        "are refused (`line_order`)",
        "are put in the order in which they are named",
        "Intuit takes the lines as they come.",
    ),
    Difference(
        "test_numbers_are_given_in_turn",
        "An empty number",
        "stays empty",
        "is the next number",
        "Intuit gives numbers to all sales, unless people number them.",
    ),
    Difference(
        "test_what_one_of_the_books_refuses_all_refuse",
        "Amounts without an item, and discount items by name",
        "tells `amount_without_item`, `nothing_above`",
        "takes an amount without an item; an item of that name is missing",
        "Intuit's lines may do without an item, and it has no discount items.",
        ("amount_without_item", "nothing_above"),
    ),
    Difference(
        "test_an_external_id_is_used_once",
        "An external id that is used twice",
        "is refused",
        "is taken",
        "Intuit has no such ids: they are kept beside.",
    ),
)

HEAD: Final = """# Embedded and online books: where they differ

The contract of the books (`tests/contract/books/`) runs on both. Ids, revisions and counters are Intuit's own; whatever
else differs is listed here. A test that is listed must fail on online books, and no other may. This page is made of
the tests' own tables (`tests/contract/books/online_differences.py`). See also [books.md](books.md).

"""


def page() -> str:
    """The page for readers."""
    rows = dict.fromkeys((each.subject, each.embedded, each.online, each.reason) for each in TESTS)
    kinds = [(f"`{name}`", why) for name, why in NOT_SERVED.items()]
    return (
        f"{HEAD}## Shown by tests\n\n{_table(('subject', 'embedded books', 'online books', 'reason'), rows)}\n"
        f"## Fields\n\n{_table(('field', 'reason'), [(f'`{name}`', FIELDS[name]) for name in sorted(FIELDS)])}\n"
        f"## Not made there\n\n{_table(('resource', 'reason'), kinds)}"
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def listed(nodeid: str) -> Difference | None:
    """The row of a test that is about to run on online books."""
    path, _, parameters = nodeid.partition("[")
    name = path.rpartition("::")[2]
    known = parameters.rstrip("]").replace("online-", "").removesuffix("-online")
    return next((each for each in TESTS if each.test == name and (not each.only or known in each.only)), None)


if __name__ == "__main__":
    PAGE.write_text(page())
