-- What Supabase sets up in schema public before the first migration. Run as supabase_admin.
--
-- Not part of a restore: a dump states privileges over PostgreSQL's own defaults, and REVOKEs nothing that these
-- default privileges would add to the objects it creates.

comment on schema public is 'standard public schema';
grant usage on schema public to postgres, anon, authenticated, service_role;
grant create on schema public to postgres;

-- What postgres creates in public later is granted to the roles of the Data API: row security is the real gate.
alter default privileges for role postgres in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to postgres, anon, authenticated, service_role;

alter default privileges for role supabase_admin in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant all on sequences to postgres, anon, authenticated, service_role;
