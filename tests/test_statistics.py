"""What `supabase inspect db` prints becomes statistics of tables, and fits the schema or is reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemabook.errors import SchemaError, Source
from schemabook.model import Database, Name, Relation, RelationKind
from schemabook.model.statistics import (
    TableStatistics,
    format_bytes,
    parse_bytes,
)
from schemabook.project.statistics import match_statistics, merge_statistics
from schemabook.read.statistics import decode_statistics, read_statistics

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "stats"
HERE = Source("schema.sql", 1)

COLUMNS = """
  
   Name                             | Table size | Index size | Total size | Estimated row count | Seq scans 
  ----------------------------------|------------|------------|------------|---------------------|-----------
   public.content                   | 96 kB      | 32 kB      | 128 kB     | 99                  | 7         
   "Reporting Data"."Monthly Total" | 8192 bytes | 0 bytes    | 8192 bytes | 12                  | 0         
   public."a|b"                     | 0 bytes    | 0 bytes    | 0 bytes    | 0                   | 3         

"""  # noqa: W291, W293 - the command prints these blanks
BROKEN_NAME = """
  
   Name                             | Table size | Index size | Total size | Estimated row count | Seq scans 
  ----------------------------------|------------|------------|------------|---------------------|-----------
   public.content                   | 96 kB      | 32 kB      | 128 kB     | 99                  | 7         
   "Reporting Data"."Monthly Total" | 8192 bytes | 0 bytes    | 8192 bytes | 12                  | 0         
   `public."a                       | b"`        | 0 bytes    | 0 bytes    | 0 bytes             | 0         

"""  # noqa: W291, W293
BOX = """
  
        SCHEMA     │     TABLE     │ ESTIMATED COUNT
  ─────────────────┼───────────────┼──────────────────
    public         │ content       │              99
    Reporting Data │ Monthly Total │              12
    public         │ a|b           │               0

