"""Rebuild a stack's facts in a table beside the one that answers, and let it answer in its place.

What is under way stands in the stack's own parameters (`tidings.replaying.tables`) and in an item of its registry
(`tidings.replaying.place`). So a replay that is broken off is gone on with by the same command, on any machine, and each
step may be done twice.

The order of things, each safe whenever the next one never comes:

1. The second table appears, and all is written to it; news goes to both (`tidings.replaying.meanwhile`).
2. All documents are sent, and the articles that came without one; no more at a time than news can wait behind.
3. The queues run dry. Without new dead letters, the new table answers.
4. The old table is deleted by name while the stack still knows it, then the stack forgets it. The template keeps every table
   that it forgets: a slip of the hand on its parameters loses none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from tidings import keys
from tidings.clean.stage import article_message, record_article
from tidings.deployed import Deployed
from tidings.errors import BadUsage, Unavailable
from tidings.ids import BlobKey, CorrelationId
from tidings.ports.queue import Queue
from tidings.replaying import place, tables
from tidings.replaying.draining import wait_for_room, wait_until_empty
from tidings.replaying.stored import clean_again, lone_articles, unpublished
from tidings.replaying.tables import tables_of

STAGES = ("Clean", "Extract", "Publish")
"""The stages that read again, in their order."""
CHUNK = 500
"""Documents that are sent before the place is written down: so many are sent twice at most."""
CROWD = 500
"""Messages that wait while documents are sent, and one chunk more: news stands behind them (a quarter of an hour at
Size=medium, which is what the alarm of age allows), and a message that waits for more than four days is gone."""
UNDER_WAY = timedelta(minutes=15)
"""How long an article may have been on its way when a replay begins: what was fetched since then is news."""
KEPT = timedelta(days=4)
"""How long a queue keeps a message (template.yaml)."""
IN_FLIGHT_S = 30
"""Seconds that a question may still be asked of the table that answered before (the API's longest answer)."""
PURGE_S = 60
"""Seconds that SQS takes to throw a queue's messages away."""


class Screen(Protocol):
    """Where an operator sees how it goes."""

    def say(self, text: str) -> None:
        """Tell of a step."""

    def sent(self, number: int, of: int) -> None:
        """Show how many of the stored documents have been sent."""

    def waiting(self, number: int) -> None:
        """Show how many messages are still to be worked off."""


class StackReplay:
    """One stack's replay. `reach` returns the stack as it is now."""

    def __init__(
        self,
        reach: Callable[[], Deployed],
        screen: Screen,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._reach = reach
        self._screen = screen
        self._clock = clock
        self._sleep = sleep

    def run(self, *, swap_anyway: bool = False, waiting: int = 0) -> int:
        """Replay from where it stands to the end; return how many documents and articles were sent in all.

        `waiting` messages count as none: news that comes all the time never leaves the queues empty.

        Raises:
            BadUsage: the stack is of an older version, or its registry has not been moved yet.
            NotFound: no such stack.
            Unavailable: AWS does not answer; or documents ended as dead letters, and the tables are not swapped.
        """
        stack = self._reach()
        at = place.place_of(stack.store)
        if tables_of(stack.parameters).replay == "leaving":
            self._end(stack, at)
            return at.sent if at is not None else 0
        if tables_of(stack.parameters).replay == "none":
            self._begin(stack)
            stack = self._reach()
        at = place.place_of(stack.store)
        if at is None:
            raise Unavailable(f"stack {stack.name} is being replayed, and nothing tells how far: --abandon, then begin anew")
        at = self._send(stack, at)
        self._screen.say("waiting until all is worked off")
        wait_until_empty(_queues(stack), waiting=waiting, sleep=self._sleep, show=self._screen.waiting)
        if (count := _set_aside(stack, at)) and not swap_anyway:
            raise Unavailable(
                f"{count} message{'s were' if count != 1 else ' was'} set aside since the replay began, and the facts of old"
                f" go on answering: `tidings dlq list --stack {stack.name}` says why; `tidings dlq redrive QUEUE --stack"
                f" {stack.name}` when it is mended, then this command again. --swap-anyway does without; --abandon gives up"
            )
        self._screen.say("letting the new table answer")
        stack.change(tables.swapped(tables_of(stack.parameters)), self._sleep)
        self._end(self._reach(), at)
        return at.sent

    def abandon(self) -> int:
        """Have all as it was before the replay; return how many documents and articles of meanwhile were sent again.

        Raises:
            BadUsage: no replay is under way, or its new table answers already.
            NotFound: no such stack.
            Unavailable: AWS does not answer.
        """
        stack = self._reach()
        at, now = place.place_of(stack.store), tables_of(stack.parameters)
        if now.replay == "none":
            raise BadUsage(f"no replay of stack {stack.name} is under way")
        if now.replay == "leaving" and not (at and at.given_up):
            raise BadUsage(f"the replay of stack {stack.name} is all but over: run it again to end it")
        at = at or place.Place(began=self._clock() - KEPT, dead_letters={})
        place.keep(at.model_copy(update={"given_up": True}), stack.store)
        stack.change(tables.given_up(), self._sleep)
        return self._end(self._reach(), at.model_copy(update={"given_up": True}))

    # ---------------------------------------------------------------- the steps

    def _begin(self, stack: Deployed) -> None:
        if stack.keeps_registry_with_facts():
            raise BadUsage(f"the feeds of stack {stack.name} lie with its facts still: `make deploy` moves them")
        if (days := stack.parameters.get("RawRetentionDays", "0")) != "0":
            self._screen.say(f"documents are kept for {days} days: what older ones told will not be in the new table")
        now = self._clock()
        letters = {stage: stack.queue(f"{stage}DeadLetterQueue").depth() for stage in STAGES}
        under_way = any(queue.depth() for queue in [stack.queue("FeedsQueue"), *_queues(stack)])
        place.keep(place.Place(began=now, dead_letters=letters), stack.store)
        self._screen.say("making a table beside the one that answers")
        stack.change(tables.begun(now - UNDER_WAY if under_way else now), self._sleep)

    def _send(self, stack: Deployed, at: place.Place) -> place.Place:
        if at.all_sent:
            return at
        self._screen.say("sending what is stored" if not at.sent else f"sending the rest: {at.sent:,} were sent before")
        total = sum(1 for _ in stack.blobs.keys(keys.DOCUMENTS))
        beside = stack.facts(tables_of(stack.parameters).beside)
        for chunk in _chunks(key for key in stack.blobs.keys(keys.DOCUMENTS) if key > at.document):
            wait_for_room(_queues(stack), CROWD, sleep=self._sleep, show=self._screen.waiting)
            stack.queue("CleanQueue").send([clean_again(key) for key in chunk])
            at = at.model_copy(update={"document": chunk[-1], "sent": at.sent + len(chunk)})
            place.keep(at, stack.store)
            self._screen.sent(at.sent, total)
        for chunk in _chunks(key for key in stack.blobs.keys(keys.ARTICLES) if key > at.article):
            bodies = []
            for article in lone_articles(chunk, stack.store, stack.blobs):
                record_article(article, stack.blobs, beside)
                bodies.append(article_message(article, CorrelationId(article.article_id)))
            if bodies:
                wait_for_room(_queues(stack), CROWD, sleep=self._sleep, show=self._screen.waiting)
                stack.queue("ExtractQueue").send(bodies)
            at = at.model_copy(update={"article": chunk[-1], "sent": at.sent + len(bodies)})
            place.keep(at, stack.store)
        at = at.model_copy(update={"all_sent": True})
        place.keep(at, stack.store)
        return at

    def _end(self, stack: Deployed, at: place.Place | None) -> int:
        """Take the table away that neither answers nor is written any more."""
        sent = self._send_what_came_meanwhile(stack, at) if at is not None and at.given_up else 0
        beside = tables_of(stack.parameters).beside
        if stack.keeps_registry_with_facts(beside):
            raise BadUsage(
                f"{beside} of stack {stack.name} holds feeds or watches, and is left alone: `make deploy` moves them"
            )
        self._screen.say("taking the table away that does not answer")
        self._sleep(IN_FLIGHT_S)
        stack.drop_facts(beside)
        place.forget(stack.store)  # before the last step: what is left to do now, the parameters tell
        stack.change(tables.ended(), self._sleep)
        return sent

    def _send_what_came_meanwhile(self, stack: Deployed, at: place.Place) -> int:
        """Throw away what the replay has sent, and send again what the table that answers lacks.

        That is what waited with it, what was on its way when it began, and archives that came meanwhile with an old date.
        """
        self._screen.say("throwing away what waits, and sending again what has come since the replay began")
        for queue in _queues(stack):
            queue.purge()
        self._sleep(PURGE_S)
        since, sent = at.began - KEPT, 0
        for missing in _chunks(unpublished(stack.stored_since(since, keys.DOCUMENTS), stack.store)):
            stack.queue("CleanQueue").send([clean_again(key) for key in missing])
            sent += len(missing)
        for article in lone_articles(stack.stored_since(since, keys.ARTICLES), stack.store, stack.blobs):
            record_article(article, stack.blobs, stack.store)
            stack.queue("ExtractQueue").send([article_message(article, CorrelationId(article.article_id))])
            sent += 1
        return sent


class _Purged(Queue, Protocol):
    def purge(self) -> None: ...


def _queues(stack: Deployed) -> Sequence[_Purged]:
    return [stack.queue(f"{stage}Queue") for stage in STAGES]


def _set_aside(stack: Deployed, at: place.Place) -> int:
    """Return how many dead letters there are that were not there when the replay began."""
    found = {stage: stack.queue(f"{stage}DeadLetterQueue").depth() for stage in STAGES}
    return sum(max(0, count - at.dead_letters.get(stage, 0)) for stage, count in found.items())


def _chunks(found: Iterator[BlobKey]) -> Iterator[list[BlobKey]]:
    while chunk := list(islice(found, CHUNK)):
        yield chunk
