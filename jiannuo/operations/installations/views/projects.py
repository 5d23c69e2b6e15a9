"""Projects: list, page, beginning one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.regions.services import full_name
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import address_for, phone_for
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.installations.filters import InstallationFilter
from jiannuo.operations.installations.forms import InstallationForm
from jiannuo.operations.installations.models import OPEN, WORKING, Installation
from jiannuo.operations.installations.queries import (
    MOST_UNITS,
    RELATED,
    installations_for,
    read_along,
    stage_marks,
    units_to_install,
)
from jiannuo.operations.installations.services import create_installation
from jiannuo.operations.installations.services.guard import WORK
from jiannuo.operations.installations.services.recording import MEASURING, UNPACKING
from jiannuo.operations.installations.services.remaining import AFTERWARDS
from jiannuo.operations.installations.stages import missing
from jiannuo.operations.installations.tables import InstallationTable
from jiannuo.operations.installations.trial import trial_state


class InstallationList(TablePage):
    """The projects that the person may see."""

    name = "installations"
    title = _("Installations")
    subtitle = _("From the agreed delivery to the signature under the acceptance")
    permission = "installations.view"
    table_class = InstallationTable
    filterset_class = InstallationFilter
    orderings = (NEWEST, Ordering("expected", _("arrival agreed for"), ("expected_at",)))
    default_ordering = "-id"
    presets = (
        Preset(_("Under way"), "&".join(f"state={state}" for state in OPEN)),
        Preset(_("To be accepted"), "state=acceptance&state=partly"),
        Preset(_("Acceptance refused"), "state=refused"),
    )
    create_url_name = "installations:new"
    create_label = _("New installation")
    create_permission = "installations.plan"
    empty_text = _("No installation. Begin one for the units of a customer.")

    def rows(self) -> QuerySet[Any]:
        return installations_for(self.request.user)


class InstallationPage(DocumentPage):
    """One project with all its stages, and what is missing to go on."""

    model = Installation
    permission = "installations.view"
    template_name = "installations/detail.html"
    select_related = RELATED

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        read_along(document)
        parts, packing, entries = (
            list(rows.all()) for rows in (document.parts, document.packing, document.trial)
        )
        notices = {one.pk: one for line in packing for one in line.notices.all()}
        return {
            **super().get_context_data(document),
            "installation": document,
            "marks": stage_marks(document),
            "missing": missing(document),
            **_rights(document, may_work=user.has_perm(WORK, document)),
            "persons": list(document.persons.all()),
            "several": len(parts) > 1,
            "parts": parts,
            "packing": packing,
            "faulty": [
                line
                for line in packing
                if line.is_faulty and not any(one.is_open for one in line.notices.all())
            ],
            "unchecked": any(not line.is_checked for line in packing),
            "notices": list(notices.values()),
            "trial": trial_state(document, entries),
            "entries": entries,
            "papers": list(document.papers.all()),
            "topics": list(document.topics.all()),
            "skills": list(document.skills.all()),
            "trainees": list(document.trainees.all()),
            "remaining": list(document.remaining.all()),
            "acceptances": list(document.acceptances.all()),
            "place": address_for(user, f"{full_name(document.division_id)}{document.address}", document),
            "phone": phone_for(user, document.contact_phone, document),
            "prints": forms_for(Installation, user),
        }


def _rights(document: Installation, *, may_work: bool) -> dict[str, bool]:
    """What may be recorded in the present state."""
    return {
        "may_work": may_work,
        "may_pack": may_work and document.state in UNPACKING,
        "may_measure": may_work and document.state in MEASURING,
        "may_record": may_work and document.state in WORKING,
        "may_finish": may_work and document.state in AFTERWARDS,
    }


@permission_required("installations.plan")
def create(request: HttpRequest) -> HttpResponse:
    """Begin a project for units of a customer."""
    asked = request.GET if request.method == "GET" else request.POST
    customer = asked.get("customer", "")
    words = asked.get("q", "").strip()
    key = int(customer) if customer.isdecimal() and len(customer) < 18 else None
    rows = units_to_install(request.user, key, words)
    shown = list(rows.values_list("pk", flat=True)[:MOST_UNITS])
    if request.method == "POST":
        form = InstallationForm(request.POST, units=units_to_install(request.user))
    else:
        form = InstallationForm(units=rows.filter(pk__in=shown))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            made = create_installation(by=request.user, **{**data, "units": list(data["units"])})
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("installations:detail", number=made.number)
    if request.method == "POST":
        form.fields["units"].queryset = rows.filter(pk__in=shown)  # type: ignore[attr-defined]
    context = {
        "form": form,
        "title": _t("New installation"),
        "q": words,
        "nothing": not shown,
        "most": MOST_UNITS if len(shown) == MOST_UNITS else 0,
        "cancel_url": reverse("installations:list"),
        "submit_label": _t("Begin"),
    }
    return render(request, "installations/new.html", context, status=422 if request.method == "POST" else 200)
