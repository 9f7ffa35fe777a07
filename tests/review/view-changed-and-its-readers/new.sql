create table t (a int, b text, c text);
create view v with (security_invoker = true) as select a, b, c from t where a > 1;
create view w as select a from v;
create function f() returns setof int language sql as 'select a from v';
