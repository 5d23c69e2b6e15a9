"""Mistakes are refused where they are made, by name, with the mend."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from jiannuo.rules import (
    Beginning,
    Calendar,
    CommitmentInForce,
    Condition,
    Decision,
    Escalation,
    Facts,
    FactsError,
    JsonFormError,
    Limit,
    NeverOpensError,
    Offset,
    Period,
    Point,
    Price,
    RemedyWindow,
    Term,
    clause_from_json,
    decide,
    due,
    limit_before,
    limit_due,
    nearest,
    next_opening,
    out_of_order,
    plan,
    postponed,
    read_facts,
)
from jiannuo.rules.matching import test_of as condition_test
from jiannuo.rules.tests.building import (
    NOW,
    OFFICE,
    approval,
    charge,
    commitment,
    facts,
    hours,
    recurring,
    settlement,
    target,
    time_clause,
    yuan,
)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: hours(-1), "a limit cannot be negative: -1 hours"),
        (lambda: hours(1, "fortnights"), "unknown unit 'fortnights': use one of minutes, hours"),
        (lambda: hours(1.5, "working_days"), "a limit in working_days must be a whole number, not 1.5"),
        (lambda: Period(amount=-1, unit="days"), "a period cannot be negative"),
        (lambda: Point(), "either as a fraction of the limit or as an amount"),
        (lambda: Point(fraction=Decimal("0.5"), amount=Decimal(1)), "either as a fraction"),
        (lambda: Point(fraction=Decimal("1.01")), "lies between 0 and 1, not at 1.01"),
        (
            lambda: Escalation(at=Point(amount=Decimal(1)), role="manager", repeat=Decimal(0)),
            "a number of minutes above 0",
        ),
        (lambda: Term(), "a warranty needs a period or a meter limit"),
        (lambda: charge("discount"), "a discount needs a rate"),
        (lambda: charge("fixed"), "a fixed charge needs an amount"),
        (lambda: charge("list", items=()), "a charge needs the items that it is for"),
        (lambda: Price(rule="share"), "the price rule share needs a rate"),
        (lambda: Price(rule="fixed"), "the price rule fixed needs an amount"),
        (lambda: Price(rule="metered", rate=yuan(1)), "metered and a meter go together"),
        (lambda: Price(meter="km"), "metered and a meter go together"),
        (lambda: Price(rule="metered", rate=yuan(1), meter="km", per=yuan(0)), "above 0"),
        (lambda: Price(asked_on_exchange=True), "an exchange costs what use has cost"),
        (
            lambda: RemedyWindow(begins=Beginning(events=("sold",)), from_day=8, to_day=7),
            "the window from day 8 to day 7 is empty",
        ),
        (lambda: RemedyWindow(begins=Beginning(events=("sold",)), from_day=-1), "is empty"),
        (lambda: recurring(), "exactly one of every, seasons and offsets"),
        (lambda: recurring((1, "days"), offsets=(Offset(from_day=1, to_day=2),)), "exactly one of"),
        (lambda: recurring((1, "days"), times=0), "happens at least once"),
        (lambda: recurring((0, "days")), "cannot have the length 0"),
        (lambda: Offset(from_day=3, to_day=2), "the days 3 to 2 from the event are no window"),
        (lambda: Offset(from_day=-1, to_day=2), "are no window"),
        (lambda: target("between"), "needs an upper one"),
        (lambda: target("between", 95, upper=yuan(94)), "not below the value"),
        (lambda: approval(approvers=()), "an approval needs somebody who approves"),
        (lambda: approval("assignment"), "the certificates that it needs go together"),
        (lambda: approval(certificates=("welding",)), "the certificates that it needs go together"),
        (lambda: approval("assignment", certificates=("welding",)), "no approver, amount or limit"),
        (lambda: settlement("fixed", amount=None), "a fixed settlement needs an amount or tiers"),
        (lambda: settlement("share"), "a settlement by share needs a share or tiers"),
        (lambda: time_clause(before="visited", limit=Limit(unit="same_day")), "is an amount of time"),
        (
            lambda: time_clause(before="visited", limit=hours(1, "days", roll_forward="holiday")),
            "its end does not move on",
        ),
        (lambda: time_clause(before="visited", pausable=("waiting_parts",)), "cannot stand still"),
        (lambda: time_clause(opens=hours(1)), "name it in before"),
        (lambda: time_clause("retain"), "retain and what it keeps go together"),
        (lambda: time_clause(keeps=("record",)), "retain and what it keeps go together"),
        (lambda: time_clause("retain", keeps=("record",), before="visited"), "not before one"),
        (lambda: time_clause(limit=Limit(unit="forever")), "only what is kept lasts forever"),
        (lambda: Condition(fact="severity", all_of=("minor",)), "severity has one value only"),
        (lambda: limit_before(Limit(unit="same_day"), OFFICE, NOW), "not same_day"),
        (
            lambda: postponed(plan(time_clause(), commitment(), OFFICE, NOW), OFFICE, NOW),
            "arrival is not counted back from an event",
        ),
    ],
)
def test_a_clause_that_cannot_be(make, message):
    with pytest.raises(ValueError, match=message):
        make()


class TestJson:
    time = {"kind": "time", "id": "a", "text": "", "source": {"document": "L"}, "metric": "arrival"}
    limit = {"amount": "4", "unit": "hours"}

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"limmit": {}}, "TimeClause: unknown key 'limmit': did you mean 'limit'?"),
            (
                {"limit": {"amount": "4", "unit": "hours", "colour": 1}},
                "TimeClause.limit: unknown key 'colour': use one of amount, counts_start_day",
            ),
            ({"limit": {"amount": "4", "unit": "hour"}}, "TimeClause.limit.unit: 'hour' is none of minutes"),
            ({"limit": {"amount": "x", "unit": "hours"}}, "limit.amount: cannot read 'x' as Decimal"),
            ({"limit": "4 hours"}, "TimeClause.limit: expected an object, not '4 hours'"),
            ({"source": ["L"]}, "TimeClause.source: expected an object"),
            ({"limit": {"amount": "-4", "unit": "hours"}}, "limit: a limit cannot be negative"),
            ({"ladder": [{"at": {"amount": 1, "fraction": 1}}]}, "ladder.at: give a point either"),
        ],
    )
    def test_a_clause(self, change, message):
        assert clause_from_json({**self.time, "limit": self.limit}).metric == "arrival"
        with pytest.raises(JsonFormError, match=message):
            clause_from_json({**self.time, "limit": self.limit, **change})

    @pytest.mark.parametrize("kind", [None, "gift", "Time"])
    def test_a_kind_of_clause_that_is_not_there(self, kind):
        with pytest.raises(JsonFormError, match="unknown kind of clause"):
            clause_from_json({**self.time, "kind": kind})
        with pytest.raises(JsonFormError, match=r"CommitmentInForce.clauses: unknown kind of clause"):
            CommitmentInForce.from_json({"code": "A", "clauses": [{**self.time, "kind": kind}]})
        with pytest.raises(JsonFormError, match="unknown kind of clause None"):
            CommitmentInForce.from_json({"code": "A", "clauses": ["time"]})

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"dates": {"requested": "yesterday"}}, "Facts.dates.requested: cannot read 'yesterday' as date"),
            ({"dates": {"requested": "2026-13-01T00:00Z"}}, "cannot read '2026-13-01T00:00Z' as datetime"),
            ({"batch_size": "1.5"}, "Facts.batch_size: cannot read '1.5' as int"),
            ({"batch_size": "many"}, "Facts.batch_size: cannot read 'many' as int"),
            ({"price": []}, "Facts.price: cannot read"),
        ],
    )
    def test_facts(self, data, message):
        with pytest.raises(JsonFormError, match=message):
            Facts.from_json(data)

    def test_what_may_be_written_in_several_ways(self):
        written = Facts.from_json(
            {"product": "/it/server/", "batch_size": 3.0, "price": 1.5, "dates": {"sold": date(2026, 1, 1)}}
        )
        assert written == Facts(
            product=("it", "server"), batch_size=3, price=Decimal("1.5"), dates={"sold": date(2026, 1, 1)}
        )
        at = datetime(2026, 1, 1, tzinfo=UTC)
        assert Decision.from_json({"decided_at": at}).decided_at is at


class TestFactsAsPeopleWriteThem:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"serverity": "minor"}, "facts: unknown key 'serverity': did you mean 'severity'?"),
            (
                {"dates": {"instaled": "2026-01-01"}},
                "facts.dates: unknown key 'instaled': did you mean 'installed'?",
            ),
            ({"xyz": 1}, "facts: unknown key 'xyz': use one of product, component"),
            ({"dates": ["sold"]}, "facts.dates: expected names with values, not ['sold']"),
            ({"price": "cheap"}, "Facts.price: cannot read 'cheap' as Decimal"),
            (
                {"dates": {"requested": "2026-03-02T09:00"}},
                "facts.dates.requested: the instant has no time zone: write it as 2026-03-02T09:00+08:00",
            ),
            (
                {"dates": {"installed": "2026-01-01", "delivered": "2026-01-02"}},
                "facts.dates.installed: 2026-01-01 lies before delivered (2026-01-02): correct one of the two dates",
            ),
            (
                {"dates": {"arrived": "2026-03-02T09:00Z", "requested": "2026-03-02T09:01Z"}},
                "facts.dates.arrived: 2026-03-02 09:00+00:00 lies before requested",
            ),
        ],
    )
    def test_are_refused_with_the_place_and_the_mend(self, data, message):
        with pytest.raises(FactsError) as refused:
            read_facts(data)
        assert message in str(refused.value)
        assert len(refused.value.problems) == 1

    def test_all_mistakes_are_named_at_once(self):
        with pytest.raises(FactsError) as refused:
            read_facts({"colour": 1, "flavour": 2, "dates": {"eaten": "2026-01-01"}})
        assert len(refused.value.problems) == 3

    @pytest.mark.parametrize(
        ("earlier", "later", "is_wrong"),
        [
            (date(2026, 1, 2), date(2026, 1, 1), True),
            (date(2026, 1, 1), date(2026, 1, 1), False),
            (datetime(2026, 1, 1, 9, tzinfo=UTC), date(2026, 1, 1), False),
            (datetime(2026, 1, 2, 9, tzinfo=UTC), date(2026, 1, 1), True),
            (datetime(2026, 1, 1, 9, tzinfo=UTC), datetime(2026, 1, 1, 8, tzinfo=UTC), True),
        ],
    )
    def test_the_order_of_dates_is_judged_by_the_day_where_no_more_is_known(self, earlier, later, is_wrong):
        assert bool(out_of_order({"requested": earlier, "arrived": later})) is is_wrong

    def test_what_is_right_is_read(self):
        told = {
            "product": "it/server",
            "dates": {"requested": "2026-03-02T09:00+08:00", "sold": "2025-01-01"},
        }
        assert read_facts(told) == Facts(
            product=("it", "server"), dates={"requested": NOW, "sold": date(2025, 1, 1)}
        )
        assert read_facts({}) == Facts()

    def test_the_nearest_word_is_named_or_all_of_them(self):
        assert nearest("arival", ["arrival", "repair"]) == "did you mean 'arrival'?"
        assert nearest("colour", ["arrival", "repair"]) == "use one of arrival, repair"


class TestCalendarsThatStayShut:
    fair = Calendar.from_json(
        {
            "name": "fair",
            "weekly": {},
            "extra_open": {"2020-01-01": ["09:00-10:00"], "2026-01-01": ["09:00-17:00"]},
        }
    )

    @pytest.mark.parametrize("unit", ["working_minutes", "working_hours", "working_days"])
    def test_no_limit_runs_on_one_that_does_not_open_for_400_days(self, unit):
        with pytest.raises(
            NeverOpensError, match="'fair' has no working time in the 400 days after 2026-03-02"
        ):
            limit_due(hours(1, unit), self.fair, NOW)
        with pytest.raises(NeverOpensError):
            decide(
                [commitment(time_clause(limit=hours(1, unit), calendar="fair"))],
                facts(),
                {"fair": self.fair},
                NOW,
            )

    def test_nor_over_a_gap_as_long(self):
        before = datetime(2020, 1, 1, 1, 30, tzinfo=UTC)
        assert due(self.fair, before, 30) == datetime(2020, 1, 1, 2, 0, tzinfo=UTC)
        with pytest.raises(NeverOpensError):
            due(self.fair, before, 31)
        with pytest.raises(NeverOpensError):
            next_opening(self.fair, datetime(2021, 1, 1, tzinfo=UTC))

    @pytest.mark.parametrize("unit", ["working_hours", "working_days"])
    def test_nor_back_from_an_event(self, unit):
        with pytest.raises(NeverOpensError):
            limit_before(hours(20, unit), self.fair, datetime(2019, 6, 1, tzinfo=UTC))

    def test_hours_that_overlap_count_once(self):
        data = {"name": "two desks", "weekly": {"mon": ["09:00-12:00", "11:00-13:00", "13:00-14:00"]}}
        desks = Calendar.from_json(data)
        assert due(desks, NOW, 300) == NOW.replace(hour=6)
        assert due(desks, NOW, 301) == datetime(2026, 3, 9, 1, 1, tzinfo=UTC)


def test_a_condition_on_something_that_is_no_fact_is_refused():
    with pytest.raises(ValueError, match="cannot ask for 'colour'"):
        condition_test(Condition(fact="colour", any_of=("red",)), {})
