-- What belongs to no table: extensions, publications, roles, default privileges, sequences, rules.
CREATE ROLE reader;
CREATE ROLE writer LOGIN BYPASSRLS IN ROLE reader;
CREATE SCHEMA extensions;
CREATE EXTENSION pg_trgm WITH SCHEMA extensions;
COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement';
CREATE SEQUENCE public.ticket START WITH 100 INCREMENT BY 10 CACHE 5 CYCLE;
COMMENT ON SEQUENCE public.ticket IS 'Numbers of tickets.';
CREATE TABLE public.job (id integer DEFAULT nextval('public.ticket'::regclass) PRIMARY KEY, name text);
CREATE TABLE public.done (id integer PRIMARY KEY);
CREATE RULE job_is_kept AS ON DELETE TO public.job DO INSTEAD NOTHING;
CREATE PUBLICATION feed FOR TABLE public.job, public.done WITH (publish = 'insert, update');
CREATE PUBLICATION everything FOR ALL TABLES;
ALTER DEFAULT PRIVILEGES FOR ROLE writer IN SCHEMA public GRANT SELECT ON TABLES TO reader;
CREATE STATISTICS public.job_names (ndistinct) ON id, name FROM public.job;
CREATE CAST (integer AS public.ticket_no) WITH INOUT;
DO $$ BEGIN RAISE NOTICE 'not read'; END $$;
GRANT USAGE ON SCHEMA public TO reader;
