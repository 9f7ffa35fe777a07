create table t (a int, b text);
create view v as select a from t;
grant select, insert on t to anon;
grant select on v to authenticated;
grant update on t to ann;
