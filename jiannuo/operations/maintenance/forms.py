"""Forms of plans, routes, findings, reports and logs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.maintenance.models import (
    WEEKDAYS,
    Checklist,
    ChecklistLine,
    DutyBook,
    Finding,
    InspectionReport,
    LogEntry,
    MaintenancePlan,
    MaintenanceSettings,
    PatrolRoute,
    Season,
)
from jiannuo.operations.workorders.forms.fields import InstantField
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.pickers import RemoteChoiceField

DAY = {"type": "date"}
ROWS = {"rows": 3}
MOST_UNITS = 200


def _day() -> forms.DateInput:
    return forms.DateInput(attrs=DAY, format="%Y-%m-%d")


class WeekdaysField(forms.MultipleChoiceField):
    """Days of the week, kept as their digits: ``0246``."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=WEEKDAYS, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return list(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        return "".join(sorted(super().clean(list(value) if isinstance(value, str) else value)))


class _About(forms.Form):
    """Whose it is: organisation and customer in scope."""

    organization: Any = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())
    customer: Any = RemoteChoiceField(
        Customer.objects.none(), url=reverse_lazy("customers:picker"), label=_("customer")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        fields: Any = self.fields
        if "organization" in fields:
            fields["organization"].queryset = Organization.objects.visible_to(user).active()
            fields["organization"].initial = fields["organization"].initial or user.organization_id
        if "customer" in fields:
            fields["customer"].queryset = Customer.objects.visible_to(user).active()


class PlanForm(_About):
    """A plan of one rhythm: only the fields that its rhythm needs are there."""

    title = forms.CharField(
        label=_("title"), max_length=200, required=False, help_text=_("Empty: customer and product.")
    )
    source = forms.ChoiceField(
        label=_("agreed in"),
        choices=[one for one in MaintenancePlan.Source.choices if one[0] != MaintenancePlan.Source.CLAUSE],
    )
    reference = forms.CharField(label=_("document and article"), max_length=160, required=False)
    units = forms.CharField(
        label=_("serial numbers of the units"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs=ROWS),
        help_text=_("One on each line. Empty: the plan is about the site as a whole."),
    )
    job = forms.ChoiceField(
        label=_("kind of job"), choices=[("maintenance", _("maintenance")), ("inspection", _("inspection"))]
    )
    work = forms.CharField(
        label=_("what is to be done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    checklist: Any = forms.ModelChoiceField(
        label=_("check sheet"),
        queryset=Checklist.objects.none(),
        required=False,
        empty_label=_("that of the product"),
    )
    every_amount = forms.IntegerField(label=_("every"), min_value=0, max_value=1000)
    every_unit = forms.ChoiceField(label=_("period"), choices=MaintenancePlan.Unit.choices, initial="months")
    season: Any = forms.ModelChoiceField(label=_("season"), queryset=Season.objects.all())
    season_when = forms.ChoiceField(label=_("before, in or after"), choices=MaintenancePlan.When.choices)
    season_days = forms.IntegerField(
        label=_("days before or after the season"), min_value=0, max_value=180, required=False
    )
    weekdays = WeekdaysField(label=_("days of the week"))
    meter_every = forms.DecimalField(
        label=_("every so much on the meter"), min_value=0, max_digits=12, decimal_places=2
    )
    meter_months = forms.IntegerField(
        label=_("at the latest after so many months"), min_value=1, max_value=120, required=False
    )
    starts_on = forms.DateField(label=_("counted from"), widget=_day(), initial=timezone.localdate)
    ends_on = forms.DateField(label=_("until"), widget=_day(), required=False)
    lead_days = forms.IntegerField(
        label=_("days ahead that a job appears"), min_value=0, max_value=366, initial=14
    )
    automatic = forms.BooleanField(label=_("make the work orders by itself"), required=False)
    owner: Any = forms.ModelChoiceField(
        label=_("person responsible"), queryset=User.objects.none(), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    OF_RHYTHM = {
        "calendar": ("every_amount", "every_unit"),
        "season": ("season", "season_when", "season_days"),
        "weekdays": ("weekdays",),
        "meter": ("meter_every", "meter_months"),
        "clause": (),
    }
    NOT_OF_CLAUSE = ("organization", "customer", "source", "reference", "units", "starts_on", "ends_on")

    def __init__(self, *args: Any, rhythm: str, plan: MaintenancePlan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rhythm, self.plan = rhythm, plan
        for other, names in self.OF_RHYTHM.items():
            if other != rhythm:
                for name in names:
                    del self.fields[name]
        if rhythm == "clause":
            for name in self.NOT_OF_CLAUSE:
                del self.fields[name]
        elif plan is not None:
            del self.fields["organization"]
        fields: Any = self.fields
        fields["checklist"].queryset = Checklist.objects.usable_by(self.user).filter(is_active=True)
        fields["owner"].queryset = User.objects.visible_to(self.user).filter(is_active=True).order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        text = cleaned.pop("units", "")
        cleaned["units"] = self._units(text, cleaned.get("customer")) if "units" in self.fields else []
        return cleaned

    def _units(self, text: str, customer: Any) -> list[InstalledUnit]:
        """The units with these serials: of the customer where they have one, else whoever's, for the refusal."""
        serials = list(
            dict.fromkeys(part.upper() for part in text.replace("，", " ").replace(",", " ").split())
        )
        if len(serials) > MOST_UNITS:
            self.add_error("units", gettext("At most %(most)s units in a plan.") % {"most": MOST_UNITS})
            return []
        rows = InstalledUnit.objects.visible_to(self.user).filter(serial__in=serials)
        found: dict[str, InstalledUnit] = {}
        for unit in rows.select_related("model__category", "customer", "dealer"):
            if unit.serial not in found or unit.customer_id == getattr(customer, "pk", None):
                found[unit.serial] = unit
        missing = [serial for serial in serials if serial not in found]
        if missing:
            words = {"serials": "、".join(missing[:5])}
            self.add_error("units", gettext("There is no unit %(serials)s.") % words)
        return [found[serial] for serial in serials if serial in found]

    def values(self) -> dict[str, Any]:
        """What the services take."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        if self.plan is None:
            values["rhythm"] = self.rhythm
        return values


class RouteForm(_About):
    """A route; its points, one on each line, only while it is new."""

    name = forms.CharField(label=_("route"), max_length=80)
    reference = forms.CharField(label=_("document and article"), max_length=160, required=False)
    weekdays = WeekdaysField(label=_("days of the week"))
    starts_on = forms.DateField(label=_("in force from"), widget=_day(), initial=timezone.localdate)
    ends_on = forms.DateField(label=_("until"), widget=_day(), required=False)
    checklist: Any = forms.ModelChoiceField(label=_("check sheet"), queryset=Checklist.objects.none())
    person: Any = forms.ModelChoiceField(
        label=_("who walks it"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Empty: whoever may record rounds takes it."),
    )
    points = forms.CharField(
        label=_("points of the route"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One on each line, in the order of the walk: a place, or the serial number of a unit."),
    )
    is_active = forms.BooleanField(label=_("in use"), required=False, initial=True)

    def __init__(self, *args: Any, route: PatrolRoute | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["checklist"].queryset = Checklist.objects.usable_by(self.user).filter(is_active=True)
        fields["person"].queryset = User.objects.visible_to(self.user).filter(is_active=True).order_by("name")
        if route is not None:
            for name in ("organization", "customer", "points"):
                del self.fields[name]
            for name in self.fields:
                self.fields[name].initial = getattr(route, name)
        else:
            del self.fields["is_active"]

    def entries(self) -> list[tuple[InstalledUnit | None, str]]:
        """The points as they were typed in: a unit where the line is the serial of one in scope, else a place."""
        lines = [line.strip()[:100] for line in self.cleaned_data["points"].splitlines() if line.strip()]
        units = InstalledUnit.objects.visible_to(self.user).filter(
            serial__in=[line.upper() for line in lines], customer=self.cleaned_data["customer"]
        )
        known = {unit.serial: unit for unit in units.select_related("model")}
        return [
            (known[line.upper()], "") if line.upper() in known else (None, line)
            for line in lines[:MOST_UNITS]
        ]


class PointForm(forms.Form):
    """One more point of a route."""

    place = forms.CharField(label=_("spot"), max_length=100, required=False)
    serial = forms.CharField(
        label=_("serial number of the unit"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"data-scan": True}),
    )
    checklist: Any = forms.ModelChoiceField(
        label=_("check sheet"),
        queryset=Checklist.objects.none(),
        required=False,
        empty_label=_("that of the route"),
    )

    def __init__(self, *args: Any, user: Any, route: PatrolRoute, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.route = user, route
        fields: Any = self.fields
        fields["checklist"].queryset = Checklist.objects.usable_by(user).filter(is_active=True)

    def clean_serial(self) -> InstalledUnit | None:
        serial = self.cleaned_data["serial"].strip().upper()
        if not serial:
            return None
        rows = InstalledUnit.objects.visible_to(self.user).filter(serial=serial).select_related("model")
        unit = rows.filter(customer=self.route.customer_id).first() or rows.first()
        if unit is None:
            raise ValidationError(gettext("There is no unit %(serials)s.") % {"serials": serial})
        return unit


class SpecialRoundForm(forms.Form):
    """A round beside the planned ones."""

    day = forms.DateField(label=_("day"), widget=_day(), initial=timezone.localdate)
    occasion = forms.CharField(
        label=_("special occasion"), max_length=60, help_text=_("Typhoon, rainstorm, holiday, damage …")
    )


class ReasonOnlyForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class FindingForm(_About):
    """A finding that a person writes down."""

    serial = forms.CharField(
        label=_("serial number of the unit"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"data-scan": True}),
    )
    place = forms.CharField(label=_("spot"), max_length=200, required=False)
    severity = forms.ChoiceField(label=_("severity"), choices=Finding.Severity.choices, initial="normal")
    text = forms.CharField(
        label=_("what was found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        serial = cleaned.pop("serial", "").strip().upper()
        cleaned["unit"] = None
        if serial:
            rows = InstalledUnit.objects.visible_to(self.user).filter(
                serial=serial, customer=cleaned.get("customer")
            )
            cleaned["unit"] = rows.first()
            if cleaned["unit"] is None:
                self.add_error(
                    "serial", gettext("This customer has no unit %(serial)s.") % {"serial": serial}
                )
        return cleaned


class ReportForm(forms.ModelForm[InspectionReport]):
    """The words of an inspection report."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = InspectionReport
        fields = ("inspected_on", "inspectors", "with_whom", "summary", "done", "advice", "next_on")
        widgets = {
            "inspected_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "next_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "summary": forms.Textarea(attrs={"rows": 6}),
            "done": forms.Textarea(attrs={"rows": 4}),
            "advice": forms.Textarea(attrs={"rows": 4}),
        }


class BookForm(forms.ModelForm[DutyBook]):
    """A duty log."""

    customer: Any = RemoteChoiceField(
        Customer.objects.none(), url=reverse_lazy("customers:picker"), label=_("customer"), required=False
    )

    class Meta:
        model = DutyBook
        fields = ("organization", "name", "customer", "shifts", "is_active")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["organization"].queryset = Organization.objects.visible_to(user).active()
        fields["organization"].initial = user.organization_id
        fields["customer"].queryset = Customer.objects.visible_to(user).active()


class ShiftNameForm(forms.Form):
    """Which shift begins."""

    shift_name = forms.ChoiceField(label=_("shift"))

    def __init__(self, *args: Any, book: DutyBook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shift_name"].choices = [(name, name) for name in book.shift_names]  # type: ignore[attr-defined]


class EntryForm(forms.Form):
    """A line of the log."""

    kind = forms.ChoiceField(label=_("kind"), choices=LogEntry.Kind.choices)
    at = InstantField(label=_("time"), required=False, help_text=_("Empty: now."))
    text = forms.CharField(
        label=_("what happened"), max_length=1000, widget=forms.Textarea(attrs={**ROWS, "autofocus": True})
    )


class ItemForm(forms.Form):
    """Something that stays open for the next shift."""

    text = forms.CharField(
        label=_("open item"), max_length=300, widget=forms.Textarea(attrs={**ROWS, "autofocus": True})
    )


class CloseItemForm(forms.Form):
    """What came of an open item."""

    result = forms.CharField(
        label=_("result"), max_length=300, widget=forms.Textarea(attrs={**ROWS, "autofocus": True})
    )


class SeasonForm(forms.ModelForm[Season]):
    class Meta:
        model = Season
        fields = ("name", "begins", "ends", "over_new_year")


class ChecklistForm(forms.ModelForm[Checklist]):
    class Meta:
        model = Checklist
        fields = ("organization", "name", "source", "is_active")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["organization"].queryset = Organization.objects.visible_to(user).active()
        fields["organization"].initial = user.organization_id


class ChecklistLineForm(forms.ModelForm[ChecklistLine]):
    class Meta:
        model = ChecklistLine
        fields = ("position", "text", "kind", "unit_of_measure", "minimum", "maximum", "required")


class SettingsForm(forms.ModelForm[MaintenanceSettings]):
    class Meta:
        model = MaintenanceSettings
        fields = ("trend_points", "trend_days", "usage_days", "handover_minutes", "late_entry_hours")
