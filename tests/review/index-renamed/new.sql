create table t (a int, b int);
create index t_a_where_b on t (a) where b > 0;
