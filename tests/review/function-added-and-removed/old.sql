create function f(a int, b text default 'x') returns int language sql as 'select 1';
