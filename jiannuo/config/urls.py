"""Every address of the system. Each face and room brings its own ``urls.py``."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("jiannuo.faces.console.urls")),
    path("", include("jiannuo.kernel.files.urls")),
    path("", include("jiannuo.kernel.search.urls")),
    path("", include("jiannuo.kernel.printing.urls")),
    path("", include("jiannuo.kernel.regions.urls")),
    path("", include("jiannuo.office.documents.urls")),
    path("", include("jiannuo.office.notices.urls")),
    path("", include("jiannuo.kernel.calendars.urls")),
    path("", include("jiannuo.kernel.tables.urls")),
    path("", include("jiannuo.kernel.exchange.urls")),
    path("", include("jiannuo.office.organizations.urls")),
    path("", include("jiannuo.office.accounts.urls")),
    path("", include("jiannuo.kernel.audit.urls")),
    path("", include("jiannuo.promises.commitments.urls")),
    path("", include("jiannuo.promises.obligations.urls")),
    path("", include("jiannuo.operations.knowledge.urls")),
    path("", include("jiannuo.operations.workforce.urls")),
    path("", include("jiannuo.operations.workorders.urls")),
    path("", include("jiannuo.operations.dispatch.urls")),
    path("", include("jiannuo.faces.field.urls")),
    path("", include("jiannuo.faces.portal.urls")),
    path("", include("jiannuo.registry.customers.urls")),
    path("", include("jiannuo.registry.products.urls")),
    path("", include("jiannuo.registry.installedbase.urls")),
    path("", include("jiannuo.operations.desk.urls")),
    path("", include("jiannuo.operations.channels.mail.urls")),
    path("", include("jiannuo.operations.channels.urls")),
    path("", include("jiannuo.operations.followups.urls")),
    path("", include("jiannuo.operations.tasks.urls")),
    path("", include("jiannuo.operations.cards.urls")),
    path("", include("jiannuo.operations.complaints.urls")),
    path("", include("jiannuo.operations.installations.urls")),
    path("", include("jiannuo.operations.surveys.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("jiannuo.faces.api.urls")),
]
