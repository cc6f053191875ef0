"""The month of the demo: fictional leads, one or more in every status."""

import json
from datetime import datetime, timedelta, timezone

# lead, number, first name, last name, state, status, outcomes, minutes until the next dial
PEOPLE = [
    ("100001", "+12125550101", "Ada", "Brook", "NY", "pending", ["VOICEMAIL"], 2),
    ("100002", "+13055550102", "Ben", "Castle", "FL", "pending", ["NO_ANSWER", "BUSY"], 25),
    ("100003", "+15125550103", "Cleo", "Dunn", "TX", "rescheduled", ["CALLBACK"], 180),
    ("100004", "+16175550104", "Dora", "Ellis", "MA", "paused", ["NO_ANSWER"], 0),
    ("100005", "+14045550105", "Emil", "Frost", "GA", "completed", ["VOICEMAIL", "SALE"], 0),
    ("100006", "+17025550106", "Fay", "Grant", "NV", "max_attempts", ["NO_ANSWER"] * 8, 0),
]


def demo_month(now: datetime) -> tuple[str, bytes]:
    """Returns the key and the body of the month that contains `now`.

    The demo's business time zone is UTC, so this needs no time zone data.
    """
    records = {}
    for lead, number, first, last, state, status, outcomes, minutes in PEOPLE:
        called = now - timedelta(hours=1)
        upcoming = _millis(now + timedelta(minutes=minutes))
        records[f"{lead}_{number.removeprefix('+1')}"] = {
            "lead_id": lead,
            "phone_number": number,
            "list_id": "demo",
            "first_name": first,
            "last_name": last,
            "state": state,
            "attempts": len(outcomes),
            "last_call_timestamp": _millis(called),
            "next_redial_timestamp": upcoming,
            "scheduled_callback_time": upcoming if status == "rescheduled" else None,
            "outcomes": outcomes,
            "last_outcome": outcomes[-1],
            "last_call_id": f"demo-{lead}",
            "created_at": _millis(called),
            "updated_at": _millis(called),
            "status": status,
        }
    return f"redial-queue/redial-queue_{now.astimezone(timezone.utc):%Y-%m}.json", json.dumps(
        records, indent=2
    ).encode()


def _millis(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
