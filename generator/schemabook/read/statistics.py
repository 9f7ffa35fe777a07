"""Table statistics, as every `supabase inspect db` prints them, become `TableStatistics`.

The command has changed over the years: boxes drawn with `│`, columns between `|`, CSV, JSON, one JSON
event a line. Each begins with a header or a bracket; what stands around it is what the command said on
stderr.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import NamedTuple

from schemabook.errors import SchemaError, Source
from schemabook.model.names import Name
from schemabook.model.statistics import TableStatistics, parse_bytes
from schemabook.model.written_names import is_text, name_parts

HINT = "write the file with: supabase inspect db table-stats --linked > table_stats.txt"
ESCAPES = re.compile(r"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
JSON_START = re.compile(r'\s*(?:\{\s*(?:["}]|$)|\[\s*(?:[{\]]|$))')
RULE = re.compile(r"[\s|│┃┼+:─━=-]+")
SEPARATORS = ("│", "|", ",")
INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)

NAMES = {"name", "table"}
ROWS = ("estimated_row_count", "estimated_count")
MEASURES = {*ROWS, "table_size", "index_size", "total_size", "size", "seq_scans"}
OF_INDEXES = {"index_scans", "percent_used", "unused"}


class Row(NamedTuple):
    """One row of the file: its cells by the column's name in lower case."""

    source: Source
    cells: Mapping[str, str]


class Header(NamedTuple):
    """The columns of a table and what stands between them."""

    columns: tuple[str, ...]
    separator: str
    outer: bool
    """Whether a separator stands at both ends of each line too."""


def decode_statistics(data: bytes, path: str) -> str:
    """The file's text: UTF-8, or the UTF-16 that a redirection in PowerShell writes."""
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SchemaError("the file is not UTF-8 text", source=Source(path, line), hint=HINT) from None


def read_statistics(text: str, path: str) -> Mapping[Name, TableStatistics]:
    """The statistics by table name, of any format; SchemaError where the file is none of them."""
    rows = tuple(_rows(_lines(text, path), path))
    if any(OF_INDEXES & row.cells.keys() for row in rows):
        return _sizes_of_indexes(rows)
    found: dict[Name, TableStatistics] = {}
    for row in rows:
        new = _table_statistics(row)
        old = found.setdefault(new.name, new)
        if old != new:
            raise _listed_twice(old, new)
    return dict(sorted(found.items()))


def _lines(text: str, path: str) -> list[str]:
    if not text.strip().strip("\ufeff"):
        raise SchemaError("the statistics file is empty", source=Source(path, 1), hint=HINT)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SchemaError("the statistics file is not text", source=Source(path, line), hint=HINT)
    plain = ESCAPES.sub("", text.removeprefix("\ufeff"))
    return plain.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _rows(lines: list[str], path: str) -> Iterator[Row]:
    for index, line in enumerate(lines):
        if JSON_START.match(line):
            return _json_rows(lines, index, path)
        header = _header(line)
        if header and header.separator == ",":
            return _csv_rows(lines, index, header, path)
        if header:
            return _table_rows(lines, index, header, path)
    raise SchemaError("the file holds no table statistics", source=Source(path, 1), hint=HINT)


def _header(line: str) -> Header | None:
    for separator in SEPARATORS:
        outer = line.strip().startswith(separator)
        columns = tuple(_column(cell) for cell in _pieces(line, separator, outer))
        if NAMES & set(columns) and MEASURES & set(columns):
            return Header(columns, separator, outer)
    return None


def _column(cell: str) -> str:
    return "_".join(cell.strip().strip('"').lower().split())


# Boxes and columns


def _table_rows(lines: list[str], index: int, header: Header, path: str) -> Iterator[Row]:
    for number, line in enumerate(lines[index + 1 :], index + 2):
        # A row is indented; what the command says on stderr begins at the margin.
        said = header.separator not in line and not line[:1].isspace()
        if not line.strip() or said or RULE.fullmatch(line):
            continue
        source = Source(path, number)
        cells = _cells(line, header)
        if len(cells) != len(header.columns):
            raise _bad_row(source, len(cells), header)
        yield Row(source, dict(zip(header.columns, cells, strict=True)))


