DO $do$
BEGIN CREATE TABLE public.n1 (id integer); END
$do$;

DO $do$
BEGIN CREATE TYPE public.mood AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN NULL; END
$do$;

DO $do$
BEGIN CREATE TYPE public.mood2 AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN null; END
$do$;

DO $do$
BEGIN CREATE TABLE public.t (x integer); EXCEPTION WHEN duplicate_table THEN RAISE NOTICE 'there'; END
$do$;

DO $do$
BEGIN CREATE TABLE app.t2 (x integer); CREATE TABLE public.t (x integer); EXCEPTION WHEN others THEN
NULL; END
$do$;

DO $do$
BEGIN ALTER TABLE public.t ADD COLUMN name integer; EXCEPTION WHEN duplicate_column THEN NULL; END
$do$;

DO $do$
BEGIN ALTER TABLE public.t ADD CONSTRAINT named CHECK (id > 5); EXCEPTION WHEN duplicate_object THEN
NULL; END
$do$;

DO $do$
BEGIN ALTER TABLE app.u ADD CONSTRAINT u_id_fkey FOREIGN KEY (id) REFERENCES public.t (id) ON DELETE
CASCADE; EXCEPTION WHEN duplicate_object THEN NULL; END
$do$;

DO $do$
BEGIN CREATE POLICY p ON public.t FOR ALL USING (false); EXCEPTION WHEN duplicate_object THEN NULL; END
$do$;

DO $do$
BEGIN CREATE TRIGGER tr AFTER UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.f(); EXCEPTION WHEN
duplicate_object THEN NULL; END
$do$;

DO $do$
BEGIN CREATE INDEX t_name ON public.t (id); EXCEPTION WHEN duplicate_table THEN NULL; END
$do$;

DO $do$
BEGIN CREATE VIEW public.v AS SELECT 2 AS id; EXCEPTION WHEN duplicate_table THEN NULL; END
$do$;

DO $do$
BEGIN CREATE SCHEMA app; EXCEPTION WHEN duplicate_schema THEN NULL; END
$do$;

DO $do$
BEGIN CREATE DOMAIN public.dom AS integer; EXCEPTION WHEN duplicate_object THEN NULL; END
$do$;

DO $do$
BEGIN CREATE SEQUENCE public.sq START 7; EXCEPTION WHEN duplicate_table THEN NULL; END
$do$;

DO $do$
BEGIN CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN NULL; END $f$;
EXCEPTION WHEN duplicate_function THEN NULL; END
$do$;

DO $do$
BEGIN CREATE PUBLICATION pub; EXCEPTION WHEN duplicate_object THEN NULL; END
$do$;

DO $do$
BEGIN ALTER PUBLICATION pub ADD TABLE public.t; EXCEPTION WHEN duplicate_object THEN NULL; END
$do$;

DO $do$
BEGIN ALTER PUBLICATION pub ADD TABLE app.u; EXCEPTION WHEN duplicate_object THEN NULL; END
$do$;

DO $do$
BEGIN ALTER TYPE public.mood ADD VALUE 'fine'; END
$do$;

DO $do$
BEGIN CREATE EXTENSION citext; EXCEPTION WHEN duplicate_object THEN NULL; END
$do$;

DO $do$
BEGIN ALTER TABLE public.nope ADD COLUMN x integer; EXCEPTION WHEN undefined_table THEN NULL; END
$do$;

DO $do$
BEGIN ALTER TABLE public.t DROP COLUMN nope; EXCEPTION WHEN undefined_column THEN NULL; END
$do$;

DO $do$
BEGIN DROP TYPE public.nope; EXCEPTION WHEN undefined_object THEN NULL; END
$do$;

DO $do$
BEGIN DROP FUNCTION public.nope(); EXCEPTION WHEN undefined_function THEN NULL; END
$do$;

DO $do$
BEGIN DROP TABLE public.nope; EXCEPTION WHEN SQLSTATE '42P01' THEN NULL; END
$do$;

DO $do$
BEGIN CREATE TABLE public.n2 (x integer); RAISE EXCEPTION 'no'; EXCEPTION WHEN raise_exception THEN
CREATE TABLE public.n3 (x integer); END
$do$;

DO $do$
BEGIN RAISE NOTICE 'hello %', now(); PERFORM 1; PERFORM public.quiet(); END
$do$;

DO $do$
BEGIN EXECUTE 'CREATE TABLE public.n4 (x integer)'; EXECUTE $q$COMMENT ON TABLE public.n4 IS 'it''s'$q$;
END
$do$;

DO $do$
DECLARE there boolean; BEGIN SELECT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') INTO there; IF
NOT there THEN CREATE TABLE public.trap (x integer); ELSE CREATE TABLE public.n5 (x integer); END IF; END
$do$;

DO $do$
DECLARE n integer := 2; BEGIN IF n = 1 THEN CREATE TABLE public.trap (x integer); ELSIF n = 2 THEN CREATE
TABLE public.n6 (x integer); ELSE CREATE TABLE public.trap (y integer); END IF; END
$do$;

DO $do$
BEGIN BEGIN CREATE TABLE public.t (x integer); EXCEPTION WHEN duplicate_table THEN NULL; END; CREATE
TABLE public.n7 (x integer); END
$do$;

DO $do$
BEGIN BEGIN CREATE TABLE public.t (x integer); EXCEPTION WHEN duplicate_column THEN NULL; END; EXCEPTION
WHEN duplicate_table THEN CREATE TABLE public.n8 (x integer); END
$do$;

DO $do$
<<top>> BEGIN IF to_regclass('public.n9') IS NOT NULL THEN RETURN; END IF; CREATE TABLE public.n9 (x
integer); RETURN; CREATE TABLE public.trap (x integer); END top
$do$;

DO $do$
DECLARE r record; BEGIN IF false THEN FOR r IN SELECT 1 LOOP NULL; END LOOP; END IF; CREATE TABLE
public.n10 (x integer); END
$do$;

DO $do$
BEGIN INSERT INTO public.t VALUES (1, 'a', 'ok'); CREATE TABLE public.n11 (x integer); END
$do$;

DO $do$
BEGIN DROP TABLE IF EXISTS public.n11; GRANT SELECT ON public.t TO PUBLIC; END
$do$;

DO $do$
BEGIN IF 'public.missing'::regclass IS NULL THEN NULL; END IF; EXCEPTION WHEN undefined_table THEN CREATE
TABLE public.n12 (x integer); END
$do$;

DO $do$
BEGIN ALTER TABLE public.t RENAME COLUMN m TO feels; EXCEPTION WHEN undefined_column THEN NULL; END
$do$;

DO $do$
BEGIN ALTER TABLE public.t RENAME COLUMN m TO feels; EXCEPTION WHEN undefined_column THEN NULL; END
$do$;
