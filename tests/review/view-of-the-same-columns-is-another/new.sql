create table t (a int, b text);
create view w as select t.a from t where t.b = 'y';
