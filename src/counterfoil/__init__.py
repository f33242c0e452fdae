"""Counterfoil: a self-hosted invoice API gateway for accounting books."""

__version__ = "0.1.0"
