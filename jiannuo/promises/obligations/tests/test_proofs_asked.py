"""What a clause wants to see as evidence is read as its commitment reads it."""

from __future__ import annotations

from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.commitments.packs import load_pack, to_content
from jiannuo.promises.commitments.tests.promise_cases import PACKS
from jiannuo.promises.obligations.models import Obligation


def test_the_papers_asked_for_have_the_names_of_the_pack():
    pack = load_pack(next(PACKS.glob("samples/p21*.yaml")))
    version = CommitmentVersion(number=1, content=to_content(pack))
    owed = Obligation(version=version, plan={"evidence": ["fire_door_identity", "certificate"]})
    assert owed.proofs_asked[0] == "防火身份证"
    assert len(owed.proofs_asked) == 2


def test_an_obligation_without_a_commitment_reads_them_as_the_house_does():
    assert Obligation(plan={"evidence": ["freight_bill"]}).proofs_asked == ("freight bill",)
    assert Obligation(plan={}).proofs_asked == ()
