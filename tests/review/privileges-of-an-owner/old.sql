create table t (a int);
alter table t owner to joe;
grant select on t to ann;
