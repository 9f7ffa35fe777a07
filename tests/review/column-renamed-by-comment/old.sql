create table t (id int, a text);
comment on column t.a is 'What people call it';
