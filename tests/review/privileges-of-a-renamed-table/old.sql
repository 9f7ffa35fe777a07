create table client (id bigint primary key, name text);
grant select on client to anon;
