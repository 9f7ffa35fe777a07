-- Names of `zz_gone` are nowhere on the site; those of `zz_needed` are there because what is visible needs them.
CREATE SCHEMA zz_gone;
CREATE SCHEMA zz_s;
COMMENT ON SCHEMA zz_gone IS 'About zz_gone.';
CREATE EXTENSION pgcrypto WITH SCHEMA zz_gone;
CREATE ROLE anon;
ALTER ROLE authenticator SET pgrst.db_schemas TO 'public, zz_gone';

-- In a schema that goes as a whole, and in one that stays
CREATE TYPE zz_gone.zz_gone_e AS ENUM ('zz_gone_label');
CREATE TYPE zz_s.zz_gone_e AS ENUM ('zz_gone_label');
CREATE DOMAIN zz_s.zz_gone_d AS text CHECK (VALUE <> 'zz_gone');
CREATE TYPE zz_s.zz_gone_r AS RANGE (SUBTYPE = integer);
CREATE TYPE zz_s.zz_gone_c AS (zz_gone_a integer);
CREATE SEQUENCE zz_s.zz_gone_q;
CREATE TABLE zz_gone.zz_gone_t (zz_gone_id integer PRIMARY KEY, zz_gone_x text UNIQUE);
CREATE TABLE zz_s.zz_gone_t (
    zz_gone_id serial PRIMARY KEY, zz_gone_e zz_s.zz_gone_e DEFAULT 'zz_gone_label', CONSTRAINT zz_gone_check CHECK (zz_gone_id > 0)
);
CREATE TABLE public.zz_gone_t (id integer PRIMARY KEY, zz_gone_x integer);
CREATE INDEX zz_gone_i ON zz_s.zz_gone_t (zz_gone_e) WHERE zz_gone_id > 1;
COMMENT ON TABLE zz_s.zz_gone_t IS 'About zz_gone.';
COMMENT ON COLUMN zz_s.zz_gone_t.zz_gone_e IS 'About zz_gone.';
CREATE FUNCTION zz_s.zz_gone_f(zz_gone_arg integer) RETURNS integer LANGUAGE sql AS 'SELECT 1 -- zz_gone';
CREATE FUNCTION zz_s.zz_gone_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE PROCEDURE zz_gone.zz_gone_p() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE zz_s.zz_gone_agg (integer) (SFUNC = int4pl, STYPE = integer);
CREATE VIEW zz_s.zz_gone_v AS SELECT zz_gone_id FROM zz_s.zz_gone_t;
CREATE MATERIALIZED VIEW zz_s.zz_gone_m AS SELECT zz_gone_id FROM zz_s.zz_gone_t;
CREATE TRIGGER zz_gone_tr BEFORE INSERT ON zz_s.zz_gone_t FOR EACH ROW EXECUTE FUNCTION zz_s.zz_gone_trigger();
ALTER TABLE zz_s.zz_gone_t ENABLE ROW LEVEL SECURITY;
CREATE POLICY zz_gone_policy ON zz_s.zz_gone_t USING (zz_gone_id = 1);
CREATE RULE zz_gone_rule AS ON DELETE TO zz_s.zz_gone_t DO INSTEAD NOTHING;
CREATE STATISTICS zz_s.zz_gone_stats ON zz_gone_id, zz_gone_e FROM zz_s.zz_gone_t;
CREATE FOREIGN DATA WRAPPER wrapper;
CREATE SERVER server FOREIGN DATA WRAPPER wrapper;
CREATE FOREIGN TABLE zz_s.zz_gone_foreign (zz_gone_id integer) SERVER server;
CREATE COLLATION zz_s.zz_gone_collation (provider = libc, locale = 'C');
CREATE TEXT SEARCH CONFIGURATION zz_s.zz_gone_search (COPY = english);
CREATE TEXT SEARCH DICTIONARY zz_gone.zz_gone_dictionary (TEMPLATE = simple);
CREATE CONVERSION zz_s.zz_gone_conversion FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE FUNCTION zz_s.zz_gone_same(zz_s.zz_gone_c, zz_s.zz_gone_c) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR zz_gone.=== (LEFTARG = zz_s.zz_gone_c, RIGHTARG = zz_s.zz_gone_c, FUNCTION = zz_s.zz_gone_same);
CREATE OPERATOR public.=== (LEFTARG = zz_s.zz_gone_c, RIGHTARG = zz_s.zz_gone_c, FUNCTION = zz_s.zz_gone_same);
CREATE OPERATOR FAMILY zz_s.zz_gone_family USING btree;
CREATE OPERATOR CLASS zz_s.zz_gone_ops FOR TYPE zz_s.zz_gone_c USING hash AS OPERATOR 1 zz_gone.===;
CREATE FUNCTION zz_s.zz_gone_text(zz_s.zz_gone_c) RETURNS text LANGUAGE sql AS 'SELECT NULL';
CREATE CAST (zz_s.zz_gone_c AS text) WITH FUNCTION zz_s.zz_gone_text(zz_s.zz_gone_c);
GRANT SELECT (zz_gone_id) ON zz_s.zz_gone_t TO anon;
GRANT ALL ON ALL TABLES IN SCHEMA zz_gone TO anon;
GRANT EXECUTE ON FUNCTION zz_s.zz_gone_f(integer) TO anon;
GRANT USAGE ON TYPE zz_s.zz_gone_e TO anon;
GRANT USAGE ON SCHEMA zz_gone TO anon;
ALTER DEFAULT PRIVILEGES IN SCHEMA zz_gone GRANT SELECT ON TABLES TO anon;

