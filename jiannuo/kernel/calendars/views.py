"""Pages of the working calendars."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from jiannuo.kernel.calendars import services
from jiannuo.kernel.calendars.forms import DAY_NAMES, CalendarForm, initial_of
from jiannuo.kernel.calendars.models import WorkCalendar
from jiannuo.rules.calendar import WEEKDAYS, Calendar


class CalendarList(PermissionRequiredMixin, View):
    """All calendars with their week."""

    permission_required = "calendars.view"
    permission = "calendars.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = [
            (row, week_of(services.build(row.code, row.definition)))
            for row in WorkCalendar.objects.order_by("code")
        ]
        context = {
            "title": _("Working calendars"),
            "calendars": rows,
            "days": [DAY_NAMES[day] for day in WEEKDAYS],
            "create_url": reverse("calendars:create") if request.user.has_perm("calendars.edit") else "",
        }
        return render(request, "calendars/list.html", context)


class CalendarDetail(PermissionRequiredMixin, View):
    """One calendar: its week, its dates and the next 60 days."""

    permission_required = "calendars.view"
    permission = "calendars.view"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        calendar = get_object_or_404(WorkCalendar, code=code)
        built = services.build(calendar.code, calendar.definition)
        days = services.preview(built)
        context = {
            "title": calendar.name,
            "calendar": calendar,
            "built": built,
            "week": list(zip((DAY_NAMES[day] for day in WEEKDAYS), week_of(built), strict=True)),
            "weeks": in_weeks(days),
            "day_names": [DAY_NAMES[day] for day in WEEKDAYS],
            "unknown_years": sorted({day.day.year for day in days if not day.known}),
            "may_edit": request.user.has_perm("calendars.edit"),
        }
        return render(request, "calendars/detail.html", context)


def in_weeks(days: list[services.PreviewDay]) -> list[list[services.PreviewDay | None]]:
    """The days as rows of seven, Monday first; places before the first and after the last day are empty."""
    places: list[services.PreviewDay | None] = [*[None] * days[0].day.weekday(), *days]
    places += [None] * (-len(places) % 7)
    return [places[start : start + 7] for start in range(0, len(places), 7)]


def week_of(calendar: Calendar) -> list[str]:
    """The hours of Monday to Sunday as text."""
    return [" ".join(map(str, windows)) for windows in calendar.weekly]


class CalendarEdit(PermissionRequiredMixin, View):
    """Make or change a calendar."""

    permission_required = "calendars.edit"
    permission = "calendars.edit"

    def get(self, request: HttpRequest, code: str = "") -> HttpResponse:
        calendar = get_object_or_404(WorkCalendar, code=code) if code else None
        form = CalendarForm(
            calendar=calendar, initial=initial_of(calendar) if calendar else {"observes_holidays": True}
        )
        return self.answer(request, form, calendar)

    def post(self, request: HttpRequest, code: str = "") -> HttpResponse:
        calendar = get_object_or_404(WorkCalendar, code=code) if code else None
        form = CalendarForm(request.POST, calendar=calendar, initial=initial_of(calendar) if calendar else {})
        if not form.is_valid():
            return self.answer(request, form, calendar, status=422)
        try:
            saved = self.save(form, calendar)
        except ValidationError as error:
            form.add_error(None, error)
            return self.answer(request, form, calendar, status=422)
        except services.StaleCalendar as stale:
            data: Any = request.POST.copy()
            data["version"] = stale.calendar.version
            form.data = data
            form.add_error(None, str(stale))
            return self.answer(request, form, stale.calendar, status=409, other=initial_of(stale.calendar))
        messages.success(request, _("Saved"))
        return redirect("calendars:detail", code=saved.code)

    def save(self, form: CalendarForm, calendar: WorkCalendar | None) -> WorkCalendar:
        data = form.cleaned_data
        if calendar is None:
            return services.create_calendar(
                code=data["code"], name=data["name"], definition=form.definition()
            )
        return services.update_calendar(
            calendar, name=data["name"], definition=form.definition(), version=data["version"] or 0
        )

    def answer(
        self,
        request: HttpRequest,
        form: CalendarForm,
        calendar: WorkCalendar | None,
        *,
        status: int = 200,
        other: dict[str, Any] | None = None,
    ) -> HttpResponse:
        differences = [
            (form.fields[name].label, form.data.get(name, ""), value)
            for name, value in (other or {}).items()
            if name not in {"version", "code", "observes_holidays"}
            and _lines(form.data.get(name, "")) != _lines(value)
        ]
        context = {
            "title": calendar.name if calendar else _("New working calendar"),
            "form": form,
            "calendar": calendar,
            "differences": differences,
            "week_fields": [form[f"hours_{day}"] for day in WEEKDAYS],
            "cancel_url": reverse("calendars:detail", args=[calendar.code])
            if calendar
            else reverse("calendars:list"),
        }
        return render(request, "calendars/edit.html", context, status=status)


def _lines(value: Any) -> list[str]:
    return str(value).split()
