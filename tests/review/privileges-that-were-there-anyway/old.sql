create table t (a int);
alter table t owner to joe;
create function f() returns int language sql as 'select 1';
alter function f() owner to joe;
