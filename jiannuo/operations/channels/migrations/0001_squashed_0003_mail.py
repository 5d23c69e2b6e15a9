import uuid
from typing import Any

import django.core.validators
import django.db.migrations.operations.special
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from jiannuo.operations.channels.defaults import fill

"""The table of the channels begins as the sources write it."""


def write_table(apps: Any, _editor: Any) -> None:
    fill(apps.get_model("channels", "ChannelSetting"))


class Migration(migrations.Migration):
    replaces = [
        ("channels", "0001_initial"),
        ("channels", "0002_table_of_the_sources"),
        ("channels", "0003_mail"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("customers", "0001_squashed_0002_merge_and_erasure"),
        ("desk", "0001_squashed_0003_routing"),
        ("documents", "0001_initial"),
        ("files", "0001_initial"),
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChannelSetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("hotline", "hotline"),
                            ("email", "e-mail"),
                            ("im", "instant message"),
                            ("letter", "letter"),
                            ("visit", "visit in person"),
                            ("web", "web"),
                        ],
                        max_length=12,
                        unique=True,
                        verbose_name="channel",
                    ),
                ),
                (
                    "waits_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="From coming in until it is registered or answered. Empty: no limit.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="may wait (minutes)",
                    ),
                ),
                (
                    "recordings_days",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="A clause about keeping recordings goes before it. Empty: they are kept for good.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="recordings are kept (days)",
                    ),
                ),
            ],
            options={
                "verbose_name": "channel",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Connection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("telephone", "telephone system"), ("im", "instant messenger")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("sealed", models.TextField(editable=False)),
                (
                    "outgoing",
                    models.TextField(
                        blank=True, editable=False, help_text="sealed Apprise address for answers"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="switched on")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "rotated_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="secret of"),
                ),
                ("heard_at", models.DateTimeField(blank=True, null=True, verbose_name="last heard of")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        help_text="Who gets what comes in here.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="connections",
                        to="organizations.organization",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "connection",
                "verbose_name_plural": "connections",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="MailAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("imap_host", models.CharField(max_length=200, verbose_name="IMAP server")),
                (
                    "imap_port",
                    models.PositiveIntegerField(
                        default=993,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(65535),
                        ],
                        verbose_name="IMAP port",
                    ),
                ),
                (
                    "imap_tls",
                    models.CharField(
                        choices=[
                            ("ssl", "TLS from the start (SSL)"),
                            ("starttls", "STARTTLS"),
                            ("none", "not encrypted (only inside the house)"),
                        ],
                        default="ssl",
                        max_length=8,
                        verbose_name="encryption of IMAP",
                    ),
                ),
                ("user", models.CharField(max_length=200, verbose_name="user name at the mail server")),
                ("sealed_password", models.TextField(editable=False)),
                ("folder", models.CharField(default="INBOX", max_length=100, verbose_name="folder")),
                ("from_address", models.EmailField(max_length=254, verbose_name="address of the sender")),
                ("from_name", models.CharField(blank=True, max_length=80, verbose_name="name of the sender")),
                (
                    "smtp_host",
                    models.CharField(
                        blank=True,
                        help_text="Empty: answers go out through the mail server of the installation.",
                        max_length=200,
                        verbose_name="SMTP server",
                    ),
                ),
                (
                    "smtp_port",
                    models.PositiveIntegerField(
                        default=465,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(65535),
                        ],
                        verbose_name="SMTP port",
                    ),
                ),
                (
                    "smtp_tls",
                    models.CharField(
                        choices=[
                            ("ssl", "TLS from the start (SSL)"),
                            ("starttls", "STARTTLS"),
                            ("none", "not encrypted (only inside the house)"),
                        ],
                        default="ssl",
                        max_length=8,
                        verbose_name="encryption of SMTP",
                    ),
                ),
                (
                    "smtp_user",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the same name and password as for reading.",
                        max_length=200,
                        verbose_name="user name for SMTP",
                    ),
                ),
                ("sealed_smtp_password", models.TextField(blank=True, editable=False)),
                (
                    "greeting",
                    models.CharField(
                        blank=True,
                        default="{name}您好：",
                        help_text="First line of each answer; {name} is the name of the sender.",
                        max_length=200,
                        verbose_name="greeting",
                    ),
                ),
                ("signature", models.TextField(blank=True, max_length=1000, verbose_name="signature")),
                (
                    "largest_megabytes",
                    models.PositiveSmallIntegerField(
                        default=25,
                        help_text="A larger one is not fetched; its sender is told.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="largest mail (MB)",
                    ),
                ),
                (
                    "hourly_limit",
                    models.PositiveSmallIntegerField(
                        default=20,
                        help_text="Further ones are listed as ignored: two programs may be answering each other.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="mails of one sender within an hour",
                    ),
                ),
                (
                    "poll_minutes",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                        verbose_name="read every (minutes)",
                    ),
                ),
                (
                    "starts_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        help_text="Older mail in the mailbox is left alone.",
                        verbose_name="take mail from",
                    ),
                ),
                ("uid_validity", models.BigIntegerField(blank=True, editable=False, null=True)),
                ("last_uid", models.BigIntegerField(default=0, editable=False)),
                ("next_poll_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "polled_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last read"),
                ),
                (
                    "last_error",
                    models.CharField(blank=True, editable=False, max_length=400, verbose_name="last error"),
                ),
                ("failing_since", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mail_accounts",
                        to="organizations.organization",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "mailbox",
                "verbose_name_plural": "mailboxes",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_active", True)),
                        fields=["next_poll_at"],
                        name="mail_account_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("imap_host", "user", "folder"),
                        name="mail_account_once",
                        violation_error_message="This folder of this mailbox is read already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InboxItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("hotline", "hotline"),
                            ("email", "e-mail"),
                            ("im", "instant message"),
                            ("letter", "letter"),
                            ("visit", "visit in person"),
                            ("web", "web"),
                        ],
                        max_length=12,
                        verbose_name="channel",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("message", "message"), ("call_back", "call back")],
                        default="message",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="name of the connection", max_length=80, verbose_name="source"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        editable=False,
                        help_text="given by the source, so that it is stored once",
                        max_length=200,
                        unique=True,
                    ),
                ),
                ("sender_name", models.CharField(blank=True, max_length=80, verbose_name="sender")),
                (
                    "sender_phone",
                    models.CharField(
                        blank=True, help_text="E.164 where it is one", max_length=20, verbose_name="phone"
                    ),
                ),
                (
                    "sender_address",
                    models.CharField(blank=True, max_length=254, verbose_name="address of the sender"),
                ),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="subject")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "received_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="received"),
                ),
                ("due_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("taken", "taken"),
                            ("registered", "registered"),
                            ("answered", "answered"),
                            ("dismissed", "dismissed"),
                        ],
                        default="new",
                        editable=False,
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="reason"),
                ),
                ("taken_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "connection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox_items",
                        to="channels.connection",
                        verbose_name="connection",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox_items",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox_items",
                        to="organizations.organization",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox_items",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox_items",
                        to="desk.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "inbox item",
                "verbose_name_plural": "inbox items",
                "indexes": [
                    models.Index(fields=["organization", "-id"], name="inbox_org"),
                    models.Index(fields=["organization", "state", "-id"], name="inbox_org_state"),
                    models.Index(fields=["state", "-id"], name="inbox_state"),
                    models.Index(fields=["owner", "state", "-id"], name="inbox_owner"),
                    models.Index(fields=["customer", "-id"], name="inbox_customer"),
                    models.Index(fields=["channel", "-id"], name="inbox_channel"),
                    models.Index(fields=["received_at", "id"], name="inbox_received"),
                    models.Index(
                        condition=models.Q(("state__in", ("new", "taken"))),
                        fields=["due_at"],
                        name="inbox_due",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("new", "taken"))),
                        fields=["sender_phone"],
                        name="inbox_open_phone",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("new", "taken"))),
                        fields=["sender_address"],
                        name="inbox_open_address",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "taken"), _negated=True),
                            ("owner__isnull", False),
                            _connector="OR",
                        ),
                        name="inbox_taken_has_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dismissed"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="inbox_dismissed_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("kind", "call_back"),
                            ("state__in", ("new", "taken")),
                            models.Q(("sender_phone", ""), _negated=True),
                        ),
                        fields=("organization", "sender_phone"),
                        name="inbox_call_back_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("channel", "im"),
                            ("connection__isnull", False),
                            ("state__in", ("new", "taken")),
                            models.Q(("sender_address", ""), _negated=True),
                        ),
                        fields=("connection", "sender_address"),
                        name="inbox_conversation_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="extension")),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extensions",
                        to="channels.connection",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extensions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "extension",
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "number"),
                        name="extension_once",
                        violation_error_message="This extension is somebody's already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HookEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_id", models.CharField(max_length=100)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hook_events",
                        to="channels.connection",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="hook_event_at")],
                "constraints": [
                    models.UniqueConstraint(fields=("connection", "event_id"), name="hook_event_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("external_id", models.CharField(blank=True, editable=False, max_length=100)),
                (
                    "direction",
                    models.CharField(
                        choices=[("in", "incoming"), ("out", "outgoing")],
                        default="in",
                        max_length=3,
                        verbose_name="direction",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ringing", "ringing"),
                            ("talking", "talking"),
                            ("ended", "ended"),
                            ("missed", "not answered"),
                        ],
                        default="ringing",
                        editable=False,
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=32, verbose_name="phone")),
                ("extension", models.CharField(blank=True, max_length=20, verbose_name="extension")),
                ("caller_name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                ("rang_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="rang")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "topic",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("repair", "repair"),
                            ("consultation", "consultation"),
                            ("installation", "installation"),
                            ("maintenance", "maintenance"),
                            ("complaint", "complaint"),
                            ("other", "other"),
                        ],
                        max_length=14,
                        verbose_name="about",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="what was said")),
                ("result", models.TextField(blank=True, verbose_name="what was answered")),
                ("recording_until", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "recording_rule",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="commitment and clause; empty: by the table",
                        max_length=120,
                    ),
                ),
                ("recording_removed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken by",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="organizations.organization",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "recording",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="files.storedfile",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="desk.servicerequest",
                        verbose_name="service request",
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="channels.connection",
                        verbose_name="connection",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        help_text="the task to call back, when nobody answered",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="calls",
                        to="channels.inboxitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "call",
                "verbose_name_plural": "calls",
                "indexes": [
                    models.Index(fields=["organization", "-id"], name="call_org"),
                    models.Index(fields=["organization", "state", "-id"], name="call_org_state"),
                    models.Index(fields=["organization", "direction", "-id"], name="call_org_direction"),
                    models.Index(fields=["state", "-id"], name="call_state"),
                    models.Index(fields=["number", "-id"], name="call_number"),
                    models.Index(fields=["customer", "-id"], name="call_customer"),
                    models.Index(fields=["agent", "-id"], name="call_agent"),
                    models.Index(fields=["rang_at", "id"], name="call_rang"),
                    models.Index(
                        condition=models.Q(("state__in", ("ringing", "talking"))),
                        fields=["agent"],
                        name="call_now",
                    ),
                    models.Index(
                        condition=models.Q(("recording_until__isnull", False)),
                        fields=["recording_until"],
                        name="call_recording_until",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("connection", "external_id"),
                        name="call_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("ended_at__gte", models.F("rang_at")),
                            _connector="OR",
                        ),
                        name="call_ends_after_it_rang",
                        violation_error_message="A call cannot end before it began.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InboxLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("in", "from the sender"),
                            ("out", "to the sender"),
                            ("note", "note"),
                            ("taken", "taken"),
                            ("taken_over", "taken over"),
                            ("handed_over", "handed over"),
                            ("registered", "registered"),
                            ("attached", "added to a request"),
                            ("answered", "answered"),
                            ("dismissed", "dismissed"),
                            ("reopened", "opened again"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("text", models.TextField(blank=True)),
                ("key", models.CharField(blank=True, editable=False, max_length=200)),
                ("data", models.JSONField(blank=True, default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="channels.inboxitem",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [models.Index(fields=["item", "at"], name="inbox_line_item")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("key",),
                        name="inbox_line_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MailMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("in", "in"), ("out", "out")],
                        default="in",
                        max_length=3,
                        verbose_name="direction",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("stored", "waiting to be taken in"),
                            ("taken_in", "taken in"),
                            ("ignored", "ignored"),
                            ("out", "handed to be sent"),
                            ("sent", "sent"),
                            ("failed", "could not be sent"),
                        ],
                        default="stored",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=80)),
                ("uid_validity", models.BigIntegerField(blank=True, editable=False, null=True)),
                ("uid", models.BigIntegerField(blank=True, editable=False, null=True)),
                ("raw", models.FileField(blank=True, max_length=200, upload_to="mail/%Y/%m/%d")),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="size")),
                ("too_large", models.BooleanField(default=False, help_text="only the head was fetched")),
                ("message_id", models.CharField(blank=True, editable=False, max_length=250)),
                (
                    "references",
                    models.JSONField(blank=True, default=list, help_text="earlier mails, the nearest first"),
                ),
                ("from_name", models.CharField(blank=True, max_length=100, verbose_name="sender")),
                ("from_address", models.CharField(blank=True, max_length=254, verbose_name="from")),
                ("reply_to", models.CharField(blank=True, max_length=254)),
                ("to", models.CharField(blank=True, max_length=254, verbose_name="to")),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="subject")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "refused",
                    models.JSONField(blank=True, default=list, help_text="files not kept: name, reason"),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("own", "sent by ourselves"),
                            ("loop", "our own mail came back"),
                            ("bounce", "report that a mail could not be delivered"),
                            ("auto_reply", "automatic reply"),
                            ("bulk", "mass mail"),
                            ("list", "mailing list"),
                            ("flood", "too many mails of one sender within an hour"),
                        ],
                        max_length=12,
                        verbose_name="why it was ignored",
                    ),
                ),
                ("automatic", models.BooleanField(default=False, help_text="no person wrote it")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("next_try_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "last_error",
                    models.CharField(blank=True, editable=False, max_length=400, verbose_name="last error"),
                ),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="channels.mailaccount",
                        verbose_name="mailbox",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="documents.document",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="channels.inboxitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail",
                "verbose_name_plural": "mails",
                "indexes": [
                    models.Index(fields=["account", "-id"], name="mail_account"),
                    models.Index(fields=["account", "state", "-id"], name="mail_account_state"),
                    models.Index(fields=["message_id"], name="mail_message_id"),
                    models.Index(fields=["account", "from_address", "-at"], name="mail_sender"),
                    models.Index(fields=["item", "id"], name="mail_item"),
                    models.Index(fields=["document", "id"], name="mail_document"),
                    models.Index(
                        condition=models.Q(("state", "stored")),
                        fields=["next_try_at"],
                        name="mail_stored_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "key"), name="mail_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ignored"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="mail_ignored_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("text", models.CharField(max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="channels.call"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="InboxFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox_files",
                        to="files.storedfile",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="channels.inboxitem",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="files",
                        to="channels.inboxline",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("item", "file"), name="inbox_file_once")],
            },
        ),
        migrations.RunPython(
            code=write_table,
            reverse_code=django.db.migrations.operations.special.RunPython.noop,
        ),
    ]
