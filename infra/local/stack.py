"""Deploys the real template to the emulator."""

import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .emulator import REGION, environment
from .keys import Keys
from .places import ROOT
from .processes import Failed, Processes, tail
from .web import Aws

STACK = "redial-local"
ARTIFACTS = "redial-local-artifacts"
ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Stack:
    """A deployed stack, and what one needs to talk to it."""

    name: str
    endpoint: str | None  # None is AWS itself.
    admin_url: str
    page_url: str
    admin_key: str
    read_key: str
    webhook_url: str
    webhook_secret: str
    convoso_url: str
    convoso_secret: str
    bland_key: str
    bucket: str
    ledger: str
    table: str
    webhook: str
    processor: str
    admin: str
    fake_bland_url: str
    domain: str


class Deployment:
    """A deployment under way, beside which others may be: SAM waits most of the time."""

    def __init__(
        self,
        processes: Processes,
        sam: Path,
        endpoint: str,
        folder: Path,
        keys: Keys,
        fake_bland_url: str,
        settings: Mapping[str, str],
        built: Path,
    ) -> None:
        """Begins to deploy the functions in `built`.

        `settings`: parameters of the template, over those of every local stack.
        """
        self._keys, self._endpoint, self._fake_bland_url = keys, endpoint, fake_bland_url
        self._parameters = {
            "Architecture": ARCHITECTURES[platform.machine()],
            "EmulatorUrl": endpoint,
            "BlandBaseUrl": fake_bland_url,
            "BlandTask": "local",
            # The emulator throttles too, and tests are faster than people.
            "AdminRequestsPerSecond": "10000",
            "WebhookRequestsPerSecond": "10000",
        } | dict(settings)
        self._aws = Aws(endpoint)
        for name, secret in keys.by_name().items():
            self._aws.keep_secret(name, secret)
        self._aws.make_bucket(ARTIFACTS)
        template = folder / "template.yaml"
        template.write_text(with_prebuilt_code((ROOT / "template.yaml").read_text(), built))
        command: list[str | Path] = [sam, "deploy", "--template-file", template]
        command += ["--stack-name", STACK, "--region", REGION, "--s3-bucket", ARTIFACTS]
        command += ["--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-progressbar"]
        command += ["--parameter-overrides", *(f"{name}={_quoted(value)}" for name, value in self._parameters.items())]
        telling_nobody = environment(endpoint) | {"SAM_CLI_TELEMETRY": "0", "HOME": str(folder)}
        self._log = folder / "deploy.log"
        self._process = processes.start(command, env=telling_nobody, log=self._log, cwd=folder)

    def finished(self) -> Stack:
        """Waits for its end and gives what was deployed."""
        if status := self._process.wait():
            raise Failed(f"sam deploy ended with status {status}:\n{tail(self._log)}")
        outputs = self._aws.outputs(STACK)
        domain = self._parameters.get("DomainName", "")
        return described(STACK, outputs, self._keys, self._endpoint, self._fake_bland_url, domain)


def described(
    name: str, outputs: Mapping[str, str], keys: Keys, endpoint: str | None, fake_bland_url: str, domain: str
) -> Stack:
    """A stack by what CloudFormation says of it and the secrets that it was deployed with."""
    return Stack(
        name=name,
        endpoint=endpoint,
        admin_url=outputs["AdminUrl"],
        page_url=outputs["PageUrl"],
        admin_key=keys.admin,
        read_key=keys.read,
        webhook_url=outputs["WebhookUrl"],
        webhook_secret=keys.webhook_secret,
        convoso_url=outputs["ConvosoWebhookUrl"],
        convoso_secret=keys.convoso_secret,
        bland_key=keys.bland,
        bucket=outputs["BucketName"],
        ledger=outputs["LedgerBucketName"],
        table=outputs["TableName"],
        webhook=outputs["WebhookFunctionName"],
        processor=outputs["ProcessorFunctionName"],
        admin=outputs["AdminFunctionName"],
        fake_bland_url=fake_bland_url,
        domain=domain,
    )


def _quoted(value: str) -> str:
    """SAM splits what is not quoted at spaces."""
    return '"' + value.replace('"', '\\"') + '"'


def with_prebuilt_code(template: str, build: Path) -> str:
    """The template as it is, but for where the code comes from: a folder with a finished `bootstrap`."""
    text, moved = re.subn(r"(?m)^( +CodeUri: )functions/(\w+)$", rf"\g<1>{build}/\g<2>", template)
    text, finished = re.subn(
        r"(?m)^    Metadata:\n      BuildMethod: rust-cargolambda\n      BuildProperties:\n        Binary: \w+\n",
        "",
        text,
    )
    if moved != 3 or finished != 3:
        raise Failed("template.yaml: each function must say CodeUri: functions/<name> and how it is built")
    return text
