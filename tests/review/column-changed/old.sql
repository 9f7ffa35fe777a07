create table t (a int, b text, c int default 1, d int, e text);
comment on column t.e is 'E';
