"""The page on which a person lets a program into a company's books, as small as it can be."""

from collections.abc import Mapping
from html import escape
from string import Template
from typing import Final
from urllib.parse import urlencode

ASKED: Final = ("client_id", "redirect_uri", "response_type", "scope", "state")
PAGE: Final = Template(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Connect to QuickBooks (emulated)</title>
<style>body{font:16px sans-serif;max-width:32em;margin:4em auto}label{display:block;margin:.5em 0}</style></head>
<body><h1>Connect to QuickBooks</h1>
<p>This is an emulator: nobody at Intuit is asked. <b>$client</b> wants to work with the books of a company.</p>
<form method="post">$hidden
<fieldset><legend>Which company?</legend>$companies</fieldset>
<p><button name="decision" value="connect">Connect</button> <button name="decision" value="cancel">Cancel</button></p>
</form></body></html>
"""
)


def page(asked: Mapping[str, str], companies: Mapping[str, str]) -> str:
    """The page for what a program asks; `companies` are the names of those there are, by realm."""
    hidden = "".join(_hidden(name, asked.get(name, "")) for name in ASKED)
    rows = (
        f'<label><input type="radio" name="realm" value="{escape(realm)}"{" checked" if not position else ""}> '
        f"{escape(name)} ({escape(realm)})</label>"
        for position, (realm, name) in enumerate(companies.items())
    )
    return PAGE.substitute(client=escape(asked.get("client_id", "")), hidden=hidden, companies="".join(rows))


def trouble(asked: Mapping[str, str]) -> str | None:
    """What is wrong with a program's request, in a sentence."""
    if asked.get("response_type") != "code":
        return "response_type must be code"
    absent = [name for name in ("client_id", "redirect_uri", "scope", "state") if not asked.get(name)]
    return f"{', '.join(absent)}: missing" if absent else None


def back(redirect: str, **values: str) -> str:
    """Where the person goes on."""
    return f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(values)}"


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'
