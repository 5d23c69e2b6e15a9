"""The simulator: try a promise before it is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from jiannuo.office.accounts.access import permission_required
from jiannuo.promises.commitments import factwords, wordlist, words
from jiannuo.promises.commitments.cases import (
    CASE_GROUPS,
    CasePart,
    doubts,
    facts_data,
    pasted,
    read_case,
    typed_from,
)
from jiannuo.promises.commitments.draftpages import category_names
from jiannuo.promises.commitments.drafts import may
from jiannuo.promises.commitments.editing.dictionary import Dictionary
from jiannuo.promises.commitments.editing.nodes import Node, Surroundings, nodes_of
from jiannuo.promises.commitments.editing.typed import typed_in
from jiannuo.promises.commitments.engine import Loaded, loaded
from jiannuo.promises.commitments.facts import facts_for
from jiannuo.promises.commitments.mistakewords import facts_problem
from jiannuo.promises.commitments.models import Commitment, CommitmentVersion
from jiannuo.promises.commitments.simulating import Result, simulate
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import Component
from jiannuo.rules import FactsError

State = CommitmentVersion.State
GROUP_TITLES = {
    "case": gettext_lazy("The case"),
    "place": gettext_lazy("Place and fault"),
    "history": gettext_lazy("History and what is so"),
    "money": gettext_lazy("Money, meters, figures, papers"),
    "other": gettext_lazy("Other facts"),
}


@dataclass(slots=True)
class Choice:
    """A version that can be tried."""

    version: CommitmentVersion
    chosen: bool


@permission_required("commitments.view")
@require_http_methods(["GET", "POST"])
def simulator(request: HttpRequest) -> HttpResponse:
    """Facts in, decision out. Saves nothing."""
    names = category_names()
    problems: list[str] = []
    result: Result | None = None
    warned: list[str] = []
    text, at_text = request.POST.get("facts", ""), request.POST.get("at", "")
    choices = _choices(request)
    at = timezone.now()
    if request.method == "POST":
        typed = typed_in(CasePart, request.POST, known=Dictionary(names))
        try:
            at = _instant(at_text) or at
            facts = read_case(pasted(text) if text.strip() else facts_data(typed))
            warned = doubts(facts, at)
            result = simulate(_chosen(choices), facts, at)
            typed = typed_from(facts) if text.strip() else typed
        except FactsError as error:
            problems = [facts_problem(one) for one in error.problems]
        except ValueError as error:
            problems = [str(error)]
    else:
        typed = _prefilled(request)
    context = {
        "title": _("Simulator"),
        "subtitle": _("Try what is promised in a case before it is promised. Nothing is saved."),
        "groups": _groups(typed, _offered(choices, names)),
        "choices": choices,
        "text": text,
        "at": at_text or f"{timezone.localtime(at):%Y-%m-%dT%H:%M}",
        "problems": problems,
        "doubts": warned,
        "result": result,
    }
    return render(request, "commitments/simulator.html", context, status=422 if problems else 200)


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise FactsError([_("“%(text)s” is no instant. Write it as 2026-03-02 09:00.") % {"text": text}])
    return timezone.make_aware(found) if timezone.is_naive(found) else found


# The versions


def _choices(request: HttpRequest) -> list[Choice]:
    """Published versions in the person's scope, and the drafts that they may see; two queries."""
    user: Any = request.user
    rows = list(
        CommitmentVersion.objects.filter(commitment__in=Commitment.objects.visible_to(user))
        .filter(state__in=[State.DRAFT, State.APPROVED, State.PUBLISHED])
        .exclude(content={})
        .defer("pack")
        .select_related("commitment__organization")
        .order_by("commitment__code", "-number")
    )
    rows = [
        one
        for one in rows
        if one.state == State.PUBLISHED or may(user, "commitments.review", one.commitment.organization)
    ]
    if request.method == "POST":
        picked = set(request.POST.getlist("versions"))
        return [Choice(one, str(one.pk) in picked) for one in rows]
    tried = request.GET.get("try", "")
    number = request.GET.get("version", "")
    newest = {one.commitment_id: one.pk for one in reversed(rows)}
    return [Choice(one, _begins_chosen(one, tried, number, newest)) for one in rows]


def _begins_chosen(one: CommitmentVersion, tried: str, number: str, newest: Mapping[int, int]) -> bool:
    if one.commitment.code == tried:
        return str(one.number) == number if number else newest[one.commitment_id] == one.pk
    return one.state == State.PUBLISHED


def _chosen(choices: list[Choice]) -> list[Loaded]:
    found = [loaded(one.version) for one in choices if one.chosen]
    if not found:
        raise FactsError([_("Choose at least one commitment.")])
    return found


# The form


