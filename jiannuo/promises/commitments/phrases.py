"""Limits, periods, windows, calendars, conditions and figures in words: the phrases of a letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiannuo.promises.commitments import amountwords, factwords, words
from jiannuo.rules import (
    WEEKDAYS,
    Calendar,
    ChargeClause,
    Condition,
    Consequence,
    Limit,
    Period,
    Point,
    Price,
    RecurringClause,
    RemedyWindow,
    SettlementClause,
    Stake,
    Step,
    TargetClause,
)
from jiannuo.rules.decision import ALWAYS


def limit_text(limit: Limit) -> str:
    """A limit such as “within 2 hours”; without an amount of time, the moment itself."""
    if not limit.amount and limit.unit.endswith(("hours", "minutes")):
        return pgettext("limit", "at that moment")
    return str(amountwords.LIMITS[limit.unit]).format(n=number_text(limit.amount))


def limit_before_text(limit: Limit) -> str:
    """A limit counted back from an event, such as “at least 14 days before”; no amount is the event itself."""
    if not limit.amount:
        return _("before")
    return str(amountwords.LIMITS_BEFORE[limit.unit]).format(n=number_text(limit.amount))


def period_text(period: Period) -> str:
    """A period such as “3 years”."""
    return str(amountwords.PERIODS[period.unit]).format(n=period.amount)


def consequence_text(consequence: Consequence) -> str:
    """What a miss brings about, with its figure."""
    text = consequence.text or words.label(words.CONSEQUENCES, consequence.code)
    figure = brought_text(consequence.amount, None, consequence.share)
    if not figure:
        return text
    if consequence.per:
        unit = words.label(amountwords.UNITS, consequence.per)
        figure = _("{figure} for each {unit}").format(figure=figure, unit=unit)
    return f"{text}（{figure}）"


def price_text(price: Price) -> str:
    """The price rule of a remedy; empty when it is not about money."""
    if price.rule == "none":
        return ""
    if price.rule == "fixed":
        return yuan_text(price.amount)
    text = str(amountwords.PRICE_RULES[price.rule])
    if price.rule == "depreciated" and price.rate is not None:
        return _("{price}, {share} a day").format(price=text, share=share_text(price.rate))
    if price.rule == "metered" and price.rate is not None:
        per = f"{number_text(price.per)} {words.label(amountwords.UNITS, price.meter)}"
        return _("{price}, {share} for each {per}").format(price=text, share=share_text(price.rate), per=per)
    if price.rule == "share" and price.rate is not None:
        return _("{share} of the invoice price").format(share=share_text(price.rate))
    return text


def window_text(window: RemedyWindow | None, while_covered: bool = False) -> str:
    """When a remedy may be asked for."""
    if window is None or (window.to_day is None and window.within is None):
        opens = (
            "" if window is None or window.from_day <= 1 else _("from day {n} on").format(n=window.from_day)
        )
        lasts = (
            _("as long as the warranty lasts") if window is not None or while_covered else _("at any time")
        )
        return _(", ").join(filter(None, (opens, lasts)))
    if window.to_day is not None:
        return _("day {first} to day {last}").format(first=window.from_day, last=window.to_day)
    within = _("within {period}").format(period=period_text(window.within)) if window.within else ""
    return (
        within if window.from_day <= 1 else _("from day {n} on").format(n=window.from_day) + _(", ") + within
    )


def rhythm_text(clause: RecurringClause) -> str:
    """How often something comes: every period, in seasons, or at days after the event."""
    if clause.every is not None:
        every = clause.every
        each = _("every calendar {period}") if clause.by_calendar else _("every {period}")
        text = each.format(
            period=amountwords.ONE_PERIOD[every.unit] if every.amount == 1 else period_text(every)
        )
    elif clause.seasons:
        spans = (f"{season.name} {season.begins}–{season.ends}".strip() for season in clause.seasons)
        text = _("every year in {seasons}").format(seasons=list_text(spans))
    else:
        after = [f"{one.from_day}–{one.to_day}" for one in clause.offsets if not one.before]
        before = [f"{one.to_day}–{one.from_day}" for one in clause.offsets if one.before]
        told = [_("on days {days} before the event").format(days=list_text(before))] if before else []
        told += [_("on days {days} after the event").format(days=list_text(after))] if after else []
        text = list_text(told)
    return text if clause.times == 1 else _("{n} times {rhythm}").format(n=clause.times, rhythm=text)


def point_text(point: Point) -> str:
    """An instant within an obligation: “30 minutes before it is due”, “when 80 % of the time is used”."""
    if point.fraction is not None:
        share = number_text(point.fraction * 100)
        return {
            "start": _("when {n}% of the time is used"),
            "before_due": _("when {n}% of the time is left"),
            "missed": _("{n}% of the time after it was missed"),
        }[point.anchor].format(n=share)
    amount = {
        "minutes": _("{n} minutes"),
        "hours": _("{n} hours"),
        "working_minutes": _("{n} working minutes"),
        "working_hours": _("{n} working hours"),
    }[point.unit].format(n=number_text(point.amount or Decimal(0)))
    return {
        "start": _("{amount} after the start"),
        "before_due": _("{amount} before it is due"),
        "missed": _("{amount} after it was missed"),
    }[point.anchor].format(amount=amount)


def calendar_text(name: str, calendars: Mapping[str, Calendar]) -> str:
    """The hours of a calendar in words, days with the same hours together."""
    if name == ALWAYS:
        return _("round the clock")
    calendar = calendars.get(name)
    if calendar is None:
        return _("calendar “{name}”, which does not exist").format(name=name)
    rows: list[tuple[list[str], str]] = []
    for day, windows in zip(WEEKDAYS, calendar.weekly, strict=True):
        hours = ", ".join(str(window) for window in windows)
        if rows and rows[-1][1] == hours:
            rows[-1][0].append(day)
        else:
            rows.append(([day], hours))
    texts = [f"{_days(days)} {hours}" for days, hours in rows if hours]
    if calendar.observes_holidays:
        texts.append(_("closed on statutory holidays"))
    return "；".join(texts)


def _days(days: list[str]) -> str:
    names = {
        "mon": _("Mon"),
        "tue": _("Tue"),
        "wed": _("Wed"),
        "thu": _("Thu"),
        "fri": _("Fri"),
        "sat": _("Sat"),
        "sun": _("Sun"),
    }
    if len(days) == len(names):
        return _("daily")
    return names[days[0]] if len(days) == 1 else f"{names[days[0]]}–{names[days[-1]]}"


def condition_text(condition: Condition, names: Mapping[str, str] | None = None) -> str:
    """One column of the decision table in words; ``names`` knows the names of paths and the words of its commitment."""
    label = factwords.fact_label(condition.fact, names)
    if condition.any_of:
        return _("{fact}: {values}").format(
            fact=label, values=_values(condition.fact, condition.any_of, names)
        )
    if condition.all_of:
        values = _values(condition.fact, condition.all_of, names)
        return _("{fact}: {values} together").format(fact=label, values=values)
    if condition.none_of:
        return _("{fact}: not {values}").format(
            fact=label, values=_values(condition.fact, condition.none_of, names)
        )
    if condition.low is not None and condition.high is not None:
        low, high = number_text(condition.low), number_text(condition.high)
        return _("{fact}: {low} to {high}").format(fact=label, low=low, high=high)
    if condition.low is not None:
        return _("{fact}: {low} or more").format(fact=label, low=number_text(condition.low))
    return _("{fact}: {high} or less").format(fact=label, high=number_text(condition.high or Decimal(0)))


def _values(fact: str, values: Iterable[str], names: Mapping[str, str] | None) -> str:
    if fact == "component":
        return list_text(words.component_label(value, names) for value in values)
    if fact in ("product", "division", "zone", "model", "dealer", "contract"):
        return list_text((names or {}).get(value, value) for value in values)
    return list_text(factwords.value_label(fact, value, names) for value in values)


def basis_text(clause: ChargeClause) -> str:
    """On what basis a charge is made."""
    if clause.basis == "fixed":
        unit = words.label(amountwords.UNITS, clause.per)
        return _("{amount} yuan for each {unit}").format(
            amount=number_text(clause.amount or Decimal(0)), unit=unit
        )
    if clause.basis == "discount" and clause.rate is not None:
        return _("{share} of the list price").format(share=share_text(clause.rate))
    text = str(amountwords.CHARGE_BASES[clause.basis])
    return (
        text
        if clause.rate is None
        else _("{basis}, times {rate}").format(basis=text, rate=number_text(clause.rate))
    )


def pay_text(clause: SettlementClause) -> str:
    """On what basis somebody is paid."""
    unit = words.label(amountwords.UNITS, clause.per)
    if clause.basis == "fixed" and clause.amount is not None:
        return _("{amount} yuan for each {unit}").format(amount=number_text(clause.amount), unit=unit)
    if clause.basis == "share" and clause.share is not None:
        return _("{share} of the sum").format(share=share_text(clause.share))
    return str(amountwords.SETTLEMENT_BASES[clause.basis])


def range_text(step: Step, unit: str) -> str:
    """A step of a target with what it earns."""
    return (
        f"{span_text(step.low, step.high, unit)}：{step.text or brought_text(step.amount, step.points, None)}"
    )


def target_text(clause: TargetClause) -> str:
    """What a target asks for: at least 98 %."""
    unit = str(amountwords.TARGET_UNITS[clause.unit])
    if clause.comparison == "between":
        return _("{low} to {high}").format(
            low=figure_text(clause.value, unit), high=figure_text(clause.upper, unit)
        )
    return f"{amountwords.COMPARISONS[clause.comparison]} {figure_text(clause.value, unit)}"


def span_text(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    """From where to below where a figure lies."""
    if low is None and high is None:
        return ""
    if low is None:
        return _("below {high}").format(high=figure_text(high, unit))
    if high is None:
        return _("from {low}").format(low=figure_text(low, unit))
    return _("from {low} to below {high}").format(low=figure_text(low, unit), high=figure_text(high, unit))


def stake_text(stake: Stake, unit: str) -> str:
    """A reward or a penalty."""
    text = stake.text or brought_text(stake.amount, stake.points, stake.share)
    if stake.per is not None and not stake.text:
        text = _("{figure} for each {unit}").format(figure=text, unit=figure_text(stake.per, unit))
    if stake.most is not None and not stake.text:
        text = _("{figure}, at most {most}").format(figure=text, most=number_text(stake.most))
    return text


def brought_text(amount: Decimal | None, points: Decimal | None, share: Decimal | None) -> str:
    """What something brings, in yuan, points or as a share."""
    found = [yuan_text(amount)] if amount is not None else []
    found += [_("{n} points").format(n=number_text(points))] if points is not None else []
    found += [share_text(share)] if share is not None else []
    return "、".join(found)


def figure_text(value: Decimal | None, unit: str) -> str:
    """A figure with its unit; empty when there is none."""
    return "" if value is None else f"{number_text(value)} {unit}".strip()


def yuan_text(amount: Decimal | None) -> str:
    """An amount of money; empty when there is none."""
    return "" if amount is None else _("{amount} yuan").format(amount=number_text(amount))


def share_text(share: Decimal) -> str:
    """A share as people say it: 5%, or twice."""
    return _("{n} times").format(n=number_text(share)) if share > 1 else f"{number_text(share * 100)}%"


def list_text(values: Iterable[Any]) -> str:
    """Things one beside the other."""
    return "、".join(str(value) for value in values)


def number_text(value: Decimal) -> str:
    """A number without idle zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
