create table t (a int, b text);
create view v as select a from t;
grant select on t to anon;
grant select (a), update (b) on t to authenticated;
grant update on t to ann with grant option;
