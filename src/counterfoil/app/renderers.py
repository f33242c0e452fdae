"""The words of every dialect that an endpoint may speak, gathered."""

from collections.abc import Mapping

from counterfoil.dialects.chargeover.letters import ChargeOverLetters
from counterfoil.dialects.conductor.letters import ConductorLetters
from counterfoil.dialects.qube.letters import QubeLetters
from counterfoil.dialects.snapbooks.letters import SnapBooksLetters
from counterfoil.webhooks.letters import StandardLetters

Letters = ChargeOverLetters | ConductorLetters | QubeLetters | SnapBooksLetters | StandardLetters


def renderers(public_url: str | None) -> Mapping[str, Letters]:
    """By the name of the dialect. `public_url` is where this server is reached from outside, for links in bodies."""
    return {
        "chargeover": ChargeOverLetters(public_url or ""),
        "conductor": ConductorLetters(),
        "qube": QubeLetters(),
        "snapbooks": SnapBooksLetters(),
        "standard": StandardLetters(),
    }
