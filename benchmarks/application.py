"""A schema of any size with names as people give them, the same for the same size: what pg_dump prints of it.

Tables are called after a thing and a part of it (`order_items`), now and then in camelCase; names repeat
in other schemas, columns repeat everywhere, and comments are sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

THINGS = """account address article asset audit_log badge basket booking brand campaign carrier cart
category channel chapter claim client comment company contact contract coupon course customer dashboard
delivery device discount document draft email employee event export feature feed file folder forecast
goal grant group image import incident integration inventory invoice issue job journal label language
layout lead lesson license list loan location machine mandate market medium member mention message
metric milestone mission model module notification offer order organization page parcel partner payment
payout permission person phone photo plan player policy post price product profile project promotion
prompt question queue quota quote reaction receipt refund region release reminder report request
reservation resource review reward route rule schedule score season seat segment sensor server session
shift shipment signal site snapshot sponsor stage station store story subscription supplier survey tag
target task tax team template tenant test ticket token topic transfer trip user vehicle vendor version
video visit voucher wallet warehouse webhook widget workflow workspace""".split()
PARTS = """attachment attempt balance batch blacklist bookmark change check comment condition contact
counter decision default detail dimension entry error event exception export favorite flag grant history
hold invitation item key kind limit line link lock log mapping measurement member note option override
owner parameter participant period preference property rating reason record rejection relation reminder
result revision role sample schedule setting share snapshot source state statistic step summary tag
template threshold total transition translation type usage value variant view vote""".split()
QUALIFIERS = """archived daily default deleted expected external failed hourly initial internal latest
manual monthly nested pending primary public remote scheduled shared suggested temporary verified
weekly""".split()
ADJECTIVES = """average billing current default display estimated external final first former hidden
home internal last legal local lowest maximum minimum native next original parent preferred previous
primary public quoted raw remaining secondary shipping short total unit valid visible""".split()
NOUNS = """address amount balance capacity city color code comment contact content count country
currency deadline depth description discount duration email format frequency hash height language
latitude length level link locale longitude message name note number password path percentage phone
picture position postcode price priority quantity rank rate reason reference score secret size slug
source state status street summary tax temperature text title token url value version volume weight
width zone""".split()
VERBS = """archive assign calculate cancel clone close confirm convert count create delete enqueue
expire export find import list lock merge move notify publish purge recalculate refresh reject release
rename reopen reset resolve restore schedule search send split start stop sync transfer unlock validate
verify""".split()
LABELS = """accepted active approved assigned blocked cancelled closed completed confirmed created
declined delayed delivered disabled dismissed draft enabled escalated expired failed finished granted
hidden ignored inactive invited locked merged missing muted new open overdue paid paused pending planned
posted processing published queued ready rejected released resolved retired returned reversed revoked
running scheduled sent shipped skipped stale started stopped submitted suspended unknown verified
waiting withdrawn""".split()
SUBJECTS = """clerk customer accountant importer scheduler operator supplier auditor courier moderator
teacher visitor gateway robot manager assistant planner broker mechanic librarian""".split()
ACTIONS = """accepts adjusts approves archives calculates checks chooses compares corrects counts
describes estimates forwards guesses measures merges observes orders prints promises publishes receives
rejects rounds sends signs sorts suggests translates weighs""".split()
WHEN = """after the yearly inventory, before the doors open, during a migration, when the budget is
spent, while nobody is logged in, until the contract ends, unless a holiday intervenes, as long as the
warranty lasts, once the parcel has left, because the law demands it, although the partner disagrees,
whenever the weather turns, if the bank hesitates, before midnight in Lisbon, after three reminders,
without asking twice, on the second Tuesday, when the printer is empty, after the harvest, while the
ferry is delayed""".replace("\n", " ").split(", ")
SCHEMAS = ("public", "public", "public", "public", "billing", "auth", "audit", "analytics")
TYPES = ("text", "integer", "boolean", "timestamp with time zone", "numeric(12,2)", "jsonb", "uuid", "date")
HEAD = "SET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n"


def application(tables: int, columns: int = 15) -> str:
    """The SQL of so many tables with so many columns, with what belongs to them."""
    random = Random(tables)
    schemas = "".join(f"CREATE SCHEMA {schema};\n" for schema in dict.fromkeys(SCHEMAS) if schema != "public")
    names = _names(random, tables)
    statements = (s for n in range(tables) for s in _table(random, names, n, columns))
    return HEAD + schemas + "\n".join(statements) + "\n"


def _names(random: Random, tables: int) -> list[str]:
    """Qualified names: things, their parts, and now and then with a qualifier; some are quoted."""
    pairs = [f"{thing}_{_plural(part)}" for thing, part in product(THINGS, PARTS) if thing != part]
    qualified = [f"{word}_{_plural(thing)}" for word, thing in product(QUALIFIERS, THINGS)]
    words = [_plural(thing) for thing in THINGS]
    chosen = words[: tables // 4]
    chosen += random.sample(qualified, (tables - len(chosen)) // 4)
    chosen += random.sample(pairs, tables - len(chosen))
    names = dict.fromkeys(f"{random.choice(SCHEMAS)}.{_spelled(random, name)}" for name in chosen)
    for name in random.sample(chosen, tables):
        if len(names) == tables:
            break
        names.setdefault(f"{random.choice(SCHEMAS)}.{name}")
    return list(names)


def _spelled(random: Random, name: str) -> str:
    """The name, one of twenty in quotes: `"OrderItems"`."""
    if random.random() > 0.05:
        return name
    return '"' + "".join(word.capitalize() for word in name.split("_")) + '"'


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


def _table(random: Random, names: list[str], number: int, columns: int) -> Iterator[str]:
    """The statements of one table, in the words of pg_dump."""
    name = names[number]
    bare = name.partition(".")[2].strip('"')
    target = names[int(number * random.random() ** 2)]
    key = f"{target.partition('.')[2].strip(chr(34)).lower()}_id"
    own = dict.fromkeys(["id", "created_at", "updated_at", key])
    while len(own) < columns:
        own.setdefault(f"{random.choice(ADJECTIVES)}_{random.choice(NOUNS)}")
    defined = ",\n".join(f"    {column} {_type(column, random)}" for column in own)
    yield f"CREATE TABLE {name} (\n{defined}\n);"
    yield f"COMMENT ON TABLE {name} IS '{_sentence(random)}';"
    for column in own:
        if random.random() < 0.4:
            yield f"COMMENT ON COLUMN {name}.{column} IS '{_sentence(random)}';"
    yield f'ALTER TABLE ONLY {name}\n    ADD CONSTRAINT "{bare}_pkey" PRIMARY KEY (id);'
    if number:
        yield (
            f'ALTER TABLE ONLY {name}\n    ADD CONSTRAINT "{bare}_{key}_fkey" FOREIGN KEY ({key})'
            f" REFERENCES {target}(id) ON DELETE CASCADE;"
        )
    yield f'CREATE INDEX "{bare}_created_at_idx" ON {name} USING btree (created_at);'
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;"
    who = random.choice(SUBJECTS).capitalize()
    owns = f"{key} = ( SELECT auth.uid() AS uid)"
    yield f'CREATE POLICY "{who}s read {bare}" ON {name} FOR SELECT USING (({owns}));'
    if number % 4 == 0:
        yield from _beside(random, name, bare)


def _beside(random: Random, name: str, bare: str) -> Iterator[str]:
    """A function, an enum and a view, as one of four tables has them."""
    schema = name.partition(".")[0]
    labels = ", ".join(f"'{label}'" for label in random.sample(LABELS, 5))
    thing = bare.lower()
    yield f"CREATE TYPE {schema}.{thing}_{random.choice(('status', 'kind', 'state'))} AS ENUM ({labels});"
    yield (
        f"CREATE FUNCTION {schema}.{random.choice(VERBS)}_{thing}(p_id bigint) RETURNS bigint"
        " LANGUAGE sql STABLE AS $$ select p_id $$;"
    )
    word = random.choice(("active", "recent", "open"))
    yield f"CREATE VIEW {schema}.{word}_{thing} AS\n SELECT t.id\n   FROM {name} t;"


def _type(column: str, random: Random) -> str:
    if column == "id":
        return "bigint NOT NULL"
    if column.endswith("_id"):
        return "bigint"
    return "timestamp with time zone" if column.endswith("_at") else random.choice(TYPES)


def _sentence(random: Random) -> str:
    """`The accountant rounds the shipping price of a parcel before midnight in Lisbon.`"""
    thing = random.choice(THINGS).replace("_", " ")
    what = f"{random.choice(ADJECTIVES)} {random.choice(NOUNS)} of a {thing}"
    return f"The {random.choice(SUBJECTS)} {random.choice(ACTIONS)} the {what} {random.choice(WHEN)}."
