create function f() returns int language sql as 'select 1';
create function g() returns int language sql as 'select 1';
revoke all on function f() from public;
grant execute on function f() to anon;
grant execute on function g() to public;
