"""The story of the demo: a call ends on voicemail, the queue redials, and the second call is transferred."""

import json
import time
import urllib.parse
import uuid
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, TypeVar

from .processes import Failed
from .say import say
from .stack import Stack
from .web import Answer, request, signed

LEAD = "200001"
NUMBER = "+12125550142"

Found = TypeVar("Found")


class Story:
    """Shows what happens to one lead through the webhook and the admin API."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._started = time.monotonic()

    def tell(self) -> None:
        """Tells the story. Raises `Failed` if the redial does not happen."""
        say("\nThe story of one lead\n")
        self._until("the queue is up", lambda: self.admin("GET", "/status"), seconds=20)

        answer = self._post_voicemail()
        self._line(f"Bland posts a signed webhook: a call to {NUMBER} ended on voicemail.")
        self._line(f"  answered {answer.status} in {answer.seconds * 1000:.0f} ms: {answer.body.decode()}")
        self._line(f"  the record: {describe(self._until('the record', self._record))}")

        # The schedule may be faster. Then this run finds no lead that is due.
        self._line("An operator does not wait for the schedule: POST /process")
        self._line(f"  {self.admin('POST', '/process').get('message')}")

        call = self._until("the second call", self._second_call, seconds=90)
        self._line(f"The provider has a call to {call['to']}, call id {call['call_id']}.")
        record = self._until("the end of the second call", lambda: self._record_with("completed"))
        self._line("The call was transferred, and its webhook came back.")
        self._line(f"  the record: {describe(record)}")
        history = ", ".join(entry["outcome"] for entry in record.get("call_history", []))
        self._line(f"  its history: {history}")
        self._line("This lead is not dialed again.")

    def admin(self, method: str, path: str) -> dict[str, Any]:
        """Sends a request to the admin API. Raises `Failed` unless it answers 200."""
        answer = request(method, self._stack.admin_url + path, headers={"X-API-Key": self._stack.admin_key})
        if answer.status != 200:
            raise Failed(f"{method} {path} was answered {answer.status}: {answer.body[:500].decode(errors='replace')}")
        found: dict[str, Any] = answer.json()
        return found

    def _post_voicemail(self) -> Answer:
        now = datetime.now(timezone.utc).isoformat()
        who = {"lead_id": LEAD, "list_id": "demo", "first_name": "Grace", "last_name": "Hill", "state": "NY"}
        body = json.dumps(
            {
                "call_id": str(uuid.uuid4()),
                "to": NUMBER,
                "from": "+12125550199",
                "inbound": False,
                "completed": True,
                "status": "completed",
                "queue_status": "complete",
                "answered_by": "voicemail",
                "call_length": 0.41,
                "corrected_duration": "25",
                "created_at": now,
                "end_at": now,
                "metadata": who,
                "request_data": who,
            }
        ).encode()
        answer = request("POST", self._stack.webhook_url, body=body, headers=signed(self._stack.webhook_secret, body))
        if answer.status != 200:
            raise Failed(f"the webhook was answered {answer.status}: {answer.body[:500].decode(errors='replace')}")
        return answer

    def _record(self) -> dict[str, Any] | None:
        records = self.admin("GET", f"/records?lead_id={LEAD}")["records"]
        return records[0] if records else None

    def _record_with(self, status: str) -> dict[str, Any] | None:
        record = self._record()
        return record if record and record["status"] == status else None

    def _second_call(self) -> dict[str, Any] | None:
        to = urllib.parse.quote(NUMBER)
        calls = request("GET", f"{self._stack.fake_bland_url}/_fake/calls?to={to}").json()
        return calls[0] if calls else None

    def _until(self, what: str, look: Callable[[], Found | None], seconds: float = 60) -> Found:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := look():
                return found
            time.sleep(0.25)
        raise Failed(f"{what}: not reached within {seconds:.0f} s")

    def _line(self, text: str) -> None:
        say(f"{time.monotonic() - self._started:6.1f} s  {text}")


def describe(record: dict[str, Any]) -> str:
    """Describes a record in one line."""
    due = record.get("minutes_until_next_redial")
    words = [f"status {record['status']}", f"attempts {record['attempts']}", f"last outcome {record['last_outcome']}"]
    if record["status"] in ("pending", "rescheduled"):
        words.append("due now" if not due else f"due in {due} min")
    return ", ".join(words)
