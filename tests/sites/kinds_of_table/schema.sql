-- Partitioned, inherited, foreign, unlogged and typed tables.
CREATE TABLE public.measurement (
    sensor integer NOT NULL,
    taken date NOT NULL,
    value real,
    PRIMARY KEY (sensor, taken)
) PARTITION BY RANGE (taken);
COMMENT ON TABLE public.measurement IS 'What the sensors say.';
CREATE TABLE public.measurement_2024 PARTITION OF public.measurement FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE public.measurement_2025 PARTITION OF public.measurement
    FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (sensor);
CREATE TABLE public.measurement_2025_first PARTITION OF public.measurement_2025 FOR VALUES IN (1, 2, 3);
CREATE TABLE public.measurement_rest PARTITION OF public.measurement DEFAULT;
CREATE INDEX measurement_value ON public.measurement (value);

CREATE TABLE public.place (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE public.city (population bigint, CHECK (population > 0)) INHERITS (public.place);
COMMENT ON COLUMN public.city.name IS 'In the local language.';
CREATE UNLOGGED TABLE public.cache (key text PRIMARY KEY, value jsonb);

CREATE EXTENSION postgres_fdw;
CREATE SERVER archive FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'archive.example', dbname 'old');
CREATE FOREIGN TABLE public.old_measurement (sensor integer, taken date) SERVER archive OPTIONS (table_name 'm');
COMMENT ON FOREIGN TABLE public.old_measurement IS 'Before 2020.';

CREATE TYPE public.pair AS (key text, value text);
CREATE TABLE public.pairs OF public.pair (PRIMARY KEY (key));
