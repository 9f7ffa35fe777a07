create function f() returns int language sql as 'select 1';
alter function f() owner to joe;
revoke all on function f() from public;
grant execute on function f() to joe;
grant execute on function f() to anon;
create function g() returns int language sql as 'select 1';
