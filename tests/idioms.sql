-- What the examples of access/forms.py are policies of: rows of two users, of nobody, published and not.
create table public.team (id integer primary key);
create table public.note (
  id integer primary key, user_id uuid, readers uuid[], email text, tenant text, status text,
  team integer, published boolean not null
);
create table public.member (team integer, person uuid);
create table public.profile (user_id uuid, role text);

create function public.is_admin() returns boolean language sql stable security definer
  as $$select exists (select from public.profile p where p.user_id = auth.uid() and p.role = 'admin')$$;
create function public.my_role() returns text language sql stable security definer
  as $$select p.role from public.profile p where p.user_id = auth.uid()$$;
create function public.my_teams() returns setof integer language sql stable security definer
  as $$select m.team from public.member m where m.person = auth.uid()$$;
create function public.may_read(team integer) returns boolean language sql stable
  as $$select team in (select m.team from public.member m where m.person = auth.uid())$$;

insert into public.team values (10), (20), (30);
insert into public.note values
  (1, '00000000-0000-0000-0000-000000000001', '{00000000-0000-0000-0000-000000000002}', 'one@a.test', 'a', 'new', 10, false),
  (2, '00000000-0000-0000-0000-000000000001', '{}', 'one@a.test', 'a', 'old', 20, true),
  (3, '00000000-0000-0000-0000-000000000002', '{00000000-0000-0000-0000-000000000001}', 'two@b.test', 'b', 'authenticated', 20, false),
  (4, '00000000-0000-0000-0000-000000000003', '{00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000002}', 'x@c.test', 'c', 'anon', 30, true),
  (5, null, null, null, null, null, null, false);
insert into public.member values
  (10, '00000000-0000-0000-0000-000000000001'), (20, '00000000-0000-0000-0000-000000000002'),
  (30, '00000000-0000-0000-0000-000000000003');
insert into public.profile values
  ('00000000-0000-0000-0000-000000000001', 'admin'), ('00000000-0000-0000-0000-000000000003', 'guest');
insert into storage.buckets (id, name) values ('avatars', 'avatars'), ('files', 'files');
insert into storage.objects (bucket_id, name) values
  ('avatars', '00000000-0000-0000-0000-000000000001/a.png'),
  ('avatars', '00000000-0000-0000-0000-000000000002/b.png'),
  ('avatars', 'x/00000000-0000-0000-0000-000000000001/c.png'),
  ('files', '00000000-0000-0000-0000-000000000001/d.png'),
  ('files', 'e.png');

alter table public.note enable row level security;
grant select on public.note, public.team, public.member, public.profile, storage.objects to anon, authenticated;
grant usage on schema public, auth, storage to anon, authenticated;
