create schema app;
create table app.t (id int primary key, a text);
create table u (t_id int references app.t);
