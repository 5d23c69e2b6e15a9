from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "jiannuo.kernel.audit"
    label = "audit"

    def ready(self) -> None:
        from jiannuo.kernel.audit.changes import leave_out_what_points_here

        leave_out_what_points_here()
