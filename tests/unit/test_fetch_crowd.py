"""Polling many feeds at once: what goes wrong with one is told, and stops no other."""

from __future__ import annotations

from tidings.errors import Unavailable
from tidings.fetch.crowd import poll_all
from tidings.ids import CorrelationId, feed_id
from tidings.messages import PollFeed


def message(url: str) -> PollFeed:
    return PollFeed(feed_id=feed_id(url), url=url, correlation_id=CorrelationId("c" * 21))


def test_a_mistake_at_one_feed_is_told_and_all_others_are_polled() -> None:
    urls = [f"https://{host}.example/{n}" for host in "ab" for n in range(2)]

    def poll(message: PollFeed) -> None:
        if message.url == urls[0]:
            raise OverflowError("date value out of range")
        if message.url == urls[2]:
            raise Unavailable("no answer")

    done = {message.url: failure for message, failure in poll_all(map(message, urls), poll)}
    assert done == {urls[0]: "OverflowError: date value out of range", urls[1]: None, urls[2]: "no answer", urls[3]: None}
