-- Names and texts that are markup to somebody.
CREATE SCHEMA "Sales & Co";
COMMENT ON SCHEMA "Sales & Co" IS '<script>alert(1)</script> # not a heading';
CREATE TYPE "Sales & Co"."Kind <b>" AS ENUM ('a`b', '<i>', 'x|y', '', '  ');
CREATE TABLE "Sales & Co"."Order | Items" (
    "id" integer PRIMARY KEY,
    "ID" integer,
    "Id|pipe" text DEFAULT 'a|b`c<d>',
    "a b.c" "Sales & Co"."Kind <b>",
    "`tick`" text,
    "columns" text,
    "__search" text,
    "select" text,
    "größe 🦊" text,
    "javascript:alert(1)" text,
    "{{ 7*7 }}" text,
    "[x](y)" text,
    "[[user_profiles.email]]" text,
    "a\b" text,
    "#" text,
    CONSTRAINT "weird & <check>" CHECK (("Id|pipe" <> '```')),
    CONSTRAINT "to self" FOREIGN KEY ("ID") REFERENCES "Sales & Co"."Order | Items" ("id")
);
COMMENT ON TABLE "Sales & Co"."Order | Items" IS E'# Heading\n\n- item\n* item\n1. item\n\n    code\n\n| a | b |\n|---|---|\n\n!!! note\n    text\n\n<b onclick="x">bold</b> <!-- comment --> [link](javascript:alert(1)) ![i](x)\n\n`code | pipe` and ``two`` and ` alone\n\n{: .x } {#id} {{ 7*7 }} {% raw %} :smile: $x$ ~~s~~ [^1] [TOC]\n===\n---';
COMMENT ON COLUMN "Sales & Co"."Order | Items"."ID" IS E'a | b\n\n`a|b` <td> \\ end \\';
CREATE INDEX "index ""quoted""" ON "Sales & Co"."Order | Items" ("Id|pipe", ("a b.c"::text || '|'));
CREATE FUNCTION "Sales & Co"."f(x)"("a|b" text DEFAULT '`|<b>') RETURNS trigger LANGUAGE plpgsql AS $_$
BEGIN
```
# not the end
````
  RETURN NEW; -- </code></pre><script>
END $_$;
CREATE TRIGGER "t *bold*" BEFORE INSERT ON "Sales & Co"."Order | Items" FOR EACH ROW EXECUTE FUNCTION "Sales & Co"."f(x)"('a`b');
ALTER TABLE "Sales & Co"."Order | Items" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "**p** <i>" ON "Sales & Co"."Order | Items" FOR SELECT TO "role|x" USING (("Id|pipe" = '`'));
CREATE VIEW "Sales & Co"."V#1" AS SELECT "ID", "Id|pipe" AS "x|y" FROM "Sales & Co"."Order | Items";
CREATE TABLE public.index (id integer);
CREATE TABLE public."Index" (id integer);
CREATE TABLE public.con (id integer);
GRANT SELECT ON "Sales & Co"."Order | Items" TO "role|x";
