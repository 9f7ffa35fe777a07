create table t (a int);
create schema app;
create table app.u (a int);
