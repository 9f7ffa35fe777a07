create table c (id int, name text);
create table d (id int, name text);
