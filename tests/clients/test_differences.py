"""The list of differences is what readers see, and names tests that exist."""

import pytest
from tests.support.differences import DIFFERENCES, PAGE, Difference, page


def test_the_page_of_differences_is_not_stale() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.support.differences"


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: each.test.rpartition("::")[2])
def test_each_difference_names_a_test(difference: Difference, request: pytest.FixtureRequest) -> None:
    path, _, name = difference.test.partition("::")
    assert f"def {name}(" in (request.config.rootpath / path).read_text()
