-- What the settings and the statistics add: groups, notes, links, sizes; a stand-in for auth.
CREATE SCHEMA auth;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email character varying(255));
COMMENT ON TABLE auth.users IS 'Auth: Stores user login data within a secure schema.';
ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
CREATE TABLE public.profile (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, name text);
COMMENT ON TABLE public.profile IS 'A person. Made when the account is.';
CREATE TABLE public.cost_log (id bigint PRIMARY KEY, profile uuid REFERENCES public.profile, cost numeric);
CREATE TABLE public.cost_price (id bigint PRIMARY KEY);
CREATE TABLE public.setting (name text PRIMARY KEY);
CREATE VIEW public.expensive AS SELECT profile, cost FROM public.cost_log WHERE cost > 1;
