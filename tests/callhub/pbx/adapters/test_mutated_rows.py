"""T28: genuine rows that were damaged on the way are used, ignored or rejected; nothing fails, and nothing stays half."""

from io import BytesIO
from random import Random

import pytest
from fixtures.imports import fingerprint, imported, is_balanced, stored_rows
from fixtures.records import content

from callhub.calls.rules import merge_links, tell, thread_of
from callhub.pbx.actions import UnableToImport
from callhub.pbx.adapters import SourceFormat, adapter_for
from callhub.pbx.adapters.base import BadRow, Ignored, ReadOptions, Rejected, UnableToRead, checked
from callhub.pbx.models import Import, RefusedRow
from callhub.pbx.rules import PbxSettings, evidence_of, propose
from tenants.isolation.context import inside

SEED = 20_261_125
MUTATIONS = 1_000
TABLE_COLUMNS = "line,id,date,entry,q_start,s_start,s_exit,wait,talk,type,server,outcome"
TABLE_MAPPING = {
    "delimiter": ",", "date_format": "%y%m%d", "time_format": "%H:%M:%S", "empty_times": ["0:00:00"],
    "key": ["line", "id", "date"], "arrived": ["date", "entry"], "queued": ["date", "q_start"],
    "answered": ["date", "s_start"], "ended": ["date", "s_exit"], "wait_seconds": "wait", "talk_seconds": "talk",
    "queue": "type", "agent": "server",
    "outcome": {"column": "outcome", "values": {"AGENT": "ANSWERED", "HANG": "ABANDONED", "PHANTOM": "IGNORE"}},
}  # fmt: skip
TABLE = "\n".join(
    [
        TABLE_COLUMNS,
        *(
            f"AA01,{n},261123,{9 + n % 8}:{n % 60:02}:00,{9 + n % 8}:{n % 60:02}:05,{9 + n % 8}:{n % 60:02}:40,"
            f'{9 + n % 8}:{n % 60:02}:59,35,19,"PS, {n % 3}",ANNA,{("AGENT", "AGENT", "PHANTOM")[n % 3]}'
            for n in range(400)
        ),
    ]
).encode()
# Format, its genuine rows, what separates their cells, mapping, and whether its first line is a header.
FORMATS = {
    "queue_log": (SourceFormat.QUEUE_LOG, content("reference", "queue_log"), b"|", None, False),
    "exported queue_log": (SourceFormat.QUEUE_LOG, content("reference", "queue_log_realtime.csv"), b",", None, True),
    "cel": (SourceFormat.CEL, content("reference", "cel.csv"), b",", None, False),
    "cdr": (SourceFormat.CDR, content("reference", "cdr-custom.csv"), b",", None, False),
    "master": (SourceFormat.CDR, content("reference", "Master.csv"), b",", None, False),
    "table": (SourceFormat.TABLE, TABLE, b",", TABLE_MAPPING, True),
}


def flipped(random, row, cut):
    """One to four bytes, any bytes."""
    found = bytearray(row)
    for _turn in range(random.randint(1, 4)):
        found[random.randrange(len(found))] = random.choice((random.randrange(256), 0, 34, 39, 44, 45, 46, 124))
    return bytes(found)


def without_a_stretch(random, row, cut):
    start = random.randrange(len(row))
    return row[:start] + row[start + random.randint(1, 12) :]


def with_a_stretch_twice(random, row, cut):
    start = random.randrange(len(row))
    end = start + random.randint(1, 40)
    return row[:end] + row[start:end] * random.choice((1, 1, 1, 500)) + row[end:]


def swapped(random, row, cut):
    cells = row.split(cut)
    one, other = random.randrange(len(cells)), random.randrange(len(cells))
    cells[one], cells[other] = cells[other], cells[one]
    return cut.join(cells)


def truncated(random, row, cut):
    return row[: random.randrange(len(row))]


def with_a_strange_cell(random, row, cut):
    cells = row.split(cut)
    cells[random.randrange(len(cells))] = random.choice(STRANGE)
    return cut.join(cells)


