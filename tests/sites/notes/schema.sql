-- Notes, virtual foreign keys and hidden objects.
CREATE SCHEMA auth;
CREATE TYPE auth.level AS ENUM ('one', 'two');
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text, secret text, level auth.level);
COMMENT ON TABLE auth.users IS 'Accounts.';
ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON auth.users USING (true);
CREATE TABLE auth.sessions (id uuid PRIMARY KEY, user_id uuid REFERENCES auth.users(id));
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT user_id FROM auth.sessions LIMIT 1';
CREATE TYPE public.mood AS ENUM ('sad', 'ok');
CREATE TABLE public.locale (code text PRIMARY KEY, name text);
CREATE TABLE public.story (
    id bigint PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.users(id),
    language text,
    translated text,
    mood public.mood,
    headline text,
    "columns" text
);
COMMENT ON TABLE public.story IS 'A story.';
COMMENT ON COLUMN public.story.language IS 'Its language.';
ALTER TABLE public.story ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Own | stories" ON public.story USING (user_id = auth.uid());
COMMENT ON POLICY "Own | stories" ON public.story IS 'From the comment.';
CREATE TABLE public.content (id bigint PRIMARY KEY);
COMMENT ON TABLE public.content IS 'What was there before.';
CREATE VIEW public.author AS SELECT s.id, u.email FROM public.story s JOIN auth.users u ON u.id = s.user_id;
CREATE FUNCTION public.publish(id bigint) RETURNS void LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.publish(id text) RETURNS void LANGUAGE sql AS 'SELECT 1';
