-- The public shelf: publishing, addresses, and a search over title, theme and summary.

alter table public.stories
  add column search tsvector generated always as (
    setweight(to_tsvector('simple', coalesce(title, '')), 'A')
    || setweight(to_tsvector('simple', coalesce(theme, '')), 'B')
    || setweight(to_tsvector('simple', coalesce(summary, '')), 'C')
  ) stored;
create index stories_search_idx on public.stories using gin (search);
create index stories_published_at_idx on public.stories (published_at desc) where visibility = 'published';
comment on column public.stories.search is
  'Words of title, theme and summary for search_stories. Configuration `simple`, because stories come in many languages.';

create function public.slugify(p_text text) returns text
language sql
immutable
parallel safe
returns null on null input
return trim(both '-' from regexp_replace(lower(p_text), '[^a-z0-9]+', '-', 'g'));
comment on function public.slugify(text) is
  'Turns a title into the last part of an address: `The Fox & the Moon` becomes `the-fox-the-moon`.';

create function public.publish_story(p_story_id uuid) returns text
language plpgsql
set search_path to ''
as $$
declare
  v_slug text;
begin
  if not exists (
    select 1 from public.content as c
    where c.story_id = p_story_id and c.status = 'ready'
  ) then
    raise exception 'story % has no finished content', p_story_id using errcode = '55000';
  end if;

  update public.stories
  set visibility = 'published',
      published_at = now(),
      slug = public.slugify(title) || '-' || left(id::text, 8)
  where id = p_story_id
  returning slug into v_slug;

  if v_slug is null then
    raise exception 'story % does not exist or is not yours', p_story_id using errcode = 'P0002';
  end if;
  return v_slug;
end;
$$;
comment on function public.publish_story(uuid) is
  'Puts a story on the public shelf and returns its address. Runs with the rights of the caller: only the author gets past row security.';

create function public.search_stories(p_query text, p_limit integer default 20, p_offset integer default 0)
returns table (id uuid, title text, summary text, author text, rank real)
language sql
stable
security definer
set search_path to ''
rows 20
as $$
  select s.id, s.title, s.summary, p.display_name, ts_rank(s.search, q.query)
  from websearch_to_tsquery('simple', p_query) as q (query)
  join public.stories as s on s.search @@ q.query
  join public.user_profiles as p on p.id = s.user_id
  where s.visibility = 'published'
  order by ts_rank(s.search, q.query) desc, s.published_at desc
  limit least(p_limit, 100)
  offset p_offset;
$$;
comment on function public.search_stories(text, integer, integer) is
  'Searches the public shelf, best match first, at most 100 rows. SECURITY DEFINER because visitors may not read profiles; it returns nothing of a profile but the display name.';

create view public.published_stories as
  select s.id, s.slug, s.title, s.summary, s.theme, s.language, s.reading_age, s.cover_color, s.published_at,
         p.display_name as author
  from public.stories as s
  join public.user_profiles as p on p.id = s.user_id
  where s.visibility = 'published';
comment on view public.published_stories is
  'The public shelf: published stories with the name of the author. It has the rights of its owner on purpose: visitors learn the display name and nothing else of a profile.';
