"""Gates of many events as binary decision diagrams: exact where there are too many combinations to look at each.

A diagram asks for one event after the other and joins what ends alike. The probability, and what each event changes in
it, are sums over the diagram; the smallest sets that suffice come from the diagram too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from incident_analysis.errors import MethodError
from incident_analysis.register import GateNode

#: A diagram that needs more nodes is refused.
MOST_NODES = 500_000
#: So many smallest sets are listed at most.
MOST_SETS = 1000


class Diagram:
    """A gate as an ordered diagram of its events.

    Parameters
    ----------
    gate : GateNode

    References
    ----------
    Bryant, Graph-based algorithms for Boolean function manipulation, IEEE Transactions on Computers 35, 1986.
    Rauzy, New algorithms for fault trees analysis, Reliability Engineering & System Safety 40, 1993.
    """

    def __init__(self, gate: GateNode) -> None:
        self.names: Sequence[str] = gate.names
        self._place = {name: i for i, name in enumerate(self.names)}
        # Nodes 0 and 1 are the two ends; a node is (place of its event, if it does not come, if it comes).
        self._nodes: list[tuple[int, int, int]] = [(len(self.names), 0, 0), (len(self.names), 1, 1)]
        self._known: dict[tuple[int, int, int], int] = {}
        self._chosen: dict[tuple[int, int, int], int] = {}
        self._top = self._of(gate)

    def probability(self, chances: Mapping[str, float]) -> float:
        """Probability of the gate, its events being independent."""
        return self._up(chances)[self._top]

    def changes(self, chances: Mapping[str, float]) -> dict[str, float]:
        """What each event changes: the gate's probability if it comes, less that if it does not."""
        up = self._up(chances)
        reached = {self._top: 1.0}
        found = dict.fromkeys(self.names, 0.0)
        # A node stands after all that lead to it when nodes go by their event.
        for node in sorted(up, key=lambda n: self._nodes[n][0]):
            if node < 2 or node not in reached:
                continue
            place, low, high = self._nodes[node]
            name = self.names[place]
            found[name] += reached[node] * (up[high] - up[low])
            p = chances[name]
            reached[low] = reached.get(low, 0.0) + reached[node] * (1 - p)
            reached[high] = reached.get(high, 0.0) + reached[node] * p
        return found

    def cut_sets(self) -> tuple[list[tuple[str, ...]], bool]:
        """The smallest sets that suffice, and whether there are more than are listed; for gates without `not`."""
        top = self._minimal(self._top, {}, {})
        sets = []
        for one in self._paths(top):
            sets.append(tuple(self.names[i] for i in one))
            if len(sets) > MOST_SETS:
                return sorted(sets[:MOST_SETS], key=lambda s: (len(s), s)), True
        return sorted(sets, key=lambda s: (len(s), s)), False

    def _up(self, chances: Mapping[str, float]) -> dict[int, float]:
        found = {0: 0.0, 1: 1.0}
        # Nodes are made from the bottom up, so what a node leads to stands before it.
        for node in range(2, len(self._nodes)):
            place, low, high = self._nodes[node]
            if low in found and high in found and place < len(self.names):
                p = chances[self.names[place]]
                found[node] = (1 - p) * found[low] + p * found[high]
        return found

    def _node(self, place: int, low: int, high: int) -> int:
        if low == high:
            return low
        key = (place, low, high)
        if key not in self._known:
            if len(self._nodes) > MOST_NODES:
                raise MethodError(
                    f"a gate of {len(self.names)} events needs more than {MOST_NODES:,} nodes",
                    remedy="gather events that belong together into one, with its own probability",
                    where="gate",
                )
            self._known[key] = len(self._nodes)
            self._nodes.append(key)
        return self._known[key]

    def _choose(self, test: int, then: int, other: int) -> int:
        """The function that is `then` where `test` holds, else `other`."""
        if test < 2:
            return then if test else other
        if then == other:
            return then
        if (then, other) == (1, 0):
            return test
        key = (test, then, other)
        if key not in self._chosen:
            place = min(self._nodes[n][0] for n in key)
            low, high = (self._choose(*(self._half(n, place, side) for n in key)) for side in (1, 2))
            self._chosen[key] = self._node(place, low, high)
        return self._chosen[key]

    def _half(self, node: int, place: int, side: int) -> int:
        return self._nodes[node][side] if self._nodes[node][0] == place else node

    def _of(self, member: str | GateNode) -> int:
        if isinstance(member, str):
            return self._node(self._place[member], 0, 1)
        parts = [self._of(one) for one in member.members]
        if member.kind == "not":
            return self._choose(parts[0], 0, 1)
        needed = {"any_of": 1, "all_of": len(parts)}.get(member.kind, member.at_least or 1)
        # counts[k]: at least k of the members looked at so far.
        counts = [1] + [0] * needed
        for part in parts:
            counts = [1] + [self._choose(part, counts[k - 1], counts[k]) for k in range(1, needed + 1)]
        return counts[needed]

    def _minimal(self, node: int, seen: dict[int, int], left: dict[tuple[int, int], int]) -> int:
        """Rauzy's reduction to the smallest solutions; what it gives is read as sets, not as a function."""
        if node < 2:
            return node
        if node not in seen:
            place, low, high = self._nodes[node]
            small, large = self._minimal(low, seen, left), self._minimal(high, seen, left)
            seen[node] = self._set(place, small, self._without(large, small, left))
        return seen[node]

    def _without(self, sets: int, others: int, left: dict[tuple[int, int], int]) -> int:
        """The sets that hold none of the others."""
        if sets == 0 or others == 1:
            return 0
        if others == 0 or sets == 1:
            return sets
        key = (sets, others)
        if key not in left:
            (a, low, high), (b, other_low, other_high) = self._nodes[sets], self._nodes[others]
            if a < b:
                made = self._set(a, self._without(low, others, left), self._without(high, others, left))
            elif a > b:
                made = self._without(sets, other_low, left)
            else:
                both = self._without(self._without(high, other_high, left), other_low, left)
                made = self._set(a, self._without(low, other_low, left), both)
            left[key] = made
        return left[key]

    def _set(self, place: int, low: int, high: int) -> int:
        """A node of sets: without any set that holds the event it is left out."""
        if high == 0:
            return low
        key = (place, low, high)
        if key not in self._known:
            self._known[key] = len(self._nodes)
            self._nodes.append(key)
        return self._known[key]

    def _paths(self, node: int) -> Iterator[tuple[int, ...]]:
        if node == 1:
            yield ()
        elif node > 1:
            place, low, high = self._nodes[node]
            for rest in self._paths(high):
                yield (place, *rest)
            yield from self._paths(low)
