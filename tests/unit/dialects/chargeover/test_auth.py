"""Nonces are remembered as long as they must be, and no more than may be."""

import pytest

from counterfoil.dialects.chargeover import assumed
from counterfoil.dialects.chargeover.auth import Nonces

NOW = 1_000_000


def test_a_nonce_is_taken_once() -> None:
    nonces = Nonces()
    assert nonces.take(NOW, "a", NOW)
    assert not nonces.take(NOW, "a", NOW)
    assert nonces.take(NOW, "b", NOW)
    assert nonces.take(NOW + 1, "a", NOW)


def test_what_is_too_old_to_be_sent_again_is_forgotten() -> None:
    nonces = Nonces()
    nonces.take(NOW, "a", NOW)
    nonces.take(NOW + 1000, "b", NOW + 1000)
    assert len(nonces.seen) == len(nonces.order) == 1


def test_memory_is_bounded_and_replays_stay_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assumed, "MOST_NONCES", 10)
    nonces = Nonces()
    used = [(NOW + moment, f"n{moment}") for moment in range(30)]
    assert all(nonces.take(moment, nonce, NOW) for moment, nonce in used)
    assert len(nonces.seen) == 10
    assert not any(nonces.take(moment, nonce, NOW) for moment, nonce in used)
    assert nonces.take(NOW + 30, "fresh", NOW)
