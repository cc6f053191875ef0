"""How Schemathesis asks, and which of its failures are none, each with its reason.

Every check is on, for every route.
"""

import hashlib
import hmac
import os
import re
from datetime import datetime, timedelta, timezone

import requests
import schemathesis
from schemathesis import GenerationMode

BASE = "/api/admin/redial-queue"
SIGNATURE = "X-Webhook-Signature"

# A schema describes one value. Whether two values fit together, or a time lies ahead, it cannot say. Of the requests that the
# schemas allow, the API refuses these, and names the field: (path, field).
RELATIONS = [
    # An id in the query takes the place of the one in the path, so the two are the same, or the path has `-`.
    ("/lead/.*", "lead_id"),
    # Days of a range are in order, and at most 31.
    ("/audit|/numbers/{phone}/proof", "to"),
    ("/activity", "from|to"),
    # The parts of a consent belong together, and a first dial is ahead.
    ("/lead", "consent_.*|at"),
    # A list has the columns of a lead.
    ("/leads", "body"),
    # A command for many leads has a filter, or all=true, or only its token.
    ("/leads/(pause|resume|remove)", ".*"),
    # The rules know ten years.
    ("/rules/(check|map)", "at"),
    # A cursor is what the last page said.
    ("/audit|/records|/review|/suppressions", "cursor"),
    # A page begins at a cursor or at a number.
    ("/records", "offset"),
    # A jurisdiction and a rule are those of GET /rules, which a file of the bucket can replace. A decision ends ahead.
    ("/rules/decisions", "jurisdiction|rule|until"),
    # A version of the settings is what GET /config said.
    ("/config", "If-Match"),
    # Settings depend on each other, on the timeout of the processor and on the schedule of the stack.
    (
        "/config",
        "unknown_hold_minutes|max_call_minutes|business_hours|process_interval_minutes|redial_interval_minutes",
    ),
    # A reason must be a do-not-call, and those words have no end.
    ("/suppressions/{phone}", "reason"),
    # What a provider sends is described by the provider.
    ("/outcome/test|/webhooks/.*", "body|"),
]

# A phone number, a setting, a list and a payload may be written in more ways than the document says, because people and older
# programs do. So may a time that is not given, as null. Other tests say what these routes accept.
LENIENT = [
    "/config|/rules/decisions",
    "/suppressions/import",
    "/outcome/test",
    "/webhooks/.*",
    ".*phone.*|/leads?|/leads?/.*|/rules/check|/audit|/records",
]


@schemathesis.hook
def map_case(context, case):
    """Makes values fit together that the schemas allow one by one, so that a request does something."""
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return case
    path, query = path_of(case), case.query or {}
    if path.startswith("/lead/") and case.path_parameters.get("lead_id") != "-":
        query.pop("lead_id", None)
    if path.endswith("/callback") and "at" in query:
        query["at"] = ahead()
    if isinstance(case.body, dict):
        time = {"/rules/decisions": "until", "/lead": "at"}.get(path)
        if time in case.body:
            case.body[time] = ahead()
    if path == "/webhooks/convoso/{token}":
        case.path_parameters["token"] = os.environ["REDIAL_CONVOSO_SECRET"]
    return case


@schemathesis.hook
def before_call(context, case, kwargs):
    kwargs["auth"] = Bland()


class Bland(requests.auth.AuthBase):
    """Signs a request that asks for it, see schemathesis.toml. Others are to be refused."""

    def __call__(self, request):
        if request.headers.get(SIGNATURE) == "signed":
            body = request.body or b""
            body = body.encode() if isinstance(body, str) else body
            secret = os.environ["REDIAL_WEBHOOK_SECRET"].encode()
            request.headers[SIGNATURE] = hmac.new(secret, body, hashlib.sha256).hexdigest()
        return request


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Returns whether a failure counts."""
    path = path_of(case)
    match type(failure).__name__:
        case "RejectedPositiveData":
            return not any(re.fullmatch(of, path) and re.fullmatch(fields, refused(response)) for of, fields in RELATIONS)
        case "AcceptedNegativeData":
            # A form sends an empty value for a field that nobody has filled.
            is_empty = "" in (case.query or {}).values()
            return not is_empty and not any(re.fullmatch(of, path) for of in LENIENT)
        case "UnsupportedMethodResponse":
            # An id may have slashes: `1/pause` is one. And the gateway answers for a path that it does not have.
            is_id = path.startswith("/lead/") and case.method in ("GET", "DELETE")
            return not is_id and "Missing Authentication Token" not in response.text
    return True


def path_of(case):
    return case.operation.path.removeprefix(BASE)


def refused(response):
    """Returns the field that an answer names, or nothing."""
    try:
        return response.json().get("field") or ""
    except ValueError:
        return "-"


def ahead():
    return (datetime.now(timezone.utc) + timedelta(days=1)).isoformat(timespec="seconds").replace("+00:00", "Z")
