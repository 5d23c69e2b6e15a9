"""Printed forms of commitments: F01 commitment letter, F02 service plan table."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing import PrintForm, register
from jiannuo.office.organizations.scope import organization_ids
from jiannuo.promises.commitments.letters import letter_of, version_line
from jiannuo.promises.commitments.models import Commitment, CommitmentVersion


def _rows(user: Any) -> Any:
    """Published versions in the person's scope, and the drafts that they may see."""
    rows = CommitmentVersion.objects.filter(commitment__in=Commitment.objects.visible_to(user))
    ids = organization_ids(user, "commitments.review")
    drafts = Q() if ids is None else Q(published_at__isnull=False) | Q(commitment__organization__in=ids)
    return rows.filter(drafts).select_related("commitment__organization")


def _context(version: CommitmentVersion) -> dict[str, Any]:
    letter = letter_of(version)
    return {"letter": letter, "organization": letter.organization, "version_line": version_line(letter)}


def commitment_letter(version: CommitmentVersion) -> dict[str, Any]:
    """What F01 shows; its title is the name of the commitment."""
    context = _context(version)
    return {**context, "title": context["letter"].name}


register(
    PrintForm(
        id="F01",
        title=_("Commitment letter"),
        template="commitments/print/f01.html",
        model=CommitmentVersion,
        rows=_rows,
        context=commitment_letter,
        permission="commitments.view",
    )
)
register(
    PrintForm(
        id="F02",
        title=_("After-sales service plan"),
        template="commitments/print/f02.html",
        model=CommitmentVersion,
        rows=_rows,
        context=_context,
        permission="commitments.view",
        landscape=True,
    )
)
