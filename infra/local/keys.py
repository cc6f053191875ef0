"""Random secrets for one start."""

import hashlib
import secrets
from dataclasses import dataclass, field


def _random() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Keys:
    """The secrets of one start. A new start has new ones."""

    admin: str = field(default_factory=_random)
    read: str = field(default_factory=_random)
    webhook_secret: str = field(default_factory=_random)
    convoso_secret: str = field(default_factory=_random)
    bland: str = field(default_factory=_random)

    def digests(self) -> str:
        """Returns the entries of the admin API's keys, which have digests instead of keys."""
        return f"local:admin:{_sha256(self.admin)},watch:read:{_sha256(self.read)}"

    def by_name(self) -> dict[str, str]:
        """Returns every secret by the name that the template uses by default."""
        return {
            "/redial-queue/bland-api-key": self.bland,
            "/redial-queue/bland-webhook-secrets": self.webhook_secret,
            "/redial-queue/convoso-webhook-secrets": self.convoso_secret,
            "/redial-queue/admin-api-keys": self.digests(),
        }


def _sha256(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
