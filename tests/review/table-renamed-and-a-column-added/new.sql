create table customer (id bigint, name text not null, email text, phone text, born date);
