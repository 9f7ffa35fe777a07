create table t (c date, a int, b text);
