"""Templates of the user's, in place of ours or of some of their blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from schemabook.errors import SchemaError
from schemabook.pages import pages, sandbox, site_pages
from schemabook.project.config import load
from schemabook.project.inputs import load_book, paths

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


def refused(made: Made, folder: Path, **templates: str) -> str:
    """What is said of a template that cannot be used; its line, too, unless Python refuses all of it."""
    with pytest.raises(SchemaError) as raised:
        made(**templates)
    assert re.match(rf"{re.escape(str(folder))}/templates/\w+\.md\.j2(:\d+)?: ", str(raised.value))
    return str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''['__class__'] }}",
        "{{ '' | attr('__class__') }}",
        "{{ '{0.__class__}'.format('') }}",
        "{{ '{x.__class__}'.format_map({'x': ''}) }}",
        "{{ ['{0.__class__.__mro__}'] | map('format', '') | first }}{{ ''.__class__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ name.__init__.__globals__ }}",
        "{{ (name | code).__html__.__func__.__globals__ }}",
        "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
        "{{ columns.append(1) }}",
        "{{ columns.clear() }}",
        "{{ {'a': 1}.update(b=2) }}",
        "{{ [name] | map(attribute='__class__') | list | first }}",
        "{{ [''] | sort(attribute='__class__.__mro__') }}",
        "{{ lipsum() }}",
        "{{ [1] | random }}",
        "{{ import('os') }}",
        "{{ open('/etc/passwd') }}",
        "{% include '/etc/passwd' %}",
        "{% include '../schema.sql' %}",
        "{% include '../../../../../../etc/passwd' %}",
        "{% import 'os' as os %}",
    ],
)
def test_a_template_reaches_no_python_no_file_and_changes_nothing(
    made: Made, tmp_path: Path, text: str
) -> None:
    refused(made, tmp_path, relation=text)


DOUBLING = "{% set ns = namespace(a='x' * 1000) %}{% for i in range(40) %}{% set ns.a = BODY %}{% endfor %}"


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "{% for a in range(999999) %}{% endfor %}",
        "{{ 'x' * 10 ** 10 }}",
        "{{ 10 ** 10 * 'x' }}",
        "{{ ['x'] * 10 ** 10 }}",
        "{{ (['x' * 9999] * 9999) | join }}",
        "{{ '-'.join(['x' * 9999] * 9999) }}",
        "{{ ('x' * 99999).replace('x', 'y' * 99999) }}",
        "{{ ('x' * 99999) | replace('x', 'y' * 99999) }}",
        "{{ 9 ** 9 ** 9 ** 9 ** 9 }}",
        "{{ 9 ** 99999999 }}",
        "{% set ns = namespace(n=9) %}{% for i in range(99) %}{% set ns.n = ns.n * ns.n %}{% endfor %}",
        "{{ '%9999999999d' % 1 }}",
        "{{ '%*d' % (9999999999, 1) }}",
        "{{ '%9999999999d' | format(1) }}",
        "{{ 'x'.ljust(10 ** 10) }}",
        "{{ 'x' | center(10 ** 10) }}",
        "{{ 'x\nx' | indent(10 ** 10, true) }}",
        "{{ 'x'.expandtabs(10 ** 10) * 9 }}{{ 'x\tx'.expandtabs(10 ** 10) }}",
        "{{ '1'.zfill(10 ** 10) }}",
        "{{ [1] | batch(10 ** 10, 'x') | list }}",
        DOUBLING.replace("BODY", "ns.a + ns.a"),
        DOUBLING.replace("BODY", "ns.a ~ ns.a"),
        DOUBLING.replace("BODY", "ns.a.join([ns.a, ns.a])"),
        DOUBLING.replace("BODY", "[ns.a, ns.a] | join"),
        DOUBLING.replace("{% set ns.a = BODY %}", "{% set ns.a %}{{ ns.a }}{{ ns.a }}{% endset %}"),
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        "{% for a in [1] recursive %}{% for b in range(9999) %}{{ loop.index }}{% endfor %}"
        "{{ loop([1, 1]) }}{% endfor %}",
        "{% include 'relation.md.j2' %}{% include 'relation.md.j2' %}",
        "{% extends 'relation.md.j2' %}",
        "{% block a %}{{ self.a() }}{{ self.a() }}{% endblock %}",
        "{% set x %}" + "x" * 9999 + "{% endset %}{% for a in range(99999) %}{{ x }}{% endfor %}",
        "{% set x %}{% for a in range(99999) %}" + "x" * 9999 + "{% endfor %}{% endset %}",
        "{% macro m() %}"
        + "x" * 9999
        + "{% endmacro %}{% for a in range(99999) %}{% set y = m() %}{% endfor %}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ " + "-" * 5000 + "1 }}",
        "{% if 1 %}" * 200 + "{% endif %}" * 200,
        "{% for a in [1] %}" * 40 + "{% endfor %}" * 40,
        "x" * 1_000_001,
    ],
)
def test_a_template_ends_and_fills_no_memory(
    made: Made, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "MOST_STEPS", 50_000)
    monkeypatch.setattr(sandbox, "MOST_TEXT", 1_000_000)
    monkeypatch.setattr(sandbox, "MOST_MADE", 1_000_000)
    refused(made, tmp_path, relation=text)


def test_a_template_that_is_no_text_is_named_with_its_line(made: Made, tmp_path: Path) -> None:
    made(relation="x")
    (tmp_path / "templates" / "schema.md.j2").write_bytes(b"a\nb\n\xff\n")
    with pytest.raises(SchemaError) as raised:
        pages(load_book(load(tmp_path / "schemabook.yml")))
    place = tmp_path / "templates" / "schema.md.j2"
    assert str(raised.value) == f"{place}:3: the template is not UTF-8 text\nhint: save it as UTF-8"


def test_a_template_is_no_link_to_a_file_elsewhere(made: Made, tmp_path: Path) -> None:
    made(relation="x")
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (tmp_path / "templates" / "schema.md.j2").symlink_to(secret)
    with pytest.raises(SchemaError, match="the template is a link out of its folder"):
        pages(load_book(load(tmp_path / "schemabook.yml")))


def test_our_own_templates_work_in_the_sandbox(tmp_path: Path) -> None:
    sql = (Path(__file__).parent / "hidden.sql").read_text("utf-8")
    (tmp_path / "schema.sql").write_text(sql)
    (tmp_path / "templates").mkdir()
    settings = tmp_path / "schemabook.yml"
    settings.write_text("dumps: [schema.sql]\n")
    without = site_pages(load_book(load(settings)))
    settings.write_text("dumps: [schema.sql]\ntemplates: templates\n")
    assert site_pages(load_book(load(settings))) == without


def test_a_missing_folder_of_templates_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "schemabook.yml").write_text("dumps: [schema.sql]\ntemplates: nowhere\n")
    with pytest.raises(SchemaError, match="there is no such folder of templates"):
        load_book(load(tmp_path / "schemabook.yml"))


def test_serve_watches_the_templates(made: Made, tmp_path: Path) -> None:
    made(relation="x")
    assert tmp_path / "templates" / "relation.md.j2" in paths(load(tmp_path / "schemabook.yml"))
