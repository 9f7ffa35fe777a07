create table t (id int, a text not null default 'x');
