create table client (id bigint primary key, name text, email text, phone text);
grant select on client to anon;
