create table t (a int);
alter table t owner to bob;
grant select on t to ann;
