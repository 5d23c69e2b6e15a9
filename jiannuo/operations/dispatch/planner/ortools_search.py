"""Search by OR-Tools: the first answer within a second, begun from a plan that there is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from jiannuo.operations.dispatch.planner.instance import FOREVER, Instance, Routes

#: told the best cost found and the seconds that passed; answers whether to stop
Watch = Callable[[int, float], bool]


def search(instance: Instance, begun: Routes | None, seconds: float, watch: Watch | None = None) -> Routes:
    """The best routes found in so many seconds; ``begun`` itself when nothing better was found.

    Without ``begun`` OR-Tools builds its own beginning. Answers routes that may break a rule where a break falls
    otherwise than it believes; the caller checks them.
    """
    if not instance.jobs or not instance.tours:
        return begun or [[] for _tour in instance.tours]
    model = _Model(instance)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(max(10, round(seconds * 1000)))
    if watch is not None:
        model.watch(watch)
    return model.solve(begun, parameters) or begun or [[] for _tour in instance.tours]


class _Model:
    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        count, tours = len(instance.jobs), len(instance.tours)
        # Nodes: the jobs, then a start and an end for each tour.
        nodes = [*instance.place, *(tour.start for tour in instance.tours)]
        self.places = [*nodes, *(tour.end if tour.end is not None else -1 for tour in instance.tours)]
        self.manager = pywrapcp.RoutingIndexManager(
            count + 2 * tours,
            tours,
            list(range(count, count + tours)),
            list(range(count + tours, count + 2 * tours)),
        )
        self.routing = pywrapcp.RoutingModel(self.manager)
        self._costs()
        self._times()
        self._jobs()
        if instance.has_extra:
            self._changes()

    def _table(self, values: list[list[int]], work: list[int]) -> list[list[int]]:
        """A table by nodes; the way to nowhere costs nothing, work is done before leaving."""
        places = self.places
        free = [*work, *([0] * (len(places) - len(work)))]
        rows = []
        for here, extra in zip(places, free, strict=True):
            if here < 0:
                rows.append([0] * len(places))
            else:
                row = values[here]
                rows.append([(row[there] if there >= 0 else 0) + extra for there in places])
        return rows

    def _costs(self) -> None:
        callback = self.routing.RegisterTransitMatrix(self._table(self.instance.cost, []))
        self.routing.SetArcCostEvaluatorOfAllVehicles(callback)

    def _times(self) -> None:
        instance = self.instance
        self.horizon = max(tour.ends for tour in instance.tours)
        callback = self.routing.RegisterTransitMatrix(self._table(instance.minutes, instance.work))
        self.routing.AddDimension(callback, self.horizon, self.horizon, False, "time")
        self.time = self.routing.GetDimensionOrDie("time")
        solver = self.routing.solver()
        visits = [0] * self.routing.Size()
        for job, minutes in enumerate(instance.work):
            visits[self.manager.NodeToIndex(job)] = minutes
        for number, tour in enumerate(instance.tours):
            for index in (self.routing.Start(number), self.routing.End(number)):
                self.time.CumulVar(index).SetRange(tour.begins, tour.ends)
            breaks = [
                solver.FixedDurationIntervalVar(
                    one.begins, max(one.begins, one.latest), one.minutes, False, ""
                )
                for one in tour.breaks
            ]
            if breaks:
                self.time.SetBreakIntervalsOfVehicle(breaks, number, visits)

    def _jobs(self) -> None:
        instance = self.instance
        for job in range(len(instance.jobs)):
            index = self.manager.NodeToIndex(job)
            self.routing.AddDisjunction([index], instance.drop[job])
            tours = instance.allowed[job]
            if len(tours) < len(instance.tours):
                self.routing.VehicleVar(index).SetValues([-1, *tours])
            variable = self.time.CumulVar(index)
            low, high = instance.early[job], min(instance.late[job], self.horizon)
            variable.SetRange(min(low, self.horizon), high)
            if instance.due[job] < min(high, FOREVER):
                self.time.SetCumulVarSoftUpperBound(index, instance.due[job], round(instance.lateness[job]))

    def _changes(self) -> None:
        """What it costs that just this technician does a job: a length that each tour adds up."""
        instance = self.instance
        size = len(self.places)
        registered: dict[int, int] = {}
        callbacks = []
        for number, tour in enumerate(instance.tours):
            key = tour.technician.key
            if key not in registered:
                vector = [0] * size
                for job in range(len(instance.jobs)):
                    vector[job] = instance.changed(job, number)
                registered[key] = self.routing.RegisterUnaryTransitVector(vector)
            callbacks.append(registered[key])
        highest = sum(map(max, instance.extra)) + 1
        self.routing.AddDimensionWithVehicleTransits(callbacks, 0, highest, True, "change")
        self.routing.GetDimensionOrDie("change").SetSpanCostCoefficientForAllVehicles(1)

    def watch(self, watch: Watch) -> None:
        """Tell about each better plan, and stop when told to."""
        begin = time.monotonic()
        routing = self.routing

        def told() -> None:
            if watch(int(routing.CostVar().Max()), time.monotonic() - begin):
                routing.solver().FinishCurrentSearch()

        routing.AddAtSolutionCallback(told)

    def solve(self, begun: Routes | None, parameters: Any) -> Routes | None:
        self.routing.CloseModelWithParameters(parameters)
        found = None
        if begun is not None:
            start = self.routing.ReadAssignmentFromRoutes(begun, True)
            if start is not None:
                found = self.routing.SolveFromAssignmentWithParameters(start, parameters)
        else:
            found = self.routing.SolveWithParameters(parameters)
        return self._routes(found) if found is not None else None

    def _routes(self, assignment: Any) -> Routes:
        routes: Routes = []
        for tour in range(len(self.instance.tours)):
            route, index = [], assignment.Value(self.routing.NextVar(self.routing.Start(tour)))
            while not self.routing.IsEnd(index):
                route.append(self.manager.IndexToNode(index))
                index = assignment.Value(self.routing.NextVar(index))
            routes.append(route)
        return routes
