from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from jiannuo.kernel.exchange import running, services
from jiannuo.kernel.exchange.importers import amount, day, importer_named, text
from jiannuo.kernel.exchange.models import ImportJob, ImportPortion
from jiannuo.kernel.exchange.reading import LARGEST_FILE, MEGABYTE, TableFile
from jiannuo.kernel.exchange.reports import faults, write_bad_rows
from jiannuo.kernel.exchange.tasks import resume
from jiannuo.kernel.exchange.tests.files import HEADINGS, text_file, unit_row, workbook
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db

UNITS = importer_named("units")
SIGN_IN = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _at_once(django_capture_on_commit_callbacks, monkeypatch):
    """Background work runs as soon as the service that asked for it is done."""
    for name in ("match", "start"):
        original = getattr(services, name)

        def run(*args, _original=original, **kwargs):
            with django_capture_on_commit_callbacks(execute=True):
                return _original(*args, **kwargs)

        monkeypatch.setattr(services, name, run)


@pytest.fixture
def root():
    return factories.organization(code="HQ")


@pytest.fixture
def agent(root):
    return factories.person("service_agent", at=root)


@pytest.fixture
def model():
    return factories.product_model(code="KFR-35GW")


@pytest.fixture
def client(agent):
    return signed_in(agent)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend=SIGN_IN)
    return client


def checked(file, by) -> ImportJob:
    """The job of a file after upload and check, its columns matched by their headings."""
    job = services.upload(file, importer=UNITS, by=by)
    services.match(job, sheets=job.sheets, mapping=job.mapping, by=by)
    job.refresh_from_db()
    return job


def imported(job: ImportJob, mode: str) -> ImportJob:
    services.start(job, mode=mode, by=job.by)
    job.refresh_from_db()
    return job


def good_rows(count: int, model, first: int = 1) -> list[list]:
    return [unit_row(f"SN{n:05d}", model.code) for n in range(first, first + count)]


# Good and bad rows


def test_a_good_file_is_checked_and_then_imported_whole(agent, model, root):
    # given a file with a title above its headings
    file = workbook({"机器": [["2026 年装机清单"], [], HEADINGS, *good_rows(3, model)]})
    # when it is uploaded and checked
    job = checked(file, agent)
    # then nothing is saved yet
    assert (job.state, job.total, job.bad, InstalledUnit.objects.count()) == ("checked", 3, 0, 0)
    # when it is imported
    job = imported(job, "all")
    # then every row is a unit, and they share their customer
    assert (job.state, job.done, job.bad) == ("done", 3, 0)
    unit = InstalledUnit.objects.get(serial="SN00002")
    assert (unit.model, unit.organization, unit.price) == (model, root, Decimal("3299.50"))
    assert (unit.produced_on, unit.installed_on, unit.status) == (
        date(2026, 1, 5),
        date(2026, 3, 3),
        "in_use",
    )
    customer = Customer.objects.get()
    assert customer.units.count() == 3
    assert [phone.number for phone in customer.phones.all()] == ["+8613800138000"]
    assert customer.code == f"C{customer.pk:06d}"


