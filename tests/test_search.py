"""What the search box shows to whom."""

from __future__ import annotations

import pytest

from jiannuo.kernel.search.services import index_many
from jiannuo.kernel.search.views import groups_for
from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.documents.tests.makers import request_at
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


def test_a_kind_is_found_only_where_a_role_may_see_that_kind():
    # Given requests at two branches, and one who works in the field at the first and at the desk of the second
    head = factories.organization()
    field, desk = factories.organization(head), factories.organization(head)
    seen, unseen = request_at(desk), request_at(field)
    index_many(ServiceRequest, [seen.pk, unseen.pk])
    person = factories.person("technician", at=field)
    RoleAssignment.objects.create(user=person, role="service_agent", organization=desk)
    person = User.objects.get(pk=person.pk)

    # When both are searched for by what their numbers have in common
    groups = groups_for(person, seen.number[:8], limit=20)

    # Then only the one at the desk is shown
    assert [entry.object_id for _source, entries in groups for entry in entries] == [seen.pk]
