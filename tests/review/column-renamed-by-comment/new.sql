create table t (id int, zzz text);
comment on column t.zzz is 'What people call it';
