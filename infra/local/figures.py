"""The figures of `infra/bench`: each function measures one, and returns the rows of a table."""

import hashlib
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import prices
from .loopback import Function, World, functions
from .measured import MONTH, admin_get, month_before
from .processes import Failed

APPLIED = "200 applied"
# Results that are not measured: connections are open and objects are known afterwards.
WARM = 200
# As Lambda has them at some 50 results a second.
PROCESSES = 4


def start(world: World, built: Mapping[str, Path], rounds: int) -> list[str]:
    rows = []
    for name, bootstrap in built.items():
        figures = []
        for _ in range(rounds):
            with functions(world, name, bootstrap) as (function,):
                figures.append((function.ready_ms, function.ready_cpu_ms, function.ready_cpu_ms / reference_ms()))
        ready, cpu, ratio = medians(figures)
        rows.append([f"`{name}`", f"{ready:.1f} ms", f"{cpu:.1f} ms", f"{ratio:.2f}"])
    return table(["function", "start to ready", "CPU", "ratio of the CPU"], rows)


def webhook(world: World, built: Mapping[str, Path], leads: int, count: int, rounds: int) -> list[str]:
    world.month(MONTH, leads)
    return table(["figure", "median"], _webhook(world, built["webhook"], leads, count, rounds))


def one_object(world: World, built: Mapping[str, Path], leads: int, count: int, rounds: int) -> list[str]:
    """Measures a month of one object, as after an upload, and again after one run."""
    world.month(MONTH, leads, "one")
    before = _webhook(world, built["webhook"], leads, count, rounds)
    with functions(world, "processor", built["processor"]) as (processor,):
        ran = _event(processor, {})
    after = dict(_webhook(world, built["webhook"], leads, count, rounds))
    names = list(dict.fromkeys([*dict(before), *after]))
    rows = [[name, dict(before).get(name, "0.00"), after.get(name, "0.00")] for name in names]
    rows += [[f"run: {name}", "", value] for name, value in ran]
    return table(["figure", "before a run", "after it"], rows)


def _webhook(world: World, bootstrap: Path, leads: int, count: int, rounds: int) -> list[list[str]]:
    figures = []
    requests: dict[str, dict[str, float]] = {}
    answers: dict[str, int] = {}
    for _ in range(rounds):
        with functions(world, "webhook", bootstrap) as (function,):
            world.webhooks(MONTH, leads, 1)
            first = function.cpu_ms() - function.ready_cpu_ms
            world.webhooks(MONTH, leads, min(WARM, count))
            world.forget_requests()
            before = function.cpu_ms()
            answers = world.webhooks(MONTH, leads, count).answers
            cpu = (function.cpu_ms() - before) / count
            figures.append((cpu, cpu / reference_ms(), first, function.peak_mb()))
            requests = world.requests()
    cpu, ratio, first, peak = medians(figures)
    return [
        ["answers", _answers(answers)],
        ["CPU of a webhook", f"{cpu:.2f} ms"],
        ["the same, as a ratio", f"{ratio:.3f}"],
        ["the fixed piece of work", f"{reference_ms():.1f} ms"],
        ["CPU of the first webhook of a process", f"{first:.1f} ms"],
        ["peak memory", f"{peak:.1f} MB"],
        *_per(requests, count),
    ]


def first_of_month(world: World, built: Mapping[str, Path], leads: int, latency: str, rounds: int) -> list[str]:
    """Measures the first results of a new month, of leads that no month has, after a month with `leads`."""
    world.month(month_before(MONTH), leads)
    world.latency(latency)
    rows = []
    for n in range(rounds):
        with functions(world, "webhook", built["webhook"]) as (function,):
            cells = []
            for _ in range(3):
                before = function.cpu_ms()
                world.forget_requests()
                sent = world.webhooks(MONTH, leads, 1, dialed=False)
                cells.append(f"{sent.ms[0]:.0f} ms, {function.cpu_ms() - before:.1f} ms, {_answers(sent.answers)}")
            rows.append([f"process {n + 1}", *cells])
    rows.append(["requests of the last", *([""] * 2), ", ".join(f"{value} {name}" for name, value in _per(world.requests(), 1))])
    return table(["time, CPU and answer of", "first", "second", "third"], rows)


