"""Mistakes in packs and facts in the words of the reader; what is not known here stays as the check says it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from jiannuo.promises.commitments import factwords, fieldwords
from jiannuo.promises.commitments.packs import PackError

# What a check says, with what a clerk reads. The names of groups: ``field`` is a field of the pack, ``word`` a word of
# the schema, others stay as they are.
_SENTENCES: tuple[tuple[str, Any], ...] = (
    (r"unknown key '(?P<field>[^']*)'", gettext_lazy("There is no field “%(field)s”")),
    (r"unknown (?P<kind>[a-z ]+) '(?P<typed>[^']*)'", gettext_lazy("Unknown %(kind)s “%(typed)s”")),
    (r"'(?P<field>[^']*)' is missing", gettext_lazy("“%(field)s” is missing")),
    (r"cannot read the amount '?(?P<typed>.*?)'?", gettext_lazy("“%(typed)s” is no amount")),
    (r"cannot read (?P<typed>.*) as int", gettext_lazy("“%(typed)s” is no whole number")),
    (r"cannot read (?P<typed>.*) as Decimal", gettext_lazy("“%(typed)s” is no amount")),
    (r"cannot read .* as (date|datetime)", gettext_lazy("This is no date of the calendar")),
    (r"an amount cannot be negative(: (?P<typed>.*))?", gettext_lazy("An amount cannot be negative")),
    (r"-[\d.]+", gettext_lazy("Write 0 or more.")),
    (r".*at least 1 item.*", gettext_lazy("Choose at least one")),
    (r".*should match pattern.*", gettext_lazy("It is not written as it has to be")),
    (r".*valid date.*", gettext_lazy("This is no date of the calendar")),
    (r".*greater than or equal to 0.*", gettext_lazy("It cannot be below 0")),
    (r"(?P<typed>.*)lies before valid_from.*", gettext_lazy("The last day lies before the first")),
    (r".*give either a fraction.*", gettext_lazy("Give either a share of the time or an amount of time")),
    (r".*a fraction of (the|a) limit.*", gettext_lazy("A share of the time lies between 0 and 1")),
    (r"the components have no term", gettext_lazy("It is not said how long")),
    (r".*give exactly one of every, seasons.*", gettext_lazy("Give exactly one of period, seasons and days")),
    (r"the id '(?P<typed>[^']*)' is used twice", gettext_lazy("The number “%(typed)s” is used twice")),
    (r"parameters refer to each other: (?P<typed>.*)", gettext_lazy("Blanks refer to each other: %(typed)s")),
    (r"the blank '[^']*' \((?P<typed>.*)\) has no value", gettext_lazy("The blank “%(typed)s” has no value")),
    (
        r"calendar '(?P<typed>[^']*)': hours of .* overlap",
        gettext_lazy("Calendar “%(typed)s”: hours overlap"),
    ),
    (
        r"calendar '(?P<typed>[^']*)' never opens",
        gettext_lazy("Calendar “%(typed)s” never opens: give it hours"),
    ),
    (r"cannot read the window '(?P<typed>[^']*)'", gettext_lazy("“%(typed)s” is no span of hours")),
    (
        r"the division '(?P<typed>[^']*)' is not among.*",
        gettext_lazy("The division %(typed)s is not among those loaded here"),
    ),
    (
        r"the component '(?P<typed>[^']*)' has no term",
        gettext_lazy("The component “%(typed)s” has no warranty"),
    ),
    (
        r"components that no clause names have no term",
        gettext_lazy("Components that no clause names have no warranty"),
    ),
    (r"says the same as '(?P<typed>[^']*)'.*", gettext_lazy("It says the same as “%(typed)s”")),
    (
        r"speaks of the same case as '(?P<typed>[^']*)'.*",
        gettext_lazy("It speaks of the same case as “%(typed)s”, and nothing says which counts"),
    ),
    (
        r"offers .* as '(?P<typed>[^']*)' does",
        gettext_lazy("It offers on the same days what “%(typed)s” offers"),
    ),
    (r"an escalation comes after the due instant", gettext_lazy("An escalation comes after the due time")),
    (r"the warning comes after the due instant", gettext_lazy("The warning comes after the due time")),
    (r"(?P<word>\w+) never comes", gettext_lazy("“%(word)s” never comes")),
    (r"the step from .* is empty", gettext_lazy("A step is empty")),
    (r"the steps from .* overlap", gettext_lazy("Two steps overlap")),
    (
        r"no step holds from (?P<low>.*) to (?P<high>.*)",
        gettext_lazy("No step holds from %(low)s to %(high)s"),
    ),
    (
        r"promises less than (?P<typed>.*) allows \((?P<at>.*)\)",
        gettext_lazy("It promises less than %(typed)s allows (%(at)s)"),
    ),
    (
        r"a limit in (?P<word>\w+) must be a whole number.*",
        gettext_lazy("A limit in %(word)s is a whole number"),
    ),
    (r"a discount needs a rate.*", gettext_lazy("A discount needs a rate, such as 0.8")),
    (r"a fixed (charge|settlement) needs an amount.*", gettext_lazy("A fixed amount has to be given")),
    (
        r"the price rule \w+ needs (a rate|an amount)",
        gettext_lazy("This way of reckoning needs a rate or an amount"),
    ),
    (
        r"a limit before an event is an amount.*",
        gettext_lazy("A limit before an event is an amount of time, and its end does not move on"),
    ),
    (r"opens is counted back from an event.*", gettext_lazy("It is not said before which event")),
    (
        r"the metric retain and what it keeps go together",
        gettext_lazy("Say what is kept, and promise “records kept”"),
    ),
    (
        r"what is kept is kept after an event.*",
        gettext_lazy("What is kept is kept after an event, not before one"),
    ),
    (
        r"the price rule metered and a meter.*",
        gettext_lazy("Say which meter lowers the price, and only then"),
    ),
    (r"an exchange costs what use has cost.*", gettext_lazy("Only what use has cost can be asked")),
    (
        r"(?P<word>\w+) has one value only.*",
        gettext_lazy("“%(word)s” has one value only: several together cannot be"),
    ),
    (r"the window from day .* is empty", gettext_lazy("The last day lies before the first")),
    (r"a settlement by share needs.*", gettext_lazy("A settlement by share needs a share or tiers")),
    (r"a target between two figures.*", gettext_lazy("The upper value is missing or lies below the value")),
    (r"cannot read the file: (?P<typed>.*)", gettext_lazy("The file is not YAML: %(typed)s")),
    (r"a pack must be a mapping", gettext_lazy("The file holds no pack")),
    (r"[Dd]id you mean '(?P<word>[^']*)'\?.*", gettext_lazy("Do you mean “%(word)s”?")),
    (r"[Uu]se one of (?P<words>.*?)\.?", gettext_lazy("Use one of: %(words)s")),
    (
        r"[Ww]rite a number, or a parameter as \{name\}.*",
        gettext_lazy("Write a number, or a blank as {name}."),
    ),
    (r"[Gg]ive years, months, days or meters.*", gettext_lazy("Give years, months, days or meters.")),
    (r"Add it to (?P<typed>.*)\.", gettext_lazy("Fill it in.")),
    (
        r"Declare it under parameters.*|Declare it\.",
        gettext_lazy("Give it a value under “blanks and values”."),
    ),
    (r"Declare it under components\.", gettext_lazy("Name it among the components of the commitment.")),
    (r"Name its divisions under zones.*", gettext_lazy("Name its divisions under “zones”.")),
    (
        r"Tell them apart by when, or remove one\.",
        gettext_lazy("Tell them apart by conditions, or remove one."),
    ),
    (
        r"Add it to a coverage clause, or add one for rest\.",
        gettext_lazy("Add it to a warranty clause, or add one for “rest”."),
    ),
    (r"Add a coverage clause for rest.*", gettext_lazy("Add a warranty clause for “rest” if they have one.")),
    (
        r"Move it before the due instant, or anchor it at missed\.",
        gettext_lazy("Move it before the due time, or count it from the miss."),
    ),
    (r"Give one a value\.", gettext_lazy("Give one of them a value.")),
    (r"The floor is: (?P<typed>.*)", gettext_lazy("The least is: %(typed)s")),
    (r"Let it last longer.*", gettext_lazy("Let it last longer than its period, and come at least once.")),
    (r"write it as 08:00-12:00.*", gettext_lazy("Write it as 08:30-12:00.")),
    (
        r"Write 2, 4, 6, 9 or 12 digits.*",
        gettext_lazy("Write 2, 4, 6, 9 or 12 digits that begin with a province: 31 for Shanghai."),
    ),
    (
        r"(?P<a>.*) lies before (?P<event>\w+) \((?P<b>.*)\)",
        gettext_lazy("%(a)s lies before %(event)s (%(b)s)"),
    ),
    (
        r"the instant has no time zone.*",
        gettext_lazy("The time has no zone: write it as 2026-03-02T09:00+08:00"),
    ),
)
#: what a check says as a clerk reads it, but for the first letter
_AS_THEY_ARE = frozenset(
    {
        gettext_noop("Seasons overlap"),
        gettext_noop("A limit counted back from an event cannot stand still"),
        gettext_noop("Only what is kept lasts forever"),
        gettext_noop("Choose another."),
        gettext_noop("The clause stays off until it has one."),
        gettext_noop("They count once; merge them."),
        gettext_noop("Move it forward."),
        gettext_noop("Mend the figure, or leave a blank."),
        gettext_noop("Let each begin after the one before."),
        gettext_noop("Let it end higher."),
        gettext_noop("Begin with code and name."),
        gettext_noop("Load the divisions, or mend the code."),
        gettext_noop("correct one of the two dates"),
    }
)
_PATTERNS = [(re.compile(pattern), text) for pattern, text in _SENTENCES]
_KINDS: dict[str, Any] = {
    "metric": gettext_lazy("promise"),
    "event": gettext_lazy("event"),
    "item": gettext_lazy("item"),
    "unit": gettext_lazy("unit of time"),
    "fact": gettext_lazy("condition"),
    "calendar": gettext_lazy("calendar"),
    "zone": gettext_lazy("zone"),
    "parameter": gettext_lazy("blank"),
    "component": gettext_lazy("component"),
    "division code": gettext_lazy("division code"),
    "party": gettext_lazy("party"),
    "remedy": gettext_lazy("remedy"),
    "consequence": gettext_lazy("consequence"),
    "action": gettext_lazy("activity"),
    "basis": gettext_lazy("basis"),
    "payer": gettext_lazy("payer"),
    "channel": gettext_lazy("channel"),
}


def in_words(found: Iterable[PackError]) -> list[PackError]:
    """The same mistakes in the reader's language."""
    return [replace(one, message=sentence(_bare(one)), mend=sentence(one.mend)) for one in found]


