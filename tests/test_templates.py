"""Templates of the user's, in place of ours or of some of their blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from schemabook.config import load
from schemabook.errors import SchemaError
from schemabook.inputs import load_book, paths
from schemabook.pages import pages

Made = Callable[..., Mapping[str, str]]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """The pages of a small schema with these templates."""

    def make(**templates: str) -> Mapping[str, str]:
        folder = tmp_path / "templates"
        folder.mkdir()
        (tmp_path / "schema.sql").write_text("CREATE TABLE t (a int); GRANT SELECT ON t TO PUBLIC;")
        (tmp_path / "schemabook.yml").write_text("dumps: [schema.sql]\ntemplates: templates\n")
        for name, text in templates.items():
            (folder / f"{name}.md.j2").write_text(text)
        return pages(load_book(load(tmp_path / "schemabook.yml")))

    return make


def test_a_block_is_replaced_and_the_others_stay(made: Made) -> None:
    page = made(
        relation="""{% extends "schemabook/relation.md.j2" %}
{% block notes %}
{{ super() }}
Questions about {{ name | code }} or {{ "<b>" }}? Ask the data team.

{% endblock %}
{% block privileges %}
{% endblock %}
"""
    )["public/tables/t.md"]
    assert "\n\nQuestions about `public.t` or &lt;b&gt;? Ask the data team.\n\n## Columns\n" in page
    assert "## Privileges" not in page


def test_a_whole_template_is_replaced(made: Made) -> None:
    assert made(relation="# {{ name }}\n")["public/tables/t.md"] == "# public.t\n"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\n{% block %}", 2, "expected token 'name'"),
        ("\n\n{{ nothing }}", 3, "'nothing' is undefined"),
        ("{{ 1 / 0 }}", 1, "division by zero"),
        ('{% extends "other.md.j2" %}', 1, "other.md.j2"),
        ("{{ name | shout }}", 1, "No filter named 'shout'"),
    ],
)
def test_a_template_that_cannot_be_used_is_named_with_its_line(
    made: Made, tmp_path: Path, text: str, line: int, message: str
) -> None:
    with pytest.raises(SchemaError, match="the template cannot be used") as raised:
        made(relation=text)
    assert str(raised.value).startswith(f"{tmp_path / 'templates' / 'relation.md.j2'}:{line}: ")
    assert message in str(raised.value)


def test_a_missing_folder_of_templates_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "schemabook.yml").write_text("dumps: [schema.sql]\ntemplates: nowhere\n")
    with pytest.raises(SchemaError, match="there is no such folder of templates"):
        load_book(load(tmp_path / "schemabook.yml"))


def test_serve_watches_the_templates(made: Made, tmp_path: Path) -> None:
    made(relation="x")
    assert tmp_path / "templates" / "relation.md.j2" in paths(load(tmp_path / "schemabook.yml"))
