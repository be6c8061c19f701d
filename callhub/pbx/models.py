"""Switchboards, what they sent, and where every row of it went."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from callhub.pbx.rules import Evidence, PbxSettings, propose, settings_in_use

STALLED_AFTER = timedelta(minutes=2)  # whoever works on an import shows with every stretch that it is alive
SILENT_AFTER = timedelta(seconds=20)  # a stretch takes a second or two


class Pbx(models.Model):
    """One connected telephone system and what no record says by itself.

    ``evidence`` is what was seen in its records, ``proposed`` the settings proposed from it, ``chosen`` what people
    decided instead; ``told_with`` are the settings its calls were told with.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=100, unique=True)
    evidence = models.JSONField(default=dict)
    proposed = models.JSONField(default=dict)
    chosen = models.JSONField(default=dict)
    told_with = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    is_sample = models.BooleanField(default=False, db_default=False)  # invented calls of a trial, taken away as a whole

    def __str__(self) -> str:
        return self.name

    def settings(self) -> PbxSettings:
        """The settings in use: what people chose over what the records propose."""
        proposed = propose(Evidence.from_json(self.evidence)) if self.evidence else PbxSettings()
        return settings_in_use(proposed, PbxSettings.from_json(self.chosen))

    @property
    def is_told_with_other_settings(self) -> bool:
        """Whether calls of it were told with settings that are not in use any more."""
        return self.told_with not in ({}, self.settings().to_json())


class Import(models.Model):
    """One file taken in, with its ledger: rows = used + merged + ignored + rejected."""

    class State(models.TextChoices):
        WAITING = "WAITING"
        RUNNING = "RUNNING"
        DONE = "DONE"
        FAILED = "FAILED"
        UNDOING = "UNDOING"
        UNDONE = "UNDONE"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    pbx = models.ForeignKey(Pbx, on_delete=models.PROTECT)
    format = models.CharField(max_length=30)
    file_name = models.CharField(max_length=255)
    file_size = models.BigIntegerField()
    stored_at = models.CharField(max_length=400, blank=True)
    timezone = models.CharField(max_length=60)
    mapping = models.JSONField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    bytes_read = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    used = models.BigIntegerField(default=0)
    merged = models.BigIntegerField(default=0)
    ignored = models.JSONField(default=dict)
    rejected = models.BigIntegerField(default=0)
    calls_created = models.BigIntegerField(default=0)
    calls_updated = models.BigIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    requested_by = models.CharField(max_length=200)
    requested_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    claimed_by = models.UUIDField(null=True)
    alive_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_stalled(self) -> bool:
        """Whether work on it should go on and nobody does: a killed process, or a queue that did not answer."""
        if self.waits_for_columns or self.state not in {
            Import.State.WAITING,
            Import.State.RUNNING,
            Import.State.UNDOING,
        }:
            return False
        return (self.alive_at or self.requested_at) < timezone.now() - STALLED_AFTER

    @property
    def is_silent(self) -> bool:
        """Whether a process that has it shows no life any more: it was killed, or its computer is very busy."""
        is_at_work = self.state in {Import.State.WAITING, Import.State.RUNNING, Import.State.UNDOING}
        if not is_at_work or self.claimed_by is None or self.alive_at is None:
            return False
        return self.alive_at < timezone.now() - SILENT_AFTER

    @property
    def was_discarded(self) -> bool:
        """Whether its file went away before anybody said what its columns mean."""
        return self.state == Import.State.UNDONE and self.undone_at is None

    @property
    def waits_for_columns(self) -> bool:
        """Whether somebody has yet to say what the columns of this table mean; until then it is not taken in."""
        return self.state == Import.State.WAITING and self.format == "table" and self.mapping is None


class ImportBlock(models.Model):
    """One committed stretch of a file. A killed import goes on after its latest block.

    ``repeats`` are the lines that had been imported before, as first and last of each stretch: [1, 20000, 20003, 20003].
    """

    batch = models.ForeignKey(Import, on_delete=models.PROTECT, db_column="import_id")
    number = models.IntegerField()
    first_line = models.BigIntegerField()
    rows_before = models.BigIntegerField()
    repeats = models.JSONField(default=list)
    state = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "number"], name="one_block_per_number")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.number}"


class RawRecord(models.Model):
    """One row as the switchboard sent it, never changed, and its line in the ledger.

    ``thread`` is the call it belongs to as the row itself says (linked id, else channel id); ``digest`` recognises the
    row when it comes again.
    """

    class Verdict(models.IntegerChoices):
        USED = 1
        MERGED = 2
        IGNORED = 3

    pbx = models.ForeignKey(Pbx, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    batch = models.ForeignKey(
        Import, on_delete=models.PROTECT, db_index=False, db_constraint=False, db_column="import_id"
    )
    line = models.BigIntegerField()
    digest = models.BigIntegerField()
    thread = models.TextField()
    verdict = models.SmallIntegerField(choices=Verdict.choices)
    reason = models.TextField(default="")
    payload = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["digest"], name="raw_digest"),
            models.Index(fields=["thread"], name="raw_thread"),
            models.Index(fields=["batch", "line"], name="raw_line"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line}"


class RefusedRow(models.Model):
    """A row that could not be used, with the reason and the start of its text."""

    batch = models.ForeignKey(Import, on_delete=models.PROTECT, db_column="import_id")
    line = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    excerpt = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["batch", "line"]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class ChannelLink(models.Model):
    """Which call a channel belongs to, where a record said so: joins the sources of one switchboard."""

    pbx = models.ForeignKey(Pbx, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    channel = models.TextField()
    linked = models.TextField()
    at = models.FloatField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["pbx", "channel"], name="one_link_per_channel")]
        indexes: ClassVar = [models.Index(fields=["linked"], name="link_linked")]

    def __str__(self) -> str:
        return f"{self.channel} -> {self.linked}"


class TableMapping(models.Model):
    """A saved mapping of a generic table's columns."""

    name = models.CharField(max_length=100, unique=True)
    mapping = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
