create type e as enum ('a', 'z', 'b');
create domain d as text not null check (value <> '');
create type c as (a int, b text);
create domain new as int;
