create table t (a int, b int, c int);
create index two on t (b) where a > 0;
create unique index three on t (c desc);
create index four on t (a, b);
