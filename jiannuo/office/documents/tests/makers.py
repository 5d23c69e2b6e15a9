"""A small company, and documents in it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from jiannuo.office.documents.services import create_document
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.testing import factories

PERFORM = "jiannuo.office.documents.services.perform"


@dataclass
class Company:
    """A head office, a branch and two dealers, with the people that tests need."""

    head: Organization
    branch: Organization
    dealer_a: Organization
    dealer_b: Organization
    agent: Any
    department_manager: Any
    general_manager: Any
    clerk_a: Any
    clerk_b: Any


def company() -> Company:
    head = factories.organization()
    branch = factories.organization(head)
    dealer_a, dealer_b = (
        factories.organization(branch, kind="dealer"),
        factories.organization(branch, kind="dealer"),
    )
    return Company(
        head,
        branch,
        dealer_a,
        dealer_b,
        agent=factories.person("service_agent", at=branch, name="王芳"),
        department_manager=factories.person("department_manager", at=branch, name="李强"),
        general_manager=factories.person("general_manager", at=head, name="赵总"),
        clerk_a=factories.person("dealer_clerk", at=dealer_a),
        clerk_b=factories.person("dealer_clerk", at=dealer_b),
    )


def request_at(organization: Organization, *, by: Any = None, **fields: Any) -> ServiceRequest:
    """A new service request of ``organization``."""
    values = {"symptom_text": "不制冷", "title": "空调不制冷", "received_at": timezone.now(), **fields}
    if "customer" not in values:
        values["customer"] = factories.customer(organization)
    return create_document(ServiceRequest(organization=organization, **values), by=by)


def photo(name: str = "photo.jpg") -> SimpleUploadedFile:
    """A small real picture."""
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/jpeg")
