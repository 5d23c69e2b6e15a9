"""Certificates: those that end soon, those of one technician, and the table of kinds."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.workforce import services
from jiannuo.operations.workforce.certificates import promised_kinds
from jiannuo.operations.workforce.forms import CertificateForm, CertificateKindForm
from jiannuo.operations.workforce.models import Certificate, CertificateKind
from jiannuo.operations.workforce.queries import certificates_for
from jiannuo.operations.workforce.tables import CertificateFilter, CertificateTable
from jiannuo.operations.workforce.views.pages import technician_or_404
from jiannuo.operations.workforce.views.parts import dialog, part_or_404


class CertificateList(TablePage):
    """Certificates in the person's scope, those that end first on top."""

    name = "workforce_certificates"
    title = gettext_lazy("Certificates")
    permission = "workforce.view"
    table_class = CertificateTable
    filterset_class = CertificateFilter
    orderings = (NEWEST, Ordering("expires_on", gettext_lazy("valid until"), ("expires_on",)))
    default_ordering = "expires_on"
    presets = (
        Preset(gettext_lazy("End soon"), "ending=soon"),
        Preset(gettext_lazy("Expired"), "ending=over"),
    )
    template_name = "workforce/certificates.html"

    def rows(self) -> QuerySet[Any]:
        return certificates_for(self.request.user)


@permission_required("workforce.edit")
def certificate_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a certificate into the file of a technician."""
    technician = technician_or_404(pk, request.user)
    return _certificate(request, Certificate(technician=technician), _("Add a certificate"))


@permission_required("workforce.edit")
def certificate_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a certificate."""
    return _certificate(request, part_or_404(Certificate, pk, request.user), _("Change the certificate"))


def _certificate(request: HttpRequest, certificate: Certificate, title: str) -> HttpResponse:
    form = CertificateForm(
        request.POST or None, request.FILES or None, certificate=certificate if certificate.pk else None
    )

    def write(data: dict[str, Any]) -> None:
        services.save_certificate(certificate, by=request.user, **data)

    return dialog(request, certificate.technician, title, form, write)


@permission_required("workforce.edit")
def certificate_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a certificate out of the file."""
    certificate = part_or_404(Certificate, pk, request.user)

    def write(_data: dict[str, Any]) -> None:
        services.remove_certificate(certificate, by=request.user)

    title = _("Remove the certificate")
    return dialog(request, certificate.technician, title, None, write, text=str(certificate))


@permission_required("workforce.view")
def kinds(request: HttpRequest) -> HttpResponse:
    """The table of kinds: reminder, what each is needed for, and those that a promise asks for and nobody entered."""
    rows = list(CertificateKind.objects.prefetch_related("categories"))
    promised = promised_kinds()
    entered = {kind.code for kind in rows}
    context = {
        "title": _("Kinds of certificates"),
        "kinds": [(kind, promised.get(kind.code, "")) for kind in rows],
        "not_entered": [(code, name) for code, name in promised.items() if code not in entered],
        "may_edit": request.user.has_perm("workforce.rules"),
    }
    return render(request, "workforce/kinds.html", context)


@permission_required("workforce.rules")
def kind_new(request: HttpRequest) -> HttpResponse:
    """A new kind, with the name in commitments that was asked for."""
    code = request.GET.get("code", "")
    known = promised_kinds() if code else {}
    kind = CertificateKind(code=code, name=known[code]) if code in known else CertificateKind()
    return _kind(request, kind)


@permission_required("workforce.rules")
def kind_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a kind."""
    return _kind(request, get_object_or_404(CertificateKind, pk=pk))


def _kind(request: HttpRequest, kind: CertificateKind) -> HttpResponse:
    present = {"name": kind.name, "remind_days": kind.remind_days, "code": kind.code}
    if kind.pk:
        present["categories"] = kind.categories.all()
    form = CertificateKindForm(request.POST or None, initial=present)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_kind(kind, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("workforce:certificate_kinds")
    context = {
        "form": form,
        "title": kind.name if kind.pk else _("New kind of certificate"),
        "cancel_url": reverse("workforce:certificate_kinds"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)
