"""The planner: nothing breaks a hard rule; reasons; what is told stays; searches begin from the present plan."""

from __future__ import annotations

import dataclasses
from random import Random

import pytest

from jiannuo.operations.dispatch.planner import (
    Break,
    Costs,
    Grant,
    Job,
    Licence,
    Locked,
    Place,
    Plan,
    Problem,
    Road,
    RoadTable,
    Shift,
    SpeedTable,
    Stop,
    Technician,
    Zone,
    baseline,
    check,
    first_plan,
    improve,
    model,
    ortools_search,
    pyvrp_search,
    score,
    solving,
)
from jiannuo.operations.dispatch.planner.insertion import insert
from jiannuo.operations.dispatch.planner.instance import Instance
from jiannuo.operations.dispatch.planner.travel import point_of

DAY = 24 * 60
HOME = Place(30.25, 120.17)
TRAVEL = SpeedTable(speed=35, handling=3, detour=1)


def place(north, east=0):
    """A place so many kilometres from home."""
    return Place(30.25 + north / 111.195, 120.17 + east / 96.05)


def job(key, north=1, **fields):
    return Job(**{"key": key, "place": place(north), "minutes": 60, **fields})


def technician(key, *skills, **fields):
    values = {
        "skills": tuple(Grant(path) for path in skills),
        "shifts": (Shift(8 * 60, 18 * 60),),
        "start": HOME,
        "end": HOME,
        **fields,
    }
    return Technician(key, **values)


def holder(key, *licences, **fields):
    """A technician with certificates."""
    return technician(key, licences=licences, **fields)


def problem(jobs, technicians, **fields):
    return Problem(tuple(jobs), tuple(technicians), TRAVEL, **fields)


def some_problem(seed):
    """A small instance with every rule there is."""
    random = Random(seed)
    people = []
    for key in range(1, random.randint(2, 5)):
        shifts = []
        for day in range(random.randint(1, 2)):
            begins = day * DAY + random.choice((480, 510, 720))
            ends = day * DAY + random.choice((1020, 1080))
            lunch = (Break(day * DAY + 690, day * DAY + 810, 45),) if begins < day * DAY + 690 else ()
            away = (Break(day * DAY + 900, day * DAY + 930, 30),) if random.random() < 0.3 else ()
            shifts.append(Shift(begins, ends, lunch + away))
        grants = tuple(Grant(path, random.choice((None, 1100, 3000))) for path in random.sample("abc", 2))
        home = place(random.uniform(-20, 20), random.uniform(-20, 20))
        people.append(Technician(key, grants, tuple(shifts), home, random.choice((home, None))))
    jobs = []
    for key in range(1, random.randint(6, 16)):
        opens = random.choice((0, DAY)) + random.randrange(480, 1000, 15)
        window = (opens, opens + random.choice((60, 120))) if random.random() < 0.5 else None
        present = random.choice([None, *(one.key for one in people)])
        jobs.append(
            Job(
                key=key,
                place=place(random.uniform(-30, 30), random.uniform(-30, 30))
                if random.random() < 0.97
                else None,
                minutes=random.randrange(20, 121, 5),
                skill=random.choice(("a", "a/x", "b", "c/y/z", "")),
                window=window,
                due=random.choice((None, opens, opens + 60)),
                weight=random.choice((1, 2, 4, 8)),
                earliest=random.choice((0, 0, 600)),
                present=present,
                told=present is not None and window is not None,
                locked=Locked(random.choice(people).key, opens) if random.random() < 0.1 else None,
            )
        )
    return with_certificates(with_areas(problem(jobs, people), Random(seed + 5000)), Random(seed + 9000))


def with_certificates(given, random):
    """The problem with certificates: most people hold some, for ever or for a time; two jobs in five ask."""
    spans = ((None, None), (0, 1100), (DAY, None), (-500, 3000))
    jobs = [
        dataclasses.replace(
            one, certificates=random.choice(((), (), (), ("electric",), ("electric", "height")))
        )
        for one in given.jobs
    ]
    people = [
        dataclasses.replace(
            one,
            licences=tuple(
                Licence(kind, *random.choice(spans))
                for kind in ("electric", "height")
                if random.random() < 0.7
            ),
        )
        for one in given.technicians
    ]
    return dataclasses.replace(given, jobs=tuple(jobs), technicians=tuple(people))


