-- Who plays in which content.

create type public.character_role as enum ('hero', 'companion', 'rival', 'cameo');
comment on type public.character_role is 'Part that a character plays; every content has one hero at least.';

create table public.content_characters (
  content_id uuid not null references public.content (id) on delete cascade,
  character_id uuid not null references public.character_profiles (id) on delete restrict,
  role public.character_role not null default 'companion',
  position smallint not null check (position > 0),
  added_at timestamptz not null default now(),
  primary key (content_id, character_id),
  constraint content_characters_position_key unique (content_id, position) deferrable initially deferred
);
create index content_characters_character_id_idx on public.content_characters (character_id);

comment on table public.content_characters is
  'Which characters appear in which content, and in which part. A character that appears somewhere can be archived but not deleted.';
comment on column public.content_characters.role is 'Part in the story; the prompt introduces the hero first.';
comment on column public.content_characters.position is 'Order in the prompt: models pay most attention to the character named first.';
comment on constraint content_characters_position_key on public.content_characters is
  'Deferred, so that two characters can swap places in one transaction.';

create function public.owns_content(content_id uuid) returns boolean
language sql
stable
security definer
set search_path to ''
as $$
  select exists (
    select 1 from public.content as c
    where c.id = owns_content.content_id and c.user_id = (select auth.uid())
  );
$$;
comment on function public.owns_content(uuid) is
  'True when the content belongs to the user who asks. SECURITY DEFINER, so that policies of other tables need no policy of content.';
revoke execute on function public.owns_content(uuid) from public, anon;

alter table public.content_characters enable row level security;
create policy "Users manage the cast of their own content" on public.content_characters
  to authenticated using (public.owns_content(content_id)) with check (public.owns_content(content_id));
create policy "Service role manages content_characters" on public.content_characters
  to service_role using (true) with check (true);
