"""The fields of packs as a clerk reads them: labels, help, groups, and words of choices that no customer reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.roles import Role
from jiannuo.promises.commitments import amountwords, factwords, wordlist, words

CLAUSE_KINDS = {
    "time": (_("Time limit"), _("done within so much time from an event"), "alarm"),
    "coverage": (_("Warranty cover"), _("what is covered for how long, from when"), "shield-check"),
    "charge": (_("Charge"), _("what is asked for parts, labour, travel"), "receipt"),
    "remedy": (_("Remedy"), _("refund, exchange, repair in a window"), "arrow-back-up"),
    "recurring": (_("Comes again"), _("visits, calls, inspections, training"), "repeat"),
    "target": (_("Target figure"), _("a figure to reach over a period"), "target"),
    "approval": (_("Consent"), _("whose consent is needed for what"), "gavel"),
    "settlement": (_("Settlement"), _("how a dealer or supplier is paid"), "cash"),
}

#: groups of the form of a clause: name, fields; what no group names is said first, in the group of the promise
GROUPS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("words", _("In words"), ("text", "source")),
    ("promise", pgettext_lazy("commitment", "What is promised"), ()),
    ("when", _("When it applies"), ("when",)),
    (
        "clock",
        _("Clock, warning, escalation and what follows a miss"),
        ("pausable", "warn", "ladder", "consequences", "evidence"),
    ),
    ("other", _("Number and confirmation"), ("id", "verify")),
)

#: rarely needed: folded away until used
ADVANCED = frozenset(
    {
        "reading",
        "before",
        "opens",
        "keeps",
        "meter",
        "asked_on_exchange",
        "counts_start_day",
        "roll_forward",
        "ends",
        "pick",
        "fallbacks",
        "repair_extends",
        "replacement",
        "free_is_threshold",
        "creditor",
        "by_calendar",
        "besides",
        "tolerance",
        "first_within",
        "lasts",
        "count",
        "tz",
        "make_up_hours",
        "extra_closed",
        "extra_open",
        "channels",
        "repeat",
        "kind",
    }
)
#: filled in by the system when left out
GIVEN = frozenset({"id"})
#: texts of more than one line
LONG = frozenset({"text", "why"})


def _roles() -> dict[str, Any]:
    return dict(Role.choices)


def _parties_and_roles() -> dict[str, Any]:
    return {**{one: word("party", one) for one in ("customer", "manufacturer", "dealer")}, **_roles()}


#: fields whose words the schema leaves open, with what is usual
CHOSEN_BY_NAME: dict[str, Callable[[], Mapping[str, Any]]] = {
    "calendar": dict,
    "role": _roles,
    "approvers": _parties_and_roles,
    "excluded_causes": lambda: wordlist.CAUSES,
    "evidence": lambda: wordlist.PAPERS,
    "certificates": lambda: wordlist.CERTIFICATES,
    "documents": lambda: wordlist.PAPERS,
    "keeps": lambda: wordlist.PAPERS,
    "measure": lambda: wordlist.MEASURES,
    "flag": lambda: wordlist.CIRCUMSTANCES,
}

LABELS: dict[str, Any] = {
    "code": _("code"),
    "name": _("name"),
    "kind": _("kind"),
    "owner": _("who promises"),
    "exclusive": _("applies alone where it says something (signed contract)"),
    "floor": _("statutory floor: nothing may promise less"),
    "valid_from": _("valid from"),
    "valid_to": _("valid until"),
    "scope": _("applies to"),
    "components": _("components"),
    "parameters": _("blanks and values"),
    "zones": _("zones"),
    "calendars": _("calendars"),
    "not_executable": _("sentences that nobody can execute"),
    "id": _("number of the clause"),
    "text": _("text as the customer reads it"),
    "source": _("source"),
    "source.document": pgettext_lazy("commitment", "document"),
    "source.article": _("article"),
    "when": _("conditions"),
    "verify": _("the figure rests on general knowledge: off until somebody confirms it"),
    "metric": _("what is promised"),
    "limit": _("within"),
    "deadline": _("deadline"),
    "amount": pgettext_lazy("commitment", "amount (yuan)"),
    "unit": pgettext_lazy("commitment", "unit"),
    "reading": _("how days are counted"),
    "counts_start_day": _("the first day counts"),
    "roll_forward": _("an end on a day off moves on"),
    "ends": _("the day ends"),
    "calendar": _("hours that count"),
    "start": _("counts from"),
    "before": _("counted back from"),
    "opens": _("not earlier than"),
    "keeps": _("what is kept"),
    "meter": _("meter"),
    "price.per": _("for each … of the meter"),
    "asked_on_exchange": _("an exchange costs the customer the same"),
    "offsets.before": _("before the event, not after it"),
    "debtor": _("who owes it"),
    "creditor": _("to whom"),
    "pausable": _("the clock may stand still while"),
    "warn": _("warn"),
    "ladder": _("escalation"),
    "at": _("at which point"),
    "anchor": _("counted from"),
    "fraction": _("share of the time (0.75 is three quarters)"),
    "role": _("whom to tell"),
    "channels": pgettext_lazy("commitment", "by which way"),
    "ladder.kind": _("kind of step"),
    "labels": _("words of this commitment"),
    "repeat": _("again every … minutes"),
    "consequences": _("if missed"),
    "consequences.code": _("what follows"),
    "consequences.text": _("words"),
    "share": _("share (0.05 is 5 %)"),
    "per": _("per"),
    "evidence": _("proof"),
    "term": _("how long"),
    "years": _("years"),
    "quarters": _("quarters"),
    "months": _("months"),
    "weeks": _("weeks"),
    "days": _("days"),
    "meters": _("limits of meters"),
    "repair_extends": _("repair time is added"),
    "replacement": _("replaced parts"),
    "begins": _("begins with"),
    "events": _("event"),
    "pick": _("of several events"),
    "fallbacks": _("else with"),
    "besides": _("not among the rest"),
    "includes": _("includes"),
    "excluded_causes": _("does not cover"),
    "payer": _("paid by"),
    "items": _("for what"),
    "basis": _("on which basis"),
    "rate": _("rate (0.8 is 80 %)"),
    "free_up_to": _("free up to (yuan)"),
    "free_is_threshold": _("above that the whole is charged"),
    "cap": _("at most (yuan)"),
    "applies": _("applies"),
    "supplied_by": _("supplied by"),
    "offers": _("the customer may choose"),
    "window": _("may be asked for"),
    "from_day": _("from day"),
    "to_day": _("to day"),
    "within": _("within"),
    "while_covered": _("while under warranty"),
    "price": _("refund"),
    "rule": _("reckoned as"),
    "bearer": _("who bears the cost"),
    "action": _("what comes again"),
    "every": _("every"),
    "times": _("times in each"),
    "seasons": _("seasons of the year"),
    "seasons.begins": _("from (month-day)"),
    "seasons.ends": _("to (month-day)"),
    "offsets": _("days after the event"),
    "by_calendar": _("whole calendar periods"),
    "first_within": _("the first within"),
    "lasts": _("lasts"),
    "count": _("how many in all"),
    "tolerance": _("days of tolerance"),
    "measure": pgettext_lazy("commitment", "measure"),
    "dates": _("what happened when"),
    "event": _("event"),
    "day": pgettext_lazy("commitment", "day"),
    "time": _("time of day"),
    "comparison": _("compared"),
    "value": _("value"),
    "upper": _("upper value"),
    "over": _("over"),
    "whom": _("for whom"),
    "weight": _("weight"),
    "steps": _("points by steps"),
    "low": _("from"),
    "high": _("to"),
    "points": _("points"),
    "stakes": _("reward and penalty"),
    "stakes.when": _("when"),
    "stakes.per": _("for each … of distance"),
    "most": _("at most"),
    "subject": _("what needs consent"),
    "approvers": _("of whom, in this order"),
    "above": _("above (yuan)"),
    "up_to": _("up to (yuan)"),
    "payee": _("who is paid"),
    "tiers": _("tiers"),
    "grade": _("grade"),
    "certificates": _("certificates that who does the job must hold"),
    "documents": _("papers needed"),
    "late": _("if late"),
    "refusals": _("grounds for paying less or nothing"),
    "flag": _("what is the case"),
    "effect": _("then"),
    "weekly": _("week"),
    "tz": _("time zone"),
    "observes_holidays": _("closed on statutory holidays, open on make-up workdays"),
    "make_up_hours": _("hours of a make-up workday"),
    "extra_closed": _("closed dates"),
    "extra_open": _("extra open dates"),
    "label": _("what stands for it in the document"),
    "article": _("article"),
    "why": _("why not"),
}

#: parts in which an amount is one of time
_SPANS = ("limit", "opens", "deadline", "warn", "at", "every", "within", "first_within", "lasts")
_SPAN = pgettext_lazy("commitment", "how much time")

HELP: dict[str, Any] = {
    "text": _("Write a blank as {name}; its value is given under “blanks and values”."),
    "components": _("One a line, as a path: main/motor; “rest” is what no clause names."),
    "fraction": _("Fill in this or an amount of time, not both."),
    "calendar": _("Only for working hours, working days and days that move."),
    "evidence": _("Choose, or write a code and press Enter."),
    "certificates": _(
        "For the subject “who may do the job”; the register of technicians uses the same code."
    ),
    "documents": _("Choose, or write a code and press Enter."),
    "keeps": _("Choose, or write a code and press Enter."),
    "when": _("All conditions must hold. Values are separated by commas."),
    "scope": _("Holds for every clause. Values are separated by commas."),
    "id": _("Small letters, digits and hyphens. Empty: chosen by the system."),
    "weekly": _("Hours as 08:30-12:00, several separated by commas; empty means closed."),
    "extra_closed": _("One date a line."),
    "extra_open": _("One date a line with its hours: 2026-10-02 09:00-12:00"),
    "value": _("Empty: still a blank; its clauses stay off."),
    "measure": _("Choose, or write a code of small letters and underscores and press Enter."),
    "flag": _("Choose, or write a code of small letters and underscores and press Enter."),
}

#: family of the schema, or field → table of words.py
_TABLES: dict[str, tuple[Mapping[str, Any], ...]] = {
    "metric": (words.METRICS,),
    "event": (words.EVENTS,),
    "item": (words.ITEMS,),
    "payer": (words.PAYERS,),
    "pause reason": (words.PAUSE_REASONS,),
    "party": (words.PARTIES,),
    "action": (words.ACTIONS,),
    "remedy": (words.REMEDIES,),
    "channel": (words.CHANNELS,),
    "consequence": (words.CONSEQUENCES,),
    "subject of approval": (words.APPROVAL_SUBJECTS,),
    "basis": (amountwords.CHARGE_BASES, amountwords.SETTLEMENT_BASES),
    "comparison": (amountwords.COMPARISONS,),
    "price rule": (amountwords.PRICE_RULES,),
    "period": (amountwords.OVER,),
    "unit": (amountwords.TARGET_UNITS, amountwords.UNITS),
    "measure": (wordlist.MEASURES,),
    "paper": (wordlist.PAPERS,),
    "flag": (wordlist.CIRCUMSTANCES,),
    "certificate": (wordlist.CERTIFICATES,),
}

_WORDS: dict[str, Any] = {
    "minutes": _("minutes"),
    "hours": _("hours"),
    "working_minutes": _("working minutes"),
    "working_hours": _("working hours"),
    "working_days": _("working days"),
    "days": _("days"),
    "weeks": _("weeks"),
    "months": _("months"),
    "quarters": _("quarters"),
    "years": _("years"),
    "same_day": _("on the same day"),
    "forever": pgettext_lazy("limit", "forever"),
    "civil": _("whole days, to the end of the last"),
    "elapsed": _("to the same time of day"),
    "holiday": _("if it is a holiday"),
    "rest_day": _("if it is any day off"),
    "midnight": _("at midnight"),
    "closing": _("at closing"),
    "start": _("the start"),
    "before_due": _("the due time, backwards"),
    "missed": _("the miss"),
    "first": _("the first"),
    "last": _("the last"),
    "continues": _("go on with the period"),
    "restarts": _("begin a period of their own"),
    "out_of_warranty": _("out of warranty"),
    "in_warranty": _("in warranty"),
    "always": _("always"),
    "statute": _("statute"),
    "maker": _("maker's commitment"),
    "contract": _("contract"),
    "dealer": _("dealer's commitment"),
    "promotion": _("promotion"),
    "met": _("reached"),
    "refused": _("nothing is paid"),
    "reduced": _("less is paid"),
    "forfeited": _("the claim is lost"),
}


def label(name: str, prefix: str = "") -> str:
    """The label of a field; ``prefix`` is the path above it."""
    above = [part for part in prefix.split(".") if part and not part.isdigit() and part != "__n__"]
    own = LABELS.get(f"{above[-1]}.{name}") if above else None
    if name == "amount" and above and above[-1] in _SPANS:
        own = _SPAN
    return str(own or LABELS.get(name) or name.replace("_", " "))


def help_text(name: str, prefix: str = "") -> str:
    """What a clerk should know of a field, or nothing."""
    if (name == "text" and prefix) or (name == "value" and not prefix.startswith("parameters.")):
        return ""
    return str(HELP.get(name, ""))


def word(family: str, value: str) -> str:
    """A word of a choice in the reader's language; ``family`` is the kind of word, or the field."""
    found = next((table[value] for table in _TABLES.get(family, ()) if value in table), _WORDS.get(value))
    return str(found) if found is not None else value.replace("_", " ")


def any_word(value: str) -> str:
    """A word whatever its kind; itself when no table knows it."""
    for tables in _TABLES.values():
        for table in tables:
            if value in table:
                return str(table[value])
    known = _WORDS.get(value) or LABELS.get(value) or factwords.FACTS.get(value)
    return str(known) if known is not None else value


def groups(names: list[str]) -> list[tuple[str, str, list[str]]]:
    """The groups of a form with the fields that a kind of clause has."""
    taken = {name for _key, _title, members in GROUPS for name in members}
    found = []
    for key, title, members in GROUPS:
        inside = (
            [name for name in names if name not in taken]
            if key == "promise"
            else [n for n in members if n in names]
        )
        if inside:
            found.append((key, str(title), inside))
    return found