def run(world: World, built: Mapping[str, Path], leads: int, rounds: int) -> list[str]:
    """Measures runs that find nothing due: of a new process without and with the stored index, and of one that knows all."""
    figures: dict[str, list[dict[str, str]]] = {}
    world.month(MONTH, leads)
    with functions(world, "processor", built["processor"]) as (processor,):
        figures["cold, no index"] = [dict(_event(processor, {}))]
    for _ in range(rounds):
        with functions(world, "processor", built["processor"]) as (processor,):
            for heat in ("cold", "warm"):
                figures.setdefault(heat, []).append(dict(_event(processor, {})))
    return _columns(figures)


def admin(world: World, built: Mapping[str, Path], leads: int, rounds: int) -> list[str]:
    world.month(MONTH, leads)
    with functions(world, "processor", built["processor"]) as (processor,):
        _event(processor, {})  # It stores the index.
    figures: dict[str, list[dict[str, str]]] = {}
    asked: list[tuple[str, dict[str, str]]] = [("/status", {}), ("/records", {"limit": "100"})]
    for path, query in asked:
        for _ in range(rounds):
            with functions(world, "admin", built["admin"]) as (function,):
                for heat in ("cold", "warm"):
                    figures.setdefault(f"`{path}` {heat}", []).append(dict(_event(function, admin_get(path, query))))
    return _columns(figures)


def load(
    world: World, built: Mapping[str, Path], leads: int, rate: float, processes: int, seconds: float, latency: str
) -> list[str]:
    """Measures results at a rate, or as many as the machine can answer if the rate is 0."""
    world.month(MONTH, leads)
    with functions(world, "webhook", built["webhook"], processes) as all_of_them:
        world.webhooks(MONTH, leads, 20 * processes, at_once=processes).must_be(APPLIED)
        world.latency(latency)
        world.forget_requests()
        before = sum(function.cpu_ms() for function in all_of_them)
        if rate:
            sent = world.webhooks(MONTH, leads, int(rate * seconds), rate=rate)
        else:
            sent = _for_seconds(world, leads, processes, seconds)
        cpu = sum(function.cpu_ms() for function in all_of_them) - before
        requests = world.requests()
        peak = max(function.peak_mb() for function in all_of_them)
    count = len(sent.ms)
    rows = [
        ["results", str(count)],
        ["answers", _answers(sent.answers)],
        ["results a second", f"{count / sent.seconds:.0f}"],
        ["p50", f"{sent.percentile(0.5):.0f} ms"],
        ["p99", f"{sent.percentile(0.99):.0f} ms"],
        ["conflicts of a webhook", f"{conflicts(requests) / count:.3f}"],
        ["CPU of a webhook", f"{cpu / count:.2f} ms"],
        ["peak memory of a process", f"{peak:.1f} MB"],
        *_per(requests, count),
    ]
    return table(["figure", "value"], rows)


def conflicts(requests: Mapping[str, Mapping[str, float]]) -> float:
    """Returns how many writes were refused because another one was faster."""
    return sum(kind["requests"] for name, kind in requests.items() if name.endswith(" conflict"))


def _for_seconds(world: World, leads: int, at_once: int, seconds: float) -> Any:
    """Sends as many results as are answered within about `seconds`."""
    probe = world.webhooks(MONTH, leads, 50 * at_once, at_once=at_once)
    world.forget_requests()
    return world.webhooks(MONTH, leads, int(50 * at_once / probe.seconds * seconds), at_once=at_once)


