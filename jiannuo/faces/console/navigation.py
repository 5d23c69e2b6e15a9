"""The work areas of the staff shell: what is shown to whom, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Area:
    """One place to go. ``key`` is pressed after ``g``; ``permission`` empty means everyone signed in."""

    label: Any
    url_name: str
    icon: str
    permission: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    label: Any
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An area that this person may enter, resolved for this request."""

    label: str
    url: str
    icon: str
    key: str
    active: bool


@dataclass(frozen=True, slots=True)
class Section:
    label: str
    links: tuple[Link, ...]


GROUPS = (
    Group(
        "",
        (
            Area(_("My promises"), "console:home", "home", "", "h"),
            Area(_("Approvals"), "documents:approvals", "gavel", "approvals.decide", "a"),
            Area(_("My jobs"), "field:jobs", "briefcase", "orders.work", "j"),
            Area(_("My rounds"), "maintenance:my_rounds", "route", "patrols.record"),
            Area(_("My work"), "staffing:mine", "calendar-user", "workforce.own"),
            Area(_("My trips"), "trips:mine", "luggage", "trips.own"),
            Area(_("My van"), "parts:van", "truck", "orders.work"),
        ),
    ),
    Group(
        _("Service"),
        (
            Area(_("Service desk"), "desk:intake", "headset", "requests.create", "n"),
            Area(_("Inbox"), "channels:inbox", "inbox", "inbox.view", "l"),
            Area(_("Calls"), "channels:calls", "phone", "calls.view"),
            Area(_("Mails"), "mail:list", "mail-opened", "inbox.view"),
            Area(_("Letters in"), "channels:letters", "mail", "inbox.view"),
            Area(_("Service requests"), "desk:request_list", "phone-incoming", "requests.view", "r"),
            Area(_("Back-office checks"), "desk:checks", "checkup-list", "requests.check"),
            Area(_("Push-backs"), "desk:pushbacks", "arrow-back-up", "pushbacks.view"),
            Area(_("Dispatch"), "dispatch:queue", "route", "orders.dispatch", "d"),
            Area(_("Plan days"), "planning:list", "calendar-time", "planning.propose"),
            Area(_("Dispatch board"), "dispatch:board", "timeline", "orders.dispatch", "y"),
            Area(_("Work orders"), "workorders:list", "tool", "orders.view", "w"),
            Area(_("Bench"), "bench:list", "tools", "bench.view"),
            Area(_("Goods book"), "bench:book", "books", "bench.view"),
            Area(_("Loaners"), "bench:loans", "replace", "bench.view"),
            Area(_("Installations"), "installations:list", "package-import", "installations.view"),
            Area(_("Goods notices"), "installations:notices", "package-off", "installations.view"),
            Area(_("Tasks"), "tasks:list", "checklist", "tasks.view", "k"),
            Area(_("Knowledge"), "knowledge:home", "book", "knowledge.view", "b"),
            Area(_("Technicians"), "workforce:list", "user-check", "workforce.view", "t"),
            Area(_("Appointments kept"), "appointments:figures", "calendar-event", "appointments.figures"),
            Area(_("Workload"), "staffing:workload", "chart-bar", "workforce.view"),
            Area(_("Leave"), "staffing:leaves", "beach", "workforce.leave"),
            Area(_("Standby"), "staffing:standby", "phone-call", "workforce.standby"),
            Area(_("Business trips"), "trips:list", "luggage", "trips.view"),
            Area(_("Expenses of trips"), "trips:expenses", "receipt", "trips.view"),
            Area(_("Statistics of trips"), "trips:figures", "chart-bar", "trips.view"),
            Area(_("Shift patterns"), "workforce:patterns", "calendar-repeat", "workforce.view"),
            Area(_("Certificates"), "workforce:certificates", "id-badge-2", "workforce.view"),
        ),
    ),
    Group(
        _("Parts"),
        (
            Area(_("Stock of parts"), "parts:list", "packages", "stock.view", "s"),
            Area(_("Ledger of parts"), "parts:ledger", "books", "stock.view"),
            Area(_("Stores and vans"), "parts:places", "building-warehouse", "stock.view"),
        ),
    ),
    Group(
        _("Maintenance and inspection"),
        (
            Area(_("Due maintenance"), "maintenance:jobs", "calendar", "maintenance.view"),
            Area(_("Maintenance plans"), "maintenance:plans", "checkup-list", "maintenance.view"),
            Area(_("Patrol rounds"), "maintenance:rounds", "list-check", "maintenance.view"),
            Area(_("Patrol routes"), "maintenance:routes", "map-pin", "maintenance.view"),
            Area(_("Hidden dangers"), "maintenance:findings", "alert-triangle", "maintenance.view"),
            Area(_("Quotations"), "maintenance:quotations", "receipt", "maintenance.view"),
            Area(_("Inspection reports"), "maintenance:reports", "file-certificate", "maintenance.view"),
            Area(_("Planned and done"), "maintenance:figures", "chart-bar", "maintenance.view"),
            Area(_("Duty logs"), "maintenance:books", "book", "logs.view"),
        ),
    ),
    Group(
        _("Complaints and suggestions"),
        (
            Area(_("Complaints"), "complaints:list", "urgent", "complaints.view", "x"),
            Area(_("Special cases"), "complaints:special", "flag", "complaints.direct"),
            Area(_("Complaints of the month"), "complaints:month", "chart-bar", "complaints.all"),
            Area(_("Mystery inspections"), "complaints:inspections", "eye", "inspections.view"),
            Area(_("Suggestions"), "complaints:suggestions", "bulb", "suggestions.view"),
            Area(_("Penalty tables"), "complaints:sheets", "gavel", "penalties.view"),
            Area(_("Payouts to customers"), "complaints:payouts", "coin", "payouts.view"),
        ),
    ),
    Group(
        _("Customer care"),
        (
            Area(_("Follow-ups"), "followups:list", "phone-calling", "followups.view", "f"),
            Area(_("Letters"), "followups:letters", "mail", "followups.view"),
            Area(_("Campaigns"), "followups:campaigns", "speakerphone", "followups.view"),
            Area(_("Figures of follow-ups"), "followups:month", "chart-bar", "followups.view"),
            Area(_("Survey answers"), "surveys:list", "star", "surveys.view"),
            Area(_("Satisfaction"), "surveys:statistics", "chart-line", "surveys.view"),
            Area(_("Opinions of customers"), "surveys:opinions", "message-circle", "surveys.view"),
        ),
    ),
    Group(
        _("Registry"),
        (
            Area(_("Customers"), "customers:list", "address-book", "customers.view", "c"),
            Area(_("Key accounts"), "customers:key_accounts", "star", "customers.view"),
            Area(_("Installed units"), "installedbase:list", "engine", "units.view", "u"),
            Area(_("Registration cards"), "cards:list", "id", "cards.view"),
            Area(_("Products"), "products:list", "package", "products.view", "p"),
        ),
    ),
    Group(
        _("Promises"),
        (
            Area(_("Commitments"), "commitments:list", "file-certificate", "commitments.view", "m"),
            Area(_("Obligations"), "obligations:list", "alarm", "obligations.view", "o"),
            Area(_("Announced events"), "obligations:events", "calendar-event", "obligations.view"),
        ),
    ),
    Group(
        _("Rules"),
        (
            Area(_("Routing rules"), "desk:rules", "arrows-split", "requests.routing"),
            Area(_("Settings of planning"), "planning:settings", "adjustments", "planning.settings"),
            Area(_("Rules of complaints"), "complaints:settings", "settings", "complaints.rules"),
            Area(_("Forms of inspections"), "complaints:score_forms", "list-check", "complaints.rules"),
            Area(
                _("Installation procedures"), "installations:procedures", "list-check", "installations.rules"
            ),
            Area(_("Rules of maintenance"), "maintenance:settings", "settings", "maintenance.rules"),
            Area(_("Rules of appointments"), "appointments:rules", "calendar-time", "workforce.rules"),
            Area(_("Rules of follow-ups"), "followups:settings", "settings", "followups.manage"),
            Area(_("Surveys"), "surveys:settings", "clipboard-list", "surveys.design"),
        ),
    ),
    Group(
        _("Office"),
        (
            Area(_("Import"), "exchange:list", "file-import", "exchange.import", "i"),
            Area(_("Organisations"), "organizations:list", "sitemap", "organizations.view", "z"),
            Area(_("People"), "accounts:people", "users", "accounts.view", "e"),
            Area(_("Roles"), "accounts:roles", "key", "accounts.view"),
            Area(_("Mailboxes"), "mail:accounts", "mail-cog", "channels.manage"),
            Area(_("Channels and connections"), "channels:connections", "plug-connected", "channels.manage"),
            Area(_("Working calendars"), "calendars:list", "calendar", "calendars.view"),
            Area(_("Audit trail"), "audit:list", "history", "audit.view"),
        ),
    ),
)


def address_of(url_name: str) -> str:
    """The path of a named page, empty while its room is not installed."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _allowed(group: Group, user: Any) -> Iterator[tuple[Area, str]]:
    for area in group.areas:
        url = address_of(area.url_name)
        if url and (not area.permission or user.has_perm(area.permission)):
            yield area, url


def sections_for(user: Any, path: str) -> list[Section]:
    """The sections that ``user`` may enter; the deepest area that holds ``path`` is active."""
    if not user.is_authenticated:
        return []
    found = [(group, list(_allowed(group, user))) for group in GROUPS]
    holding = [url for _group, areas in found for _area, url in areas if path == url or path.startswith(url)]
    active = max(holding, key=len, default="")
    return [
        Section(
            str(group.label),
            tuple(Link(str(a.label), url, a.icon, a.key, url == active) for a, url in areas),
        )
        for group, areas in found
        if areas
    ]