def _cells(line: str, header: Header) -> list[str]:
    # A name that holds a bar: in quotes where the version knew better, else broken over two columns,
    # in backticks, which pushes the last column out.
    pieces = _pieces(line, header.separator, header.outer)
    cells: list[str] = []
    for piece in pieces:
        if cells and _is_open(cells[-1], header.separator):
            cells[-1] += header.separator + piece
        else:
            cells.append(piece)
    lost = len(header.columns) - len(cells) if len(pieces) == len(header.columns) else 0
    if lost and "`" not in line:
        return cells
    return [_unbroken(cell.strip()) for cell in cells] + [""] * lost


def _pieces(line: str, separator: str, outer: bool) -> list[str]:
    pieces = line.strip().split(separator)
    return pieces[1:-1] if outer else pieces


def _is_open(cell: str, separator: str) -> bool:
    text = cell.strip()
    if text.startswith("`"):
        return len(text) == 1 or not text.endswith("`")
    return separator == "|" and text.count('"') % 2 == 1  # Between `│`, names are not quoted.


def _unbroken(cell: str) -> str:
    if len(cell) > 2 and cell.startswith("`") and cell.endswith("`"):
        return re.sub(r"\s*([|│])\s*", r"\1", cell[1:-1])
    return cell


def _bad_row(source: Source, cells: int, header: Header) -> SchemaError:
    message = f"the row has {cells} columns, the header {len(header.columns)}"
    return SchemaError(message, source=source, hint="the file is cut off or was edited; write it again")


# CSV


def _csv_rows(lines: list[str], index: int, header: Header, path: str) -> Iterator[Row]:
    reader = csv.reader((line + "\n" for line in lines[index + 1 :]), strict=True)
    begin = index + 2
    try:
        for cells in reader:
            source, begin = Source(path, begin), index + 2 + reader.line_num
            if len(cells) == len(header.columns):
                yield Row(source, dict(zip(header.columns, cells, strict=True)))
            elif len(cells) > 1 or (cells and " " not in cells[0]):  # Else the command says something.
                raise _bad_row(source, len(cells), header)
    except csv.Error as error:
        raise SchemaError(f"the CSV is broken: {error}", source=Source(path, begin), hint=HINT) from None


# JSON


def _json_rows(lines: list[str], index: int, path: str) -> Iterator[Row]:
    text = "\n".join(lines)
    position = sum(len(line) + 1 for line in lines[:index])
    results = 0
    while start := JSON_START.match(text, position):
        value, end = _json_value(text, start.end() - len(start[0].lstrip()), path)
        result = _json_result(value)
        for cells in result or ():
            position = _position(text, cells, position, end)
            yield _json_row(cells, Source(path, text.count("\n", 0, position) + 1))
        results += result is not None
        position = _next_json(text, end)
    if not results:
        message = "the JSON holds no table statistics"
        raise SchemaError(message, source=Source(path, index + 1), hint=HINT)


def _json_value(text: str, position: int, path: str) -> tuple[object, int]:
    try:
        value, end = json.JSONDecoder().raw_decode(text, position)
    except (ValueError, RecursionError) as error:
        at = error.pos if isinstance(error, json.JSONDecodeError) else position
        source = Source(path, text.count("\n", 0, at) + 1)
        hint = "the file is cut off or was edited; write it again"
        raise SchemaError("the JSON is broken", source=source, hint=hint) from None
    return value, end


def _next_json(text: str, position: int) -> int:
    # Between two events the command may say something, one line each.
    while 0 <= position < len(text) and not JSON_START.match(text, position):
        position = text.find("\n", position) + 1 or len(text)
    return position


def _json_result(value: object) -> list[object] | None:
    """The rows: a list, or what is under `rows` or `data`, or one row by itself."""
    while isinstance(value, dict) and not (NAMES & value.keys() and MEASURES & value.keys()):
        value = value.get("rows", value.get("data"))
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list) else None


