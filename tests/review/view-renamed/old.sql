create table t (a int, b text);
create view v as select t.a, t.b from t where t.a > 0;
