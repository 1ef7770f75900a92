"""Polling many feeds at once from one process: in threads, as it is mostly waiting; those of one host one by one."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from urllib.parse import urlsplit

from tidings.errors import TidingsError
from tidings.messages import PollFeed

WORKERS = 64

_log = logging.getLogger(__name__)

Poll = Callable[[PollFeed], object]


def poll_all(messages: Iterable[PollFeed], poll: Poll, *, workers: int = WORKERS) -> Iterator[tuple[PollFeed, str | None]]:
    """Poll feeds, many hosts at a time; iterate over what is done, with the reason if the poll itself failed.

    A host has one worker at most, so none of them waits for its turn at a host that another one is busy with.
    """
    with ThreadPoolExecutor(workers, thread_name_prefix="poll") as pool:
        futures = [pool.submit(_one_host, feeds, poll) for feeds in _by_host(messages)]
        for future in as_completed(futures):
            yield from future.result()


def _by_host(messages: Iterable[PollFeed]) -> list[list[PollFeed]]:
    hosts: dict[str, list[PollFeed]] = defaultdict(list)
    for message in messages:
        hosts[urlsplit(message.url).hostname or ""].append(message)
    # The longest first, or one of them would be left over at the end.
    return sorted(hosts.values(), key=len, reverse=True)


def _one_host(feeds: Sequence[PollFeed], poll: Poll) -> list[tuple[PollFeed, str | None]]:
    done: list[tuple[PollFeed, str | None]] = []
    for message in feeds:
        try:
            poll(message)
            done.append((message, None))
        except TidingsError as error:
            done.append((message, str(error)))
        except Exception as error:  # a mistake of ours at one feed is no reason to leave out the others
            _log.exception("polling %s failed", message.url)
            done.append((message, f"{type(error).__name__}: {error}"))
    return done
