"""Comparing an answer with what was asked for."""


def holds(whole: object, part: object) -> bool:
    """Whether an answer says what a request said; objects in it may say more, as references that have gained names."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(holds(whole.get(key), value) for key, value in part.items())
    return whole == part
