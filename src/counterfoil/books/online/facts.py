"""What must be known of a company besides the objects themselves, kept for a while.

Intuit counts what is read (reference 1.11), so that it is asked for everything together, and not again for minutes.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from counterfoil.books.online.calls import Calls
from counterfoil.books.online.intuit import Refused, Unanswered
from counterfoil.books.online.questions import ANY_ACTIVE, MOST_VALUES, Question, any_of, is_id
from counterfoil.dispatch.grants import Grants
from counterfoil.model.lists import SalesTaxCode
from counterfoil.model.shape import Resource
from counterfoil.wire.qbo.answers import object_of
from counterfoil.wire.qbo.maps.items import ITEM
from counterfoil.wire.qbo.maps.lists import TAX_CODE
from counterfoil.wire.qbo.table import Json, Known
from counterfoil.wire.qbo.tax import known_of

COMPANY: Final = "SELECT * FROM CompanyInfo"
PREFERENCES: Final = "SELECT * FROM Preferences"
TAX_CODES: Final = "SELECT * FROM TaxCode MAXRESULTS 1000"
TAX_RATES: Final = "SELECT * FROM TaxRate MAXRESULTS 1000"
CURRENCIES: Final = "SELECT * FROM CompanyCurrency MAXRESULTS 1000"


class Facts:
    """What is known of the company of one connection."""

    def __init__(self, calls: Calls, grants: Grants, seconds: int) -> None:
        self.calls = calls
        self.grants = grants
        self.seconds = seconds
        self._known: tuple[int, Known] | None = None
        self._items: dict[str, tuple[int, Resource]] = {}

    async def known(self, items: Iterable[str] = ()) -> Known:
        """All that reading and writing need, and these items. Raises IntuitError."""
        now = self.grants.clock.now()
        if self._known is None or now - self._known[0] >= self.seconds:
            self._known = now, await self._looked_up()
        known = self._known[1]
        wanted = [each for each in dict.fromkeys(items) if is_id(each)]
        missing = [each for each in wanted if not self._is_fresh(each, now)]
        for start in range(0, len(missing), MOST_VALUES):
            await self._look_for_items(missing[start : start + MOST_VALUES], known, now)
        found = {each: self._items[each][1] for each in wanted if each in self._items}
        return replace(known, items=found)

    def forget(self) -> None:
        """Something has shown that what is known is no longer so."""
        self._known = None
        self._items.clear()

    def _is_fresh(self, item: str, now: int) -> bool:
        return item in self._items and now - self._items[item][0] < self.seconds

    async def _look_for_items(self, ids: list[str], known: Known, now: int) -> None:
        text = Question(entity="Item", conditions=(any_of("Id", ids), ANY_ACTIVE)).text(1, len(ids))
        for given in (await self.calls.query(text)).get("Item") or ():
            thing = object_of(ITEM, given, known)
            self._items[thing.id] = now, thing

    async def _looked_up(self) -> Known:
        """Raises IntuitError."""
        company, preferences, codes, rates = await self.calls.queries((COMPANY, PREFERENCES, TAX_CODES, TAX_RATES))
        info, prefs = _first(company, "CompanyInfo"), _first(preferences, "Preferences")
        given = codes.get("TaxCode") or []
        known = known_of(prefs, info, given, rates.get("TaxRate") or [])
        tax_codes = [object_of(TAX_CODE, each, known, resource="sales_tax_codes") for each in given]
        await self.grants.note(
            self.calls.connection_id,
            company_name=known.company.company_name or known.company.legal_company_name,
            country=known.company.country,
            tax_mode=known.tax_mode,
        )
        return replace(
            known,
            tax_codes={each.id: each for each in tax_codes if isinstance(each, SalesTaxCode)},
            currencies=await self._currencies(prefs),
        )

    async def _currencies(self, preferences: Json) -> dict[str, str]:
        """The codes of currencies by their ids, which at Intuit are the codes."""
        held = preferences.get("CurrencyPrefs") or {}
        home = (held.get("HomeCurrency") or {}).get("value")
        found = {home: home} if home else {}
        if held.get("MultiCurrencyEnabled"):
            try:
                rows = (await self.calls.query(CURRENCIES)).get("CompanyCurrency") or ()
            except Refused:
                return found
            found |= {row["Code"]: row["Code"] for row in rows if row.get("Code")}
        return found


def _first(response: Json, name: str) -> Json:
    found = response.get(name)
    if not isinstance(found, list) or not found:
        raise Unanswered(f"Intuit told no {name}")
    first: Json = found[0]
    return first
