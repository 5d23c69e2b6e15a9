"""Decisions: what wins, what loses and why, what is covered, and when what is due."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from jiannuo.rules import (
    REASON_TEMPLATES,
    Beginning,
    CommitmentInForce,
    Condition,
    Consequence,
    Decision,
    Escalation,
    Facts,
    HolidayTable,
    JsonFormError,
    Limit,
    NaiveInstantError,
    ObligationPlan,
    Pause,
    Period,
    Point,
    Term,
    clause_from_json,
    clause_to_json,
    decide,
    due_with_pauses,
    in_english,
    path,
    replanned,
)
from jiannuo.rules.matching import answer
from jiannuo.rules.tests.building import (
    CALENDARS,
    NOW,
    OFFICE,
    codes,
    commitment,
    cover,
    facts,
    hours,
    time_clause,
)


class TestTheMostFavourableWins:
    slow = commitment(time_clause(limit=hours(8)), code="MAKER")
    fast = commitment(time_clause(limit=hours(2)), code="DEALER", kind="dealer")

    def test_and_the_reasons_say_what_lost(self):
        decision = decide([self.slow, self.fast], facts(), CALENDARS, NOW)
        assert decision.obligation("arrival").commitment == "DEALER"
        assert decision.obligation("arrival").due_at == NOW + timedelta(hours=2)
        assert codes(decision.losers) == ["lost.less_favourable"]
        assert decision.losers[0].commitment == "MAKER"
        assert decision.losers[0].params["winner_of"] == "DEALER"
        assert codes(decision.reasons) == ["time.chosen", "chosen.best"]

    def test_whatever_the_order(self):
        both = [self.slow, self.fast]
        assert decide(both, facts(), CALENDARS, NOW) == decide(both[::-1], facts(), CALENDARS, NOW)

    def test_unless_a_commitment_is_exclusive(self):
        contract = replace(self.slow, code="CONTRACT", kind="contract", exclusive=True)
        decision = decide([self.fast, contract], facts(), CALENDARS, NOW)
        assert decision.obligation("arrival").commitment == "CONTRACT"
        assert codes(decision.losers) == ["lost.exclusive"]
        assert "chosen.exclusive" in codes(decision.reasons)

    def test_but_only_where_it_says_something(self):
        contract = commitment(time_clause("repair", hours(24), "repair"), code="CONTRACT", exclusive=True)
        decision = decide([self.fast, contract], facts(), CALENDARS, NOW)
        assert {owed.metric for owed in decision.obligations} == {"arrival", "repair"}

    def test_and_never_below_the_law(self):
        contract = replace(self.slow, code="CONTRACT", kind="contract", exclusive=True)
        law = replace(self.fast, code="LAW", kind="statute", floor=True)
        decision = decide([contract, law], facts(), CALENDARS, NOW)
        assert decision.obligation("arrival").commitment == "LAW"
        assert "chosen.floor" in codes(decision.reasons)

    def test_of_equal_promises_the_contract_is_named(self):
        law = replace(self.fast, code="LAW", kind="statute", floor=True)
        contract = replace(self.fast, code="Z", kind="contract")
        assert decide([law, contract], facts(), CALENDARS, NOW).obligation("arrival").commitment == "Z"


class TestVersions:
    old = commitment(time_clause(limit=hours(2)), version=1, valid_to=date(2026, 2, 28))
    new = commitment(time_clause(limit=hours(6)), version=2, valid_from=date(2026, 3, 1))

    def test_the_one_in_force_at_the_start_event_counts(self):
        decision = decide([self.old, self.new], facts(), CALENDARS, NOW)
        assert decision.obligation("arrival").version == 2
        assert codes(decision.losers) == ["lost.not_in_force"]

    def test_a_newer_version_replaces_an_older_one(self):
        decision = decide([replace(self.old, valid_to=None), self.new], facts(), CALENDARS, NOW)
        assert decision.obligation("arrival").version == 2
        assert codes(decision.losers) == ["lost.newer_version"]

    def test_a_warranty_keeps_the_version_of_its_beginning(self):
        sold_under = commitment(cover(periods=((3, "years"),)), version=1, valid_to=date(2025, 6, 30))
        today = commitment(cover(periods=((1, "years"),)), version=2, valid_from=date(2025, 7, 1))
        outcome = decide([sold_under, today], facts(), CALENDARS, NOW).cover("parts")
        assert (outcome.version, outcome.in_warranty) == (1, True)


class TestWhen:
    def test_a_fact_that_is_not_known_keeps_a_clause_out_and_is_named(self):
        clause = time_clause(when=(Condition(fact="batch_size", high=Decimal(100)),))
        decision = decide([commitment(clause)], facts(), CALENDARS, NOW)
        assert decision.obligations == ()
        assert decision.losers[0].params["fact"] == "batch_size"
        assert decide([commitment(clause)], facts(batch_size=100), CALENDARS, NOW).obligations
        assert not decide([commitment(clause)], facts(batch_size=101), CALENDARS, NOW).losers

    @pytest.mark.parametrize(
        ("condition", "given", "expected"),
        [
            (
                Condition(fact="product", any_of=("it/storage",)),
                Facts(product=path("it/storage/array")),
                "yes",
            ),
            (Condition(fact="product", any_of=("it/storage",)), Facts(product=path("it/server")), "no"),
            (Condition(fact="product", any_of=("it/sto",)), Facts(product=path("it/storage")), "no"),
            (Condition(fact="product", any_of=("it",)), Facts(), "unknown"),
            (Condition(fact="division", any_of=("31",)), Facts(division="310115"), "yes"),
            (Condition(fact="zone", any_of=("near",)), Facts(division="320500"), "yes"),
            (Condition(fact="zone", any_of=("near",)), Facts(zones=frozenset({"near"})), "yes"),
            (Condition(fact="zone", any_of=("far",)), Facts(division="320500"), "no"),
            (Condition(fact="zone", none_of=("near",)), Facts(division="110000"), "yes"),
            (Condition(fact="zone", none_of=("near",)), Facts(division="320500"), "no"),
            (Condition(fact="zone", any_of=("near",)), Facts(), "unknown"),
            (Condition(fact="severity", any_of=("major", "critical")), Facts(severity="major"), "yes"),
            (Condition(fact="in_warranty", any_of=("yes",)), Facts(in_warranty=True), "yes"),
            (Condition(fact="in_warranty", any_of=("yes",)), Facts(in_warranty=False), "no"),
            (Condition(fact="in_warranty", any_of=("yes",)), Facts(), "unknown"),
            (Condition(fact="price", low=Decimal(200)), Facts(price=Decimal("199.99")), "no"),
            (
                Condition(fact="amounts.material", high=Decimal(200)),
                Facts(amounts={"material": Decimal(200)}),
                "yes",
            ),
            (Condition(fact="meters.hours", high=Decimal(200)), Facts(), "unknown"),
        ],
    )
    def test_matchers(self, condition, given, expected):
        assert answer(condition, given, {"near": ("31", "32")}) == expected

    def test_a_plain_no_outweighs_what_is_unknown(self):
        when = (Condition(fact="batch_size", low=Decimal(1)), Condition(fact="severity", any_of=("major",)))
        assert (
            decide([commitment(time_clause(when=when))], facts(severity="minor"), CALENDARS, NOW).losers == ()
        )

    def test_a_word_no_clause_can_ask_for_is_refused(self):
        with pytest.raises(ValueError, match="cannot ask for 'colour'"):
            answer(Condition(fact="colour", any_of=("red",)), Facts(), {})

    def test_the_scope_holds_for_every_clause(self):
        scope = (Condition(fact="contract", any_of=("C-1",)),)
        assert not decide(
            [commitment(time_clause(), scope=scope)], facts(contract="C-2"), CALENDARS, NOW
        ).obligations
        assert decide(
            [commitment(time_clause(), scope=scope)], facts(contract="C-1"), CALENDARS, NOW
        ).obligations

    def test_a_promise_may_depend_on_the_warranty(self):
        pair = commitment(cover(), time_clause(when=(Condition(fact="in_warranty", any_of=("yes",)),)))
        assert decide([pair], facts(), CALENDARS, NOW).obligations
        late = facts(dates={"requested": NOW, "invoiced": date(2020, 1, 1)})
        assert not decide([pair], late, CALENDARS, NOW).obligations

    def test_an_unverified_clause_stays_off(self):
        decision = decide([commitment(time_clause(verify=True))], facts(), CALENDARS, NOW)
        assert not decision.obligations
        assert codes(decision.losers) == ["lost.unverified"]


class TestCoverage:
    def outcome(self, clause, item="parts", at=NOW, **fields):
        return decide([commitment(clause)], facts(**fields), CALENDARS, at).cover(item)

    def test_inside_and_outside_the_period(self):
        inside = self.outcome(cover())
        assert (inside.in_warranty, inside.payer, inside.begins) == (True, "manufacturer", date(2025, 1, 10))
        assert inside.until == datetime(2027, 1, 10, 16, 0, tzinfo=UTC)
        outside = self.outcome(cover(periods=((1, "years"),)))
        assert (outside.in_warranty, outside.payer) == (False, "customer")
        assert "coverage.expired" in codes(outside.reasons)

    def test_the_last_day_still_counts_and_the_next_does_not(self):
        last = datetime(2027, 1, 10, 15, 59, tzinfo=UTC)
        for instant, covered in ((last, True), (last + timedelta(minutes=1), False)):
            dates = {"requested": instant, "invoiced": date(2025, 1, 10)}
            assert self.outcome(cover(), dates=dates).in_warranty is covered

    def test_items_that_no_clause_includes_are_paid_by_the_customer(self):
        travel = self.outcome(cover(includes=("parts",)), "travel")
        assert (travel.in_warranty, travel.payer) == (False, "customer")
        assert codes(travel.reasons) == ["coverage.item_excluded"]
        assert self.outcome(cover(), "loaner") is None
        assert self.outcome(cover(includes=("loaner",)), "loaner").in_warranty

    def test_whichever_period_or_meter_comes_first(self):
        term = Term(
            periods=(Period(amount=2, unit="years"), Period(amount=18, unit="months")),
            meters={"km": Decimal(500)},
        )
        assert self.outcome(cover(term=term), meters={"km": Decimal(500)}).until.date() == date(2026, 7, 10)
        passed = self.outcome(cover(term=term), meters={"km": Decimal(501)})
        assert not passed.in_warranty
        assert "coverage.meter_passed" in codes(passed.reasons)
        unknown = self.outcome(cover(term=term))
        assert unknown.in_warranty
        assert "coverage.meter_unknown" in codes(unknown.reasons)
        only_meter = self.outcome(cover(term=Term(meters={"km": Decimal(500)})), meters={"km": Decimal(1)})
        assert (only_meter.in_warranty, only_meter.until) == (True, None)

    def test_excluded_causes(self):
        outcome = self.outcome(cover(excluded_causes=("misuse",)), cause="misuse")
        assert not outcome.in_warranty
        assert "coverage.cause_excluded" in codes(outcome.reasons)

    def test_first_and_last_of_events_and_fall_backs(self):
        dates = {"requested": NOW, "delivered": date(2025, 2, 1), "installed": date(2025, 3, 1)}
        for pick, begins in (("first", date(2025, 2, 1)), ("last", date(2025, 3, 1))):
            rule = Beginning(events=("delivered", "installed", "accepted"), pick=pick)
            assert self.outcome(replace(cover(), begins=rule), dates=dates).begins == begins
        fallback = Beginning(events=("accepted",), fallbacks=("commissioned", "installed"))
        assert self.outcome(replace(cover(), begins=fallback), dates=dates).begins == date(2025, 3, 1)
        none = self.outcome(replace(cover(), begins=Beginning(events=("accepted",))), dates=dates)
        assert (none.in_warranty, codes(none.reasons)[0]) == (False, "coverage.no_start")

    def test_not_begun(self):
        outcome = self.outcome(
            cover(begins=("installed",)), dates={"requested": NOW, "installed": date(2026, 4, 1)}
        )
        assert "coverage.not_begun" in codes(outcome.reasons)

    def test_what_repair_and_replacement_do(self):
        year = (Period(amount=1, unit="years"),)
        assert not self.outcome(cover(term=Term(periods=year)), days_under_repair=60).in_warranty
        extended = self.outcome(cover(term=Term(periods=year, repair_extends=True)), days_under_repair=60)
        assert extended.until == datetime(2026, 3, 11, 16, 0, tzinfo=UTC)
        dates = {"requested": NOW, "invoiced": date(2025, 1, 10), "component_replaced": date(2025, 8, 1)}
        restarted = self.outcome(cover(term=Term(periods=year, replacement="restarts")), dates=dates)
        assert (restarted.begins, restarted.in_warranty) == (date(2025, 8, 1), True)
        assert not self.outcome(cover(term=Term(periods=year)), dates=dates).in_warranty

    def test_a_last_day_on_a_holiday_moves(self):
        table = HolidayTable(frozenset({date(2026, 1, 10)}), frozenset(), frozenset({2026}))
        term = Term(periods=(Period(amount=1, unit="years"),), roll_forward="holiday")
        for holidays, last in ((table, date(2026, 1, 12)), (HolidayTable(), date(2026, 1, 10))):
            calendars = {"office": OFFICE.with_holidays(holidays)}
            decision = decide([commitment(cover(term=term, calendar="office"))], facts(), calendars, NOW)
            assert decision.cover("parts").until.date() == last
        assert "calendar.holidays_unknown" in codes(decision.cover("parts").reasons)

    def test_components_rest_and_the_closest_clause(self):
        letter = commitment(
            cover("compressor", ((5, "years"),), components=(("compressor",),)),
            cover("main", ((3, "years"),), components=(("main",),)),
            cover("board", ((6, "months"),), components=(("main", "board"),)),
            cover("rest", ((2, "years"),), components=(("rest",),)),
        )
        for component, clause in {"compressor": "compressor", "main/motor": "main", "valve": "rest"}.items():
            assert (
                decide([letter], facts(component=path(component)), CALENDARS, NOW).cover("parts").clause
                == clause
            )
        board = decide([letter], facts(component=path("main/board")), CALENDARS, NOW).cover("parts")
        assert (board.clause, board.in_warranty) == ("board", False)
        everything = decide([letter], facts(), CALENDARS, NOW)
        assert [o.component for o in everything.coverage if o.item == "parts"] == [
            ("compressor",),
            ("main",),
            ("main", "board"),
            ("rest",),
        ]
        assert everything.in_warranty is None

    def test_the_longest_cover_of_several_commitments_wins(self):
        one = commitment(cover(periods=((1, "years"),)), code="ONE")
        two = commitment(cover(periods=((2, "years"),)), code="TWO")
        decision = decide([one, two], facts(), CALENDARS, NOW)
        assert decision.cover("parts").commitment == "TWO"
        assert "lost.less_favourable" in codes(decision.losers)
        assert decision.in_warranty is True

    def test_no_clause_at_all(self):
        decision = decide([], facts(), CALENDARS, NOW)
        assert (decision.coverage, decision.in_warranty, decision.cover("parts")) == ((), None, None)
        assert decision.obligation("arrival") is None


class TestObligations:
    ladder = (
        Escalation(at=Point(anchor="before_due", amount=Decimal(30)), role="manager"),
        Escalation(at=Point(amount=Decimal(1), unit="hours"), role="dispatcher"),
        Escalation(at=Point(anchor="missed", amount=Decimal(1), unit="working_hours"), role="director"),
    )

    def owed(self, **fields) -> ObligationPlan:
        return decide([commitment(time_clause(**fields))], facts(), CALENDARS, NOW).obligations[0]

    def test_the_clock_waits_for_its_event(self):
        clause = time_clause(start="arrived")
        assert codes(decide([commitment(clause)], facts(), CALENDARS, NOW).reasons) == ["time.not_started"]
        arrived = facts(dates={"arrived": NOW + timedelta(hours=1)})
        assert decide([commitment(clause)], arrived, CALENDARS, NOW).obligations[
            0
        ].started_at == NOW + timedelta(hours=1)

    def test_hours_need_an_instant_and_days_are_content_with_a_date(self):
        on_a_date = facts(dates={"requested": date(2026, 3, 2)})
        decision = decide([commitment(time_clause())], on_a_date, CALENDARS, NOW)
        assert codes(decision.reasons) == ["time.start_not_exact"]
        days = commitment(time_clause(limit=hours(3, "days")))
        owed = decide([days], on_a_date, CALENDARS, NOW).obligations[0]
        assert owed.due_at == datetime(2026, 3, 5, 16, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("limit", "expected"),
        [
            (hours(0.5), "03-02 01:30"),
            (hours(90, "minutes"), "03-02 02:30"),
            (hours(10, "working_hours"), "03-03 03:00"),
            (hours(90, "working_minutes"), "03-02 02:30"),
            (hours(2, "working_days"), "03-04 10:00"),
            (hours(2, "working_days", reading="elapsed"), "03-04 01:00"),
            (hours(2, "days"), "03-04 16:00"),
            (hours(7, "days", counts_start_day=True), "03-08 16:00"),
            (hours(5, "days", roll_forward="rest_day"), "03-09 16:00"),
            (hours(1, "months"), "04-02 16:00"),
            (Limit(unit="same_day"), "03-02 16:00"),
            (Limit(unit="same_day", ends="closing"), "03-02 10:00"),
        ],
    )
    def test_every_unit(self, limit, expected):
        due_at = datetime.fromisoformat(f"2026-{expected}").replace(tzinfo=UTC)
        owed = self.owed(limit=limit, calendar="office", warn=Point(fraction=Decimal("0.5")))
        assert owed.due_at == due_at
        assert NOW < owed.warn_at < due_at

    def test_warning_and_ladder(self):
        owed = self.owed(warn=Point(fraction=Decimal("0.75")), ladder=self.ladder, calendar="office")
        assert owed.warn_at == NOW + timedelta(hours=3)
        assert [(step.role, step.at - NOW) for step in owed.steps] == [
            ("dispatcher", timedelta(hours=1)),
            ("manager", timedelta(hours=3, minutes=30)),
            ("director", timedelta(hours=5)),
        ]
        before = self.owed(warn=Point(anchor="before_due", fraction=Decimal("0.25")))
        assert before.warn_at == NOW + timedelta(hours=3)
        early = self.owed(warn=Point(anchor="before_due", amount=Decimal(9), unit="hours"))
        assert early.warn_at == NOW - timedelta(hours=5)  # of an appointment one is warned the day before
        by_the_office = self.owed(
            limit=hours(1, "working_hours"),
            calendar="office",
            warn=Point(anchor="before_due", amount=Decimal(2), unit="working_hours"),
        )
        assert by_the_office.warn_at == NOW

    def test_pauses_move_everything_and_an_open_one_stops_it(self):
        owed = self.owed(
            warn=Point(fraction=Decimal("0.75")), ladder=self.ladder[:1], pausable=("waiting_customer",)
        )
        pause = Pause(NOW + timedelta(hours=1), NOW + timedelta(hours=3))
        moved = replanned(owed, OFFICE, [pause])
        assert moved.due_at == NOW + timedelta(hours=6) == due_with_pauses(owed, OFFICE, [pause])
        assert moved.warn_at == NOW + timedelta(hours=5)
        assert moved.steps[0].at == NOW + timedelta(hours=5, minutes=30)
        waiting = replanned(owed, OFFICE, [Pause(pause.begin)])
        assert (waiting.due_at, waiting.warn_at, waiting.steps) == (None, None, ())
        assert replanned(waiting, OFFICE) == owed

    def test_a_pause_moves_civil_limits_by_its_length(self):
        owed = self.owed(limit=hours(2, "days"))
        pause = Pause(NOW + timedelta(hours=1), NOW + timedelta(hours=3))
        assert due_with_pauses(owed, OFFICE, [pause]) == owed.due_at + timedelta(hours=2)
        assert due_with_pauses(owed, OFFICE, [Pause(pause.begin)]) is None

    def test_consequences_come_along(self):
        owed = self.owed(consequences=(Consequence(code="loaner", text="a machine of the same grade"),))
        assert owed.consequences[0].code == "loaner"

    def test_a_calendar_that_does_not_exist_is_reported(self):
        for clause in (time_clause(calendar="duty"), cover(calendar="duty")):
            decision = decide([commitment(clause)], facts(), CALENDARS, NOW)
            assert codes(decision.losers) == ["lost.calendar_missing"]

    def test_unknown_holiday_years_are_named(self):
        watching = {"office": replace(OFFICE, observes_holidays=True)}
        clause = commitment(time_clause(limit=hours(8, "working_hours"), calendar="office"))
        decision = decide([clause], facts(), watching, NOW)
        assert decision.reasons[-1].params["years"] == "2026"

    def test_naive_instants_are_refused(self):
        with pytest.raises(NaiveInstantError):
            decide(
                [commitment(time_clause())], facts(dates={"requested": datetime(2026, 3, 2)}), CALENDARS, NOW
            )


class TestJson:
    full = commitment(
        time_clause(
            when=(Condition(fact="product", any_of=("it",)), Condition(fact="price", low=Decimal("0.5"))),
            warn=Point(fraction=Decimal("0.5")),
            ladder=TestObligations.ladder,
            consequences=(Consequence(code="loaner"),),
            pausable=("waiting_customer",),
        ),
        cover(components=(("main", "board"), ("rest",)), excluded_causes=("misuse",)),
        kind="contract",
        floor=True,
        exclusive=True,
        valid_from=date(2026, 1, 1),
        zones={"near": ("31", "32")},
        scope=(Condition(fact="contract", none_of=("C",)),),
    )

    def test_commitments_clauses_and_facts_go_to_json_and_back(self):
        data = json.loads(json.dumps(self.full.to_json()))
        assert CommitmentInForce.from_json(data) == self.full
        for clause in self.full.clauses:
            assert clause_from_json(clause_to_json(clause)) == clause
        known = facts(
            product=path("it/server"), zones=frozenset({"b", "a"}), price=Decimal("1.20"), batch_size=3
        )
        assert Facts.from_json(json.loads(json.dumps(known.to_json()))) == known
        assert Facts.from_json({"product": "it/server"}).product == ("it", "server")

    def test_decisions_go_to_json_and_back(self):
        known = facts(product=path("it"), price=Decimal(1), contract="X", component=path("main/board"))
        decision = decide([self.full, TestTheMostFavourableWins.slow], known, CALENDARS, NOW)
        assert decision.losers
        data = json.loads(json.dumps(decision.to_json()))
        assert Decision.from_json(data) == decision
        owed = decision.obligations[0]
        assert ObligationPlan.from_json(json.loads(json.dumps(owed.to_json()))) == owed

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"kind": "gift"}, "unknown kind of clause 'gift'"),
            ({"kind": "time", "id": "x", "txt": ""}, "unknown key 'txt'"),
            ({"kind": "time", "id": "x"}, "missing"),
            (
                {"kind": "time", "limit": {"amount": "four", "unit": "hours"}},
                "limit.amount: cannot read 'four'",
            ),
            ({"kind": "time", "limit": {"amount": "-4", "unit": "hours"}}, "cannot be negative"),
            ({"kind": "time", "limit": {"amount": "4", "unit": "weeks"}}, "'weeks' is none of"),
            ({"kind": "time", "limit": {"amount": "1.5", "unit": "days"}}, "whole number"),
            ({"kind": "time", "limit": 4}, "expected an object"),
            ({"kind": "time", "warn": {"fraction": "1.5"}}, "between 0 and 1"),
            ({"kind": "time", "warn": {}}, "either as a fraction"),
            ({"kind": "coverage", "term": {}}, "a period or a meter"),
            (
                {"kind": "coverage", "term": {"periods": [{"amount": -1, "unit": "days"}]}},
                "cannot be negative",
            ),
        ],
    )
    def test_mistakes_are_named_with_their_place(self, data, message):
        with pytest.raises(JsonFormError, match=message):
            clause_from_json(data)

    def test_a_commitment_with_an_unknown_kind_of_clause_is_refused(self):
        with pytest.raises(JsonFormError, match="unknown kind of clause"):
            CommitmentInForce.from_json({"code": "A", "clauses": [{"kind": "wish"}]})

    def test_units_are_checked_also_when_built_in_code(self):
        with pytest.raises(ValueError, match="unknown unit"):
            Limit(unit="weeks")


def test_every_reason_reads_as_a_sentence():
    letter = TestJson.full
    known = facts(product=path("it"), price=Decimal(1), contract="X")
    decision = decide([letter, TestTheMostFavourableWins.slow], known, CALENDARS, NOW)
    said = [*decision.reasons, *decision.losers, *(r for o in decision.coverage for r in o.reasons)]
    assert all("{" not in in_english(reason) for reason in said)
    assert all(text.endswith(".") for text in REASON_TEMPLATES.values())
