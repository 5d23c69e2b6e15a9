"""Demo commitments: packs of the samples with their blanks filled, published for the whole group."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from jiannuo.demo.products import DATA
from jiannuo.office.organizations.models import Organization
from jiannuo.promises.commitments.services import load_pack

#: file → blanks of the source, as this demo company fills them
SAMPLES: dict[str, dict[str, str]] = {
    "p06-central-government-air-conditioners.yaml": {},
    "p12-equipment-supplier.yaml": {"warranty_months": "12"},
    "p20-storage-maintenance.yaml": {
        "level_1_minutes": "10",
        "level_2_minutes": "30",
        "level_3_minutes": "120",
        "warranty_months": "36",
    },
    "p25-engineering-project.yaml": {"emergency_minutes": "90"},
    "p30-industrial-scales.yaml": {},
}


def load_commitments(head_office: Organization) -> list[str]:
    """Publish the demo commitments; returns their codes."""
    samples = Path(settings.BASE_DIR) / "packs" / "samples"
    wanted = [(samples / name, blanks) for name, blanks in SAMPLES.items()]
    wanted += [(DATA / "house.yaml", {}), (DATA / "complaints.yaml", {}), (DATA / "followups.yaml", {})]
    wanted += [(DATA / "installation.yaml", {})]
    return [
        load_pack(path, by=None, organization=head_office, parameters=blanks, is_demo=True).commitment.code
        for path, blanks in wanted
    ]
