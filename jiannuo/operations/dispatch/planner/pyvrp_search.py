"""Search by PyVRP: goes on from a plan in the background.

PyVRP knows hard windows only. So a job whose due instant comes before the end of its window is put to it twice, of
which it may choose one: in time, and late for a price. A break is a visit of its own, at the place where the plan that
is improved takes it, which only that tour may make. What PyVRP finds is timed anew, breaks and lateness exactly, and
mended by insertion where that leaves a job out.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from pyvrp import (
    Client,
    ClientGroup,
    Depot,
    IteratedLocalSearchCallbacks,
    IteratedLocalSearchParams,
    Location,
    PenaltyParams,
    ProblemData,
    Route,
    Solution,
    SolveParams,
    VehicleType,
    solve,
)

from jiannuo.operations.dispatch.planner.insertion import insert, sound
from jiannuo.operations.dispatch.planner.instance import Instance, Routes

#: told the best cost found and the seconds that passed; answers whether to stop
Watch = Callable[[int, float], bool]
#: with more than so many cells of tables in all, memory is too dear (8 bytes a cell, two tables)
MOST_CELLS = 12_000_000

logging.getLogger("pyvrp").setLevel(logging.ERROR)


def fits(instance: Instance) -> bool:
    """Whether the tables of the problem fit into a modest memory."""
    if not instance.jobs or not instance.tours:
        return False
    size = 2 * len(instance.jobs) + 3 * len(instance.tours)
    return len(_profiles(instance)) * size * size <= MOST_CELLS


def search(
    instance: Instance, begun: Routes | None, seconds: float, watch: Watch | None = None, seed: int = 1
) -> Routes:
    """The best routes found in so many seconds, sound; ``begun`` when nothing better was found."""
    deadline = time.monotonic() + seconds
    model = _Model(instance, begun)
    left = deadline - time.monotonic()
    if left > 0:
        found = model.solve(left, begun, watch, seed)
        if begun is None or instance.total(found) < instance.total(begun):
            return found
    return begun if begun is not None else [[] for _tour in instance.tours]


def _profiles(instance: Instance) -> dict[tuple[object, ...], list[int]]:
    """Tours that may do the same jobs at the same cost share tables; a break makes a tour unlike all others."""
    allowed: list[list[int]] = [[] for _tour in instance.tours]
    for job, tours in enumerate(instance.allowed):
        for tour in tours:
            allowed[tour].append(job)
    found: dict[tuple[object, ...], list[int]] = {}
    for number, one in enumerate(instance.tours):
        own = tuple(instance.changed(job, number) for job in allowed[number]) if instance.has_extra else ()
        key = (tuple(allowed[number]), own, number if one.breaks else -1)
        found.setdefault(key, []).append(number)
    return found


class _Model:
    def __init__(self, instance: Instance, begun: Routes | None) -> None:
        self.instance = instance
        self.begun = begun
        self.clients: list[Client] = []
        #: what each client is: a job, or none for a break
        self.jobs: list[int | None] = []
        self.places: list[int] = []
        self.twins: dict[int, list[int]] = {}
        self.groups: list[ClientGroup] = []
        self.rests: list[list[int]] = [[] for _tour in instance.tours]
        for job in range(len(instance.jobs)):
            self._add_job(job)
        for number in range(len(instance.tours)):
            self._add_breaks(number)
        self.data = self._data()

    def _add_client(
        self,
        job: int | None,
        place: int,
        work: int,
        early: int,
        late: int,
        prize: int | None,
        group: int | None,
    ) -> int:
        """A visit; without a prize it must be made."""
        number = len(self.clients)
        self.clients.append(
            Client(
                location=number,
                service_duration=work,
                tw_early=early,
                tw_late=late,
                prize=prize or 0,
                required=prize is None,
                group=group,
            )
        )
        self.jobs.append(job)
        self.places.append(place)
        return number

    def _add_job(self, job: int) -> None:
        instance = self.instance
        early, late, due = instance.early[job], instance.late[job], instance.due[job]
        place, work, prize = instance.place[job], instance.work[job], instance.drop[job]
        end = max(instance.tours[tour].ends for tour in instance.allowed[job])
        late = min(late, end)
        if due >= late or due < early:
            self.twins[job] = [self._add_client(job, place, work, early, late, prize, None)]
            return
        group = len(self.groups)
        # Late by half an hour is what most late jobs are: priced so; exact lateness decides in the end.
        span = min(late - due, 60)
        price = min(prize - 1, round(instance.lateness[job] * span / 2))
        in_time = self._add_client(job, place, work, early, due, prize, group)
        belated = self._add_client(job, place, work, due, due + span, prize - price, group)
        self.twins[job] = [in_time, belated]
        self.groups.append(ClientGroup([in_time, belated], required=False))

    def _add_breaks(self, number: int) -> None:
        tour = self.instance.tours[number]
        route = self.begun[number] if self.begun is not None else []
        timed = self.instance.timing(number, route) if route else None
        for one in tour.breaks:
            place = tour.start
            if timed is not None:
                for job, start in zip(route, timed[1], strict=True):
                    if start + self.instance.work[job] <= one.latest:
                        place = self.instance.place[job]
            self.rests[number].append(
                self._add_client(
                    None, place, one.minutes, one.begins, max(one.begins, one.latest), None, None
                )
            )

    def _data(self) -> ProblemData:
        instance = self.instance
        depots: list[Depot] = []
        vehicles: list[VehicleType] = []
        places = list(self.places)
        depot_numbers: dict[int | None, int] = {}

        def depot(place: int | None) -> int:
            """The depot at a place; nowhere is a depot to which every way is free."""
            if place not in depot_numbers:
                depot_numbers[place] = len(depots)
                depots.append(Depot(location=len(places)))
                places.append(-1 if place is None else place)
            return depot_numbers[place]

        profiles = _profiles(instance)
        self.vehicle = [0] * len(instance.tours)
        for profile, tours in enumerate(profiles.values()):
            for number in tours:
                tour = instance.tours[number]
                self.vehicle[number] = len(vehicles)
                vehicles.append(
                    VehicleType(
                        start_depot=depot(tour.start),
                        end_depot=depot(tour.end),
                        tw_early=tour.begins,
                        tw_late=tour.ends,
                        profile=profile,
                    )
                )
        self.tour_of = {vehicle: tour for tour, vehicle in enumerate(self.vehicle)}
        distances, durations = self._tables(places, list(profiles.values()))
        return ProblemData(
            locations=[Location(0, 0) for _place in places],
            clients=self.clients,
            depots=depots,
            vehicle_types=vehicles,
            distance_matrices=distances,
            duration_matrices=durations,
            groups=self.groups,
        )

    def _tables(self, places: list[int], profiles: list[list[int]]) -> tuple[list[Any], list[Any]]:
        instance = self.instance
        rows = np.array(places)
        nowhere = rows < 0
        cost = np.array(instance.cost)[np.ix_(rows, rows)]
        minutes = np.array(instance.minutes)[np.ix_(rows, rows)]
        for table in (cost, minutes):
            table[nowhere, :] = 0
            table[:, nowhere] = 0
        distances, durations = [], []
        # Longer than any shift, and not so long that the searches' penalties lose their measure.
        long = max(tour.ends - tour.begins for tour in instance.tours) + 1
        far = 3 * int(cost.max()) + 1
        for tours in profiles:
            own = cost.copy()
            duration = minutes.copy()
            for client, job in enumerate(self.jobs):
                if job is None:
                    barred = client not in self.rests[tours[0]]
                else:
                    barred = tours[0] not in instance.allowed[job]
                    own[:, client] += instance.changed(job, tours[0])
                if barred:
                    own[:, client] = own[client, :] = far
                    duration[:, client] = duration[client, :] = long
            np.fill_diagonal(own, 0)
            np.fill_diagonal(duration, 0)
            distances.append(own)
            durations.append(duration)
        return distances, durations

    def _initial(self, begun: Routes) -> Solution:
        """The plan as PyVRP sees it; late jobs as their late twins, breaks where they fall."""
        routes = []
        for number, route in enumerate(begun):
            timed = self.instance.timing(number, route)
            if timed is None or (not route and not self.rests[number]):
                continue
            visits = []
            for job, start in zip(route, timed[1], strict=True):
                twins = self.twins[job]
                visits.append((start, twins[-1] if start > self.instance.due[job] else twins[0]))
            for rest, one in zip(self.rests[number], self.instance.tours[number].breaks, strict=True):
                before = [start for start, _visit in visits if start + 1 <= one.latest]
                visits.append((max([one.begins, *before]), rest))
            ordered = [visit for _start, visit in sorted(visits, key=lambda one: one[0])]
            routes.append(Route(self.data, ordered, self.vehicle[number]))
        return Solution(self.data, routes)

    def solve(self, seconds: float, begun: Routes | None, watch: Watch | None, seed: int) -> Routes:
        stop = _Stop(seconds, watch)
        keeper = _Keeper(self, begun)
        parameters = SolveParams(
            ils=IteratedLocalSearchParams(callbacks=keeper), penalty=PenaltyParams(max_penalty=1e7)
        )
        initial = self._initial(begun) if begun is not None else None
        result = solve(
            self.data,
            stop,
            seed,
            collect_stats=False,
            display=False,
            params=parameters,
            initial_solution=initial,
        )
        keeper.keep(result.best)
        return keeper.best

    def routes(self, solution: Solution) -> Routes:
        """A solution as routes, made sound, with what was left out inserted where it pays."""
        routes: Routes = [[] for _tour in self.instance.tours]
        for route in solution.routes():
            tour = self.tour_of[route.vehicle_type()]
            jobs = (self.jobs[one.idx] for one in route if one.is_client())
            routes[tour] = [job for job in jobs if job is not None and tour in self.instance.allowed[job]]
        return insert(self.instance, sound(self.instance, routes))


class _Stop:
    """Stops when the time is over or the watcher says so."""

    def __init__(self, seconds: float, watch: Watch | None) -> None:
        self.begin = time.monotonic()
        self.seconds = seconds
        self.watch = watch
        self.told = 0.0

    def __call__(self, best_cost: float) -> bool:
        passed = time.monotonic() - self.begin
        if passed >= self.seconds:
            return True
        if self.watch is not None and passed - self.told >= 0.25:
            self.told = passed
            return self.watch(int(best_cost), passed)
        return False


class _Keeper(IteratedLocalSearchCallbacks):
    """Times each of PyVRP's best plans anew, and keeps the one that is really best."""

    def __init__(self, model: _Model, begun: Routes | None) -> None:
        self.model = model
        self.best = begun if begun is not None else [[] for _tour in model.instance.tours]
        self.cost = model.instance.total(self.best)
        self.looked = 0.0

    def on_best(self, best: Solution) -> None:
        """Looks at a new best plan, at most four times a second."""
        now = time.monotonic()
        if now - self.looked >= 0.25:
            self.looked = now
            self.keep(best)

    def keep(self, solution: Solution) -> None:
        routes = self.model.routes(solution)
        cost = self.model.instance.total(routes)
        if cost < self.cost:
            self.best, self.cost = routes, cost
