"""The two answers of planning: a first plan within about a second, and a better one from there on.

The first plan begins with the present one, as far as it can still be kept, or with best insertion, whichever is
cheaper; OR-Tools and ruin-and-recreate improve it. ``improve`` goes on in rounds of ruin-and-recreate, PyVRP and
OR-Tools, which stand still at different places. Whatever a search finds counts only if the independent scorer finds it
sound and cheaper.
"""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from jiannuo.operations.dispatch.planner import ortools_search, pyvrp_search, ruin
from jiannuo.operations.dispatch.planner.insertion import greedy, insert, sound
from jiannuo.operations.dispatch.planner.instance import Instance, Routes
from jiannuo.operations.dispatch.planner.model import Plan, Problem
from jiannuo.operations.dispatch.planner.scoring import BrokenPlan, Score, verified

logger = logging.getLogger(__name__)

#: told the best answer so far and the share of the time that is over; answers whether to stop
Progress = Callable[["Answer", float], bool]
#: the part of the first second that OR-Tools has
ORTOOLS_SHARE = 0.3
#: the part of it in which, re-planning, nothing that was told is moved
STILL_SHARE = 0.4
#: searches of one round and their shares of it
ROUND = (("ruin", 0.4), ("pyvrp", 0.2), ("ruin", 0.25), ("ortools", 0.15))
LONGEST_ROUND = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A sound plan, what it costs, and how many seconds it took."""

    plan: Plan
    score: Score
    seconds: float = 0.0


class _Best:
    """Keeps the cheapest sound plan; what the scorer refuses is noted and forgotten."""

    def __init__(self, problem: Problem, instance: Instance, routes: Routes) -> None:
        self.problem, self.instance = problem, instance
        self.begin = time.monotonic()
        plan = instance.plan(routes)
        self.routes, self.answer = routes, Answer(plan, verified(problem, plan))

    def offer(self, routes: Routes) -> bool:
        """Take the routes if they are sound and cheaper."""
        routes = sound(self.instance, routes)
        plan = self.instance.plan(routes)
        try:
            score = verified(self.problem, plan)
        except BrokenPlan as broken:
            logger.error("A search gave a plan that breaks rules: %s", broken)
            return False
        if score.cost >= self.answer.score.cost:
            return False
        self.routes, self.answer = routes, Answer(plan, score, time.monotonic() - self.begin)
        return True


def baseline(problem: Problem) -> Answer:
    """What a hurried person would do: the job due first to the nearest technician who can."""
    instance = Instance(problem)
    return _Best(problem, instance, greedy(instance)).answer


def as_kept(problem: Problem, present: Plan) -> Answer:
    """The present plan as it would really run: each day in its order, without what cannot be kept."""
    instance = Instance(problem)
    return _Best(problem, instance, sound(instance, instance.routes(present))).answer


def first_plan(problem: Problem, present: Plan | None = None, seconds: float = 0.9) -> Answer:
    """A good plan within the time, begun from the present one: moved is only what must be or pays.

    Raises BrokenPlan only if even the simplest plan breaks a rule, which would be a mistake of this program.
    """
    begin = time.monotonic()
    instance = Instance(problem)
    if present is not None and instance.has_present:
        # Begun from what people were told, not from a better plan that never was: only then few things move.
        best = _Best(problem, instance, insert(instance, sound(instance, instance.routes(present))))
        left = seconds - (time.monotonic() - begin)
        best.offer(_without_moving(instance, best.routes, left * STILL_SHARE))
    else:
        best = _Best(problem, instance, insert(instance, [[] for _tour in instance.tours]))
        best.offer(greedy(instance))
    left = seconds - (time.monotonic() - begin)
    if left > 0 and instance.jobs:
        best.offer(ortools_search.search(instance, best.routes, left * ORTOOLS_SHARE))
        left = seconds - (time.monotonic() - begin)
        if left > 0:
            best.offer(ruin.search(instance, best.routes, left))
    return Answer(best.answer.plan, best.answer.score, time.monotonic() - begin)


def _without_moving(instance: Instance, routes: Routes, seconds: float) -> Routes:
    """The best that can be had while told jobs stay with whoever has them: moves come only where that is dearer."""
    if seconds <= 0 or not instance.has_present:
        return routes
    still = copy.copy(instance)
    still.allowed = list(instance.allowed)
    for tour, route in enumerate(routes):
        key = instance.tours[tour].technician.key
        for job in route:
            own = instance.jobs[job]
            if own.told and own.present == key:
                still.allowed[job] = [
                    one for one in instance.allowed[job] if instance.tours[one].technician.key == key
                ]
    return ruin.search(still, routes, seconds)


def improve(
    problem: Problem, plan: Plan, seconds: float, progress: Progress | None = None, seed: int = 1
) -> Answer:
    """A plan at least as good as ``plan``, after so many seconds or when ``progress`` says to stop."""
    instance = Instance(problem)
    best = _Best(problem, instance, sound(instance, instance.routes(plan)))
    stopped = False
    turn = 0
    rounds = max(1, round(seconds / LONGEST_ROUND))

    def watch(_cost: int, _passed: float) -> bool:
        nonlocal stopped
        share = min(1.0, (time.monotonic() - best.begin) / seconds)
        stopped = stopped or (progress is not None and progress(best.answer, share))
        return stopped

    while not stopped and instance.jobs and turn < rounds * len(ROUND):
        name, share = ROUND[turn % len(ROUND)]
        left = seconds - (time.monotonic() - best.begin)
        if left <= 0.05:
            break
        last = turn == rounds * len(ROUND) - 1
        span = left if last else min(left, seconds / rounds * share)
        best.offer(_search(name, instance, best.routes, span, watch, seed + turn))
        watch(0, 0)
        turn += 1
    return Answer(best.answer.plan, best.answer.score, time.monotonic() - best.begin)


def _search(
    name: str, instance: Instance, routes: Routes, seconds: float, watch: ortools_search.Watch, seed: int
) -> Routes:
    if name == "ortools":
        return ortools_search.search(instance, routes, seconds, watch)
    if name == "pyvrp" and pyvrp_search.fits(instance):
        return pyvrp_search.search(instance, routes, seconds, watch, seed)
    return ruin.search(instance, routes, seconds, watch, seed)
