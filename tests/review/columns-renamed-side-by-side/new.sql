create table t (id int, first_name text, last_name text, at date);
