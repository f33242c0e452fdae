"""node-quickbooks in a process of its own, asked a call at a time; its packages stand outside of the project."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NODE = Path(__file__).with_name("node")
MANIFESTS = ("package.json", "package-lock.json")


def installed() -> Path:
    """The folder that holds what the lock file names; it is filled once for each lock file."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node is not installed; on Debian: apt-get install nodejs npm")
    digest = hashlib.sha256(b"".join((NODE / name).read_bytes() for name in MANIFESTS)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "counterfoil" / f"node-{digest}"
    if not (folder / "installed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in MANIFESTS:
            shutil.copy(NODE / name, folder / name)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        (folder / "installed").touch()
    return folder


class NodeClient:
    """Calls methods of node-quickbooks by their names."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def call(self, method: str, *arguments: Any) -> tuple[Any, Any]:
        """What the method's callback was given: the error, and the body."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"method": method, "args": arguments}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"node ended at {method}"
        told = json.loads(line)
        return told["error"], told["body"]

    def __call__(self, method: str, *arguments: Any) -> Any:
        """The body of a call that must succeed."""
        error, body = self.call(method, *arguments)
        assert error is None, error
        return body

    def refused(self, method: str, *arguments: Any) -> str:
        """The code of the first error of a call that must be refused."""
        error, _ = self.call(method, *arguments)
        assert error is not None
        code: str = error["Fault"]["Error"][0]["code"]
        return code


@contextmanager
def node_client(url: str, realm: str) -> Iterator[NodeClient]:
    settings = json.dumps({"url": url, "realm": realm, "token": "none yet"})
    command = ["node", str(NODE / "bridge.js"), settings]
    with subprocess.Popen(
        command, cwd=installed(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield NodeClient(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0
