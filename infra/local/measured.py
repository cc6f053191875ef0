"""The variables and the events of functions that are measured."""

import hashlib
import time
from typing import Any

MONTH = time.strftime("%Y-%m", time.gmtime())
KEY = "measured"

# The variables without which a function does not start, and hours in which a run dials. Most values have no meaning.
ENVIRONMENT = {
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_LAMBDA_FUNCTION_NAME": "measured",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
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
    "BLAND_WEBHOOK_SECRET": "measured",
    "CONVOSO_WEBHOOK_SECRET": "measured",
    "ADMIN_API_KEYS": f"measured:admin:{hashlib.sha256(KEY.encode()).hexdigest()}",
    "REDIAL_BUSINESS_HOURS": "00:00-24:00",
}


def month_before(month: str) -> str:
    """Returns the month before `YYYY-MM`."""
    year, number = map(int, month.split("-"))
    return f"{year - (number == 1)}-{(number - 2) % 12 + 1:02d}"


def admin_get(path: str, query: dict[str, str]) -> dict[str, Any]:
    """Returns the event of a GET request of an operator."""
    path = f"/api/admin/redial-queue{path}"
    headers = {"X-API-Key": KEY}
    return {
        "resource": path,
        "path": path,
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()},
        "requestContext": {
            "httpMethod": "GET",
            "path": f"/prod{path}",
            "resourcePath": path,
            "stage": "prod",
            "identity": {},
        },
        "body": None,
        "isBase64Encoded": False,
    }
