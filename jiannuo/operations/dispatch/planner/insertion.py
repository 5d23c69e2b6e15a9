"""Two ways of building a plan by hand: the baseline that a hurried person would follow, and best insertion."""

from __future__ import annotations

from collections.abc import Iterable

from jiannuo.operations.dispatch.planner.instance import FOREVER, Instance, Routes


def greedy(instance: Instance) -> Routes:
    """The baseline: the job due first goes to the end of the day of the nearest technician who can do it."""
    routes: Routes = [[] for _tour in instance.tours]
    for job in sorted(
        range(len(instance.jobs)), key=lambda one: (instance.due[one], instance.late[one], one)
    ):
        place = instance.place[job]

        def nearness(tour: int, place: int = place) -> int:
            route = routes[tour]
            here = instance.place[route[-1]] if route else instance.tours[tour].start
            return instance.minutes[here][place]

        for tour in sorted(instance.allowed[job], key=nearness):
            if instance.timing(tour, [*routes[tour], job]) is not None:
                routes[tour].append(job)
                break
    return routes


def insert(instance: Instance, routes: Routes, jobs: Iterable[int] | None = None) -> Routes:
    """Put the jobs that are in no route where they cost least, the most costly to leave out first."""
    done = {job for route in routes for job in route}
    waiting = [job for job in (range(len(instance.jobs)) if jobs is None else jobs) if job not in done]
    waiting.sort(
        key=lambda job: (
            -instance.drop[job],
            len(instance.allowed[job]),
            min(instance.due[job], instance.late[job]),
        )
    )
    costs = [(instance.timing(tour, route) or (FOREVER * 1000, []))[0] for tour, route in enumerate(routes)]
    for job in waiting:
        best = instance.drop[job]
        chosen: tuple[int, list[int], int] | None = None
        for tour in instance.allowed[job]:
            base = instance.changed(job, tour)
            for detour, position in _detours(instance, tour, routes[tour], job):
                if detour + base >= best:
                    break
                route = [*routes[tour][:position], job, *routes[tour][position:]]
                timed = instance.timing(tour, route)
                if timed is not None and timed[0] - costs[tour] + base < best:
                    best = timed[0] - costs[tour] + base
                    chosen = tour, route, timed[0]
        if chosen is not None:
            tour, route, cost = chosen
            routes[tour], costs[tour] = route, cost
    return routes


def _detours(instance: Instance, tour: int, route: list[int], job: int) -> list[tuple[int, int]]:
    """What a visit between each two neighbours costs on the road, the cheapest first."""
    own, place, cost = instance.tours[tour], instance.place[job], instance.cost
    stations = [own.start, *(instance.place[one] for one in route)]
    found = []
    for position, here in enumerate(stations):
        there = stations[position + 1] if position + 1 < len(stations) else own.end
        detour = cost[here][place]
        if there is not None:
            detour += cost[place][there]
            if route:
                detour -= cost[here][there]
        found.append((detour, position))
    found.sort()
    return found


def sound(instance: Instance, routes: Routes) -> Routes:
    """The routes without what cannot be kept: of a day that breaks a rule as few jobs as a simple look finds."""
    made: Routes = [[] for _tour in instance.tours]
    for tour, route in enumerate(routes):
        if instance.timing(tour, route) is not None:
            made[tour] = list(route)
            continue
        kept: list[int] = []
        for job in sorted(route, key=lambda one: (-_hold(instance, one), route.index(one))):
            tried = sorted([*kept, job], key=route.index)
            if instance.timing(tour, tried) is not None:
                kept = tried
        made[tour] = kept
    return made


def _hold(instance: Instance, job: int) -> float:
    """How much a job should stay where it is: locked ones first, then by what it costs to move or drop them."""
    own = instance.jobs[job]
    return (10**12 if own.locked is not None else 0) + instance.move[job] * 1000 + instance.drop[job]
