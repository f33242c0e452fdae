"""Reading statements: which tables in them are tied to one connection or account, and which are not."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from sqlalchemy import Select, Table
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, BooleanClauseList, Grouping, TextClause
from sqlalchemy.sql.selectable import Alias, Join

from counterfoil import storage
from counterfoil.storage.statements import Statement

OWNERS: Final = ("connection_id", "account_id")


def every_statement() -> dict[str, Statement]:
    """All statements of the storage floor, by module and name; each once."""
    found: dict[int, tuple[str, Statement]] = {}
    for module in iter_modules(storage.__path__):
        loaded = import_module(f"{storage.__name__}.{module.name}")
        for name, value in vars(loaded).items():
            for place, each in enumerate(_statements_in(value)):
                label = f"{module.name}.{name}" + (f".{place}" if not isinstance(value, Statement) else "")
                found.setdefault(id(each), (label, each))
    return dict(found.values())


def _statements_in(value: Any) -> Iterator[Statement]:
    if isinstance(value, Statement):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _statements_in(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _statements_in(each)


def untied(expression: Any, tied: frozenset[Any] = frozenset()) -> set[str]:
    """The names of tables in an expression, and in those within it, whose rows may be anybody's.

    A table is tied where its connection or account must equal a parameter, or that of a table that is tied.
    """
    if isinstance(expression, TextClause):
        return set()
    if expression.is_insert:
        return set()
    froms = expression.get_final_froms() if isinstance(expression, Select) else [expression.table]
    tables = [table for each in froms for table in _tables(each)]
    conditions = [expression.whereclause, *(on for each in froms for on in _conditions(each))]
    known = _tied([each for clause in conditions for each in _ands(clause)], tied)
    left = {str(table.name) for table in tables if table not in known}
    for inner in _within(expression):
        left |= untied(inner, frozenset(known))
    return left


def reaches_one_row(expression: Any) -> bool:
    """Whether it asks for every column of a key or unique index of its only table, so that it meets one row at most."""
    froms = expression.get_final_froms() if isinstance(expression, Select) else [expression.table]
    if len(froms) != 1 or not isinstance(froms[0], Table):
        return False
    table = froms[0]
    asked = {
        each.left.name
        for each in _ands(expression.whereclause)
        if isinstance(each, BinaryExpression)
        and each.operator is operators.eq
        and isinstance(each.right, BindParameter)
    }
    keys = [set(table.primary_key.columns.keys())]
    keys += [{column.name for column in index.columns} for index in table.indexes if index.unique]
    return any(key <= asked for key in keys)


def _tied(conditions: list[Any], tied: frozenset[Any]) -> set[Any]:
    known, equals = set(tied), []
    for each in conditions:
        if not isinstance(each, BinaryExpression) or each.operator is not operators.eq:
            continue
        left, right = each.left, each.right
        if _is_owner(left) and isinstance(right, BindParameter):
            known.add(left.table)
        elif _is_owner(left) and _is_owner(right) and left.name == right.name:
            equals.append((left.table, right.table))
    for _ in equals:
        for one, other in equals:
            if one in known or other in known:
                known |= {one, other}
    return known


def _is_owner(side: Any) -> bool:
    return getattr(side, "table", None) is not None and getattr(side, "name", None) in OWNERS


def _ands(clause: Any) -> Iterator[Any]:
    """The conditions that must all be true."""
    if isinstance(clause, Grouping):
        yield from _ands(clause.element)
    elif isinstance(clause, BooleanClauseList) and clause.operator is operators.and_:
        for each in clause.clauses:
            yield from _ands(each)
    elif clause is not None:
        yield clause


def _tables(source: Any) -> list[Any]:
    if isinstance(source, Join):
        return _tables(source.left) + _tables(source.right)
    return [source] if isinstance(source, Table | Alias) and source.name != "installation" else []


def _conditions(source: Any) -> list[Any]:
    return [source.onclause, *_conditions(source.left), *_conditions(source.right)] if isinstance(source, Join) else []


def _within(element: Any) -> Iterator[Any]:
    for child in element.get_children():
        if isinstance(child, Select):
            yield child
        elif not isinstance(child, Table):
            yield from _within(child)
