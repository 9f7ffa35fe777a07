create table t (a int, b int);
create index i on t (a) where b > 0;
