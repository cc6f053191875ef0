"""The Python environments, one for each tool: they pin different versions of the same libraries."""

import fcntl
import hashlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .places import LOCAL, LOCKS
from .processes import Processes
from .say import step


def ministack(processes: Processes) -> Path:
    """The emulator's executable."""
    return _environment(processes, "ministack") / "bin" / "ministack"


def sam(processes: Processes) -> Path:
    """The SAM CLI."""
    return _environment(processes, "sam") / "bin" / "sam"


def aws(processes: Processes) -> Path:
    """The AWS CLI, with which the commands of infra/RUNBOOK.md are tried."""
    return _environment(processes, "aws") / "bin" / "aws"


def cargo_fuzz(processes: Processes) -> Path:
    """The executable of cargo-fuzz."""
    return _environment(processes, "fuzz") / "bin" / "cargo-fuzz"


def _environment(processes: Processes, name: str) -> Path:
    """Installs the locked packages once, and again only when the lock or the interpreter has changed."""
    lock = LOCKS / f"{name}.lock.txt"
    home = LOCAL / name
    stamp = home / "installed"
    wanted = f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {sys.version.split()[0]} {home}"
    with only_one(name):
        if stamp.exists() and stamp.read_text() == wanted:
            return home
        with step(f"installing {name} into {home.relative_to(LOCAL.parent)}, once"):
            shutil.rmtree(home, ignore_errors=True)
            log = LOCAL / f"{name}.install.log"
            log.unlink(missing_ok=True)
            processes.run([sys.executable, "-m", "venv", home], log=log)
            # The lock is complete, so there is nothing to resolve.
            install = [
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "--no-deps",
                "--requirement",
            ]
            processes.run([home / "bin" / "python", *install, lock], log=log)
            stamp.write_text(wanted)
    return home


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Keeps a second command on this checkout out while one is at work."""
    LOCAL.mkdir(exist_ok=True)
    with open(LOCAL / f"{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
