"""What `supabase/config.toml` says of a schema: which schemas the Data API exposes.

https://supabase.com/docs/guides/local-development/cli/config#api.schemas
"""

from __future__ import annotations

import re
import tomllib

from schemabook.errors import SchemaError, Source

DEFAULT = ("public", "graphql_public")
"""What is exposed where the file does not say."""
SCHEMAS = re.compile(r"^\s*\[\s*api\s*\][^\[]*?^\s*schemas\s*=", re.M)
LINE = re.compile(r"at line (\d+)")


def exposed_schemas(text: str, path: str) -> tuple[str, ...]:
    """The schemas of `[api] schemas`, in the file's order; none where the Data API is turned off.

    Raises SchemaError for a file that is no TOML, or whose schemas are no list of names.
    """
    try:
        api = tomllib.loads(text).get("api", {})
    except tomllib.TOMLDecodeError as error:
        line = LINE.search(str(error))
        source = Source(path, int(line[1]) if line else text.count("\n") + 1)
        raise SchemaError(f"this is no TOML: {error}", source=source) from None
    if not isinstance(api, dict):
        raise SchemaError('"api" must be a table', source=path, hint="[api]")
    schemas = api.get("schemas", list(DEFAULT))
    if not isinstance(schemas, list) or not all(isinstance(name, str) for name in schemas):
        hint = 'schemas = ["public", "graphql_public"]'
        raise SchemaError('"schemas" of [api] must be a list of names', source=path, hint=hint)
    return tuple(schemas) if api.get("enabled", True) else ()


def source_of_schemas(text: str, path: str) -> Source | str:
    """The line of `schemas` in the table [api]; the path alone where it has none."""
    found = SCHEMAS.search(text)
    return Source(path, text.count("\n", 0, found.end()) + 1) if found else path
