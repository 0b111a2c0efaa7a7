"""A layered drawing of a graph without circles: which row, in which order, at which place. Plain geometry in inches.

Rows from causes to effects, edges only from a row to the next: an edge over several rows passes each of them through a
narrow slot of its own (a joint), so that no edge runs over a box.

References
----------
Sugiyama, Tagawa and Toda, Methods for visual understanding of hierarchical system structures, 1981.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from incident_analysis.errors import FrameError

Node = str | tuple[str, str, int]
_SWEEPS = 12


@dataclass(frozen=True)
class Layers:
    """Rows of nodes from top to bottom; a joint of the edge (a, b) in row r is the tuple (a, b, r).

    Parameters
    ----------
    rows : list of list of Node
    paths : dict from (a, b) to list of Node
        Every edge with its joints, from `a` to `b`.
    """

    rows: list[list[Node]]
    paths: dict[tuple[str, str], list[Node]]


def layers(edges: Mapping[str, Sequence[str]], *, last: Sequence[str] = (), most: int = 5) -> Layers:
    """Rows in which every edge leads downwards, at most `most` nodes each, with few crossings.

    Parameters
    ----------
    edges : mapping from every node to those it leads to
    last : sequence of str
        Nodes that stand at the foot (the effects), as far as nothing they lead to forbids it.

    Raises
    ------
    FrameError
        The edges run in a circle.

    Examples
    --------
    >>> layers({"a": ["b"], "b": ["c"], "c": []}).rows
    [['a'], ['b'], ['c']]
    """
    clean = {node: [t for t in dict.fromkeys(targets) if t in edges] for node, targets in edges.items()}
    depth = _longest(clean)
    foot = [node for node in clean if node in set(last) and not clean[node]]
    placed: dict[str, int] = {}
    level = 0
    waiting = [node for node in clean if node not in foot]
    for start in range(0, len(foot), most):
        placed |= dict.fromkeys(foot[start : start + most], level)
        level += 1
    while waiting:
        ready = [n for n in waiting if all(placed.get(t, level) < level for t in clean[n])]
        # What has the longest chain above it goes first: the drawing stays low.
        chosen = sorted(ready, key=lambda n: -depth[n])[:most]
        placed |= dict.fromkeys(chosen, level)
        waiting = [n for n in waiting if n not in chosen]
        level += 1
    rows: list[list[Node]] = [[n for n in clean if placed[n] == level - 1 - r] for r in range(level)]
    paths: dict[tuple[str, str], list[Node]] = {}
    for node, targets in clean.items():
        for target in targets:
            top, bottom = (level - 1 - placed[n] for n in (node, target))
            path: list[Node] = [node]
            for r in range(top + 1, bottom):
                path.append((node, target, r))
                rows[r].append(path[-1])
            paths[node, target] = [*path, target]
    return Layers(_ordered(rows, _links(paths)), paths)


def _longest(edges: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Edges on the longest way from above to each node."""
    depth = dict.fromkeys(edges, 0)
    incoming = dict.fromkeys(edges, 0)
    for targets in edges.values():
        for target in targets:
            incoming[target] += 1
    ready = [node for node, count in incoming.items() if count == 0]
    done = 0
    while ready:
        node = ready.pop()
        done += 1
        for target in edges[node]:
            depth[target] = max(depth[target], depth[node] + 1)
            incoming[target] -= 1
            if incoming[target] == 0:
                ready.append(target)
    if done < len(edges):
        circle = sorted(node for node, count in incoming.items() if count)
        raise FrameError(
            f"causes that lead to each other in a circle: {', '.join(circle[:6])}",
            remedy="take out the `leads_to` that points back",
            where="causes",
        )
    return depth


def _links(paths: Mapping[tuple[str, str], Sequence[Node]]) -> list[tuple[Node, Node]]:
    return [link for path in paths.values() for link in pairwise(path)]


