from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from jiannuo.demo.organizations import TOUR, demo_password
from jiannuo.office.accounts.models import User


class Command(BaseCommand):
    help = "List the demo accounts, one a role."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        known = set(User.objects.filter(is_demo=True).values_list("username", flat=True))
        accounts = [account for account in TOUR if account.username in known]
        if options["json"]:
            rows = [{"username": a.username, "role": a.roles[0], "name": a.name} for a in accounts]
            self.stdout.write(json.dumps({"password": demo_password() if rows else "", "accounts": rows}))
            return
        if not accounts:
            self.stdout.write("There is no demo data here.")
            return
        self.stdout.write(f"Demo accounts (password of all: {demo_password()})")
        for account in accounts:
            self.stdout.write(f"  {account.username:<12} {account.roles[0]:<22} {account.name}")
