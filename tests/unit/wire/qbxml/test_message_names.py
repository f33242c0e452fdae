"""Names of requests: those that QuickBooks knows, and those that nobody does."""

import pytest

from counterfoil.wire.qbxml.message_names import is_known, nearest
from counterfoil.wire.qbxml.messages import MESSAGES


def test_all_that_is_served_is_known() -> None:
    assert [name for name in MESSAGES if not is_known(name)] == []


@pytest.mark.parametrize(
    "name",
    [
        "SalesOrderAddRq",
        "TimeTrackingModRq",
        "TransferQueryRq",
        "ListMergeRq",
        "DataExtDelRq",
        "GeneralSummaryReportQueryRq",
        "ItemAssembliesCanBuildQueryRq",
        "TxnVoidRq",
    ],
)
def test_what_quickbooks_knows_though_it_is_not_served(name: str) -> None:
    assert is_known(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Rq",
        "AddRq",
        "CustomerQuery",
        "CustomerRq",
        "CustomersQueryRq",
        "customerqueryrq",
        "ReportQueryRq",
        "JobReportAddRq",
    ],
)
def test_what_nobody_knows(name: str) -> None:
    assert not is_known(name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CustomerQuerryRq", "CustomerQueryRq"),
        ("InvocieAddRq", "InvoiceAddRq"),
        ("Nonsense", None),
        ("x" * 10_000, None),
    ],
)
def test_what_was_perhaps_meant(name: str, meant: str | None) -> None:
    assert nearest(name) == meant