def _groups(typed: Mapping[str, Any], offered: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    nodes = {node.name: node for node in nodes_of(CasePart, typed, Surroundings())}
    for name, node in nodes.items():
        _dress(node, name, offered.get(name, {}))
    return [
        {
            "name": group,
            "title": GROUP_TITLES[group],
            "nodes": [nodes[name] for name in members],
            "is_open": group == "case" or any(nodes[name].filled for name in members),
        }
        for group, members in CASE_GROUPS
    ]


def _dress(node: Node, name: str, labels: Mapping[str, Any]) -> None:
    """Labels of facts, and a choice where the system knows the words."""
    if name != "dates":
        node.label = str(LABELS.get(name) or factwords.fact_label(name))
    if name == "division":
        node.kind = "region"
    if labels:
        node.kind = "choices" if node.kind == "words" else "choice"
        node.choices = [(str(value), str(label)) for value, label in labels.items()]
        given = node.value.splitlines() if node.kind == "choices" else [node.value] if node.value else []
        node.choices = [*node.choices, *((one, one) for one in given if one not in labels)]
        node.value = given if node.kind == "choices" else node.value
        node.is_open = name in OPEN
    node.help = str(HELP.get(name, ""))


def _offered(choices: Sequence[Choice], names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What the pickers offer: the catalogue, the words of the house, and what the commitments on the page speak of.

    One query.
    """
    components = dict(Component.objects.order_by("code_path").values_list("code_path", "name"))
    offered: dict[str, dict[str, Any]] = {
        **{fact: dict(labels) for fact, labels in factwords.VALUES.items()},
        "product": {path: _with_what_holds_it(path, names) for path in names},
        "component": {path: _with_what_holds_it(path, components) for path in components},
        "zones": {},
        "cause": dict(wordlist.CAUSES),
        "flags": dict(wordlist.CIRCUMSTANCES),
        "documents": dict(wordlist.PAPERS),
    }
    for one in choices:
        own = one.version.content.get("labels", {})
        for field, word in _spoken_of(one.version.content):
            known = offered.setdefault(field, {})
            if word not in known:
                is_path = field == "component"
                known[word] = (
                    words.component_label(word, own) if is_path else factwords.value_label(field, word, own)
                )
    return offered


def _spoken_of(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The words that the clauses of a version ask for, each with the field of the form that takes it."""
    clauses = content.get("clauses", ())
    for zone in content.get("zones", ()):
        yield "zones", zone
    for path in (path for clause in clauses for path in clause.get("components", ()) if path != "rest"):
        yield "component", path
    for condition in (
        *content.get("scope", ()),
        *(one for clause in clauses for one in clause.get("when", ())),
    ):
        field = {"zone": "zones", "flag": "flags"}.get(condition["fact"], condition["fact"])
        if field in CasePart.model_fields and field not in ("division", "in_warranty"):
            for word in (word for key in ("any_of", "all_of", "none_of") for word in condition.get(key, ())):
                yield field, word


def _with_what_holds_it(path: str, names: Mapping[str, str]) -> str:
    """The name of a path after the names of what holds it, so that no two are read alike."""
    parts = path.split("/")
    above = ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
    return " / ".join(names.get(one, one.rpartition("/")[2]) for one in above)


#: facts whose words anybody may choose
OPEN = frozenset(
    {"component", "zones", "cause", "flags", "documents", "model", "dealer", "contract", "symptom"}
)
LABELS: dict[str, Any] = {
    "zones": gettext_lazy("zones"),
    "flags": gettext_lazy("what is so"),
    "amounts": gettext_lazy("amounts (yuan)"),
    "meters": gettext_lazy("meters"),
    "figures": gettext_lazy("figures"),
    "documents": gettext_lazy("papers at hand"),
    "same_symptom_repairs": gettext_lazy("how often the same fault was repaired before"),
    "consecutive_faults": gettext_lazy("faults in a row, this one included"),
    "days_under_repair": gettext_lazy("days under repair so far, in all"),
    "days_waiting_parts": gettext_lazy("days waited for parts so far"),
    "replacements": gettext_lazy("how often it was exchanged before"),
    "unsolved_services": gettext_lazy("services that did not solve it"),
    "price": gettext_lazy("price on the invoice (yuan)"),
    "model": gettext_lazy("code of the model"),
    "dealer": gettext_lazy("code of the dealer"),
    "contract": gettext_lazy("number of the contract"),
}
HELP: dict[str, Any] = {
    "flags": gettext_lazy("Choose, or write a code and press Enter."),
    "documents": gettext_lazy("Choose, or write a code and press Enter."),
}


def _prefilled(request: HttpRequest) -> dict[str, Any]:
    """Facts named in the address: of a unit, of a request."""
    user: Any = request.user
    get = request.GET
    unit = None
    if get.get("unit", "").isdigit() and user.has_perm("units.view"):
        unit = (
            InstalledUnit.objects.visible_to(user)
            .select_related("model__category", "dealer", "customer")
            .filter(pk=get["unit"])
            .first()
        )
    typed = typed_from(facts_for(unit=unit, customer=unit.customer)) if unit is not None else {"dates": []}
    for name in ("product", "division", "request_kind", "severity", "channel", "cause"):
        if get.get(name):
            typed[name] = get[name][:80]
    requested = _parsed(get.get("requested", ""))
    if requested is not None:
        local = timezone.localtime(requested)
        typed["dates"].append({"event": "requested", "day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"})
    elif not any(one["event"] == "requested" for one in typed["dates"]):
        now = timezone.localtime()
        typed["dates"].append({"event": "requested", "day": f"{now:%Y-%m-%d}", "time": f"{now:%H:%M}"})
    return typed


def _parsed(text: str) -> datetime | None:
    try:
        return _instant(text.replace(" ", "+", 1) if "T" in text else text)
    except FactsError:
        return None
