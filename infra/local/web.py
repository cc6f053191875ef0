"""Sends HTTP and AWS requests with the standard library only."""

import hashlib
import hmac
import http.client
import json
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as xml
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .processes import Failed

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # Loopback never goes through a proxy.


@dataclass(frozen=True)
class Answer:
    """An HTTP answer with any status."""

    status: int
    body: bytes
    seconds: float

    def json(self) -> Any:
        return json.loads(self.body)


def request(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    wait: float = 60,
) -> Answer:
    """Sends one request. Raises `OSError` if there is no answer."""
    started = time.monotonic()
    ask = urllib.request.Request(url, data=body, headers=dict(headers or {}), method=method)
    try:
        with _OPENER.open(ask, timeout=wait) as answer:
            status, content = answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        status, content = refusal.code, refusal.read()
    return Answer(status, content, time.monotonic() - started)


def signed(secret: str, body: bytes) -> dict[str, str]:
    """Returns the headers of a webhook that Bland signs with `secret`."""
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Webhook-Signature": signature}


def until_it_answers(url: str, *, seconds: float, alive: Callable[[], bool]) -> None:
    """Waits until a server answers 200. Raises `Failed` if it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while alive() and time.monotonic() < deadline:
        try:
            if request("GET", url, wait=2).status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.05)
    raise Failed(f"{url} does not answer")


def until_it_listens(port: int, *, seconds: float, alive: Callable[[], bool]) -> None:
    """Waits until a server listens. For servers without a health check."""
    deadline = time.monotonic() + seconds
    while alive() and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise Failed(f"no server listens on port {port}")


def free_port() -> int:
    """Returns a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Function:
    """The configuration of a deployed Lambda function."""

    variables: dict[str, str]
    timeout_seconds: int


class Aws:
    """AWS requests to the emulator, which reads the service from the signature and does not check it."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def outputs(self, stack: str) -> dict[str, str]:
        """Returns the outputs of a CloudFormation stack."""
        query = urllib.parse.urlencode({"Action": "DescribeStacks", "StackName": stack, "Version": "2010-05-15"})
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._request("cloudformation", "POST", "/", query.encode(), form)
        nodes = list(xml.fromstring(answer.body).iter())
        keys = [node.text or "" for node in nodes if node.tag.endswith("}OutputKey")]
        values = [node.text or "" for node in nodes if node.tag.endswith("}OutputValue")]
        return dict(zip(keys, values, strict=True))

    def keep_secret(self, name: str, secret: str) -> None:
        """Stores a secret in Parameter Store, encrypted."""
        parameter = {"Name": name, "Value": secret, "Type": "SecureString", "Overwrite": True}
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AmazonSSM.PutParameter"}
        self._request("ssm", "POST", "/", json.dumps(parameter).encode(), headers)

    def function(self, name: str) -> Function:
        """Returns the configuration of a Lambda function."""
        path = f"/2015-03-31/functions/{name}/configuration"
        found = self._request("lambda", "GET", path, b"", {}).json()
        return Function(found["Environment"]["Variables"], found["Timeout"])

    def make_bucket(self, bucket: str) -> None:
        self._request("s3", "PUT", f"/{bucket}", b"", {})

    def create_object(self, bucket: str, key: str, body: bytes) -> None:
        """Creates an object. Fails if it exists."""
        headers = {"If-None-Match": "*", "Content-Type": "application/json"}
        self._request("s3", "PUT", f"/{bucket}/{key}", body, headers)

    def log_lines(self, group: str) -> Iterator[str]:
        """Yields the messages of a log group in order, or nothing if there is no such group."""
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Logs_20140328.FilterLogEvents"}
        start, told = 0, set[tuple[str, int, str]]()
        while True:
            # The emulator has no page tokens, so the next page begins at the last timestamp of this one.
            body = json.dumps({"logGroupName": group, "startTime": start, "limit": 10000}).encode()
            events = self._request("logs", "POST", "/", body, headers).json()["events"]
            known = {(event["logStreamName"], event["timestamp"], event["message"]) for event in events}
            for event in events:
                if (event["logStreamName"], event["timestamp"], event["message"]) not in told:
                    yield event["message"]
            if known <= told:
                return
            start, told = events[-1]["timestamp"], known

    def _request(self, service: str, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        credential = f"Credential=test/{time.strftime('%Y%m%d')}/us-east-1/{service}/aws4_request"
        authorization = f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0"
        answer = request(method, self._endpoint + path, body=body, headers={"Authorization": authorization, **headers})
        if answer.status >= 300:
            raise Failed(f"{service}: {method} {path} got {answer.status}: {answer.body[:300]!r}")
        return answer
