"""What dealers are told about their cards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

SENT_BACK = register(
    NoticeKind("cards.sent_back", title=_("Card %(number)s is to be mended: %(serial)s"), body="%(reason)s")
)
REFUSED = register(
    NoticeKind("cards.refused", title=_("Card %(number)s was refused: %(serial)s"), body="%(reason)s")
)
RECOGNISED = register(
    NoticeKind("cards.recognised", title=_("Card %(number)s was recognised: %(serial)s"), body="%(standing)s")
)
