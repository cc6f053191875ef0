"""Looks through the functions' logs for what must never be in one: people, what they said, and secrets."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .places import FUNCTIONS, ROOT
from .processes import Failed
from .stack import STACK
from .web import Aws

FIXTURES = ROOT / "tests" / "fixtures"
NAMES = ("first_name", "last_name")
SAID = ("text", "concatenated_transcript", "summary")
SHORTEST_SENTENCE = 12
# Every number of our tests is one of these, in whatever spelling.
NUMBER = re.compile(r"(?<!\d)1?\d{3}\)?[-. ]*555[-. ]*01\d\d(?!\d)")
# Ten digits in a row come about by chance in these.
IDS = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32,}\b")


@dataclass(frozen=True)
class Needle:
    """What must not be found. The kind is told, never the text."""

    kind: str
    pattern: re.Pattern[str]


def needles(fixtures: Path, secrets: Iterable[str]) -> list[Needle]:
    """The people of the recorded payloads, their words, and the secrets of this start."""
    found = [Needle("a phone number", NUMBER)]
    found += [Needle("a secret", re.compile(re.escape(secret))) for secret in secrets]
    bodies = [json.loads(path.read_text()) for path in sorted(fixtures.rglob("*.json"))]
    names = {text for body in bodies for key, text in _texts(body) if key in NAMES and text}
    found += [Needle("a name", re.compile(rf"\b{re.escape(name)}\b")) for name in sorted(names)]
    said = {sentence for body in bodies for key, text in _texts(body) if key in SAID for sentence in _sentences(text)}
    found += [Needle("what somebody said", re.compile(re.escape(sentence))) for sentence in sorted(said)]
    return found


def find(log: Path, wanted: Iterable[Needle]) -> list[str]:
    """The places in a log where a needle stands."""
    wanted = list(wanted)
    places = []
    for number, line in enumerate(log.read_text().splitlines(), 1):
        text = IDS.sub("", line)
        places += [f"{log}:{number} has {needle.kind}" for needle in wanted if needle.pattern.search(text)]
    return places


def collect(aws: Aws, folder: Path) -> dict[str, Path]:
    """Writes down what each function has logged so far."""
    logs = {}
    for function in FUNCTIONS:
        logs[function] = folder / f"{function}.log"
        logs[function].write_text("".join(line + "\n" for line in aws.log_lines(f"/aws/lambda/{STACK}-{function}")))
    return logs


def check(aws: Aws, folder: Path, secrets: Iterable[str], *, all_functions: bool) -> None:
    """Fails when a log has what it must not have; or nothing, where every function is known to have been used."""
    logs = collect(aws, folder)
    places = [place for log in logs.values() for place in find(log, needles(FIXTURES, secrets))]
    if places:
        raise Failed("Logs must hold no personal data and no secret:\n" + "\n".join(places[:50]))
    silent = [function for function, log in logs.items() if '"level"' not in log.read_text()]
    unmeasured = [function for function, log in logs.items() if '"CloudWatchMetrics"' not in log.read_text()]
    if all_functions and (silent or unmeasured):
        raise Failed(f"no log line of {silent} and no metric of {unmeasured} was seen: what is not seen is not checked")


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from _texts(inner, name)
        case list():
            for inner in value:
                yield from _texts(inner, key)
        case str():
            yield key, value


def _sentences(text: str) -> list[str]:
    """Without whose turn it is; a log may have one of them alone."""
    parts = re.split(r"\s*(?:assistant|user|agent-action): |[.?!\n]", text)
    return [part.strip() for part in parts if len(part.strip()) >= SHORTEST_SENTENCE]
