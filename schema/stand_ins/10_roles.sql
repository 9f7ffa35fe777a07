-- The roles of a Supabase project. Run as supabase_admin, after postgres exists as an ordinary role.

-- The three roles that the Data API switches to, and the one that it logs in as.
create role anon nologin;
create role authenticated nologin;
create role service_role nologin bypassrls;
create role authenticator login noinherit;

-- The owners of the managed schemas, and the role of the dashboard.
create role supabase_auth_admin login noinherit createrole;
create role supabase_storage_admin login noinherit createrole;
create role dashboard_user nologin createrole createdb replication;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to postgres with admin option;

-- Supabase lets postgres write policies on storage.objects with the supautils extension; a membership does it here.
grant supabase_storage_admin to postgres with admin option;

grant create on database postgres to postgres, supabase_auth_admin, supabase_storage_admin;
alter role supabase_auth_admin set search_path to auth;
alter role supabase_storage_admin set search_path to storage;
alter role anon set statement_timeout to '3s';
alter role authenticated set statement_timeout to '8s';
