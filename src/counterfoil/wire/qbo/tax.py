"""How a company is taxed, what its tax should come to, and whether what was stored is what was asked.

Intuit may compute, clear or ignore what it is sent and answer with success all the same; so what it stored is compared
with what was asked, and every difference is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from counterfoil.core.money import ZERO, rounded
from counterfoil.model.command import Create, LineChange, Update
from counterfoil.model.items import SalesTaxItem
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.sales import Sale
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.answers import object_of
from counterfoil.wire.qbo.held import said_of, unheld
from counterfoil.wire.qbo.maps.company import COMPANY_INFO, PREFERENCES, is_american
from counterfoil.wire.qbo.maps.lines_asked import NEW
from counterfoil.wire.qbo.maps.lists import TAX_RATE
from counterfoil.wire.qbo.maps.parts import listed
from counterfoil.wire.qbo.maps.sale_tax import components_of, override_of
from counterfoil.wire.qbo.table import DISCOUNT_ITEM, SHIPPING_ITEM, Json, Known
from counterfoil.wire.qbo.table import TaxMode as TaxMode

TAX_MISMATCH: Final = "tax_mismatch"
LINES_CHANGED: Final = "lines"


def tax_mode_of(preferences: Json, company_info: Json) -> TaxMode:
    """How a company charges tax, by its preferences and its country; both may stand in Intuit's envelope."""
    taxes = preferences.get("Preferences", preferences).get("TaxPrefs") or {}
    if taxes.get("UsingSalesTax") not in (True, "true"):
        return "none"
    if not is_american(company_info.get("CompanyInfo", company_info).get("Country")):
        return "global"
    return "automated" if taxes.get("PartnerTaxEnabled") in (True, "true") else "legacy"


def known_of(
    preferences: Json, company_info: Json, tax_codes: Sequence[Json] = (), rates: Sequence[Json] = ()
) -> Known:
    """What is to be known of a company, from its own objects as Intuit tells them."""
    preferences = preferences.get("Preferences", preferences)
    company_info = company_info.get("CompanyInfo", company_info)
    mode = tax_mode_of(preferences, company_info)
    company: Any = object_of(COMPANY_INFO, company_info, Known())
    known = Known(company=company, tax=mode)
    prefs: Any = object_of(PREFERENCES, preferences, known)
    forms = preferences.get("SalesFormsPrefs") or {}
    return Known(
        company=company,
        preferences=prefs,
        tax=mode,
        custom_numbers=forms.get("CustomTxnNumbers") in (True, "true"),
        definitions=_definitions(forms),
        rates=rates_by_code(tax_codes, rates, known),
    )


def _definitions(forms: Json) -> dict[str, str]:
    """The custom fields that are in use: their names end in the number of the slot that they are in."""
    found: dict[str, str] = {}
    for group in listed(forms.get("CustomField") or []):
        for each in listed(group.get("CustomField") or []):
            slot = str(each.get("Name", "")).rpartition("SalesCustomName")[2]
            if slot.isdecimal() and each.get("StringValue"):
                found[str(each["StringValue"])] = slot
    return found


def rates_by_code(codes: Sequence[Json], rates: Sequence[Json], known: Known) -> dict[str, tuple[SalesTaxItem, ...]]:
    """The rates that each tax code charges on sales, by the code's id, of Intuit's TaxCode and TaxRate objects."""
    items: dict[str, Any] = {str(each["Id"]): object_of(TAX_RATE, each, known) for each in rates}
    found: dict[str, tuple[SalesTaxItem, ...]] = {}
    for code in codes:
        details = listed((code.get("SalesTaxRateList") or {}).get("TaxRateDetail") or [])
        numbers = [str((each.get("TaxRateRef") or {}).get("value")) for each in details]
        found[str(code["Id"])] = tuple(items[number] for number in numbers if number in items)
    return found


def expected_tax(sale: Sale, known: Known) -> Decimal | None:
    """What a sale's tax should come to: the override, else the sum of its rates as far as they are known.

    None where Intuit's own engine finds the rates, so that nobody else can tell.
    """
    override = override_of(sale)
    if override is not None or known.tax_mode == "none":
        return override if known.tax_mode != "none" else ZERO
    if known.tax_mode == "automated" and sale.tax_mode != "none":
        return None
    return sum((component.amount or ZERO for component in components_of(sale, known)), ZERO)


def differences(asked: Create | Update, stored: Resource) -> tuple[str, ...]:
    """The model's places whose stored value is not what was asked, `tax_mismatch` where it is the tax.

    What Online cannot hold at all is not among them (`unheld` tells it), nor what the caller left to the books.
    """
    passed = {place.partition(".")[0] for place in unheld(asked) if "." not in place}
    return tuple(dict.fromkeys(each for each in _differences(asked, stored, passed)))


