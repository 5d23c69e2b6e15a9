"""Who fits best, case by case."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from jiannuo.operations.dispatch.suitability import (
    Candidate,
    Need,
    SkillFact,
    Span,
    distance,
    judge,
    rank,
)

DAY = date(2026, 11, 23)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=UTC)


NEED = Need(
    category="appliance/air-conditioner",
    division="330106003",
    starts_at=at(9),
    ends_at=at(11),
    day=DAY,
    minutes=60,
    place=(30.27, 120.15),
)
SHIFT = (Span(at(8), at(17)),)


def codes(candidate, need=NEED):
    return {note.code for note in judge(need, candidate).notes}


SKILLS = [
    ([], "skill_missing"),
    ([SkillFact("appliance/fridge", 5)], "skill_missing"),
    ([SkillFact("appliance/air", 5)], "skill_missing"),
    ([SkillFact("appliance", 3)], "skill"),
    ([SkillFact("appliance/air-conditioner", 3)], "skill"),
    ([SkillFact("appliance/air-conditioner/split", 3)], "skill_missing"),
    ([SkillFact("appliance", 3, "特种作业", date(2026, 11, 23))], "skill"),
    ([SkillFact("appliance", 3, "特种作业", date(2026, 11, 22))], "certificate_expired"),
    ([SkillFact("appliance", 5, "x", date(2020, 1, 1)), SkillFact("appliance/air-conditioner", 2)], "skill"),
]


@pytest.mark.parametrize(("skills", "code"), SKILLS)
def test_skill(skills, code):
    assert code in codes(Candidate(1, "甲", skills=skills))


AREAS = [
    ([], "area_everywhere"),
    (["330106"], "area"),
    (["330100"], "area"),
    (["3301"], "area"),
    (["330000"], "area"),
    (["33"], "area"),
    (["330108"], "area_outside"),
    (["310000", "330106003"], "area"),
]


@pytest.mark.parametrize(("areas", "code"), AREAS)
def test_area(areas, code):
    assert code in codes(Candidate(1, "甲", areas=areas))


TIMES = [
    ((), (), (), "no_shift"),
    (SHIFT, (), (), "shift"),
    ((Span(at(9), at(11)),), (), (), "shift"),
    ((Span(at(9, 30), at(17)),), (), (), "no_shift"),
    ((Span(at(8), at(17), standby=True),), (), (), "standby"),
    (SHIFT, (Span(at(10), at(12)),), (), "absent"),
    (SHIFT, (Span(at(11), at(12)),), (), "shift"),
    (SHIFT, (), (Span(at(10), at(12)),), "overlap"),
    (SHIFT, (), (Span(at(11), at(12)),), "shift"),
]


@pytest.mark.parametrize(("shifts", "absences", "appointments", "code"), TIMES)
def test_time(shifts, absences, appointments, code):
    candidate = Candidate(1, "甲", shifts=shifts, absences=absences, appointments=appointments)

    assert code in codes(candidate)


LOADS = [
    (0, 480, "load"),
    (420, 480, "load"),
    (421, 480, "overloaded"),
    (0, 30, "overloaded"),
    (0, 0, "overloaded"),
]


@pytest.mark.parametrize(("busy", "daily", "code"), LOADS)
def test_load(busy, daily, code):
    assert code in codes(Candidate(1, "甲", busy_minutes=busy, daily_minutes=daily))


def test_without_an_appointment_nothing_is_said_about_shifts():
    need = Need(category="appliance", division="3301", day=DAY)

    assert not codes(Candidate(1, "甲"), need) & {"shift", "no_shift", "absent", "overlap"}


def test_the_order_of_fit():
    good = [SkillFact("appliance", 3)]
    expert = [SkillFact("appliance", 5)]
    people = [
        Candidate(1, "熟手空闲", skills=good, shifts=SHIFT),
        Candidate(2, "专家请假", skills=expert, shifts=SHIFT, absences=(Span(at(8), at(18)),)),
        Candidate(3, "专家撞约", skills=expert, shifts=SHIFT, appointments=(Span(at(9), at(10)),)),
        Candidate(4, "专家空闲", skills=expert, shifts=SHIFT),
        Candidate(5, "无技能", shifts=SHIFT),
        Candidate(6, "熟手忙", skills=good, shifts=SHIFT, busy_minutes=360),
    ]

    assert [fit.candidate.key for fit in rank(NEED, people)] == [4, 1, 6, 5, 3, 2]


def test_of_two_equals_the_nearer_comes_first_and_names_break_ties():
    near, far = Candidate(1, "远", home=(30.28, 120.16)), Candidate(2, "近", home=(31.2, 121.5))
    assert [fit.candidate.key for fit in rank(NEED, [far, near])] == [1, 2]

    same = [Candidate(2, "乙"), Candidate(1, "甲"), Candidate(3, "乙")]
    assert [fit.candidate.key for fit in rank(NEED, same)] == [2, 3, 1]


def test_distance_from_hangzhou_to_shanghai():
    assert distance((30.25, 120.17), (31.23, 121.47)) == pytest.approx(165, abs=3)
