"""Planning days over the API: propose, follow the work, compare with the present plan, change, publish, give up."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiannuo.faces.api.documents import KEY_PARAMETER
from jiannuo.faces.api.idempotency import IdempotentMixin
from jiannuo.faces.api.permissions import RolePermission
from jiannuo.faces.api.problems import Problem
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.tables.api import KeysetPagination
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.dispatch.planning import services
from jiannuo.operations.dispatch.planning.models import Proposal, ProposalItem
from jiannuo.operations.dispatch.planning.services.proposing import LONGEST_DAYS, MOST_ORDERS
from jiannuo.operations.dispatch.planning.tables import ProposalFilter
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workorders.models import WorkOrder

ITEM_STEPS: dict[str, Any] = {
    "leave-out": services.leave_out,
    "take-back": services.take_back,
    "lock": lambda proposal, item, by: services.change_lock(proposal, item, True, by=by),
    "unlock": lambda proposal, item, by: services.change_lock(proposal, item, False, by=by),
}


class FiguresSerializer(serializers.Serializer[Any]):
    """What a plan comes to; the two sets of figures of a proposal are reckoned alike."""

    cost = serializers.FloatField(help_text="by the settings of planning")
    metres = serializers.IntegerField()
    travel_minutes = serializers.IntegerField()
    work_minutes = serializers.IntegerField()
    late_minutes = serializers.IntegerField(help_text="after the due instants of the promises")
    late_jobs = serializers.IntegerField()
    left_out = serializers.IntegerField()
    changed = serializers.IntegerField(help_text="orders that change technician")
    told_changed = serializers.IntegerField(help_text="of them told to the customer")
    outside_area = serializers.IntegerField(default=0, help_text="orders outside the technician's areas")


class ProposalItemSerializer(serializers.ModelSerializer[ProposalItem]):
    """An order: who has it now and when, who would do it and when, or the code of the reason why nobody would."""

    order = serializers.CharField(source="order.number", help_text="number")
    customer = serializers.CharField(source="order.customer.code", default=None)
    technician = serializers.CharField(source="technician.username", default=None, help_text="user name")
    present_technician = serializers.CharField(
        source="present_technician.username", default=None, help_text="user name"
    )
    changes_person = serializers.BooleanField()
    is_told = serializers.BooleanField(help_text="whether the customer was told who comes when")
    is_late = serializers.BooleanField()

    class Meta:
        model = ProposalItem
        fields = (
            *("order", "customer", "minutes", "approximate", "due_at"),
            *("present_technician", "present_from", "told_from", "told_to"),
            *("technician", "starts_at", "ends_at", "travel_minutes", "metres"),
            *("reason", "lacking", "locked", "dropped", "changes_person", "is_told", "is_late"),
        )
        read_only_fields = fields


class ProposalSerializer(serializers.ModelSerializer[Proposal]):
    """A proposal without its orders."""

    organization = serializers.CharField(source="organization.code")
    by = serializers.CharField(source="by.username", help_text="user name")
    published_by = serializers.CharField(source="published_by.username", default=None, help_text="user name")
    progress = serializers.IntegerField(help_text="per cent of the improvement under way")
    journeys = serializers.CharField(help_text="how the lengths of journeys were found")
    present = serializers.SerializerMethodField(help_text="the present plan")
    proposed = serializers.SerializerMethodField(help_text="the proposal")

    class Meta:
        model = Proposal
        fields = (
            *("id", "organization", "first_day", "days", "state", "progress", "message", "by", "made_at"),
            "journeys",
            *("published_by", "published_at", "present", "proposed"),
        )
        read_only_fields = fields

    @extend_schema_field(FiguresSerializer(allow_null=True))
    def get_present(self, proposal: Proposal) -> dict[str, Any] | None:
        return FiguresSerializer(proposal.present_score).data if proposal.present_score else None

    @extend_schema_field(FiguresSerializer(allow_null=True))
    def get_proposed(self, proposal: Proposal) -> dict[str, Any] | None:
        return FiguresSerializer(proposal.score).data if proposal.score else None


class WholeProposalSerializer(ProposalSerializer):
    """A proposal with its orders."""

    orders = ProposalItemSerializer(source="items", many=True)

    class Meta(ProposalSerializer.Meta):
        fields = (*ProposalSerializer.Meta.fields, "orders")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]


class ProposeSerializer(serializers.Serializer[Any]):
    """What to plan."""

    organization = serializers.CharField(max_length=40, help_text="code; those below it are planned too")
    first_day = serializers.DateField()
    days = serializers.IntegerField(default=1, min_value=1, max_value=LONGEST_DAYS)
    technicians: Any = serializers.ListField(
        child=serializers.CharField(max_length=150),
        required=False,
        max_length=500,
        help_text="user names; all of the organisation when left out",
    )
    orders: Any = serializers.ListField(
        child=serializers.CharField(max_length=32),
        required=False,
        max_length=MOST_ORDERS,
        help_text="numbers; all that wait or are planned in the days when left out",
    )
    improve = serializers.BooleanField(default=True, help_text="go on improving in the background")


class PublishSerializer(serializers.Serializer[Any]):
    without_changed = serializers.BooleanField(
        default=False, help_text="leave out the orders that were changed since, instead of refusing all"
    )


class ProposalViewSet(IdempotentMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Any]):
    """Proposals for days. Nothing of a proposal counts until it is published."""

    permission = "planning.propose"
    permission_classes = (RolePermission,)
    pagination_class: Any = KeysetPagination
    serializer_class = ProposalSerializer
    filterset_class = ProposalFilter
    orderings = (NEWEST,)
    default_ordering = "-id"
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Proposal.objects.none()
        rows = Proposal.objects.visible_to(self.request.user)
        return rows.select_related("organization", "by", "published_by")

    @extend_schema(responses=WholeProposalSerializer)
    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """A proposal with its orders; ask again while ``state`` is ``improving``."""
        return self._answer(self.get_object())

    @extend_schema(
        request=ProposeSerializer, responses={201: WholeProposalSerializer}, parameters=[KEY_PARAMETER]
    )
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Propose: a first plan is in the answer; 422 says by field what cannot be planned."""
        asked = ProposeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        found = Organization.objects.visible_to(request.user).filter(code=data["organization"]).first()
        if found is None:
            raise DjangoValidationError({"organization": _("There is no organisation with this code.")})
        made = services.propose(
            by=request.user,
            organization=found,
            first_day=data["first_day"],
            days=data["days"],
            technicians=_named(request.user, Technician, "technicians", "user__username", data),
            orders=_named(request.user, WorkOrder, "orders", "number", data),
            improving=data["improve"],
        )
        response = self._answer(made, status=201)
        response["Location"] = request.build_absolute_uri(f"{made.pk}/")
        return response

    @extend_schema(request=None, responses=WholeProposalSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def improve(self, request: Any, **kwargs: Any) -> Response:
        """Go on improving in the background, with what is locked kept."""
        return self._do(services.improve_more)

    @extend_schema(request=None, responses=WholeProposalSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def stop(self, request: Any, **kwargs: Any) -> Response:
        """Stop improving; the best plan so far stays."""
        return self._do(services.stop_improving)

    @extend_schema(request=None, responses=WholeProposalSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def discard(self, request: Any, **kwargs: Any) -> Response:
        """Give the proposal up, also while it is being improved."""
        return self._do(services.discard)

    @extend_schema(request=PublishSerializer, responses=WholeProposalSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def publish(self, request: Any, **kwargs: Any) -> Response:
        """Give each order to its technician; 409 ``plan-changed`` names the orders that were changed meanwhile."""
        asked = PublishSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            return self._do(services.publish, **asked.validated_data)
        except services.PlanChanged as changed:
            text = _("Orders were changed meanwhile. Nothing was published.")
            errors = {one.number: [one.text] for one in changed.conflicts}
            remember = partial(services.mark_overtaken, self.get_object())
            raise Problem(409, "plan-changed", text, errors, remember=remember) from None

    @extend_schema(request=None, responses=WholeProposalSerializer, parameters=[KEY_PARAMETER])
    @action(
        detail=True,
        methods=["post"],
        url_path=r"orders/(?P<number>[^/]+)/(?P<step>lock|unlock|leave-out|take-back)",
    )
    def change(self, request: Any, number: str, step: str, **kwargs: Any) -> Response:
        """Keep an order's technician and time when improving, or leave it out of the proposal; and back."""
        item = self.get_object().items.filter(order__number=number).first()
        if item is None:
            raise Http404
        return self._do(lambda proposal, by: ITEM_STEPS[step](proposal, item.pk, by=by))

    def _do(self, work: Any, **data: Any) -> Response:
        """Carry out a step; 409 where the state of the proposal does not allow it."""
        proposal = self.get_object()
        try:
            work(proposal, by=self.request.user, **data)
        except DjangoValidationError as error:
            raise Problem(409, "action-not-allowed", " ".join(error.messages)) from None
        return self._answer(self.get_queryset().get(pk=proposal.pk))

    def _answer(self, proposal: Proposal, status: int = 200) -> Response:
        items = proposal.items.select_related("order__customer", "technician", "present_technician")
        data = ProposalSerializer(proposal).data
        return Response({**data, "orders": ProposalItemSerializer(items, many=True).data}, status=status)


def _named(user: Any, model: type[Any], field: str, by: str, data: dict[str, Any]) -> list[Any] | None:
    """The records that were named; refuses by field what ``user`` does not see."""
    if field not in data:
        return None
    wanted = list(dict.fromkeys(data[field]))
    rows = model.objects.visible_to(user).filter(**{f"{by}__in": wanted}).annotate(_name=F(by))
    found = {row._name: row for row in rows}
    missing = [one for one in wanted if one not in found]
    if missing:
        text = _("Not found, or not for you to see: %(names)s.") % {"names": "、".join(missing[:10])}
        raise DjangoValidationError({field: text})
    return [found[one] for one in wanted]


api_router.register("plans", ProposalViewSet, basename="plan")
