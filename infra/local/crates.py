"""Development tools that are published as crates only, built once under `.local/`."""

import os
from pathlib import Path

from .places import LOCAL
from .processes import Processes
from .say import step
from .venvs import only_one

CARGO_MUTANTS = "27.1.0"


def cargo_mutants(processes: Processes) -> Path:
    """Returns the executable of cargo-mutants."""
    return _crate(processes, "cargo-mutants", CARGO_MUTANTS)


def _crate(processes: Processes, name: str, version: str) -> Path:
    """Returns the executable of the crate `name`. Builds it once, and again for another version."""
    home = LOCAL / name / version
    executable = home / "bin" / name
    with only_one(name):
        if executable.exists():
            return executable
        with step(f"building {name} into {home.relative_to(LOCAL.parent)}, once"):
            log = LOCAL / f"{name}.install.log"
            log.unlink(missing_ok=True)
            # Without optimization: it waits for the compiler, and is itself compiled in half the time.
            how = ["--locked", "--debug", "--config", "profile.dev.debug=false"]
            command = ["cargo", "install", *how, "--root", home, name, "--version", version]
            # A temporary target folder, whatever the caller has set.
            env = {key: value for key, value in os.environ.items() if key != "CARGO_TARGET_DIR"}
            processes.run(command, log=log, env=env)
    return executable