"""  # noqa: W293
CSV = '''name,table_size,index_size,total_size,estimated_row_count,seq_scans
public.content,96 kB,32 kB,128 kB,99,7
"""Reporting Data"".""Monthly Total""",8192 bytes,0 bytes,8192 bytes,12,0
"public.""a|b""",0 bytes,0 bytes,0 bytes,0,3
'''
JSON = r"""{"rows": [
  {"name": "public.content", "table_size": "96 kB", "index_size": "32 kB",
   "total_size": "128 kB", "estimated_row_count": "99", "seq_scans": "7"},
  {"name": "\"Reporting Data\".\"Monthly Total\"", "table_size": "8192 bytes", "index_size": "0 bytes",
   "total_size": "8192 bytes", "estimated_row_count": 12, "seq_scans": 0.0},
  {"name": "public.\"a|b\"", "table_size": "0 bytes", "index_size": "0 bytes",
   "total_size": "0 bytes", "estimated_row_count": "0", "seq_scans": 3}
], "message": "inspect db table-stats"}
"""
EVENTS = (
    '{"type":"log","message":"Connecting"}\n'
    '{"type":"result","data":' + " ".join(JSON.split("\n")) + ',"timestamp":"2026-11-22T15:24:46Z"}\n'
)
INDEXES = """
   Name                | Table          | Columns | Size    | Percent used | Index scans | Seq scans | Unused 
  ---------------------|----------------|---------|---------|--------------|-------------|-----------|--------
   public.content_pkey | public.content | id      | 16 kB   | 100%         | 320000      | 0         | false  
   public.content_name | public.content | a,b     | 24 kB   | 0%           | 0           | 0         | true   
"""  # noqa: W291


def statistics(schema: str, name: str, *numbers: int | None) -> TableStatistics:
    rows, table, index, total, scans = (*numbers, None, None, None, None, None)[:5]
    return TableStatistics(
        name=Name(schema, name),
        rows=rows,
        table_bytes=table,
        index_bytes=index,
        total_bytes=total,
        seq_scans=scans,
        source=Source("table_stats.txt", 1),
    )


CONTENT = statistics("public", "content", 99, 98304, 32768, 131072, 7)
MONTHLY = statistics("Reporting Data", "Monthly Total", 12, 8192, 0, 8192, 0)
BAR = statistics("public", "a|b", 0, 0, 0, 0, 3)
ALL = {s.name: s for s in (MONTHLY, BAR, CONTENT)}


def read(text: str, path: str = "table_stats.txt") -> dict[Name, TableStatistics]:
    return dict(read_statistics(text, path))


def error_of(text: str, path: str = "table_stats.txt") -> str:
    with pytest.raises(SchemaError) as error:
        read(text, path)
    return str(error.value)


def outcome(data: bytes) -> SchemaError | None:
    try:
        read(decode_statistics(data, "table_stats.txt"))
    except SchemaError as error:
        return error
    return None


def database(*relations: Relation) -> Database:
    return Database(relations={r.name: r for r in sorted(relations, key=lambda r: r.name)})


def table(name: str, schema: str = "public", kind: RelationKind = RelationKind.TABLE) -> Relation:
    return Relation(name=Name(schema, name), kind=kind, source=HERE)


def partition(name: str, of: str, kind: RelationKind = RelationKind.TABLE) -> Relation:
    return Relation(name=Name("public", name), kind=kind, partition_of=Name("public", of), source=HERE)


# Formats


@pytest.mark.parametrize("text", [COLUMNS, CSV, JSON, EVENTS], ids=["columns", "csv", "json", "events"])
def test_all_formats_say_the_same(text: str) -> None:
    assert read(text) == ALL


def test_tables_are_sorted_and_know_their_lines() -> None:
    found = read(COLUMNS)
    assert list(found) == sorted(found)
    assert [s.source.line for s in found.values()] == [6, 7, 5]


def test_json_rows_know_their_lines() -> None:
    assert [s.source.line for s in read(JSON).values()] == [4, 6, 2]


def test_a_name_broken_at_its_bar_is_recovered_without_the_column_that_it_pushed_out() -> None:
    broken = statistics("public", "a|b", 0, 0, 0, 0, None)
    assert read(BROKEN_NAME) == ALL | {broken.name: broken}


def test_an_old_box_has_a_column_for_the_schema_and_names_without_quotes() -> None:
    assert {name: s.rows for name, s in read(BOX).items()} == {name: s.rows for name, s in ALL.items()}
    assert {s.total_bytes for s in read(BOX).values()} == {None}


def test_colours_of_a_terminal_do_not_count() -> None:
    coloured = "".join(f"\x1b[38;5;252m  \x1b[0m{line}\x1b[0m\n" for line in BOX.split("\n"))
    assert read(coloured) == read(BOX)


def test_a_bare_name_is_in_public() -> None:
    text = "  NAME        │ ESTIMATED COUNT\n ─────────────┼────────\n  user events │ 250\n  Mixed │ 1\n"
    assert {str(name): s.rows for name, s in read(text).items()} == {
        "public.Mixed": 1,
        "public.user events": 250,
    }


def test_a_size_without_more_is_of_the_table_but_total_in_the_name_of_the_file_is_of_all() -> None:
    text = "  SCHEMA │ TABLE   │  SIZE\n ────────┼─────────┼──────\n  public │ content │ 36 MB\n"
    name = Name("public", "content")
    assert read(text)[name].table_bytes == 36 * 1024**2
    assert read(text, "total-table-sizes.txt")[name] == statistics(
        "public", "content", None, None, None, 36 * 1024**2
    )


def test_a_markdown_table_is_read() -> None:
    text = "| Name | Table size | Seq scans |\n|---|---|---|\n| public.content | 96 kB | |\n"
    assert read(text)[CONTENT.name] == statistics("public", "content", None, 98304)


def test_what_the_command_says_on_stderr_is_not_a_row() -> None:
    said = "Connecting to local database...\n"
    notice = "A new version of Supabase CLI is available: v3.2.0\nWe recommend updating regularly\n"
    for text in (COLUMNS, CSV, EVENTS):
        assert read(said + text + notice) == ALL
    assert read(said + JSON + notice) == ALL


@pytest.mark.parametrize("text", [COLUMNS, CSV, JSON, EVENTS], ids=["columns", "csv", "json", "events"])
def test_windows_line_ends_byte_order_mark_and_blank_lines_change_nothing(text: str) -> None:
    assert read("\ufeff" + text.replace("\n", "\r\n")) == ALL
    assert read("\n\n" + text) == ALL
    assert read(decode_statistics(text.encode("utf-16"), "table_stats.txt")) == ALL
    assert read(decode_statistics(text.encode("utf-8-sig"), "table_stats.txt")) == ALL


def test_rows_of_a_table_never_analyzed_are_unknown() -> None:
    assert read("name,estimated_count\npublic.content,-1\n")[CONTENT.name].rows is None


def test_a_database_without_tables_has_no_statistics() -> None:
    header = "\n".join(COLUMNS.split("\n")[:4])
    assert read(header) == read('{"rows": []}') == {}


def test_index_sizes_are_summed_by_table() -> None:
    assert read(INDEXES) == {CONTENT.name: statistics("public", "content", None, None, 40960)}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_every_real_output_of_the_command_says_the_same() -> None:
    def of(name: str) -> dict[Name, TableStatistics]:
        return read(decode_statistics((CORPUS / name).read_bytes(), name))

    now = of("table-stats.v3.1.0.txt")
    assert len(now) == 20
    assert now[Name("public", "orders")].total_bytes == 47 * 1024**2
    for same in ("table-stats.v3.1.0.json", "table-stats.v3.1.0.ndjson", "report-table_stats.v2.99.0.csv"):
        assert of(same) == now
    assert of("table-stats.v3.1.0.with-stderr.txt") == now
    old = of("old-table-record-counts.v1.156-v2.20.piped.txt")
    assert of("old-table-record-counts.v1.156-v2.20.tty-ansi.txt") == old
    assert {name: s.rows for name, s in old.items() if name in now} == {
        name: s.rows for name, s in now.items() if name in old
    }
    sizes = of("old-table-sizes.v1.156-v2.20.piped.txt")
    assert {name: s.table_bytes for name, s in sizes.items()} == {
        name: now[name].table_bytes for name in sizes
    }
    indexes = of("index-stats.v3.1.0.txt")
    assert indexes[Name("public", "users")].index_bytes == now[Name("public", "users")].index_bytes


# Bad input


def test_an_empty_file_is_an_error_that_says_how_to_write_it() -> None:
    for text in ("", " \n\n", "\ufeff\n"):
        assert error_of(text).startswith(
            "table_stats.txt:1: the statistics file is empty\nhint: write the file"
        )


def test_a_binary_file_is_an_error_at_its_line() -> None:
    assert error_of("Name\n\0\1\2").startswith("table_stats.txt:2: the statistics file is not text")
    with pytest.raises(SchemaError, match=r"^table_stats\.txt:2: the file is not UTF-8 text"):
        decode_statistics(b"Name\n\xff\xfe\xfd", "table_stats.txt")


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE public.content (id integer);",
        "Name | Blocks read\npublic.content | 1",
        '{"error": {"code": 1}}',
    ],
)
def test_a_file_without_statistics_is_an_error(text: str) -> None:
    assert "no table statistics" in error_of(text)


def test_statistics_of_indexes_that_do_not_name_their_tables_are_an_error() -> None:
    text = " Name | Size | Index scans\n------|-----|----\n public.content_pkey | 16 kB | 3\n"
    assert error_of(text).startswith("table_stats.txt:3: these are statistics of indexes")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (COLUMNS[:350], 6),
        (COLUMNS.rstrip()[:-60], 7),
        (CSV[:90], 2),
        (CSV[: CSV.index("Total")], 3),
        ("name,table_size\npublic.content,8 kB\npublic.a", 3),
        (JSON[:300], 5),
    ],
)
def test_a_file_that_is_cut_off_is_an_error_at_its_line(text: str, line: int) -> None:
    assert error_of(text).startswith(f"table_stats.txt:{line}: ")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("public.content,many,8 kB", '"many" is not a number of rows or scans'),
        ("public.content,-5,8 kB", '"-5" is not a number of rows or scans'),
        ("public.content,5,8 stone", '"8 stone" is not a size'),
        ("a.b.c,5,8 kB", '"a.b.c" is not a table name'),
        (",5,8 kB", '"" is not a table name'),
        ("public.content,5", "the row has 2 columns, the header 3"),
    ],
)
def test_a_bad_cell_is_an_error_that_shows_it(row: str, message: str) -> None:
    assert error_of(f"name,estimated_count,size\n{row}\n").startswith(f"table_stats.txt:2: {message}\nhint: ")


def test_a_table_listed_twice_is_an_error_with_both_lines_unless_the_rows_are_equal() -> None:
    text = "name,estimated_count\npublic.content,1\npublic.content,1\n"
    assert read(text)[CONTENT.name].rows == 1
    message = (
        'table_stats.txt:4: table "public.content" is listed twice with different numbers, first on line 2'
    )
    assert error_of(text + "public.content,2\n").startswith(message)


@given(st.sampled_from([COLUMNS, BROKEN_NAME, BOX, CSV, JSON, EVENTS, INDEXES]), st.data())
def test_mangled_statistics_are_read_or_an_error_but_never_a_traceback(
    text: str, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(cut, len(text)))
    junk = data.draw(st.text(alphabet='|│,"`{}[]\\\n\r\t .-9aé\x1b\0\ud800', max_size=6))
    error = outcome((text[:cut] + junk + text[end:]).encode(errors="surrogatepass"))
    assert error is None or (error.hint and str(error).startswith("table_stats.txt:"))
    assert str(error).encode()


@given(
    st.binary(max_size=80), st.sampled_from([b"", b"\xff\xfe", b"\xef\xbb\xbf", b"name,size\n", b'{"rows":'])
)
def test_bytes_are_read_or_an_error_but_never_a_traceback(data: bytes, start: bytes) -> None:
    error = outcome(start + data)
    assert error is None or error.hint


def test_half_a_character_in_a_name_is_an_error() -> None:
    assert '"public.?" is not a table name' in error_of(r'[{"name": "public.\ud800", "size": "0 bytes"}]')


def test_deep_json_is_an_error() -> None:
    assert "the JSON is broken" in error_of('{"rows":' * 100_000)


# Sizes: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-DBSIZE


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (10239, "10239 bytes"),
        (10240, "10 kB"),
        (10751, "10 kB"),
        (10752, "11 kB"),
        (10239 * 1024 + 511, "10239 kB"),
        (10239 * 1024 + 512, "10 MB"),
        (720896, "704 kB"),
        (1024**3, "1024 MB"),
        (10 * 1024**3, "10 GB"),
        (2**63 - 1, "8192 PB"),
        (-10240, "-10 kB"),
    ],
)
def test_bytes_are_printed_as_postgresql_prints_them(size: int, text: str) -> None:
    assert format_bytes(size) == text


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8192 bytes", 8192),
        ("36 MB", 37748736),
        ("1.5 GB", 1610612736),
        ("0.1kB", 102),
        ("3 tb", 3 * 1024**4),
        ("7", 7),
    ],
)
def test_sizes_are_read_as_postgresql_reads_them(text: str, size: int) -> None:
    assert parse_bytes(text) == size


@pytest.mark.parametrize("text", ["", "kB", "-1 kB", "1,5 kB", "1 ZB", "٣ kB", "9" * 5000])
def test_what_is_no_size_is_none(text: str) -> None:
    assert parse_bytes(text) is None


@given(st.integers(0, 2**63 - 1))
def test_a_size_printed_and_read_is_near_and_prints_the_same(size: int) -> None:
    again = parse_bytes(format_bytes(size))
    assert again is not None
    assert format_bytes(again) == format_bytes(size)
    assert abs(again - size) * 20 <= size


# Beside the schema


def test_a_table_without_statistics_is_named_and_views_need_none() -> None:
    schema = database(table("content"), table("stories"), table("recent", kind=RelationKind.VIEW))
    matched = match_statistics({CONTENT.name: CONTENT}, schema)
    assert matched.statistics == {CONTENT.name: CONTENT}
    assert matched.without == (Name("public", "stories"),)
    assert matched.warning() is None


def test_statistics_of_another_database_are_a_warning_that_names_them_and_what_is_near() -> None:
    schema = database(table("contents"), table("stories"))
    matched = match_statistics(ALL, schema)
    assert matched.statistics == {}
    assert matched.unknown == (MONTHLY, BAR, CONTENT)
    warning = str(match_statistics({CONTENT.name: CONTENT}, schema).warning())
    assert warning.startswith(
        "warning: table_stats.txt:1: statistics of what the schema does not have: public.content\n"
    )
    assert 'hint: did you mean "public.contents"?' in warning


def test_a_warning_stays_short_for_a_whole_other_database() -> None:
    many = [statistics("other", f"t{i:03}", i) for i in range(100)]
    warning = match_statistics({s.name: s for s in many}, database(table("content"))).warning()
    assert warning is not None
    assert warning.message.endswith("other.t019, 80 more")


def test_a_partitioned_table_has_the_sum_of_its_partitions_and_not_its_own_row() -> None:
    partitioned = RelationKind.PARTITIONED_TABLE
    schema = database(
        table("events", kind=partitioned),
        partition("events_2025", "events", partitioned),
        partition("events_2025_01", "events_2025"),
        partition("events_2025_02", "events_2025"),
        partition("events_2026", "events"),
    )
    own = [
        statistics("public", "events", 0),
        statistics("public", "events_2025_01", 10, 100, None, 100, 1),
        statistics("public", "events_2025_02", 20, 200, None, 200, 2),
    ]
    matched = match_statistics({s.name: s for s in own}, schema)
    assert matched.statistics[Name("public", "events_2025")] == statistics(
        "public", "events_2025", 30, 300, None, 300, 3
    )
    assert matched.statistics[Name("public", "events")] == statistics(
        "public", "events", 30, 300, None, 300, 3
    )
    assert matched.without == (Name("public", "events_2026"),)


def test_partitions_in_a_circle_end() -> None:
    circle = database(partition("a", "b"), partition("b", "a"))
    assert match_statistics({}, circle).without == (Name("public", "a"), Name("public", "b"))
    assert len(match_statistics({Name("public", "a"): statistics("public", "a", 1)}, circle).statistics) == 2


def test_a_name_longer_than_63_bytes_is_found_by_its_cut_name() -> None:
    long = table("ä" * 40)
    cut = statistics("public", "ä" * 31, 5)
    assert match_statistics({cut.name: cut}, database(long)).statistics == {long.name: cut}


def test_of_several_files_the_first_that_says_a_number_counts() -> None:
    rows = {CONTENT.name: statistics("public", "content", 99)}
    sizes = {CONTENT.name: statistics("public", "content", 98, 98304), BAR.name: BAR}
    merged = merge_statistics([rows, sizes])
    assert merged == {BAR.name: BAR, CONTENT.name: statistics("public", "content", 99, 98304)}
