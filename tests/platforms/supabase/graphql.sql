-- Comments that steer pg_graphql, and functions that callers reach by name.
comment on schema public is e'@graphql({"inflect_names": true})';
create table public."Blog" (id serial primary key, "ownerId" uuid not null references auth.users (id), body text);
comment on table public."Blog" is e'@graphql({"totalCount": {"enabled": true}})';
create function public._excerpt(rec public."Blog") returns text stable language sql as $$ select left(rec.body, 10) $$;
create function public.ask(q text) returns jsonb language sql as $$ select graphql_public.graphql(query => q) $$;
revoke all on all tables in schema public from anon;
grant execute on all functions in schema public to service_role;
create extension if not exists pg_graphql;
