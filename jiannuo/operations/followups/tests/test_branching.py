"""The walk through a script, and the hours of calling."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from jiannuo.operations.followups.branching import END, Asked, Rule, walk
from jiannuo.operations.followups.callhours import CallHours

SCRIPT = (
    Asked(1, "usage", (Rule("is", "bad", None, "repair"), Rule("is", "good", 3))),
    Asked(2, "usage_text"),
    Asked(3, "opinion", (Rule("at_most", "2", None, "complaint"), Rule("at_least", "5", END))),
    Asked(4, "opinion_text"),
)


@pytest.mark.parametrize(
    ("answers", "known", "path", "following", "issue"),
    [
        ({}, {}, (1,), 1, ""),
        ({1: "good"}, {}, (1, 3), 3, ""),
        ({1: "bad"}, {}, (1, 2), 2, "repair"),
        ({1: "good", 3: "5"}, {}, (1, 3), None, ""),
        ({1: "good", 3: "1"}, {}, (1, 3, 4), 4, "complaint"),
        ({1: "bad", 2: "", 3: "1", 4: "slow"}, {}, (1, 2, 3, 4), None, "repair"),
        ({}, {"usage": "good"}, (3,), 3, ""),  # what is known leads the way and suggests nothing again
        ({}, {"usage": "bad", "usage_text": "noise"}, (3,), 3, ""),
        ({}, {"usage": "good", "opinion": "5"}, (), None, ""),
        ({1: "good", 2: "left over", 3: "5"}, {}, (1, 3), None, ""),  # an answer off the way does not count
        ({3: "much", 1: "good"}, {}, (1, 3, 4), 4, ""),  # what cannot be compared follows no rule
    ],
)
def test_the_way_through_a_script(answers, known, path, following, issue):
    way = walk(SCRIPT, answers, known)
    assert (way.path, way.next, way.issue) == (path, following, issue)


def test_what_was_left_empty_before_is_asked_again_only_where_it_must_be_answered():
    questions = (Asked(1, "remark", required=False), Asked(2, "usage"))
    way = walk(questions, {}, {"remark": "", "usage": ""})
    assert (way.path, way.known, way.next) == ((2,), (1,), 2)


def test_a_rule_that_leads_back_or_nowhere_leads_on():
    questions = (Asked(1, "a"), Asked(2, "b", (Rule("any", "", 1), Rule("is_not", "x", 99))), Asked(3, "c"))
    assert walk(questions, {1: "y", 2: "y"}, {}).next == 3


def moment(hour: int, minute: int = 0, day: int = 6) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "at", "expected"),
    [
        (None, moment(8), moment(9)),
        (None, moment(12), moment(12)),
        (None, moment(20), moment(9, day=7)),
        ((time(12), time(14)), moment(12, 30), moment(14)),
        ((time(18), time(10)), moment(19), moment(10, day=7)),
        ((time(18), time(10)), moment(9), moment(10)),
        ((time(0), time(23)), moment(12), None),
        ((time(9), time(9)), moment(9), moment(9)),
    ],
)
def test_the_first_instant_at_which_a_customer_may_be_called(quiet, at, expected):
    hours = CallHours(time(9), time(20), *(quiet or (None, None)))
    assert hours.next_from(at) == expected