def with_areas(given, random):
    """The problem with divisions and areas: a third of the people keep to theirs, a third leave them for a cost."""
    jobs = [
        dataclasses.replace(
            one,
            place=one.place and dataclasses.replace(one.place, division=random.choice(("3301", "3302", ""))),
        )
        for one in given.jobs
    ]
    people = [
        dataclasses.replace(
            one, areas=random.choice(((), ("3301",), ("3301", "3302"))), bound=random.random() < 0.5
        )
        for one in given.technicians
    ]
    return dataclasses.replace(given, jobs=tuple(jobs), technicians=tuple(people))


@pytest.mark.sqlite
@pytest.mark.parametrize("part", range(8))
def test_no_rule_is_broken_on_200_random_instances(part):
    for seed in range(part * 25, part * 25 + 25):
        given = some_problem(seed)
        hurried = baseline(given)
        first = first_plan(given, seconds=0.03)
        better = improve(given, first.plan, 0.04, seed=seed)
        for answer in (hurried, first, better):
            assert check(given, answer.plan) == [], seed
            assert score(given, answer.plan) == answer.score
        assert better.score.cost <= first.score.cost <= hurried.score.cost + 1e-6, seed


@pytest.mark.sqlite
@pytest.mark.parametrize("search", [ortools_search.search, pyvrp_search.search])
def test_each_search_alone_keeps_the_rules(search):
    for seed in range(12):
        given = some_problem(1000 + seed)
        instance = Instance(given)
        begun = insert(instance, [[] for _tour in instance.tours])

        routes = search(instance, begun, 0.05)

        if all(instance.timing(tour, route) is not None for tour, route in enumerate(routes)):
            assert check(given, instance.plan(routes)) == [], seed


@pytest.mark.parametrize(
    ("one", "people", "reason"),
    [
        (job(1, skill="a/b"), [technician(1, "b")], model.NO_SKILL),
        (job(1, skill="a/b"), [technician(1, "a/bc")], model.NO_SKILL),
        (job(1, skill="a/b"), [technician(1, skills=(Grant("a", 400),))], model.CERTIFICATE),
        (job(1, certificates=("height",)), [technician(1)], model.UNCERTIFIED),
        (job(1, certificates=("height",)), [holder(1, Licence("height", until=17 * 60))], model.UNCERTIFIED),
        (job(1, certificates=("height",)), [holder(1, Licence("height", since=9 * 60))], model.UNCERTIFIED),
        (job(1, certificates=("height",)), [technician(1, shifts=())], model.NO_SHIFT),
        (job(1, skill="a", certificates=("height",)), [holder(1, Licence("height"))], model.NO_SKILL),
        (job(1, skill="a"), [technician(1, "a", shifts=())], model.NO_SHIFT),
        (job(1, window=(300, 400)), [technician(1)], model.WINDOW),
        (job(1, earliest=1200), [technician(1)], model.OUTSIDE_SHIFT),
        (job(1, north=400), [technician(1)], model.TOO_FAR),
        (job(1, minutes=700), [technician(1)], model.TOO_FAR),
        (dataclasses.replace(job(1), place=None), [technician(1)], model.NO_PLACE),
        (job(1, locked=Locked(2, 600)), [technician(1)], model.LOCKED),
        (job(1), [], model.NO_SHIFT),
    ],
)  # fmt: skip
def test_a_job_that_nobody_can_do_is_explained(one, people, reason):
    answer = first_plan(problem([one], people), seconds=0.02)

    assert [left.reason for left in answer.plan.unassigned] == [reason]


def test_more_work_than_hours_leaves_the_least_urgent_out():
    jobs = [job(key, minutes=200, weight=8 if key < 3 else 1) for key in range(1, 6)]

    answer = first_plan(problem(jobs, [technician(1)]), seconds=0.1)

    assert {stop.job for stop in answer.plan.stops} >= {1, 2}
    assert {left.reason for left in answer.plan.unassigned} == {model.CAPACITY}


def test_lunch_is_kept_free_and_a_lock_stays():
    lunch = technician(1, shifts=(Shift(480, 1080, (Break(690, 810, 45),)),))
    jobs = [job(1, locked=Locked(1, 700)), *(job(key, minutes=80) for key in range(2, 6))]

    answer = improve(problem(jobs, [lunch]), first_plan(problem(jobs, [lunch]), seconds=0.1).plan, 0.3)

    assert next(stop.start for stop in answer.plan.stops if stop.job == 1) == 700
    assert not answer.plan.unassigned


