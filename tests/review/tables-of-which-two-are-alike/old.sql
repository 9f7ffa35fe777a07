create table a (id int, name text);
create table b (id int, name text);
