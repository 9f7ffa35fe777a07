"""What roles may do with the rows of a relation, in words: from the cells of the access matrix."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from schemabook.access.cells import WITH_CHECK, Act, Cell, Word
from schemabook.access.column import column_cells
from schemabook.access.idioms import OWN, idiom
from schemabook.access.policies import decisive
from schemabook.access.roles import DATA_API
from schemabook.access.words import Idiom, Rows
from schemabook.model import (
    ColumnName,
    Command,
    Name,
    ObjectId,
    ObjectKind,
    Policy,
    Relation,
    RelationKind,
)
from schemabook.pages.links import Links, part_anchor, relation_page
from schemabook.pages.markdown import Markdown, link, text
from schemabook.pages.places import is_shown
from schemabook.pages.security import rows_words
from schemabook.pages.tables import Row, Table
from schemabook.pages.wording import codes, count, listed

Cells = Mapping[Act, Cell]
NOTHING = frozenset({Word.NO_GRANT, Word.NO_ROWS, Word.NOT_UPDATABLE})
VERBS = {Act.SELECT: "reads", Act.INSERT: "inserts", Act.UPDATE: "updates", Act.DELETE: "deletes"}
"""What is told at a glance: the most that a command reaches."""
CHANGES = ["inserts", "updates", "deletes"]
SHORT = {Word.BYPASSES: "all rows", Word.UNKNOWN: "maybe some rows", Word.ERROR: "nothing, as it fails"}
PLAIN = (Act.SELECT, Act.INSERT, Act.UPDATE, Act.DELETE, Act.TRUNCATE)
"""The columns of a table of cells; beside UPDATE and DELETE stands where a WHERE makes a difference."""
WITH_WHERE = {Act.UPDATE: Act.UPDATE_WHERE, Act.DELETE: Act.DELETE_WHERE}
CAST = re.compile(r"::[\w.\" ]+(?:\[\])?(?=$|[\s)=<>,])")
LONGEST = 60
"""Of a condition that is told beside others."""
MOST_NAMES = 4
ANY = "any row"
MOST_PHRASES = 4
"""How many different answers the line at a glance gives."""


class Alike(NamedTuple):
    """Roles for which the same holds."""

    roles: list[str]
    cells: Cells


class AccessWords:
    """The cells of relations, on one page."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.database = links.database
        self.alike = cache(self._alike)
        self._policies = cache(self._deciding)

    def glance(self, relation: Relation, column: str = "") -> Markdown:
        """`anon`: nothing · `authenticated`: own rows; of those who do not own the relation.

        Or the same of one *column*, which nobody deletes or truncates.
        """
        found: dict[str, list[str]] = defaultdict(list)
        for roles, cells in self.alike(relation.name):
            for role in roles:
                told = self._of_column(role, ColumnName(relation.name, column)) if column else cells
                if role in DATA_API or (role != relation.owner and not _is_nothing(told)):
                    found[self.summary(relation, told, is_brief=not column)].append(role)
        shown = [f"{codes(tuple(roles))}: {words}" for words, roles in found.items()]
        if further := shown[MOST_PHRASES:]:
            shown[MOST_PHRASES:] = [f"and {count(len(further), 'other answer')}"]
        return Markdown(" · ".join(shown))

    def _of_column(self, role: str, column: ColumnName) -> Cells:
        return column_cells(self.links.book.matrix, role, column)

    def of_columns(self, relation: Relation) -> Mapping[str, Markdown]:
        """The same for each column, where somebody has a privilege on some columns only."""
        cells = self.links.book.access[relation.name].values()
        if all(cell.rows is None for by_act in cells for cell in by_act.values()):
            return {}
        names = (column.name for column in self.database.columns_of(relation.name))
        return {name: self.glance(relation, name) for name in names}

    def summary(self, relation: Relation, cells: Cells, *, is_brief: bool = False) -> str:
        """What a role does with the rows: `all rows`, `reads all rows, updates own rows (user_id)`.

        *is_brief*: without what makes rows a user's own.
        """
        verbs = {act: verb for act, verb in VERBS.items() if act in cells}
        found: dict[str, list[Markdown]] = defaultdict(list)
        for act, verb in verbs.items():
            if words := self._short(relation, act, cells[act], is_brief):
                found[words].append(Markdown(verb))
        if sum(map(len, found.values())) == len(verbs) and len(set(found) - {ANY}) == 1:
            said = next(words for words in found if words != ANY)
        else:
            said = ", ".join(
                f"{'changes' if of == CHANGES else listed(of)} {words}" for words, of in found.items()
            )
        if Act.TRUNCATE in cells and cells[Act.TRUNCATE].word is Word.ALL and said != Word.ALL:
            return f"{said or 'no rows'}, may truncate"
        return said or "nothing"

    def section(self, relation: Relation) -> tuple[Table, Markdown]:
        """A row for all roles with the same cells; and in words the roles without any privilege."""
        acts = [act for act in PLAIN if self._is_possible(relation, act)]
        rows: dict[Row, list[str]] = defaultdict(list)
        without: dict[str, list[Markdown]] = defaultdict(list)
        for roles, cells in self.alike(relation.name):
            if all(cells[act].word is Word.NO_GRANT for act in PLAIN):
                lacks = "No usage of the schema" if _lacks_usage(cells) else "No privilege"
                without[lacks] += map(self.links.role, roles)
            else:
                rows[tuple(self.cell(relation, act, cells) for act in acts)] += roles
        head = ("Role", *(act.value.capitalize() for act in acts))
        shown: list[Row] = [(self._roles(roles, relation), *cells) for cells, roles in rows.items()]
        lacking = " ".join(f"{what}: {listed(roles)}." for what, roles in sorted(without.items()))
        return Table(Markdown(""), head, shown), Markdown(lacking)

    def _alike(self, name: Name) -> list[Alike]:
        """The roles with the same cells on a relation, those of the Data API first."""
        found: dict[tuple[object, ...], Alike] = {}
        for role, cells in self.links.book.access[name].items():
            if role in self.links.book.role_names:  # Of the platform's own the input says nothing.
                found.setdefault(_said(cells), Alike([], cells)).roles.append(role)
        return list(found.values())

    def cell(self, relation: Relation, act: Act, cells: Cells) -> Markdown:
        """What a role may do with a command, with what a WHERE changes and what new rows must be."""
        cell = cells[act]
        found = [words := self.phrase(relation, act, cell)]
        if act in WITH_WHERE and cell.word is not Word.NO_GRANT:
            found += self._where(relation, act, cells)
        if act is Act.UPDATE and cell.reached in (Word.FILTERED, Word.ALL):
            new = self.phrase(relation, Act.UPDATE_CHECK, cells[Act.UPDATE_CHECK])
            if new not in (words, ANY if cell.word is Word.ALL else ""):
                found.append(Markdown(f"new rows: {new}"))
        return Markdown("<br>".join(found))

    def _where(self, relation: Relation, act: Act, cells: Cells) -> Iterator[Markdown]:
        """What a WHERE changes, which reads columns and so needs SELECT and its policies as well."""
        cell, where, select = cells[act], cells[WITH_WHERE[act]], cells[Act.SELECT]
        if where.word is Word.NO_GRANT:
            yield Markdown("with `WHERE`: no grant for SELECT")
        elif where.reached is Word.FILTERED and cell.reached is Word.ALL:
            yield Markdown(f"with `WHERE`: {self.phrase(relation, Act.SELECT, select)}")
        elif (where.word, where.rows) != (cell.word, cell.rows):
            yield Markdown(f"with `WHERE`: {self.phrase(relation, WITH_WHERE[act], where)}")
        elif where.reached is Word.FILTERED and select.reached is Word.FILTERED:
            readable = {
                self.idiom(policy, Act.SELECT) for policy in self.policies(relation, Act.SELECT, select)
            }
            if not readable.issuperset(self.idiom(p, act) for p in self.policies(relation, act, cell)):
                yield Markdown("with `WHERE`: of these what it may read")

    def phrase(self, relation: Relation, act: Act, cell: Cell) -> Markdown:
        """A cell in words, linked to what makes it."""
        if cell.word is Word.COLUMNS:
            names = cell.columns
            shown = codes(names)
            if len(names) > MOST_NAMES:
                shown = link(f"{len(names)} columns", self._url(relation, "privileges"))
            inner = cell._replace(word=cell.rows or Word.UNKNOWN)
            return Markdown(f"{shown}: {self.phrase(relation, act, inner)}")
        if cell.word is Word.FILTERED:
            return self._filtered(relation, act, cell)
        if act in WITH_CHECK and cell.word in (Word.ALL, Word.NO_ROWS):
            return Markdown(ANY if cell.word is Word.ALL else "no row")
        if cell.word is Word.BYPASSES and relation.is_view:
            return Markdown("all rows, past row security")
        if cell.word in (Word.ERROR, Word.UNKNOWN):
            return Markdown(f"**{cell.word}**{self._why(cell)}")
        return Markdown(cell.word.value)

    def by_phrase(self, relation: Relation, cells: Cells) -> Iterator[Markdown]:
        """`select, update: own rows (user_id)`: what a role may do with a relation, for its own page."""
        found: dict[Markdown, list[str]] = defaultdict(list)
        for act in PLAIN:
            if cells[act].word not in (Word.NO_GRANT, Word.NOT_UPDATABLE):
                found[self.cell(relation, act, cells)].append(act.value)
        if not found:
            yield Markdown(f"nothing{self._why(cells[Act.SELECT])}")
        yield from (Markdown(f"{', '.join(acts)}: {words}") for words, acts in found.items())

    def _why(self, cell: Cell) -> str:
        """The last step, unless it is about what is not shown."""
        on, words = cell.because[-1]
        return f": {text(words)}" if is_shown(self.links.book, on) else ""

    def _short(self, relation: Relation, act: Act, cell: Cell, is_brief: bool) -> str:
        word = cell.reached
        if word in NOTHING:
            return ""
        if word is Word.FILTERED:
            own = self.policies(relation, act, cell)
            shown = self._rows(own[0], act, is_brief) if len(own) == 1 and own[0].permissive else "some rows"
        elif act in WITH_CHECK and word is Word.ALL:
            shown = ANY
        else:
            shown = SHORT.get(word, word.value)
        return f"{shown} of {count(len(cell.columns), 'column')}" if cell.rows else shown

    def _filtered(self, relation: Relation, act: Act, cell: Cell) -> Markdown:
        """Which rows the policies leave; those of other relations are told there."""
        own = self.policies(relation, act, cell)
        if not own:
            others = {on.name for on in _made_by(cell)} & self.database.relations.keys() - {relation.name}
            shown = listed([self.links.relation(name) for name in sorted(others)])
            of = shown if len(others) <= MOST_NAMES else count(len(others), "table")
            return Markdown(f"some rows, by the policies of {of}" if others else "some rows")
        permissive = [self._linked(policy, act) for policy in own if policy.permissive]
        limits = [self.links.policy(policy) for policy in own if not policy.permissive]
        words = " or ".join(dict.fromkeys(permissive))
        if not permissive:
            return Markdown(f"what {listed(limits)} lets through")
        return Markdown(f"{words}, narrowed by {listed(limits)}" if limits else words)

    def policies(self, relation: Relation, act: Act, cell: Cell) -> list[Policy]:
        """The policies of the relation for the command itself, but for those that change nothing."""
        return self._policies(relation.name, act, _made_by(cell))

    def _deciding(self, relation: Name, act: Act, made_by: tuple[ObjectId, ...]) -> list[Policy]:
        return [
            policy
            for policy in self.database.policies_of(relation)
            if ObjectId(ObjectKind.POLICY, policy.relation, policy.name) in made_by
            and policy.command in (Command.ALL, act.command)
            and self.idiom(policy, act).rows is not (Rows.NONE if policy.permissive else Rows.ALL)
        ]

    def are_own(self, relation: Relation, act: Act, cells: Cells) -> list[bool]:
        """For each policy that permits rows of a command, whether these are a user's own."""
        if cells[act].reached is not Word.FILTERED:
            return []
        found = self.policies(relation, act, cells[act])
        return [self.idiom(policy, act).rows in OWN for policy in found if policy.permissive]

    def idiom(self, policy: Policy, act: Act) -> Idiom:
        """The form of the clause that counts for a command."""
        return idiom(decisive(policy, is_check=act in WITH_CHECK), policy.relation, self.database)

    def _linked(self, policy: Policy, act: Act) -> Markdown:
        relation = self.database.relations[policy.relation]
        return link(self._rows(policy, act), self._url(relation, part_anchor(ObjectKind.POLICY, policy.name)))

    def _url(self, relation: Relation, anchor: str) -> str:
        return self.links.url(relation_page(relation), anchor)

    def _rows(self, policy: Policy, act: Act, is_brief: bool = False) -> Markdown:
        """The rows of a policy where few words say it; the expression stands at the policy."""
        found = self.idiom(policy, act)
        if is_brief and found.rows is Rows.OWN:
            return Markdown("own rows")
        if found.rows is Rows.CONDITIONAL:
            found = found._replace(by=CAST.sub("", found.by))
        is_short = found.rows is not Rows.CUSTOM and len(found.by) <= LONGEST
        return Markdown(rows_words(found) if is_short else "some rows")

    def _roles(self, roles: list[str], relation: Relation) -> Markdown:
        shown = [f"{self.links.role(role)}{' (owner)' if role == relation.owner else ''}" for role in roles]
        return Markdown("<br>".join(shown))

    def _is_possible(self, relation: Relation, act: Act) -> bool:
        """Whether the command exists for the relation."""
        if relation.kind is RelationKind.MATERIALIZED_VIEW:
            return act is Act.SELECT
        return act is not Act.TRUNCATE or not relation.is_view


def _is_nothing(cells: Cells) -> bool:
    return all(cells[act].word in NOTHING for act in PLAIN if act in cells)


def _said(cells: Cells) -> tuple[object, ...]:
    """What cells say of the rows; how a role comes to a privilege is told on its page."""
    said = ((cell.word, cell.columns, cell.rows, *_made_by(cell)) for cell in cells.values())
    return _lacks_usage(cells), *said


def _lacks_usage(cells: Cells) -> bool:
    """Whether the role does not even have usage of the schema."""
    cell = cells[Act.SELECT]
    return cell.word is Word.NO_GRANT and cell.because[-1].object.kind is ObjectKind.SCHEMA


def _made_by(cell: Cell) -> tuple[ObjectId, ...]:
    return tuple(step.object for step in cell.because if step.object.kind is ObjectKind.POLICY)
