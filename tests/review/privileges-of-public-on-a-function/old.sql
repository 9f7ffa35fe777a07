create function f() returns int language sql as 'select 1';
create function g() returns int language sql as 'select 1';
revoke execute on function g() from public;
