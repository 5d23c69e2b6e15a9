"""The notices of the office itself: approvals, and work done in the background."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

APPROVAL_ASKED = register(
    NoticeKind(
        "approvals.asked",
        title=_("Please approve: %(subject)s (%(number)s)"),
        body=_("%(who)s asks: %(reason)s"),
    )
)
APPROVAL_REMINDED = register(
    NoticeKind(
        "approvals.reminded",
        title=_("Still waiting for your approval: %(subject)s (%(number)s)"),
        body=_("%(who)s asks: %(reason)s"),
    )
)
APPROVAL_DECIDED = register(
    NoticeKind(
        "approvals.decided",
        title=_("%(state)s: %(subject)s (%(number)s)"),
        body=_("%(remark)s"),
    )
)
IMPORT_FINISHED = register(
    NoticeKind(
        "imports.finished",
        title=_("Imported: %(file)s, %(done)s rows, %(bad)s refused"),
        body=_("The page of the import has the rows that were refused, with the reason of each."),
    )
)
IMPORT_FAILED = register(
    NoticeKind(
        "imports.failed",
        title=_("Nothing was imported from %(file)s"),
        body=_("The page of the import says why, and what to do."),
    )
)
EXPORT_FINISHED = register(
    NoticeKind(
        "exports.finished",
        title=_("Ready to fetch: %(list)s"),
        body=_("The file is kept for some days; it holds exactly what the list showed."),
    )
)
EXPORT_FAILED = register(
    NoticeKind("exports.failed", title=_("Could not be written: %(list)s"), body="%(reason)s")
)
