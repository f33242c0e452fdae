"""What a simulated caller does: a random command, whether the books must take it, and what it means to the shadow."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from msgspec import structs
from tests.simulation.act import FIRST_DAY, RATES, UNKNOWN, Act, Wish, carry_out, refused, thing_of
from tests.simulation.bought import Buyer
from tests.simulation.lines import Lines, cents, drafted, item_line, unknown_line, with_ids
from tests.simulation.shadow import ON_ACCOUNT, PAID, PURCHASES, SALES, USED_FOR, Impossible, Kind, Mode, Paper, Shadow
from tests.simulation.world import PEOPLE, Person, World, decimal

from counterfoil.model.command import Create, Delete, LineChange, Update, Void
from counterfoil.model.lines import CreditToApply
from counterfoil.model.outcome import Done
from counterfoil.model.people import Customer
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Estimate, Invoice, PaidSale, RefundReceipt, Sale, SalesReceipt
from counterfoil.model.values import Ref

MODES: tuple[Mode, ...] = ("computed", "override_total", "override_lines", "none")


class Actor:
    """Draws acts that fit the present state of a company."""

    def __init__(self, random: Random, world: World, shadow: Shadow) -> None:
        self.random, self.world, self.shadow = random, world, shadow
        self.lines = Lines(random, world)
        self.acts: tuple[tuple[Callable[[], Act | None], int], ...] = (
            (self.create_invoice, 26),
            (self.create_memo, 10),
            (self.create_paid, 10),
            (self.create_estimate, 4),
            (self.create_payment, 16),
            (self.auto_payment, 6),
            (self.edit_lines, 22),
            (self.edit_header, 10),
            (self.use_credit, 10),
            (self.update_payment, 8),
            (self.toggle_pending, 5),
            (self.change_customer, 4),
            (self.change_rate, 4),
            (self.void, 6),
            (self.delete, 6),
            (self.bad_create, 10),
            (self.bad_update, 10),
            (self.bad_lines, 8),
            (self.bad_payment, 10),
            (self.bad_credit, 10),
            (self.bad_end, 3),
            (self.rename, 3),
            (self.delete_used, 2),
            *Buyer(random, world, shadow).acts,
        )

    def act(self) -> Act:
        """The next act; one that has nothing to act on is drawn again."""
        while True:
            draw = self.random.choices([act for act, _ in self.acts], [weight for _, weight in self.acts])[0]
            found = draw()
            if found is not None:
                return found

    def independent(self, count: int) -> list[Act]:
        """Acts that do not depend on one another, to be sent at the same moment."""
        draws = (self.create_invoice, self.create_memo, self.bad_create, self.bad_update, self.bad_lines)
        found = [self.random.choice(draws)() for _ in range(count)]
        return [act for act in found if act is not None and not self.uses_credit(act)]

    def uses_credit(self, act: Act) -> bool:
        draft = act.command.draft if isinstance(act.command, Create) else None
        return isinstance(draft, Invoice) and bool(draft.apply_credits or draft.link_to_transactions)

    # Sales are made.

    def create_invoice(self) -> Act:
        return self.create("invoices", Invoice)

    def create_memo(self) -> Act:
        return self.create("credit_memos", CreditMemo)

    def create_paid(self) -> Act:
        if self.random.random() < 0.7:
            return self.create("sales_receipts", SalesReceipt)
        return self.create("refund_receipts", RefundReceipt)

    def create_estimate(self) -> Act:
        return self.create("estimates", Estimate)

    def create(self, kind: Kind, model: type[Sale]) -> Act:
        paper, fields = self.header(kind)
        if issubclass(model, PaidSale) and self.random.random() < 0.4:
            fields["deposit_to_account"] = self.world.ref("Checking")
        drawn = [self.lines.entry() for _ in range(self.random.randint(1, 6))]
        fields["lines"] = tuple(drafted(is_group, sent) for is_group, sent, _ in drawn)
        paper.entries = tuple(entry for _, _, entry in drawn)
        try:
            self.shadow.figure(paper)
        except Impossible as reason:
            return refused(f"create {kind}: {reason}", Create(resource=kind, draft=model(**fields)))
        total = 0 if paper.pending or kind not in ON_ACCOUNT else paper.subtotal + paper.tax
        credit: list[tuple[str, int]] = []
        if kind == "invoices" and total and self.random.random() < 0.4:
            credit = self.some_credits(paper, total, fields)
        draft = model(**fields)

        def effect(shadow: Shadow, done: Done) -> None:
            made = thing_of(done)
            assert isinstance(made, Sale)
            paper.id, paper.number, paper.revision = made.id, made.number, made.revision
            paper.entries = with_ids(paper.entries, made.lines)
            paper.total = paper.open = total
            shadow.papers[paper.id] = paper
            for source, amount in credit:
                shadow.use(shadow.papers[source], paper, amount)

        return Act(f"create {kind}", Create(resource=kind, draft=draft), taken=True, effect=effect)

    def header(self, kind: Kind) -> tuple[Paper, dict[str, Any]]:
        person = self.random.choice(PEOPLE)
        day = FIRST_DAY + timedelta(days=self.random.randint(0, 120))
        paper = Paper(kind, "", 0, person, day, taxed=person.taxed, rates=person.rates)
        fields: dict[str, Any] = {"customer": self.world.ref(person.name), "transaction_date": day}
        if self.world.country == "CA":
            paper.rates = ()
        elif self.random.random() < 0.3:
            paper.rates, fields["sales_tax_item"] = self.rates()
        self.draw_mode(paper, fields)
        self.draw_account(paper, fields)
        if self.random.random() < 0.12:
            paper.pending = fields["is_pending"] = True
        if self.random.random() < 0.3:
            fields["terms"] = self.world.ref(self.random.choice(("15th of the month", "2% 10 Net 30")))
        if self.random.random() < 0.3:
            fields["class_"] = self.world.ref("East")
        if self.random.random() < 0.3:
            fields["ref_number"] = self.random.choice(("", f"M-{self.random.randint(1, 99):03d}"))
        return paper, fields

    def rates(self) -> tuple[tuple[str, ...], Ref]:
        name = self.random.choice(("State", "City", "State and City"))
        return (("State", "City") if name == "State and City" else (name,)), self.world.ref(name)

    def draw_mode(self, paper: Paper, fields: dict[str, Any]) -> None:
        paper.mode = self.random.choices(MODES, (60, 16, 12, 12))[0]
        if paper.mode != "computed":
            fields["tax_mode"] = paper.mode
        if paper.mode == "override_total":
            paper.override = self.random.randint(0, 3000)
            fields["tax_override"] = cents(paper.override)

    def draw_account(self, paper: Paper, fields: dict[str, Any]) -> None:
        """The A/R account and the rate of exchange: the home ones, or those of the customer's currency."""
        currency = paper.person.currency
        if currency is None:
            paper.account = "home"
            if paper.kind in (*ON_ACCOUNT, "receive_payments") and self.random.random() < 0.1:
                paper.account, fields["receivables_account"] = "second", self.world.ref("Second receivables")
            return
        paper.account = currency
        if self.random.random() < 0.9:
            paper.rate = self.random.choice(RATES)
            fields["exchange_rate"] = decimal(paper.rate)

    def some_credits(self, paper: Paper, due: int, fields: dict[str, Any]) -> list[tuple[str, int]]:
        """Open credits to use for a sale that owes `due`: by amount, or one of them as a whole."""
        found = self.shadow.credits_for(paper)
        self.random.shuffle(found)
        uses, wishes = [], []
        for credit in found[: self.random.randint(1, 2)]:
            most = min(credit.open, due)
            if most > 0:
                amount = most if self.random.random() < 0.3 else self.random.randint(1, most)
                wishes.append(CreditToApply(credit_transaction_id=credit.id, applied_amount=cents(amount)))
                uses.append((credit.id, amount))
                due -= amount
        if wishes:
            fields["apply_credits"] = tuple(wishes)
        linkable = [credit for credit in found if credit.id not in dict(uses)]
        if linkable and due > 0 and self.random.random() < 0.5:
            fields["link_to_transactions"] = (linkable[0].id,)
            uses.append((linkable[0].id, min(linkable[0].open, due)))
        return uses

    # Sales are changed.

    def sale(self) -> Paper | None:
        return self.pick([paper for kind in SALES for paper in self.shadow.of(kind)])

    def pick(self, papers: Sequence[Paper]) -> Paper | None:
        return self.random.choice(papers) if papers else None

    def change(self, name: str, paper: Paper, fields: dict[str, Any], alter: Callable[[Paper], None]) -> Act:
        """An update of a sale: `alter` says what it means, and the rules whether it is possible."""
        changed = replace(paper)
        alter(changed)
        command = Update(resource=paper.kind, id=paper.id, revision=paper.revision, changes=fields)
        try:
            self.shadow.figure(changed)
        except Impossible as reason:
            return refused(f"{name}: {reason}", command)

        def effect(shadow: Shadow, done: Done) -> None:
            made = thing_of(done)
            assert isinstance(made, Sale)
            assert int(made.revision) > int(paper.revision)
            alter(paper)
            shadow.figure(paper)
            shadow.settle(paper)
            paper.revision = made.revision
            paper.entries = with_ids(paper.entries, made.lines)

        return Act(name, command, taken=True, effect=effect, touches=(paper.id,))

    def edit_lines(self) -> Act | None:
        paper = self.sale()
        if paper is None:
            return None
        kept = self.random.choices(("none", "plain", "groups"), (80, 10, 10))[0]
        if kept == "none":
            changes, entries = self.lines.edit(paper.entries)
        else:
            changes, entries = self.lines.edit_part(paper.entries, kept)

        def alter(one: Paper) -> None:
            one.entries = entries

        act = self.change(f"edit lines, keep {kept}", paper, {"lines": changes}, alter)
        assert isinstance(act.command, Update)
        return replace(act, command=structs.replace(act.command, kept_lines=kept))

    def edit_header(self) -> Act | None:
        paper = self.sale()
        if paper is None:
            return None
        fields: dict[str, Any] = {"memo": f"Memo {self.random.randint(1, 99)}"}
        sketch = replace(paper)
        if self.random.random() < 0.6:
            self.draw_mode(sketch, fields)
            fields["tax_mode"] = sketch.mode
        if self.world.country == "US" and self.random.random() < 0.5:
            sketch.rates, fields["sales_tax_item"] = self.rates()
        if self.world.country == "US" and self.random.random() < 0.3:
            sketch.taxed = not sketch.taxed
            fields["sales_tax_code"] = self.world.ref("Tax" if sketch.taxed else "Non")

        def alter(one: Paper) -> None:
            one.mode, one.override, one.rates, one.taxed = sketch.mode, sketch.override, sketch.rates, sketch.taxed

        return self.change("edit header", paper, fields, alter)

    def toggle_pending(self) -> Act | None:
        paper = self.sale()
        if paper is None:
            return None
        fields = {"is_pending": not paper.pending}
        if self.shadow.is_used(paper):
            return refused("pend what is applied", self.update(paper, fields))

        def alter(one: Paper) -> None:
            one.pending = fields["is_pending"]

        return self.change("toggle pending", paper, fields, alter)

    def change_customer(self) -> Act | None:
        paper = self.pick([sale for sale in self.shadow.of("invoices") if sale.person.currency is None])
        if paper is None:
            return None
        others = [person for person in PEOPLE if person.currency is None and person != paper.person]
        person: Person = self.random.choice(others)
        fields = {"customer": self.world.ref(person.name)}
        if self.shadow.is_used(paper):
            return refused("another customer for what is paid", self.update(paper, fields))

        def alter(one: Paper) -> None:
            one.person = person

        return self.change("change customer", paper, fields, alter)

    def change_rate(self) -> Act | None:
        sales = [paper for kind in SALES for paper in self.shadow.of(kind)]
        paper = self.pick([sale for sale in sales if sale.person.currency is not None])
        if paper is None:
            return None
        rate = self.random.choice(RATES)

        def alter(one: Paper) -> None:
            one.rate = rate

        return self.change("change exchange rate", paper, {"exchange_rate": decimal(rate)}, alter)

    def use_credit(self) -> Act | None:
        """Credits that are applied by an update of the invoice."""
        paper = self.pick([one for one in self.shadow.of("invoices") if one.open and self.shadow.credits_for(one)])
        if paper is None:
            return None
        fields: dict[str, Any] = {}
        uses = self.some_credits(paper, paper.open, fields)

        def effect(shadow: Shadow, done: Done) -> None:
            paper.revision = thing_of(done).revision
            for source, amount in uses:
                shadow.use(shadow.papers[source], paper, amount)

        touches = (paper.id, *(source for source, _ in uses))
        return Act("use credit", self.update(paper, fields), taken=True, effect=effect, touches=touches)

    def update(self, paper: Paper, fields: dict[str, Any]) -> Update:
        return Update(resource=paper.kind, id=paper.id, revision=paper.revision, changes=fields)

    # Payments.

    def create_payment(self) -> Act | None:
        paper, fields = self.payment()
        wishes = self.wishes(self.shadow, paper)
        spent = sum(wish.amount for wish in wishes)
        paper.total = spent + self.random.choice((0, 0, self.random.randint(0, 5000)))
        fields["applications"] = self.applications(wishes)
        return self.entered("create payment", paper, fields, wishes)

    def auto_payment(self) -> Act:
        paper, fields = self.payment()
        owed = [one for one in self.shadow.of("invoices") if one.person == paper.person and one.open]
        exact = self.pick(owed)
        paper.total = exact.open if exact is not None and self.random.random() < 0.4 else self.random.randint(0, 40_000)
        fields["is_auto_apply"] = True
        paid = self.shadow.automatic(paper)
        return self.entered("pay automatically", paper, fields, [Wish(one.id, amount) for one, amount in paid])

    def payment(self) -> tuple[Paper, dict[str, Any]]:
        person = self.random.choice(PEOPLE)
        day = FIRST_DAY + timedelta(days=self.random.randint(0, 120))
        paper = Paper("receive_payments", "", 0, person, day)
        fields: dict[str, Any] = {"customer": self.world.ref(person.name), "transaction_date": day}
        self.draw_account(paper, fields)
        if self.random.random() < 0.3:
            fields["deposit_to_account"] = self.world.ref("Checking")
        return paper, fields

    def entered(self, name: str, paper: Paper, fields: dict[str, Any], wishes: Sequence[Wish]) -> Act:
        draft = ReceivePayment(total_amount=cents(paper.total), **fields)

        def effect(shadow: Shadow, done: Done) -> None:
            made = thing_of(done)
            paper.id, paper.number, paper.revision = made.id, made.number, made.revision
            paper.open = paper.total
            shadow.papers[paper.id] = paper
            carry_out(shadow, paper, wishes)

        touches = tuple(wish.invoice for wish in wishes)
        command = Create(resource="receive_payments", draft=draft)
        return Act(name, command, taken=True, effect=effect, touches=touches)

    def wishes(self, shadow: Shadow, paper: Paper) -> list[Wish]:
        """What a payment may do to some of the invoices of its customer, or of their jobs."""
        owed = [
            one
            for one in shadow.of("invoices")
            if one.open and one.account == paper.account and paper.person.name in (one.person.name, one.person.parent)
        ]
        self.random.shuffle(owed)
        left = {credit.id: credit.open for credit in shadow.credits_for(paper) if credit.id != paper.id}
        return [self.wish(one, left) for one in owed[: self.random.randint(0, 3)]]

    def wish(self, invoice: Paper, left: dict[str, int]) -> Wish:
        due, used = invoice.open, []
        discount = self.random.randint(0, max(due // 10, 1)) if self.random.random() < 0.3 else 0
        due -= discount
        for identifier, most in left.items():
            if min(most, due) > 0 and self.random.random() < 0.3:
                used.append((identifier, self.random.randint(1, min(most, due))))
                left[identifier] -= used[-1][1]
                due -= used[-1][1]
        amount = due if self.random.random() < 0.4 else self.random.randint(0, due)
        if not amount and not discount and not used:
            amount = min(due, 1)
        return Wish(invoice.id, amount, discount, tuple(used))

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
        paper = self.pick(self.shadow.of("receive_payments"))
        if paper is None:
            return None
        ways = (self.reapplied, self.retotalled, self.remembered, self.revalued)
        return self.random.choice(ways)(paper)

    def reapplied(self, paper: Paper) -> Act:
        """Applications in an update take the place of the payment's earlier ones."""
        freed = deepcopy(self.shadow)
        freed.part(freed.papers[paper.id])
        wishes = self.wishes(freed, freed.papers[paper.id])
        total = sum(wish.amount for wish in wishes) + self.random.randint(0, 500)
        fields = {"applications": self.applications(wishes), "total_amount": cents(total)}

        def effect(shadow: Shadow, done: Done) -> None:
            shadow.part(paper)
            paper.total = paper.open = total
            paper.revision = thing_of(done).revision
            carry_out(shadow, paper, wishes)

        return Act("apply again", self.update(paper, fields), taken=True, effect=effect, touches=(paper.id,))

    def retotalled(self, paper: Paper) -> Act:
        total = max(paper.used + self.random.randint(-300, 3000), 0)
        command = self.update(paper, {"total_amount": cents(total)})
        if total < paper.used:
            return refused("less than is applied", command)

        def effect(shadow: Shadow, done: Done) -> None:
            paper.open += total - paper.total
            paper.total, paper.revision = total, thing_of(done).revision

        return Act("another total", command, taken=True, effect=effect)

    def remembered(self, paper: Paper) -> Act:
        deposit = self.world.ref(self.random.choice(("Checking", "Undeposited Funds")))
        fields = {"memo": f"Memo {self.random.randint(1, 99)}", "deposit_to_account": deposit}

        def effect(shadow: Shadow, done: Done) -> None:
            paper.revision = thing_of(done).revision

        return Act("edit payment", self.update(paper, fields), taken=True, effect=effect)

    def revalued(self, paper: Paper) -> Act:
        if paper.person.currency is None:
            return self.remembered(paper)
        rate = self.random.choice(RATES)

        def effect(shadow: Shadow, done: Done) -> None:
            paper.rate, paper.revision = rate, thing_of(done).revision

        command = self.update(paper, {"exchange_rate": decimal(rate)})
        return Act("change a payment's rate", command, taken=True, effect=effect)

    # Endings.

    def void(self) -> Act | None:
        paper = self.pick([paper for paper in self.shadow.papers.values() if not paper.void])
        if paper is None:
            return None

        def effect(shadow: Shadow, done: Done) -> None:
            shadow.void(paper)
            paper.revision = str(max(self.now(), int(paper.revision) + 1))

        return Act("void", Void(resource=paper.kind, id=paper.id), taken=True, effect=effect)

    def now(self) -> int:
        """The moment that the simulation's clock shows; the runner sets it."""
        return self.moment

    moment = 0

    def delete(self) -> Act | None:
        paper = self.pick(list(self.shadow.papers.values()))
        if paper is None:
            return None
        command = Delete(resource=paper.kind, id=paper.id)
        return Act("delete", command, taken=True, effect=lambda shadow, _: shadow.delete(paper))

    # Lists under the sales.

    def rename(self) -> Act:
        """A customer's new name reaches every document and changes no figure."""
        person = self.random.choice(PEOPLE)
        name = f"{person.name} {self.random.randint(1, 999)}"
        changes = {"name": name, "phone": f"555-{self.random.randint(1000, 9999)}"}
        revision = self.world.revisions[person.name]
        command = Update(resource="customers", id=self.world.ids[person.name], revision=revision, changes=changes)

        def effect(_: Shadow, done: Done) -> None:
            assert isinstance(done.result, Customer)
            assert done.result.name == name
            self.world.revisions[person.name] = done.result.revision

        return Act("rename a customer", command, taken=True, effect=effect)

    def delete_used(self) -> Act | None:
        """What a document refers to cannot be deleted."""
        paper = self.sale()
        if paper is None:
            return None
        return refused("delete a customer in use", Delete(resource="customers", id=self.world.ids[paper.person.name]))

    # What the books must refuse.

    def bad_create(self) -> Act:
        _, fields = self.header("invoices")
        fields["lines"] = (item_line(self.world.ref("Paver")),)
        way = self.random.choice(
            ("customer", "item", "inactive item", "inactive customer", "lines", "account", "credit", "quantity")
        )
        bad: dict[str, dict[str, Any]] = {
            "customer": {"customer": Ref(id="8000FFFF-1")},
            "item": {"lines": (item_line(Ref(id="8000FFFF-1")),)},
            "inactive item": {"lines": (item_line(self.world.ref("Gone")),)},
            "inactive customer": {"customer": self.world.ref("Dora")},
            "lines": {"lines": ()},
            "account": {"receivables_account": self.world.ref("Sales")},
            "credit": {"apply_credits": (CreditToApply(credit_transaction_id=UNKNOWN, applied_amount=cents(1)),)},
            "quantity": {"lines": (item_line(self.world.ref("Paver")), item_line(self.world.ref("Loyal")))},
        }
        fields |= bad[way]
        return refused(f"create with a bad {way}", Create(resource="invoices", draft=Invoice(**fields)))

    def bad_update(self) -> Act | None:
        paper = self.pick(list(self.shadow.papers.values()))
        if paper is None:
            return None
        stale = Update(resource=paper.kind, id=paper.id, revision=str(int(paper.revision) - 1), changes={"memo": "x"})
        if paper.void:
            return refused("update what is void", self.update(paper, {"memo": "x"}))
        ways = ("stale", "unknown", "customer", "nobody")
        way = self.random.choice(ways[:-1] if paper.kind in PAID else ways)  # which may be sales to nobody
        if way == "stale":
            return refused("a stale revision", stale)
        if way == "unknown":
            return refused("an unknown id", structs.replace(stale, id=UNKNOWN))
        field = "vendor" if paper.kind in (*PURCHASES, "bill_payments") else "customer"
        someone = self.world.ref("Dora") if way == "customer" else None
        return refused(f"update: {way}", self.update(paper, {field: someone}))

    def bad_lines(self) -> Act | None:
        paper = self.sale()
        if paper is None:
            return None
        named = [LineChange(id=entry.id, changes={}, is_group=hasattr(entry, "rows")) for entry in paper.entries]
        plain = [change for change in named if not change.is_group]
        way = self.random.choice(("unknown line", "no line", "order", "twice"))
        if way == "unknown line":
            named.append(unknown_line())
        elif way == "no line":
            named = []
        elif way == "order" and len(plain) > 1:
            named = list(reversed(plain))
        else:
            named.append(self.random.choice(named))
        return refused(f"lines: {way}", self.update(paper, {"lines": tuple(named)}))

    def bad_payment(self) -> Act | None:
        _, fields = self.payment()
        open_invoice = self.pick([one for one in self.shadow.of("invoices") if one.open])
        if open_invoice is None:
            return None
        person, due = open_invoice.person, open_invoice.open
        fields |= {"customer": self.world.ref(person.name), "total_amount": cents(due * 2 + 2)}
        fields.pop("receivables_account", None)
        fields.pop("exchange_rate", None)
        if open_invoice.account == "second":
            fields["receivables_account"] = self.world.ref("Second receivables")
        stranger = "Carl" if person.name != "Carl" else "Bert"
        over, all_of_it = Wish(open_invoice.id, due + 1), Wish(open_invoice.id, due)
        way = self.random.choice(("over", "twice", "stranger", "total", "both", "discount", "unknown", "negative"))
        bad: dict[str, dict[str, Any]] = {
            "over": {"applications": self.applications([over])},
            "twice": {"applications": self.applications([all_of_it, Wish(open_invoice.id, 1)])},
            "stranger": {"applications": self.applications([all_of_it]), "customer": self.world.ref(stranger)},
            "total": {"applications": self.applications([all_of_it]), "total_amount": cents(due - 1)},
            "both": {"applications": self.applications([all_of_it]), "is_auto_apply": True},
            "discount": {"applications": self.applications([Wish(open_invoice.id, due, 1)])},
            "unknown": {"applications": self.applications([Wish(UNKNOWN, 1)])},
            "negative": {"total_amount": cents(-1)},
        }
        fields |= bad[way]
        return refused(f"pay: {way}", Create(resource="receive_payments", draft=ReceivePayment(**fields)))

    def bad_credit(self) -> Act | None:
        """More of a credit than is left of it, or more than is due, or of another's."""
        invoice = self.pick(self.shadow.of("invoices"))
        credit = self.pick([one for one in self.shadow.papers.values() if one.kind != "invoices"])
        if invoice is None or credit is None:
            return None
        fits = (
            USED_FOR.get(credit.kind) == "invoices"
            and credit.person == invoice.person
            and credit.account == invoice.account
            and credit.open > 0
        )
        amount = min(credit.open, invoice.open) + 1 if fits else 1
        wish = CreditToApply(credit_transaction_id=credit.id, applied_amount=cents(amount))
        return refused("apply too much credit", self.update(invoice, {"apply_credits": (wish,)}))

    def bad_end(self) -> Act:
        kind: Kind = self.random.choice(("invoices", "credit_memos"))
        command = self.random.choice((Void(resource=kind, id=UNKNOWN), Delete(resource=kind, id=UNKNOWN)))
        return refused("end the unknown", command)
