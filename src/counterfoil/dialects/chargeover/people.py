"""Customers, and the main contact that this vendor tells along with each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from counterfoil.core.errors import Invalid
from counterfoil.core.money import ZERO
from counterfoil.core.problems import Problem
from counterfoil.dialects.chargeover import assumed
from counterfoil.dialects.chargeover.addresses import address_columns, address_rows, block
from counterfoil.dialects.chargeover.desk import Desk, Numbers, refuse
from counterfoil.dialects.chargeover.lists import TERMS, days, symbol
from counterfoil.dialects.chargeover.table import (
    KEY,
    TAGS,
    Column,
    Given,
    ObjectType,
    Sent,
    beside,
    custom_columns,
    customs,
    drafted,
    flag_columns,
    in_model,
    kept,
    missing,
    read,
    shown,
    tags,
    without_echoes,
)
from counterfoil.dialects.chargeover.values import ID
from counterfoil.dispatch.submit import Aside
from counterfoil.model.command import Create, Delete, Update
from counterfoil.model.company import Preferences
from counterfoil.model.kinds import Amount, Flag, Moment, Text, To, Whole
from counterfoil.model.lists import Currency
from counterfoil.model.people import Customer
from counterfoil.model.shape import ListObject
from counterfoil.model.values import Ref

CUSTOMERS: Final = ("customers",)
FLAGS: Final = ("no_dunning", "no_latefees", "no_procfees")


@dataclass(frozen=True, slots=True)
class CustomerView:
    customer: Customer
    kept: Mapping[str, Any]
    numbers: Numbers
    currency: Currency | None
    term: ListObject | None
    exempt: str | None
    base: str

    @property
    def token(self) -> str | None:
        return self.numbers.token("customer", "names", self.customer.id)

    @property
    def contact(self) -> tuple[str | None, str | None]:
        """First and last name of the main contact."""
        customer = self.customer
        if customer.first_name or customer.last_name:
            return customer.first_name, customer.last_name
        first, _, last = (customer.contact or "").rpartition(" ")
        return (first or last or None, last if first else None)

    @property
    def contact_name(self) -> str | None:
        return self.customer.contact or " ".join(part for part in self.contact if part) or None

    @property
    def is_exempt(self) -> bool:
        code = self.customer.sales_tax_code
        return code is not None and code.id == self.exempt


COLUMNS: Final = (
    Column("superuser_id", ID, lambda v: v.numbers.of("names", v.customer.id)),
    Column("external_key", KEY, kept("external_key")),
    Column("token", Text(), lambda v: v.token),
    Column("company", Text(), lambda v: v.customer.company_name or v.customer.name),
    *address_columns("customer"),
    Column("terms_id", ID, lambda v: v.numbers.of("terms", v.customer.terms)),
    Column("class_id", ID, lambda v: v.numbers.of("classes", v.customer.class_)),
    *custom_columns(20),
    Column("admin_id", ID, kept("admin_id")),
    Column("campaign_id", ID, kept("campaign_id")),
    Column("custtype_id", ID, lambda v: v.numbers.of("customer_types", v.customer.customer_type)),
    Column("currency_id", ID, lambda v: v.numbers.of("currencies", v.currency.id if v.currency else None)),
    Column("language_id", ID, kept("language_id")),
    Column("brand_id", ID, kept("brand_id")),
    Column("no_taxes", Flag(), lambda v: v.is_exempt),
    *flag_columns(FLAGS),
    Column("write_datetime", Moment(), lambda v: v.customer.created_at, "created_at"),
    Column("write_ipaddr", Text(), lambda _: None),
    Column("mod_datetime", Moment(), lambda v: v.customer.updated_at, "updated_at"),
    Column("mod_ipaddr", Text(), lambda _: None),
    Column("terms_name", Text(), lambda v: v.customer.terms.full_name if v.customer.terms else None),
    Column("terms_days", Whole(), lambda v: days(v.term)),
    Column("class_name", Text(), lambda v: v.customer.class_.full_name if v.customer.class_ else None),
    Column("balance", Amount(), lambda v: v.customer.balance or ZERO),
    Column("url_paymethodlink", Text(), lambda v: f"{v.base}/r/paymethod/i/{v.token}"),
    Column("currency_symbol", Text(), lambda v: symbol(v.currency)),
    Column("currency_iso4217", Text(), lambda v: v.currency.currency_code if v.currency else None),
    Column("display_as", Text(), lambda v: v.customer.full_name),
    Column("ship_block", Text(), lambda v: block(v.customer.shipping_address, comma=" ", line_end="\n")),
    Column("bill_block", Text(), lambda v: block(v.customer.billing_address, comma=" ", line_end="\n")),
    Column("superuser_name", Text(), lambda v: v.contact_name),
    Column("superuser_first_name", Text(), lambda v: v.contact[0]),
    Column("superuser_last_name", Text(), lambda v: v.contact[1]),
    Column("superuser_phone", Text(), lambda v: v.customer.phone),
    Column("superuser_email", Text(), lambda v: v.customer.email),
    Column("customer_id", ID, lambda v: v.numbers.of("names", v.customer.id)),
    Column("parent_customer_id", ID, lambda v: v.numbers.of("names", v.customer.parent)),
    Column("superuser_username", Text(), kept("superuser_username")),
    Column("tags", TAGS, lambda v: v.kept.get("tags", [])),
)
ROWS: Final = (
    Sent("company", Text(41), "name", needed=True),
    Sent("parent_customer_id", To(CUSTOMERS), "parent"),
    Sent("external_key", KEY),
    *address_rows(),
    Sent("terms_id", To(TERMS), "terms"),
    Sent("class_id", To(("classes",)), "class_"),
    Sent("currency_id", To(("currencies",)), "currency"),
    Sent("custtype_id", To(("customer_types",)), "customer_type"),
    *customs(20),
    Sent("admin_id", Whole(0)),
    Sent("campaign_id", Whole(0)),
    Sent("campaign_details", Text(assumed.CUSTOM_LONGEST)),
    Sent("language_id", Whole(0)),
    Sent("brand_id", Whole(0)),
    Sent("no_taxes", Flag(), handled=True),
    *(Sent(name, Flag()) for name in FLAGS),
    Sent("superuser_name", Text(41), "contact"),
    Sent("superuser_first_name", Text(25), "first_name"),
    Sent("superuser_last_name", Text(25), "last_name"),
    Sent("superuser_email", Text(1023), "email"),
    Sent("superuser_phone", Text(21), "phone"),
    Sent("superuser_username", Text(assumed.CUSTOM_LONGEST)),
    Sent("tags", TAGS, read=tags),
)
NAMING: Final = (
    Sent("customer_id", To(CUSTOMERS), "customer"),
    Sent("customer_token", Text(12), handled=True),
    Sent("customer_external_key", KEY, handled=True),
)
"""The three ways in which a request names its customer."""


async def find_customer(desk: Desk, given: Given) -> list[Problem]:
    """The customer of a request, by number, token or external key, put into `customer_id`."""
    if given.get("customer_id") is not None:
        return await desk.refer(NAMING, given, ())
    token, key = given.get("customer_token"), given.get("customer_external_key")
    if token is None and key is None:
        return [Problem("required", ("customer_id",))]
    if token is not None:
        found = await desk.by_token("customer", "names", token)
    else:
        found = await desk.by_external_key(CUSTOMERS, key or "")
    if found is None:
        name, value = ("customer_token", token) if token is not None else ("customer_external_key", key)
        return [Problem("reference_missing", (name,), {"thing": "customer", "value": value})]
    given["customer_id"] = Ref(found)
    return []


async def customer_views(desk: Desk, customers: Sequence[Any], _: bool) -> list[CustomerView]:
    preferences = await desk.read("preferences", "preferences")
    home, exempt = _home(preferences), _exempt(preferences)
    numbers = await desk.numbers(
        {
            "names": [ref for customer in customers for ref in (customer.id, customer.parent)],
            "terms": [customer.terms for customer in customers],
            "classes": [customer.class_ for customer in customers],
            "currencies": [customer.currency or home for customer in customers],
            "customer_types": [customer.customer_type for customer in customers],
        }
    )
    kept_ = await desk.kept(customers, CUSTOMERS)
    currencies = {each.id: each for each in await desk.listed("currencies")}
    terms = {each.id: each for each in await desk.listed(*TERMS)}
    return [
        CustomerView(
            customer,
            kept_.get(customer.id, {}),
            numbers,
            currencies.get((customer.currency or home or Ref()).id or ""),
            terms.get(customer.terms.id) if customer.terms is not None else None,
            exempt.id if exempt is not None else None,
            desk.asking.base,
        )
        for customer in customers
    ]


def _exempt(preferences: Any) -> Ref | None:
    """The tax code of customers that pay no tax."""
    tax = preferences.sales_tax if isinstance(preferences, Preferences) else None
    return tax.default_non_taxable_sales_tax_code if tax is not None else None


def _home(preferences: Any) -> Ref | None:
    multi = preferences.multi_currency if isinstance(preferences, Preferences) else None
    return multi.home_currency if multi is not None else None


async def _given(desk: Desk, body: Mapping[str, Any]) -> tuple[Given, list[Problem]]:
    given, problems = read(ROWS, body, (), (column.name for column in COLUMNS))
    return given, problems + await desk.refer(ROWS, given, ())


async def _values(desk: Desk, given: Given) -> dict[str, Any]:
    values = in_model(ROWS, given)
    if "name" in values:
        values["company_name"] = values["name"]
    if given.get("no_taxes") is not None:
        code = _exempt(await desk.read("preferences", "preferences"))
        if code is None:
            raise Invalid(Problem("not_enabled", ("no_taxes",), {"feature": "sales tax"}))
        values["sales_tax_code"] = code if given["no_taxes"] else None
    return values


async def create_customer(desk: Desk, body: Mapping[str, Any]) -> int:
    given, problems = await _given(desk, body)
    refuse(problems + missing(ROWS, given, ()))
    draft = drafted(Customer, await _values(desk, given))
    aside = Aside(beside(ROWS, given), given.get("external_key"))
    done = await desk.submit(Create(resource="customers", draft=draft), aside)
    return await desk.number("names", done.result.id)


async def modify_customer(desk: Desk, number: int, body: Mapping[str, Any]) -> None:
    customer = await desk.thing(CUSTOMER, number)
    given, problems = await _given(desk, body)
    view = (await customer_views(desk, [customer], True))[0]
    without_echoes(ROWS, given, body, shown(COLUMNS, view))
    if "company" in given and given["company"] is None:
        problems.append(Problem("required", ("company",)))
    refuse(problems)
    update = Update(
        resource="customers", id=customer.id, revision=customer.revision, changes=await _values(desk, given)
    )
    await desk.submit(update, Aside(beside(ROWS, given), given.get("external_key")))


async def delete_customer(desk: Desk, number: int) -> None:
    identifier = await desk.id_of("names", number)
    await desk.submit(Delete(resource="customers", id=identifier or ""))


CUSTOMER: Final = ObjectType(
    name="customer",
    resources=CUSTOMERS,
    space="names",
    columns=COLUMNS,
    views=customer_views,
    rows=ROWS,
    create=create_customer,
    modify=modify_customer,
    delete=delete_customer,
)
