from __future__ import annotations

import io
import re
import zlib

import pytest
from django.test import Client
from PIL import Image

from jiannuo.kernel.printing import forms, services
from jiannuo.testing import factories


def test_a_form_comes_out_as_pdf_with_the_fonts_of_the_product() -> None:
    pdf = services.render_pdf("printing/base.html", {"title": "售后服务登记表"})
    assert pdf.startswith(b"%PDF-")
    assert re.search(rb"/BaseFont\s*/[A-Z]{6}\+(Noto|Jiannuo)", _inflated(pdf))


def _inflated(pdf: bytes) -> bytes:
    """The PDF with its streams unpacked, to read the names of its fonts."""
    whole = pdf
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            whole += zlib.decompress(stream)
        except zlib.error:
            continue
    return whole


def test_an_address_on_the_network_is_not_read() -> None:
    with pytest.raises(ValueError, match="protocol"):
        services._fetcher().fetch("http://127.0.0.1:9/x.png")


@pytest.mark.django_db
def test_only_those_who_may_see_a_record_print_it(client: Client) -> None:
    head_office = factories.organization()
    ours, theirs = factories.organization(head_office), factories.organization(head_office)
    customer = factories.customer(ours)
    model = type(customer)
    forms.register(
        forms.PrintForm(
            id="X01",
            title="试",
            template="printing/base.html",
            model=model,
            rows=lambda user: model.objects.visible_to(user),
            context=lambda record: {},
            permission="customers.view",
        )
    )
    address = f"/print/X01/{customer.pk}.pdf"
    assert client.get(address).status_code == 302
    client.force_login(factories.person("service_agent", at=theirs))
    assert client.get(address).status_code == 404
    client.force_login(factories.person("customer", at=ours))
    assert client.get(address).status_code == 403
    client.force_login(factories.person("service_agent", at=ours))
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert client.get("/print/none/1.pdf").status_code == 404


def test_after_printing_a_picture_that_was_cut_is_still_refused() -> None:
    whole = io.BytesIO()
    Image.effect_noise((60, 60), 90).save(whole, "PNG")
    services.render_pdf("printing/base.html", {})

    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(whole.getvalue()[:900])).load()
