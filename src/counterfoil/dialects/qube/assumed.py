"""What the vendor does not document and we chose: each choice once, by name."""

from collections.abc import Mapping
from typing import Final

VERSION: Final = "13.0"
REQUEST_ID: Final = "1"
CREATED: Final = 201
NOT_WAITING: Final = 409
UNKNOWN_PARAMETER: Final = 'unknown parameter: "{name}"'
NEITHER: Final = "must have either request_xml or request_json"
DEFAULT_PAGE: Final = 20
LARGEST_PAGE: Final = 100
OBJECTS_A_PAGE: Final = 100
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 128
CONNECTION_TYPE: Final = "standard"
ONE_PAGE: Final = 1
NO_WEB_CONNECTOR: Final = "embedded books need no Web Connector"
LINE_KEYS: Final = (
    "amount",
    "class_list_id",
    "sales_tax_code_list_id",
    "service_date",
    "unit_of_measure",
    "price_level_list_id",
    "rate_percent",
    "override_item_account_list_id",
    "serial_number",
    "lot_number",
    "other1",
    "other2",
)
PARAMETERS: Final = (
    "list_id",
    "full_name",
    "txn_id",
    "ref_number",
    "paid_status",
    "include_line_items",
)
STATES: Final = ("waiting", "processing", "response_received", "error", "discarded")
FILTERS: Final = ("state", "webhook_state", "search_phrase")
WEBHOOK_STATES: Final = ("not_applicable", "pending", "succeeded", "failed")
LETTER_DONE: Final = "completed"
LETTER_FAILED: Final = "error"

ERROR_TYPES: Final[Mapping[str, str]] = {
    "1030": "unsupported_request",
    "3000": "invalid_object_id",
    "3040": "invalid_amount",
    "3070": "string_too_long",
    "3100": "name_in_use",
    "3120": "object_not_found",
    "3140": "invalid_reference",
    "3150": "missing_element",
    "3175": "in_use",
    "3176": "locked",
    "3180": "cannot_save",
    "3210": "invalid_value",
    "3220": "not_authorized",
    "3231": "request_not_processed",
    "3250": "feature_not_enabled",
    "3260": "insufficient_permission",
    "3261": "personal_data_access_denied",
    "3262": "payroll_subscription_required",
    "3263": "read_only_access",
    "3264": "merchant_services_subscription_required",
    "3270": "missing_posting_account",
}
"""The vendor's names for QuickBooks' codes; that `details` holds them as `type` is assumed."""

ASSUMPTIONS: Final[Mapping[str, str]] = {
    "VERSION": "Pre-built requests are written in this version of qbXML, as the printed one is.",
    "REQUEST_ID": "The `requestID` of a pre-built request that names none, as in the printed one.",
    "CREATED": "The status of what was made; a pre-built query, which is a GET, is answered with 200.",
    "NOT_WAITING": "The status where a request is to be withdrawn that has been answered already.",
    "UNKNOWN_PARAMETER": "Keys and parameters that nobody knows are refused with 422, in the words of the vendor's "
    "second version; each stands under its own name.",
    "NEITHER": "What is said of a request without a document, in the words of the vendor's client.",
    "DEFAULT_PAGE": "Newest first where a list does not say; other parameters of lists are documented.",
    "name": "A connection that was made without a name has none until QuickBooks tells its company's; embedded books "
    "are those of an `Unnamed company`.",
    "OBJECTS_A_PAGE": "The objects in a page of an iterated query without `max_returned`, as in the vendor's second "
    "version. Each page is one delivery, with a `page_request_id` of its own and its number, and the queued request "
    "shows the page that came last. Behind a Web Connector it is `processing` until the last one has come; embedded "
    "books read all pages at one moment. A query that lists ids, names or numbers has one page; `include` is widened "
    "by the object's id, by which pages that are asked for once more, after a session that was lost, are told apart.",
    "kept": "A queued request can be asked after for a week from when it was over, with the pages of its answer; no "
    "document tells how long the vendor keeps it.",
    "SHORTEST_PASSWORD": "A password of the caller's own for the Web Connector has 12 to 128 characters, with no "
    "blank at its ends.",
    "FILTERS": "Lists of requests take `state`, `webhook_state` and `search_phrase`, as in the vendor's second "
    "version; a phrase is looked for in ids, in names of messages, and in the names and numbers of what requests are "
    "about.",
    "CONNECTION_TYPE": "The only type of connection that documents show. `app_id` is the account, `username` the "
    "connection's id; a link that is made without a `redirect_url` leads where the one before it did.",
    "ONE_PAGE": "An answer that is not paged is page 1 of 1; its `page_request_id` is the request's own id.",
    "NO_WEB_CONNECTOR": "The answer, with 501, where a Web Connector's password, file or onboarding link is asked for.",
    "LINE_KEYS": "Keys of a line beyond the four that are printed: those of an invoice line in qbXML.",
    "PARAMETERS": "Parameters of pre-built queries that no document shows, named as their elements; `k[]`, `k[0]` and "
    "`k` are one, and a blank in a moment is a plus sign that was not encoded.",
    "STATES": "`waiting` and `response_received` are documented; `processing` is told of what QuickBooks has in its "
    "hands, `error` where it refused, `discarded` in the second version.",
    "WEBHOOK_STATES": "`not_applicable` and `succeeded` are documented.",
    "LETTER_DONE": "`completed` is documented for post, `error` is not.",
    "ERROR_TYPES": "`details` of an error holds the vendor's name of its code as `type`, where there is one.",
    "errors": "Problems are told as lists of sentences under the place that they are about: `lines[0].rate`.",
    "null": "A null says nothing; so does an empty text where a reference, date or number is wanted.",
    "class": "A class of the invoice is the class of every line that names none.",
    "attempts": "The `response` of an attempt is the receiver's status and the beginning of its answer.",
}
"""Every choice in a sentence, for the table of fields. Names in capitals are constants above."""
