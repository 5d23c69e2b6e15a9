"""Every write to registration cards."""

from __future__ import annotations

from jiannuo.operations.cards.services.doing import do
from jiannuo.operations.cards.services.standing import renew_standing
from jiannuo.operations.cards.services.submitting import save_settings, submit_card, type_card, upload_photos

__all__ = ["do", "renew_standing", "save_settings", "submit_card", "type_card", "upload_photos"]
