"""The other half of a simulated caller: bills, vendors' credits, and payments to vendors."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from random import Random
from typing import Any

from tests.simulation.act import FIRST_DAY, RATES, UNKNOWN, Act, Wish, carry_out, refused, thing_of
from tests.simulation.lines import cents, near
from tests.simulation.shadow import PURCHASES, USED_FOR, Kind, Paper, Row, Shadow, sums
from tests.simulation.world import SELLERS, STONE, World, decimal

from counterfoil.model.command import Create, LineChange, Update
from counterfoil.model.lines import CreditToApply
from counterfoil.model.outcome import Done
from counterfoil.model.payables import BillPayment
from counterfoil.model.purchases import Bill, Purchase, PurchaseLine, VendorCredit
from counterfoil.model.receivables import Application

Sent = dict[str, Any]
MODELS: dict[Kind, type[Purchase]] = {"bills": Bill, "vendor_credits": VendorCredit}


def rows_of(paper: Paper) -> tuple[Row, ...]:
    """The lines of a purchase, which has no groups."""
    return tuple(entry for entry in paper.entries if isinstance(entry, Row))


class Buyer:
    """Draws acts on what the company buys."""

    def __init__(self, random: Random, world: World, shadow: Shadow) -> None:
        self.random, self.world, self.shadow = random, world, shadow
        self.acts: tuple[tuple[Callable[[], Act | None], int], ...] = (
            (self.create_bill, 12),
            (self.create_credit, 6),
            (self.edit_lines, 8),
            (self.edit_header, 4),
            (self.create_payment, 10),
            (self.update_payment, 5),
            (self.bad_purchase, 5),
            (self.bad_payment, 5),
        )

    # Bills and vendors' credits.

    def create_bill(self) -> Act:
        return self.create("bills")

    def create_credit(self) -> Act:
        return self.create("vendor_credits")

    def create(self, kind: Kind) -> Act:
        paper, fields = self.header(kind)
        drawn = [self.line() for _ in range(self.random.randint(1, 4))]
        fields["lines"] = tuple(PurchaseLine(**sent) for sent, _ in drawn)
        paper.entries = tuple(row for _, row in drawn)
        paper.subtotal = sums(paper.entries).subtotal
        command = Create(resource=kind, draft=MODELS[kind](**fields))
        if paper.subtotal < 0:
            return refused(f"create {kind}: a negative total", command)

        def effect(shadow: Shadow, done: Done) -> None:
            made = thing_of(done)
            assert isinstance(made, Purchase)
            paper.id, paper.number, paper.revision = made.id, made.number, made.revision
            paper.entries = with_ids(rows_of(paper), made)
            paper.total = paper.open = paper.subtotal
            shadow.papers[paper.id] = paper

        return Act(f"create {kind}", command, taken=True, effect=effect)

    def header(self, kind: Kind) -> tuple[Paper, Sent]:
        seller = self.random.choice(SELLERS)
        day = FIRST_DAY + timedelta(days=self.random.randint(0, 120))
        paper = Paper(kind, "", 0, seller, day, account=f"payables {seller.currency}")
        fields: Sent = {"vendor": self.world.ref(seller.name), "transaction_date": day}
        if seller.currency is not None and self.random.random() < 0.9:
            paper.rate = self.random.choice(RATES)
            fields["exchange_rate"] = decimal(paper.rate)
        return paper, fields

    def line(self) -> tuple[Sent, Row]:
        how = self.random.choices(("expense", "stones", "dear stones", "sum", "text"), (40, 25, 15, 15, 5))[0]
        stones: Sent = {"item": self.world.ref("Stone")}
        quantity, amount = Fraction(self.random.randint(1, 900_000), 10**5), self.random.randint(1, 50_000)
        if self.random.random() < 0.1:
            amount = -amount
        if how == "expense":
            sent: Sent = {"account": self.world.ref("Office Supplies"), "amount": cents(amount)}
            if self.random.random() < 0.3:
                sent["class_"] = self.world.ref("East")
            return sent, Row("sale", amount=amount)
        if how == "stones":
            return stones | {"quantity": decimal(quantity)}, Row("sale", "Stone", quantity=quantity, rate=STONE)
        if how == "dear stones":
            rate = Fraction(self.random.randint(1, 9_000), 100)
            sent = stones | {"quantity": decimal(quantity), "rate": decimal(rate)}
            return sent, Row("sale", "Stone", quantity=quantity, rate=rate)
        if how == "sum":
            return stones | {"amount": cents(amount)}, Row("sale", "Stone", amount=amount)
        return {"description": "As agreed"}, Row("text")

    def purchase(self) -> Paper | None:
        return self.pick([paper for kind in PURCHASES for paper in self.shadow.of(kind)])

    def pick(self, papers: Sequence[Paper]) -> Paper | None:
        return self.random.choice(papers) if papers else None

    def update(self, paper: Paper, fields: Sent) -> Update:
        return Update(resource=paper.kind, id=paper.id, revision=paper.revision, changes=fields)

    def edit_lines(self) -> Act | None:
        """Some lines go, some change, some are new; the rest is named and stays as it is."""
        paper = self.purchase()
        if paper is None:
            return None
        changes: list[LineChange] = []
        rows: list[Row] = []
        for row in rows_of(paper):
            how = self.random.choices(("keep", "drop", "resum", "recount"), (50, 20, 20, 10))[0]
            if how == "drop" or (how == "recount" and row.quantity is None):
                continue
            sent, after = self.changed(row, how)
            changes.append(LineChange(id=row.id, changes=sent))
            rows.append(after)
        while not rows or self.random.random() < 0.3:
            sent, fresh = self.line()
            changes.append(LineChange(id="-1", changes=sent))
            rows.append(fresh)
        command = self.update(paper, {"lines": tuple(changes)})
        total = sums(rows).subtotal
        if total < 0:
            return refused("edit a purchase: a negative total", command)

        def effect(shadow: Shadow, done: Done) -> None:
            made = thing_of(done)
            assert isinstance(made, Purchase)
            shadow.free(paper, total)
            paper.open += total - paper.total
            paper.total = paper.subtotal = total
            paper.revision, paper.entries = made.revision, with_ids(rows, made)

        return Act("edit a purchase", command, taken=True, effect=effect, touches=(paper.id,))

    def changed(self, row: Row, how: str) -> tuple[Sent, Row]:
        if row.part == "text" or how == "keep":
            return {}, row
        if how == "resum":
            amount = self.random.randint(1, 20_000)
            rate = near(Fraction(amount, 100) / row.quantity) if row.quantity else None
            return {"amount": cents(amount)}, replace(row, amount=amount, rate=rate)
        quantity = Fraction(self.random.randint(1, 900))
        return {"quantity": decimal(quantity)}, replace(row, quantity=quantity, amount=None)

    def edit_header(self) -> Act | None:
        paper = self.purchase()
        if paper is None:
            return None
        fields: Sent = {"memo": f"Memo {self.random.randint(1, 99)}", "ref_number": "V-1"}
        rate = paper.rate
        if paper.person.currency is not None and self.random.random() < 0.6:
            rate = self.random.choice(RATES)
            fields["exchange_rate"] = decimal(rate)

        def effect(shadow: Shadow, done: Done) -> None:
            paper.rate, paper.revision = rate, thing_of(done).revision

        return Act("edit a purchase's header", self.update(paper, fields), taken=True, effect=effect)

    # Payments.

    def create_payment(self) -> Act:
        paper, fields = self.header("bill_payments")
        wishes = self.wishes(self.shadow, paper)
        paper.total = sum(wish.amount for wish in wishes) + self.random.choice((0, 0, self.random.randint(0, 4000)))
        card = self.random.random() < 0.3
        if paper.total or self.random.random() < 0.5:
            fields["payment_account"] = self.world.ref("Card" if card else "Checking")
        fields |= {"pay_type": "credit_card" if card else "check", "total_amount": cents(paper.total)}
        fields["applications"] = self.applications(wishes)

        def effect(shadow: Shadow, done: Done) -> None:
            made = thing_of(done)
            paper.id, paper.number, paper.revision = made.id, made.number, made.revision
            paper.open = paper.total
            shadow.papers[paper.id] = paper
            carry_out(shadow, paper, wishes)

        command = Create(resource="bill_payments", draft=BillPayment(**fields))
        touches = tuple(wish.invoice for wish in wishes)
        return Act("pay bills", command, taken=True, effect=effect, touches=touches)

    def wishes(self, shadow: Shadow, paper: Paper) -> list[Wish]:
        owed = [bill for bill in shadow.of("bills") if bill.open and bill.person == paper.person]
        self.random.shuffle(owed)
        left = {credit.id: credit.open for credit in shadow.credits_for(paper) if credit.id != paper.id}
        return [self.wish(bill, left) for bill in owed[: self.random.randint(0, 3)]]

    def wish(self, bill: Paper, left: dict[str, int]) -> Wish:
        due, used = bill.open, []
        discount = self.random.randint(0, max(due // 10, 1)) if self.random.random() < 0.3 else 0
        due -= discount
        for identifier, most in left.items():
            if min(most, due) > 0 and self.random.random() < 0.4:
                used.append((identifier, self.random.randint(1, min(most, due))))
                left[identifier] -= used[-1][1]
                due -= used[-1][1]
        amount = due if self.random.random() < 0.4 else self.random.randint(0, due)
        if not amount and not discount and not used:
            amount = min(due, 1)
        return Wish(bill.id, amount, discount, tuple(used))

    def applications(self, wishes: Sequence[Wish]) -> tuple[Application, ...]:
        return tuple(
            Application(
                transaction_id=wish.invoice,
                payment_amount=cents(wish.amount),
                discount_amount=cents(wish.discount) if wish.discount else None,
                discount_account=self.world.ref("Discounts given") if wish.discount else None,
                apply_credits=tuple(
                    CreditToApply(credit_transaction_id=identifier, applied_amount=cents(amount))
                    for identifier, amount in wish.credits
                ),
            )
            for wish in wishes
        )

    def update_payment(self) -> Act | None:
        paper = self.pick(self.shadow.of("bill_payments"))
        if paper is None:
            return None
        freed = deepcopy(self.shadow)
        freed.part(freed.papers[paper.id])
        wishes = self.wishes(freed, freed.papers[paper.id])
        total = sum(wish.amount for wish in wishes) + self.random.randint(0, 500)
        account = self.world.ref("Checking")
        fields = {"applications": self.applications(wishes), "total_amount": cents(total)}
        fields |= {"payment_account": account, "pay_type": "check"}

        def effect(shadow: Shadow, done: Done) -> None:
            shadow.part(paper)
            paper.total = paper.open = total
            paper.revision = thing_of(done).revision
            carry_out(shadow, paper, wishes)

        command = self.update(paper, fields)
        return Act("pay bills again", command, taken=True, effect=effect, touches=(paper.id,))

    # What the books must refuse.

    def bad_purchase(self) -> Act:
        _, fields = self.header("bills")
        expense: Sent = {"account": self.world.ref("Office Supplies"), "amount": cents(100)}
        fields["lines"] = (PurchaseLine(**expense),)
        bad: dict[str, Sent] = {
            "vendor": {"vendor": self.world.ref("Anna")},
            "nobody": {"vendor": None},
            "lines": {"lines": ()},
            "both": {"lines": (PurchaseLine(**expense, item=self.world.ref("Stone")),)},
            "amount": {"lines": (PurchaseLine(account=self.world.ref("Office Supplies")),)},
            "nothing": {"lines": (PurchaseLine(amount=cents(5)),)},
            "receivables": {"lines": (PurchaseLine(account=self.world.ref("Second receivables"), amount=cents(5)),)},
            "discount": {"lines": (PurchaseLine(item=self.world.ref("Loyal"), amount=cents(5)),)},
            "payables": {"payables_account": self.world.ref("Checking")},
        }
        way = self.random.choice(sorted(bad))
        return refused(f"buy with a bad {way}", Create(resource="bills", draft=Bill(**(fields | bad[way]))))

    def bad_payment(self) -> Act | None:
        bill = self.pick([one for one in self.shadow.of("bills") if one.open])
        if bill is None:
            return None
        due = bill.open
        fields: Sent = {"vendor": self.world.ref(bill.person.name), "payment_account": self.world.ref("Checking")}
        fields |= {"total_amount": cents(due * 2 + 2), "applications": self.applications([Wish(bill.id, due)])}
        stranger = next(seller for seller in SELLERS if seller != bill.person)
        bad: dict[str, Sent] = {
            "over": {"applications": self.applications([Wish(bill.id, due + 1)])},
            "twice": {"applications": self.applications([Wish(bill.id, due), Wish(bill.id, 1)])},
            "stranger": {"vendor": self.world.ref(stranger.name)},
            "total": {"total_amount": cents(due - 1)},
            "unknown": {"applications": self.applications([Wish(UNKNOWN, 1)])},
            "negative": {"total_amount": cents(-1)},
            "unpaid": {"payment_account": None},
            "card": {"pay_type": "credit_card"},
            "credit": {"applications": self.applications([Wish(bill.id, 0, 0, ((self.no_credit(bill), 1),))])},
        }
        way = self.random.choice(sorted(bad))
        draft = BillPayment(**(fields | bad[way]))
        return refused(f"pay a bill: {way}", Create(resource="bill_payments", draft=draft))

    def no_credit(self, bill: Paper) -> str:
        """Something that cannot pay this bill."""
        others = [
            paper.id
            for paper in self.shadow.papers.values()
            if USED_FOR.get(paper.kind) != "bills" or paper.person != bill.person
        ]
        return self.random.choice(others)


def with_ids(rows: Sequence[Row], made: Purchase) -> tuple[Row, ...]:
    """The expected rows with the ids that the books gave their lines."""
    return tuple(replace(row, id=line.id) for row, line in zip(rows, made.lines, strict=True))