@pytest.fixture
def mixed(model):
    """Two sheets, of eight rows three good ones."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return workbook(
        {
            "一月": [
                HEADINGS,
                unit_row("A1", model.code),
                unit_row("A2", "NO-SUCH"),
                unit_row("", model.code),
                unit_row("A1", model.code),
                [],
                unit_row("A5", model.code, 联系电话="13800abc000", 价格="很贵"),
            ],
            "二月": [
                HEADINGS,
                unit_row("B1", model.code),
                unit_row("B2", model.code, 安装日期="2025-12-31"),
                unit_row("B3", model.code, 生产日期="2026-02-30", 安装日期=tomorrow),
                unit_row("B4", model.code),
            ],
        }
    )


BAD = [
    ("一月", 3, "型号*", "NO-SUCH"),
    ("一月", 4, "序列号", ""),
    ("一月", 5, "序列号", "A1"),
    ("一月", 7, "联系电话", "13800abc000"),
    ("一月", 7, "价格", "很贵"),
    ("二月", 3, "安装日期", "2025-12-31"),
    ("二月", 4, "生产日期", "2026-02-30"),
]


def test_every_fault_is_reported_by_sheet_row_and_column(agent, mixed, model):
    job = checked(mixed, agent)
    found = [(f["sheet"], f["row"], f["column"], f["value"]) for f in faults(job, 100)]
    assert found[:-1] == BAD
    assert found[-1][:3] == ("二月", 4, "安装日期")
    assert (job.total, job.bad, job.good) == (9, 6, 3)


def test_all_or_nothing_is_refused_while_a_row_is_bad(agent, mixed):
    job = checked(mixed, agent)
    with pytest.raises(ValidationError, match="6"):
        services.start(job, mode="all", by=agent)
    assert InstalledUnit.objects.count() == 0


def test_only_the_good_rows_can_be_imported(agent, mixed):
    job = imported(checked(mixed, agent), "good")
    assert set(InstalledUnit.objects.values_list("serial", flat=True)) == {"A1", "B1", "B4"}
    assert (job.state, job.done, job.bad) == ("done", 3, 6)


def test_nothing_can_be_imported_instead(agent, mixed):
    job = checked(mixed, agent)
    path = job.file.path
    services.discard(job, by=agent)
    assert not ImportJob.objects.exists()
    with pytest.raises(FileNotFoundError):
        open(path)  # noqa: PTH123, SIM115


def test_the_workbook_of_bad_rows_holds_each_with_what_is_wrong_and_can_be_imported_again(
    agent, mixed, model
):
    # given a file of which the good rows were imported
    job = imported(checked(mixed, agent), "good")
    # when its bad rows are fetched
    target = io.BytesIO()
    count = write_bad_rows(job, target)
    book = openpyxl.load_workbook(target)
    # then each stands there with its place and its faults
    assert count == 6
    first = list(book["一月"].iter_rows(values_only=True))
    assert [row[0] for row in first[1:]] == [3, 4, 5, 7]
    assert first[0][3:5] == ("型号*", "序列号")
    assert "NO-SUCH" in first[1][2]
    # and the corrected workbook is understood
    book["一月"]["D2"] = model.code
    target = io.BytesIO()
    book.save(target)
    again = checked(SimpleUploadedFile("corrected.xlsx", target.getvalue()), agent)
    assert (again.total, again.good) == (6, 1)


def test_a_unit_that_exists_already_is_refused(agent, model, root):
    factories.unit(root, model=model, serial="SN00001")
    job = checked(workbook({"s": [HEADINGS, *good_rows(2, model)]}), agent)
    assert [(fault["row"], fault["column"]) for fault in faults(job, 10)] == [(2, "序列号")]


def test_known_customers_are_found_by_name_and_phone(agent, model, root):
    # given a customer, and one of the same name at another organisation
    known = factories.customer(root, name="张伟", phone="+8613800138000")
    factories.customer(factories.organization(root), name="张伟", phone="+8613800138000")
    rows = [unit_row("1", model.code), unit_row("2", model.code, 客户名称="李娜"), unit_row("3", model.code)]
    # when units of both names arrive
    imported(checked(workbook({"s": [HEADINGS, *rows]}), agent), "all")
    # then the known one gets the own units, the new one is registered once
    assert set(known.units.values_list("serial", flat=True)) == {"1", "3"}
    assert Customer.objects.filter(name="李娜", organization=root).count() == 1
    assert Customer.objects.count() == 3


def test_an_organisation_outside_the_scope_is_refused(model, root):
    dealer = factories.organization(root, code="D1", kind="dealer")
    factories.organization(root, code="D2", kind="dealer")
    by = factories.person("department_manager", at=dealer)
    headings = [*HEADINGS, "服务机构"]
    rows = [
        [*unit_row("1", model.code, 经销商="d1"), "D1"],
        [*unit_row("2", model.code), "D2"],
        [*unit_row("3", model.code, 经销商="D2"), ""],
    ]
    job = checked(workbook({"s": [headings, *rows]}), by)
    assert [(fault["row"], fault["column"]) for fault in faults(job, 9)] == [(3, "服务机构"), (4, "经销商")]


# Interruptions


def killed_after(monkeypatch, portions: int) -> None:
    """The worker dies while it works on the portion after these."""
    original = UNITS.save_portion
    calls = {"n": 0}

    def save(self, rows):
        calls["n"] += 1
        result = original(self, rows)
        if calls["n"] == portions + 1:
            raise KeyboardInterrupt
        return result

    monkeypatch.setattr(UNITS, "save_portion", save)


def test_a_killed_import_goes_on_where_it_stood_and_repeats_nothing(agent, model, monkeypatch):
    # given an import of 25 rows in portions of ten, whose worker dies in the second portion
    monkeypatch.setattr(UNITS, "portion", 10)
    bad = unit_row("SN00099", "NO-SUCH")
    job = checked(workbook({"s": [HEADINGS, *good_rows(24, model), bad]}), agent)
    ImportJob.objects.filter(pk=job.pk).update(state="running", mode="good", cursor=0, bad=0)
    with monkeypatch.context() as patch:
        killed_after(patch, 1)
        with pytest.raises(KeyboardInterrupt):
            running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.cursor, InstalledUnit.objects.count()) == ("running", 10, 10)
    # when another worker takes it up
    running.run(job.pk)
    # then every row is there once
    job.refresh_from_db()
    assert (job.state, job.done, job.bad, job.cursor) == ("done", 24, 1, 25)
    assert InstalledUnit.objects.count() == 24
    assert [fault["row"] for fault in faults(job, 9)] == [26]


def test_two_workers_do_not_import_a_portion_twice(agent, model, monkeypatch):
    # given a running import, and a second worker that read the job before the first moved its cursor
    monkeypatch.setattr(UNITS, "portion", 5)
    job = checked(workbook({"s": [HEADINGS, *good_rows(10, model)]}), agent)
    ImportJob.objects.filter(pk=job.pk).update(state="running", cursor=0)
    late = ImportJob.objects.get(pk=job.pk)
    running.run(job.pk)
    ImportJob.objects.filter(pk=job.pk).update(state="running")
    # when the second one tries to write the first portion
    importer, file = running._open(late)
    rows = list(running.data_rows(file, late.sheets, late.mapping))[:5]
    with pytest.raises(running._Overtaken):
        running._save_portion(late, importer, 0, rows)
    # then nothing is written twice
    assert InstalledUnit.objects.count() == 10


def test_imports_whose_worker_fell_silent_are_taken_up(agent, model, django_capture_on_commit_callbacks):
    job = checked(workbook({"s": [HEADINGS, *good_rows(2, model)]}), agent)
    long_ago = timezone.now() - timedelta(hours=1)
    ImportJob.objects.filter(pk=job.pk).update(state="running", cursor=0, bad=0, touched_at=long_ago)
    with django_capture_on_commit_callbacks(execute=True):
        assert resume() == 1
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 2)


def test_all_or_nothing_takes_everything_back_when_a_row_turns_bad_meanwhile(agent, model, root, monkeypatch):
    # given a checked file, and somebody who registers one of its units before the import begins
    monkeypatch.setattr(UNITS, "portion", 5)
    job = checked(workbook({"s": [HEADINGS, *good_rows(12, model)]}), agent)
    theirs = factories.unit(root, model=model, serial="SN00012")
    # when everything or nothing is imported
    job = imported(job, "all")
    # then nothing stays, and the row is named
    assert job.state == "failed"
    assert "13" in job.message
    assert list(InstalledUnit.objects.all()) == [theirs]
    assert Customer.objects.count() == 0
    assert not ImportPortion.objects.filter(job=job, phase="save").exists()


def test_a_row_that_the_database_refuses_does_not_stop_the_others(agent, model, monkeypatch):
    job = checked(workbook({"s": [HEADINGS, *good_rows(3, model)]}), agent)
    original = UNITS.check_portion

    def blind(self, rows):
        original(self, rows)
        rows[1].values["produced"] = date(2026, 9, 9)

    monkeypatch.setattr(UNITS, "check_portion", blind)
    job = imported(job, "good")
    assert (job.done, job.bad) == (2, 1)


# Files


def test_chinese_csv_files_are_read_in_their_own_encoding(agent, model):
    for encoding in ("gb18030", "utf-8", "utf-8-sig", "utf-16"):
        row = ["KFR-35GW", f"G{encoding}", "欧阳锋", "13900139000"]
        job = checked(text_file([["型号", "序列号", "客户名称", "联系电话"], row], encoding), agent)
        assert (job.total, job.bad) == (1, 0), encoding
        imported(job, "all")
    assert Customer.objects.get().name == "欧阳锋"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("units.xlsx", b"MZ\x90\x00" + b"\x00" * 200, "Excel"),
        ("units.xlsx", b"%PDF-1.7\n" + b"x" * 50, "Excel"),
        ("units.csv", b"\x7fELF" + b"\x01" * 60, "Excel"),
        ("units.xlsx", b"PK\x03\x04 this is no archive", ""),
        ("units.csv", b"", ""),
        ("units.csv", b"\xff\xfe\x00\x01" * 20, "Excel"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_not_kept(client, name, content, says):
    answer = client.post("/imports/new/units/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert says in str(answer.context["form"].errors["file"])
    assert not ImportJob.objects.exists()


def test_a_sheet_with_a_stray_cell_far_away_is_refused(agent, model):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(ValidationError, match="16384"):
        services.upload(SimpleUploadedFile("a.xlsx", target.getvalue()), importer=UNITS, by=agent)


def test_a_zip_file_that_is_no_workbook_is_refused(agent):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("setup.exe", b"MZ")
    with pytest.raises(ValidationError, match="Excel"):
        services.upload(SimpleUploadedFile("a.xlsx", target.getvalue()), importer=UNITS, by=agent)


def test_a_file_that_is_too_large_is_refused_before_it_is_received(client):
    answer = client.post(
        "/imports/new/units/",
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(60 * MEGABYTE),
    )
    assert answer.status_code == 413
    assert "30" in answer.context["refusals"][0]
    with pytest.raises(ValidationError, match="30"):
        services.refuse_size(LARGEST_FILE + 1)


def test_a_file_without_the_needed_columns_says_which(client, agent, model):
    # given a file whose headings mean nothing
    file = workbook({"s": [["甲", "乙"], ["KFR-35GW", "S1"]]})
    job = services.upload(file, importer=UNITS, by=agent)
    # when it is checked as it is
    answer = client.post(f"/imports/{job.pk}/match", {"sheets": ["s"]})
    # then the missing columns are named; once they are chosen the file is good
    assert answer.status_code == 422
    assert len(answer.context["form"].non_field_errors()) == 2
    columns = {"sheets": ["s"], "column_model": "甲", "column_serial": "乙"}
    client.post(f"/imports/{job.pk}/match", columns)
    job.refresh_from_db()
    assert (job.state, job.good) == ("checked", 1)


def test_columns_that_do_not_exist_or_are_chosen_twice_are_refused(client, agent, model):
    job = services.upload(workbook({"s": [HEADINGS, *good_rows(1, model)]}), importer=UNITS, by=agent)
    twice = {"sheets": ["s"], "column_model": "序列号", "column_serial": "序列号"}
    assert client.post(f"/imports/{job.pk}/match", twice).status_code == 422
    absent = {"sheets": ["s"], "column_model": "nonsense", "column_serial": "序列号"}
    assert client.post(f"/imports/{job.pk}/match", absent).status_code == 422
    sheet = {"sheets": ["no such"], "column_model": "型号*", "column_serial": "序列号"}
    assert client.post(f"/imports/{job.pk}/match", sheet).status_code == 422


def test_formulas_in_cells_stay_text(agent, model):
    # given a file and a fault with cells that Excel would run
    row = unit_row("=1+1", model.code, 客户名称='=HYPERLINK("http://x")', 联系电话="+abc")
    job = checked(workbook({"s": [HEADINGS, row]}), agent)
    # when the bad rows are fetched
    target = io.BytesIO()
    write_bad_rows(job, target)
    # then no cell is a formula
    sheet = openpyxl.load_workbook(target).active
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


def test_rows_are_numbered_as_excel_shows_them(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook({"s": [[], [], [None, "a", "b"], [], [None, None, "c"]]}).read())
    rows = list(TableFile(path).rows("s"))
    assert [(row.number, row.cells) for row in rows] == [(3, ["", "a", "b"]), (5, ["", "", "c"])]


# Cells


@pytest.mark.parametrize(
    "written",
    ["2026-01-05", "2026/1/5", "2026.01.05", "2026年1月5日", "20260105", 20260105.0, "2026-1-5 08:30"],
)
def test_a_date_is_understood_however_it_is_written(written):
    assert day(written) == date(2026, 1, 5)


@pytest.mark.parametrize("written", ["2026-02-30", "5.1.2026", "soon", 45000.0, "1899-01-01", "2026-13-01"])
def test_what_is_no_date_is_refused(written):
    with pytest.raises(ValidationError):
        day(written)


@pytest.mark.parametrize(
    ("written", "value"), [("¥1,280.5", "1280.50"), (99.0, "99.00"), ("3299元", "3299.00")]
)
def test_an_amount_is_understood(written, value):
    assert amount(written) == Decimal(value)


@pytest.mark.parametrize("written", ["-1", "abc", "NaN", "1e20", ""])
def test_what_is_no_amount_is_refused(written):
    with pytest.raises(ValidationError):
        amount(written)


def test_long_numbers_that_excel_has_rounded_are_refused():
    assert text(60)(12345.0) == "12345"
    with pytest.raises(ValidationError):
        text(60)(1.2345678901234567e18)
    with pytest.raises(ValidationError):
        text(3)("abcd")


# Pages


def test_the_pages_of_an_import_from_upload_to_result(
    client, agent, model, mixed, django_assert_max_num_queries
):
    # when a file goes its way through the pages
    answer = client.post("/imports/new/units/", {"file": mixed})
    address = answer["Location"]
    assert client.get(address).status_code == 200
    job = ImportJob.objects.get()
    columns = {f"column_{field}": heading for field, heading in job.mapping.items()}
    client.post(f"{address}match", {"sheets": ["一月", "二月"], **columns})
    with django_assert_max_num_queries(12):
        shown = client.get(address)
    assert len(shown.context["faults"]) >= 7
    assert client.post(f"{address}start", {"mode": "all"}).status_code == 422
    client.post(f"{address}start", {"mode": "good"})
    # then it ends imported, and is in the list
    assert client.get(address).context["job"].state == "done"
    assert client.get(address, headers={"hx-request": "true"}).status_code == 200
    assert client.post(f"{address}start", {"mode": "good"}).status_code == 422
    assert client.post(f"{address}discard").status_code == 422
    assert client.get(f"{address}bad-rows.xlsx").status_code == 200
    with django_assert_max_num_queries(12):
        rows = client.get("/imports/").context["table"].rows
    assert [row.record.pk for row in rows] == [job.pk]


def test_the_template_is_understood_by_its_own_importer(client, agent, model):
    factories.organization(agent.organization, code="D001", kind="dealer")
    answer = client.get("/imports/new/units/template.xlsx")
    job = services.upload(SimpleUploadedFile("t.xlsx", answer.getvalue()), importer=UNITS, by=agent)
    assert set(job.mapping) == {column.field for column in UNITS.columns}


def test_an_import_is_seen_at_its_own_organisation_only(agent, model, root):
    # given an import of a dealer
    dealer = factories.organization(root, kind="dealer")
    by = factories.person("department_manager", at=dealer)
    job = checked(workbook({"s": [HEADINGS, unit_row("1", "NO")]}), by)
    # when somebody of another dealer asks for it in any way
    stranger = factories.person("department_manager", at=factories.organization(root, kind="dealer"))
    client = signed_in(stranger)
    for method, path in (
        ("get", ""),
        ("get", "bad-rows.xlsx"),
        ("post", "match"),
        ("post", "start"),
        ("post", "discard"),
    ):
        assert getattr(client, method)(f"/imports/{job.pk}/{path}").status_code == 404
    assert len(client.get("/imports/").context["table"].rows) == 0
    with pytest.raises(PermissionDenied):
        services.start(job, mode="good", by=stranger)
    # then only those above it see it
    assert signed_in(agent).get(f"/imports/{job.pk}/").status_code == 200


def test_importing_needs_its_permission(root, model):
    technician = factories.person("technician", at=root)
    client = signed_in(technician)
    for path in ("/imports/", "/imports/new/", "/imports/new/units/", "/imports/new/units/template.xlsx"):
        assert client.get(path).status_code == 403
    assert Client().get("/imports/").status_code == 302
    with pytest.raises(PermissionDenied):
        services.upload(workbook({"s": [HEADINGS]}), importer=UNITS, by=technician)
    administrator = factories.person("administrator", at=root)
    assert signed_in(administrator).get("/imports/new/units/").status_code == 403
    assert signed_in(administrator).get("/imports/new/nothing/").status_code == 404
