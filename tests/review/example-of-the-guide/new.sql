create table public.story (id uuid primary key, headline text not null, author uuid, likes bigint);
create view public.popular as select story.id, story.headline as title from public.story where (story.likes > 100);
create function public.is_editor(member uuid) returns boolean language sql stable as
  'select true';
create function public.first_titles() returns setof text language sql as 'select title from public.story limit 10';
create table public.editor (id uuid primary key);
alter table public.story enable row level security;
create policy edit on public.story for update using (public.is_editor(author));
grant select on public.story to anon;
grant insert on public.story to anon;
revoke execute on function public.first_titles() from public;
create table public.draft (id bigint generated always as identity primary key, story_id uuid references public.story);
