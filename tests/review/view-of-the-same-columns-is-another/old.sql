create table t (a int, b text);
create view v as select t.a from t where t.b = 'x';
