create table public.story (id uuid primary key, title text not null, author uuid, likes integer);
create view public.popular as select story.id, story.title from public.story where (story.likes > 100);
create function public.is_editor(member uuid) returns boolean language sql stable as
  'select exists (select 1 from public.editor where id = member)';
create function public.first_titles() returns setof text language sql as 'select title from public.story limit 10';
create table public.editor (id uuid primary key);
alter table public.story enable row level security;
create policy edit on public.story for update using (public.is_editor(author));
grant select on public.story to anon;
