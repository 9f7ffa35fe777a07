-- A story is what the user asks for; content is what the models answer. One story may have several contents: the
-- text, a vignette of it, and earlier attempts.

create type public.story_visibility as enum ('private', 'family', 'published');
comment on type public.story_visibility is 'Who may read a story: its author, everyone with the family link, or everyone.';

create type public.content_kind as enum ('story', 'vignette');
comment on type public.content_kind is '`story` is a text of some pages, `vignette` a sequence of pictures with captions.';

create type public.content_status as enum ('draft', 'queued', 'generating', 'ready', 'failed');
comment on type public.content_status is 'Where a generation stands. Only `ready` is shown to readers.';

create table public.stories (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.user_profiles (id) on delete cascade,
  sequel_to uuid references public.stories (id) on delete set null,
  title text not null check (char_length(title) between 1 and 160),
  slug text,
  summary text,
  theme text,
  setting text,
  moral text,
  language public.locale_code not null,
  reading_age int4range not null default '[4,8)',
  visibility public.story_visibility not null default 'private',
  settings jsonb not null default '{}',
  cover_color public.hex_color not null default '#f6c453',
  published_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint stories_not_own_sequel check (sequel_to <> id),
  constraint stories_published_has_date check ((visibility = 'published') = (published_at is not null))
);
create index stories_user_id_created_at_idx on public.stories (user_id, created_at desc);
create index stories_sequel_to_idx on public.stories (sequel_to) where sequel_to is not null;
create unique index stories_slug_key on public.stories (slug) where visibility = 'published';

comment on table public.stories is
  'What the user asked for: title, theme, setting and the settings of the generator. The generated text is in content.';
comment on column public.stories.user_id is 'The author.';
comment on column public.stories.sequel_to is 'The story that this one continues. Deleting the first part keeps the second.';
comment on column public.stories.slug is 'Address of the public page; unique among published stories only.';
comment on column public.stories.summary is 'Two sentences for the shelf, written by the text model and editable.';
comment on column public.stories.theme is 'What it is about: friendship, starting school, a new sibling.';
comment on column public.stories.setting is 'Where it happens: a lighthouse, the moon, grandmother''s kitchen.';
comment on column public.stories.moral is 'What the child should take home. Never printed; the text model works towards it.';
comment on column public.stories.reading_age is 'Ages that the vocabulary is chosen for, upper bound excluded.';
comment on column public.stories.visibility is 'Who may read it; private until the author decides otherwise.';
comment on column public.stories.settings is 'Choices in the generator by parameter code: length, tone, rhyme. See story_parameters.';
comment on column public.stories.cover_color is 'Background of the cover while there is no illustration.';
comment on column public.stories.published_at is 'Set exactly when visibility is `published`.';
comment on index public.stories_slug_key is 'Unpublished stories may share a slug; the check happens on publishing.';

create table public.content (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.user_profiles (id) on delete cascade,
  story_id uuid references public.stories (id) on delete set null,
  kind public.content_kind not null default 'story',
  status public.content_status not null default 'draft',
  title text,
  body_text text,
  prompt text,
  model text,
  language public.locale_code not null,
  generation_metadata jsonb not null default '{}',
  error_message text,
  queued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  generation_time interval generated always as (finished_at - started_at) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint content_failed_has_message check (status <> 'failed' or error_message is not null),
  constraint content_times_in_order check (started_at >= queued_at and finished_at >= started_at)
);
create index content_user_id_created_at_idx on public.content (user_id, created_at desc) include (kind, status);
create index content_story_id_idx on public.content (story_id);
create index content_waiting_idx on public.content (queued_at) where status in ('queued', 'generating');
create index content_generation_metadata_idx on public.content using gin (generation_metadata);

comment on table public.content is
  'What the models made: the text of a story, or the frame around the panels of a vignette. Attempts that failed stay, with their error.';
comment on column public.content.user_id is 'Whose content it is; the same as the author of the story.';
comment on column public.content.story_id is 'The request that it answers; null for a vignette made straight from characters.';
comment on column public.content.status is 'Written by the worker; a client sets `draft` or `queued` only.';
comment on column public.content.title is 'Title that the model chose; the title of the story wins where there is one.';
comment on column public.content.prompt is 'The full prompt as it was sent, for support and for repeating a generation.';
comment on column public.content.model is 'Model that answered, as named by the provider.';
comment on column public.content.generation_metadata is 'Seed, temperature, prompt version, safety scores. Searched by key, hence the GIN index.';
comment on column public.content.error_message is 'Shown to support, not to the user. A user sees `Something went wrong` | `Try again`.';
comment on column public.content.queued_at is 'When the user pressed the button.';
comment on column public.content.started_at is 'When a worker took it from the queue.';
comment on column public.content.generation_time is 'From the first to the last token; null while it is running.';
comment on index public.content_waiting_idx is 'The queue: the worker takes the row that has waited longest.';

create trigger stories_set_updated_at before update on public.stories
  for each row execute function public.set_updated_at();
create trigger content_set_updated_at before update on public.content
  for each row when (
    old.status is distinct from new.status
    or old.title is distinct from new.title
    or old.body_text is distinct from new.body_text
  ) execute function public.set_updated_at();
comment on trigger content_set_updated_at on public.content is
  'The worker writes the same row many times while it streams; only what a reader can see moves updated_at.';

alter table public.stories enable row level security;
create policy "Users manage their own stories" on public.stories
  to authenticated using (auth.uid() = user_id) with check (auth.uid() = user_id);
create policy "Anyone reads published stories" on public.stories
  for select to anon, authenticated using (visibility = 'published');
create policy "Service role manages stories" on public.stories
  to service_role using (true) with check (true);

alter table public.content enable row level security;
create policy "Users read their own content" on public.content
  for select to authenticated using (auth.uid() = user_id);
create policy "Users create content for themselves" on public.content
  for insert to authenticated with check (auth.uid() = user_id and status in ('draft', 'queued'));
create policy "Users update their own content" on public.content
  for update to authenticated using (auth.uid() = user_id) with check (auth.uid() = user_id);
create policy "Users delete their own content" on public.content
  for delete to authenticated using (auth.uid() = user_id);
create policy "Service role manages content" on public.content
  to service_role using (true) with check (true);
