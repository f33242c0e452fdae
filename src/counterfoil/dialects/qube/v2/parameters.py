"""Parameters in an address → nested values: `a=1&a=2`, `a[b]=1`, `a[b][]=1&a[b][]=2`.

Whether a name that stands there once is a list of one, its element knows; every value is a text.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Problem

MOST: Final = 1000
"""Parameters of one address."""

DEEPEST: Final = 8
LONGEST_NAME: Final = 200

_STEPS = re.compile(r"\[([A-Za-z0-9_]{0,60})\]")
_NAME = re.compile(r"([A-Za-z0-9_.-]{1,60})((?:\[[A-Za-z0-9_]{0,60}\])*)")


def nested(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The values of an address. Raises Invalid for names that are none, and for one that is a value and a branch."""
    if len(pairs) > MOST:
        raise Invalid(Problem("too_many", ("parameters",), {"limit": MOST, "count": len(pairs)}))
    found: dict[str, Any] = {}
    for name, value in pairs:
        _put(found, name, value)
    return found


def _put(found: dict[str, Any], name: str, value: str) -> None:
    steps = _steps(name)
    many = steps[-1] == "" or steps[-1].isdecimal()
    if many:
        steps.pop()
    branch = found
    for step in steps[:-1]:
        inner = branch.setdefault(step, {})
        if not isinstance(inner, dict):
            raise _mixed(name)
        branch = inner
    last = steps[-1]
    before = branch.get(last)
    if isinstance(before, dict):
        raise _mixed(name)
    if before is None:
        branch[last] = [value] if many else value
    else:
        branch[last] = [*(before if isinstance(before, list) else [before]), value]


def _steps(name: str) -> list[str]:
    """`a[b][]` as `a`, `b` and an empty one."""
    match = _NAME.fullmatch(name) if len(name) <= LONGEST_NAME else None
    steps = [match[1], *_STEPS.findall(match[2])] if match is not None else []
    if not steps or len(steps) > DEEPEST or "" in steps[:-1]:
        raise Invalid(Problem("unknown_field", (name[:60],), {"name": name[:60], "hint": ""}))
    return steps


def _mixed(name: str) -> Invalid:
    values = {"expected": "either a value or parts of one", "received": "both"}
    return Invalid(Problem("wrong_type", (name[:60],), values))
