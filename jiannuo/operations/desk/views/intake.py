"""The intake screen and the parts that fill it while the agent types."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from jiannuo.kernel.resending import SentDifferently, reopen
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.desk import callers, origins
from jiannuo.operations.desk.intake_forms import NEW, UNIT_DATES, IntakeForm
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.queries import possible_duplicates
from jiannuo.operations.desk.services import (
    PossibleDuplicate,
    answer_at_once,
    decision_for,
    register_request,
)
from jiannuo.operations.knowledge.queries import About
from jiannuo.operations.knowledge.suggesting import suggest as suggest_from_history
from jiannuo.promises.commitments.showing import view_of
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.phones import phone_or_none
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import FaultCode, ProductModel

PERMISSION = "requests.create"
MOST_SUGGESTIONS = 6
MOST_MODELS = 20


@permission_required(PERMISSION)
@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """One screen from the phone number to the registered request."""
    user: Any = request.user
    if request.method == "GET":
        begun = origins.begun(request.GET.get("origin", ""), user)
        return _screen(request, IntakeForm(user=user, initial=begun.initial), **_preset(request, begun))
    form = IntakeForm(request.POST, user=user)
    duplicates: list[ServiceRequest] = []
    status = 422
    if form.is_valid():
        try:
            registered = _register(request, form)
        except PossibleDuplicate as refusal:
            duplicates = refusal.requests
            form.add_error(None, str(refusal))
        except SentDifferently as error:
            reopen(form, error)
            status = 409
        except ValidationError as error:
            add_errors(form, _as_typed(error))
        except PermissionDenied:
            form.add_error(None, _("You may not register requests for this organisation."))
            status = 403
        else:
            messages.success(request, _("%(number)s was registered.") % {"number": registered.number})
            return redirect(registered.get_absolute_url())
    return _screen(request, form, duplicates=duplicates, status=status, **_chosen(form, user))


def _register(request: HttpRequest, form: IntakeForm) -> ServiceRequest:
    """Register what was typed; with the other button it is answered and closed in the same step."""
    if "at_once" not in request.POST:
        return register_request(by=request.user, **form.target())
    data = form.cleaned_data
    return answer_at_once(by=request.user, answer=data["answer"], article=data["article"], **form.target())


def _as_typed(error: ValidationError) -> ValidationError:
    """Refusals of the registry under the names of the fields on this screen."""
    if not hasattr(error, "error_dict"):
        return error
    names = {"name": "new_name", "phones": "new_phone", "kind": "new_kind", "customer": "customer"}
    return ValidationError({names.get(field, field): errors for field, errors in error.error_dict.items()})


def _screen(request: HttpRequest, form: IntakeForm, *, status: int = 200, **context: Any) -> HttpResponse:
    context = {"form": form, "title": _("Service desk"), "lookup": request.POST.get("lookup", ""), **context}
    return render(request, "desk/intake.html", context, status=status)


def _preset(request: HttpRequest, begun: origins.Begun) -> dict[str, Any]:
    """The screen may be opened for a customer or a unit: from their pages, or from a call that came in."""
    user: Any = request.user
    unit = _unit_of(user, request.GET.get("unit", ""))
    asked = request.GET.get("customer", "") or str(begun.customer_id or "")
    customer = _customer_of(user, asked) or (unit.customer if unit is not None else None)
    lookup = request.GET.get("phone", begun.lookup)[:40]
    if customer is None:
        return {"lookup": lookup}
    return {
        "lookup": lookup,
        "caller": callers.caller(user, customer),
        "chosen_unit": str(unit.pk) if unit else "",
    }


def _chosen(form: IntakeForm, user: Any) -> dict[str, Any]:
    """What was chosen before the form came back with errors."""
    customer = getattr(form, "cleaned_data", {}).get("customer")
    shown = callers.caller(user, customer) if isinstance(customer, Customer) else None
    return {"caller": shown, "chosen_unit": form["unit"].value() or "", "new_customer": form.customer_is_new}


def _customer_of(user: Any, key: str) -> Customer | None:
    if not (key.isdecimal() and len(key) < 18):
        return None
    return (
        Customer.objects.visible_to(user).active().select_related("organization").filter(pk=int(key)).first()
    )


def _unit_of(user: Any, key: str) -> InstalledUnit | None:
    if not (key.isdecimal() and len(key) < 18):
        return None
    rows = InstalledUnit.objects.visible_to(user).select_related(
        "organization", "model__category", "dealer", "customer__organization", "address"
    )
    return rows.filter(pk=int(key)).first()


@permission_required(PERMISSION)
@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """The caller: the one customer who fits, a choice of several, or a new one."""
    user: Any = request.user
    text = request.GET.get("lookup", "").strip()[:60]
    form = IntakeForm(user=user)
    if len(text) < callers.SHORTEST_QUERY:
        return _caller_part(request, {"form": form})
    found = callers.by_phone(user, text)
    if len(found) == 1:
        return _caller_part(request, {"form": form, "caller": callers.caller(user, found[0])})
    known: list[tuple[Customer, InstalledUnit | None]] = [(one, None) for one in found]
    candidates = known or callers.by_words(user, text)
    if len(candidates) == 1:
        return render(request, "desk/_caller.html", {"form": form, "only": candidates[0]})
    if candidates:
        return render(
            request, "desk/_caller.html", {"form": form, "matches": callers.shown(user, candidates)}
        )
    number = phone_or_none(text)
    initial = {"new_phone": text if number or text.isdecimal() else "", "new_name": "" if number else text}
    form = IntakeForm(user=user, initial={**initial, "customer": NEW})
    return _caller_part(request, {"form": form, "new_customer": True, "nothing_found": True})


def _caller_part(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The part about the caller; the panel of promises follows it."""
    response = render(request, "desk/_caller.html", context)
    return trigger_client_event(response, "caller-shown", after="settle")


