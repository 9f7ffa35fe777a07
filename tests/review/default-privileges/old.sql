create schema app;
alter default privileges for role joe in schema app grant select on tables to anon;
alter default privileges for role joe in schema app grant usage on sequences to anon;
