"""All that is held about a natural person, for the person (Personal Information Protection Law, art. 45)."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.regions.services import full_names
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.history import documents_of


def personal_data(customer: Customer, user: Any) -> dict[str, Any]:
    """The data of ``customer`` as plain values, with the documents that ``user`` may see."""
    addresses = list(customer.addresses.all())
    names = full_names(address.division_id for address in addresses if address.division_id)
    units = customer.units.visible_to(user).select_related("model").order_by("pk")
    return {
        "exported_at": timezone.now().isoformat(timespec="seconds"),
        "customer": {
            "number": customer.code,
            "name": customer.name,
            "class": customer.get_grade_display(),
            "email": customer.email,
            "do_not_call": [str(t) for t in (customer.do_not_call_from, customer.do_not_call_to) if t],
            "agrees_to_service_messages": customer.consent_messages,
            "agrees_to_marketing": customer.consent_marketing,
            "tags": [tag.name for tag in customer.tags.all()],
            "remark": customer.remark,
            "registered": timezone.localtime(customer.created_at).isoformat(timespec="seconds"),
        },
        "phones": [{"number": phone.number, "label": phone.label} for phone in customer.phones.all()],
        "addresses": [
            {"division": names.get(a.division_id or "", ""), "detail": a.detail, "label": a.label}
            for a in addresses
        ],
        "contacts": [
            {"name": c.name, "position": c.position, "email": c.email} for c in customer.contacts.all()
        ],
        "units": [{"model": str(unit.model), "serial": unit.serial, "status": unit.status} for unit in units],
        "documents": [
            {
                "number": document.number,
                "title": document.title,
                "state": document.state_label,
                "date": timezone.localtime(document.created_at).date().isoformat(),
            }
            for document in documents_of(customer, "customer", user, limit=1000)
        ],
    }


def as_workbook(data: dict[str, Any]) -> bytes:
    """The same as an Excel workbook: one sheet for each list."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    titles = {
        "customer": _("Customer"),
        "phones": _("Phones"),
        "addresses": _("Addresses"),
        "contacts": _("Contacts"),
        "units": _("Units"),
        "documents": _("Documents"),
    }
    for key, title in titles.items():
        sheet = book.add_worksheet(title)
        rows = [data[key]] if isinstance(data[key], dict) else data[key]
        for column, name in enumerate(rows[0] if rows else ()):
            sheet.write(0, column, name)
            for line, row in enumerate(rows, start=1):
                value = row[name]
                sheet.write(line, column, ", ".join(value) if isinstance(value, list) else value)
    book.close()
    return buffer.getvalue()
