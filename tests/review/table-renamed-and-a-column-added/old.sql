create table client (id bigint, name text not null, email text, phone text);
