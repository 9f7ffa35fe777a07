create table t (id int, first text, last text, at date);
