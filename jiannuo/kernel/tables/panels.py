"""Dialogs of a list: save a view, manage views, totals, bulk actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from jiannuo.kernel.tables import columns, services
from jiannuo.kernel.tables.bulk import MOST_ROWS, BulkAction, BulkResult
from jiannuo.kernel.tables.forms import SaveViewForm

if TYPE_CHECKING:
    from jiannuo.kernel.tables.pages import TablePage

#: Rows over which totals are worked out while a person waits.
MOST_TOTALLED = 100_000


class Panel:
    def __init__(self, page: TablePage) -> None:
        self.page, self.request = page, page.request

    def _show(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return render(self.request, f"tables/{template}", context, status=status)


class SaveViewPanel(Panel):
    """Give the list as it is on the screen a name."""

    def get(self) -> HttpResponse:
        form = SaveViewForm(initial={"query": self._query_on_screen()})
        return self._form(form)

    def post(self) -> HttpResponse:
        form = SaveViewForm(self.request.POST)
        if not form.is_valid():
            return self._form(form, status=422)
        try:
            view = services.save_view(
                by=self.request.user, page=self.page.name, columns=self._columns(), **form.cleaned_data
            )
        except ValidationError as refused:
            form.add_error(None, refused)
            return self._form(form, status=422)
        response = HttpResponse(status=204)
        response["HX-Redirect"] = self.page.view_address(view)
        return response

    def _columns(self) -> list[str]:
        return self.page.chosen_columns or [
            name for name, column in self.page.table_class.base_columns.items() if column.visible
        ]

    def _query_on_screen(self) -> str:
        """What the address of the page says now, after all changes of the filter."""
        current = self.request.headers.get("HX-Current-URL", "")
        query = QueryDict(urlsplit(current).query, mutable=True) if current else self.request.GET.copy()
        for name in ("after", "before", "view", "save"):
            query.pop(name, None)
        return query.urlencode()[: services.LONGEST_QUERY]

    def _form(self, form: SaveViewForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "title": _("Save this view"), "submit_label": _("Save")}
        return render(self.request, "partials/modal_form.html", context, status=status)


class ViewsPanel(Panel):
    """The person's views of this list: open, remove."""

    def get(self, message: str = "") -> HttpResponse:
        views = [
            {"view": view, "url": self.page.view_address(view), "own": view.owner_id == self.request.user.pk}
            for view in self.page.views
        ]
        return self._show(
            "views.html", {"views": views, "message": message, "action": f"{self.request.path}?views=1"}
        )

    def post(self) -> HttpResponse:
        key = self.request.POST.get("remove", "")
        view = next((view for view in self.page.views if str(view.pk) == key), None)
        if view is None:
            raise Http404(_("This view no longer exists."))
        services.delete_view(view, by=self.request.user)
        self.page.__dict__.pop("kept_views", None)
        return self.get(_("“%(title)s” was removed.") % {"title": view.title})


class TotalsPanel(Panel):
    """How many rows there are, and the sums that the list declares. Asked for, because it reads every row."""

    def get(self) -> HttpResponse:
        state = self.page.state
        if not state.is_valid:
            return self._show("totals.html", {"message": " ".join(state.errors)}, status=422)
        rows = state.queryset.order_by()
        if state.keyset.keys.order_by().values_list("pk")[MOST_TOTALLED : MOST_TOTALLED + 1]:
            message = _("More than %(most)s rows. Narrow the filter to see totals.") % {
                "most": f"{MOST_TOTALLED:,}"
            }
            return self._show("totals.html", {"message": message})
        figures = rows.aggregate(
            _rows=Count("pk", distinct=True), **{total.name: total.aggregate for total in self.page.totals}
        )
        totals = [{"name": "rows", "label": _("Rows"), "value": f"{figures['_rows']:,}"}]
        for total in self.page.totals:
            source = "{{ value|" + total.shown_as + " }}" if total.shown_as else "{{ value }}"
            value = columns.render(source, value=figures[total.name] or 0)
            totals.append({"name": total.name, "label": str(total.label), "value": value})
        return self._show("totals.html", {"totals": totals})


class BulkPanel(Panel):
    """Do something with the chosen rows, and say what became of each."""

    def post(self, name: str) -> HttpResponse:
        action = next((action for action in self.page.bulk_actions if action.name == name), None)
        if action is None:
            raise Http404(_("This list has no such action."))
        if not self.page.may(action.permission):
            raise PermissionDenied
        keys = list(dict.fromkeys(self.request.POST.getlist("select")))
        if refusal := _refusal(keys):
            return self._result(action, BulkResult(errors=[("", refusal)]), status=422)
        if action.form is None:
            return self._do(action, keys)
        submitted = "bulk_form" in self.request.POST
        form = action.form(self.request.POST if submitted else None)
        if not submitted or not form.is_valid():
            return self._ask(action, form, keys, status=422 if submitted else 200)
        return self._do(action, keys, form.cleaned_data)

    def _do(self, action: BulkAction, keys: list[str], data: dict[str, Any] | None = None) -> HttpResponse:
        rows = self.page.rows()
        key = rows.model._meta.pk
        valid = []
        for text in keys:
            try:
                valid.append(key.to_python(text))
            except ValidationError:
                continue
        chosen = rows.filter(pk__in=valid)
        seen = chosen.count()
        arguments = (self.request.user, chosen) if data is None else (self.request.user, chosen, data)
        result = action.handler(*arguments)
        if seen < len(keys):
            missing = _("%(count)s chosen rows no longer exist, or you may not see them.") % {
                "count": len(keys) - seen
            }
            result.errors.append(("", missing))
        return self._result(action, result)

    def _ask(self, action: BulkAction, form: Any, keys: list[str], status: int) -> HttpResponse:
        context = {
            "title": action.label,
            "form": form,
            "keys": keys,
            "text": action.confirm or _("%(count)s rows are chosen.") % {"count": len(keys)},
            "style": action.style if action.style != "secondary" else "primary",
        }
        return self._show("bulk_form.html", context, status=status)

    def _result(self, action: BulkAction, result: BulkResult, status: int = 200) -> HttpResponse:
        response = self._show("bulk_result.html", {"title": action.label, "result": result}, status=status)
        response["HX-Trigger"] = "list-changed"
        return response


def _refusal(keys: list[str]) -> str:
    if not keys:
        return _("No row is chosen. Tick the rows first.")
    if len(keys) > MOST_ROWS:
        return _("At most %(most)s rows at once. You chose %(count)s.") % {
            "most": MOST_ROWS,
            "count": len(keys),
        }
    return ""
