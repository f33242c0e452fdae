"""Who may come in, and how often: asked by the dispatcher at every request, answered by whoever runs the server."""

from typing import Protocol

from counterfoil.dispatch.callers import Caller


class Gate(Protocol):
    """Stands before callers. It knows by itself from which address a request comes."""

    def knock(self, secret: str | None) -> None:
        """A secret is about to be looked at. Raises TooOften where this address brought wrong ones too often."""
        ...

    def refused(self, secret: str | None) -> None:
        """The secret was wrong; without one, nobody has guessed."""
        ...

    def proved(self, secret: str | None) -> None:
        """The secret was right."""
        ...

    def enter(self, caller: Caller, connection_id: str | None) -> None:
        """A caller whose key was right asks something. Raises TooOften where that key asks too often."""
        ...


class OpenGate:
    """Lets everybody pass: where no server runs, there is nobody to keep out."""

    def knock(self, secret: str | None) -> None:
        pass

    def refused(self, secret: str | None) -> None:
        pass

    def proved(self, secret: str | None) -> None:
        pass

    def enter(self, caller: Caller, connection_id: str | None) -> None:
        pass
