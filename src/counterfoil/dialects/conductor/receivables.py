"""Payments received."""

from counterfoil.dialects.conductor.parts import CUSTOM_FIELD, last_four
from counterfoil.dialects.conductor.sales import CREDIT_TO_APPLY, LINKED_TRANSACTION
from counterfoil.dialects.conductor.table import HEAD, Part, Table, part, ref, row
from counterfoil.model.kinds import Text
from counterfoil.model.receivables import Application, CardRequest, CardResponse, CardTransaction, ReceivePayment

CARD_REQUEST = Part(
    CardRequest,
    (
        row("number", "CuR", kept=last_four),
        row("expirationMonth", "CuR"),
        row("expirationYear", "CuR"),
        row("name", "Cur"),
        row("address", "cur"),
        row("postalCode", "cur"),
        row("commercialCardCode", "cur"),
        row("transactionMode", "cur"),
        row("transactionType", "cur"),
    ),
)

CARD_RESPONSE = Part(
    CardResponse,
    (
        row("statusCode", "CuR"),
        row("statusMessage", "CuR"),
        row("creditCardTransactionId", "CuR"),
        row("merchantAccountNumber", "CuR"),
        row("authorizationCode", "cur"),
        row("avsStreetStatus", "cur"),
        row("avsZipStatus", "cur"),
        row("cardSecurityCodeMatch", "cur"),
        row("reconBatchId", "cur"),
        row("paymentGroupingCode", "cur"),
        row("paymentStatus", "CuR"),
        row("transactionAuthorizedAt", "CuR"),
        row("transactionAuthorizationStamp", "cur"),
        row("clientTransactionId", "cur"),
    ),
)

CARD_TRANSACTION = Part(
    CardTransaction,
    (
        part("request", "cur", CARD_REQUEST),
        part("response", "cur", CARD_RESPONSE),
    ),
)

APPLICATION = Part(
    Application,
    (
        row("transactionId", "CUR"),
        row("paymentAmount", "cu"),
        part("applyCredits", "cu", CREDIT_TO_APPLY),
        row("transactionType", "R"),
        row("transactionDate", "r"),
        row("refNumber", "r"),
        row("balanceRemaining", "r"),
        row("amount", "r", "payment_amount"),
        row("discountAmount", "cur"),
        ref("discountAccount", "cur"),
        ref("discountClass", "cur"),
        part("linkedTransactions", "R", LINKED_TRANSACTION),
    ),
)

RECEIVE_PAYMENTS = Table(
    path="receive-payments",
    object_type="qbd_receive_payment",
    resource="receive_payments",
    model=ReceivePayment,
    verbs="LCRUD",
    filters=(
        "ids",
        "ref_numbers",
        "updated",
        "transaction_date",
        "customers",
        "accounts",
        "ref_number",
        "currencies",
        "line_items",
    ),
    rows=(
        *HEAD,
        ref("customer", "Cur"),
        ref("receivablesAccount", "cur"),
        row("transactionDate", "CuR"),
        row("refNumber", "cur", kind=Text(20), blank=True),
        row("totalAmount", "CuR"),
        ref("currency", "r"),
        row("exchangeRate", "cur"),
        row("totalAmountInHomeCurrency", "r"),
        ref("paymentMethod", "cur"),
        row("memo", "cur"),
        ref("depositToAccount", "cur"),
        part("creditCardTransaction", "cur", CARD_TRANSACTION),
        row("unusedPayment", "r"),
        row("unusedCredits", "r"),
        row("externalId", "cr"),
        row("isAutoApply", "c"),
        part("appliedToTransactions", "cuR", APPLICATION, "applications", sent="applyToTransactions"),
        part("customFields", "R", CUSTOM_FIELD),
    ),
)
