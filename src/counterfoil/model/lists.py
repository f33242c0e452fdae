"""The smaller lists of a company file."""

from typing import Annotated, Literal

from counterfoil.model.addresses import Address
from counterfoil.model.kinds import (
    Date,
    EntityRef,
    ExchangeRate,
    SalesTaxRef,
    Text3,
    Text5,
    Text15,
    Text31,
    Text64,
    Text100,
    Text101,
    To,
)
from counterfoil.model.shape import BranchObject, ListObject, NamedObject
from counterfoil.model.values import Ref, Value


class Class(BranchObject, frozen=True, kw_only=True, omit_defaults=True):
    """A department, place or kind of work by which people sort their income."""

    name: Text31 = ""
    parent: Annotated[Ref, To(("classes",))] | None = None


class Department(BranchObject, frozen=True, kw_only=True, omit_defaults=True):
    """A branch, shop or site: where a whole transaction belongs, as a class says it of a line."""

    name: Text100 = ""
    parent: Annotated[Ref, To(("departments",))] | None = None
    address: Address | None = None


class CustomerType(BranchObject, frozen=True, kw_only=True, omit_defaults=True):
    """A kind of customer, for reports: trade, private, public."""

    name: Text31 = ""
    parent: Annotated[Ref, To(("customer_types",))] | None = None


class SalesTaxCode(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    """Whether a sale is taxable. In Canadian books a code also names the tax that it stands for."""

    name: Text3 = ""
    is_taxable: bool = False
    description: Text31 | None = None
    sales_tax_item: SalesTaxRef | None = None


PaymentMethodType = Literal[
    "american_express",
    "cash",
    "check",
    "debit_card",
    "discover",
    "e_check",
    "gift_card",
    "master_card",
    "other",
    "other_credit_card",
    "visa",
]


class PaymentMethod(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    name: Text31 = ""
    payment_method_type: PaymentMethodType = "other"


class ShippingMethod(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    name: Text15 = ""


class SalesRepresentative(ListObject, frozen=True, kw_only=True, omit_defaults=True):
    """Known by initials; the person behind them is a vendor, an employee or another name."""

    initial: Text5 = ""
    entity: EntityRef | None = None

    @property
    def label(self) -> str:
        return self.initial


class CustomerMessage(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    """A line of courtesy at the foot of an invoice."""

    name: Text101 = ""


TemplateType = Literal[
    "bill_payment",
    "build_assembly",
    "credit_memo",
    "estimate",
    "invoice",
    "payment_receipt",
    "purchase_order",
    "sales_order",
    "sales_receipt",
]


class Template(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    """How a printed transaction looks."""

    name: Text31 = ""
    template_type: TemplateType = "invoice"


class CurrencyFormat(Value, frozen=True, kw_only=True, omit_defaults=True):
    thousand_separator: Literal["apostrophe", "comma", "period", "space"] | None = None
    thousand_separator_grouping: Literal["x_xx_xx_xxx", "xx_xxx_xxx"] | None = None
    decimal_places: Literal["0", "2"] | None = None
    decimal_separator: Literal["comma", "period"] | None = None


class Currency(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    """A currency that customers are billed in, and its last known rate: one of it is so much of the home currency."""

    name: Text64 = ""
    currency_code: Text3 = ""
    currency_format: CurrencyFormat | None = None
    is_user_defined_currency: bool | None = None
    exchange_rate: ExchangeRate | None = None
    as_of_date: Date | None = None
