"""The lists of what was deleted."""

from collections.abc import Sequence

import pytest

from counterfoil.core.dates import FIRST_MOMENT, LAST_MOMENT
from counterfoil.core.errors import Invalid
from counterfoil.dialects.conductor.deletions import (
    DELETED_OBJECTS,
    DELETED_TRANSACTIONS,
    read_deleted_query,
    render_deletions,
)
from counterfoil.model.query import Deletion, SelectDeleted


def test_types_that_are_not_kept_find_nothing() -> None:
    asked = [("objectTypes", "customer"), ("objectTypes", "to_do"), ("objectTypes", "item_service")]
    assert read_deleted_query(DELETED_OBJECTS, asked) == SelectDeleted(
        resources=("customers", "service_items"), since=FIRST_MOMENT, until=LAST_MOMENT
    )


def test_between_two_days() -> None:
    asked = [("transactionTypes", "invoice"), ("deletedAfter", "2025-01-01"), ("deletedBefore", "2025-01-01")]
    assert read_deleted_query(DELETED_TRANSACTIONS, asked) == SelectDeleted(
        resources=("invoices",), since=1_735_689_600, until=1_735_775_999
    )


@pytest.mark.parametrize(
    ("pairs", "kinds"),
    [
        ([], ["required"]),
        ([("transactionTypes", "customer")], ["not_a_choice"]),
        ([("transactionTypes", "invoice"), ("deletedAfter", "x"), ("limit", "1")], ["wrong_type", "unknown_field"]),
    ],
)
def test_bad_parameters(pairs: Sequence[tuple[str, str]], kinds: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        read_deleted_query(DELETED_TRANSACTIONS, pairs)
    assert [problem.kind for problem in refusal.value.problems] == kinds


def test_what_is_told() -> None:
    deletion = Deletion(resource="customers", id="C-1", label="Acme", created_at=0, deleted_at=1)
    answer = render_deletions(DELETED_OBJECTS, [deletion])
    assert answer["url"] == "/v1/quickbooks-desktop/deleted-list-objects"
    assert list(answer["data"][0].items()) == [
        ("listType", "customer"),
        ("id", "C-1"),
        ("objectType", "qbd_deleted_list_object"),
        ("createdAt", "1970-01-01T00:00:00+00:00"),
        ("deletedAt", "1970-01-01T00:00:01+00:00"),
        ("fullName", "Acme"),
    ]
