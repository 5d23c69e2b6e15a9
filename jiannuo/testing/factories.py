"""Makers of records for tests: each gives a valid record and takes what the test cares about."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.organizations.models import Organization
from jiannuo.registry.customers.models import Customer, Phone
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import Category, ProductModel

_sequence = count(1)


def organization(parent: Organization | None = None, **fields: Any) -> Organization:
    n = next(_sequence)
    values = {
        # of one length: siblings stand in the order of their codes, and one that comes before moves the others' paths
        "code": f"ORG{n:05}",
        "name": f"Organisation {n}",
        "kind": "branch" if parent else "head_office",
        **fields,
    }
    if parent is None:
        return Organization.objects.add_root(values)
    return Organization.objects.add_child(Organization.objects.get(pk=parent.pk), values)


def person(*roles: str, at: Organization, **fields: Any) -> User:
    """A person employed at ``at`` who holds ``roles`` there."""
    n = next(_sequence)
    values = {"username": f"user{n}", "name": f"Person {n}", "email": f"user{n}@example.com", **fields}
    user = User.objects.create_user(password="correct horse battery", organization=at, **values)
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, role=role, organization=at) for role in roles
    )
    return user


def category(code_path: str = "appliance/air-conditioner") -> Category:
    """The category with that path, with its parents."""
    node: Category | None = None
    walked: list[str] = []
    for code in code_path.split("/"):
        walked.append(code)
        path = "/".join(walked)
        found = Category.objects.filter(code_path=path).first()
        if found is None:
            values = {"code": code, "name": code, "code_path": path}
            found = (
                Category.objects.add_root(values)
                if node is None
                else Category.objects.add_child(node, values)
            )
        node = found
    assert node is not None
    return node


def product_model(category_path: str = "appliance/air-conditioner", **fields: Any) -> ProductModel:
    n = next(_sequence)
    return ProductModel.objects.create(
        **{"category": category(category_path), "code": f"KFR-{n}", "name": f"Model {n}", **fields}
    )


def customer(at: Organization, *, phone: str = "", **fields: Any) -> Customer:
    n = next(_sequence)
    made = Customer.objects.create(**{"organization": at, "code": f"C{n:06d}", "name": f"张伟{n}", **fields})
    Phone.objects.create(customer=made, number=phone or f"+86138{n:08d}", is_primary=True)
    return made


def unit(at: Organization, *, of: Customer | None = None, **fields: Any) -> InstalledUnit:
    n = next(_sequence)
    values = {
        "organization": at,
        "customer": of,
        "serial": f"SN{n:08d}",
        "produced_on": date(2026, 1, 5),
        "invoiced_on": date(2026, 3, 1),
        "installed_on": date(2026, 3, 3),
        **fields,
    }
    if "model" not in values:
        values["model"] = product_model()
    return InstalledUnit.objects.create(**values)