def costs(world: World, built: Mapping[str, Path], leads: int, count: int) -> list[str]:
    """Counts what webhooks cost that several processes answer, with the latencies of AWS."""
    world.month(MONTH, leads)
    memory, days = prices.webhook_memory_mb(), prices.days_of_old_versions()
    with functions(world, "webhook", built["webhook"], PROCESSES):
        world.webhooks(MONTH, leads, WARM, at_once=PROCESSES).must_be(APPLIED)
        world.latency("model")
        world.forget_requests()
        # A process is given each event when it is free, so the time of an event is the time of its process.
        sent = world.webhooks(MONTH, leads, count, at_once=PROCESSES).must_be(APPLIED)
        requests = world.requests()
    seconds = sum(sent.ms) / 1000
    million = prices.bill(requests, invocations=count, seconds=seconds, memory_mb=memory, old_days=days).times(1e6 / count)
    rows = [[name, f"{value}"] for name, value in _per(requests, count)]
    rows += [[name, f"{kind:.2f}"] for name, kind in _units(requests, count)]
    rows += [["seconds of a function", f"{seconds / count:.3f}"]]
    rows += [[f"{name}, a million webhooks", f"${dollars:.2f}"] for name, dollars in million.parts.items()]
    rows += [["**a million webhooks**", f"**${million.total():.2f}**"]]
    return table([f"{leads:,} leads", "a webhook"], rows)


def _units(requests: Mapping[str, Mapping[str, float]], count: int) -> list[tuple[str, float]]:
    def units(*begins: str) -> float:
        return sum(kind["units"] for name, kind in requests.items() if name.startswith(begins)) / count

    replaced = sum(kind["replaced"] for kind in requests.values()) / count / 1e6
    return [
        ("write units of DynamoDB", units("DynamoDB Put")),
        ("read units of DynamoDB", units(*prices.READS)),
        ("MB of old versions", replaced),
    ]


def _event(function: Function, event: dict[str, Any]) -> list[list[str]]:
    """Sends one event, and returns what it cost."""
    function.forget_peak()
    function.world.forget_requests()
    before = function.cpu_ms()
    answer, ms = function.world.event(function.name, event)
    if function.process.poll() is not None or not isinstance(answer, dict) or answer.get("statusCode", 200) != 200:
        raise Failed(f"{function.name} answered {str(answer)[:500]}")
    if answer.get("errors"):
        raise Failed(f"a run had errors: {answer}")
    cpu = function.cpu_ms() - before
    return [
        ["CPU", f"{cpu:.0f} ms"],
        ["ratio of the CPU", f"{cpu / reference_ms():.1f}"],
        ["time", f"{ms:.0f} ms"],
        ["peak memory", f"{function.peak_mb():.0f} MB"],
        *_per(function.world.requests(), 1),
    ]


def _columns(figures: Mapping[str, Sequence[Mapping[str, str]]]) -> list[str]:
    """Returns a table with a column for each name, of the round with the median CPU."""

    def middle_of(rounds: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
        return sorted(rounds, key=lambda row: float(row["CPU"].split()[0]))[len(rounds) // 2]

    middle = {name: middle_of(rounds) for name, rounds in figures.items()}
    names = list(dict.fromkeys(name for row in middle.values() for name in row))
    return table(["figure", *middle], [[name, *(row.get(name, "") for row in middle.values())] for name in names])


def _per(requests: Mapping[str, Mapping[str, float]], count: int) -> list[list[str]]:
    digits = 0 if count == 1 else 2
    return [[name, f"{kind['requests'] / count:.{digits}f}"] for name, kind in sorted(requests.items())]


def _answers(answers: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" if len(answers) > 1 else name for name, count in answers.items())


def medians(figures: Sequence[Sequence[float]]) -> list[float]:
    return [statistics.median(column) for column in zip(*figures, strict=True)]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Returns a table in Markdown, with numbers to the right."""
    rule = ["---", *["---:"] * (len(heads) - 1)]
    return [f"| {' | '.join(row)} |" for row in [heads, rule, *rows]]


def reference_ms() -> float:
    """Returns the CPU time of a fixed piece of work on this machine now: sorting 20,000 hashes."""
    before = time.process_time()
    sorted(hashlib.sha256(str(n).encode()).hexdigest() for n in range(20_000))
    return (time.process_time() - before) * 1000
