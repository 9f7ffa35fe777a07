-- One profile per account. The account itself (address, password, second factors) stays in schema auth.

create table public.user_profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  display_name text not null default '' check (char_length(display_name) <= 80),
  locale public.locale_code not null,
  time_zone text not null default 'UTC',
  avatar_path text,
  preferences jsonb not null default '{}',
  onboarded_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint user_profiles_preferences_is_object check (jsonb_typeof(preferences) = 'object')
);

comment on table public.user_profiles is
  'The grown-up behind an account: a parent, a grandparent or a teacher. Children never have accounts of their own; they appear as characters.';
comment on column public.user_profiles.id is 'The same identifier as in auth.users; the profile disappears with the account.';
comment on column public.user_profiles.display_name is 'How the application greets the user, and the author line of published stories. Empty until it is chosen.';
comment on column public.user_profiles.locale is 'Language of the interface, and the language that new stories start with.';
comment on column public.user_profiles.time_zone is 'A time zone name such as `Europe/Lisbon`: bedtime reminders are sent by local time.';
comment on column public.user_profiles.avatar_path is 'Path of the picture in bucket avatars, in the folder named after the user.';
comment on column public.user_profiles.preferences is 'Switches of the interface: reading font, narration voice, reminders. Unknown keys are kept.';
comment on column public.user_profiles.onboarded_at is 'When the first character was made; null shows the welcome tour.';

create trigger user_profiles_set_updated_at before update on public.user_profiles
  for each row execute function public.set_updated_at();

create function public.handle_new_user() returns trigger
language plpgsql
security definer
set search_path to ''
as $$
begin
  insert into public.user_profiles (id, display_name)
  values (new.id, coalesce(new.raw_user_meta_data ->> 'full_name', ''));
  return new;
end;
$$;
comment on function public.handle_new_user() is
  'Trigger function on auth.users: gives each new account its profile.';
revoke execute on function public.handle_new_user() from public, anon, authenticated;

create trigger on_auth_user_created after insert on auth.users
  for each row execute function public.handle_new_user();

alter table public.user_profiles enable row level security;
create policy "Users read their own profile" on public.user_profiles
  for select to authenticated using (auth.uid() = id);
create policy "Users update their own profile" on public.user_profiles
  for update to authenticated using (auth.uid() = id) with check (auth.uid() = id);
create policy "Service role manages user_profiles" on public.user_profiles
  to service_role using (true) with check (true);
