CREATE TABLE public.t (
    id integer DEFAULT 1 NOT NULL,
    "name" text
);
ALTER TABLE ONLY public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);
CREATE VIEW public.v AS SELECT t.id FROM public.t WHERE (t.id > 0);
CREATE COLLATION public.german (provider = icu, locale = 'de-DE');
GRANT SELECT ON TABLE public.t TO anon;
CREATE POLICY own ON public.t USING ((name = CURRENT_USER));
