create table t (id int, legacy text);
