"""`supabase/config.toml`: which schemas the Data API exposes."""

from __future__ import annotations

import pytest

from schemabook.errors import SchemaError
from schemabook.project.supabase import exposed_schemas


def test_the_schemas_of_the_api_are_exposed() -> None:
    assert exposed_schemas('[api]\nschemas = ["public", "api"]\n', "c.toml") == ("public", "api")


def test_without_a_list_supabase_exposes_public() -> None:
    assert exposed_schemas('project_id = "x"\n', "c.toml") == ("public", "graphql_public")


def test_a_disabled_api_exposes_nothing() -> None:
    assert exposed_schemas('[api]\nenabled = false\nschemas = ["public"]\n', "c.toml") == ()


def test_broken_toml_is_an_error_at_its_line() -> None:
    with pytest.raises(SchemaError) as caught:
        exposed_schemas("[api]\nschemas = [", "c.toml")
    assert str(caught.value).startswith("c.toml:2: this is no TOML: ")


def test_schemas_that_are_no_list_are_an_error() -> None:
    with pytest.raises(SchemaError, match="must be a list of names"):
        exposed_schemas('[api]\nschemas = "public"\n', "c.toml")