@permission_required(PERMISSION)
@require_safe
def customer(request: HttpRequest) -> HttpResponse:
    """The card of a chosen customer, or the fields of a new one."""
    user: Any = request.user
    key = request.GET.get("id", "")
    form = IntakeForm(user=user, initial={"customer": NEW} if key == NEW else {})
    if key == NEW:
        return _caller_part(request, {"form": form, "new_customer": True})
    found = _customer_of(user, key)
    context = {
        "form": form,
        "caller": callers.caller(user, found) if found is not None else None,
        "chosen_unit": request.GET.get("unit", ""),
    }
    return _caller_part(request, context)


@permission_required(PERMISSION)
@require_safe
def models(request: HttpRequest) -> JsonResponse:
    """Models that fit the words, for the choice of a new unit's model."""
    text = request.GET.get("q", "").strip()[:60]
    rows = ProductModel.objects.filter(active=True).select_related("category").order_by("code")
    if text:
        rows = rows.filter(Q(code__icontains=text) | Q(name__icontains=text))
    found = [{"value": one.pk, "text": str(one), "hint": str(one.category)} for one in rows[:MOST_MODELS]]
    return JsonResponse({"results": found})


@permission_required(PERMISSION)
@require_safe
def promise(request: HttpRequest) -> HttpResponse:
    """What is covered and promised for the unit and the fault as far as they are known, and open requests like it."""
    user: Any = request.user
    query = request.GET
    unit = _unit_of(user, query.get("unit", ""))
    found = (
        unit.customer
        if unit is not None and unit.customer_id
        else _customer_of(user, query.get("customer", ""))
    )
    organization = next((one.organization for one in (unit, found) if one is not None), user.organization)
    if organization is None or (unit is None and found is None and query.get("customer") != NEW):
        return render(request, "desk/_promise.html", {"waiting": True})
    unit = unit or _typed_unit(query)
    draft = ServiceRequest(
        organization=organization,
        received_at=timezone.now(),
        unit=unit,
        customer=found,
        category=unit.model.category if unit is not None else None,
        division_id=unit.address.division_id if unit is not None and unit.address else None,
        request_kind=_one_of(ServiceRequest.Kind, query.get("request_kind"), "repair"),
        severity=_one_of(ServiceRequest.Severity, query.get("severity"), "normal"),
        channel=_one_of(ServiceRequest.Channel, query.get("channel"), "hotline"),
        symptom=_symptom_of(query.get("symptom", "")),
    )
    context = {
        "no_unit": unit is None,
        "decision": view_of(decision_for(draft), unit.model_id if unit is not None else None),
        "duplicates": possible_duplicates(found, unit),
    }
    return render(request, "desk/_promise.html", context)


def _typed_unit(query: Any) -> InstalledUnit | None:
    """The new unit as far as it has been typed, not saved; None before a model is chosen."""
    key = query.get("model", "")
    if query.get("unit") != NEW or not (key.isdecimal() and len(key) < 18):
        return None
    model = ProductModel.objects.select_related("category").filter(pk=int(key)).first()
    if model is None:
        return None
    dates = {name: _day(query.get(name, "")) for name in UNIT_DATES}
    return InstalledUnit(model=model, serial=query.get("serial", "")[:60], **dates)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _one_of(choices: Any, value: str | None, default: str) -> str:
    return value if value is not None and value in choices.values else default


def _symptom_of(key: str) -> FaultCode | None:
    if not (key.isdecimal() and len(key) < 18):
        return None
    return FaultCode.objects.filter(pk=int(key), kind=FaultCode.Kind.SYMPTOM).first()


@permission_required(PERMISSION)
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Codes that fit the words, and what history and the articles say: cause, parts, time, cases."""
    user: Any = request.user
    text = request.GET.get("symptom_text", "").strip()[:200]
    unit = _unit_of(user, request.GET.get("unit", ""))
    chosen = _symptom_of(request.GET.get("symptom", ""))
    category = unit.model.category if unit is not None else None
    symptoms = list(_symptoms(text, category)[:MOST_SUGGESTIONS]) if len(text) >= 2 else []
    if chosen is not None and chosen not in symptoms:
        symptoms.insert(0, chosen)
    about = About(symptom=chosen, model=unit.model if unit is not None else None, category=category)
    suggestion = suggest_from_history(user, text, about=about) if user.has_perm("knowledge.view") else None
    context = {"symptoms": symptoms, "chosen": chosen, "suggestion": suggestion}
    return render(request, "desk/_suggest.html", context)


def _symptoms(text: str, category: Any) -> QuerySet[FaultCode]:
    """Codes of the category or of none whose name shares two signs in a row with the text."""
    pairs = {text[at : at + 2] for at in range(len(text) - 1)}
    alike = Q(code__iexact=text)
    for pair in sorted(pair for pair in pairs if pair.isalnum())[:12]:
        alike |= Q(name__icontains=pair)
    rows = FaultCode.objects.filter(alike, kind=FaultCode.Kind.SYMPTOM, active=True, numchild=0)
    if category is not None:
        step = type(category).steplen
        paths = [category.path[:end] for end in range(step, len(category.path) + 1, step)]
        rows = rows.filter(Q(category__isnull=True) | Q(category__path__in=paths))
    return rows.order_by("code")
