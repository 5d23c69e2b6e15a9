from __future__ import annotations

import gc
from random import Random
from typing import Any

from auditlog.context import disable_auditlog
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from jiannuo.demo.bench import load_bench
from jiannuo.demo.board import load_board
from jiannuo.demo.cards import load_cards
from jiannuo.demo.channels import load_channels
from jiannuo.demo.commitments import load_commitments
from jiannuo.demo.complaints import load_complaints
from jiannuo.demo.customers import load_customers
from jiannuo.demo.events import load_events
from jiannuo.demo.followups import load_followups
from jiannuo.demo.installations import load_installations
from jiannuo.demo.knowledge import load_knowledge
from jiannuo.demo.mail import load_mail
from jiannuo.demo.maintenance import load_maintenance
from jiannuo.demo.organizations import load_organizations, load_people
from jiannuo.demo.planning import load_planning
from jiannuo.demo.products import load_products
from jiannuo.demo.remote import load_remote
from jiannuo.demo.routing import load_routing
from jiannuo.demo.staffing import load_staffing
from jiannuo.demo.stock import load_stock
from jiannuo.demo.surveys import load_surveys
from jiannuo.demo.trips import load_trips
from jiannuo.demo.units import load_units
from jiannuo.demo.work import load_work
from jiannuo.demo.workforce import load_workforce
from jiannuo.kernel.search.services import indexing_once
from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.promises.obligations.sweep import sweep
from jiannuo.registry.installedbase.models import InstalledUnit

SEED = 20261121


class Command(BaseCommand):
    help = "Fill an empty database with demo data, the same each time but for the day it is loaded on."

    def handle(self, *args: Any, **options: Any) -> None:
        if Organization.objects.exists():
            raise CommandError("There are organisations already; demo data goes only into an empty database.")
        random = Random(SEED)  # noqa: S311 - the same data each time
        gc.disable()  # many small objects that live on; looking for cycles among them takes a tenth of the time
        with disable_auditlog():
            people, units = self.load_registry(random)
            requests = load_work(people, units, random)
            load_planning(people)
            load_board(people, units, Random(SEED))  # noqa: S311 - the same data each time
            load_cards(people)
            load_staffing(people)
            load_routing(people)
            load_remote(people)
            load_channels(people, units)
            load_complaints(people, units)
            load_bench(people, units)
            load_installations(people)
            load_trips(people)
            load_mail(units)
            load_events(people, units)
            load_followups(people, units)
            load_maintenance(people)
            load_surveys(people, Random(SEED))  # noqa: S311 - the same data each time
            load_knowledge(people, Organization.objects.get(code="HQ"), random)
        while sweep(timezone.now()):
            pass
        self.stdout.write(f"{len(people)} people, {len(units)} units, {requests} requests")

    @transaction.atomic
    def load_registry(self, random: Random) -> tuple[dict[str, User], list[InstalledUnit]]:
        """Everything that was there before the first call."""
        today = timezone.localdate()
        organizations = load_organizations(today)
        people = load_people(organizations)
        data = load_products()
        with indexing_once():
            customers = load_customers(organizations, random)
            units = load_units(customers, organizations, data, today, random)
        load_workforce(people, today)
        load_stock(people)
        load_commitments(organizations["HQ"])
        return people, units
