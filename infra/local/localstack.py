"""Starts LocalStack: as a process with S3 only, or in Docker with all services that the template needs."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from . import venvs
from .places import ROOT
from .processes import Failed, Processes, tail
from .say import step
from .web import Aws, free_port

PYTHON = "3.13"
CONTAINER = "http://127.0.0.1:4566"
COMPOSE = ["docker", "compose", "--file", ROOT / "compose.yaml"]


def python() -> Path | None:
    """Returns the Python of the version that LocalStack's lock needs, from the path or pyenv, or `None`."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [shutil.which(f"python{PYTHON}"), *sorted(pyenv.glob(f"{PYTHON}.*/bin/python"), reverse=True)]
    return next((Path(candidate) for candidate in found if candidate and _runs([candidate, "-c", ""])), None)


def start_s3(processes: Processes, interpreter: Path, folder: Path) -> str:
    """Starts LocalStack with S3 only and returns its URL."""
    executable = venvs.localstack(processes, interpreter)
    with step("starting LocalStack"):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        log = folder / "localstack.log"
        scratch = folder / "localstack"
        scratch.mkdir()
        clean = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "LANG": "C.UTF-8",
            "SERVICES": "s3",
            "GATEWAY_LISTEN": f"127.0.0.1:{port}",
            "LOCALSTACK_VOLUME_DIR": str(scratch / "volume"),
            # No telemetry and no downloads.
            "DISABLE_EVENTS": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
        }
        process = processes.start([executable, "-m", "localstack.runtime.main"], env=clean, log=log)
        try:
            _until_s3_answers(url, seconds=180, process=process)
        except Failed as silent:
            raise Failed(f"LocalStack did not start: {silent}\n{tail(log)}") from None
    return url


def start_container(processes: Processes) -> str:
    """Starts LocalStack with `compose.yaml` and returns its URL. Raises `Failed` without Docker."""
    needed: list[list[str | Path]] = [["docker", "compose", "version"], ["docker", "info"]]
    if not shutil.which("docker") or not all(map(_runs, needed)):
        raise Failed(
            "LocalStack with all its services runs in a container: install Docker with its compose plugin, start it,\n"
            "and try again. Without Docker `./test` runs the same suite on another emulator, and `infra/localstack s3`\n"
            "runs the part of it that needs nothing but S3."
        )
    with step("starting LocalStack"):
        if processes.status([*COMPOSE, "up", "--detach", "--wait", "--quiet-pull"]):
            raise Failed("docker compose could not start LocalStack. Its output is above.")
        _until_s3_answers(CONTAINER, seconds=60, process=None)
    return CONTAINER


def stop_container(processes: Processes) -> None:
    """Stops the container and deletes its data."""
    if not shutil.which("docker") or processes.status([*COMPOSE, "down", "--volumes"]):
        raise Failed("docker compose could not stop LocalStack")


def _until_s3_answers(url: str, *, seconds: float, process: subprocess.Popen[bytes] | None) -> None:
    """Waits until S3 works. Sends a real call, because the health check succeeds before the calls do."""
    deadline = time.monotonic() + seconds
    why: Exception | None = None
    while time.monotonic() < deadline and (process is None or process.poll() is None):
        try:
            return Aws(url).make_bucket("redial-is-it-ready")
        except (Failed, OSError) as silent:
            why = silent
            time.sleep(0.2)
    raise Failed(f"S3 at {url} does not answer: {why}")


def _runs(command: list[str | Path]) -> bool:
    # A file on the path is not enough: a Python may be pyenv's shim, and Docker may have a client without a server.
    return subprocess.run(command, capture_output=True).returncode == 0
