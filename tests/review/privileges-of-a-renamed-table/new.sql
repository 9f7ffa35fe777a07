create table customer (id bigint primary key, name text);
grant select, insert on customer to anon;
