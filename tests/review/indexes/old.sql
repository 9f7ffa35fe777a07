create table t (a int, b int, c int);
create index one on t (a);
create index two on t (b);
create index three on t (c);
