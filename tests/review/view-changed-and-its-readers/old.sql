create table t (a int, b text, c text);
create view v as select a, b from t where a > 0;
create view w as select a from v;
create function f() returns setof int language sql as 'select a from v';
