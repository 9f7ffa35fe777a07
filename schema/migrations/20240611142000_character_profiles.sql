-- The characters that a user makes once and then meets in every story.

create type public.character_kind as enum ('child', 'adult', 'pet', 'magical');
comment on type public.character_kind is 'What a character is; it decides which descriptors the editor offers.';

create table public.character_profiles (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.user_profiles (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 60),
  kind public.character_kind not null default 'child',
  pronouns text not null default 'they/them',
  age_years smallint,
  species text,
  appearance jsonb not null default '{}',
  traits text[] not null default '{}',
  backstory text,
  favourite_color public.hex_color,
  reference_image_path text,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint character_profiles_age_plausible check (age_years between 0 and 999),
  constraint character_profiles_animals_have_species check (kind <> 'pet' or species is not null)
);
create unique index character_profiles_user_id_name_key on public.character_profiles (user_id, lower(name))
  where archived_at is null;
create index character_profiles_appearance_idx on public.character_profiles using gin (appearance jsonb_path_ops);

comment on table public.character_profiles is
  'The cast of a family: children, grown-ups, pets and invented creatures. A story copies nothing from here; it refers to the character, so a new haircut shows in the next picture.';
comment on column public.character_profiles.user_id is 'Whose character it is. Characters are never shared between users.';
comment on column public.character_profiles.name is 'Given name only. The editor warns before a full name is stored.';
comment on column public.character_profiles.kind is 'Child, grown-up, pet or magical being; chosen once, because the descriptors depend on it.';
comment on column public.character_profiles.pronouns is 'As written in a sentence: `she/her`, `he/him`, `they/them`.';
comment on column public.character_profiles.age_years is 'Age in years; dragons may be up to 999.';
comment on column public.character_profiles.species is 'Required for pets: `dog`, `tortoise`. Free text for magical characters.';
comment on column public.character_profiles.appearance is 'Answers of the appearance editor by question: `{"hair": "curly", "glasses": true}`. Becomes part of the image prompt.';
comment on column public.character_profiles.traits is 'At most a handful of words such as `brave` or `shy`; the text model is asked to show them, not to name them.';
comment on column public.character_profiles.backstory is 'Two or three sentences in the words of the user.';
comment on column public.character_profiles.favourite_color is 'Turns up in clothes and things, and marks the character in the editor.';
comment on column public.character_profiles.reference_image_path is 'Picture in bucket avatars that keeps the face the same from panel to panel.';
comment on column public.character_profiles.archived_at is 'Hidden from the editor since then; old stories still show the character.';
comment on index public.character_profiles_user_id_name_key is
  'A user cannot have two living characters with the same name: the text model would mix them up.';
comment on constraint character_profiles_animals_have_species on public.character_profiles is
  'Without a species the image model draws a dog.';

create trigger character_profiles_set_updated_at before update on public.character_profiles
  for each row execute function public.set_updated_at();

alter table public.character_profiles enable row level security;
create policy "Users manage their own characters" on public.character_profiles
  to authenticated using (auth.uid() = user_id) with check (auth.uid() = user_id);
create policy "Service role manages character_profiles" on public.character_profiles
  to service_role using (true) with check (true);
