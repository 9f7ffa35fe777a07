create table t (id int, given_name text, family_name text, at date);
