create type e as enum ('a', 'b');
create domain d as text check (value <> '');
create type c as (a int);
create type gone as enum ('x');
