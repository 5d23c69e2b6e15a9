"""Divisions: loading, the picker's questions, and addresses in free text."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from jiannuo.kernel.regions import services, source
from jiannuo.kernel.regions.fields import DivisionField
from jiannuo.kernel.regions.models import Division
from jiannuo.kernel.regions.names import short_names

pytestmark = pytest.mark.usefixtures("divisions")


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("浙江省杭州市西湖区文三路100号", "330106", "文三路100号"),
        ("浙江省 杭州市 西湖区 文三路 100号", "330106", "文三路 100号"),
        ("中国浙江省杭州市西湖区，文三路100号", "330106", "文三路100号"),
        ("杭州西湖区文三路", "330106", "文三路"),
        ("浙江杭州西湖文三路", "330106", "文三路"),
        ("浙江西湖区文三路", "330106", "文三路"),
        ("杭州市滨江区长河街道江南大道1号", "330108002", "江南大道1号"),
        ("上海市浦东新区世纪大道1号", "310115", "世纪大道1号"),
        ("上海市上海市浦东新区世纪大道1号", "310115", "世纪大道1号"),
        ("上海浦东世纪大道1号", "310115", "世纪大道1号"),
        ("上海黄浦区外滩街道中山东一路1号", "310101013", "中山东一路1号"),
        ("杭州中山路12号", "3301", "中山路12号"),
        ("江苏省苏州市苏州工业园区星湖街328号", "320576", "星湖街328号"),
        ("南京市鼓楼区中山北路", "320106", "中山北路"),
        ("广东省东莞市", "441900", ""),
        ("东莞东城街道东莞大道", "441900003", "东莞大道"),
        ("安徽省芜湖市镜湖区", "340202", ""),
        ("重庆市万州区", "50", "万州区"),
        ("吉林省", "22", ""),
        ("新疆石河子市北三路", "659001", "北三路"),
        ("香港特别行政区中西区", "81", "中西区"),
        ("浙江省", "33", ""),
    ],
)
def test_address_is_understood(text, code, rest):
    division, remaining, candidates = services.parse_address(text)

    assert (division.code, remaining, candidates) == (code, rest, ())


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("西湖区文三路", {"330106", "360103"}),
        ("鼓楼区", {"320106", "320302", "350102", "410204"}),
        ("鼓楼区中山路", {"320106", "320302", "350102", "410204"}),
    ],
)
def test_ambiguous_address_names_every_candidate(text, codes):
    division, _rest, candidates = services.parse_address(text)

    assert division is None
    assert {candidate.code for candidate in candidates} == codes


@pytest.mark.parametrize("text", ["", "   ", "中山路12号", "公司南门", "Main Street 1", "文三路100号"])
def test_text_without_division_stays_as_it_is(text):
    division, rest, candidates = services.parse_address(text)

    assert (division, rest, candidates) == (None, text.strip(), ())


def test_parsing_costs_few_queries(django_assert_max_num_queries):
    services.parse_address("浙江省")

    with django_assert_max_num_queries(3):
        services.parse_address("浙江省杭州市滨江区长河街道江南大道1号")


@pytest.mark.parametrize(
    ("name", "shorts"),
    [
        ("杭州市", {"杭州"}),
        ("浦东新区", {"浦东", "浦东新"}),
        ("延边朝鲜族自治州", {"延边", "延边州"}),
        ("湘西土家族苗族自治州", {"湘西", "湘西州"}),
        ("广西壮族自治区", {"广西"}),
        ("内蒙古自治区", {"内蒙古"}),
        ("沙县", set()),
    ],
)
def test_short_names(name, shorts):
    assert short_names(name) == shorts


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("330106", "浙江省杭州市西湖区"),
        ("310115", "上海市浦东新区"),
        ("441900", "广东省东莞市"),
        ("330108002", "浙江省杭州市滨江区长河街道"),
        ("999999", ""),
    ],
)
def test_full_name_leaves_out_statistical_levels(code, name):
    assert services.full_name(code) == name
    assert services.full_names([code]) == {code: name}


def test_picker_walks_down(client):
    provinces = client.get("/regions/0/children")
    cities = client.get("/regions/33/children").json()
    districts = client.get("/regions/3301/children").json()
    streets = client.get("/regions/330106/children").json()

    assert {"code": "33", "name": "浙江省"} in provinces.json()
    assert "max-age=86400" in provinces["Cache-Control"]
    assert {"code": "3301", "name": "杭州市"} in cities
    assert {"code": "330106", "name": "西湖区"} in districts
    assert {"code": "330106002", "name": "北山街道"} in streets


def test_unknown_division_has_no_children_and_is_not_cached(client):
    answer = client.get("/regions/99/children")

    assert answer.json() == []
    assert "Cache-Control" not in answer


def test_picker_is_rate_limited(client, monkeypatch):
    monkeypatch.setattr("jiannuo.kernel.regions.views.RATE", "2/m")

    codes = [client.get("/regions/0/children", REMOTE_ADDR="198.51.100.7").status_code for _turn in range(3)]

    assert codes == [200, 200, 429]


def test_parse_endpoint(client):
    answer = client.get("/regions/parse", {"text": "杭州西湖区文三路"}).json()
    unclear = client.get("/regions/parse", {"text": "西湖区文三路"}).json()

    assert answer == {
        "division": {"code": "330106", "name": "浙江省杭州市西湖区"},
        "rest": "文三路",
        "candidates": [],
    }
    assert {candidate["name"] for candidate in unclear["candidates"]} == {
        "浙江省杭州市西湖区",
        "江西省南昌市西湖区",
    }


def test_field_gives_the_division():
    assert DivisionField().clean("330106") == Division.objects.get(pk="330106")


@pytest.mark.parametrize(
    ("bad", "code"),
    [("999999", "unknown_division"), ("3301", "too_coarse"), ("", "required"), ("'; --", "unknown_division")],
)
def test_field_says_what_is_wrong(bad, code):
    with pytest.raises(ValidationError) as refused:
        DivisionField().clean(bad)

    assert refused.value.code == code


def test_field_renders_the_picker():
    field = DivisionField(required=False)

    html = field.widget.render("division", "330106", {"id": "id_division"})

    assert "data-region" in html
    assert 'value="330106"' in html


def test_loading_twice_changes_nothing(capsys):
    before = Division.objects.count()

    call_command("load_divisions", file=source.SAMPLE)

    assert Division.objects.count() == before
    assert "0 added, 0 renamed" in capsys.readouterr().out


def test_loading_renames_and_keeps_old_divisions(tmp_path):
    newer = tmp_path / "newer.json"
    newer.write_text(json.dumps([{"code": "33", "name": "浙江"}, {"code": "34", "name": "安徽省"}]))

    added, renamed, _unchanged = services.load(source.read(newer))

    assert (added, renamed) == (0, 1)
    assert Division.objects.get(pk="33").name == "浙江"
    assert Division.objects.filter(pk="330106").exists()


def test_missing_or_broken_data_is_explained(tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"a": 1}')

    with pytest.raises(CommandError, match="make setup"):
        call_command("load_divisions", file=tmp_path / "nothing.json")
    with pytest.raises(CommandError, match="not a JSON file"):
        call_command("load_divisions", file=broken)
    with pytest.raises(CommandError, match="not a tree"):
        call_command("load_divisions", file=wrong)
