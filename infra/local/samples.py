"""Sends the sample events of `infra/events` and checks the answers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .emulator import environment
from .keys import Keys
from .places import FUNCTIONS, ROOT
from .processes import Failed, Processes
from .rie import Rie
from .say import say
from .stack import Stack
from .web import Answer, Aws, request

EVENTS = ROOT / "infra" / "events"
# The secrets of the events.
KEYS = Keys(admin="sample-key", webhook_secret="sample-secret", convoso_secret="sample-secret")
# Two calls of the events end without success. With these settings both leads are due at once and at any hour.
SETTINGS = {
    "ProcessorTimeoutSeconds": "45",
    "ProcessIntervalMinutes": "60",
    "RedialIgnoreCallingHours": "true",
    "RedialMinRedialMinutes": "0",
    "RedialProgressiveIntervals": "0",
    "RedialBusinessTimezone": "UTC",
}
PROVIDER = {"answer-after-ms": "50", "ring-ms": "300", "outcomes": "TRANSFERRED=1"}
NUMBERS = ("%2B12125550142", "%2B12125550143")


@dataclass(frozen=True)
class Case:
    """An event and its expected answer: the HTTP status (none for the schedule), and fields that the body must have."""

    function: str
    event: str
    status: int | None
    body: Mapping[str, Any]


# The order matters: results arrive, operators read and change a setting, and the schedule dials.
CASES = (
    Case("webhook", "webhook_bland_forged", 401, {"success": False}),
    Case("webhook", "webhook_bland_plain", 200, {"success": True, "result": "applied"}),
    Case("webhook", "webhook_bland_base64", 200, {"success": True, "result": "repeat"}),
    Case("webhook", "webhook_convoso_form", 200, {"success": True, "result": "applied"}),
    Case("admin", "admin_wrong_key", 401, {"success": False}),
    Case("admin", "admin_status", 200, {"stats": {"total_records": 2, "pending": 2, "ready_to_dial": 2}}),
    Case(
        "admin",
        "admin_records",
        200,
        {
            "filtered": 2,
            "records": [
                {"lead_id": "200001", "attempts": 1, "outcomes": ["VOICEMAIL"]},
                {"lead_id": "200002", "attempts": 1, "outcomes": ["NO_ANSWER"]},
            ],
        },
    ),
    Case("admin", "admin_explain", 200, {"may_dial": True, "record": {"lead_id": "200001"}}),
    Case(
        "admin",
        "admin_configure",
        200,
        {"config": {"calls_per_second": 7}, "sources": {"calls_per_second": "override"}},
    ),
    Case("processor", "schedule", None, {"total_ready": 2, "calls_made": 2, "errors": 0, "stopped_by": None}),
    Case("admin", "admin_process", 200, {"success": True}),
)


@dataclass(frozen=True)
class Start:
    """The times from the start of a function until it was ready, and until its first answer."""

    ready_ms: float
    answered_ms: float


def check(processes: Processes, stack: Stack, built: Path, folder: Path) -> dict[str, Start]:
    """Sends every event to its function, under the runtime emulator and with the variables of the deployed function.

    Raises `Failed` with all differences from the expected answers.
    """
    functions = {name: _start(processes, stack, built, folder, name) for name in FUNCTIONS}
    starts: dict[str, Start] = {}
    wrong: list[str] = []
    for case in CASES:
        answer = functions[case.function].invoke((EVENTS / f"{case.event}.json").read_bytes())
        if case.function not in starts:
            starts[case.function] = Start(functions[case.function].milliseconds_to_ready(), answer.seconds * 1000)
        differences = list(_differences(case, answer))
        say(f"  {case.event:<22} {'as expected' if not differences else 'WRONG'}, {answer.seconds * 1000:.0f} ms")
        wrong += [f"{case.event}: {difference}" for difference in differences]
    for number in NUMBERS:
        calls = request("GET", f"{stack.fake_bland_url}/_fake/calls?to={number}").json()
        if len(calls) != 1:
            wrong.append(f"the provider has {len(calls)} calls to {number}, not 1")
    if wrong:
        raise Failed("\n".join([*wrong, f"The logs of the functions: {folder}"]))
    return starts


def _start(processes: Processes, stack: Stack, built: Path, folder: Path, name: str) -> Rie:
    deployed = Aws(stack.endpoint).function(f"{stack.name}-{name}")
    variables = environment(stack.endpoint) | deployed.variables
    variables |= {"AWS_LAMBDA_FUNCTION_TIMEOUT": str(deployed.timeout_seconds), "AWS_LAMBDA_FUNCTION_NAME": name}
    return Rie(processes, built / name / "bootstrap", variables, folder / f"{name}.rie.log")


def _differences(case: Case, answer: Answer) -> Iterator[str]:
    try:
        found = answer.json()
        if case.status is not None:
            if found.get("statusCode") != case.status:
                yield f"status {found.get('statusCode')} instead of {case.status}: {found}"
                return
            found = json.loads(found["body"])
    except (ValueError, KeyError, AttributeError):
        yield f"unreadable: {answer.body[:500]!r}"
        return
    yield from missing(case.body, found, "body")


def missing(expected: Any, found: Any, place: str) -> Iterator[str]:
    """Yields the differences from `expected`. An object may have more fields, but a list no more items."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name, value in expected.items():
            yield from missing(value, found.get(name), f"{place}.{name}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, value in enumerate(expected):
            yield from missing(value, found[index], f"{place}[{index}]")
    elif expected != found:
        yield f"{place} is {found!r} instead of {expected!r}"
