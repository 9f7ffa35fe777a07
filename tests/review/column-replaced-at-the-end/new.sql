create table t (id int, bio text);
