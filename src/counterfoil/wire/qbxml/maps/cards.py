"""What a card processor was asked and what it said, beside a payment."""

from counterfoil.model.kinds import Text
from counterfoil.model.receivables import CardRequest, CardResponse, CardTransaction
from counterfoil.wire.qbxml.converters import MASKED
from counterfoil.wire.qbxml.table import Part, part, row
from counterfoil.wire.qbxml.values import Instant

CARD_REQUEST = Part(
    CardRequest,
    (
        row("CreditCardNumber", "number", "Amr", kind=Text(25), convert=MASKED),
        row("ExpirationMonth", "expiration_month", "Amr"),
        row("ExpirationYear", "expiration_year", "Amr"),
        row("NameOnCard", "name", "Amr", kind=Text(41)),
        row("CreditCardAddress", "address", "amr", kind=Text(41)),
        row("CreditCardPostalCode", "postal_code", "amr", kind=Text(18)),
        row("CommercialCardCode", "commercial_card_code", "amr", kind=Text(24)),
        row("TransactionMode", "transaction_mode", "amr", since="6.0"),
        row("CreditCardTxnType", "transaction_type", "amr", since="7.0"),
    ),
)

CARD_RESPONSE = Part(
    CardResponse,
    (
        row("ResultCode", "status_code", "Amr"),
        row("ResultMessage", "status_message", "Amr", kind=Text(60)),
        row("CreditCardTransID", "credit_card_transaction_id", "Amr", kind=Text(24)),
        row("MerchantAccountNumber", "merchant_account_number", "Amr", kind=Text(32)),
        row("AuthorizationCode", "authorization_code", "amr", kind=Text(12)),
        row("AVSStreet", "avs_street_status", "amr"),
        row("AVSZip", "avs_zip_status", "amr"),
        row("CardSecurityCodeMatch", "card_security_code_match", "amr", since="6.0"),
        row("ReconBatchID", "recon_batch_id", "amr", kind=Text(84)),
        row("PaymentGroupingCode", "payment_grouping_code", "amr"),
        row("PaymentStatus", "payment_status", "Amr"),
        row("TxnAuthorizationTime", "transaction_authorized_at", "Amr", kind=Instant()),
        row("TxnAuthorizationStamp", "transaction_authorization_stamp", "amr"),
        row("ClientTransID", "client_transaction_id", "amr", since="6.0", kind=Text(16)),
    ),
)

CARD_TRANSACTION = Part(
    CardTransaction,
    (
        part("CreditCardTxnInputInfo", "request", "Ar", CARD_REQUEST),
        part("CreditCardTxnInputInfoMod", "request", "m", CARD_REQUEST),
        part("CreditCardTxnResultInfo", "response", "Ar", CARD_RESPONSE),
        part("CreditCardTxnResultInfoMod", "response", "m", CARD_RESPONSE),
    ),
)
