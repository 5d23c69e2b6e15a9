"""What every page of the shell needs. Lazy: a page that does not show it does not pay for it."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiannuo.faces.console.navigation import Link, Section, address_of, sections_for
from jiannuo.office.notices.queries import unread_count


class Shell:
    """The frame around a page, for one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def sections(self) -> list[Section]:
        return sections_for(self.request.user, self.request.path)

    @cached_property
    def bottom(self) -> list[Link]:
        """The four areas that a phone shows at its foot."""
        return [link for section in self.sections for link in section.links][:4]

    @cached_property
    def unread(self) -> int:
        """Notices not read yet; counted only when the bell is drawn."""
        if not self.request.user.is_authenticated:
            return 0
        return unread_count(self.request.user)

    @property
    def notices_url(self) -> str:
        return address_of("notices:inbox")

    @property
    def ringing_url(self) -> str:
        """Where to ask what rings at the person's telephone; empty for those who take no calls."""
        user = self.request.user
        takes = user.is_authenticated and user.has_perm("calls.record")
        return address_of("channels:ringing") if takes else ""

    @property
    def search_url(self) -> str:
        return address_of("search:results") or "/search/"

    @property
    def suggest_url(self) -> str:
        return address_of("search:suggest") or "/search/suggest"

    @property
    def home_url(self) -> str:
        return address_of("console:home") or "/"

    @property
    def profile_url(self) -> str:
        return address_of("accounts:profile")

    @property
    def languages(self) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    @property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO)

    @property
    def product(self) -> str:
        return str(settings.PRODUCT_NAME)

    @property
    def now(self) -> str:
        """The server's clock; countdowns on a wrong device clock are corrected by it."""
        return timezone.now().isoformat(timespec="milliseconds")

    @property
    def texts(self) -> str:
        """The words that scripts need, as a JSON object."""
        return json.dumps(script_texts(), ensure_ascii=False).replace("<", "\\u003c")


def script_texts() -> dict[str, str]:
    """Message of the scripts by key. ``{n}`` and the like are filled in by the script."""
    return {
        "left": _("{span} left"),
        "late": _("{span} late"),
        "met": _("kept"),
        "met_late": _("kept late"),
        "missed": _("missed"),
        "waived": _("waived"),
        "cancelled": _("cancelled"),
        "paused": _("clock paused"),
        "days": _("{n} d"),
        "hours": _("{n} h"),
        "minutes": _("{n} min"),
        "seconds": _("{n} s"),
        "now": _("just now"),
        "ago": _("{span} ago"),
        "in": _("in {span}"),
        "close": _("Close"),
        "failed": _(
            "The server could not do this. Nothing was changed. Try again; if it fails again, tell your administrator."
        ),
        "offline": _(
            "No connection to the server. Check the network, then try again. What you typed is still here."
        ),
        "forbidden": _("You may not do this. Ask your administrator for the role that it needs."),
        "gone": _("This no longer exists. Go back to the list and open it again."),
        "conflict": _(
            "Someone else changed this in the meantime. Reload the page to see the change, then do it again."
        ),
        "too_many": _("Too many attempts in a short time. Wait a minute, then try again."),
        "too_large": _("The file is too large. Choose a smaller one."),
        "signed_out": _("You were signed out. Sign in again to go on."),
        "unsaved": _("What you changed is not saved yet."),
        "uploading": _("Sending {percent}%"),
        "shrinking": _("Making photos smaller…"),
        "photo_ready": _("{n} photos, {size}"),
        "search": _("Search"),
        "nothing": _("Nothing found"),
        "searching": _("Searching…"),
        "choose": _("Choose…"),
        "clear": _("Clear"),
        "remove": _("Remove"),
        "signature_missing": _("Please sign in the box first."),
        "locating": _("Finding where you are…"),
        "not_located": _(
            "The phone did not give its place. Allow it in the browser's settings, or go on without."
        ),
        "located": _("Place recorded, to within {n} m"),
        "scan": _("Scan"),
        "scan_failed": _("No code was found in the picture. Come closer and hold still, or type the number."),
        "copied": _("Copied"),
        "selected": _("{n} selected"),
        "confirm": _("Are you sure?"),
        "saved": _("Saved"),
        "verify": _("I am not a robot"),
        "verifying": _("Checking…"),
        "verified": _("Checked"),
        "verify_failed": _("The check failed. Try again."),
        "province": _("Province"),
        "city": _("City"),
        "district": _("District"),
        "street": _("Street or town"),
    }


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell`` in every template."""
    known = getattr(request, "_jiannuo_shell", None)
    if known is None:
        known = Shell(request)
        request._jiannuo_shell = known  # type: ignore[attr-defined]
    return {"shell": known}
