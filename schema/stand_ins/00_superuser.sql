-- On Supabase the cluster belongs to supabase_admin, and postgres is an ordinary role. A server that was just
-- initialised has it the other way round. A role cannot be renamed by its own session, hence the helper.

create role bootstrap superuser login;
\connect - bootstrap
alter role postgres rename to supabase_admin;
\connect - supabase_admin
drop role bootstrap;
create role postgres login createrole createdb replication bypassrls;