def _ordered(rows: list[list[Node]], links: list[tuple[Node, Node]]) -> list[list[Node]]:
    """The rows with few crossings: barycentres, up and down, and exchanges of neighbours."""
    above: dict[Node, list[Node]] = {n: [] for row in rows for n in row}
    below: dict[Node, list[Node]] = {n: [] for row in rows for n in row}
    for a, b in links:
        below[a].append(b)
        above[b].append(a)
    best, fewest = [list(row) for row in rows], crossings(rows, links)
    now = [list(row) for row in rows]
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        toward = above if down else below
        for r in range(1, len(now)) if down else range(len(now) - 2, -1, -1):
            place = {n: i for i, n in enumerate(now[r - 1 if down else r + 1])}
            centre = {
                n: sum(place[m] for m in toward[n]) / len(toward[n]) if toward[n] else float(i)
                for i, n in enumerate(now[r])
            }
            now[r].sort(key=lambda n: centre[n])
        count = crossings(now, links)
        if count < fewest:
            best, fewest = [list(row) for row in now], count
    for row in best:
        for i in range(len(row) - 1):
            row[i], row[i + 1] = row[i + 1], row[i]
            count = crossings(best, links)
            if count < fewest:
                fewest = count
            else:
                row[i], row[i + 1] = row[i + 1], row[i]
    return best


def crossings(rows: Sequence[Sequence[Node]], links: Sequence[tuple[Node, Node]]) -> int:
    """How many pairs of links cross.

    Examples
    --------
    >>> crossings([["a", "b"], ["c", "d"]], [("a", "d"), ("b", "c")])
    1
    """
    place = {n: (r, i) for r, row in enumerate(rows) for i, n in enumerate(row)}
    by_row: dict[int, list[tuple[int, int]]] = {}
    for a, b in links:
        by_row.setdefault(place[a][0], []).append((place[a][1], place[b][1]))
    return sum(
        (a - c) * (b - d) < 0 for pairs in by_row.values() for n, (a, b) in enumerate(pairs) for c, d in pairs[:n]
    )


def places(found: Layers, width_of: Callable[[Node], float], *, width: float, gap: float = 0.12) -> dict[Node, float]:
    """The middle of each node, near those it is linked to, in order and without overlap.

    Parameters
    ----------
    width_of : callable
        Inches of a node; a row with its gaps fits into `width`.
    width : float
        Room in inches, from 0.
    """
    links = _links(found.paths)
    near: dict[Node, list[Node]] = {n: [] for row in found.rows for n in row}
    for a, b in links:
        near[a].append(b)
        near[b].append(a)
    x: dict[Node, float] = {}
    for row in found.rows:
        used = sum(width_of(n) for n in row) + gap * (len(row) - 1)
        left = (width - used) / 2
        for n in row:
            x[n] = left + width_of(n) / 2
            left += width_of(n) + gap
    for sweep in range(2 * _SWEEPS):
        order = found.rows if sweep % 2 == 0 else found.rows[::-1]
        for row in order:
            wished = [sum(x[m] for m in near[n]) / len(near[n]) if near[n] else x[n] for n in row]
            # A joint that gives way bends an edge; a box only moves.
            weights = [1.0 if isinstance(n, str) else 3.0 for n in row]
            for n, at in zip(row, _spread(wished, weights, [width_of(n) for n in row], width, gap), strict=True):
                x[n] = at
    # Nothing above says where the whole stands: in the middle.
    spare = width - max(x[n] + width_of(n) / 2 for n in x) - min(x[n] - width_of(n) / 2 for n in x)
    return {n: at + spare / 2 for n, at in x.items()}


def _spread(
    wished: Sequence[float], weights: Sequence[float], widths: Sequence[float], width: float, gap: float
) -> list[float]:
    """Middles in order, apart by their widths, inside the room, and nearest to what is wished (least squares)."""
    offsets = [0.0]
    for a, b in pairwise(widths):
        offsets.append(offsets[-1] + (a + b) / 2 + gap)
    low, high = widths[0] / 2, width - widths[-1] / 2 - offsets[-1]
    blocks: list[list[float]] = []
    # Pool adjacent violators: where two would overlap, both give way.
    for target, offset, weight in zip(wished, offsets, weights, strict=True):
        blocks.append([target - offset, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            value, heavy, count = blocks.pop()
            total = blocks[-1][1] + heavy
            blocks[-1] = [(blocks[-1][0] * blocks[-1][1] + value * heavy) / total, total, blocks[-1][2] + count]
    middles = [value for value, _, count in blocks for _ in range(int(count))]
    return [min(max(value, low), max(low, high)) + offset for value, offset in zip(middles, offsets, strict=True)]
