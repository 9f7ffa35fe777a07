create schema app;
create sequence s;
create type e as enum ('a');
grant usage on sequence s to anon;
grant usage on schema app to anon;
