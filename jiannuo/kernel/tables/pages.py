"""The list page: four declarations, and everything that every list can do.

    class WorkOrderList(TablePage):
        name = "workorders"                      # of saved views and chosen columns
        title = _("Work orders")
        permission = "orders.view"
        table_class = WorkOrderTable             # django_tables2
        filterset_class = WorkOrderFilter        # django_filters; the API uses the same
        orderings = (Ordering("number", _("number"), ()), Ordering("due", _("due"), ("due_at",)))
        default_ordering = "-number"

        def rows(self):
            return WorkOrder.objects.visible_to(self.request.user).select_related("customer")

A heading of the table sorts when an ordering has the name of its column.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from jiannuo.kernel.tables import exports, services
from jiannuo.kernel.tables.bulk import BulkAction
from jiannuo.kernel.tables.chips import Chip, chips_of
from jiannuo.kernel.tables.keyset import NEWEST, Ordering, ordering_named
from jiannuo.kernel.tables.lists import ListState
from jiannuo.kernel.tables.models import SavedView
from jiannuo.kernel.tables.panels import BulkPanel, SaveViewPanel, TotalsPanel, ViewsPanel

#: What the address says about the place in the list and the panels, not about its content.
PLACE = ("after", "before", "export", "save", "views", "bulk", "totals", "columns", "csrfmiddlewaretoken")


@dataclass(frozen=True, slots=True)
class Preset:
    """A view that the page itself declares: ``query`` as in the address."""

    label: Any
    query: str


@dataclass(frozen=True, slots=True)
class Total:
    """A figure over all rows of the filter: an aggregate such as ``Sum("price")`` and a filter that shows it."""

    name: str
    label: Any
    aggregate: Any
    shown_as: str = ""


class TablePage(PermissionRequiredMixin, View, ABC):
    """A list with filter, order, saved views, columns, totals, bulk actions, paging and export."""

    name: ClassVar[str] = ""
    title: ClassVar[Any] = ""
    subtitle: ClassVar[Any] = ""
    permission: ClassVar[str] = ""
    table_class: ClassVar[type[Any]]
    filterset_class: ClassVar[type[Any] | None] = None
    orderings: ClassVar[Sequence[Ordering]] = (NEWEST,)
    default_ordering: ClassVar[str] = "-id"
    presets: ClassVar[Sequence[Preset]] = ()
    totals: ClassVar[Sequence[Total]] = ()
    bulk_actions: ClassVar[Sequence[BulkAction]] = ()
    create_url_name: ClassVar[str] = ""
    create_label: ClassVar[Any] = ""
    create_permission: ClassVar[str] = ""
    empty_text: ClassVar[Any] = ""
    page_size: ClassVar[int] = 50
    template_name: ClassVar[str] = "pages/list.html"

    request: HttpRequest

    # What a page says

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """All rows that the person may see, with what the table shows of related records."""

    def extra_context(self) -> dict[str, Any]:
        """Further context of the template of the page."""
        return {}

    # Permission

    def has_permission(self) -> bool:
        user: Any = self.request.user
        return bool(user.is_authenticated and user.is_active and self.may(self.permission))

    def may(self, permission: str) -> bool:
        user: Any = self.request.user
        return not permission or bool(user.has_perm(permission))

    # The list

    @cached_property
    def kept_views(self) -> list[SavedView]:
        """All that is kept about this list for the person: views to open, and the columns they chose."""
        visible = SavedView.objects.visible_to(self.request.user)
        return list(visible.filter(page=self.name).select_related("owner"))

    @property
    def views(self) -> list[SavedView]:
        """Saved views that the person can open here."""
        return [view for view in self.kept_views if view.title]

    @cached_property
    def view_in_use(self) -> SavedView | None:
        key = self.request.GET.get("view", "")
        return next((view for view in self.views if str(view.pk) == key), None)

    @cached_property
    def chosen_columns(self) -> list[str]:
        if self.view_in_use is not None and self.view_in_use.columns:
            return list(self.view_in_use.columns)
        return next((list(view.columns) for view in self.kept_views if not view.title), [])

    @cached_property
    def allowed_bulk_actions(self) -> list[BulkAction]:
        return [action for action in self.bulk_actions if self.may(action.permission)]

    @cached_property
    def state(self) -> ListState:
        """The list as this request asks for it."""
        return ListState(
            query=self.request.GET,
            rows=self.rows(),
            table_class=self.table_class,
            filterset_class=self.filterset_class,
            orderings=self.orderings,
            default_ordering=self.default_ordering,
            columns=self.chosen_columns,
            request=self.request,
            selectable=bool(self.allowed_bulk_actions),
            size=self.page_size,
        )

    def query_without(self, *names: str, **changes: str) -> str:
        """The query of the address without the place in the list and ``names``, with ``changes``."""
        query = self.request.GET.copy()
        for name in (*PLACE, *names):
            query.pop(name, None)
        for name, value in changes.items():
            query[name] = value
        return query.urlencode()

    def address(self, query: str = "") -> str:
        return f"{self.request.path}?{query}" if query else self.request.path

    # Requests

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        for name, panel in (("save", SaveViewPanel), ("views", ViewsPanel), ("totals", TotalsPanel)):
            if name in request.GET:
                return panel(self).get()
        if "export" in request.GET:
            return exports.respond(self, request.GET["export"])
        default = next((v for v in self.views if v.is_default and v.owner_id == request.user.pk), None)
        if default is not None and not request.GET and not request.headers.get("HX-Request"):
            return HttpResponseRedirect(self.view_address(default))
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "save" in request.GET:
            return SaveViewPanel(self).post()
        if "views" in request.GET:
            return ViewsPanel(self).post()
        if "columns" in request.GET:
            return self._choose_columns()
        return BulkPanel(self).post(request.GET.get("bulk", ""))

    def _choose_columns(self) -> HttpResponse:
        known = self.table_class.base_columns
        chosen = [name for name in self.request.POST.getlist("columns") if name in known]
        services.choose_columns(user=self.request.user, page=self.name, columns=chosen)
        # Back to the list as it was on the screen; a saved view's own columns give way to the new choice.
        query = QueryDict(self.request.POST.get("query", "")[:2000], mutable=True)
        for name in (*PLACE, "view"):
            query.pop(name, None)
        return HttpResponseRedirect(self.address(query.urlencode()))

    def show(self) -> HttpResponse:
        page = self.state.page
        status = 200 if self.state.is_valid else 422
        return render(self.request, self.template_name, self.context(page), status=status)

    # What the template shows

    def context(self, page: Any) -> dict[str, Any]:
        state = self.state
        table = state.table(page.rows)
        table.request = self.request
        table.empty_text = self.empty_text or None
        chips = self.chips()
        table.clear_url = f"{self.request.path}?view=" if chips or state.errors else ""
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "table": table,
            "page": page,
            "filter": state.filterset,
            "filter_errors": state.errors,
            "notice": state.notice,
            "chips": chips,
            "views": self.view_links(),
            "sorts": self.sort_links(),
            "columns": self.column_choices(table),
            "columns_url": f"{self.request.path}?columns=1",
            "list_query": self.query_without(),
            "kept": {
                name: self.request.GET[name]
                for name in ("sort", "view", "size")
                if self.request.GET.get(name)
            },
            "clear_url": f"{self.request.path}?view=",
            "save_view_url": f"{self.request.path}?save=1",
            "manage_views_url": f"{self.request.path}?views=1" if self.views else "",
            "totals_url": self.address(self.query_without(totals="1")),
            "export_url": f"{self.request.path}?export=xlsx" if self.may("tables.export") else "",
            "export_csv_url": f"{self.request.path}?export=csv" if self.may("tables.export") else "",
            "bulk_actions": self.bulk_buttons(),
            "create_url": self.create_url(),
            "create_label": self.create_label,
            **self.extra_context(),
        }

    def create_url(self) -> str:
        if not self.create_url_name or not self.may(self.create_permission):
            return ""
        return reverse(self.create_url_name)

    def bulk_buttons(self) -> list[dict[str, Any]]:
        return [
            {
                "label": action.label,
                "style": action.style,
                "confirm": "" if action.form else action.confirm,
                "url": f"{self.request.path}?bulk={action.name}",
            }
            for action in self.allowed_bulk_actions
        ]

    def chips(self) -> list[Chip]:
        """The filters in force, each with the address of the list without it."""
        return chips_of(
            self.state.filterset, lambda *names: self.address(self.query_without(*names) or "view=")
        )

    def sort_links(self) -> list[dict[str, Any]]:
        """The orderings to choose from; nothing to choose when there is one."""
        if len(self.orderings) < 2:
            return []
        current = self.state.ordering
        links = []
        for ordering in self.orderings:
            active = ordering.name == current.name
            shown = current if active else ordering
            following = ordering_named(self.orderings, current.reversed().key) if active else ordering
            key = following.key if following else ordering.key
            links.append(
                {
                    "label": ordering.label,
                    "url": self.address(self.query_without(sort=key)),
                    "active": active,
                    "descending": shown.descending,
                }
            )
        return links

    def column_choices(self, table: Any) -> list[dict[str, Any]]:
        return [
            {"name": column.name, "label": column.header, "visible": column.visible}
            for column in table.columns.iterall()
            if column.name != "select"
        ]

    def view_address(self, view: SavedView) -> str:
        query = QueryDict(view.query, mutable=True)
        query["view"] = str(view.pk)
        return self.address(query.urlencode())

    def view_links(self) -> list[dict[str, Any]]:
        """All rows, the page's own presets, then saved views."""
        if not self.views and not self.presets:
            return []
        present = self.query_without("size")
        active = self.view_in_use
        links = [
            {"name": _("All"), "url": f"{self.request.path}?view=", "is_active": present in {"", "view="}}
        ]
        links += [
            {"name": preset.label, "url": self.address(preset.query), "is_active": present == preset.query}
            for preset in self.presets
        ]
        for view in self.views:
            name = view.title if view.owner_id == self.request.user.pk else f"{view.title} · {view.owner}"
            links.append({"name": name, "url": self.view_address(view), "is_active": view is active})
        return links
