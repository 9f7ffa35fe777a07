-- Readers of a published story also need its text and its panels.

create policy "Anyone reads the content of published stories" on public.content
  for select to anon, authenticated
  using (
    status = 'ready' and deleted_at is null
    and exists (select 1 from public.stories as s where s.id = content.story_id and s.visibility = 'published')
  );
create policy "Anyone reads the panels of published stories" on public.vignette_panels
  for select to anon, authenticated
  using (exists (
    select 1 from public.content as c
    join public.stories as s on s.id = c.story_id
    where c.id = vignette_panels.content_id and c.status = 'ready' and s.visibility = 'published'
  ));

grant select (id, story_id, kind, status, title, body, language, word_count, deleted_at) on public.content to anon;
grant select on public.vignette_panels to anon;
comment on policy "Anyone reads the content of published stories" on public.content is
  'Visitors see the columns that they are granted: title and text, never the prompt.';
