-- Baseline after moving from Docker to the remote project.
--
-- Until May 2025 this database lived in a Docker container, and some changes were made there with psql and never
-- written down. When the remote project was linked, `supabase db diff` found what follows, and `supabase migration
-- list` showed fourteen versions that existed on one side only. The history was repaired with `supabase migration
-- repair`; the inconsistencies before this file remain and do no harm. Every statement here can run on either side.

alter table public.character_profiles
  add column if not exists search_name text generated always as (lower(name)) stored;
create index if not exists character_profiles_search_name_idx
  on public.character_profiles (user_id, search_name text_pattern_ops);
comment on column public.character_profiles.search_name is 'The name in lower case, for completion while typing.';

alter table public.content_characters
  add column if not exists lines_spoken integer not null default 0;
comment on column public.content_characters.lines_spoken is 'Lines that the character speaks, counted after the generation.';

alter table public.ai_configs
  add column if not exists valid_from date not null default '2024-07-01';
comment on column public.ai_configs.valid_from is 'Day on which the configuration was first used.';

drop index if exists public.content_story_id_idx;
create index if not exists content_story_id_status_idx on public.content (story_id, status) where story_id is not null;

create or replace function public.handle_new_user() returns trigger
language plpgsql
security definer
set search_path to ''
as $$
begin
  insert into public.user_profiles (id, display_name, locale, tier_id)
  values (
    new.id,
    left(coalesce(new.raw_user_meta_data ->> 'full_name', new.raw_user_meta_data ->> 'name', ''), 80),
    coalesce(substring(new.raw_user_meta_data ->> 'locale' from '^[a-z]{2}(?:-[A-Z]{2})?$'), 'en'),
    (select id from public.subscription_tiers where code = 'free')
  )
  on conflict (id) do nothing;
  return new;
end;
$$;
comment on function public.handle_new_user() is
  'Trigger function on auth.users: gives each new account a profile on the free plan. Name and language come from the sign-up form or from the sign-in provider.';

drop policy if exists "Signed-in users read active parameters" on public.story_parameters;
drop policy if exists "Anyone reads active parameters" on public.story_parameters;
create policy "Anyone reads active parameters" on public.story_parameters
  for select to anon, authenticated using (is_active);
