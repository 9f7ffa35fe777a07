create schema app;
create sequence s;
create type e as enum ('a');
grant usage, create on schema app to anon;
revoke usage on type e from public;
