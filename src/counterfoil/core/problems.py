"""What can be wrong with a request: one closed table of kinds, in words that say what to do and who can do it.

A `Problem` carries its kind, its place in the model (`("lines", 3, "rate")`) and its values. Dialects turn the
place into their vendor's spelling and the kind into their vendor's code; the words below are everybody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Place = tuple[str | int, ...]
Actor = Literal["developer", "bookkeeper", "operator"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to be wrong. `what` and `mend` are format strings over a problem's values and `{place}`."""

    what: str
    mend: str
    actor: Actor = "developer"


@dataclass(frozen=True, slots=True)
class Problem:
    kind: str
    place: Place = ()
    values: Mapping[str, object] = field(default_factory=dict)

    def what(self, place: str) -> str:
        return KINDS[self.kind].what.format(**{"place": place, **self.values})

    def mend(self, place: str) -> str:
        return KINDS[self.kind].mend.format(**{"place": place, **self.values})

    @property
    def actor(self) -> Actor:
        return KINDS[self.kind].actor


KINDS: Mapping[str, Kind] = {
    # The shape of a request: found before anything is stored.
    "malformed": Kind("The body could not be read: {detail}.", "Send one JSON object, in UTF-8."),
    "too_large": Kind("The body has more than {limit} bytes.", "Send less at once."),
    "unknown_field": Kind("Unrecognized key: `{name}` at `{place}`.", "Remove it, or check its spelling{hint}."),
    "required": Kind("Missing: `{place}` is required.", "Send a value for it."),
    "wrong_type": Kind("Invalid input: expected {expected}, received {received} at `{place}`.", "Send {expected}."),
    "too_long": Kind(
        "Too big: expected string to have <={limit} characters at `{place}`, received {length}.", "Shorten it."
    ),
    "too_many": Kind(
        "Too big: expected at most {limit} entries at `{place}`, received {count}.", "Send fewer at once."
    ),
    "too_few": Kind("Too small: expected at least one entry at `{place}`.", "Send one, or leave the field out."),
    "not_a_choice": Kind("Invalid option: `{value}` at `{place}`; expected one of {choices}.", "Send one of them."),
    "out_of_range": Kind("Out of range: {value} at `{place}`; {range}.", "Send a value within that range."),
    "exclusive": Kind("`{place}` and `{other}` exclude one another.", "Send one of the two."),
    "unsupported_character": Kind(
        "`{place}` holds characters that these books cannot keep: {characters}.",
        "Spell it without them, or let this connection respell texts (text policy `transliterate`).",
    ),
    # References and objects.
    "reference_missing": Kind(
        "There is an invalid reference to {thing} `{value}` at `{place}`: no such record is in these books.",
        "Read the {thing} list of this company and send an id from there.",
    ),
    "reference_wrong": Kind(
        "`{value}` at `{place}` is {found}, and {expected} is needed there.", "Send the id of {expected}."
    ),
    "reference_inactive": Kind(
        "{thing} `{value}` at `{place}` has been made inactive in these books.",
        "Make it active again, or use another one.",
        "bookkeeper",
    ),
    "object_missing": Kind(
        "{thing} `{value}` could not be found in these books.", "Check the id; it may have been deleted."
    ),
    "stale_revision": Kind(
        'The provided revision number (edit sequence) "{value}" is out-of-date.',
        "Read {thing} `{id}` again, merge your change, and send the revision number that you read.",
    ),
    "name_in_use": Kind(
        'The name "{value}" of the list element is already in use.',
        "Choose another name, or update the record that has it.",
    ),
    "name_invalid": Kind(
        'The name "{value}" holds a colon, which separates parents from children.', "Leave the colon out."
    ),
    "external_id_in_use": Kind(
        "The external id `{value}` already belongs to {id}.", "External ids are unique: read that one, or send another."
    ),
    "in_use": Kind(
        "{thing} `{value}` is still used and cannot be deleted.",
        "Make it inactive, which hides it from new entries.",
        "bookkeeper",
    ),
    "parent_loop": Kind("`{place}` would make `{value}` its own ancestor.", "Choose a parent outside its own branch."),
    "not_kept": Kind("`{place}` is not kept by these books.", "Leave it out of the request."),
    "fixed": Kind("`{place}` cannot be changed: {detail}.", "Leave it out of the request."),
    "not_enabled": Kind(
        "`{place}`: {feature} is not enabled or not available in these books.", "Leave the field out.", "bookkeeper"
    ),
    # The arithmetic of a sale.
    "empty_transaction": Kind("A {thing} needs at least one line.", "Send at least one line with an item."),
    "amount_without_item": Kind("`{place}` has an amount but names no item.", "Name the item that the amount is for."),
    "not_on_line": Kind("`{place}` is not allowed on a line of {item}.", "Leave it out of this line."),
    "amount_needed": Kind(
        "`{place}` is needed: only the first tax line after a subtotal is computed.",
        "Send the amount of this tax line.",
    ),
    "nothing_above": Kind(
        "The line at `{place}` is a percentage of the line above it, and there is none.",
        "Put the line that it refers to before it.",
    ),
    "negative_total": Kind(
        "The total of this {thing} would be {total}.",
        "A {thing} cannot be negative; use a credit memo to give money back.",
    ),
    "too_much_money": Kind(
        "`{place}` would be {total}, which has more digits than the books hold.", "Check the figures."
    ),
    "no_posting_account": Kind(
        "The item `{value}` at `{place}` has no account to post to.", "Give the item an account.", "bookkeeper"
    ),
    "currency_mismatch": Kind(
        "`{place}` is kept in {found}, and this transaction is in {expected}.", "Use one of that currency."
    ),
    "line_missing": Kind(
        "There is no line `{value}` in this transaction (`{place}`).", "Read it again; use `-1` for a new line."
    ),
    "line_order": Kind(
        'The line "{value}" at `{place}` is placed in the request in incorrect order.',
        "Name lines in the order in which they stand.",
    ),
    "line_repeated": Kind('The line "{value}" at `{place}` is named twice.', "Name each line once."),
    "voided": Kind("{thing} `{value}` has been voided.", "Make a new one instead."),
    "no_email": Kind(
        "`{place}`: {customer} has no e-mail address to send it to.",
        "Give the customer one, or leave the flag out.",
        "bookkeeper",
    ),
    "books_said": Kind("{words}", "See what QuickBooks says about its status {code}."),
    "books_said_at": Kind("{words} (`{place}`)", "See what QuickBooks says about its status {code}."),
    # Applying money.
    "over_application": Kind(
        "You cannot pay more than the amount due: `{place}` applies {applied}, and {due} is due on {id}.",
        "Apply at most what is due.",
    ),
    "over_total": Kind(
        "`{place}` applies {applied} in all, and the payment is {total}.", "Apply at most the payment's total amount."
    ),
    "credit_exceeded": Kind(
        "`{place}` applies {applied} of {id}, which has {remaining} left.", "Apply at most what is left of the credit."
    ),
    "customer_mismatch": Kind("{id} at `{place}` belongs to another customer or job.", "Use one of the same customer."),
    "account_mismatch": Kind(
        "{id} at `{place}` is kept in another accounts-receivable account.",
        "Use the same receivables account for both.",
    ),
    "linked_twice": Kind(
        "{id} at `{place}` is linked both as a whole and by a line.",
        "Link the whole transaction or its lines, not both.",
    ),
    "link_closed": Kind(
        "{id} at `{place}` is empty or already closed, so that nothing can be linked.", "Choose an open one."
    ),
    "not_linkable": Kind(
        "{id} at `{place}` is {found}, which cannot be linked to an invoice.", "Link a payment or a credit memo."
    ),
    "has_applications": Kind(
        "`{place}` cannot change while payments or credits are applied.",
        "Delete or re-apply those first.",
        "bookkeeper",
    ),
    "nothing_applied": Kind("`{place}` applies nothing.", "Send a payment, credit or discount amount."),
    # Books that are elsewhere.
    "never_connected": Kind(
        "QuickBooks Desktop has not been connected yet for this company.",
        "Open the connect link on the computer that has the company file, and follow its steps.",
        "bookkeeper",
    ),
    "books_offline": Kind(
        "QuickBooks Desktop is not reachable: its Web Connector was last heard of {since}.",
        "Start QuickBooks Desktop and its Web Connector on the computer that has the company file, then try again.",
        "bookkeeper",
    ),
    "books_paused": Kind(
        "Work on these books is paused until {until}.", "Resume it on the connect page, or wait.", "bookkeeper"
    ),
    "outside_hours": Kind(
        "These books take requests only in their working hours ({hours}).", "Wait, or change the hours.", "bookkeeper"
    ),
    "books_trouble": Kind("QuickBooks Desktop cannot be worked with: {words} ({code}).", "{steps}", "bookkeeper"),
    "online_never_connected": Kind(
        "QuickBooks Online has not been connected yet for this company.",
        "Open the connect link, sign in at Intuit and choose the company.",
        "bookkeeper",
    ),
    "online_reconnect": Kind(
        "QuickBooks Online has to be connected again for this company: {words} ({code}).",
        "Open a new connect link, sign in at Intuit and choose the same company; what waits is sent then.",
        "bookkeeper",
    ),
    "online_throttled": Kind(
        "Intuit takes no more requests for this company until {until}.",
        "Send less at once, and try again then.",
        "operator",
    ),
    "cursor_expired": Kind(
        "The cursor `{value}` has expired: it lives only as long as the session with QuickBooks that it was made in.",
        "Ask for the list again from its first page.",
    ),
    # Who asks, and how often.
    "unauthorized": Kind("{detail}", "Send a valid, unrevoked Counterfoil key."),
    "forbidden": Kind("{detail}", "Use a key that may use this connection."),
    "unknown_resource": Kind("{detail}", "Check the address and the id."),
    "idempotency_reused": Kind(
        "The idempotency key `{value}` was used before with another request.", "Use a fresh key for each new request."
    ),
    "timed_out": Kind(
        "The books did not answer within {seconds} seconds.",
        "Ask for the state of the request before you send it again.",
        "operator",
    ),
    "withdrawn": Kind(
        "The books did not answer within {seconds} seconds; the request had not left and was withdrawn.",
        "See to it that QuickBooks and its Web Connector run, then send it again.",
        "bookkeeper",
    ),
    "not_served": Kind("{detail}", "See the list of what is served."),
    "too_often": Kind(
        "Too many requests; the next one may come in {seconds} seconds.",
        "Send less at once, and wait as long as the header Retry-After says.",
    ),
    "storage_full": Kind("The disk of this installation is full.", "Make room; nothing was stored.", "operator"),
    "storage_away": Kind(
        "The database of this installation cannot be reached; nothing was stored.",
        "Try again soon; if it stays, see that the database runs.",
        "operator",
    ),
    "storage_lost": Kind(
        "The database of this installation went away while this was being stored.",
        "Send it again with the same idempotency key: it is carried out once.",
        "operator",
    ),
    "storage_filled": Kind(
        "The disk of this installation is full; a part of this was stored before.",
        "Make room, and send it again with the same idempotency key: it is carried out once.",
        "operator",
    ),
    "broken": Kind("An internal error occurred.", "Try again, and tell the operator if it stays.", "operator"),
}


def named(place: Place) -> str:
    """A place as people write it: `lines[3].rate`."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text