def present_plan(given):
    """A plan that was told: each job begins within its window, at who has it."""
    answer = first_plan(given, seconds=0.3)
    told = {stop.job: stop for stop in answer.plan.stops}
    jobs = tuple(
        dataclasses.replace(
            one,
            present=told[one.key].technician,
            told=True,
            window=(told[one.key].start, told[one.key].start + 60),
        )
        for one in given.jobs
        if one.key in told
    )
    return dataclasses.replace(given, jobs=jobs), answer.plan


def day_of(count, people):
    random = Random(7)
    jobs = [
        job(key, random.uniform(-15, 15), minutes=random.randrange(30, 80, 5)) for key in range(1, count + 1)
    ]
    return problem(jobs, [technician(key) for key in range(1, people + 1)], costs=Costs())


def test_when_somebody_is_ill_only_that_persons_jobs_move():
    given, plan = present_plan(day_of(16, 5))
    ill = dataclasses.replace(
        given,
        technicians=tuple(
            dataclasses.replace(one, shifts=()) if one.key == 1 else one for one in given.technicians
        ),
    )
    must = {stop.job for stop in plan.stops if stop.technician == 1}

    answer = first_plan(ill, plan, seconds=0.3)

    moved = {stop.job for stop in answer.plan.stops} - {
        stop.job
        for stop in answer.plan.stops
        for old in plan.stops
        if old.job == stop.job and old.technician == stop.technician
    }
    assert must
    assert moved <= must
    assert check(ill, answer.plan) == []


def test_an_emergency_finds_a_place_without_moving_what_was_told():
    given, plan = present_plan(day_of(12, 5))
    urgent = job(99, 3, weight=8, due=540, earliest=480)
    more = dataclasses.replace(given, jobs=(*given.jobs, urgent))

    answer = first_plan(more, plan, seconds=0.3)

    assert answer.score.told_changed == 0
    assert any(stop.job == 99 for stop in answer.plan.stops)


def test_the_checker_finds_each_broken_rule():
    person = technician(1, "a", shifts=(Shift(480, 1080, (Break(690, 810, 45),)),))
    given = problem(
        [job(1, skill="b"), job(2, window=(480, 500)), job(3, locked=Locked(1, 700)), job(4, 20), job(5)],
        [person],
    )
    plan = Plan(
        stops=(
            Stop(1, 1, 0, 470, 530),
            Stop(2, 1, 0, 531, 590),
            Stop(3, 1, 0, 600, 830),
            Stop(4, 1, 0, 831, 1081),
            Stop(7, 1, 0, 1082, 1083),
        )
    )

    found = {(fault.rule, fault.job) for fault in check(given, plan)}

    assert {
        ("skill", 1), ("shift", 1), ("window", 2), ("duration", 2), ("lock", 3), ("travel", 4), ("shift", 4),
        ("job lost", 5), ("unknown job", 7), ("break", 1),
    } <= found  # fmt: skip


def test_journeys_are_slower_in_a_zone_and_alike_one_by_one_and_in_a_table():
    table = SpeedTable(
        speed=60, handling=0, detour=1, zones=(Zone(("3301",), 20, 10), Zone(("330106",), 10, 5))
    )
    here, there, town = (
        dataclasses.replace(place(km), division=code)
        for km, code in ((0, ""), (10, "330102"), (20, "330106001"))
    )
    minutes, metres = table.table([here, there, town])

    assert table.leg(here, here) == (0, 0)
    assert [minutes[0][1], minutes[1][2], metres[0][1]] == [30, 55, 10_000]
    assert all(
        table.leg(a, b) == (minutes[x][y], metres[x][y])
        for x, a in enumerate((here, there, town))
        for y, b in enumerate((here, there, town))
    )


def test_a_matrix_of_roads_can_take_the_place_of_the_table():
    there = place(5)
    ends = point_of(HOME), point_of(there)
    roads = {ends: Road(2200, 9000), ends[::-1]: Road(2820, 9000)}  # and three minutes each to park
    given = Problem((job(1, 5),), (technician(1),), RoadTable(TRAVEL, roads))

    answer = first_plan(given, seconds=0.02)

    assert (answer.plan.stops[0].start, answer.score.travel_minutes) == (520, 90)


