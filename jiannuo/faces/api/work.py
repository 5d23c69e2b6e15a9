"""Tasks over the API: list, read, do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from jiannuo.faces.api.documents import DocumentSerializer, DocumentViewSet
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.operations.tasks.filters import TaskFilter
from jiannuo.operations.tasks.models import Task
from jiannuo.operations.tasks.queries import tasks_for


class TaskSerializer(DocumentSerializer):
    """A task: what is to be done, why, for whom, and the sum."""

    customer = serializers.CharField(source="customer.code", default=None, read_only=True)
    unit = serializers.CharField(
        source="unit.serial", default=None, read_only=True, help_text="serial number"
    )
    person = serializers.CharField(
        source="person.username", default=None, read_only=True, help_text="user name"
    )
    source = serializers.CharField(  # type: ignore[assignment]
        source="source.number", default=None, read_only=True, help_text="the document it came from"
    )
    metric = serializers.CharField(
        source="obligation.metric", default=None, read_only=True, help_text="the promise that was missed"
    )
    amount = serializers.DecimalField(
        source="amount_now",
        max_digits=14,
        decimal_places=2,
        read_only=True,
        allow_null=True,
        help_text="CNY, by now",
    )
    grows = serializers.BooleanField(read_only=True, help_text="whether the sum grows with the delay")

    class Meta(DocumentSerializer.Meta):
        model = Task
        fields = (
            *DocumentSerializer.Meta.fields,
            "task_kind",
            "role",
            "person",
            "due_at",
            "customer",
            "unit",
            "source",
            "metric",
            "text",
            "amount",
            "grows",
            "result",
        )
        read_only_fields = fields


class TaskViewSet(DocumentViewSet):
    """Tasks that missed promises and customers' choices brought about."""

    model = Task
    permission = "tasks.view"
    serializer_class = TaskSerializer
    filterset_class = TaskFilter
    orderings = (NEWEST, Ordering("due", gettext_lazy("due"), ("due_at",)))
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Task.objects.none()
        return tasks_for(self.request.user).select_related("created_by", "obligation")


api_router.register("tasks", TaskViewSet, basename="task")
