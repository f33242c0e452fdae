"""A payment of an invoice → a command, and the answer to it."""

from typing import Final

from counterfoil.core.errors import Invalid
from counterfoil.core.money import ZERO
from counterfoil.core.problems import Problem
from counterfoil.dialects.snapbooks.call import Call
from counterfoil.dialects.snapbooks.envelope import Answer, operation
from counterfoil.dialects.snapbooks.fields import PaymentRequest
from counterfoil.dialects.snapbooks.lookup import Lookup
from counterfoil.dialects.snapbooks.render import amount
from counterfoil.model.command import Create
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.wire.qbo.maps.receivables import PAYMENT

RESOURCE: Final = "receive_payments"


class Payments:
    """Takes payments into the books of one connection."""

    def __init__(self, call: Call, lookup: Lookup) -> None:
        self.call = call
        self.lookup = lookup

    async def create(self, request: PaymentRequest) -> Answer:
        """Pay an invoice as far as it is open; what is left over stays with the customer."""
        if request.number is None and request.id is None:
            raise Invalid(Problem("required", ("invoiceNumber",)))
        invoice = await self.lookup.invoice(request.number, request.id)
        total = (request.amount or ZERO) + ZERO
        applied = min(total, invoice.balance_remaining or ZERO)
        draft = ReceivePayment(
            customer=await self.lookup.ref("names", request.customer) or invoice.customer,
            receivables_account=invoice.receivables_account,
            transaction_date=request.day,
            ref_number=request.reference or None,
            total_amount=total,
            payment_method=await self.lookup.ref("payment_methods", request.method),
            memo=request.memo or None,
            applications=(Application(transaction_id=invoice.id, payment_amount=applied),) if applied else (),
        )
        done = await self.call.submit(Create(resource=RESOURCE, draft=draft))
        made = done.result
        if not isinstance(made, ReceivePayment):
            raise TypeError(type(made).__name__)
        if made.unused_payment:
            message = f"{amount(made.unused_payment)} is more than the invoice was open for, and stays unapplied."
            self.call.notice("amount", "Unapplied", message)
        told = (await self.lookup.rendered(PAYMENT, [made]))[0]
        return operation(self.call, id=told["Id"], totalAmount=amount(made.total_amount), payment=told)
