"""Runs a function under AWS's Lambda Runtime Interface Emulator, which has the real runtime API and needs no Docker."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from . import venvs
from .processes import Failed, Processes, tail
from .web import Answer, free_port, request, until_it_listens

FUNCTION = "/2015-03-31/functions/function/invocations"


class Rie:
    """A function as Lambda runs it. The first event starts it. Two concurrent events would end it."""

    def __init__(self, processes: Processes, bootstrap: Path, variables: Mapping[str, str], log: Path) -> None:
        self._log = log
        invocations, runtime = free_port(), free_port()
        self._url = f"http://127.0.0.1:{invocations}{FUNCTION}"
        addresses = [
            "--runtime-interface-emulator-address",
            f"127.0.0.1:{invocations}",
            "--runtime-api-address",
            f"127.0.0.1:{runtime}",
        ]
        command = [venvs.rie(processes), *addresses, bootstrap]
        self._process: subprocess.Popen[bytes] = processes.start(command, env=variables, log=log, cwd=log.parent)
        self._wait(invocations)

    def invoke(self, event: bytes) -> Answer:
        """Sends one event and returns the answer of the function."""
        try:
            return request("POST", self._url, body=event)
        except OSError as silent:
            raise Failed(f"no answer from the runtime interface emulator: {silent}\n{tail(self._log)}") from None

    def milliseconds_to_ready(self) -> float:
        """Returns the time from the start to the first request for an event, as the emulator measured it."""
        report = re.search(r"INIT REPORT\(durationMs: ([\d.]+)\)", self._log.read_text(errors="replace"))
        if not report:
            raise Failed(f"the function was not started:\n{tail(self._log)}")
        return float(report.group(1))

    def _wait(self, port: int) -> None:
        try:
            until_it_listens(port, seconds=30, alive=lambda: self._process.poll() is None)
        except Failed as silent:
            raise Failed(f"the runtime interface emulator did not start: {silent}\n{tail(self._log)}") from None
