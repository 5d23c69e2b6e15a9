from __future__ import annotations

from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from jiannuo.demo.customers import load_customers
from jiannuo.demo.organizations import load_organizations, load_people
from jiannuo.demo.products import load_products
from jiannuo.demo.units import load_units
from jiannuo.demo.workforce import load_workforce
from jiannuo.office.organizations.models import Organization

SEED = 20261121


class Command(BaseCommand):
    help = "Fill an empty database with demo data, the same each time but for the day it is loaded on."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if Organization.objects.exists():
            raise CommandError("There are organisations already; demo data goes only into an empty database.")
        random = Random(SEED)
        today = timezone.localdate()
        organizations = load_organizations(today)
        people = load_people(organizations)
        data = load_products()
        customers = load_customers(organizations, random)
        units = load_units(customers, organizations, data, today, random)
        load_workforce(people, today)
        self.stdout.write(f"{len(customers)} customers, {len(units)} units")
