create table t (id bigint generated always as identity, n bigint generated always as identity);
