create schema app;
create table public.t (a int);
