"""Who does the demo work, and how they sign."""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from jiannuo.kernel.files.models import StoredFile
from jiannuo.kernel.files.services import store
from jiannuo.office.accounts.models import User


@dataclass(frozen=True, slots=True)
class Cast:
    """Who works at an organisation."""

    agent: User
    dispatcher: User
    technicians: tuple[User, ...]


def casts(people: dict[str, User]) -> dict[str, Cast]:
    """The people of each organisation that registers and does work."""

    def of(agent: str, dispatcher: str, *technicians: str) -> Cast:
        return Cast(people[agent], people[dispatcher], tuple(people[name] for name in technicians))

    return {
        "EAST": of(
            "agent", "dispatcher", "technician", "east.tech2", "east.tech3", "east.tech4", "east.tech5"
        ),
        "NORTH": of("north.agent", "north.agent", "north.tech1", "north.tech2", "north.tech3"),
        "HZAS": of("dealer", "dealer", "dealertech", "hzas.tech2"),
        "SZHX": of("szhx.clerk", "szhx.clerk", "szhx.tech1"),
        "NBTY": of("nbty.clerk", "nbty.clerk", "nbty.tech1", "nbty.tech2"),
    }


def signature(name: str) -> StoredFile:
    """A drawn line that stands for a signature."""
    picture = Image.new("RGB", (360, 140), "white")
    pen = ImageDraw.Draw(picture)
    points = [
        (20 + 16 * step, 70 + ((ord(name[step % len(name)]) * (step + 3)) % 70) - 35) for step in range(21)
    ]
    pen.line(points, fill="black", width=4, joint="curve")
    data = io.BytesIO()
    picture.save(data, format="PNG")
    return store(
        SimpleUploadedFile("signature.png", data.getvalue(), content_type="image/png"), kinds=("image",)
    )
