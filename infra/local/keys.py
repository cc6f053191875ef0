"""Secrets for one start, made up on the spot."""

import hashlib
import secrets
from dataclasses import dataclass, field


def _random() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Keys:
    """Nothing here is worth keeping: a new start has new keys."""

    admin: str = field(default_factory=_random)
    read: str = field(default_factory=_random)
    webhook_secret: str = field(default_factory=_random)
    convoso_secret: str = field(default_factory=_random)
    bland: str = field(default_factory=_random)

    def digests(self) -> str:
        """The keys of the admin API as they are kept: digests, never keys."""
        return f"local:admin:{_sha256(self.admin)},watch:read:{_sha256(self.read)}"

    def by_name(self) -> dict[str, str]:
        """Every secret under the name that the template has for it."""
        return {
            "/redial-queue/bland-api-key": self.bland,
            "/redial-queue/bland-webhook-secrets": self.webhook_secret,
            "/redial-queue/convoso-webhook-secrets": self.convoso_secret,
            "/redial-queue/admin-api-keys": self.digests(),
        }


def _sha256(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
