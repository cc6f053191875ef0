"""What counted requests cost in us-east-1, without free tiers. docs/RUNBOOK.md, *Costs*, says when the prices were read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .places import ROOT

S3_WRITE, S3_READ, S3_GB_MONTH = 5.00e-6, 0.40e-6, 0.023
DYNAMODB_WRITE_UNIT, DYNAMODB_READ_UNIT = 0.625e-6, 0.125e-6
LAMBDA_REQUEST, LAMBDA_GB_SECOND = 0.20e-6, 0.0000133334
# What the requests that read lines begin with.
READS = ("DynamoDB Get", "DynamoDB Batch", "DynamoDB Query", "DynamoDB Scan")


@dataclass(frozen=True)
class Bill:
    """Dollars by what they are for."""

    parts: dict[str, float]

    def total(self) -> float:
        return sum(self.parts.values())

    def times(self, factor: float) -> "Bill":
        return Bill({name: dollars * factor for name, dollars in self.parts.items()})


def bill(
    requests: Mapping[str, Mapping[str, float]], *, invocations: int, seconds: float, memory_mb: int, old_days: int
) -> Bill:
    """Returns what requests and seconds of a function cost. S3 keeps a replaced version for `old_days` days."""

    def total(what: str, *begins: str) -> float:
        return sum(count[what] for name, count in requests.items() if name.startswith(begins))

    gb_months = total("replaced", "S3 PUT") / 1e9 * old_days / 30
    write_units, read_units = total("units", "DynamoDB Put"), total("units", *READS)
    return Bill(
        {
            "S3 writes and lists": total("requests", "S3 PUT", "S3 LIST") * S3_WRITE,
            "S3 reads": total("requests", "S3 GET") * S3_READ,
            f"old versions, {old_days} days": gb_months * S3_GB_MONTH,
            "DynamoDB writes": write_units * DYNAMODB_WRITE_UNIT,
            "DynamoDB reads": read_units * DYNAMODB_READ_UNIT,
            "Lambda requests": invocations * LAMBDA_REQUEST,
            "Lambda seconds": seconds * memory_mb / 1024 * LAMBDA_GB_SECOND,
        }
    )


def days_of_old_versions() -> int:
    """Returns for how many days the template keeps old versions of objects."""
    return _number(r"NoncurrentDays: (\d+)")


def webhook_memory_mb() -> int:
    """Returns the memory of the webhook, which is that of the template's globals."""
    return _number(r"\nGlobals:(?:\n.*)*?\n    MemorySize: (\d+)")


def _number(pattern: str) -> int:
    found = re.search(pattern, (ROOT / "template.yaml").read_text())
    if not found:
        raise ValueError(f"template.yaml has no {pattern}")
    return int(found[1])
