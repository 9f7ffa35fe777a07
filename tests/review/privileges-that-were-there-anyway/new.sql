create table t (a int);
alter table t owner to joe;
create function f() returns int language sql as 'select 1';
alter function f() owner to joe;
grant all on table t to joe;
grant execute on function f() to public;
revoke all on function f() from public;
grant all on function f() to joe;
grant all on function f() to public;
