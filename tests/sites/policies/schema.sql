-- Row security: each idiom that is put in words, and what it means without a policy.
CREATE SCHEMA auth;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$SELECT nullif(current_setting('request.jwt.sub', true), '')::uuid$$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$SELECT current_setting('request.jwt.role', true)$$;

CREATE TABLE public.team (id uuid PRIMARY KEY, name text);
CREATE TABLE public.member (team uuid REFERENCES public.team, person uuid, PRIMARY KEY (team, person));
CREATE TABLE public.note (id uuid PRIMARY KEY, owner uuid NOT NULL, team uuid REFERENCES public.team, public boolean, secret text);
CREATE TABLE public.off (id uuid, owner uuid);
CREATE TABLE public.off_with_policy (id uuid, owner uuid);
CREATE TABLE public.on_without_policy (id uuid);
CREATE TABLE public.forced (id uuid, owner uuid);
CREATE TABLE public.only_restrictive (id uuid, owner uuid);

ALTER TABLE public.note ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.team ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.member ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.on_without_policy ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.forced ENABLE ROW LEVEL SECURITY;
ALTER TABLE ONLY public.forced FORCE ROW LEVEL SECURITY;
ALTER TABLE public.only_restrictive ENABLE ROW LEVEL SECURITY;

CREATE POLICY "own notes" ON public.note TO authenticated USING ((auth.uid() = owner)) WITH CHECK ((( SELECT auth.uid() AS uid) = owner));
CREATE POLICY "public notes" ON public.note FOR SELECT TO authenticated, anon USING (public);
CREATE POLICY "service role" ON public.note TO service_role USING (true) WITH CHECK (true);
CREATE POLICY "insert own" ON public.note FOR INSERT WITH CHECK (owner = auth.uid());
CREATE POLICY "team notes" ON public.note FOR UPDATE TO authenticated
    USING ((EXISTS ( SELECT 1 FROM public.member m WHERE ((m.team = note.team) AND (m.person = auth.uid())))));
CREATE POLICY "no secrets" ON public.note AS RESTRICTIVE FOR SELECT USING ((secret IS NULL));
COMMENT ON POLICY "no secrets" ON public.note IS 'Asked for by <legal>.';
CREATE POLICY "signed in" ON public.team FOR SELECT USING ((auth.role() = 'authenticated'::text));
CREATE POLICY "service by jwt" ON public.team FOR DELETE USING ((auth.role() = 'service_role'::text));
CREATE POLICY "everybody" ON public.member USING (true);
CREATE POLICY own ON public.off_with_policy USING (owner = auth.uid());
CREATE POLICY own ON public.forced FOR ALL TO CURRENT_USER USING (owner = auth.uid()) WITH CHECK (false);
CREATE POLICY fence ON public.only_restrictive AS RESTRICTIVE USING (owner = auth.uid());

GRANT ALL ON public.note TO service_role;
GRANT SELECT, INSERT ON public.note TO authenticated;
GRANT UPDATE (secret, public) ON public.note TO authenticated WITH GRANT OPTION;
GRANT SELECT ON public.note TO anon;
