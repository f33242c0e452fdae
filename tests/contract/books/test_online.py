"""The list of what differs on online books: it is what readers see, and what is refused there is refused."""

import pytest
from tests.contract.books.bench import Bench, House
from tests.contract.books.online_differences import NOT_SERVED, PAGE, page

from counterfoil.model.command import Create
from counterfoil.model.outcome import Refused


def test_the_page_of_differences_is_not_stale() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.contract.books.online_differences"


@pytest.mark.parametrize("resource", [name for name in NOT_SERVED if name != "other_charge_items"])
def test_what_online_has_not_it_refuses(premises: House, resource: str) -> None:
    with premises.bench("online") as bench:
        refused = bench.ask_last(Create(resource=resource, draft=bench.draft(resource)))
        assert isinstance(refused, Refused)
        assert [problem.kind for problem in refused.problems] == ["not_enabled"]


def test_other_charges_come_back_as_services(premises: House) -> None:
    bench: Bench
    with premises.bench("online") as bench:
        bench.is_unlike = True
        done = bench.ask_last(Create(resource="other_charge_items", draft=bench.draft("other_charge_items")))
        assert "sales_or_purchase" in done.warnings
