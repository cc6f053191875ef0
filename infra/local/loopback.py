"""Functions on loopback: `redial-world` of `tests/bench` in place of S3, DynamoDB and Lambda, and processes of a function.

Only a process's own CPU time counts, so it does not matter for CPU time how fast the stand-ins are.
"""

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .build import target_folder
from .instructions import PROFILE
from .measured import ENVIRONMENT
from .places import FUNCTIONS, ROOT
from .processes import Failed, Processes, stop, tail
from .say import say
from .web import free_port, request, until_it_listens

PATIENCE_SECONDS = 600.0


@dataclass(frozen=True)
class Sent:
    """How results were answered: how many in which way, and after how many milliseconds, in order."""

    seconds: float
    answers: dict[str, int]
    ms: list[float]

    def percentile(self, share: float) -> float:
        """Returns the time that this share of the answers took at most."""
        return self.ms[min(int(len(self.ms) * share), len(self.ms) - 1)]

    def must_be(self, wanted: str) -> "Sent":
        """Raises `Failed` if an answer is another one."""
        if list(self.answers) != [wanted]:
            raise Failed(f"the webhook answered {self.answers}")
        return self


class World:
    """The process that functions believe to be AWS."""

    def __init__(self, processes: Processes, folder: Path) -> None:
        self.processes, self.folder = processes, folder
        ports = [free_port() for _ in ("stores", *FUNCTIONS)]
        self.address, *lambdas = [f"127.0.0.1:{port}" for port in ports]
        self.lambdas = dict(zip(FUNCTIONS, lambdas, strict=True))
        command = [target_folder() / PROFILE / "redial-world", *map(str, ports)]
        child = processes.start(command, log=folder / "world.log")
        for port in ports:
            until_it_listens(port, seconds=10, alive=lambda: child.poll() is None)

    def month(self, month: str, leads: int, shape: str = "divided") -> dict[str, int]:
        """Makes a month, and returns the number and the bytes of its objects."""
        return self._ask("POST", "month", month=month, leads=leads, shape=shape)

    def webhooks(self, month: str, leads: int, count: int, *, dialed: bool = True, **how: float | None) -> Sent:
        """Sends results of other leads than before: `rate` a second, or `at_once` all the time."""
        how = {name: value for name, value in how.items() if value is not None}
        word = "true" if dialed else "false"
        return Sent(**self._ask("POST", "webhooks", month=month, leads=leads, count=count, dialed=word, **how))

    def event(self, function: str, event: Mapping[str, Any]) -> tuple[Any, float]:
        """Returns the answer to an event, and its milliseconds."""
        answer = self._ask("POST", f"event/{function}", json.dumps(event).encode())
        return answer["answer"], answer["ms"]

    def ready(self, function: str, processes: int) -> None:
        """Waits until exactly `processes` processes wait for an event."""
        self._ask("POST", f"ready/{function}", processes=processes)

    def latency(self, model: str) -> None:
        self._ask("POST", f"latency/{model}")

    def forget_requests(self) -> None:
        self._ask("DELETE", "requests")

    def requests(self) -> dict[str, dict[str, float]]:
        """Returns the requests by kind, with units and bytes."""
        return self._ask("GET", "requests")

    def _ask(self, method: str, what: str, body: bytes = b"", **query: object) -> Any:
        url = f"http://{self.address}/control/{what}?{urlencode(query)}"
        answer = request(method, url, body=body or None, wait=PATIENCE_SECONDS)
        if answer.status != 200:
            raise Failed(f"{what}: {answer.status}\n{tail(self.folder / 'world.log')}")
        return answer.json() if answer.body else None


class Function:
    """A process of a function. Its CPU time is that of this process."""

    def __init__(self, world: World, name: str, bootstrap: Path, running: int = 0) -> None:
        """Starts a process and waits until it asks for an event. `running` others run already."""
        self.world, self.name = world, name
        addresses = {
            "AWS_LAMBDA_RUNTIME_API": world.lambdas[name],
            "AWS_ENDPOINT_URL": f"http://{world.address}",
        }
        world.ready(name, running)  # Those that were stopped are gone.
        started = time.perf_counter()
        log = world.folder / f"{name}.log"
        self.process = world.processes.start([bootstrap], env={**ENVIRONMENT, **addresses}, log=log)
        try:
            world.ready(name, running + 1)
        except Failed as failure:
            raise Failed(f"{bootstrap} never asked for an event\n{tail(log)}") from failure
        self.ready_ms = (time.perf_counter() - started) * 1000
        self.ready_cpu_ms = self.cpu_ms()

    def cpu_ms(self) -> float:
        """Returns the CPU time of the process so far. The number is the clock of a process, see clock_getcpuclockid(3)."""
        return time.clock_gettime_ns((~self.process.pid << 3) | 2) / 1e6

    def peak_mb(self) -> float:
        """Returns the most memory that was resident since the start or `forget_peak`."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def forget_peak(self) -> None:
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def stop(self) -> None:
        stop(self.process)


@contextmanager
def world(processes: Processes) -> Iterator[World]:
    """Builds and starts the stand-ins."""
    say("· cargo build")
    command = ["cargo", "build", "--locked", "--profile", PROFILE, "--package", "redial-bench"]
    if processes.status(command, cwd=ROOT):
        raise Failed("cargo build failed")
    with tempfile.TemporaryDirectory() as folder:
        started = World(processes, Path(folder))
        yield started


@contextmanager
def functions(started: World, name: str, bootstrap: Path, count: int = 1) -> Iterator[list[Function]]:
    """Starts processes of a function, and stops them."""
    running: list[Function] = []
    try:
        for _ in range(count):
            running.append(Function(started, name, bootstrap, len(running)))
        yield running
    finally:
        for function in running:
            function.stop()