def test_where_no_road_is_known_the_table_of_speeds_counts_one_by_one_and_in_a_table():
    here, there, island = HOME, place(5), place(12)
    roads = {
        (point_of(here), point_of(there)): Road(600, 6000),
        (point_of(here), point_of(island)): None,
    }
    table = RoadTable(TRAVEL, roads)
    minutes, metres = table.table([here, there, island])

    assert (minutes[0][1], metres[0][1]) == (13, 6000)
    assert table.leg(there, here) == TRAVEL.leg(there, here)
    assert table.leg(here, island) == TRAVEL.leg(here, island)
    assert all(
        table.leg(one, other) == (minutes[x][y], metres[x][y])
        for x, one in enumerate((here, there, island))
        for y, other in enumerate((here, there, island))
    )


def test_improving_can_be_stopped_and_tells_how_far_it_is():
    given = day_of(20, 3)
    first = first_plan(given, seconds=0.05)
    shares = []

    def progress(answer, share):
        shares.append(share)
        return len(shares) >= 2

    answer = improve(given, first.plan, 30, progress)

    assert answer.seconds < 20
    assert len(shares) >= 2
    assert answer.score.cost <= first.score.cost


# Areas

ELSEWHERE = dataclasses.replace(place(1), division="330200001")


def test_who_is_bound_to_areas_does_nothing_outside_but_what_is_locked():
    people = [technician(1, areas=("3301",), bound=True)]
    outside = job(1, place=ELSEWHERE)
    plan = first_plan(problem([outside], people), seconds=0.05).plan
    assert [(one.job, one.reason) for one in plan.unassigned] == [(1, model.AREA)]

    locked = dataclasses.replace(outside, locked=Locked(1, 600))
    plan = first_plan(problem([locked], people), seconds=0.05).plan
    assert [stop.technician for stop in plan.stops] == [1]

    unsound = Plan((Stop(1, 1, 0, 600, 660),))
    assert "area" in {fault.rule for fault in check(problem([outside], people), unsound)}


@pytest.mark.parametrize("search", ["ruin", "ortools", "pyvrp"])
@pytest.mark.parametrize(("cost", "who"), [(0.0, 1), (5000.0, 2)])
def test_a_job_outside_goes_to_whoever_serves_there_when_that_pays(search, cost, who):
    near = technician(1, areas=("3301",), start=ELSEWHERE, end=ELSEWHERE)
    far = technician(2, areas=("3302",), start=place(15), end=place(15))
    given = problem([job(1, place=ELSEWHERE)], [near, far], costs=Costs(outside_area=cost))
    begun = first_plan(given, seconds=0.05)

    routes = solving._search(
        search, Instance(given), Instance(given).routes(begun.plan), 0.1, lambda *_: False, 1
    )

    assert [stop.technician for stop in begun.plan.stops] == [who]
    assert [stop.technician for stop in Instance(given).plan(routes).stops] == [who]
    assert begun.score.outside_area == (who == 1)


def test_a_place_without_a_division_and_a_technician_without_areas_are_everywhere():
    anyone = technician(1, bound=True)
    bound = technician(2, areas=("3301",), bound=True)
    shift = anyone.shifts[0]
    assert anyone.may(job(1, place=ELSEWHERE), shift)
    assert bound.may(job(1), shift)
    assert bound.may(job(1, place=dataclasses.replace(place(1), division="330106")), shift)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("asked", "people", "who", "lacking"),
    [
        (("height",), [holder(1), holder(2, Licence("height"))], 2, ()),
        (("height",), [holder(1, Licence("height", until=18 * 60)), holder(2)], 1, ()),
        (("height", "electric"), [holder(1, Licence("height")), holder(2)], None, ("electric",)),
        (
            ("height", "electric"),
            [holder(1, Licence("height")), holder(2, Licence("electric"))],
            None,
            ("height", "electric"),
        ),
        ((), [holder(1)], 1, ()),
    ],
)
def test_only_who_holds_the_certificates_is_planned_and_what_is_missing_is_named(asked, people, who, lacking):
    given = problem([job(1, certificates=asked)], people)
    answer = first_plan(given, seconds=0.05)

    assert [stop.technician for stop in answer.plan.stops] == ([who] if who else [])
    assert [one.lacking for one in answer.plan.unassigned] == ([] if who else [lacking])


@pytest.mark.sqlite
def test_the_scorer_finds_who_lacks_a_certificate():
    given = problem([job(1, certificates=("height",))], [holder(1)])
    plan = Plan((Stop(1, 1, 0, 540, 600, 5, 1000),))
    assert [fault.rule for fault in check(given, plan)] == ["certificate"]
