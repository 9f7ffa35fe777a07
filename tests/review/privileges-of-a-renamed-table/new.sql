create table customer (id bigint primary key, name text, email text, phone text);
grant select, insert on customer to anon;
