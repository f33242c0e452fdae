"""Random lines, in two tongues at once: as a caller sends them, and as the shadow expects them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from tests.simulation.shadow import Entry, Pack, Row
from tests.simulation.world import KITS, Ware, World, decimal

from counterfoil.model.command import LineChange
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.values import Ref

NEW = "-1"
Sent = dict[str, Any]
"""The fields of a line that a caller gives."""

DEAR = 100_000
"""No line of a simulation is dearer, in cents."""


def cents(units: int) -> Decimal:
    return Decimal(units).scaleb(-2)


def near(value: Fraction, per_unit: int = 10**5) -> Fraction:
    """`value` to the nearest of `per_unit` parts, halves away from zero."""
    scaled = value * per_unit
    size = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(size if value >= 0 else -size, per_unit)


class Lines:
    """Makes lines up and changes them."""

    def __init__(self, random: Random, world: World) -> None:
        self.random, self.world = random, world
        self.sold = [ware for ware in world.wares.values() if ware.part == "sale"]
        self.discounts = [ware for ware in world.wares.values() if ware.part == "discount"]
        self.taxes = [ware for ware in world.wares.values() if ware.part == "tax"]

    def entry(self) -> tuple[bool, Sent, Entry]:
        """Whether it is a group, its fields, and what to expect of it."""
        kind = self.random.choices(
            (self.sale, self.discount, self.subtotal, self.tax, self.text, self.pack), (60, 12, 8, 6, 4, 10)
        )[0]
        sent, entry = kind()
        return isinstance(entry, Pack), sent, entry

    def sale(self) -> tuple[Sent, Row]:
        ware = self.random.choice(self.sold)
        code, sent = self.code(ware)
        sent["item"] = self.world.ref(ware.name)
        quantity = self.quantity()
        row = Row("sale", ware.name, code)
        how = self.random.choices(("price", "rate", "amount", "total", "share", "bare"), (30, 25, 10, 10, 10, 15))[0]
        if how == "rate":
            sent |= {"rate": decimal(rate := self.price())}
            row = replace(row, rate=rate)
            if self.random.random() < 0.7:
                sent, row = sent | {"quantity": decimal(quantity)}, replace(row, quantity=quantity)
        elif how == "amount":
            sent |= {"amount": cents(amount := self.amount())}
            row = replace(row, amount=amount)
        elif how == "total":
            sent |= {"amount": cents(amount := self.amount()), "quantity": decimal(quantity)}
            row = replace(row, amount=amount, quantity=quantity, rate=near(Fraction(amount, 100) / quantity))
        elif how == "share":
            sent |= {"rate_percent": decimal(share := self.share())}
            row = replace(row, percent=share)
        elif how == "price":
            sent |= {"quantity": decimal(quantity)}
            row = self.suggested(replace(row, quantity=quantity), ware)
        else:
            row = self.suggested(row, ware)
        return self.taxed(sent, row)

    def suggested(self, row: Row, ware: Ware) -> Row:
        """A row without rate and amount takes its ware's price, or its percentage."""
        if ware.percent is not None:
            return replace(row, percent=ware.percent)
        return replace(row, rate=ware.price, quantity=row.quantity if row.quantity is not None else Fraction(1))

    def taxed(self, sent: Sent, row: Row) -> tuple[Sent, Row]:
        """Now and then a caller brings along the tax of a line; it counts in one tax mode only."""
        if self.random.random() < 0.2:
            tax = self.random.randint(0, 500)
            return sent | {"tax_override": cents(tax)}, replace(row, tax=tax)
        return sent, row

    def discount(self) -> tuple[Sent, Row]:
        ware = self.random.choice(self.discounts)
        code, sent = self.code(ware)
        sent["item"] = self.world.ref(ware.name)
        row = Row("discount", ware.name, code)
        how = self.random.choice(("bare", "amount", "rate", "share"))
        if how == "amount":
            sent |= {"amount": cents(amount := self.random.randint(1, 900))}
            return sent, replace(row, amount=amount)
        if how == "rate":
            sent |= {"rate": decimal(rate := near(Fraction(self.random.randint(1, 900_000), 10**5)))}
            return sent, replace(row, rate=rate)
        if how == "share":
            sent |= {"rate_percent": decimal(share := self.share())}
            return sent, replace(row, percent=share)
        return sent, replace(row, percent=ware.percent, rate=ware.price if ware.percent is None else None)

    def subtotal(self) -> tuple[Sent, Row]:
        return {"item": self.world.ref("Subtotal")}, Row("subtotal", "Subtotal")

    def tax(self) -> tuple[Sent, Row]:
        ware = self.random.choice(self.taxes)
        sent: Sent = {"item": self.world.ref(ware.name)}
        if self.random.random() < 0.4:
            amount = self.random.randint(1, 2000)
            return sent | {"amount": cents(amount)}, Row("tax", ware.name, amount=amount)
        return sent, Row("tax", ware.name, percent=ware.percent)

    def text(self) -> tuple[Sent, Row]:
        return {"description": f"Note {self.random.randint(1, 99)}"}, Row("text")

    def pack(self) -> tuple[Sent, Pack]:
        kit = self.random.choice(sorted(KITS))
        quantity = Fraction(self.random.randint(1, 5))
        sent: Sent = {"item_group": self.world.ref(kit)}
        if quantity != 1 or self.random.random() < 0.5:
            sent["quantity"] = decimal(quantity)
        return sent, Pack(kit, quantity, self.expanded(kit, quantity))

    def expanded(self, kit: str, quantity: Fraction) -> tuple[Row, ...]:
        return tuple(self.member(self.world.wares[name], times, quantity) for name, times in KITS[kit])

    def member(self, ware: Ware, times: Fraction | None, quantity: Fraction) -> Row:
        if ware.part == "sale":
            return Row("sale", ware.name, ware.code, quantity=quantity * (times or 1), rate=ware.price)
        return Row(ware.part, ware.name, ware.code, percent=ware.percent)

    def code(self, ware: Ware) -> tuple[str, Sent]:
        if self.random.random() < 0.8:
            return ware.code, {}
        code = self.random.choice(sorted(self.world.code_rates))
        return code, {"sales_tax_code": self.world.ref(code)}

    def quantity(self) -> Fraction:
        if self.random.random() < 0.6:
            return Fraction(self.random.randint(1, 12))
        return Fraction(self.random.randint(1, 600_000), 10**5)

    def price(self) -> Fraction:
        if self.random.random() < 0.6:
            return Fraction(self.random.randint(1, 9_000), 100)
        return Fraction(self.random.randint(1, 9_000_000), 10**5)

    def amount(self) -> int:
        return self.random.randint(-500 if self.random.random() < 0.1 else 1, DEAR)

    def share(self) -> Fraction:
        return Fraction(self.random.choice((1, 5, 10, 50)), self.random.choice((1, 2, 4)))

    # Changes of lines that are there.

    def changed(self, row: Row) -> tuple[Sent, Row]:
        """One change of a row, as a caller would name it."""
        ways: list[Callable[[Row], tuple[Sent, Row]]] = [self.described]
        if row.part == "sale":
            ways += [self.repriced, self.resummed, self.recoded, self.same_item, self.other_item]
            if row.amount is None or row.quantity is not None:
                ways += [self.recounted, self.recounted]
        elif row.part == "discount":
            ways += [self.resummed, self.recoded, self.reshared]
        elif row.part == "tax":
            ways += [self.resummed]
        return self.random.choice(ways)(row)

    def described(self, row: Row) -> tuple[Sent, Row]:
        return {"description": f"Changed {self.random.randint(1, 99)}"}, row

    def recounted(self, row: Row) -> tuple[Sent, Row]:
        quantity = self.quantity()
        return {"quantity": decimal(quantity)}, replace(row, quantity=quantity, amount=None)

    def repriced(self, row: Row) -> tuple[Sent, Row]:
        rate = self.price()
        return {"rate": decimal(rate)}, replace(row, rate=rate, percent=None, amount=None)

    def resummed(self, row: Row) -> tuple[Sent, Row]:
        amount = self.random.randint(1, 900 if row.part == "discount" else 20_000)
        rate = near(Fraction(amount, 100) / row.quantity) if row.quantity else None
        return {"amount": cents(amount)}, replace(row, amount=amount, percent=None, rate=rate)

    def reshared(self, row: Row) -> tuple[Sent, Row]:
        share = self.share()
        return {"rate_percent": decimal(share)}, replace(row, percent=share, rate=None, amount=None)

    def recoded(self, row: Row) -> tuple[Sent, Row]:
        code = self.random.choice(sorted(self.world.code_rates))
        return {"sales_tax_code": self.world.ref(code)}, replace(row, code=code)

    def same_item(self, row: Row) -> tuple[Sent, Row]:
        """A caller who names the item that the line has already changes nothing by it."""
        return {"item": self.world.ref(row.ware)}, row

    def other_item(self, row: Row) -> tuple[Sent, Row]:
        ware = self.random.choice([ware for ware in self.sold if ware.name != row.ware])
        fresh = Row("sale", ware.name, ware.code, quantity=row.quantity, tax=row.tax, id=row.id)
        return {"item": self.world.ref(ware.name)}, self.suggested(fresh, ware)

    def edit(self, entries: Sequence[Entry]) -> tuple[tuple[LineChange, ...], tuple[Entry, ...]]:
        """An update of all lines: some dropped, some changed, some new, the rest named and left alone."""
        changes: list[LineChange] = []
        expected: list[Entry] = []
        for entry in entries:
            while self.random.random() < 0.15:
                self.insert(changes, expected)
            if self.random.random() < 0.15:
                continue
            change, after = self.revised(entry)
            changes.append(change)
            expected.append(after)
        while not expected or self.random.random() < 0.3:
            self.insert(changes, expected)
        return tuple(changes), tuple(expected)

    def edit_part(self, entries: Sequence[Entry], kept: str) -> tuple[tuple[LineChange, ...], tuple[Entry, ...]]:
        """An update that names only lines, or only groups; the others stay, lines before groups."""
        packs = [entry for entry in entries if isinstance(entry, Pack)]
        rows = [entry for entry in entries if isinstance(entry, Row)]
        named = [self.revised(entry) for entry in (packs if kept == "plain" else rows)]
        changes, after = tuple(change for change, _ in named), tuple(entry for _, entry in named)
        return changes, (*rows, *after) if kept == "plain" else (*after, *packs)

    def insert(self, changes: list[LineChange], expected: list[Entry]) -> None:
        is_group, sent, entry = self.entry()
        changes.append(LineChange(id=NEW, changes=sent, is_group=is_group))
        expected.append(entry)

    def revised(self, entry: Entry) -> tuple[LineChange, Entry]:
        if isinstance(entry, Pack):
            return self.revised_pack(entry)
        sent, after = self.changed(entry) if self.random.random() < 0.5 else ({}, entry)
        return LineChange(id=entry.id, changes=sent), after

    def revised_pack(self, pack: Pack) -> tuple[LineChange, Pack]:
        how = self.random.choice(("leave", "leave", "count", "members"))
        if how == "count":
            quantity = pack.quantity + self.random.randint(1, 3)
            change = LineChange(id=pack.id, changes={"quantity": decimal(quantity)}, is_group=True)
            return change, Pack(pack.kit, quantity, self.expanded(pack.kit, quantity), pack.id)
        if how == "members" and pack.rows:
            members = [
                self.member_change(row) for row in pack.rows if len(pack.rows) == 1 or self.random.random() < 0.8
            ]
            change = LineChange(id=pack.id, changes={}, is_group=True, lines=tuple(member for member, _ in members))
            return change, replace(pack, rows=tuple(row for _, row in members))
        return LineChange(id=pack.id, changes={}, is_group=True), pack

    def member_change(self, row: Row) -> tuple[LineChange, Row]:
        sent, after = self.changed(row) if self.random.random() < 0.5 else ({}, row)
        return LineChange(id=row.id, changes=sent), after


def drafted(is_group: bool, sent: Sent) -> SalesLine | SalesLineGroup:
    return SalesLineGroup(**sent) if is_group else SalesLine(**sent)


def with_ids(entries: Sequence[Entry], lines: Sequence[SalesLine | SalesLineGroup]) -> tuple[Entry, ...]:
    """The expected entries with the ids that the books gave their lines."""
    result: list[Entry] = []
    for entry, line in zip(entries, lines, strict=True):
        if isinstance(entry, Pack):
            assert isinstance(line, SalesLineGroup)
            members = zip(entry.rows, line.lines, strict=True)
            result.append(replace(entry, id=line.id, rows=tuple(replace(row, id=one.id) for row, one in members)))
        else:
            result.append(replace(entry, id=line.id))
    return tuple(result)


def unknown_line() -> LineChange:
    return LineChange(id="7FFFFFF-1", changes={})


def item_line(ref: Ref) -> SalesLine:
    return SalesLine(item=ref, quantity=Decimal(1))