def _bare(one: PackError) -> str:
    """The message without the place in the pack that stands before it."""
    return re.sub(
        r"^(clauses|parameters|zones|calendars|scope|valid_\w+|not_executable)[\w.]*: ", "", one.message
    )


def facts_problem(text: str) -> str:
    """What is wrong with facts, with the name of the fact before it."""
    place, colon, rest = text.partition(": ")
    if not colon or not place.lower().startswith("facts"):
        return sentence(text)
    name = place[len("facts") :].strip(".").removeprefix("dates.")
    is_fact = name.partition(".")[0] in factwords.FACTS
    name = factwords.fact_label(name) if is_fact else fieldwords.any_word(name)
    return f"{name}：{sentence(rest)}" if name else sentence(rest)


def sentence(text: str) -> str:
    """What a check says in the reader's language, with the mend that may stand after it."""
    bare = text.strip()
    for one in (bare, f"{bare[:1].upper()}{bare[1:]}"):
        if one in _AS_THEY_ARE:
            return _(one)
    for pattern, template in _PATTERNS:
        match = pattern.fullmatch(bare)
        if match:
            return str(template) % {
                name: _said(name, value or "") for name, value in match.groupdict().items()
            }
    message, colon, mend = bare.partition(": ")
    said = (sentence(message), sentence(mend)) if colon else (message, mend)
    return text if said == (message, mend) else "，".join(said)


def _said(group: str, value: str) -> str:
    if group == "field":
        return fieldwords.label(value)
    if group == "event":
        return fieldwords.word("event", value)
    if group == "kind":
        return str(_KINDS.get(value, value))
    if group == "word":
        return _word(value)
    if group == "words":
        return (
            "、".join(_word(one.strip()) for one in value.split(","))
            if value.count(",") < 12
            else _("those of the list")
        )
    return value.strip("'") if group == "typed" else value


def _word(value: str) -> str:
    """A word of the schema by its name, with itself beside it."""
    named = fieldwords.any_word(value)
    return value if named == value else f"{named} {value}"
