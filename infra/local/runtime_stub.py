"""A stub of the Lambda runtime API, S3 and DynamoDB that measures how fast a function starts."""

import subprocess
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .processes import Failed

PATIENCE_SECONDS = 15.0


def milliseconds_to_ready(bootstrap: Path, environment: Mapping[str, str]) -> float:
    """Returns the time from the start of the process to its first request for an event."""
    asked = threading.Event()
    asked_at: list[float] = []

    class Stub(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path.endswith("/runtime/invocation/next"):
                asked_at.append(time.perf_counter())
                asked.set()
                time.sleep(PATIENCE_SECONDS)  # There is no event. The process is killed before this ends.
                return
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")  # An empty bucket.

        do_HEAD = do_GET

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer(200, b"{}")  # An empty table.

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        address = f"127.0.0.1:{server.server_address[1]}"
        addresses = {"AWS_LAMBDA_RUNTIME_API": address, "AWS_ENDPOINT_URL": f"http://{address}"}
        started = time.perf_counter()
        process = subprocess.Popen(
            [bootstrap], env={**environment, **addresses}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            while not asked.wait(0.5) and process.poll() is None and time.perf_counter() - started < PATIENCE_SECONDS:
                pass
            if not asked.is_set():
                process.kill()
                said = process.communicate()[0].decode(errors="replace")
                raise Failed(f"{bootstrap} never asked for an event:\n{said[-2000:]}")
            return (asked_at[0] - started) * 1000
        finally:
            process.kill()
            process.wait()
            server.shutdown()
