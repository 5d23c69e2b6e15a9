"""Lines of a work order over the API: added, changed, removed."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from jiannuo.faces.api.documents import KEY_PARAMETER, clean_form
from jiannuo.operations.workorders.forms import LineForm
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.operations.workorders.services import add_line, remove_line, update_line
from jiannuo.operations.workorders.wording import explained

#: field of the form → by what the API names the record
NAMED_BY = {"part": "code", "labour": "code", "component": "code_path"}
LINE_PARAMETER = OpenApiParameter("line", int, OpenApiParameter.PATH, description="id of the line")


class LineSerializer(serializers.ModelSerializer[OrderLine]):
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True, help_text="CNY")
    why = serializers.CharField(read_only=True, help_text="why this payer, in the caller's language")
    component = serializers.CharField(source="component.code_path", default=None, read_only=True)

    class Meta:
        model = OrderLine
        fields = (
            "id",
            "kind",
            "code",
            "description",
            "component",
            "source",
            "old_serial",
            "new_serial",
            "quantity",
            "unit_price",
            "amount",
            "covered",
            "payer",
            "basis",
            "charged",
            "clause",
            "why",
            "added",
            "consented_by",
            "consented_at",
        )


class NewLineSerializer(serializers.Serializer[Any]):
    """A line; what is left out of a change stays."""

    kind = serializers.ChoiceField(choices=OrderLine.Kind.choices)
    part = serializers.CharField(required=False, help_text="part number")
    labour = serializers.CharField(required=False, help_text="code of the labour item")
    component = serializers.CharField(required=False, help_text="path of codes, such as compressor")
    description = serializers.CharField(required=False, help_text="empty: as in the list")
    source = serializers.CharField(  # type: ignore[assignment]
        required=False,
        help_text="of a part: van (409 part-gone when the van has fewer), empty for elsewhere, auto for the van where "
        "it has the part; auto when left out of a new line",
    )
    old_serial = serializers.CharField(required=False)
    new_serial = serializers.CharField(required=False)
    quantity = serializers.DecimalField(max_digits=10, decimal_places=2)
    unit_price = serializers.DecimalField(
        max_digits=12, decimal_places=2, required=False, help_text="CNY; empty: the list price"
    )


class LinesMixin:
    """Adds ``lines`` to the view set of work orders."""

    @extend_schema(request=NewLineSerializer, responses={201: LineSerializer}, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"], url_path="lines", pagination_class=None)
    def lines(self: Any, request: Any, **kwargs: Any) -> Response:
        """Add a line; a part from the van is taken off its stock."""
        order = self.get_object()
        line = add_line(order, _cleaned(order, request, request.data), by=request.user)
        return Response(LineSerializer(explained([line])[0]).data, status=201)

    @extend_schema(
        methods=["patch"], request=NewLineSerializer, responses=LineSerializer, parameters=[LINE_PARAMETER]
    )
    @extend_schema(methods=["delete"], request=None, responses={204: None}, parameters=[LINE_PARAMETER])
    @action(detail=True, methods=["patch", "delete"], url_path=r"lines/(?P<line>[0-9]{1,18})")
    def line(self: Any, request: Any, line: str, **kwargs: Any) -> Response:
        """Change a line or take it away; the stock of the van follows."""
        order = self.get_object()
        rows = OrderLine.objects.select_related("part", "labour", "component")
        known = rows.filter(order=order, pk=int(line)).first()
        if known is None:
            raise Http404
        if request.method == "DELETE":
            remove_line(known, by=request.user)
            return Response(status=204)
        data = _cleaned(order, request, request.data, known)
        return Response(LineSerializer(explained([update_line(known, data, by=request.user)])[0]).data)


def _cleaned(order: WorkOrder, request: Any, given: Any, line: OrderLine | None = None) -> dict[str, Any]:
    """The fields of a line as its form cleans them; of a change, with what the line holds now."""
    data = {**(_present(line) if line is not None else {}), **(given if hasattr(given, "keys") else {})}
    form = LineForm(data if hasattr(given, "keys") else given, order=order, by=request.user, line=line)
    for name, named_by in NAMED_BY.items():
        form.fields[name].to_field_name = named_by  # type: ignore[attr-defined]
    return clean_form(form, data if hasattr(given, "keys") else given)


def _present(line: OrderLine) -> dict[str, Any]:
    present = {name: getattr(line, name) for name in LineForm.base_fields}
    for name, named_by in NAMED_BY.items():
        present[name] = getattr(present[name], named_by, "")
    return present
