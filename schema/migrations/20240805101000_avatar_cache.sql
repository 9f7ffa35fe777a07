-- A portrait costs four cents and twenty seconds: keep it, and find it again by what was asked for.

create table public.avatar_cache (
  id bigserial primary key,
  character_id uuid not null references public.character_profiles (id) on delete cascade,
  prompt_sha text not null check (prompt_sha ~ '^[0-9a-f]{64}$'),
  style text,
  provider public.api_provider not null,
  image_path text not null unique,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz not null default now() + interval '90 days',
  constraint avatar_cache_once unique nulls not distinct (character_id, prompt_sha, style)
);
create index avatar_cache_expires_at_idx on public.avatar_cache (expires_at);

comment on table public.avatar_cache is
  'Portraits of characters that have been generated already. A row may vanish at any time: the portrait is then made again.';
comment on column public.avatar_cache.prompt_sha is 'SHA-256 of the prompt in hexadecimal digits.';
comment on column public.avatar_cache.style is 'Art style, as in story_parameters; null is the style of the house.';
comment on column public.avatar_cache.image_path is 'Path of the portrait in bucket avatars.';
comment on column public.avatar_cache.last_used_at is 'When it was last found here instead of being made again.';
comment on column public.avatar_cache.expires_at is 'The nightly job removes the row and the file after this time.';
comment on constraint avatar_cache_once on public.avatar_cache is 'NULLS NOT DISTINCT: the style of the house counts as one style.';

alter table public.avatar_cache enable row level security;
create policy "Users read the portraits of their own characters" on public.avatar_cache
  for select to authenticated
  using (character_id in (select c.id from public.character_profiles as c where c.user_id = auth.uid()));
create policy "Service role manages avatar_cache" on public.avatar_cache
  to service_role using (true) with check (true);
