-- A schema of one's own, roles of one's own, default privileges changed.
create schema private;
create schema if not exists api authorization postgres;
grant usage on schema api to anon, authenticated, service_role;
alter default privileges in schema api grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public revoke all on tables from anon;
alter default privileges in schema public revoke execute on functions from public;
create role reporting nologin noinherit;
grant authenticated to reporting;
grant reporting to authenticator;
create table private.tenants (id uuid primary key default gen_random_uuid(), owner uuid not null references auth.users (id));
create table api.projects (id uuid primary key, tenant uuid not null references private.tenants);
create table public.later (id integer);
create function private.tenant_of(person uuid) returns setof uuid language sql security definer set search_path = '' stable
  as $$ select id from private.tenants where owner = person $$;
create view api.members as select u.id, u.email, u.raw_user_meta_data ->> 'name' as name, t.id as tenant
  from auth.users u join private.tenants t on t.owner = u.id;
alter table api.projects enable row level security;
create policy tenant on api.projects using (tenant in (select private.tenant_of((select auth.uid()))));
grant select on auth.users to reporting;
