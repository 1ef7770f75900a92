"""From mentions to events: each mention joins the event of the mention that it matches best, or leads one of its own.

Mentions stand in an order of rank (`profiles.rank_of`): those that say most first, the rest at random. One that matches no
leader of a lesser rank leads; any other follows the leader that it matches best. So every mention of an event was compared
with the event's leader itself, and nothing is chained together over weak links; and the result is a function of the set of
mentions, because each decision rests on those of lesser rank only. It is the PIVOT algorithm for correlation clustering
(Ailon, Charikar and Newman 2008, "Aggregating inconsistent information"), of which it is known that in random order a change
of one mention changes few decisions on average (Censor-Hillel, Haramaty and Karnin 2016, "Optimal dynamic distributed MIS").
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping

from tidings.ids import MentionId
from tidings.publish.blocking import blocks_of
from tidings.publish.matching import Match, compare
from tidings.publish.profiles import Profile

MOST_LEADERS = 16
"""Leaders of a block, of least rank, with which a mention is compared: a bound on its work."""


def best_leader(mention: Profile, leaders: Iterable[Profile]) -> tuple[Profile, Match] | None:
    """Return the leader that a mention follows and why, None if it leads itself; `leaders` may hold any number twice."""
    best: tuple[Profile, Match] | None = None
    for leader in leaders:
        if leader.rank >= mention.rank:
            continue
        match = compare(mention, leader)
        if match.same and (best is None or (-match.score, leader.rank) < (-best[1].score, best[0].rank)):
            best = leader, match
    return best


def clusters(mentions: Mapping[MentionId, Profile]) -> dict[MentionId, list[MentionId]]:
    """Return the mentions of each event, leaders first, by the leader: what the store comes to, in memory."""
    blocks: dict[str, list[str]] = {}
    found: dict[MentionId, list[MentionId]] = {}
    for one in sorted(mentions.values(), key=lambda m: m.rank):
        keys = blocks_of(one)
        near = {rank for key in keys for name in key.near for rank in blocks.get(name, ())[:MOST_LEADERS] if rank < one.rank}
        best = best_leader(one, (mentions[MentionId(rank[2:])] for rank in sorted(near)))
        if best is not None:
            found[best[0].mention_id].append(one.mention_id)
            continue
        found[one.mention_id] = [one.mention_id]
        for key in keys:
            bisect.insort(blocks.setdefault(key.own, []), one.rank)
    return found
