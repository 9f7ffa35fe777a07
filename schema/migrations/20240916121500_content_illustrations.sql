-- Pictures for stories that are not vignettes: a cover, and one or two between the paragraphs.

create table public.content_illustrations (
  id bigint generated always as identity (start with 1000) primary key,
  content_id uuid not null references public.content (id) on delete cascade,
  panel_id bigint references public.vignette_panels (id) on delete set null,
  storage_path text not null unique,
  alt_text text not null,
  after_paragraph smallint,
  is_cover boolean not null default false,
  width_px integer not null check (width_px > 0),
  height_px integer not null check (height_px > 0),
  aspect_ratio numeric(6, 3) generated always as (round(width_px::numeric / height_px, 3)) stored,
  created_at timestamptz not null default now(),
  constraint content_illustrations_cover_has_no_place check (not is_cover or after_paragraph is null)
);
create index content_illustrations_content_id_idx on public.content_illustrations (content_id, after_paragraph nulls first);
create index content_illustrations_panel_id_idx on public.content_illustrations (panel_id);
create unique index content_illustrations_one_cover_key on public.content_illustrations (content_id) where is_cover;

comment on table public.content_illustrations is
  'Pictures that go with a text, in bucket illustrations. Still empty: the feature waits for the new reader.';
comment on column public.content_illustrations.panel_id is 'The panel that the picture was taken from; null when it was made for the text.';
comment on column public.content_illustrations.storage_path is 'Path of the picture in bucket illustrations.';
comment on column public.content_illustrations.alt_text is 'What a screen reader says. Never empty: a picture book is for every child.';
comment on column public.content_illustrations.after_paragraph is 'Number of the paragraph before the picture; null for the cover.';
comment on column public.content_illustrations.is_cover is 'True for the picture on the shelf.';
comment on column public.content_illustrations.aspect_ratio is 'Width divided by height; the reader reserves the space before the picture arrives.';
comment on index public.content_illustrations_one_cover_key is 'A content has one cover at most.';

alter table public.content_illustrations enable row level security;
create policy "Users manage the illustrations of their own content" on public.content_illustrations
  to authenticated using (public.owns_content(content_id)) with check (public.owns_content(content_id));
create policy "Anyone sees the illustrations of published stories" on public.content_illustrations
  for select to anon, authenticated
  using (exists (
    select 1 from public.content as c join public.stories as s on s.id = c.story_id
    where c.id = content_illustrations.content_id and s.visibility = 'published' and c.status = 'ready'
  ));
create policy "Service role manages content_illustrations" on public.content_illustrations
  to service_role using (true) with check (true);
