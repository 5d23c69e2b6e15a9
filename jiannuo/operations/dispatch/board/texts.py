"""The words that the script of the board needs, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def board_texts() -> dict[str, str]:
    """Message by key; ``{n}`` and the like are filled in by the script."""
    return {
        "unassigned": _("Waiting for a technician"),
        "loose": _("Without a time, or left over"),
        "nobody": _("No technician in your organisations. Add technicians first."),
        "empty": _("No order waits."),
        "filter": _("Filter by number, customer, district"),
        "no_place": _("no coordinates"),
        "rough_place": _("place only roughly known"),
        "wished": _("wished {window}"),
        "appointment": _("appointment {window}"),
        "was": _("planned {window}"),
        "locked": _("locked"),
        "rough": _("not planned, from the appointment"),
        "way": _("{n} min on the way"),
        "crew": _("helps"),
        "part": _("part {part} of a divided job: {purpose}"),
        "trip": _("Group trip"),
        "stops": _("{n} stops"),
        "saved": _("saves {n} km"),
        "warnings": _("{n} warnings"),
        "select": _("Choose for a group trip"),
        "chosen": _("Group trip with {n} orders"),
        "standby": _("standby"),
        "lunch": _("lunch break"),
        "changed": _("The board was changed by somebody else and is up to date again."),
        "lost": _("The board cannot reach the server and may be out of date."),
        "drop": _("Drop it on a technician's row."),
        "late": _("late"),
        "free": _("nothing planned"),
        "minor": _("minor"),
        "normal": _("normal"),
        "major": _("major"),
        "critical": _("critical"),
        "jobs": _("{n} visits"),
        "details": _("Details"),
        "moving": _("Asking the server…"),
    }
