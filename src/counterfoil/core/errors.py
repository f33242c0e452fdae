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
└── Broken           our fault: an invariant failed
"""

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
    """The books cannot be asked now, and nothing was stored; the problems say why, and who can mend it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.what(named(problem.place)) for problem in problems))
        self.problems = problems or (Problem("books_offline", (), {"since": "some time ago"}),)


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

    @property
    def problem(self) -> Problem:
        return Problem("withdrawn" if self.withdrawn else "timed_out", (), {"seconds": self.seconds})


class Broken(CounterfoilError):
    pass


class StorageFull(CounterfoilError):
    """The disk took no more; what was asked is not stored."""


def refuse(problems: Sequence[Problem]) -> None:
    """Raise the problems together, if there are any."""
    if problems:
        raise BooksRefused(*problems)
