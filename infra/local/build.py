"""Builds the functions and the fake provider with cargo, and lays the functions out as SAM wants them."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .places import BUILD, FUNCTIONS, ROOT
from .processes import Failed, Processes
from .say import say, step
from .venvs import only_one


# What a deployment is made of, and the fake provider: no test, and nothing that only tests need.
PRODUCT = [word for package in (*FUNCTIONS, "redial-fakes") for word in ("--package", package)]
# Everything at once, tests too: those need more features of shared dependencies, which would be built a second time.
EVERYTHING = ["--workspace", "--bins", "--tests"]


def build(processes: Processes, what: Sequence[str] = (*PRODUCT, "--bins")) -> Path:
    """Builds the functions and the fake provider in the dev profile. Gives the path of the fake provider."""
    say("· cargo build")
    if status := processes.status(["cargo", "build", "--locked", *what], cwd=ROOT):
        raise Failed(f"cargo build ended with status {status}")
    made = target_folder() / "debug"
    with only_one("build"), step("copying the binaries without their symbols"):
        for function in FUNCTIONS:
            lay_out(made / function, BUILD / function / "bootstrap")
    return made / "fake-bland"


def lay_out(binary: Path, bootstrap: Path) -> None:
    """Copies a binary, stripped where `strip` exists. An old copy is never trusted: its age says nothing."""
    bootstrap.parent.mkdir(parents=True, exist_ok=True)
    fresh = bootstrap.with_suffix(".new")
    shutil.copy(binary, fresh)
    if strip := shutil.which("strip"):
        subprocess.run([strip, fresh], check=True)
    fresh.chmod(0o755)
    fresh.replace(bootstrap)


def target_folder() -> Path:
    """Where cargo puts what it builds; the person may have moved it."""
    command = ["cargo", "metadata", "--format-version", "1", "--no-deps", "--offline"]
    found = subprocess.run(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, check=True)
    return Path(json.loads(found.stdout)["target_directory"])
