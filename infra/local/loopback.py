"""Stand-ins on loopback for S3, DynamoDB and the Lambda runtime API, for measurements of one function.

Only the measured process's own CPU time is read, so it does not matter how slow these are.
"""

import itertools
import json
import queue
import subprocess
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .processes import Failed

PATIENCE_SECONDS = 20.0


class World:
    """The objects, the lines and the events."""

    def __init__(self, objects: Mapping[str, bytes]) -> None:
        self.versions = itertools.count(1)
        self.objects = {key: (f'"{next(self.versions)}"', body) for key, body in objects.items()}
        self.lines: dict[str, dict[str, Any]] = {}
        self.events: queue.Queue[bytes] = queue.Queue()
        self.answers: queue.Queue[bytes] = queue.Queue()
        self.asked = threading.Event()
        self.requests: dict[str, int] = {}

    def dynamodb(self, operation: str, query: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if operation == "GetItem":
            item = self.lines.get(query["Key"]["phone"]["S"])
            return 200, {"Item": item} if item else {}
        if operation == "PutItem":
            phone = query["Item"]["phone"]["S"]
            there = self.lines.get(phone)
            wanted = query.get("ExpressionAttributeValues", {}).get(":version")
            if (there or {}).get("version") != wanted:
                kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
                return 400, {"__type": kind, "Item": there or {}}
            self.lines[phone] = query["Item"]
        return 200, {}

    def s3_put(self, key: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        there = self.objects.get(key)
        expected = headers.get("If-Match")
        if (there[0] if there else None) != expected:
            return 412, ""
        version = f'"{next(self.versions)}"'
        self.objects[key] = (version, body)
        return 200, version


class Function:
    """A function that runs on a `World`. Its CPU time is that of its process."""

    def __init__(self, bootstrap: Path, environment: Mapping[str, str], world: World) -> None:
        self.world = world
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(world))
        self.server.daemon_threads = True
        self.server.block_on_close = False
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        address = f"127.0.0.1:{self.server.server_address[1]}"
        addresses = {"AWS_LAMBDA_RUNTIME_API": address, "AWS_ENDPOINT_URL": f"http://{address}"}
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [bootstrap], env={**environment, **addresses}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if not world.asked.wait(PATIENCE_SECONDS):
            self.stop()
            raise Failed(f"{bootstrap} never asked for an event")
        self.ready_ms = (time.perf_counter() - started) * 1000
        self.ready_cpu_ms = self.cpu_ms()

    def cpu_ms(self) -> float:
        """Returns the CPU time of the process so far. The number is the clock of a process, see clock_getcpuclockid(3)."""
        return time.clock_gettime_ns((~self.process.pid << 3) | 2) / 1e6

    def peak_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def answer(self, event: bytes) -> dict[str, Any]:
        self.world.events.put(event)
        return json.loads(self.world.answers.get(timeout=PATIENCE_SECONDS))

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.server.shutdown()


def _handler(world: World) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # An answer is one packet.

        def do_GET(self) -> None:
            if self.path.endswith("/runtime/invocation/next"):
                world.asked.set()
                deadline = str(int(time.time() * 1000) + 10_000)
                headers = {"Lambda-Runtime-Aws-Request-Id": "1", "Lambda-Runtime-Deadline-Ms": deadline}
                headers["Lambda-Runtime-Invoked-Function-Arn"] = "arn:aws:lambda:us-east-1:123456789012:function:x"
                self._answer(200, world.events.get(), headers)
                return
            version, body = world.objects.get(self._key(), ("", b""))
            if not version:
                self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            elif self.headers.get("If-None-Match") == version:
                self._answer(304, None, {"ETag": version})
            else:
                self._answer(200, body, {"ETag": version})

        def do_PUT(self) -> None:
            status, version = world.s3_put(self._key(), self._body(), self.headers)
            self._answer(status, b"", {"ETag": version} if version else {})

        def do_POST(self) -> None:
            body = self._body()
            if "/invocation/" in self.path:
                world.answers.put(body)
                self._answer(202, b"{}")
                return
            operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
            status, answer = world.dynamodb(operation, json.loads(body))
            self._answer(status, json.dumps(answer).encode(), {"Content-Type": "application/x-amz-json-1.0"})

        def _key(self) -> str:
            return self.path.partition("?")[0].split("/", 2)[-1]

        def _body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))

        def _answer(self, status: int, body: bytes | None, headers: Mapping[str, str] | None = None) -> None:
            if "/runtime/" not in self.path:
                target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
                name = f"DynamoDB {target}" if target else f"S3 {self.command} {status}"
                world.requests[name] = world.requests.get(name, 0) + 1
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            if body is not None:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    return Handler