def _differences(asked: Create | Update, stored: Resource, passed: set[str]) -> Iterator[str]:
    said: dict[str, Any] = dict(said_of(asked.draft) if isinstance(asked, Create) else asked.changes)
    if isinstance(stored, Sale):
        yield from _taxes(asked, said, stored)
    for name, value in said.items():
        if name in passed or name in TAXES or not hasattr(stored, name):
            continue
        if name == "lines":
            yield from _lines(asked, value, stored)
        elif name == "opening_balance":
            continue
        elif name == "applications":
            yield from _applications(value, getattr(stored, name))
        elif not _same(value, getattr(stored, name)):
            yield name


TAXES: Final = frozenset({"tax_mode", "tax_override", "sales_tax_total", "is_void"})


def _taxes(asked: Create | Update, said: Mapping[str, Any], stored: Sale) -> Iterator[str]:
    """An override must hold to the cent, and no tax is none."""
    mode = said.get("tax_mode")
    total = stored.sales_tax_total or ZERO
    if mode == "override_total":
        wanted = said.get("tax_override")
    elif mode == "override_lines" and isinstance(asked, Create) and isinstance(asked.draft, Sale):
        wanted = override_of(asked.draft)
    elif mode == "none":
        wanted = ZERO
    else:
        wanted = said.get("tax_override") if stored.tax_mode == "override_total" else None
    if wanted is not None and rounded(wanted) != total:
        yield TAX_MISMATCH


def _lines(asked: Create | Update, lines: Sequence[Any], stored: Resource) -> Iterator[str]:
    """Each line that was asked for against the one of its id, or a new one against the one that stands in its place.

    Discounts and shipping stand at the end.
    """
    found: Sequence[SalesLine | SalesLineGroup] = getattr(stored, "lines", ())
    if isinstance(asked, Update) and asked.kept_lines != "none":
        found = [line for line in found if isinstance(line, SalesLineGroup) != (asked.kept_lines == "groups")]
    named = {line.id for line in lines if isinstance(line, LineChange)}
    by_id = {line.id: line for line in found if line.id in named}
    others = iter(_in_order([line for line in found if line.id not in named]))
    if len(found) != len(lines) or not named - {NEW} <= by_id.keys():
        yield LINES_CHANGED
        return
    positions = {id(line): position for position, line in enumerate(lines)}
    for line in _in_order(lines):
        other = by_id.get(line.id) if isinstance(line, LineChange) else None
        for name in _line(line, other if other is not None else next(others)):
            yield f"lines[{positions[id(line)]}].{name}"


def _line(line: Any, other: SalesLine | SalesLineGroup) -> Iterator[str]:
    said = line.changes if isinstance(line, LineChange) else dict(said_of(line))
    for name in ON_LINES:
        value = said.get(name)
        if value is not None and hasattr(other, name) and not _same(value, getattr(other, name)):
            yield name


ON_LINES: Final = (
    "item",
    "item_group",
    "description",
    "quantity",
    "rate",
    "amount",
    "class_",
    "service_date",
    "sales_tax_code",
)


def _in_order(lines: Sequence[Any]) -> list[Any]:
    """Intuit puts discounts and shipping after all other lines."""
    return sorted(lines, key=_is_after)


def _is_after(line: Any) -> bool:
    item = line.changes.get("item") if isinstance(line, LineChange) else getattr(line, "item", None)
    return line.id in (DISCOUNT_ITEM, SHIPPING_ITEM) or (item is not None and item.id in (DISCOUNT_ITEM, SHIPPING_ITEM))


def _applications(wanted: Sequence[Any], found: Sequence[Any]) -> Iterator[str]:
    def amounts(applications: Sequence[Any]) -> dict[str, Decimal]:
        return {each.transaction_id: each.payment_amount or ZERO for each in applications}

    if amounts(wanted) != amounts(found):
        yield "applications"


def _same(wanted: Any, found: Any) -> bool:
    """Whether a value is what was asked: a reference by its id, else by its name; nothing is as good as empty."""
    if isinstance(wanted, Ref) and isinstance(found, Ref):
        if wanted.id is not None:
            return wanted.id == found.id
        return (wanted.full_name or "").casefold() == (found.full_name or "").casefold()
    if isinstance(wanted, Struct | Mapping) and isinstance(found, Struct):
        said = wanted if isinstance(wanted, Mapping) else dict(said_of(wanted))
        return all(_same(value, getattr(found, name)) for name, value in said.items() if name != "note")
    if isinstance(wanted, str) and isinstance(found, str):
        return wanted.strip() == found.strip()
    return wanted == found or (wanted in (None, "", ()) and found in (None, "", (), ZERO))
