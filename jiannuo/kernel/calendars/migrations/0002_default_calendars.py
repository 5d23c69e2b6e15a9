from django.db import migrations

OFFICE_DAY = ["08:30-17:30"]
DEFAULTS = [
    ("24x7", "全天候 7×24 小时", {"weekly": "24x7", "observes_holidays": False}),
    (
        "office",
        "行政班 周一至周五 8:30–17:30",
        {
            "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), OFFICE_DAY),
            "observes_holidays": True,
        },
    ),
    (
        "six-day",
        "六天班 周一至周六 8:30–17:30",
        {
            "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), OFFICE_DAY),
            "observes_holidays": True,
        },
    ),
    (
        "extended",
        "延时班 每天 8:00–24:00",
        {
            "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), ["08:00-24:00"]),
            "observes_holidays": False,
        },
    ),
]


def create(apps, schema_editor):
    calendars = apps.get_model("calendars", "WorkCalendar")
    for code, name, definition in DEFAULTS:
        calendars.objects.get_or_create(
            code=code,
            defaults={"name": name, "definition": {"name": code, "tz": "Asia/Shanghai", **definition}},
        )


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