def _position(text: str, cells: object, begin: int, end: int) -> int:
    name = cells.get("name", cells.get("table")) if isinstance(cells, dict) else None
    found = text.find(json.dumps(name, ensure_ascii=False), begin, end) if isinstance(name, str) else -1
    return max(found, begin)


def _json_row(cells: object, source: Source) -> Row:
    columns = {_column(key): value for key, value in cells.items()} if isinstance(cells, dict) else {}
    if not (NAMES & columns.keys() and MEASURES & columns.keys()):
        raise SchemaError("the row names no table or says nothing of it", source=source, hint=HINT)
    return Row(source, {column: _json_cell(value, source) for column, value in columns.items()})


def _json_cell(value: object, source: Source) -> str:
    if value is None:
        return ""
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    raise SchemaError("a value is neither text nor a whole number", source=source, hint=HINT)


# Rows become statistics


def _table_statistics(row: Row) -> TableStatistics:
    # The old `table-sizes` and `total-table-sizes` print the same header; only a file's name may tell.
    size = "total_bytes" if "total" in PurePath(row.source.path).name else "table_bytes"
    sizes = {"table_bytes": "table_size", "index_bytes": "index_size", "total_bytes": "total_size"}
    if "size" in row.cells:
        sizes[size] = "size"
    return TableStatistics(
        name=_name(row),
        rows=_number(row, *ROWS),
        table_bytes=_bytes(row, sizes["table_bytes"]),
        index_bytes=_bytes(row, sizes["index_bytes"]),
        total_bytes=_bytes(row, sizes["total_bytes"]),
        seq_scans=_number(row, "seq_scans"),
        source=row.source,
    )


def _sizes_of_indexes(rows: Iterable[Row]) -> Mapping[Name, TableStatistics]:
    """The sum of the index sizes of each table; SchemaError where the rows do not name the table."""
    found: dict[Name, TableStatistics] = {}
    for row in rows:
        if "table" not in row.cells:
            message = "these are statistics of indexes, which do not name their tables"
            raise SchemaError(message, source=row.source, hint=HINT)
        name = _name(row)
        before = found[name].index_bytes if name in found else 0
        size = (before or 0) + (_bytes(row, "size") or 0)
        found[name] = TableStatistics(name=name, index_bytes=size, source=row.source)
    return dict(sorted(found.items()))


def _name(row: Row) -> Name:
    schema, written = row.cells.get("schema"), row.cells.get("table", row.cells.get("name", ""))
    parts = name_parts(written)
    if schema and written and is_text(schema + written):
        return Name(schema, written)  # With a column for the schema, neither is quoted.
    if schema is not None or not parts:
        hint = 'names are written schema.name or schema."Name"'
        raise SchemaError(f'"{_shown(written)}" is not a table name', source=row.source, hint=hint)
    return Name(parts[0].text if parts[0] else "public", parts[1].text)


def _number(row: Row, *columns: str) -> int | None:
    text = next((row.cells[column] for column in columns if column in row.cells), "")
    if text in ("", "-1"):  # reltuples is -1 where a table was never analyzed.
        return None
    if not INTEGER.fullmatch(text) or text.startswith("-"):
        raise SchemaError(f'"{_shown(text)}" is not a number of rows or scans', source=row.source, hint=HINT)
    return int(text)


def _bytes(row: Row, column: str) -> int | None:
    text = row.cells.get(column, "")
    size = parse_bytes(text)
    if text and size is None:
        hint = "sizes are written as pg_size_pretty prints them: 8192 bytes, 704 kB"
        raise SchemaError(f'"{_shown(text)}" is not a size', source=row.source, hint=hint)
    return size


def _shown(text: str) -> str:
    return text.encode(errors="replace").decode()[:80]


def _listed_twice(old: TableStatistics, new: TableStatistics) -> SchemaError:
    message = f'table "{new.name}" is listed twice with different numbers, first on line {old.source.line}'
    hint = "the file joins two runs, or does not name the schemas; write it again with table-stats"
    return SchemaError(message, source=new.source, hint=hint)
