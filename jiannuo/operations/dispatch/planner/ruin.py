"""Ruin and recreate: takes neighbouring strings of jobs out of a plan and puts everything that is out back again.

After Christiaens and Vanden Berghe, Slack Induction by String Removals (Transportation Science 54, 2020). It works on
the exact timing of the instance, with lateness, breaks and changes, and so mends what the others see only roughly.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from random import Random

from jiannuo.operations.dispatch.planner.instance import Instance, Routes

#: told the best cost found and the seconds that passed; answers whether to stop
Watch = Callable[[int, float], bool]
LONGEST_STRING = 8
USUAL_REMOVED = 10
#: a tour as it was: route, cost, beginnings, latest beginnings
Kept = tuple[list[int], int, list[int], list[int]]
#: how often a position is overlooked, so that insertions differ
BLINK = 0.02
#: the first temperature as a share of the cost
HOT = 0.004


def search(
    instance: Instance, begun: Routes, seconds: float, watch: Watch | None = None, seed: int = 1
) -> Routes:
    """The best routes found in so many seconds, from sound ones; never worse than those."""
    return _Search(instance, begun, seed).run(seconds, watch) if instance.jobs else begun


class _Search:
    def __init__(self, instance: Instance, begun: Routes, seed: int) -> None:
        self.instance = instance
        self.random = Random(seed)  # noqa: S311 - a search, no secret
        self.routes = [list(route) for route in begun]
        self.starts: list[list[int]] = [[] for _tour in instance.tours]
        self.latest: list[list[int]] = [[] for _tour in instance.tours]
        self.costs = [self._time(tour, route) for tour, route in enumerate(self.routes)]
        self.where = {job: tour for tour, route in enumerate(self.routes) for job in route}
        self.out = [job for job in range(len(instance.jobs)) if job not in self.where]
        count = len(instance.jobs)
        self.near: dict[int, list[int]] = {}
        self.count = count

    def _time(self, tour: int, route: list[int]) -> int:
        """The cost of a route; notes when its jobs begin, and the latest at which they still may."""
        timed = self.instance.timing(tour, route)
        if timed is None:
            raise ValueError("an unsound route")
        self._note(tour, route, timed[1])
        return timed[0] + self._moves(tour, route)

    def _note(self, tour: int, route: list[int], starts: list[int]) -> None:
        instance, own = self.instance, self.instance.tours[tour]
        self.starts[tour] = starts
        latest = own.ends
        there = own.end
        found = []
        for job in reversed(route):
            place, work = instance.place[job], instance.work[job]
            latest -= work + (instance.minutes[place][there] if there is not None else 0)
            if latest > instance.late[job]:
                latest = instance.late[job]
            found.append(latest)
            there = place
        found.reverse()
        self.latest[tour] = found

    def _neighbours(self, job: int) -> list[int]:
        if job not in self.near:
            row, place = self.instance.cost[self.instance.place[job]], self.instance.place
            self.near[job] = sorted(range(self.count), key=lambda other: row[place[other]])[:60]
        return self.near[job]

    def run(self, seconds: float, watch: Watch | None) -> Routes:
        begin = time.monotonic()
        now_cost = sum(self.costs) + sum(self.instance.drop[job] for job in self.out)
        best, best_cost = [list(route) for route in self.routes], now_cost
        hot = max(1.0, HOT * now_cost)
        temperature, passed, told = hot, 0.0, 0.0
        while passed < seconds:
            undo_routes, undo_out = self._ruin()
            self._recreate(undo_routes, set(undo_out))
            cost = sum(self.costs) + sum(self.instance.drop[job] for job in self.out)
            if (
                cost < now_cost - temperature * math.log(self.random.random() or 1e-9)
                and cost - now_cost < hot * 9
            ):
                now_cost = cost
                if cost < best_cost:
                    best, best_cost = [list(route) for route in self.routes], cost
            else:
                self._restore(undo_routes, undo_out)
            passed = time.monotonic() - begin
            temperature = hot * (0.005 ** min(1.0, passed / seconds))
            if watch is not None and passed - told >= 0.25:
                told = passed
                if watch(best_cost, passed):
                    break
        return best

    def _ruin(self) -> tuple[dict[int, Kept], list[int]]:
        """Takes strings out of routes near a job; answers what they were."""
        random = self.random
        undo: dict[int, Kept] = {}
        undo_out = list(self.out)
        routes = [route for route in self.routes if route]
        usual = sum(map(len, routes)) / max(1, len(routes))
        longest = min(LONGEST_STRING, usual)
        most = 4 * USUAL_REMOVED / (1 + longest) - 1
        strings = math.floor(random.uniform(1, most + 1))
        for job in self._neighbours(random.randrange(self.count)):
            if len(undo) >= strings:
                break
            tour = self.where.get(job)
            if tour is None or tour in undo:
                continue
            route = self.routes[tour]
            length = math.floor(random.uniform(1, min(len(route), longest) + 1))
            position = route.index(job)
            first = random.randint(max(0, position - length + 1), min(position, len(route) - length))
            undo[tour] = self._keep(tour)
            taken = route[first : first + length]
            self.routes[tour] = route[:first] + route[first + length :]
            self.costs[tour] = self._time(tour, self.routes[tour])
            for one in taken:
                del self.where[one]
            self.out += taken
        return undo, undo_out

    def _recreate(self, undo: dict[int, Kept], before: set[int]) -> None:
        instance, random = self.instance, self.random
        out = self.out
        random.shuffle(out)
        order = random.random()
        if order < 0.3:
            out.sort(key=lambda job: -instance.drop[job])
        elif order < 0.6:
            out.sort(key=lambda job: -instance.drop[job] / (instance.work[job] + 20))
        elif order < 0.8:
            out.sort(key=lambda job: (-instance.drop[job], min(instance.due[job], instance.late[job])))
        left = []
        for job in out:
            # A job that found no room before can only find some where something changed.
            allowed = instance.allowed[job]
            found = self._best(job, [tour for tour in allowed if tour in undo] if job in before else allowed)
            if found is None:
                left.append(job)
                continue
            tour, route, cost, starts = found
            if tour not in undo:
                undo[tour] = self._keep(tour)
            self.routes[tour], self.costs[tour], self.where[job] = route, cost, tour
            self._note(tour, route, starts)
        self.out = left

    def _best(  # noqa: C901 - the innermost loop: calls would double its time
        self, job: int, tours: list[int]
    ) -> tuple[int, list[int], int, list[int]] | None:
        """The cheapest place for a job: tour, route, cost, beginnings; nothing where leaving it out is cheaper."""
        instance, blink = self.instance, self.random.random
        best, chosen = instance.drop[job], None
        place, cost, places, minutes = instance.place[job], instance.cost, instance.place, instance.minutes
        work, early, late = instance.work[job], instance.early[job], instance.late[job]
        due, lateness = instance.due[job], instance.lateness[job]
        for tour in tours:
            own, route = instance.tours[tour], self.routes[tour]
            starts, latest = self.starts[tour], self.latest[tour]
            base = instance.changed(job, tour) if instance.has_extra else 0
            here, free = own.start, own.begins
            count = len(route)
            for position in range(count + 1):
                if position:
                    before = route[position - 1]
                    here, free = places[before], starts[position - 1] + instance.work[before]
                start = free + minutes[here][place]
                if start < early:
                    start = early
                if start > late:
                    break
                if position < count:
                    there: int | None = places[route[position]]
                    bound = latest[position]
                else:
                    there, bound = own.end, own.ends
                detour: float = base + cost[here][place]
                if start > due:
                    detour += (start - due) * lateness
                after = start + work
                if there is not None:
                    after += minutes[place][there]
                    detour += cost[place][there] - (cost[here][there] if route else 0)
                if detour >= best or after > bound or blink() < BLINK:
                    continue
                tried = [*route[:position], job, *route[position:]]
                timed = instance.timing(tour, tried)
                if timed is None:
                    continue
                whole = timed[0] + self._moves(tour, tried)
                if whole - self.costs[tour] < best:
                    best, chosen = whole - self.costs[tour], (tour, tried, whole, timed[1])
        return chosen

    def _moves(self, tour: int, route: list[int]) -> int:
        return sum(self.instance.changed(job, tour) for job in route) if self.instance.has_extra else 0

    def _keep(self, tour: int) -> Kept:
        return self.routes[tour], self.costs[tour], self.starts[tour], self.latest[tour]

    def _restore(self, routes: dict[int, Kept], out: list[int]) -> None:
        for tour, kept in routes.items():
            for job in self.routes[tour]:
                self.where.pop(job, None)
            self.routes[tour], self.costs[tour], self.starts[tour], self.latest[tour] = kept
        for tour in routes:
            for job in self.routes[tour]:
                self.where[job] = tour
        self.out = out
