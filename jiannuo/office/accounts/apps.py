from __future__ import annotations

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "jiannuo.office.accounts"
    label = "accounts"

    def ready(self) -> None:
        from jiannuo.office.accounts.middleware import device_was_seen

        user_logged_in.connect(device_was_seen, dispatch_uid="accounts.device_was_seen")
