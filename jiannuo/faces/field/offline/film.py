"""Short clips from the phone: what they may be, how they are taken over, and the words about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from jiannuo.faces.field.offline.instants import instant_of
from jiannuo.operations.workorders.services.filming import TYPES, add_video, most_bytes

if TYPE_CHECKING:
    from jiannuo.faces.field.steps import Sent


class VideoForm(forms.Form):
    """One clip, with when and where it was taken."""

    video = forms.FileField()
    taken_at = forms.CharField(required=False, max_length=40)
    at = forms.CharField(required=False, max_length=40)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)


def keep(sent: Sent) -> object:
    """Keep a clip."""
    return add_video(
        sent.order,
        sent.data["video"],
        by=sent.by,
        at=instant_of(sent.data["at"]),
        taken_at=instant_of(sent.data["taken_at"]),
        place={name: sent.data[name] for name in ("latitude", "longitude")},
    )


def film_limits() -> dict[str, Any]:
    """What the phone checks before it keeps a clip."""
    return {"bytes": most_bytes(), "types": sorted(TYPES)}


def film_texts() -> dict[str, str]:
    """The words about clips."""
    return {
        "film": _("Video"),
        "film_take": _("Take a video"),
        "film_hint": _("At most {size}; it is sent after everything else."),
        "film_large": _("This video has {size}; at most {limit} are allowed. Take a shorter one."),
        "film_wrong": _("This is no video that can be kept (MP4, MOV or WebM)."),
        "film_kept": _("Kept on the phone; it is sent last, from its beginning when it was cut."),
        "film_known": _("{n} videos at the office"),
        "film_refused": _("The video was not accepted. Drop it and take another."),
        "step_video": _("Video"),
    }
