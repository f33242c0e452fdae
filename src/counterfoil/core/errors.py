"""The family of errors, without HTTP in it: each dialect has one table from here to its vendor's answers.

CounterfoilError
├── Refusal          the caller can mend it; carries every problem at once
│   ├── Malformed        the bytes are no request
│   ├── Invalid          a request with the wrong shape
│   ├── Unauthorized     no valid key
│   ├── Forbidden        a valid key that may not do this
│   ├── Unknown          no such resource or connection
│   ├── Conflict         it clashes with what was asked before
│   └── BooksRefused     the books said no
├── BooksAway        the books cannot be reached now
├── OutcomeUnknown   asked, no answer: it is being reconciled; do not send it again
├── NotNow           it passes; nothing was stored, and the same may be sent again
│   ├── TooOften         the caller asks, or guesses, more often than it may
│   └── StorageTrouble   what is asked cannot be kept now
│       ├── StorageFull      the disk took no more
│       └── StorageAway      the database cannot be reached
└── Broken           our fault: an invariant failed
"""

import math
from collections.abc import Sequence

from counterfoil.core.problems import Problem, named


class CounterfoilError(Exception):
    """Anything that goes wrong in a way that Counterfoil knows."""


class Refusal(CounterfoilError):
    """The request is refused, nothing was stored, and these are all the reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.what(named(problem.place)) for problem in problems))
        self.problems = problems


class Malformed(Refusal):
    pass


class Invalid(Refusal):
    pass


class Unauthorized(Refusal):
    pass


class Forbidden(Refusal):
    pass


class Unknown(Refusal):
    pass


class Conflict(Refusal):
    pass


class BooksRefused(Refusal):
    pass


class BooksAway(CounterfoilError):
    """The books cannot be asked now; the problems say why, and who can mend it. Nothing is stored, unless a part was
    before."""

    def __init__(self, *problems: Problem, in_part: bool = False) -> None:
        super().__init__("; ".join(problem.what(named(problem.place)) for problem in problems))
        self.problems = problems or (Problem("books_offline", (), {"since": "some time ago"}),)
        self.outcome = "unknown" if in_part else "not_applied"

    def after_a_write(self) -> "BooksAway":
        return BooksAway(*self.problems, in_part=True)


class OutcomeUnknown(CounterfoilError):
    """No answer came in time. A request that was `withdrawn` had not left, and never will."""

    def __init__(self, request_id: str, seconds: int, *, withdrawn: bool = False) -> None:
        super().__init__(f"request {request_id}: no answer within {seconds} seconds")
        self.request_id = request_id
        self.seconds = seconds
        self.withdrawn = withdrawn

    @property
    def outcome(self) -> str:
        return "not_applied" if self.withdrawn else "unknown"

    def after_a_write(self) -> "OutcomeUnknown":
        return OutcomeUnknown(self.request_id, self.seconds)

    @property
    def problem(self) -> Problem:
        return Problem("withdrawn" if self.withdrawn else "timed_out", (), {"seconds": self.seconds})


class Broken(CounterfoilError):
    pass


class NotNow(CounterfoilError):
    """It passes: the same request may be sent again after `retry_after` whole seconds.

    Nothing is stored, where `outcome` is `not_applied`.
    """

    retry_after = 1
    outcome = "not_applied"
    problem = Problem("broken")


class TooOften(NotNow):
    """Nothing was looked at; after `seconds` it may be asked again."""

    def __init__(self, seconds: float) -> None:
        self.retry_after = max(1, math.ceil(seconds))
        self.problem = Problem("too_often", (), {"seconds": self.retry_after})
        super().__init__(self.problem.what(""))


class StorageTrouble(NotNow):
    """What is asked cannot be kept now."""

    def after_a_write(self) -> "StorageTrouble":
        raise NotImplementedError


class StorageFull(StorageTrouble):
    """The disk took no more: somebody has to make room. Nothing is stored, unless a part was before."""

    retry_after = 30

    def __init__(self, words: str = "the disk is full", *, in_part: bool = False) -> None:
        super().__init__(words)
        self.outcome = "unknown" if in_part else "not_applied"
        self.problem = Problem("storage_filled" if in_part else "storage_full")

    def after_a_write(self) -> "StorageFull":
        return StorageFull(str(self), in_part=True)


class StorageAway(StorageTrouble):
    """The database cannot be reached.

    Nothing is stored, unless it went away `in_commit`: then nobody knows, and the same request with the same
    idempotency key finds out.
    """

    retry_after = 5

    def __init__(self, words: str = "the database cannot be reached", *, in_commit: bool = False) -> None:
        super().__init__(words)
        self.outcome = "unknown" if in_commit else "not_applied"
        self.problem = Problem("storage_lost" if in_commit else "storage_away")

    def after_a_write(self) -> "StorageAway":
        return StorageAway(str(self), in_commit=True)


def after_a_write(error: Exception) -> Exception:
    """The same error for a caller of whose request a part was stored before: that nothing was is not true then."""
    return error.after_a_write() if isinstance(error, BooksAway | OutcomeUnknown | StorageTrouble) else error


def refuse(problems: Sequence[Problem]) -> None:
    """Raise the problems together, if there are any."""
    if problems:
        raise BooksRefused(*problems)
