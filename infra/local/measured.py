"""The month and the events of measurements: made-up leads in one object, and signed results of their calls."""

import hashlib
import hmac
import json
import time

SECRET = "measured"
MONTH = time.strftime("%Y-%m", time.gmtime())
RECORDS = 500
AREAS = (212, 305, 404, 617, 646)

# The variables without which a function does not start. The values have no meaning.
ENVIRONMENT = {
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_LAMBDA_FUNCTION_NAME": "measured",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_LOG_GROUP_NAME": "measured",
    "AWS_LAMBDA_LOG_STREAM_NAME": "measured",
    "AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH": "true",
    "BUCKET_NAME": "measured",
    "LEDGER_BUCKET_NAME": "measured",
    "LINES_TABLE": "measured",
    "PROCESSOR_FUNCTION": "measured",
    "PROCESSOR_TIMEOUT_SECONDS": "240",
    "BLAND_API_KEY": "measured",
    "BLAND_BASE_URL": "http://127.0.0.1:9",
    "BLAND_TASK": "measured",
    "BLAND_WEBHOOK_URL": "http://127.0.0.1:9/webhooks/bland-callback",
    "BLAND_WEBHOOK_SECRET": SECRET,
    "CONVOSO_WEBHOOK_SECRET": "measured",
    "ADMIN_API_KEYS": f"measured:admin:{hashlib.sha256(b'measured').hexdigest()}",
}


def number(n: int) -> str:
    return f"{AREAS[n // 100]}55501{n % 100:02d}"


def month() -> bytes:
    """Returns an object of half a thousand records, as the functions print it."""
    lines = ",\n".join(f'"{1_000_000 + n}_{number(n)}":{json.dumps(_record(n), separators=(",", ":"))}' for n in range(RECORDS))
    return f"{{\n{lines}\n}}\n".encode()


def _record(n: int) -> dict[str, object]:
    now = int(time.time() * 1000)
    attempts = 1 + n % 5
    history = [
        {
            "call_id": f"5d1c3f0e-6a42-4b7e-{call:04x}-{n:012x}",
            "outcome": "VOICEMAIL",
            "at": now - 86_400_000 + 4_000_000 * call,
            "source": "bland",
            "attempt_id": f"019ac000-0000-7000-{0x8000 + call:04x}-{n:012x}",
            "rule": "answered_by_voicemail",
        }
        for call in range(attempts)
    ]
    return {
        "lead_id": str(1_000_000 + n),
        "phone_number": f"+1{number(n)}",
        "list_id": "list-1",
        "first_name": f"First{n}",
        "last_name": f"Last{n}",
        "state": "NY",
        "attempts": attempts,
        "last_call_timestamp": history[-1]["at"],
        "next_redial_timestamp": now + 86_400_000,
        "scheduled_callback_time": None,
        "outcomes": ["VOICEMAIL"] * attempts,
        "last_outcome": "VOICEMAIL",
        "last_call_id": history[-1]["call_id"],
        "created_at": now - 2 * 86_400_000,
        "updated_at": history[-1]["at"],
        "status": "pending",
        "call_history": history,
    }


def result(n: int, call: str) -> bytes:
    """Returns the event of a signed result of a call that the queue dialed for a lead."""
    lead = {"lead_id": str(1_000_000 + n), "list_id": "list-1", "first_name": "First", "last_name": "Last", "state": "NY"}
    attempt = {"attempt_id": f"019ac000-0000-7000-8fff-{n:012x}", "month": MONTH, "source": "redial-queue"}
    body = json.dumps(
        {
            "call_id": f"{call}-{n}",
            "to": f"+1{number(n)}",
            "from": "+12125550199",
            "inbound": False,
            "completed": True,
            "status": "completed",
            "queue_status": "complete",
            "answered_by": "voicemail",
            "call_length": 0.41,
            "end_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - 5)),
            "variables": {"phone_number": f"+1{number(n)}", "city": "NEW YORK"},
            "request_data": lead,
            "metadata": lead | attempt,
            "summary": "The call went to voicemail.",
            "concatenated_transcript": "",
            "transcripts": [],
            "error_message": None,
            "disposition_tag": None,
        }
    )
    path = "/webhooks/bland-callback"
    headers = {
        "Content-Type": "application/json",
        "X-Webhook-Signature": hmac.new(SECRET.encode(), body.encode(), "sha256").hexdigest(),
    }
    return json.dumps(
        {
            "resource": path,
            "path": path,
            "httpMethod": "POST",
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "requestContext": {
                "httpMethod": "POST",
                "path": "/prod" + path,
                "resourcePath": path,
                "stage": "prod",
                "identity": {},
            },
            "body": body,
            "isBase64Encoded": False,
        }
    ).encode()
