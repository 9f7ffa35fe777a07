create table t (a bigint not null, b text collate "C", c int default 2, d int generated always as (1) stored, e text);
