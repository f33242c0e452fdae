"""Numbers that count on: of ids, of transactions, of documents."""

from counterfoil.storage.contract import Counter
from counterfoil.storage.scope import Scope


class Sequences(Scope):
    """The counters of a company file."""

    def take(self, sequence: str, count: int = 1) -> int:
        """The first of `count` consecutive numbers that nobody has had; the very first is 1."""
        last = self._stands(sequence)
        self._set(sequence, last._replace(value=last.value + count))
        return last.value + 1

    def bump(self, sequence: str, at_least: int) -> None:
        """See to it that the next number is above `at_least`."""
        last = self._stands(sequence)
        if last.value < at_least:
            self._set(sequence, last._replace(value=at_least))

    def last_number(self, resource: str) -> str | None:
        """The document number that was last used for a resource."""
        return self._stands(f"number:{resource}").text

    def set_last_number(self, resource: str, text: str) -> None:
        sequence = f"number:{resource}"
        self._set(sequence, self._stands(sequence)._replace(text=text))

    def _stands(self, sequence: str) -> Counter:
        return self.session.counter(self.connection_id, sequence)

    def _set(self, sequence: str, counter: Counter) -> None:
        self.session.set_counter(self.connection_id, sequence, counter)