-- What is visible, and names the hidden by itself
CREATE TABLE public.visible (id integer PRIMARY KEY, name text);
CREATE PUBLICATION some FOR TABLE public.visible, zz_s.zz_gone_t (zz_gone_id) WHERE (zz_gone_id > 1);
CREATE PUBLICATION hidden_only FOR TABLE zz_s.zz_gone_t;
CREATE PUBLICATION schemas FOR TABLES IN SCHEMA zz_gone, public;
CREATE PUBLICATION every FOR ALL TABLES;
CREATE VIEW zz_s.zz_gone_reads AS SELECT id, name FROM public.visible;
CREATE TABLE zz_s.zz_gone_child () INHERITS (public.visible);
CREATE TABLE zz_s.zz_gone_references (id integer REFERENCES public.visible);
CREATE FUNCTION zz_s.zz_gone_uses() RETURNS SETOF public.visible LANGUAGE sql AS 'SELECT * FROM public.visible';
CREATE TABLE public.parted (id integer, at date) PARTITION BY RANGE (at);
CREATE TABLE public.zz_gone_part PARTITION OF public.parted FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

-- Needed by what is visible; of itself it says nothing of others
CREATE TYPE zz_s.zz_needed_e AS ENUM ('a');
CREATE DOMAIN zz_s.zz_needed_d AS text DEFAULT zz_s.zz_gone_f(1)::text CHECK (zz_s.zz_gone_f(1) > 0);
CREATE TYPE zz_s.zz_inner AS (a integer);
CREATE TYPE zz_s.zz_needed_c AS (x zz_s.zz_inner);
CREATE TABLE zz_s.zz_rows (a integer, zz_gone_b integer);
CREATE TABLE zz_s.zz_needed_parent (id integer);
CREATE TABLE zz_s.zz_parent_of_parent (id integer);
ALTER TABLE zz_s.zz_needed_parent INHERIT zz_s.zz_parent_of_parent;
CREATE TABLE zz_s.zz_needed_t (
    id integer DEFAULT zz_s.zz_gone_f(1), zz_gone_x integer, CONSTRAINT zz_pkey PRIMARY KEY (id) INCLUDE (zz_gone_x)
);
CREATE SEQUENCE zz_s.zz_needed_q OWNED BY zz_s.zz_gone_t.zz_gone_id;
CREATE FUNCTION zz_s.zz_needed_f(a zz_s.zz_needed_c, b integer DEFAULT zz_s.zz_gone_f(1)) RETURNS SETOF zz_s.zz_rows
    LANGUAGE sql SET search_path = 'zz_gone' AS 'SELECT * FROM zz_gone.zz_gone_t';
CREATE FUNCTION zz_s.zz_needed_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM zz_s.zz_gone_f(1); END';
CREATE TABLE public.needs (
    id integer REFERENCES zz_s.zz_needed_t, e zz_s.zz_needed_e[], n integer DEFAULT nextval('zz_s.zz_needed_q')
);
CREATE TRIGGER needs BEFORE INSERT ON public.needs FOR EACH ROW EXECUTE FUNCTION zz_s.zz_needed_trigger();
CREATE VIEW public.needing AS SELECT zz_s.zz_needed_f(NULL, n) AS x FROM public.needs;
CREATE TABLE public.child (d zz_s.zz_needed_d) INHERITS (zz_s.zz_needed_parent);

-- Not understood
DO $$ BEGIN EXECUTE 'CREATE TABLE zz_gone.zz_gone_more (a integer)'; END $$;
ALTER TABLE zz_s.zz_gone_t FROBNICATE;
SET search_path = zz_s;
ALTER TABLE zz_gone_t FROBNICATE;
