-- What changes objects of the platform itself, and takes them away again.
create or replace function auth.email() returns text language sql stable as $$ select auth.jwt() ->> 'email' $$;
alter table auth.users add column nickname text;
create index users_nickname on auth.users (lower(nickname));
alter table auth.users add constraint nickname_is_short check (length(nickname) < 30);
comment on table auth.users is 'Accounts; ours have a nickname.';
comment on column auth.users.nickname is 'How a person is called.';
create table if not exists storage.buckets (id text primary key);
create table public.seen (person uuid references auth.users, session uuid references auth.sessions on delete set null, level auth.aal_level);
create function public.is_second_factor() returns boolean language sql stable as $$
  select exists (select from auth.mfa_factors where user_id = auth.uid() and status = 'verified')
$$;
create trigger gone before delete on auth.identities for each row execute function suppress_redundant_updates_trigger();
drop trigger gone on auth.identities;
alter table storage.objects disable row level security;
alter table storage.objects enable row level security;
drop function storage.get_size_by_bucket();
drop table storage.vector_indexes;
grant usage on schema vault to authenticated;
revoke usage on schema graphql_public from anon;
comment on schema public is 'Ours.';
