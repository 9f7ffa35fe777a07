create schema app;
create table t (id int primary key, a text);
create table u (t_id int references t);
