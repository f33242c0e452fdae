#!/usr/bin/env python3
"""The front door: sets everything up on a machine that has only Python and git, then does what it is asked.

    python3 run.py demo     a running server with real invoices in it (stop it with Ctrl-C; it keeps its data)
    python3 run.py test     every test, and those of what is stored once more on PostgreSQL
    python3 run.py check    style, types and import contracts
    python3 run.py setup    the virtual environment only
    python3 run.py lock     writes requirements/*.txt again from pyproject.toml (needs uv)

Anything after the word is handed on: `python3 run.py test -k invoices`, `python3 run.py demo --once`.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)
ON_POSTGRES = {"COUNTERFOIL_TEST_STORES": "postgres", "COUNTERFOIL_SEEDS": "1"}
TESTED_TWICE = (
    "tests/contract/books",
    "tests/clients",
    "--ignore=tests/clients/intuit",
    "--ignore=tests/clients/desktop_emulator",
    "tests/simulation/test_simulation.py",
    "--deselect=tests/simulation/test_simulation.py::test_a_long_life",
    "tests/acceptance/test_kill.py",
    "tests/acceptance/test_desktop_kill.py",
)
"""Tests that ask where things are kept, without those of the emulators, whose companies are always files. Those of
`tests/contract/storage` run on both stores by themselves, and `tests/acceptance/processes` on PostgreSQL."""


def main(arguments: list[str]) -> int:
    word = arguments[0] if arguments else "help"
    rest = arguments[1:]
    if word not in WORDS:
        print(__doc__)
        return 0 if word in ("help", "-h", "--help") else 2
    return WORDS[word](rest)


def setup(lock: str) -> None:
    """A virtual environment that holds exactly what a lock file names; nothing is installed twice."""
    covering = ("run", "dev") if lock == "run" else ("dev",)
    if PYTHON.exists() and any(_is_installed(name) for name in covering):
        return
    if not PYTHON.exists():
        print("Setting up: making .venv", flush=True)
        _make_venv()
    print(f"Setting up: installing the packages of requirements/{lock}.txt (once, about half a minute)", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _call([*pip, "--require-hashes", "-r", str(_requirements(lock))])
    (_site_packages() / "counterfoil.pth").write_text(str(HERE / "src") + "\n")
    _write_command()
    _stamp(lock).write_text(_digest(lock))


def _requirements(lock: str) -> Path:
    return HERE / "requirements" / f"{lock}.txt"


def _stamp(lock: str) -> Path:
    return VENV / f".installed-{lock}"


def _digest(lock: str) -> str:
    return hashlib.sha256(_requirements(lock).read_bytes()).hexdigest()


def _is_installed(lock: str) -> bool:
    return _stamp(lock).exists() and _stamp(lock).read_text() == _digest(lock)


def _make_venv() -> None:
    try:
        _call([sys.executable, "-m", "venv", str(VENV)])
    except subprocess.CalledProcessError:
        sys.exit(
            "This Python cannot make virtual environments. On Debian and Ubuntu: sudo apt install python3-venv\n"
            "Then run the same command again."
        )


def _site_packages() -> Path:
    code = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    return Path(subprocess.run([str(PYTHON), "-c", code], check=True, capture_output=True, text=True).stdout.strip())


def _write_command() -> None:
    """The `counterfoil` command of a checkout: it runs the sources as they are."""
    if os.name == "nt":
        (BIN / "counterfoil.cmd").write_text(f'@"{PYTHON}" -m counterfoil.app.cli.main %*\r\n')
        return
    command = BIN / "counterfoil"
    command.write_text(f"#!{PYTHON}\nfrom counterfoil.app.cli.main import main\n\nmain()\n")
    command.chmod(0o755)


def _call(command: list[str]) -> None:
    subprocess.run(command, check=True, cwd=HERE)


def _run(*command: str) -> int:
    return subprocess.run([str(PYTHON), *command], check=False, cwd=HERE).returncode


def demo(rest: list[str]) -> int:
    setup("run")
    try:
        return _run("-m", "counterfoil.app.cli.main", "demo", *rest)
    except KeyboardInterrupt:
        return 0


def test(rest: list[str]) -> int:
    """All tests; then TESTED_TWICE again with their data in PostgreSQL, unless only some were asked for."""
    setup("dev")
    spread = [] if any(each.startswith("-n") for each in rest) else ["-n", "auto"]
    if (code := _run("-m", "pytest", *spread, *rest)) or rest:
        return code
    print("· once more, on PostgreSQL", flush=True)
    os.environ.update(ON_POSTGRES)
    return _run("-m", "pytest", *spread, *TESTED_TWICE)


def check(_: list[str]) -> int:
    setup("dev")
    steps = (
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
    )
    for step in steps:
        print("·", *step, flush=True)
        if code := _run("-m", *step):
            return code
    print("· import contracts", flush=True)
    return subprocess.run([str(BIN / "lint-imports")], check=False, cwd=HERE).returncode


def prepare(_: list[str]) -> int:
    setup("dev")
    print(f"Ready. The command is {BIN / 'counterfoil'}")
    return 0


def lock(_: list[str]) -> int:
    base = ["uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "-q"]
    _call([*base, "--extra", "pdf", "pyproject.toml", "-o", "requirements/run.txt"])
    _call([*base, "--extra", "dev", "pyproject.toml", "-o", "requirements/dev.txt"])
    return 0


WORDS = {"demo": demo, "test": test, "check": check, "setup": prepare, "lock": lock}

if __name__ == "__main__":
    if sys.version_info < OLDEST:
        sys.exit(f"Counterfoil needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    sys.exit(main(sys.argv[1:]))
