"""A company in which there is one of each thing that an invoice can name, made through the vendor's client."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from conductor import Conductor
from conductor.types.qbd import Invoice
from conductor.types.qbd.invoice_create_params import Line
from tests.support.sums import money

DAY = date(2026, 3, 2)
RECEIVABLE, PAYABLE, UNDEPOSITED = "Accounts Receivable", "Sales Tax Payable", "Undeposited Funds"


class Company:
    """The company of one connection. What it consists of is kept by id; nothing of it is shared with other tests.

    Paver 4.75, soil 6.20 and sprinkler 18.99 are taxable, labour 62.50 an hour and delivery 35.00 are not; the kit is
    four sprinklers and two hours of labour. Tax is 6.25 % for the state and 2 % for the city.
    """

    def __init__(self, client: Conductor, user: str) -> None:
        self.client = client
        self.user = user
        listed = client.qbd.accounts.list(conductor_end_user_id=user).data
        self.accounts = {account.full_name: account.id for account in listed}
        self._make_taxes()
        self._make_goods()
        self._make_items()
        self._make_customers()

    def account(self, name: str) -> str:
        return self.accounts[name]

    def balances(self, *names: str) -> dict[str, Decimal]:
        """What the chart of accounts says now."""
        found = self.client.qbd.accounts.list(conductor_end_user_id=self.user, full_names=names)
        return {account.full_name: money(account.balance) for account in found.data}

    def read(self, invoice: str) -> Invoice:
        return self.client.qbd.invoices.retrieve(invoice, conductor_end_user_id=self.user)

    def open_amounts(self, *invoices: str) -> list[Decimal]:
        """What is still to be paid on each invoice."""
        return [money(self.read(each).balance_remaining) for each in invoices]

    def invoice(self, lines: Sequence[Line], *, customer: str | None = None, day: date = DAY) -> Invoice:
        return self.client.qbd.invoices.create(
            conductor_end_user_id=self.user,
            customer_id=customer or self.customer,
            transaction_date=day,
            lines=lines,
        )

    def invoice_of(self, amount: str, *, customer: str | None = None, day: date = DAY) -> Invoice:
        """An invoice of an untaxed amount."""
        return self.invoice([{"item_id": self.labour, "amount": amount}], customer=customer, day=day)

    def credit_of(self, amount: str, *, customer: str | None = None) -> str:
        """The id of a credit memo of an untaxed amount."""
        return self.client.qbd.credit_memos.create(
            conductor_end_user_id=self.user,
            customer_id=customer or self.customer,
            transaction_date=DAY,
            lines=[{"item_id": self.labour, "amount": amount}],
        ).id

    def payment_of(self, amount: str, *, customer: str | None = None) -> str:
        """The id of a payment that pays nothing yet."""
        return self.client.qbd.receive_payments.create(
            conductor_end_user_id=self.user,
            customer_id=customer or self.customer,
            transaction_date=DAY,
            total_amount=amount,
        ).id

    def pay(self, invoice: str, amount: str, *, customer: str | None = None) -> str:
        """The id of a payment of one invoice."""
        return self.client.qbd.receive_payments.create(
            conductor_end_user_id=self.user,
            customer_id=customer or self.customer,
            transaction_date=DAY,
            total_amount=amount,
            apply_to_transactions=[{"transaction_id": invoice, "payment_amount": amount}],
        ).id

    def invoice_count(self) -> int:
        return len(self.client.qbd.invoices.list(conductor_end_user_id=self.user).data)

    def _make_taxes(self) -> None:
        qbd, user = self.client.qbd, self.user
        codes = {code.name: code.id for code in qbd.sales_tax_codes.list(conductor_end_user_id=user).data}
        self.taxable, self.exempt = codes["Tax"], codes["Non"]
        self.state_agency, self.city_agency = (
            qbd.vendors.create(conductor_end_user_id=user, name=name, is_sales_tax_agency=True).id
            for name in ("State Comptroller", "City Treasurer")
        )
        self.state_tax, self.city_tax, self.levy = (
            qbd.sales_tax_items.create(conductor_end_user_id=user, name=name, tax_rate=rate, tax_vendor_id=agency).id
            for name, rate, agency in (
                ("State", "6.25", self.state_agency),
                ("City", "2", self.city_agency),
                ("Stadium levy", "1.5", self.city_agency),
            )
        )
        self.both_taxes = qbd.sales_tax_group_items.create(
            conductor_end_user_id=user, name="State and city", sales_tax_item_ids=[self.state_tax, self.city_tax]
        ).id

    def _make_goods(self) -> None:
        qbd, user = self.client.qbd, self.user
        sales, services = self.account("Sales"), self.account("Services")
        self.paver, self.soil, self.sprinkler = (
            qbd.non_inventory_items.create(
                conductor_end_user_id=user,
                name=name,
                sales_tax_code_id=self.taxable,
                sales_or_purchase_details={"description": f"{name}, each", "price": price, "posting_account_id": sales},
            ).id
            for name, price in (("Paver", "4.75"), ("Soil", "6.20"), ("Sprinkler", "18.99"))
        )
        self.labour = qbd.service_items.create(
            conductor_end_user_id=user,
            name="Labour",
            sales_tax_code_id=self.exempt,
            sales_or_purchase_details={"description": "An hour", "price": "62.50", "posting_account_id": services},
        ).id

    def _make_items(self) -> None:
        qbd, user = self.client.qbd, self.user
        self.delivery = qbd.other_charge_items.create(
            conductor_end_user_id=user,
            name="Delivery",
            sales_tax_code_id=self.exempt,
            sales_or_purchase_details={
                "price": "35.00",
                "posting_account_id": self.account("Shipping and Delivery Income"),
            },
        ).id
        self.discount = qbd.discount_items.create(
            conductor_end_user_id=user,
            name="Ten percent off",
            account_id=self.account("Sales Discounts"),
            discount_rate_percent="10",
            sales_tax_code_id=self.taxable,
        ).id
        self.subtotal = qbd.subtotal_items.create(conductor_end_user_id=user, name="Subtotal").id
        self.kit = qbd.item_groups.create(
            conductor_end_user_id=user,
            name="Irrigation kit",
            should_print_items_in_group=True,
            lines=[{"item_id": self.sprinkler, "quantity": 4}, {"item_id": self.labour, "quantity": 2}],
        ).id

    def _make_customers(self) -> None:
        qbd, user = self.client.qbd, self.user
        self.customer = qbd.customers.create(
            conductor_end_user_id=user, name="Acme", sales_tax_item_id=self.both_taxes
        ).id
        self.job = qbd.customers.create(conductor_end_user_id=user, name="Roof garden", parent_id=self.customer).id
