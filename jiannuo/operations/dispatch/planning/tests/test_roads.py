"""Journeys as a service for roads says, asked in the background; whatever it does, planning and the board go on."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils import timezone

from jiannuo.config.settings import road_service_from
from jiannuo.operations.dispatch.planner import Road, RoadsUnknown
from jiannuo.operations.dispatch.planning.models import PlanningSettings, Proposal, RoadLeg
from jiannuo.operations.dispatch.planning.models.roads import number_of
from jiannuo.operations.dispatch.planning.osrm import OsrmTable
from jiannuo.operations.dispatch.planning.services import proposing
from jiannuo.operations.dispatch.planning.services.roads import forget_old_roads, learn_roads
from jiannuo.operations.dispatch.planning.tests.town import order, propose
from jiannuo.operations.dispatch.planning.travel import roads_between

HERE, THERE, ISLAND = (302_500, 1_201_700), (302_600, 1_201_800), (-302_700, -1_201_900)


@dataclass
class Service:
    """A road service on this machine; ``says`` makes its answer from the numbers of rows and columns."""

    says: object = None
    asked: list = field(default_factory=list)
    url: str = ""

    def answer(self, rows: int, columns: int) -> object:
        if self.says is not None:
            return self.says(rows, columns)
        return {
            "code": "Ok",
            "durations": [[1200.4] * columns for _row in range(rows)],
            "distances": [[8000.2] * columns for _row in range(rows)],
        }


@pytest.fixture
def service():
    known = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            options = parse_qs(parts.query)
            rows, columns = (len(options[name][0].split(";")) for name in ("sources", "destinations"))
            known.asked.append((parts.path, options))
            answer = known.answer(rows, columns)
            status, headers = 200, {}
            if isinstance(answer, tuple):
                status, answer, headers = answer
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # whoever asked has given up

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known.url = f"http://127.0.0.1:{server.server_port}"
    yield known
    server.shutdown()
    server.server_close()


@pytest.fixture
def roads(town, service, settings):
    """The town plans by road; orders at two places."""
    settings.ROAD_MATRIX_URL, settings.ROAD_MATRIX_TIMEOUT = service.url, 0.5
    PlanningSettings.objects.update(journeys="roads", handling_minutes=5)
    town.orders = [order(town, 1), order(town, 3)]
    return town


def improved(town) -> Proposal:
    """A proposal that the background has improved."""
    proposal = propose(town, improving=True)
    proposing.run(proposal.pk)
    return Proposal.objects.get(pk=proposal.pk)


def ask(service, *, seconds=2.0):
    return OsrmTable(service.url, "driving", seconds).ask([HERE, THERE], [THERE, ISLAND])


# What is asked, what is believed


def test_places_are_asked_for_as_longitude_and_latitude(service):
    assert ask(service) == [[Road(1201, 8000)] * 2] * 2

    path, options = service.asked[0]
    assert path == "/table/v1/driving/120.1700,30.2500;120.1800,30.2600;-120.1900,-30.2700"
    assert options == {
        "annotations": ["duration,distance"],
        "sources": ["0;1"],
        "destinations": ["1;2"],
    }


def test_there_may_be_no_road(service):
    service.says = lambda *_size: {
        "code": "Ok",
        "durations": [[60, None], [0, None]],
        "distances": [[500, None], [0, None]],
    }
    assert ask(service) == [[Road(60, 500), None], [Road(0, 0), None]]


def filled(value):
    return lambda rows, columns: {
        "code": "Ok",
        "durations": [[value] * columns] * rows,
        "distances": [[1] * columns] * rows,
    }


NONSENSE = {
    "error": lambda *_size: (500, b"broken", {}),
    "no json": lambda *_size: b"<html>",
    "nothing": lambda *_size: b"",
    "deep": lambda *_size: b"[" * 200_000,
    "not utf-8": lambda *_size: b"\xff\xfe\xff",
    "a list": lambda *_size: [],
    "its own error": lambda *_size: {"code": "NoSegment"},
    "too few rows": lambda rows, columns: {"code": "Ok", "durations": [[1] * columns], "distances": []},
    "rows of text": lambda rows, columns: {
        "code": "Ok",
        "durations": ["ab"] * rows,
        "distances": ["ab"] * rows,
    },
    "no distances": lambda rows, columns: {"code": "Ok", "durations": [[1] * columns] * rows},
    "text": filled("12"),
    "negative": filled(-1),
    "true": filled(True),
    "endless": filled(float("inf")),
    "none at all": filled(float("nan")),
    "huge": filled(10**400),
    "too long to be true": filled(10**9),
}


@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_is_not_believed(service, kind):
    service.says = NONSENSE[kind]
    with pytest.raises(RoadsUnknown):
        ask(service)


def test_nobody_is_followed_elsewhere(service):
    other = f"{service.url}/table/v1/driving/1,1;2,2?sources=0&destinations=1"
    service.says = lambda *_size: (302, b"", {"Location": other})
    with pytest.raises(RoadsUnknown):
        ask(service)
    assert len(service.asked) == 1


def test_a_proxy_of_the_environment_is_not_asked(service, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert ask(service)


def test_a_service_that_is_slow_or_away_is_not_waited_for(service):
    service.says = lambda *_size: time.sleep(2)
    began = time.monotonic()
    with pytest.raises(RoadsUnknown):
        ask(service, seconds=0.2)
    with pytest.raises(RoadsUnknown):
        OsrmTable("http://127.0.0.1:9", "driving", 0.2).ask([HERE], [THERE])
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "osrm:5000", "http://", "http://osrm?x=1", "ftp://osrm"]
)
def test_an_impossible_address_stops_the_start(url):
    with pytest.raises(ImproperlyConfigured):
        road_service_from(url)


def test_an_address_or_none_is_taken():
    assert [road_service_from(url) for url in ("", "http://osrm:5000")] == ["", "http://osrm:5000"]


# What is kept


def test_every_place_is_a_number_of_its_own():
    corners = [(north, east) for north in (-900_000, 0, 900_000) for east in (-1_800_000, 0, 1, 1_800_000)]
    assert len({number_of(point) for point in corners}) == len(corners)


def test_what_was_said_is_kept_and_asked_again_only_when_it_is_old(db, service):
    matrix = OsrmTable(service.url)
    assert learn_roads([HERE, THERE, ISLAND, HERE], matrix) == 6
    assert learn_roads([HERE, THERE, ISLAND], matrix) == 0
    assert roads_between([[HERE, THERE]]) == {
        (HERE, THERE): Road(1201, 8000),
        (THERE, HERE): Road(1201, 8000),
    }

    RoadLeg.objects.filter(origin=number_of(HERE)).update(asked_at=timezone.now() - timedelta(days=40))

    assert (HERE, THERE) not in roads_between([[HERE, THERE]])
    assert learn_roads([HERE, THERE, ISLAND], matrix) == 2
    assert len(service.asked) == 2
    RoadLeg.objects.filter(origin=number_of(HERE)).update(asked_at=timezone.now() - timedelta(days=40))
    assert forget_old_roads() == 2
    assert RoadLeg.objects.count() == 4


def test_many_places_are_asked_for_in_blocks(db, service, settings):
    settings.ROAD_MATRIX_PLACES = 4
    points = [(302_500 + number, 1_201_700) for number in range(5)]

    assert learn_roads(points, OsrmTable(service.url)) == 20

    assert len(service.asked) == 8  # the last place alone leads nowhere
    assert max(path.count(";") + 1 for path, _options in service.asked) <= 4
    assert RoadLeg.objects.count() == 20


def test_what_was_said_before_a_failure_is_kept(db, service, settings):
    settings.ROAD_MATRIX_PLACES = 2
    service.says = lambda *_size: (500, b"", {}) if len(service.asked) > 1 else filled(60)(1, 1)
    with pytest.raises(RoadsUnknown):
        learn_roads([HERE, THERE, ISLAND], OsrmTable(service.url))
    assert RoadLeg.objects.count() == 1


# Plans


def test_a_plan_is_improved_by_road_and_planning_the_same_places_again_asks_nothing(roads, service):
    first = propose(roads, improving=True)
    assert (first.journeys, service.asked) == ("asking", [])  # nobody waits for a service

    proposing.run(first.pk)

    first.refresh_from_db()
    assert first.journeys == "roads"
    travels = set(first.items.values_list("travel_minutes", "metres"))
    assert travels == {(26, 8000)}  # 20 minutes and a second of driving, five to park
    assert first.score["travel_minutes"] % 26 == 0
    asked = len(service.asked)

    again = improved(roads)

    assert asked == 1
    assert (again.journeys, len(service.asked)) == ("roads", asked)
    assert propose(roads).journeys == "roads"


def test_the_present_plan_is_weighed_by_the_same_roads(roads, service):
    given = roads.orders[0]
    roads.step(given, "assign", technician=roads.technician)
    proposal = improved(roads)
    assert proposal.present_score["travel_minutes"] % 26 == 0


@pytest.mark.parametrize("kind", ["error", "no json", "negative", "slow"])
def test_whatever_the_service_does_planning_goes_on_and_says_so(roads, service, client, kind):
    service.says = NONSENSE.get(kind) or (lambda *_size: time.sleep(1))
    proposal = improved(roads)

    assert (proposal.state, proposal.journeys) == ("ready", "silent")
    assert proposal.items.filter(technician__isnull=False).count() == 2
    client.force_login(roads.dispatcher)
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "路网服务没有应答" in page


def test_where_there_is_no_road_the_table_of_speeds_counts(roads, service):
    service.says = filled(None)
    proposal = improved(roads)
    assert proposal.journeys == "partly"
    assert proposal.items.filter(technician__isnull=False).count() == 2


def test_without_an_address_or_without_the_choice_nobody_is_asked(roads, service, settings):
    settings.ROAD_MATRIX_URL = ""
    assert improved(roads).journeys == "no_service"
    PlanningSettings.objects.update(journeys="speeds")
    settings.ROAD_MATRIX_URL = service.url
    assert improved(roads).journeys == "speeds"
    assert service.asked == []


def test_a_manager_chooses_and_sees_that_no_address_is_set_up(roads, client, settings):
    PlanningSettings.objects.create(organization=roads.dealer, journeys="roads")
    client.force_login(roads.manager)
    assert "路网服务" in client.get(reverse("planning:settings")).content.decode()
    assert not client.get(reverse("planning:settings")).context["lacks_service"]
    settings.ROAD_MATRIX_URL = ""
    assert client.get(reverse("planning:settings")).context["lacks_service"]