STRANGE = (
    b"", b"-1", b"nan", b"inf", b"-inf", b"1e308", b"9" * 400, b"0", b"0.0", b"1970-01-01 00:00:00", b"9999-12-31 23:59:59",
    b"2026-03-29 02:30:00", b"2026-10-25 02:30:00", b"2026-02-30 10:00:00", b"4102444801", b"\xe2\x80\xae612",
    "½²٣".encode(), b"=1+1", b"\\N", b'""', b"a\tb", b"1795453859.", b".5", b"1_000", b" 1 ", "ñç·l".encode(), b"'", b"NULL", b"y" * 200_000, b"a\rb", b'a"b', b'"',
    b"{", b"0x10", b"1,5", b"x" * 300, b"y" * 200_000, b"a\rb", b'a"b', b'"',
)  # fmt: skip
WAYS = (flipped, without_a_stretch, with_a_stretch_twice, swapped, truncated, with_a_strange_cell)


def mutated(name, number, seed=SEED):
    """Header, and ``number`` genuine rows damaged in every way in turn; row ends stay, so that there are as many."""
    _format, raw, cut, _mapping, has_header = FORMATS[name]
    random = Random(f"{seed} {name}")
    header, *rows = raw.splitlines() if has_header else [None, *raw.splitlines()]
    damaged = [WAYS[n % len(WAYS)](random, random.choice(rows), cut).replace(b"\n", b" ") for n in range(number)]
    return header, rows, damaged


@pytest.mark.parametrize("name", FORMATS)
def test_a_thousand_damaged_rows_are_each_used_ignored_or_rejected(name):
    source, _raw, _cut, mapping, _has_header = FORMATS[name]
    header, rows, damaged = mutated(name, MUTATIONS)
    adapter, verdicts, records = adapter_for(source), {"used": 0, "ignored": 0, "rejected": 0}, []
    for row in damaged:
        # Beside a good row, as in a file: one alone may not look like its format.
        raw = b"\n".join([*([header] if header else []), rows[0], row, rows[1]]) + b"\n"
        options = ReadOptions("Europe/Madrid", dict(mapping) if mapping else None)
        found = list(adapter.rows(BytesIO(raw), options))
        read = checked(adapter.reader(options))
        for one in found:
            said = one if isinstance(one, BadRow) else read(one.payload)
            if isinstance(said, Ignored):
                verdicts["ignored"] += 1
            elif isinstance(said, Rejected | BadRow):
                verdicts["rejected"] += 1
                assert said.reason.strip() and said.reason.isprintable(), (row, said)
            else:
                verdicts["used"] += 1
                records.append(said)
    assert min(verdicts["used"], verdicts["rejected"]) > 50, verdicts
    assert all(315_532_800 <= one.at <= 4_102_444_800 for one in records)
    _told(records)


def _told(records):
    """Every call these records make, with the settings they propose and without any."""
    links = merge_links({}, records)
    calls = {}
    for one in records:
        calls.setdefault(thread_of(one, links), []).append(one)
    for settings in (propose(evidence_of(records)), PbxSettings()):
        stories = [tell(key, of_call, settings) for key, of_call in calls.items()]
        for story in filter(None, stories):
            seconds = [
                s for v in story.visits for s in (v.wait_seconds, v.ring_seconds, v.talk_seconds) if s is not None
            ]
            assert all(0 <= one <= 30 * 86_400 for one in seconds), story


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_300_damaged_rows_is_taken_in_whole_or_refused_with_a_sentence(name, caldes, tmp_path):
    source, _raw, _cut, mapping, _has_header = FORMATS[name]
    header, rows, damaged = mutated(name, 300, seed=28)
    path = tmp_path / "damaged"
    path.write_bytes(b"\n".join([*([header] if header else []), *rows[:5], *damaged, *rows[5:8]]) + b"\n")
    try:
        batch = imported(caldes, path, source, mapping=dict(mapping) if mapping else None)
    except (UnableToImport, UnableToRead):
        with inside(caldes):
            batch = Import.objects.get()
    with inside(caldes):
        batch.refresh_from_db()
        refused = RefusedRow.objects.filter(batch=batch).count()
    assert is_balanced(batch), name
    if batch.state == Import.State.FAILED:
        assert batch.error.strip().endswith(".")
        return
    assert batch.state == Import.State.DONE
    assert batch.rows > 100 and batch.used > 0 and batch.rejected > 0
    assert refused == batch.rejected
    kept = stored_rows(caldes, "pbx_rawrecord", "calls_call")
    assert kept["pbx_rawrecord"] >= batch.used
    assert kept["calls_call"] == batch.calls_created
    before = fingerprint(caldes)
    again = imported(caldes, path, source, mapping=dict(mapping) if mapping else None)
    assert is_balanced(again)
    assert (again.used, again.rejected) == (0, batch.rejected), "the same damaged file twice adds nothing"
    assert fingerprint(caldes) == before
