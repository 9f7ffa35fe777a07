-- Types of every kind, and who uses them.
CREATE TYPE public.mood AS ENUM ('sad', 'ok', 'very | happy');
COMMENT ON TYPE public.mood IS 'How it feels; in this order.';
CREATE TYPE public.empty AS ENUM ();
CREATE DOMAIN public.email AS text DEFAULT 'a@example.org' NOT NULL CONSTRAINT has_at CHECK (VALUE ~~ '%@%') CHECK (length(VALUE) < 255);
COMMENT ON DOMAIN public.email IS 'An address.';
CREATE DOMAIN public.work_email AS public.email;
CREATE TYPE public.address AS (street text, zip character varying(10), contact public.email);
CREATE TYPE public.price_range AS RANGE (subtype = numeric);
CREATE TYPE public.odd;
CREATE TABLE public.person (
    id integer PRIMARY KEY,
    mood public.mood DEFAULT 'ok'::public.mood NOT NULL,
    moods public.mood[],
    mail public.work_email,
    home public.address,
    budget public.price_range
);
CREATE FUNCTION public.cheer(m public.mood) RETURNS public.mood LANGUAGE sql AS 'SELECT m';
