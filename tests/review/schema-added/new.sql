create schema app authorization joe;
create table t (a int);
