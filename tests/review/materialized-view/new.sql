create table t (a int, b text);
create materialized view w as select a from t;
create view v as select a from t;
