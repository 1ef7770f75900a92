"""Signed webhooks as Standard Webhooks defines them (https://www.standardwebhooks.com, specification 1.0)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from tidings.watch.registry import SECRET_PREFIX


def signed_headers(secret: str, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that let a receiver check who sent a body, that it is whole, and that it is not old.

    >>> from datetime import UTC
    >>> at = datetime.fromtimestamp(1614265330, UTC)
    >>> body = b'{"test": 2432232314}'
    >>> secret, message_id = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    >>> signed_headers(secret, message_id, at, body)["webhook-signature"]
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    timestamp = str(int(now.timestamp()))
    signature = hmac.new(key, b".".join((message_id.encode(), timestamp.encode(), body)), hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
