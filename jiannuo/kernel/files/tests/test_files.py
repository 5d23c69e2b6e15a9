from __future__ import annotations

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from jiannuo.kernel.files import access, services
from jiannuo.kernel.files.models import StoredFile
from jiannuo.testing import factories


def picture(
    size: tuple[int, int] = (800, 600), name: str = "leak.jpg", exif: bool = False
) -> SimpleUploadedFile:
    image = Image.new("RGB", size, "teal")
    data = io.BytesIO()
    metadata = Image.Exif()
    if exif:
        metadata.get_ifd(0x8769)[0x9003] = "2026:11:20 09:30:00"
        metadata[0x0112] = 6  # turned by 90 degrees
        metadata[0x010F] = "Secret maker"
    image.save(data, format="JPEG", exif=metadata)
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/jpeg")


@pytest.mark.django_db
def test_a_photo_is_kept_with_checksum_and_thumbnail_and_without_metadata() -> None:
    stored = services.store(picture(exif=True))
    assert stored.content_type == "image/jpeg"
    assert len(stored.sha256) == 64
    assert stored.taken_at is not None
    assert stored.taken_at.isoformat().startswith("2026-11-20T09:30")
    with Image.open(stored.file) as kept:
        assert kept.size == (600, 800)
        assert 0x010F not in kept.getexif()
    with Image.open(stored.thumbnail) as small:
        assert max(small.size) == services.THUMBNAIL_PIXELS


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (SimpleUploadedFile("empty.jpg", b""), "empty"),
        (SimpleUploadedFile("virus.jpg", b"MZ" + b"\x90" * 500), "kind"),
        (SimpleUploadedFile("page.jpg", b"<html><script>alert(1)</script></html>"), "kind"),
        (SimpleUploadedFile("large.jpg", b"\xff\xd8\xff\xe0" + b"0" * (20 * services.MEGABYTE)), "size"),
        (SimpleUploadedFile("cut.jpg", b"\xff\xd8\xff\xe0" + b"0" * 500), "broken"),
        (SimpleUploadedFile("photo.exe", picture().read()), "ending"),
    ],
)
@pytest.mark.django_db
def test_a_wrong_file_is_refused_before_it_is_stored(upload: SimpleUploadedFile, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        services.store(upload, kinds=("image",))
    assert caught.value.code == code
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_only_those_who_may_see_a_file_read_it(client: Client) -> None:
    head_office = factories.organization()
    owner, stranger = (
        factories.person("service_agent", at=head_office),
        factories.person("dispatcher", at=head_office),
    )
    stored = services.store(picture(), by=owner)
    address = f"/files/{stored.pk}"
    assert client.get(address).status_code == 302
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    client.force_login(owner)
    response = client.get(address)
    assert response.status_code == 200
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"{address}/small")["Content-Type"] == "image/jpeg"
    assert not access.may_read(stored, stranger)
