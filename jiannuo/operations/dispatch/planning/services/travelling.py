"""The roads of a proposal: asked for in the background, never in the way of planning."""

from __future__ import annotations

from django.utils import timezone

from jiannuo.operations.dispatch.planner import RoadsUnknown
from jiannuo.operations.dispatch.planning.facts import Facts, points_of
from jiannuo.operations.dispatch.planning.models import Proposal
from jiannuo.operations.dispatch.planning.models.proposal import as_json
from jiannuo.operations.dispatch.planning.osrm import road_matrix
from jiannuo.operations.dispatch.planning.services.roads import learn_roads
from jiannuo.operations.dispatch.planning.services.writing import facts_of, present_answer

Journeys = Proposal.Journeys


def journeys_before(facts: Facts, *, improving: bool) -> str:
    """How the first answer found its journeys; it asks nobody, since a person waits for it."""
    if not facts.by_roads:
        return Journeys.SPEEDS
    if facts.knows_all_roads:
        return _known(facts)
    if road_matrix() is None:
        return Journeys.NO_SERVICE
    return Journeys.ASKING if improving else Journeys.NOT_ASKED


def by_roads(proposal: Proposal, facts: Facts) -> Facts:
    """The facts with the roads that the service says, if a manager chose it; as they were where it says nothing.

    What the present plan comes to is worked out by the same roads.
    """
    if not facts.by_roads:
        return _noted(proposal, facts, Journeys.SPEEDS)
    if facts.knows_all_roads:
        return _noted(proposal, facts, _known(facts))
    matrix = road_matrix()
    if matrix is None:
        return _noted(proposal, facts, Journeys.NO_SERVICE)
    try:
        learn_roads(points_of(facts.problem), matrix)
    except RoadsUnknown:
        return _noted(proposal, facts, Journeys.SILENT)
    facts = facts_of(proposal)
    present = present_answer(facts_of(proposal, {}))
    Proposal.objects.filter(pk=proposal.pk).update(present_score=as_json(present.score))
    return _noted(proposal, facts, _known(facts))


def _known(facts: Facts) -> str:
    return Journeys.PARTLY if facts.lacks_roads else Journeys.ROADS


def _noted(proposal: Proposal, facts: Facts, journeys: str) -> Facts:
    Proposal.objects.filter(pk=proposal.pk).update(journeys=journeys, touched_at=timezone.now())
    return facts
