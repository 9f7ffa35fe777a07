create schema app;
alter default privileges for role joe in schema app grant select, insert on tables to anon;
alter default privileges for role joe grant execute on functions to anon;
